// One reward from wherever it stands: its conversion's row, a further credit's, or its own.
import Pipeline

extension StoreReading {
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  func reward(_ row: ListedReward, _ orders: ListOrders) throws -> RewardFacts? {
    switch row {
    case .first(let number): return try commission(number, nil)
    case .further(let index):
      let credit = orders.furtherCredits[index]
      return try commission(credit.conversion, credit.place)
    case .own(let number): return try ownReward(number)
    }
  }

  /// A commission that stands in a conversion, or, with a place, in a further credit.
  private func commission(_ number: Int64, _ place: Int64?) throws -> RewardFacts? {
    let credit = place == nil ? "c" : "k"
    let from =
      place == nil
      ? "conversions c" : "conversions c JOIN credits k ON k.conversion = c.no AND k.place = ?2"
    let sql = """
      SELECT c.program, c.order_id, c.generation, c.currency, \(credit).reward_minor,
        \(credit).reward_state, c.occurred_at, \(credit).payable_at, r.as_of, \(credit).rate_bps,
        \(credit).tier, o.payout_id, o.transaction_id, o.processed_at
      FROM \(from) LEFT JOIN runs r ON r.no = c.run
      LEFT JOIN payouts o ON o.payout_id = \(credit).payout WHERE c.no = ?1
      """
    return try statements.with(sql) { row in
      try row.bind(int: number, at: 1)
      if let place { try row.bind(int: place, at: 2) }
      guard try row.step() else { return nil }
      var cursor = ColumnCursor(row)
      let program = cursor.int()
      let order = cursor.text()
      var key = RewardKey(
        type: .commission, program: ProgramID(try self.program(program)?.id ?? ""))
      key.order = OrderID(order)
      key.generation = Int32(clamping: cursor.int())
      key.credit = Int32(clamping: place ?? 0)
      return RewardFacts(
        id: key.digest.rewardID, type: .commission, program: program, order: order, referral: nil,
        currency: try cursor.currency(), amountMinor: cursor.int(),
        state: try cursor.coded(Reward.State.self), occurredAt: cursor.instant(),
        payableAt: cursor.instant(), changedAt: cursor.instant(), payout: nil,
        rate: cursor.optionalInt().map { BasisPoints(Int32(clamping: $0)) },
        tier: cursor.optionalText(), referredID: nil
      ).with(cursor.payout())
    }
  }

  private func ownReward(_ number: Int64) throws -> RewardFacts? {
    let sql = """
      SELECT w.id, w.type, w.program, w.affiliate, w.order_id, w.referral_id, w.credit,
        w.generation, w.currency, w.amount_minor, w.state, w.occurred_at, w.payable_at, r.as_of,
        f.referred_id, o.payout_id, o.transaction_id, o.processed_at
      FROM rewards w LEFT JOIN runs r ON r.no = w.run
      LEFT JOIN referrals f ON f.referral_id = w.referral_id
      LEFT JOIN payouts o ON o.payout_id = w.payout WHERE w.no = ?1
      """
    return try statements.with(sql) { row in
      try row.bind(int: number, at: 1)
      guard try row.step() else { return nil }
      var cursor = ColumnCursor(row)
      let id = try cursor.digest()
      let type = try cursor.coded(RewardType.self)
      let (program, affiliate) = (cursor.int(), cursor.int())
      let (order, referral) = (cursor.optionalText(), cursor.optionalText())
      let (credit, generation) = (cursor.int(), cursor.int())
      var fixed: (rate: BasisPoints?, tier: Text?) = (nil, nil)
      switch type {
      case .commission, .override:
        if let order {
          fixed = try fixedTerms(type, program, order, credit: credit, generation: generation)
        }
      case .tierBonus:
        fixed.tier = try tierReached(affiliate, program, order: order, referral: referral)
      case .signupBonus: break
      }
      return RewardFacts(
        id: id.rewardID, type: type, program: program, order: order, referral: referral,
        currency: try cursor.currency(), amountMinor: cursor.int(),
        state: try cursor.coded(Reward.State.self), occurredAt: cursor.instant(),
        payableAt: cursor.instant(), changedAt: cursor.instant(), payout: nil, rate: fixed.rate,
        tier: fixed.tier, referredID: cursor.optionalText()
      ).with(cursor.payout())
    }
  }

  /// The rate and tier of the credit that a reward belongs to; nothing once the order has been
  /// attributed anew, because the former terms are not kept.
  private func fixedTerms(
    _ type: RewardType, _ program: Int64, _ order: Text, credit: Int64, generation: Int64
  ) throws -> (BasisPoints?, Text?) {
    let sql = """
      SELECT CASE ?3 WHEN 0 THEN c.rate_bps ELSE k.rate_bps END,
        CASE ?3 WHEN 0 THEN c.fee_bps ELSE k.fee_bps END,
        CASE ?3 WHEN 0 THEN c.tier ELSE k.tier END
      FROM conversions c LEFT JOIN credits k ON k.conversion = c.no AND k.place = ?3
      WHERE c.program = ?1 AND c.order_id = ?2 AND c.generation = ?4
      """
    return try statements.with(sql) { row in
      try row.bind(int: program, at: 1)
      try row.bind(text: order, at: 2)
      try row.bind(int: credit, at: 3)
      try row.bind(int: generation, at: 4)
      guard try row.step() else { return (nil, nil) }
      let rate = row.optionalInt(type == .override ? 1 : 0)
      return (
        rate.map { BasisPoints(Int32(clamping: $0)) },
        type == .override ? nil : row.optionalText(2)
      )
    }
  }

  private func tierReached(
    _ affiliate: Int64, _ program: Int64, order: Text?, referral: Text?
  ) throws -> Text? {
    let sql = """
      SELECT tier FROM tier_upgrades WHERE affiliate = ?1 AND program = ?2
        AND order_id IS ?3 AND referral_id IS ?4 ORDER BY no DESC LIMIT 1
      """
    return try statements.with(sql) { row in
      try row.bind(int: affiliate, at: 1)
      try row.bind(int: program, at: 2)
      try row.bind(3, order)
      try row.bind(4, referral)
      return try row.step() ? row.text(0) : nil
    }
  }
}

extension RewardFacts {
  /// The same with the payout that carries it.
  fileprivate func with(_ payout: PayoutOfReward?) -> RewardFacts {
    RewardFacts(
      id: id, type: type, program: program, order: order, referral: referral, currency: currency,
      amountMinor: amountMinor, state: state, occurredAt: occurredAt, payableAt: payableAt,
      changedAt: changedAt, payout: payout, rate: rate, tier: tier, referredID: referredID)
  }
}

extension ColumnCursor {
  /// payout_id, transaction_id, processed_at.
  fileprivate func payout() -> RewardFacts.PayoutOfReward? {
    var cursor = self
    guard let id = cursor.optionalText() else { return nil }
    return RewardFacts.PayoutOfReward(
      id: id, transactionID: cursor.optionalText(), processedAt: cursor.optionalInstant())
  }
}
