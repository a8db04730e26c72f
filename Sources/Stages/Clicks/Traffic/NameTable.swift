// The numbers of sources and pages by their names' hashes: every click asks for both.
import Pipeline

/// The numbers of names, as far as one thread has met them, by a keyed hash: its upper 44 bits
/// stand in a slot near the place that its lower ones tell, at least ten bits more. Of the 70,000
/// names that there are at the most, two that share all of them are not to be expected, and would
/// be counted as one.
@safe struct NameTable: ~Copyable {
  // SAFETY: `capacity` slots, from init to deinit; a pointer, because every click asks twice.
  // A slot is the hash's upper bits and, below them, the number plus one; 0 in an empty slot.
  private var slots: UnsafeMutablePointer<UInt64>
  private var capacity = 1_024
  private var isFull = false
  /// All that is in the slots, for the next larger table.
  private var entries: [(hash: UInt64, number: UInt32)] = []

  private static let numberBits: UInt64 = 20
  private static let numberMask: UInt64 = 1 << numberBits &- 1

  init() {
    unsafe slots = .allocate(capacity: 1_024)
    unsafe slots.initialize(repeating: 0, count: 1_024)
  }

  deinit { unsafe slots.deallocate() }

  /// The number of the name with a hash; −1 where it has not been met.
  @inline(__always) func number(_ hash: UInt64) -> Int32 {
    var place = Int(truncatingIfNeeded: hash) & (capacity &- 1)
    while true {
      let slot = unsafe slots[place]
      if slot == 0 { return -1 }
      if (slot ^ hash) >> Self.numberBits == 0 {
        return Int32(truncatingIfNeeded: slot & Self.numberMask) &- 1
      }
      place = (place &+ 1) & (capacity &- 1)
    }
  }

  /// The number of a name, 0 for an empty one; nil where there are too many.
  mutating func add(
    _ name: RawReader, _ hash: UInt64, _ book: TrafficBook, _ list: TrafficList
  ) -> UInt32? {
    guard name.count > 0 else { return 0 }
    let known = number(hash)
    if known >= 0 { return UInt32(known) }
    guard !isFull else { return nil }
    guard let number = book.number(name, list) else {
      isFull = true
      return nil
    }
    entries.append((hash, number))
    if entries.count * 2 > capacity { grow() } else { insert(hash, number) }
    return number
  }

  private mutating func insert(_ hash: UInt64, _ number: UInt32) {
    var place = Int(truncatingIfNeeded: hash) & (capacity - 1)
    while unsafe slots[place] != 0 { place = (place + 1) & (capacity - 1) }
    unsafe slots[place] = hash & ~Self.numberMask | UInt64(number) + 1
  }

  private mutating func grow() {
    unsafe slots.deallocate()
    capacity *= 4
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: 0, count: capacity)
    for (hash, number) in entries { insert(hash, number) }
  }
}

/// The numbers of what was met last, by a keyed hash: a new one takes the place of an old one.
struct RecentNumbers {
  private struct Slot {
    var hash: UInt64 = 0
    /// −1 in an empty slot.
    var number: Int32 = -1
  }

  private static let count = 4_096
  private var slots = [Slot](repeating: Slot(), count: Self.count)

  /// The number that was kept with a hash; −1 where there is none.
  @inline(__always) func number(_ hash: UInt64) -> Int32 {
    let slot = slots[Int(truncatingIfNeeded: hash) & (Self.count &- 1)]
    return slot.hash == hash ? slot.number : -1
  }

  mutating func keep(_ number: UInt32, _ hash: UInt64) {
    slots[Int(truncatingIfNeeded: hash) & (Self.count &- 1)] = Slot(
      hash: hash, number: Int32(number))
  }
}
