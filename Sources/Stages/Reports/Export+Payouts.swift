// `export payouts`, and the rows that it shares with `payouts.csv`.
import Pipeline

/// A payout as its row shows it.
struct PayoutRow: Sendable {
  var id: Text
  var batch: Text
  var program: Text
  var affiliate: Text
  var affiliateName: Text?
  var email: Text
  var method: PaymentMethod
  var amount: Money
  var rewards: Int64
  var periodStart: Instant
  var periodEnd: Instant
  var status: Payout.Status
  var transaction: Text?
  var processedAt: Instant?
  var retryCount: Int64
  var failedReason: Text?
  /// Whose entry of the registry tells where the money goes.
  var payee: AffiliateOrdinal
  /// Its number in the store, and that of the run that made and posted it.
  var number: Int64
  var madeRun: Int64

  /// By (program_id, affiliate_id, currency), then by time.
  ///
  /// - Parameter condition: A `WHERE` on table `o`, or nothing.
  static func query(_ condition: String) -> String {
    """
    SELECT o.payout_id, o.batch_id, p.program_id, a.affiliate_id, o.affiliate_name, o.email,
      o.method, o.currency, o.amount_minor, o.rewards, o.period_start, o.period_end, o.status,
      o.transaction_id, o.processed_at, o.retry_count, o.failed_reason, o.affiliate, o.no, o.made_run
    FROM payouts o CROSS JOIN programs p ON p.no = o.program
    CROSS JOIN affiliates a ON a.no = o.affiliate \(condition)
    ORDER BY p.program_id, a.affiliate_id, o.currency, o.period_end, o.payout_id
    """
  }

  init(_ row: inout ColumnCursor) throws {
    id = row.text()
    batch = row.text()
    program = row.text()
    affiliate = row.text()
    affiliateName = row.optionalText()
    email = row.text()
    method = try row.coded(PaymentMethod.self)
    let currency = try row.currency()
    amount = Money(minorUnits: row.int(), currency)
    rewards = row.int()
    periodStart = row.instant()
    periodEnd = row.instant()
    status = try row.coded(Payout.Status.self)
    transaction = row.optionalText()
    processedAt = row.optionalInstant()
    retryCount = row.int()
    failedReason = row.optionalText()
    payee = AffiliateOrdinal(Int(row.int()))
    number = row.int()
    madeRun = row.int()
  }

  /// The columns of `payouts.csv`; the row is not ended.
  func write(to table: inout TableWriter) {
    table.append(id)
    table.append(batch)
    table.append(program)
    table.append(affiliate)
    table.append(affiliateName)
    table.append(email)
    table.append(method.word)
    table.append(amount.currency.code)
    table.append(amount.majorUnits)
    table.append(amount.minorUnits)
    table.append(rewards)
    table.append(periodStart)
    table.append(periodEnd)
    table.append(status.word)
  }

  /// The row of `export payouts`.
  func writeExtract(to table: inout TableWriter) throws {
    write(to: &table)
    table.append(transaction)
    table.append(processedAt)
    table.append(retryCount)
    table.append(failedReason)
    try table.endRow()
  }
}

extension Export {
  func writePayouts(from database: Database, to table: inout TableWriter) throws {
    try database.forEachRow(PayoutRow.query(condition("o.run")), parameters) { row in
      try PayoutRow(&row).writeExtract(to: &table)
    }
  }
}
