// A credit and its commission's reward, as the columns that `conversions` and `credits` share.
import Pipeline

/// One credit as it stands in the store, with its commission's reward folded in.
struct StoredCredit {
  var credit: Credit
  /// nil where the commission's reward would have been 0 from the start.
  var reward: FoldedReward?

  static let columns = """
    credit_code, credit_affiliate, credit_click_id, credit_click_at, weight, rate_bps, flat_minor, \
    rate_rule, tier, share_bps, inviter, fee_bps, commission_minor, payout_minor, override_minor, \
    reward_state, reward_minor, payable_at, payout
    """
  static let columnCount = 19

  /// Reads the columns; nil where the conversion is unattributed.
  init?(_ cursor: inout ColumnCursor) throws {
    guard let code = cursor.optionalOrdinal(AffiliateCode.self) else {
      cursor.skip(Int32(Self.columnCount - 1))
      return nil
    }
    let affiliate = cursor.ordinal(Affiliate.self)
    let clickID = cursor.text()
    let clickAt = cursor.optionalInstant()
    credit = Credit(
      code: code, affiliate: affiliate, clickID: clickID, clickAt: clickAt, weight: cursor.int())
    let rate = cursor.optionalInt()
    let flat = cursor.optionalInt()
    credit.earning = flat.map { .flat($0) } ?? .rate(BasisPoints(Int32(clamping: rate ?? 0)))
    credit.rule = try cursor.coded(RateRule.self)
    credit.tier = cursor.optionalText()
    credit.share = cursor.basisPoints()
    credit.inviter = cursor.optionalOrdinal(Affiliate.self)
    credit.fee = cursor.basisPoints()
    credit.commissionMinor = cursor.int()
    credit.payoutMinor = cursor.int()
    credit.overrideMinor = cursor.int()
    reward = try FoldedReward(&cursor)
  }

  init(credit: Credit, reward: FoldedReward?) {
    self.credit = credit
    self.reward = reward
  }

  func append(to batch: RowBatch) {
    batch.append(credit.code)
    batch.append(credit.affiliate)
    batch.append(credit.clickID)
    batch.append(credit.clickAt)
    batch.append(credit.weight)
    switch credit.earning {
    case .rate(let rate):
      batch.append(rate)
      batch.appendNull()
    case .flat(let amount):
      batch.appendNull()
      batch.append(amount)
    }
    batch.append(credit.rule)
    batch.append(credit.tier)
    batch.append(credit.share)
    batch.append(credit.inviter.map { Int64($0.index) })
    batch.append(credit.fee)
    batch.append(credit.commissionMinor)
    batch.append(credit.payoutMinor)
    batch.append(credit.overrideMinor)
    guard let reward else {
      for _ in 0..<4 { batch.appendNull() }
      return
    }
    batch.append(reward.state)
    batch.append(reward.amountMinor)
    batch.append(reward.payableAt)
    batch.append(reward.payout)
  }
}

/// A commission's reward without what its conversion says already.
struct FoldedReward {
  var state: Reward.State
  var amountMinor: Int64
  var payableAt: Instant
  var payout: Text?

  init(state: Reward.State, amountMinor: Int64, payableAt: Instant, payout: Text?) {
    self.state = state
    self.amountMinor = amountMinor
    self.payableAt = payableAt
    self.payout = payout
  }

  /// Whether it is approved and in no payout.
  var isLoose: Bool { state == .approved && payout == nil }

  init(_ reward: Reward) {
    state = reward.state
    amountMinor = reward.amountMinor
    payableAt = reward.payableAt
    payout = reward.payout
  }

  init?(_ cursor: inout ColumnCursor) throws {
    guard let state = try cursor.optionalCoded(Reward.State.self) else {
      cursor.skip(3)
      return nil
    }
    self.state = state
    amountMinor = cursor.int()
    payableAt = cursor.instant()
    payout = cursor.optionalText()
  }

  static func bind(_ reward: FoldedReward?, to cursor: inout ParameterCursor) throws {
    guard let reward else { return try cursor.bindNulls(4) }
    try cursor.bind(reward.state)
    try cursor.bind(reward.amountMinor)
    try cursor.bind(reward.payableAt)
    try cursor.bind(reward.payout)
  }

  /// The reward as the stages work on it.
  func unfolded(
    program: ProgramID, order: OrderID, occurredAt: Instant, currency: Currency, generation: Int32,
    place: Int32, affiliate: AffiliateOrdinal
  ) -> Reward {
    let id = RewardKey.digest(
      .commission, program: program.text, order: order.text, generation: generation,
      credit: place, sequence: 0)
    var reward = Reward(
      id: id, type: .commission, affiliate: affiliate, order: order, referral: nil,
      currency: currency, amountMinor: amountMinor, state: state, occurredAt: occurredAt,
      payableAt: payableAt)
    reward.payout = payout
    reward.credit = place
    reward.generation = generation
    return reward
  }
}
