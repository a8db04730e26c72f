// Writes the changes of sums: days are rows of their own for each run, totals are added to.
import Pipeline

/// The merge's hand on the tables of sums.
struct SumsWriter {
  private let run: Int64
  private let sales: RowBatch
  private let totals: RowBatch
  private let codes: RowBatch
  private let open: RowBatch
  private let days: RowBatch
  private let dropOpen: Statement
  /// Of all programmes.
  private var orders = SumTable<ReportSums.OrderKey, OrderDay>(OrderDay())

  init(_ database: Database, run: Int64) throws {
    self.run = run
    sales = RowBatch(
      database, insertInto: "sales_days",
      "day, program, currency, run, orders, revenue_minor, rewards, earned_minor, credits, "
        + "payout_minor, affiliates")
    totals = Self.adding(
      "totals", key: ["affiliate", "program", "currency"],
      [
        "orders", "revenue_minor", "commissions", "pending_minor", "owed_minor", "in_payout_minor",
        "paid_minor",
      ], database)
    codes = Self.adding(
      "code_totals", key: ["code"],
      ["clicks", "orders", "leads_pending", "leads_approved", "leads_rejected"], database)
    open = Self.adding(
      "open_rewards", key: ["program", "currency", "state", "payable_day"],
      ["rewards", "amount_minor"], database)
    days = Self.adding(
      "order_days", key: ["day", "currency"],
      [
        "orders", "credited", "attributed", "approved", "in_payout", "paid", "gross_minor",
        "returned_minor", "commission_minor", "payout_minor",
      ], database)
    dropOpen = try database.prepare("DELETE FROM open_rewards WHERE rewards = 0")
  }

  /// An insert that adds where the key is there.
  private static func adding(
    _ table: String, key: [String], _ columns: [String], _ database: Database
  ) -> RowBatch {
    let all = key + columns
    let sums = columns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")
    return RowBatch(database, columns: all.count) { rows in
      "INSERT INTO \(table) (\(all.joined(separator: ", "))) \(rows) "
        + "ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET \(sums)"
    }
  }

  /// Writes what one programme's night changed.
  ///
  /// - Throws: ``DatabaseFault``.
  mutating func write(
    _ changes: ProgramSums, _ sales: SalesDayRows, program: ProgramOrdinal
  ) throws {
    try write(sales, program)
    for (key, total) in changes.totals.inOrder where !total.isZero {
      totals.append(key.affiliate)
      totals.append(program)
      totals.append(codeOf: Currency(packed: key.currency))
      for value in [
        total.orders, total.revenueMinor, total.commissions, total.pendingMinor, total.owedMinor,
        total.inPayoutMinor, total.paidMinor,
      ] { totals.append(value) }
      try totals.endRow()
    }
    for (code, counts) in changes.codes.inOrder where !counts.isZero {
      codes.append(code)
      codes.append(counts.clicks)
      codes.append(counts.orders)
      codes.append(counts.leadsPending)
      codes.append(counts.leadsApproved)
      codes.append(counts.leadsRejected)
      try codes.endRow()
    }
    for (key, rewards) in changes.reports.open.inOrder where !rewards.isZero {
      open.append(program)
      open.append(codeOf: Currency(packed: key.currency))
      open.append(key.state)
      open.append(key.payableDay)
      open.append(rewards.rewards)
      open.append(rewards.amountMinor)
      try open.endRow()
    }
    for (key, day) in changes.reports.orders.inOrder where !day.isZero {
      try orders[key].add(day)
    }
  }

  private func writeOrderDays() throws {
    for (key, day) in orders.inOrder where !day.isZero {
      days.append(key.day)
      days.append(codeOf: Currency(packed: key.currency))
      for value in [
        day.orders, day.credited, day.attributed, day.approved, day.inPayout, day.paid,
        day.grossMinor, day.returnedMinor, day.commissionMinor, day.payoutMinor,
      ] { days.append(value) }
      try days.endRow()
    }
  }

  private func write(_ days: SalesDayRows, _ program: ProgramOrdinal) throws {
    for (place, row) in days.rows.enumerated() {
      sales.append(row.day)
      sales.append(program)
      sales.append(codeOf: Currency(packed: row.currency))
      sales.append(run)
      sales.append(row.whole.orders)
      sales.append(row.whole.revenueMinor)
      sales.append(row.whole.rewards)
      sales.append(row.whole.earnedMinor)
      sales.append(row.whole.credits)
      sales.append(row.whole.payoutMinor)
      days.affiliates.append(place, to: sales)
      try sales.endRow()
    }
  }

  /// Writes what is still on its way.
  ///
  /// - Throws: ``DatabaseFault``.
  func flush() throws {
    try writeOrderDays()
    for batch in [sales, totals, codes, open, days] { try batch.flush() }
    try dropOpen.run()
  }
}
