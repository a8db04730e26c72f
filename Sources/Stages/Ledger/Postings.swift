// What each event posts in the ledger. Every transaction sums to zero (SPEC 5).
import Pipeline

/// The ids of a credit's two rewards; each only where there is something to post under it.
struct CreditIDs {
  var commission: Digest128
  var override: Digest128
}

extension ProgramNight {
  /// The ids that a credit's amounts need.
  func creditIDs(
    _ amounts: CreditAmounts, _ order: OrderID, _ generation: Int32, _ index: Int
  ) -> CreditIDs {
    let none = Digest128(high: 0, low: 0)
    let isOwed = amounts.payout != 0 || amounts.fee != 0
    let hasOverride = amounts.override != 0 && amounts.inviter != nil
    return CreditIDs(
      commission: isOwed
        ? rewardID(.commission, order: order, generation: generation, index) : none,
      override: hasOverride
        ? rewardID(.override, order: order, generation: generation, index) : none)
  }

  /// An approved credit: the programme owes the commission, the affiliate earns its payout, the
  /// platform the fee; an override comes out of the platform's share.
  mutating func postCredit(
    _ amounts: CreditAmounts, _ ids: CreditIDs, _ currency: Currency, _ occurredAt: Instant
  ) {
    post(.commission, amounts, ids, currency, occurredAt)
  }

  /// Posts an approved credit of a conversion.
  mutating func postCredit(_ place: Int, _ index: Int) {
    let amounts = CreditAmounts(conversions[place].credits[index])
    post(.commission, amounts, place, index, conversions[place].generation)
  }

  /// Takes an approved credit's postings back.
  mutating func postReversal(
    of credit: Credit, _ index: Int, _ generation: Int32, _ place: Int
  ) {
    post(.reversal, CreditAmounts(credit).reversed, place, index, generation)
  }

  /// What a refund changed in an approved credit.
  mutating func postAdjustment(_ place: Int, _ index: Int, from former: Credit) {
    let amounts = CreditAmounts(conversions[place].credits[index])
    post(
      .adjustment, amounts.change(since: CreditAmounts(former)), place, index,
      conversions[place].generation)
  }

  private mutating func post(
    _ kind: LedgerTransaction.Kind, _ amounts: CreditAmounts, _ place: Int, _ index: Int,
    _ generation: Int32
  ) {
    let ids = creditIDs(amounts, conversions[place].order.id, generation, index)
    post(
      kind, amounts, ids, conversions[place].order.currency, conversions[place].order.occurredAt)
  }

  private mutating func post(
    _ kind: LedgerTransaction.Kind, _ amounts: CreditAmounts, _ ids: CreditIDs,
    _ currency: Currency, _ occurredAt: Instant
  ) {
    if amounts.payout != 0 || amounts.fee != 0 {
      var transaction = LedgerTransaction(
        kind: kind, affiliate: amounts.affiliate, currency: currency, occurredAt: occurredAt,
        reward: ids.commission, payout: nil)
      transaction.affiliateMinor = amounts.payout
      transaction.platformMinor = amounts.fee
      transaction.programMinor = -(amounts.payout + amounts.fee)
      append(transaction)
    }
    guard amounts.override != 0, let inviter = amounts.inviter else { return }
    var transaction = LedgerTransaction(
      kind: kind == .commission ? .override : kind, affiliate: inviter, currency: currency,
      occurredAt: occurredAt, reward: ids.override, payout: nil)
    transaction.affiliateMinor = amounts.override
    transaction.platformMinor = -amounts.override
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

  private mutating func append(_ transaction: consuming LedgerTransaction) {
    transaction.serial = Int32(truncatingIfNeeded: postings.count)
    postings.append(transaction)
  }
}
