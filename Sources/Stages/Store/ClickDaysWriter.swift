// Writes a night's clicks, counted by day and code.
import Pipeline

/// The merge's hand on `clicks_days`.
struct ClickDaysWriter {
  private let run: Int64
  private let days: RowBatch

  /// - Parameter run: The run's number in the store.
  init(_ database: Database, run: Int64) throws {
    self.run = run
    days = try RowBatch(
      database, insertInto: "clicks_days", "day, program, run, clicks, filtered, codes")
  }

  /// Writes one programme's days.
  ///
  /// - Parameter daily: In the order of (day, code).
  /// - Throws: ``DatabaseFault``.
  func write(_ daily: [DailyClicks], program: ProgramOrdinal) throws {
    var start = 0
    var codes: [UInt8] = []
    while start < daily.count {
      var end = start
      var total = (clicks: Int64(0), filtered: Int64(0))
      codes.removeAll(keepingCapacity: true)
      while end < daily.count, daily[end].day == daily[start].day {
        total.clicks += daily[end].clicks
        total.filtered += daily[end].filtered
        DailyCodes.append(daily[end], to: &codes)
        end += 1
      }
      codes.append(UInt8(ascii: "}"))
      days.append(daily[start].day)
      days.append(program)
      days.append(run)
      days.append(total.clicks)
      days.append(total.filtered)
      days.append(utf8: codes)
      try days.endRow()
      start = end
    }
  }

  /// Writes what is still on its way.
  ///
  /// - Throws: ``DatabaseFault``.
  func flush() throws { try days.flush() }
}
