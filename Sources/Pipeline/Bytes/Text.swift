// Text whose identity is its bytes. Swift's own String comparison treats canonically equal
// spellings of a word as one; an identifier must not.

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

extension Text: Hashable, Comparable {
  @inlinable public static func == (left: Text, right: Text) -> Bool {
    left.string.utf8.elementsEqual(right.string.utf8)
  }

  @inlinable public static func < (left: Text, right: Text) -> Bool {
    left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
  }

  @inlinable public func hash(into hasher: inout Hasher) {
    var copy = string
    copy.withUTF8 { bytes in unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes)) }
    hasher.combine(0xFF as UInt8)
  }
}

extension Text: ExpressibleByStringLiteral, CustomStringConvertible {
  @inlinable public init(stringLiteral value: String) { string = value }
  public var description: String { string }
}
