// Writes a night's clicks, counted by day and code.
import Pipeline

/// The merge's hand on `clicks_days`.
struct ClickDaysWriter {
  private let run: Int64
  private let days: RowBatch

  /// - Parameter run: The run's number in the store.
  init(_ database: Database, run: Int64) {
    self.run = run
    days = RowBatch(
      database, insertInto: "clicks_days", "day, program, run, clicks, filtered, codes")
  }

  /// Writes one programme's days.
  ///
  /// - Throws: ``DatabaseFault``.
  func write(_ clicks: ClickDayRows, program: ProgramOrdinal) throws {
    for (place, row) in clicks.rows.enumerated() {
      days.append(row.day)
      days.append(program)
      days.append(run)
      days.append(row.clicks)
      days.append(row.filtered)
      clicks.codes.append(place, to: days)
      try days.endRow()
    }
  }

  /// Writes what is still on its way.
  ///
  /// - Throws: ``DatabaseFault``.
  func flush() throws { try days.flush() }
}
