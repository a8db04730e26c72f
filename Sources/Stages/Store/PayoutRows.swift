// What payouts carry of first commissions: narrow rows, written together and in the order of their
// numbers at the end of a night.
import Pipeline

/// Writes `payout_rows`.
struct PayoutRowWriter {
  private struct Row {
    var number: Int64
    var payout: Int64
  }

  private let insert: RowBatch
  private let delete: Statement
  private var rows: [Row] = []

  init(_ database: Database) throws {
    insert = RowBatch(
      database, insertInto: "payout_rows", "no, payout", rowsTogether: 64)
    delete = try database.prepare("DELETE FROM payout_rows WHERE no = ?")
  }

  /// How many rows are on their way, or have been.
  var count: Int64 { Int64(rows.count) + insert.rows }

  /// Puts the first commission of a row of `conversion_rows` into a payout; it must be in none.
  mutating func carry(_ number: Int64, in payout: Int64) {
    rows.append(Row(number: number, payout: payout))
  }

  /// Takes it out of whatever payout it was in.
  func giveBack(_ number: Int64) throws {
    try delete.bind(int: number, at: 1)
    try delete.run()
  }

  /// Writes everything.
  mutating func finish() throws {
    rows.sort { $0.number < $1.number }
    for row in rows {
      insert.append(row.number)
      insert.append(row.payout)
      try insert.endRow()
    }
    rows = []
    try insert.flush()
  }
}
