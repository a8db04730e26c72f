// The stage `commission`: walks through what this run attributed in the order of processing,
// takes back what was credited before, fixes rates and tiers, and makes the rewards (SPEC 4).
import Pipeline

extension ProgramNight {
  /// Computes the commissions of what this run attributed.
  mutating func computeCommissions() throws {
    for judgement in judgements {
      try takeBack(judgement)
      guard !conversions[judgement.place].credits.isEmpty else { continue }
      fixTerms(judgement.place)
      try conversions[judgement.place].computeAmounts()
      earnCommissions(judgement.place)
      if conversions[judgement.place].status == .approved { try count(judgement.place) }
    }
  }

  /// Reverses what the conversion had earned before.
  private mutating func takeBack(_ judgement: Judgement) throws {
    guard !judgement.formerCredits.isEmpty else { return }
    let conversion = conversions[judgement.place]
    let wasPosted = judgement.formerStatus == .approved
    for place in rewardPlaces(of: conversion.order.id, generation: judgement.formerGeneration)
    where rewards[place].state == .pending || rewards[place].state == .approved {
      rewards[place].state = .reversed
      rewards[place].isChanged = true
    }
    guard wasPosted else { return }
    for (place, credit) in judgement.formerCredits.enumerated() {
      postReversal(of: credit, place, judgement.formerGeneration, conversion.order)
    }
  }

  /// Fixes rate, share and tier of each credit, as they are before this conversion.
  private mutating func fixTerms(_ place: Int) {
    let order = conversions[place].order
    let terms = terms.terms(at: order.occurredAt)
    for index in conversions[place].credits.indices {
      let affiliate = facts.registry[conversions[place].credits[index].affiliate]
      let standing = standings[affiliate.ordinal] ?? Standing()
      let tier = terms.tier(atLevel: terms.levelInForce(standing))
      let (earning, rule) = terms.earning(of: order, affiliate, tier)
      conversions[place].credits[index].earning = earning
      conversions[place].credits[index].rule = rule
      conversions[place].credits[index].tier = tier?.name
      conversions[place].credits[index].share = terms.affiliateShare
      conversions[place].credits[index].inviter = affiliate.inviter
      conversions[place].credits[index].fee = affiliate.fee ?? facts.settings.defaultFee
    }
  }

  private mutating func earnCommissions(_ place: Int) {
    for index in conversions[place].credits.indices {
      let credit = conversions[place].credits[index]
      if credit.payoutMinor != 0 { earn(.commission, place, index, credit.payoutMinor) }
      if credit.overrideMinor != 0 { earn(.override, place, index, credit.overrideMinor) }
      if conversions[place].status == .approved { postCredit(place, index) }
    }
  }

  /// Counts the conversion once for each credited affiliate (SPEC 10, Tiers).
  mutating func count(_ place: Int) throws {
    let conversion = conversions[place]
    for affiliate in affiliatesOnce(conversion.credits) {
      try raiseCount(
        of: affiliate, by: .order(conversion.order.id), at: conversion.order.occurredAt)
    }
  }

  /// The credited affiliates, each once, in the order of the credits.
  func affiliatesOnce(_ credits: [Credit]) -> [AffiliateOrdinal] {
    var seen = Set<AffiliateOrdinal>()
    return credits.map(\.affiliate).filter { seen.insert($0).inserted }
  }
}

extension Terms {
  /// The first rule that applies: of the sku, of the category, the affiliate's override, the
  /// tier's rate, the programme's (SPEC 4).
  func earning(of order: OrderFacts, _ affiliate: Affiliate, _ tier: Tier?) -> (Earning, RateRule) {
    if let sku = order.sku, let rule = rule(for: .sku(sku)) { return (rule.fixed, .sku) }
    if let category = order.category, let rule = rule(for: .category(category)) {
      return (rule.fixed, .category)
    }
    if let rate = affiliate.commissionRate { return (.rate(rate), .affiliate) }
    if let tier { return (.rate(tier.commissionRate), .tier) }
    return (.rate(commissionRate), .program)
  }

  private func rule(for subject: CommissionRule.Subject) -> CommissionRule? {
    commissionRules.first { $0.subject == subject }
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
