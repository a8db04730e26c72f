// A bit map in front of a table: of most keys that are not in it, it tells.

/// Remembers some hashes, each as one bit of a map.
struct HashFilter: Sendable {
  private var bits: [UInt64]
  private let mask: UInt64

  /// Room for `count` hashes, sixteen bits and more for each.
  init(count: Int) {
    var capacity = 512
    while capacity < count * 16 { capacity *= 2 }
    mask = UInt64(capacity - 1)
    bits = Array(repeating: 0, count: capacity / 64)
  }

  mutating func insert(_ hash: UInt64) {
    let bit = hash & mask
    bits[Int(bit >> 6)] |= 1 << (bit & 63)
  }

  /// Whether it may be among those inserted; a hash that is not there is mostly told so.
  @inline(__always) func mayHave(_ hash: UInt64) -> Bool {
    let bit = hash & mask
    return bits[Int(bit >> 6)] >> (bit & 63) & 1 == 1
  }
}

extension RawReader {
  /// A hash for a ``HashFilter``: of the last bytes, in which ids differ mostly.
  @inline(__always) var filterHash: UInt64 {
    let word: UInt64
    if count >= 8 {
      word = self.word(count &- 8, as: UInt64.self)
    } else {
      let (first, last) = lastWords(from: 0)
      word = first << 32 ^ last
    }
    return folded(word, 0x9E37_79B9_7F4A_7C15)
  }
}

extension Key96 {
  /// A hash for a ``HashFilter``; tables take other bits of the key.
  @inline(__always) var filterHash: UInt64 { slot >> 20 }
}
