// What each credit of a conversion comes to: commission, the affiliate's payout and the inviter's
// override, each rounded once (SPEC 4; SPEC 9, Money).

extension Conversion {
  /// Computes every credit's amounts anew from the order's net amount at the fixed terms.
  ///
  /// - Throws: ``AmountOverflow`` when an amount does not fit 64 bits.
  mutating func computeAmounts() throws(AmountOverflow) {
    let weights = credits.map(\.weight)
    for place in credits.indices {
      let whole = try commission(at: credits[place].earning)
      let part = largestRemainderPart(of: whole, weights: weights, place: place)
      let payout = try credits[place].share.share(of: part)
      credits[place].commissionMinor = part
      credits[place].payoutMinor = payout
      credits[place].overrideMinor =
        credits[place].inviter == nil ? 0 : try credits[place].fee.share(of: payout)
    }
  }

  /// The whole order's commission at one credit's terms, in minor units.
  private func commission(at earning: Earning) throws(AmountOverflow) -> Int64 {
    switch earning {
    case .rate(let rate): return try rate.share(of: order.netMinor)
    case .flat(let amount):
      guard order.amountMinor > 0 else { return amount }
      return try rounded(amount, times: order.netMinor, over: order.amountMinor)
    }
  }
}
