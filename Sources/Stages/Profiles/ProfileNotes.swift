// What looked doubtful while files were read by a profile: no reason to reject a row, but for a
// person to know.
import Pipeline

/// Doubtful things, counted; threads add what they met.
final class ProfileNotes: Sendable {
  struct Counts: Sendable {
    /// Years of two digits.
    var shortYears = 0
    /// Dates that read with day and month in either order, and those that read in one alone.
    var ambiguousDates = 0
    var decisiveDates = 0
    /// Amounts that were rounded.
    var rounded = 0
    /// Refunds that were above their amount, and cut.
    var capped = 0
    /// Times on clocks without a zone.
    var zoneless = 0
    /// Rows of which the currency is that of a symbol that several share.
    var ambiguousSymbols = 0
    /// Lines that are no rows.
    var passedOver = 0

    mutating func add(_ other: Counts) {
      shortYears += other.shortYears
      ambiguousDates += other.ambiguousDates
      decisiveDates += other.decisiveDates
      rounded += other.rounded
      capped += other.capped
      zoneless += other.zoneless
      ambiguousSymbols += other.ambiguousSymbols
      passedOver += other.passedOver
    }
  }

  private let counts = Guarded(Counts())

  /// All that was met so far.
  var total: Counts { counts.withLock { $0 } }

  func add(_ more: Counts) { counts.withLock { $0.add(more) } }
}
