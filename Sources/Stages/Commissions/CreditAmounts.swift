// What each credit of a conversion comes to: commission, the affiliate's payout and the inviter's
// override, each rounded once (SPEC 4; SPEC 9, Money).
import Pipeline

/// What a credit comes to, and for whom: what rewards and postings are made of.
struct CreditAmounts {
  var affiliate: AffiliateOrdinal
  var inviter: AffiliateOrdinal?
  /// Minor units, signed.
  var payout: Int64
  var fee: Int64
  var override: Int64

  init(_ credit: Credit) {
    affiliate = credit.affiliate
    inviter = credit.inviter
    payout = credit.payoutMinor
    fee = credit.platformFeeMinor
    override = credit.overrideMinor
  }

  /// The amounts with the other sign.
  var reversed: CreditAmounts {
    var reversed = self
    reversed.payout = -payout
    reversed.fee = -fee
    reversed.override = -override
    return reversed
  }

  /// What changed since `former`.
  func change(since former: CreditAmounts) -> CreditAmounts {
    var change = self
    change.payout = payout - former.payout
    change.fee = fee - former.fee
    change.override = override - former.override
    return change
  }
}

extension Conversion {
  /// Computes every credit's amounts anew from the order's net amount at the fixed terms.
  ///
  /// - Throws: ``AmountOverflow`` when an amount does not fit 64 bits.
  mutating func computeAmounts() throws(AmountOverflow) {
    let net = order.netMinor
    let gross = order.amountMinor
    if credits.count == 1 {
      let whole = try credits[0].earning.commission(net: net, gross: gross)
      return try credits[0].take(part: whole)
    }
    let weights = credits.map(\.weight)
    for place in credits.indices {
      let whole = try credits[place].earning.commission(net: net, gross: gross)
      try credits[place].take(
        part: largestRemainderPart(of: whole, weights: weights, place: place))
    }
  }
}

extension Credit {
  /// Takes its part of the commission and computes what follows from it.
  fileprivate mutating func take(part: Int64) throws(AmountOverflow) {
    commissionMinor = part
    payoutMinor = try share.share(of: part)
    overrideMinor = inviter == nil ? 0 : try fee.share(of: payoutMinor)
  }
}

extension Earning {
  /// The whole order's commission at these terms, in minor units.
  fileprivate func commission(net: Int64, gross: Int64) throws(AmountOverflow) -> Int64 {
    switch self {
    case .rate(let rate): return try rate.share(of: net)
    case .flat(let amount):
      guard gross > 0 else { return amount }
      return try rounded(amount, times: net, over: gross)
    }
  }
}
