// Sums by key, for the millions of additions of a night: a table with a hash of its own.

/// A key of sums.
protocol SumKey: Hashable, Comparable, Sendable {
  /// All of the key in 128 bits.
  var words: (UInt64, UInt64) { get }
}

/// Values by key; a key that was not met has the empty value.
///
/// Keys come from a programme's own orders, and nobody chooses them to collide: ordinals and days.
struct SumTable<Key: SumKey, Value: Sendable>: Sendable {
  private var keys: [Key] = []
  private var values: [Value] = []
  /// The place of a key in `keys`, −1 where the slot is free; at most half of them are used.
  private var slots = [Int32](repeating: -1, count: 16)
  /// Neighbours in time tend to add to the same key.
  private var last = -1
  private let empty: Value

  init(_ empty: Value) { self.empty = empty }

  /// The value of a key, to be changed in place.
  subscript(key: Key) -> Value {
    get {
      let slot = slot(of: key)
      return slots[slot] < 0 ? empty : values[Int(slots[slot])]
    }
    _modify {
      let place = place(of: key)
      yield &values[place]
    }
  }

  /// Keys and values in the order of the keys.
  var inOrder: [(key: Key, value: Value)] {
    keys.indices.sorted { keys[$0] < keys[$1] }.map { (keys[$0], values[$0]) }
  }

  /// Calls `body` with each key and its value, in the order in which the keys were met.
  func forEach<Failure>(_ body: (Key, Value) throws(Failure) -> Void) throws(Failure) {
    for place in keys.indices { try body(keys[place], values[place]) }
  }

  private mutating func place(of key: Key) -> Int {
    if last >= 0, keys[last] == key { return last }
    let slot = slot(of: key)
    if slots[slot] >= 0 {
      last = Int(slots[slot])
      return last
    }
    last = keys.count
    slots[slot] = Int32(truncatingIfNeeded: last)
    keys.append(key)
    values.append(empty)
    if keys.count * 2 > slots.count { grow() }
    return last
  }

  /// Where the key stands, or would stand.
  private func slot(of key: Key) -> Int {
    let words = key.words
    let mixed = (words.0 ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: words.1 ^ 0xD6E8_FEB8_6659_FD93)
    var slot = Int(truncatingIfNeeded: mixed.high ^ mixed.low) & (slots.count - 1)
    while slots[slot] >= 0, keys[Int(slots[slot])] != key { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 4)
    for place in keys.indices { slots[slot(of: keys[place])] = Int32(truncatingIfNeeded: place) }
  }
}
