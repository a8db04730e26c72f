// Rates. A rate is an integer; no floating point enters this file.

/// A rate in hundredths of a percent: 1_000 is 10 %, 10_000 is the whole.
public struct BasisPoints: Hashable, Comparable, Sendable {
  /// Hundredths of a percent.
  public let value: Int32

  @inlinable public init(_ value: Int32) { self.value = value }

  /// The whole of an amount.
  public static let whole = BasisPoints(10_000)

  @inlinable public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}
