// An affiliate's rewards, newest first, a page at a time.
public import Pipeline

/// One reward as it stands.
public struct RewardFacts: Sendable {
  /// As in exports.
  public let id: Text
  public let type: RewardType
  /// `programs.no`.
  public let program: Int64
  public let order: Text?
  public let referral: Text?
  public let currency: Currency
  public let amountMinor: Int64
  public let state: Reward.State
  public let occurredAt: Instant
  public let payableAt: Instant
  /// as_of of the run that last changed it.
  public let changedAt: Instant
  public let payout: PayoutOfReward?
  /// The rate that was fixed: the commission's, or an inviter's fee; nil where there is none.
  public let rate: BasisPoints?
  /// The tier that was held, or, for a tier_bonus, reached.
  public let tier: Text?
  /// The lead's referred_id, for a reward of a lead.
  public let referredID: Text?

  /// The payout that carries a reward.
  public struct PayoutOfReward: Hashable, Sendable {
    public let id: Text
    public let transactionID: Text?
    public let processedAt: Instant?
  }

  /// Its state's word as of an instant, such as `payable`.
  public func stateWord(asOf: Instant) -> String {
    state == .approved && payableAt <= asOf ? "payable" : state.word
  }

  /// When it was paid; nil while it is not.
  public var paidAt: Instant? { state == .paid ? payout?.processedAt : nil }
}

extension StoreReading {
  /// Rewards of an affiliate, newest first.
  ///
  /// - Parameter program: One programme's alone.
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  public func rewards(
    ofAffiliate affiliate: Int64, program: Int64? = nil, offset: Int64, limit: Int64
  ) throws -> [RewardFacts] {
    let orders = try ListOrders.of(self)
    var rewards: [RewardFacts] = []
    for place in orders.rewardPlaces(affiliate, program, offset: offset, limit: limit) {
      if let reward = try reward(ListedReward(orders.rewards.rows[place]), orders) {
        rewards.append(reward)
      }
    }
    return rewards
  }

  /// The newest commission rewards of an affiliate.
  ///
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  public func commissions(ofAffiliate affiliate: Int64, most: Int) throws -> [RewardFacts] {
    let orders = try ListOrders.of(self)
    var found: [RewardFacts] = []
    for row in orders.rewards[affiliate] {
      guard found.count < most else { break }
      if let reward = try reward(ListedReward(row), orders), reward.type == .commission {
        found.append(reward)
      }
    }
    return found
  }

  /// What invited affiliates brought an inviter: a page of transactions, a reversal being one of
  /// its own with the amount below zero.
  ///
  /// - Throws: ``DatabaseFault``, ``StoreRowFault``.
  public func overrides(
    ofAffiliate affiliate: Int64, offset: Int64, limit: Int64
  ) throws -> [(reward: RewardFacts, isReversal: Bool)] {
    let orders = try ListOrders.of(self)
    let range = orders.overrides.range(affiliate).page(offset: offset, limit: limit)
    return try range.compactMap { place in
      let row = orders.overrides.rows[place]
      return try reward(.own(Int64(row >> 1)), orders).map { ($0, row & 1 == 1) }
    }
  }

  /// The sum of all those transactions in one currency, in minor units.
  ///
  /// - Throws: ``DatabaseFault``.
  public func overrideTotal(ofAffiliate affiliate: Int64, in currency: Currency?) throws -> Int64 {
    let orders = try ListOrders.of(self)
    let code = Text(currency?.code ?? "")
    return try derived("overrides of \(affiliate) in \(code)") {
      var total: Int64 = 0
      for place in orders.overrides.range(affiliate) {
        let row = orders.overrides.rows[place]
        try statements.with("SELECT amount_minor, currency FROM rewards WHERE no = ?1") { reward in
          try reward.bind(int: Int64(row >> 1), at: 1)
          guard try reward.step(), reward.text(1) == code else { return }
          total = row & 1 == 1 ? total &- reward.int(0) : total &+ reward.int(0)
        }
      }
      return total
    }
  }
}

extension ListOrders {
  /// Where in ``rewards`` the rows of a page stand.
  fileprivate func rewardPlaces(
    _ affiliate: Int64, _ program: Int64?, offset: Int64, limit: Int64
  ) -> [Int] {
    let range = rewards.range(affiliate)
    guard let program else { return Array(range.page(offset: offset, limit: limit)) }
    var places: [Int] = []
    var left = offset
    for place in range where Int64(rewardPrograms[place]) == program {
      guard Int64(places.count) < limit else { break }
      if left > 0 { left -= 1 } else { places.append(place) }
    }
    return places
  }
}

extension Range<Int> {
  /// At most `limit` numbers after the first `offset`.
  func page(offset: Int64, limit: Int64) -> Range<Int> {
    let start = lowerBound + Int(Swift.min(Swift.max(offset, 0), Int64(count)))
    return start..<Swift.min(upperBound, start + Int(Swift.min(Swift.max(limit, 0), 1 << 30)))
  }
}
