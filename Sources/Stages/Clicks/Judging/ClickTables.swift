// Two tables that a day's judgement fills and empties: the click ids that are taken, and how many
// clicks an IP has had in an hour.

/// The click ids taken in one programme and UTC day.
struct ClickIDTable {
  private struct Slot {
    var tag: UInt32 = 0
    /// Place in `ids` plus one; 0 where the slot is free.
    var entry: UInt32 = 0
  }

  private let seed: UInt64
  private var slots: [Slot] = []
  private var mask = 0
  private var ids: [RawReader] = []

  init(seed: UInt64) { self.seed = seed }

  /// Forgets everything and makes room for `count` ids.
  mutating func reset(count: Int) {
    var capacity = 16
    while capacity < count * 2 { capacity *= 2 }
    mask = capacity - 1
    slots.removeAll(keepingCapacity: capacity <= 1 << 20)
    slots.append(contentsOf: repeatElement(Slot(), count: capacity))
    ids.removeAll(keepingCapacity: capacity <= 1 << 20)
  }

  /// Takes an id, which must outlive the table's use.
  ///
  /// - Returns: Whether it was free.
  mutating func take(_ id: RawReader) -> Bool {
    let hash = tableHash(id, seed: seed)
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place].entry != 0 {
      if slots[place].tag == tag {
        let other = ids[Int(slots[place].entry) &- 1]
        if other.count == id.count, compareBytes(other, id) == 0 { return false }
      }
      place = (place &+ 1) & mask
    }
    ids.append(id)
    slots[place] = Slot(tag: tag, entry: UInt32(ids.count))
    return true
  }
}

/// Accepted clicks by IP within one hour of one programme.
struct IPCounter {
  private struct Slot {
    var key = Key96(high: 0, low: 0)
    /// −1 where the slot is free.
    var count: Int32 = -1
  }

  private var slots: [Slot] = []
  private var mask = 0

  /// Forgets everything and makes room for `count` IPs.
  mutating func reset(count: Int) {
    var capacity = 16
    while capacity < count * 2 { capacity *= 2 }
    mask = capacity - 1
    slots.removeAll(keepingCapacity: capacity <= 1 << 20)
    slots.append(contentsOf: repeatElement(Slot(), count: capacity))
  }

  private mutating func place(of key: Key96) -> Int {
    var place = Int(truncatingIfNeeded: key.slot) & mask
    while slots[place].count >= 0, slots[place].key != key { place = (place &+ 1) & mask }
    if slots[place].count < 0 { slots[place] = Slot(key: key, count: 0) }
    return place
  }

  /// Counts a click.
  mutating func count(_ key: Key96) { slots[place(of: key)].count &+= 1 }

  /// Counts a click unless `cap` are counted already.
  ///
  /// - Returns: Whether it was counted.
  mutating func count(_ key: Key96, upTo cap: Int64) -> Bool {
    let place = place(of: key)
    guard Int64(slots[place].count) < cap else { return false }
    slots[place].count &+= 1
    return true
  }
}
