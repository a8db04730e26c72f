// The steps of a programme's tiers: which one a count reaches, which one is held (SPEC 4, Tiers).

extension Terms {
  /// The greatest level whose minimum the count reaches.
  func levelReached(by count: Int64) -> Int64? {
    var reached: Int64?
    for place in tiers.indices where tiers[place].minimumReferrals <= count {
      reached = Self.greater(reached, tiers[place].level)
    }
    return reached
  }

  /// The level held: the one reached before, or what every affiliate holds from the start.
  func levelHeld(_ standing: Standing) -> Int64? {
    Self.greater(standing.level, levelReached(by: 0))
  }

  /// The level at which a conversion is paid: the one held, or what the count before it reaches.
  func levelInForce(_ standing: Standing) -> Int64? {
    Self.greater(levelHeld(standing), levelReached(by: standing.count))
  }

  /// The tier whose name and rate hold for a level: that of the greatest level up to it.
  func tier(atLevel level: Int64?) -> Tier? {
    tierPlace(atLevel: level).map { tiers[$0] }
  }

  /// Where that tier stands in `tiers`.
  func tierPlace(atLevel level: Int64?) -> Int? {
    guard let level else { return nil }
    var found: Int?
    for place in tiers.indices where tiers[place].level <= level {
      if let best = found, tiers[place].level <= tiers[best].level { continue }
      found = place
    }
    return found
  }

  private static func greater(_ left: Int64?, _ right: Int64?) -> Int64? {
    guard let left else { return right }
    guard let right else { return left }
    return max(left, right)
  }
}

extension ProgramNight {
  /// Counts one approved conversion or verified referral, and takes the step that it brings.
  ///
  /// - Parameters:
  ///   - conversion: The conversion's place, where it is one.
  ///   - terms: Those in force at `instant`.
  mutating func raiseCount(
    of affiliate: AffiliateOrdinal, by cause: TierUpgrade.Cause, _ conversion: Int32 = -1,
    at instant: Instant, _ terms: Terms
  ) throws {
    changedStandings.insert(affiliate)
    var standing = standings[affiliate] ?? Standing()
    let held = terms.levelHeld(standing)
    standing.count += 1
    // What is held from the start is held for good, whatever later terms demand for it.
    standing.level = held
    let reached = terms.levelReached(by: standing.count)
    if let reached, held.map({ reached > $0 }) ?? true,
      let tier = terms.tier(atLevel: reached)
    {
      standing.level = reached
      upgrades.append(
        TierUpgrade(
          affiliate: affiliate, fromLevel: held, toLevel: reached, tier: tier.name, cause: cause,
          at: instant))
      payBonus(tier, to: affiliate, by: cause, conversion, at: instant, terms)
    }
    standings[affiliate] = standing
  }

  /// Takes back what a conversion counted, when it is attributed anew; the tier stays.
  mutating func lowerCount(of affiliate: AffiliateOrdinal) {
    standings[affiliate, default: Standing()].count -= 1
    changedStandings.insert(affiliate)
  }

  private mutating func payBonus(
    _ tier: Tier, to affiliate: AffiliateOrdinal, by cause: TierUpgrade.Cause, _ conversion: Int32,
    at instant: Instant, _ terms: Terms
  ) {
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
    var reward = Reward(
      id: key.digest, type: .tierBonus, affiliate: affiliate, order: order, referral: referral,
      currency: terms.currency, amountMinor: tier.bonusMinor, state: .approved,
      occurredAt: instant, payableAt: instant + terms.holdDays * Instant.day)
    reward.conversionPlace = conversion
    postBonus(reward)
    earn(reward)
  }
}
