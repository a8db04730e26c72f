// A point in time as the product keeps it. Nothing here reads a clock.

/// Milliseconds since 1970-01-01T00:00:00 UTC, without leap seconds.
public struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970 UTC; negative before it.
  public var milliseconds: Int64

  /// Wraps a count of milliseconds since 1970 UTC.
  @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  @inlinable public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }
}
