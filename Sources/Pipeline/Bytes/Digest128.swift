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
  public var description: String { hexadecimal(high) + hexadecimal(low) }

  private func hexadecimal(_ half: UInt64) -> String {
    let digits = String(half, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
