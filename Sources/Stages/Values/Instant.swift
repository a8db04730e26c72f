// A point in time as the product keeps it. Nothing here reads a clock.

/// Milliseconds since 1970-01-01T00:00:00 UTC, without leap seconds.
public struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970 UTC; negative before it.
  public var milliseconds: Int64

  /// Milliseconds in a UTC day.
  public static let day: Int64 = 86_400_000
  /// Milliseconds in an hour.
  public static let hour: Int64 = 3_600_000
  /// Before every instant that an input can state.
  public static let distantPast = Instant(milliseconds: .min / 4)
  /// After every instant that an input can state.
  public static let distantFuture = Instant(milliseconds: .max / 4)

  /// Wraps a count of milliseconds since 1970 UTC.
  @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  @inlinable public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The instant `milliseconds` later; earlier when negative.
  @inlinable public static func + (instant: Instant, milliseconds: Int64) -> Instant {
    Instant(milliseconds: instant.milliseconds &+ milliseconds)
  }

  /// Milliseconds from `right` to `left`.
  @inlinable public static func - (left: Instant, right: Instant) -> Int64 {
    left.milliseconds &- right.milliseconds
  }

  /// The number of the UTC day it lies in; 0 is 1970-01-01.
  @inlinable public var utcDay: Int32 {
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: Self.day)
    return Int32(truncatingIfNeeded: remainder < 0 ? quotient - 1 : quotient)
  }

  /// The hour of its UTC day, 0–23.
  @inlinable public var utcHour: Int {
    Int((milliseconds - Int64(utcDay) * Self.day) / Self.hour)
  }
}
