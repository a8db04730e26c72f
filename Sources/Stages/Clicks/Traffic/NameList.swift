// Names one after the other in one piece of memory, numbered as they come, with a table to find
// them by.
import Pipeline

/// A night's sources or its pages.
struct NameList: Sendable {
  private var bytes: [UInt8] = []
  /// By number: where the name ends; the next one begins there.
  private var ends: [Int] = []
  private var hashes: [UInt64] = []
  /// A number plus one, near the place that its name's hash tells; 0 where there is none.
  private var slots = [UInt32](repeating: 0, count: 1_024)
  private let seed: UInt64

  /// - Parameter seed: Keys the table; no output depends on it.
  init(seed: UInt64) { self.seed = seed }

  /// How many names there are.
  var count: Int { ends.count }

  /// Lends a name for the length of a call.
  @inline(__always) func with<Result>(
    _ number: Int, _ body: (RawReader) throws -> Result
  ) rethrows -> Result {
    let start = number > 0 ? ends[number - 1] : 0
    return try bytes.withRawReader(start, ends[number] - start, body)
  }

  /// The number of a name; nil where it is not there.
  func number(of name: RawReader) -> Int? {
    let found = slots[place(of: name, tableHash(name, seed: seed))]
    return found > 0 ? Int(found) - 1 : nil
  }

  /// Adds a name that is not there.
  ///
  /// - Returns: Its number.
  @discardableResult mutating func add(_ name: RawReader) -> Int {
    if (ends.count + 1) * 2 > slots.count { grow() }
    let hash = tableHash(name, seed: seed)
    slots[place(of: name, hash)] = UInt32(ends.count + 1)
    name.append(to: &bytes)
    ends.append(bytes.count)
    hashes.append(hash)
    return ends.count - 1
  }

  /// The slot of a name, or the empty one that it would have.
  private func place(of name: RawReader, _ hash: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place] != 0 {
      let number = Int(slots[place]) - 1
      if hashes[number] == hash, with(number, { compareBytes($0, name) == 0 }) { return place }
      place = (place + 1) & (slots.count - 1)
    }
    return place
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    for (number, hash) in hashes.enumerated() {
      var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
      slots[place] = UInt32(number + 1)
    }
  }
}

extension NameList {
  /// A number, and eight bytes of its name that mostly tell its place.
  private struct Key {
    var word: UInt64
    var number: Int
  }

  /// The numbers from `first` on, in the order of their names' bytes.
  func order(from first: Int) -> [Int] {
    guard first < count else { return [] }
    let shared = sharedBytes(from: first)
    var keys = (first..<count).map { number in
      Key(word: with(number) { Self.word(of: $0, from: shared) }, number: number)
    }
    keys.sort { left, right in
      left.word != right.word
        ? left.word < right.word : compare(left.number, right.number) < 0
    }
    return keys.map(\.number)
  }

  private func compare(_ left: Int, _ right: Int) -> Int {
    with(left) { left in with(right) { compareBytes(left, $0) } }
  }

  /// How many bytes all names begin with.
  private func sharedBytes(from first: Int) -> Int {
    with(first) { model in
      var shared = model.count
      for number in first..<count where shared > 0 {
        with(number) { name in
          shared = min(shared, name.count)
          var place = 0
          while place < shared, name.byte(place) == model.byte(place) { place += 1 }
          shared = place
        }
      }
      return shared
    }
  }

  /// Eight bytes from `start` on, the first of them the greatest; zeros where there are no more.
  private static func word(of name: RawReader, from start: Int) -> UInt64 {
    if start + 8 <= name.count { return name.word(start, as: UInt64.self).byteSwapped }
    var word: UInt64 = 0
    for place in start..<start + 8 {
      word = word << 8 | (place < name.count ? UInt64(name.byte(place)) : 0)
    }
    return word
  }
}
