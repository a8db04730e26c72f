// What each event posts in the ledger. Every transaction sums to zero (SPEC 5).
import Pipeline

extension ProgramNight {
  /// An approved credit: the programme owes the commission, the affiliate earns its payout, the
  /// platform the fee; an override comes out of the platform's share.
  mutating func postCredit(_ place: Int, _ index: Int) {
    let conversion = conversions[place]
    let credit = conversion.credits[index]
    post(
      .commission, credit, conversion.order, key(.commission, conversion, index, sequence: 0),
      payout: credit.payoutMinor, fee: credit.platformFeeMinor, override: credit.overrideMinor)
  }

  /// Takes an approved credit's postings back.
  mutating func postReversal(
    of credit: Credit, _ index: Int, _ generation: Int32, _ order: OrderFacts
  ) {
    var key = RewardKey(type: .commission, program: terms.id)
    key.order = order.id
    key.generation = generation
    key.credit = Int32(index)
    post(
      .reversal, credit, order, key, payout: -credit.payoutMinor, fee: -credit.platformFeeMinor,
      override: -credit.overrideMinor)
  }

  /// What a refund changed in an approved credit.
  mutating func postAdjustment(_ place: Int, _ index: Int, from former: Credit) {
    let conversion = conversions[place]
    let credit = conversion.credits[index]
    post(
      .adjustment, credit, conversion.order, key(.commission, conversion, index, sequence: 0),
      payout: credit.payoutMinor - former.payoutMinor,
      fee: credit.platformFeeMinor - former.platformFeeMinor,
      override: credit.overrideMinor - former.overrideMinor)
  }

  private mutating func post(
    _ kind: LedgerTransaction.Kind, _ credit: Credit, _ order: OrderFacts, _ key: RewardKey,
    payout: Int64, fee: Int64, override: Int64
  ) {
    if payout != 0 || fee != 0 {
      var transaction = LedgerTransaction(
        kind: kind, affiliate: credit.affiliate, currency: order.currency,
        occurredAt: order.occurredAt, reward: key.digest, payout: nil)
      transaction.affiliateMinor = payout
      transaction.platformMinor = fee
      transaction.programMinor = -(payout + fee)
      append(transaction)
    }
    guard override != 0, let inviter = credit.inviter else { return }
    var overrideKey = key
    overrideKey.type = .override
    var transaction = LedgerTransaction(
      kind: kind == .commission ? .override : kind, affiliate: inviter, currency: order.currency,
      occurredAt: order.occurredAt, reward: overrideKey.digest, payout: nil)
    transaction.affiliateMinor = override
    transaction.platformMinor = -override
    append(transaction)
  }

  /// A bonus is owed by the programme.
  mutating func postBonus(_ reward: Reward) {
    var transaction = LedgerTransaction(
      kind: .bonus, affiliate: reward.affiliate, currency: reward.currency,
      occurredAt: reward.occurredAt, reward: reward.id, payout: nil)
    transaction.affiliateMinor = reward.amountMinor
    transaction.programMinor = -reward.amountMinor
    append(transaction)
  }

  /// A payout leaves the affiliate's balance and waits to be settled.
  mutating func postPayout(_ payout: Payout) {
    var transaction = transaction(.payout, payout)
    transaction.affiliateMinor = -payout.amountMinor
    transaction.payoutsMinor = payout.amountMinor
    append(transaction)
  }

  /// A completed payout left the bank.
  mutating func postSettlement(_ payout: Payout) {
    var transaction = transaction(.settlement, payout)
    transaction.payoutsMinor = -payout.amountMinor
    transaction.bankMinor = payout.amountMinor
    append(transaction)
  }

  /// A payout that did not arrive is owed again; one that was completed comes back to the bank.
  mutating func postReturn(_ payout: Payout, wasCompleted: Bool) {
    var transaction = transaction(.giveBack, payout)
    transaction.affiliateMinor = payout.amountMinor
    if wasCompleted {
      transaction.bankMinor = -payout.amountMinor
    } else {
      transaction.payoutsMinor = -payout.amountMinor
    }
    append(transaction)
  }

  private func transaction(
    _ kind: LedgerTransaction.Kind, _ payout: Payout
  ) -> LedgerTransaction {
    LedgerTransaction(
      kind: kind, affiliate: payout.affiliate, currency: payout.currency, occurredAt: facts.asOf,
      reward: nil, payout: payout.id)
  }

  private mutating func append(_ transaction: LedgerTransaction) {
    var transaction = transaction
    transaction.serial = Int32(truncatingIfNeeded: postings.count)
    postings.append(transaction)
  }
}
