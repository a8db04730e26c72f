// The 128-bit digest as a value: what a content or a key is compared by. How it is computed
// stands in ContentHash.swift.

/// 128 bits that stand for some bytes.
public struct Digest128: Hashable, Comparable, Sendable {
  /// The first eight bytes, big-endian when printed.
  public var high: UInt64
  /// The last eight bytes.
  public var low: UInt64

  /// Puts two halves together.
  @inlinable public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Orders digests as their sixteen big-endian bytes do.
  @inlinable public static func < (left: Digest128, right: Digest128) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }
}

extension Digest128: CustomStringConvertible {
  /// 32 lower-case hexadecimal digits.
  public var description: String {
    var digits: [UInt8] = []
    digits.reserveCapacity(32)
    for half in [high, low] {
      for shift in stride(from: UInt64(60), through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: half >> shift) & 15
        digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
      }
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
