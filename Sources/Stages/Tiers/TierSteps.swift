// The steps of a programme's tiers: which one a count reaches, which one is held (SPEC 4, Tiers).

extension Terms {
  /// The greatest level whose minimum the count reaches.
  func levelReached(by count: Int64) -> Int64? {
    tiers.filter { $0.minimumReferrals <= count }.map(\.level).max()
  }

  /// The level held: the one reached before, or what every affiliate holds from the start.
  func levelHeld(_ standing: Standing) -> Int64? {
    [standing.level, levelReached(by: 0)].compactMap(\.self).max()
  }

  /// The level at which a conversion is paid: the one held, or what the count before it reaches.
  func levelInForce(_ standing: Standing) -> Int64? {
    [levelHeld(standing), levelReached(by: standing.count)].compactMap(\.self).max()
  }

  /// The tier whose name and rate hold for a level: that of the greatest level up to it.
  func tier(atLevel level: Int64?) -> Tier? {
    guard let level else { return nil }
    return tiers.filter { $0.level <= level }.max { $0.level < $1.level }
  }
}

extension ProgramNight {
  /// Counts one approved conversion or verified referral, and takes the step that it brings.
  mutating func raiseCount(
    of affiliate: AffiliateOrdinal, by cause: TierUpgrade.Cause, at instant: Instant
  ) throws {
    let terms = terms.terms(at: instant)
    var standing = standings[affiliate] ?? Standing()
    standing.count += 1
    let held = terms.levelHeld(standing)
    if let reached = terms.levelReached(by: standing.count), held.map({ reached > $0 }) ?? true,
      let tier = terms.tier(atLevel: reached)
    {
      standing.level = reached
      upgrades.append(
        TierUpgrade(
          affiliate: affiliate, fromLevel: held, toLevel: reached, tier: tier.name, cause: cause,
          at: instant))
      try payBonus(tier, to: affiliate, by: cause, at: instant, terms)
    }
    standings[affiliate] = standing
    changedStandings.insert(affiliate)
  }

  /// Takes back what a conversion counted, when it is attributed anew; the tier stays.
  mutating func lowerCount(of affiliate: AffiliateOrdinal) {
    standings[affiliate, default: Standing()].count -= 1
    changedStandings.insert(affiliate)
  }

  private mutating func payBonus(
    _ tier: Tier, to affiliate: AffiliateOrdinal, by cause: TierUpgrade.Cause, at instant: Instant,
    _ terms: Terms
  ) throws {
    guard tier.bonusMinor != 0 else { return }
    var key = RewardKey(type: .tierBonus, program: self.terms.id)
    var order: OrderID?
    var referral: ReferralID?
    switch cause {
    case .order(let id): order = id
    case .referral(let id): referral = id
    }
    key.order = order
    key.referral = referral
    key.affiliate = facts.registry[affiliate].id
    key.level = tier.level
    let reward = Reward(
      id: key.digest, type: .tierBonus, affiliate: affiliate, order: order, referral: referral,
      currency: terms.currency, amountMinor: tier.bonusMinor, state: .approved,
      occurredAt: instant, payableAt: instant + terms.holdDays * Instant.day)
    earn(reward)
    postBonus(reward)
  }
}
