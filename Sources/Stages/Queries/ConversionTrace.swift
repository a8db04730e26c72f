// Why an order is what it is, as far as the store tells: evidence, touches, rate, flags, where the
// row came from.
public import Pipeline

/// One order with everything that was decided about it.
public struct ConversionTrace: Sendable {
  /// One touch that earns.
  public struct Credit: Sendable {
    public let affiliate: Int64
    public let affiliateID: Text
    public let code: Text
    public let clickID: Text?
    public let clickAt: Instant?
    /// Its share of all weights.
    public let weight: Int64
    public let rate: BasisPoints?
    /// A flat commission, in minor units, where no rate counts.
    public let flatMinor: Int64?
    public let rule: RateRule?
    public let tier: Text?
    public let share: BasisPoints
    public let commissionMinor: Int64
    public let payoutMinor: Int64
    /// nil where there is no reward, or it has no state yet.
    public let state: Reward.State?
    public let payableAt: Instant?
    public let payout: Text?
  }

  public let id: Text
  public let order: Text
  public let occurredAt: Instant
  public let currency: Currency
  public let amountMinor: Int64
  public let returnedMinor: Int64
  public let orderStatus: OrderStatus
  public let status: Conversion.Status
  public let reason: UnattributedReason?
  public let evidence: Evidence?
  public let model: AttributionModel?
  public let flags: FraudFlags
  public let score: BasisPoints
  public let isDecided: Bool
  /// The run that last changed it.
  public let run: Text
  /// The input file and line of the row that counts.
  public let file: Text
  public let line: Int64
  public internal(set) var credits: [Credit]

  /// Leaves out what others earn.
  public mutating func keepCredits(ofAffiliate affiliate: Int64) {
    credits.removeAll { $0.affiliate != affiliate }
  }
}

extension StoreReading {
  /// The trace of a programme's order; nil where there is none.
  ///
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  public func trace(ofOrder order: Text, in program: ProgramFacts) throws -> ConversionTrace? {
    let sql = """
      SELECT c.no, c.order_id, c.occurred_at, c.currency, c.amount_minor, c.returned_minor,
        c.order_status, c.status, c.reason, c.evidence, c.model, c.flags, c.score_bps, c.decided,
        r.name, f.name, c.line, \(Self.creditColumns("c"))
      FROM conversions c LEFT JOIN runs r ON r.no = c.run LEFT JOIN files f ON f.no = c.file
      WHERE c.program = ?1 AND c.order_id = ?2
      """
    var number: Int64 = 0
    let found: ConversionTrace? = try statements.with(sql) { row in
      try row.bind(int: program.number, at: 1)
      try row.bind(text: order, at: 2)
      guard try row.step() else { return nil }
      var cursor = ColumnCursor(row)
      number = cursor.int()
      return try Self.trace(&cursor, program)
    }
    guard var trace = found, !trace.credits.isEmpty else { return found }
    trace.credits += try furtherCredits(ofConversion: number)
    return trace
  }

  private static func trace(
    _ cursor: inout ColumnCursor, _ program: ProgramFacts
  ) throws -> ConversionTrace {
    let order = cursor.text()
    return ConversionTrace(
      id: conversionID(program: ProgramID(program.id), order: OrderID(order)), order: order,
      occurredAt: cursor.instant(), currency: try cursor.currency(), amountMinor: cursor.int(),
      returnedMinor: cursor.int(), orderStatus: try cursor.coded(OrderStatus.self),
      status: try cursor.coded(Conversion.Status.self),
      reason: try cursor.optionalCoded(UnattributedReason.self),
      evidence: try cursor.optionalCoded(Evidence.self),
      model: try cursor.optionalCoded(AttributionModel.self),
      flags: FraudFlags(rawValue: UInt8(truncatingIfNeeded: cursor.int())),
      score: cursor.basisPoints(), isDecided: cursor.bool(), run: cursor.text(),
      file: cursor.text(), line: cursor.int(), credits: [try credit(&cursor)].compactMap { $0 })
  }

  private func furtherCredits(ofConversion number: Int64) throws -> [ConversionTrace.Credit] {
    let sql = """
      SELECT \(Self.creditColumns("c")) FROM credits c WHERE c.conversion = ?1 ORDER BY c.place
      """
    return try statements.with(sql) { row in
      try row.bind(int: number, at: 1)
      var credits: [ConversionTrace.Credit] = []
      while try row.step() {
        var cursor = ColumnCursor(row)
        if let credit = try Self.credit(&cursor) { credits.append(credit) }
      }
      return credits
    }
  }

  private static func creditColumns(_ table: String) -> String {
    """
    \(table).credit_affiliate,
      (SELECT a.affiliate_id FROM affiliates a WHERE a.no = \(table).credit_affiliate),
      (SELECT k.code FROM codes k WHERE k.no = \(table).credit_code),
      \(table).credit_click_id, \(table).credit_click_at, \(table).weight, \(table).rate_bps,
      \(table).flat_minor, \(table).rate_rule, \(table).tier, \(table).share_bps,
      \(table).commission_minor, \(table).payout_minor, \(table).reward_state,
      \(table).payable_at, \(table).payout
    """
  }

  private static func credit(_ cursor: inout ColumnCursor) throws -> ConversionTrace.Credit? {
    guard let affiliate = cursor.optionalInt() else { return nil }
    let (id, code) = (cursor.text(), cursor.text())
    let (clickID, clickAt) = (cursor.optionalText(), cursor.optionalInstant())
    let weight = cursor.int()
    let rate = cursor.optionalInt().map { BasisPoints(Int32(clamping: $0)) }
    return ConversionTrace.Credit(
      affiliate: affiliate, affiliateID: id, code: code,
      clickID: clickID.flatMap { $0.isEmpty ? nil : $0 }, clickAt: clickAt, weight: weight,
      rate: rate, flatMinor: cursor.optionalInt(), rule: try cursor.optionalCoded(RateRule.self),
      tier: cursor.optionalText(), share: cursor.basisPoints(), commissionMinor: cursor.int(),
      payoutMinor: cursor.int(), state: try cursor.optionalCoded(Reward.State.self),
      payableAt: cursor.optionalInstant(), payout: cursor.optionalText())
  }
}
