// Text whose identity is its bytes. Swift's own String comparison treats canonically equal
// spellings of a word as one; an identifier must not.

public import Glibc

/// A piece of UTF-8 text that is compared, ordered and hashed by its bytes.
public struct Text: Sendable {
  /// The text itself, for printing.
  public let string: String

  /// Wraps a string as it stands.
  @inlinable public init(_ string: String) { self.string = string }

  /// Whether there is nothing in it.
  @inlinable public var isEmpty: Bool { string.utf8.isEmpty }

  /// The UTF-8 bytes, in order.
  @inlinable public var utf8: String.UTF8View { string.utf8 }
}

extension Text {
  /// Lends the UTF-8 bytes for the length of a call, without a copy on the heap.
  @inlinable @inline(__always) public func withBytes<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    if let result = unsafe string.utf8.withContiguousStorageIfAvailable(body) { return result }
    var copy = string
    return copy.withUTF8(body)
  }

  /// The first sixteen bytes as two big-endian words, with zeros behind the end: of two texts with
  /// different keys, the one with the lesser key is the lesser.
  @inlinable public var sortKey: (UInt64, UInt64) {
    unsafe withBytes { bytes in
      let count = bytes.count
      guard let base = bytes.baseAddress else { return (0, 0) }
      // SAFETY: every load below is inside the `count` bytes at `base`.
      if count >= 16 {
        return (
          unsafe Text.word(UnsafeRawPointer(base)), unsafe Text.word(UnsafeRawPointer(base) + 8)
        )
      }
      let whole = unsafe count >= 8 ? Text.word(UnsafeRawPointer(base)) : 0
      var rest: UInt64 = 0
      for place in (count & 8)..<count { unsafe rest = rest << 8 | UInt64(base[place]) }
      let missing = UInt64(8 &- (count & 7)) &* 8
      rest = missing == 64 ? 0 : rest << missing
      return count >= 8 ? (whole, rest) : (rest, 0)
    }
  }

  @inlinable @inline(__always) static func word(_ base: UnsafeRawPointer) -> UInt64 {
    // SAFETY: only asked for where eight bytes are left, in sortKey.
    unsafe UInt64(bigEndian: base.loadUnaligned(as: UInt64.self))
  }
}

extension Text: Hashable, Comparable {
  @inlinable public static func == (left: Text, right: Text) -> Bool {
    guard left.string.utf8.count == right.string.utf8.count else { return false }
    return unsafe left.withBytes { left in
      unsafe right.withBytes { right in
        guard let first = left.baseAddress, let second = right.baseAddress else {
          return left.count == right.count
        }
        return unsafe left.count == right.count && memcmp(first, second, left.count) == 0
      }
    }
  }

  @inlinable public static func < (left: Text, right: Text) -> Bool {
    unsafe left.withBytes { left in
      unsafe right.withBytes { right in
        guard let first = left.baseAddress, let second = right.baseAddress else {
          return left.count < right.count
        }
        let order = unsafe memcmp(first, second, min(left.count, right.count))
        return order != 0 ? order < 0 : left.count < right.count
      }
    }
  }

  @inlinable public func hash(into hasher: inout Hasher) {
    unsafe withBytes { bytes in
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
    }
    hasher.combine(0xFF as UInt8)
  }
}

extension Text: ExpressibleByStringLiteral, CustomStringConvertible {
  @inlinable public init(stringLiteral value: String) { string = value }
  public var description: String { string }
}
