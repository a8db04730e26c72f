// What payouts carry of first commissions: narrow rows, written in the order of their numbers.
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
    insert = RowBatch(database, insertInto: "payout_rows", "no, payout")
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

  /// Hands over what has come since the last time, in its order; all that is carried later must have
  /// greater numbers, or rows are written out of their order.
  mutating func write() throws {
    rows.sort { $0.number < $1.number }
    for row in rows {
      insert.append(row.number)
      insert.append(row.payout)
      try insert.endRow()
    }
    rows.removeAll(keepingCapacity: true)
  }

  /// Writes everything.
  mutating func finish() throws {
    try write()
    try insert.flush()
  }
}
