// `export rewards`: the commissions that stand in conversions and credits, and all other rewards.
import Pipeline

extension Export {
  /// By (program_id, affiliate_id, reward_id).
  ///
  /// The id of a commission is derived, so SQL cannot sort by it: an affiliate's rewards are
  /// gathered, sorted and written together.
  func writeRewards(from database: Database, to table: inout TableWriter) throws {
    var group = RewardGroup(database)
    try database.forEachRow(rewardQuery, parameters) { row in
      let (program, affiliate) = (row.text(), row.text())
      if !group.holds(program, affiliate) {
        try group.write(to: &table, asOf: asOf)
        group.begin(program, affiliate)
      }
      try group.add(RewardRow(&row, program: program))
    }
    try group.write(to: &table, asOf: asOf)
  }

  private var rewardQuery: String {
    let inConversions = run == nil ? "" : "AND c.run = ?1"
    let folded = """
      c.order_id, NULL, c.currency, %.reward_minor, %.reward_state, c.occurred_at,
        %.payable_at, %.payout, c.generation
      """
    func columns(_ table: Character) -> String { String(folded.map { $0 == "%" ? table : $0 }) }
    return """
      SELECT p.program_id, a.affiliate_id, NULL, 0, \(columns("c")), 0
      FROM conversions c CROSS JOIN programs p ON p.no = c.program
      CROSS JOIN affiliates a ON a.no = c.credit_affiliate
      WHERE c.reward_state IS NOT NULL \(inConversions)
      UNION ALL
      SELECT p.program_id, a.affiliate_id, NULL, 0, \(columns("k")), k.place
      FROM credits k CROSS JOIN conversions c ON c.no = k.conversion
      CROSS JOIN programs p ON p.no = c.program
      CROSS JOIN affiliates a ON a.no = k.credit_affiliate
      WHERE k.reward_state IS NOT NULL \(inConversions)
      UNION ALL
      SELECT p.program_id, a.affiliate_id, w.id, w.type, w.order_id, w.referral_id, w.currency,
        w.amount_minor, w.state, w.occurred_at, w.payable_at, w.payout, 0, 0
      FROM rewards w CROSS JOIN programs p ON p.no = w.program
      CROSS JOIN affiliates a ON a.no = w.affiliate \(condition("w.run"))
      ORDER BY 1, 2
      """
  }
}

/// A reward as its row shows it.
struct RewardRow {
  var id: Digest128
  var type: RewardType
  var order: Text?
  var referral: Text?
  var currency: Text
  var amountMinor: Int64
  var state: Reward.State
  var occurredAt: Instant
  var payableAt: Instant
  var payout: Text?

  /// The word for its state at an instant.
  func stateWord(asOf: Instant) -> String {
    state == .approved && payableAt <= asOf ? "payable" : state.word
  }
}

extension RewardRow {
  /// The columns after the affiliate's of ``Export``'s query, or of the table that groups spill to.
  init(_ row: inout ColumnCursor, program: Text) throws {
    let id = try row.optionalDigest()
    type = try row.coded(RewardType.self)
    order = row.optionalText()
    referral = row.optionalText()
    currency = row.text()
    amountMinor = row.int()
    state = try row.coded(Reward.State.self)
    occurredAt = row.instant()
    payableAt = row.instant()
    payout = row.optionalText()
    if let id {
      self.id = id
    } else {
      var key = RewardKey(type: .commission, program: ProgramID(program))
      key.order = order.map { OrderID($0) }
      key.generation = Int32(clamping: row.int())
      key.credit = Int32(clamping: row.int())
      self.id = key.digest
    }
  }
}

extension Reward.State {
  /// The word where time does not matter.
  public var word: String {
    switch self {
    case .pending: "pending"
    case .approved: "approved"
    case .inPayout: "in_payout"
    case .paid: "paid"
    case .reversed: "reversed"
    case .rejected: "rejected"
    }
  }
}
