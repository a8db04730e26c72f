// Payouts, newest first.
public import Pipeline

/// A payout as it stands.
public struct PayoutFacts: Sendable {
  public let id: Text
  public let batch: Text
  public let program: Int64
  public let affiliate: Int64
  public let method: PaymentMethod
  public let currency: Currency
  public let amountMinor: Int64
  public let periodStart: Instant
  public let periodEnd: Instant
  public let status: Payout.Status
  public let retryCount: Int64
  public let transactionID: Text?
  public let transactionHash: Text?
  public let processedAt: Instant?
  public let failedReason: Text?
  /// as_of of the run that made it.
  public let createdAt: Instant
  /// as_of of the run that last changed it.
  public let updatedAt: Instant

  /// When it was completed; nil while it is not.
  public var completedAt: Instant? { status == .completed ? processedAt : nil }
}

extension StoreReading {
  /// Numbers of all payouts, newest first.
  ///
  /// - Throws: ``DatabaseFault``.
  public func payoutNumbers() throws -> [UInt32] { try ListOrders.of(self).allPayouts }

  /// Numbers of an affiliate's payouts, newest first.
  ///
  /// - Throws: ``DatabaseFault``.
  public func payoutNumbers(ofAffiliate affiliate: Int64) throws -> [UInt32] {
    Array(try ListOrders.of(self).payouts[affiliate])
  }

  /// One payout; nil for a number that none has.
  ///
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  public func payout(_ number: UInt32) throws -> PayoutFacts? {
    let sql = """
      SELECT o.payout_id, o.batch_id, o.program, o.affiliate, o.method, o.currency, o.amount_minor,
        o.period_start, o.period_end, o.status, o.retry_count, o.transaction_id,
        o.transaction_hash, o.processed_at, o.failed_reason, m.as_of, r.as_of
      FROM payouts o LEFT JOIN runs m ON m.no = o.made_run LEFT JOIN runs r ON r.no = o.run
      WHERE o.no = ?1
      """
    return try statements.with(sql) { row in
      try row.bind(int: Int64(number), at: 1)
      guard try row.step() else { return nil }
      var cursor = ColumnCursor(row)
      return PayoutFacts(
        id: cursor.text(), batch: cursor.text(), program: cursor.int(), affiliate: cursor.int(),
        method: try cursor.coded(PaymentMethod.self), currency: try cursor.currency(),
        amountMinor: cursor.int(), periodStart: cursor.instant(), periodEnd: cursor.instant(),
        status: try cursor.coded(Payout.Status.self), retryCount: cursor.int(),
        transactionID: cursor.optionalText(), transactionHash: cursor.optionalText(),
        processedAt: cursor.optionalInstant(), failedReason: cursor.optionalText(),
        createdAt: cursor.instant(), updatedAt: cursor.instant())
    }
  }

  /// What a programme paid in one currency, by the instant at which payouts were processed.
  ///
  /// - Throws: ``DatabaseFault``.
  public func paid(byProgram program: Int64, in currency: Currency, _ period: Period) throws
    -> Int64
  {
    let sql = """
      SELECT coalesce(sum(amount_minor), 0) FROM payouts
      WHERE program = ?1 AND status = \(Payout.Status.completed.rawValue) AND currency = ?2
        AND processed_at >= ?3 AND processed_at < ?4
      """
    return try statements.with(sql) { row in
      try row.bind(int: program, at: 1)
      try row.bind(text: Text(currency.code), at: 2)
      try row.bind(int: period.instants.lowerBound, at: 3)
      try row.bind(int: period.instants.upperBound, at: 4)
      return try row.step() ? row.int(0) : 0
    }
  }

  /// How many of an affiliate's payouts are completed, and when the last one was.
  ///
  /// - Parameter program: One programme's alone.
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  public func completedPayouts(
    ofAffiliate affiliate: Int64, program: Int64? = nil
  ) throws -> (count: Int64, last: Instant?) {
    var result: (count: Int64, last: Instant?) = (0, nil)
    for number in try ListOrders.of(self).payouts[affiliate] {
      guard let payout = try payout(number), payout.status == .completed else { continue }
      if let program, payout.program != program { continue }
      result.count += 1
      if let at = payout.processedAt { result.last = max(at, result.last ?? at) }
    }
    return result
  }

  /// How many affiliates have a code in a programme.
  ///
  /// - Throws: ``DatabaseFault``.
  public func affiliateCount(ofProgram program: Int64) throws -> Int64 {
    try derived("affiliates of \(program)") {
      try statements.with("SELECT count(DISTINCT affiliate_no) FROM codes WHERE program_no = ?1") {
        row in
        try row.bind(int: program, at: 1)
        return try row.step() ? row.int(0) : 0
      }
    }
  }
}
