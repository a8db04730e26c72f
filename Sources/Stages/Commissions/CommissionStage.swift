// The stage `commission`: walks through what this run attributed in the order of processing,
// takes back what was credited before, fixes rates and tiers, and makes the rewards (SPEC 4).
import Pipeline

extension ProgramNight {
  /// Computes the commissions of what this run attributed.
  ///
  /// - Throws: ``AmountOverflow`` when an amount does not fit 64 bits.
  public mutating func computeCommissions() throws {
    rewards.reserveCapacity(rewards.count + judgements.count)
    postings.reserveCapacity(postings.count + judgements.count)
    var inForce = TermsInForce(terms)
    for number in judgements.indices {
      let place = judgements[number].place
      if !judgements[number].formerCredits.isEmpty { takeBack(judgements[number]) }
      guard !conversions[place].credits.isEmpty else { continue }
      inForce.move(to: conversions[place].order.occurredAt)
      fixTerms(place, inForce.terms)
      try conversions[place].computeAmounts()
      earnCommissions(place, holdDays: inForce.terms.holdDays)
      if conversions[place].status == .approved { try count(place, inForce.terms) }
    }
  }

  /// Reverses what the conversion had earned before, what was rejected included: none of it is in
  /// a payout, because a conversion is only attributed anew while it is open.
  private mutating func takeBack(_ judgement: Judgement) {
    let generation = judgement.formerGeneration
    for place in rewardPlaces(ofConversion: judgement.place, generation: generation) {
      rewards[place].state = .reversed
      rewards[place].isChanged = true
    }
    guard judgement.formerStatus == .approved else { return }
    for (index, credit) in judgement.formerCredits.enumerated() {
      postReversal(of: credit, index, generation, judgement.place)
    }
  }

  /// Fixes rate, share and tier of each credit, as they are before this conversion.
  private mutating func fixTerms(_ place: Int, _ terms: Terms) {
    for index in conversions[place].credits.indices {
      let affiliate = conversions[place].credits[index].affiliate
      let standing = standings[affiliate] ?? Standing()
      let tier = terms.tierPlace(atLevel: terms.levelInForce(standing))
      let position = affiliate.position
      let (earning, rule) = terms.earning(
        of: conversions[place].order, tier: tier,
        own: facts.registry.affiliates[position].commissionRate)
      let inviter = facts.registry.affiliates[position].inviter
      let fee = facts.registry.affiliates[position].fee ?? facts.settings.defaultFee
      conversions[place].credits[index].fix(
        earning, rule, tier: tier.map { terms.tiers[$0].name }, share: terms.affiliateShare,
        inviter: inviter, fee: fee)
    }
  }

  private mutating func earnCommissions(_ place: Int, holdDays: Int64) {
    let earner = earner(place, holdDays: holdDays)
    let posts = conversions[place].status == .approved
    for index in conversions[place].credits.indices {
      let amounts = CreditAmounts(conversions[place].credits[index])
      let ids = creditIDs(amounts, earner.order, earner.generation, index)
      if amounts.payout != 0 {
        earn(.commission, index, amounts.payout, to: amounts.affiliate, id: ids.commission, earner)
      }
      if amounts.override != 0, let inviter = amounts.inviter {
        earn(.override, index, amounts.override, to: inviter, id: ids.override, earner)
      }
      if posts { postCredit(amounts, ids, earner.currency, earner.occurredAt) }
    }
  }

  /// Counts the conversion once for each credited affiliate (SPEC 10, Tiers).
  ///
  /// - Parameter terms: Those in force at its order's instant.
  mutating func count(_ place: Int, _ terms: Terms) throws {
    let occurredAt = conversions[place].order.occurredAt
    let cause = TierUpgrade.Cause.order(conversions[place].order.id)
    let number = Int32(truncatingIfNeeded: place)
    for index in conversions[place].credits.indices
    where isFirst(index, in: conversions[place].credits) {
      try raiseCount(
        of: conversions[place].credits[index].affiliate, by: cause, number, at: occurredAt, terms)
    }
  }

  /// Whether no credit before this one is of the same affiliate.
  func isFirst(_ index: Int, in credits: [Credit]) -> Bool {
    for earlier in 0..<index where credits[earlier].affiliate == credits[index].affiliate {
      return false
    }
    return true
  }
}

extension Credit {
  /// Fixes what it is paid by.
  fileprivate mutating func fix(
    _ earning: Earning, _ rule: RateRule, tier: Text?, share: BasisPoints,
    inviter: AffiliateOrdinal?, fee: BasisPoints
  ) {
    self.earning = earning
    self.rule = rule
    self.tier = tier
    self.share = share
    self.inviter = inviter
    self.fee = fee
  }
}

extension Terms {
  /// The first rule that applies: of the sku, of the category, the affiliate's override, the
  /// tier's rate, the programme's (SPEC 4).
  ///
  /// - Parameters:
  ///   - tier: Place of the tier held.
  ///   - own: The affiliate's own rate.
  func earning(of order: OrderFacts, tier: Int?, own: BasisPoints?) -> (Earning, RateRule) {
    if !commissionRules.isEmpty {
      if let sku = order.sku, let earning = earning(ofSKU: sku) { return (earning, .sku) }
      if let category = order.category, let earning = earning(ofCategory: category) {
        return (earning, .category)
      }
    }
    if let own { return (.rate(own), .affiliate) }
    if let tier { return (.rate(tiers[tier].commissionRate), .tier) }
    return (.rate(commissionRate), .program)
  }

  private func earning(ofSKU sku: Text) -> Earning? {
    for place in commissionRules.indices {
      if case .sku(let text) = commissionRules[place].subject, text == sku {
        return commissionRules[place].fixed
      }
    }
    return nil
  }

  private func earning(ofCategory category: Text) -> Earning? {
    for place in commissionRules.indices {
      if case .category(let text) = commissionRules[place].subject, text == category {
        return commissionRules[place].fixed
      }
    }
    return nil
  }
}

extension CommissionRule {
  /// What the rule earns, as a credit keeps it.
  fileprivate var fixed: Stages.Earning {
    switch earning {
    case .rate(let rate): .rate(rate)
    case .flat(let amount): .flat(amount)
    }
  }
}
