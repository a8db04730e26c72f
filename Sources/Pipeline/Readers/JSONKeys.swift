// The member names of earlier lines as words, to compare bytes with eight at a time.

/// A member's bytes from its opening quote mark to before its value, such as `"code": `.
struct JSONKey: BitwiseCopyable {
  fileprivate let first: UInt64
  fileprivate let firstMask: UInt64
  fileprivate let second: UInt64
  fileprivate let secondMask: UInt64
  private let counts: UInt64
  /// The wanted column; -1 where the member is not wanted.
  let column: Int

  /// Up to eight bytes, and which of them count.
  typealias Word = (bytes: UInt64, mask: UInt64)

  /// - Parameter rest: Where in the list of words the bytes from the 17th on stand.
  init(first: Word, second: Word, count: Int, rest: Int, column: Int) {
    self.first = first.bytes
    firstMask = first.mask
    self.second = second.bytes
    secondMask = second.mask
    counts = UInt64(rest) << 32 | UInt64(count)
    self.column = column
  }

  /// The number of bytes.
  @inline(__always) var count: Int { Int(truncatingIfNeeded: counts & 0xFFFF_FFFF) }
  @inline(__always) fileprivate var rest: Int { Int(truncatingIfNeeded: counts &>> 32) }

  /// At most eight bytes as a little-endian word.
  static func word(of bytes: ArraySlice<UInt8>) -> Word {
    var word: Word = (0, 0)
    for byte in bytes.reversed() {
      word.bytes = word.bytes << 8 | UInt64(byte)
      word.mask = word.mask << 8 | 0xFF
    }
    return word
  }
}

/// The keys that ``JSONNames`` knows, for an inner loop.
@safe struct JSONKeyView: BitwiseCopyable {
  // SAFETY: `count` keys and the words they point into, until the names that lend them learn more.
  private let keys: UnsafePointer<JSONKey>
  private let words: UnsafePointer<UInt64>
  let count: Int

  @unsafe init(keys: UnsafePointer<JSONKey>, count: Int, words: UnsafePointer<UInt64>) {
    unsafe self.keys = keys
    self.count = count
    unsafe self.words = words
  }

  /// A key by its place in the order.
  @inline(__always) subscript(index: Int) -> JSONKey {
    assert(index >= 0 && index < count, "there is no such key")
    return unsafe keys[index]
  }

  /// The place of the first key from `index` on that stands at the cursor; -1 where there is none.
  ///
  /// - Precondition: 16 bytes at the cursor can be read, and a line feed is among the bytes that
  ///   can; so what equals the bytes of a key so far has eight more to read.
  @inline(__always) func index(of cursor: JSONCursor, from index: Int) -> Int {
    let first = cursor.word(0)
    let second = cursor.word(8)
    var index = index
    while index < count {
      let key = unsafe keys + index
      // SAFETY: `index` is that of a key.
      let isOddFirst = unsafe (first ^ key.pointee.first) & key.pointee.firstMask
      let isOddSecond = unsafe (second ^ key.pointee.second) & key.pointee.secondMask
      if isOddFirst | isOddSecond == 0,
        unsafe key.pointee.count <= 16 || isWhole(key.pointee, cursor)
      {
        return index
      }
      index &+= 1
    }
    return -1
  }

  /// Whether a key's bytes from the 17th on stand at the cursor too.
  private func isWhole(_ key: JSONKey, _ cursor: JSONCursor) -> Bool {
    var place = key.rest
    for distance in stride(from: 16, to: key.count, by: 8) {
      // SAFETY: two words for each eight bytes of the key.
      guard unsafe (cursor.word(distance) ^ words[place]) & words[place &+ 1] == 0 else {
        return false
      }
      place &+= 2
    }
    return true
  }
}
