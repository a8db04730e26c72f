// The night's rewards: how they are made and found.
import Pipeline

extension ProgramNight {
  /// Takes a new reward into the night.
  mutating func earn(_ reward: consuming Reward) {
    reward.isChanged = true
    link(Int(reward.conversionPlace))
    rewards.append(consume reward)
  }

  /// What the rewards of one attribution of one order have in common.
  struct Earner {
    /// The conversion's place.
    var place: Int
    var order: OrderID
    var occurredAt: Instant
    var currency: Currency
    var generation: Int32
    var state: Reward.State
    var payableAt: Instant
  }

  /// What the conversion's rewards have in common.
  func earner(_ place: Int, holdDays: Int64) -> Earner {
    let state: Reward.State =
      switch conversions[place].status {
      case .pending: .pending
      case .approved: .approved
      case .rejected, .unattributed: .rejected
      }
    let occurredAt = conversions[place].order.occurredAt
    return Earner(
      place: place, order: conversions[place].order.id, occurredAt: occurredAt,
      currency: conversions[place].order.currency, generation: conversions[place].generation,
      state: state, payableAt: occurredAt + holdDays * Instant.day)
  }

  /// Makes the reward of one credit; a pending conversion's waits with it.
  mutating func earn(
    _ type: RewardType, _ index: Int, _ amountMinor: Int64, to affiliate: AffiliateOrdinal,
    id: Digest128, _ earner: Earner
  ) {
    var reward = Reward(
      id: id, type: type, affiliate: affiliate, order: earner.order, referral: nil,
      currency: earner.currency, amountMinor: amountMinor, state: earner.state,
      occurredAt: earner.occurredAt, payableAt: earner.payableAt)
    reward.credit = Int32(truncatingIfNeeded: index)
    reward.generation = earner.generation
    reward.conversionPlace = Int32(truncatingIfNeeded: earner.place)
    if type == .commission {
      conversions[earner.place].credits[index].rewardPlace = Int32(
        truncatingIfNeeded: rewards.count)
    }
    earn(consume reward)
  }

  /// The id of a credit's reward, or of the difference that a refund made after a payout.
  func rewardID(
    _ type: RewardType, order: OrderID, generation: Int32, _ index: Int, sequence: Int32 = 0
  ) -> Digest128 {
    RewardKey.digest(
      type, program: terms.id.text, order: order.text, generation: generation,
      credit: Int32(truncatingIfNeeded: index), sequence: sequence)
  }

  /// Where the commissions and overrides of one attribution of a conversion stand.
  func rewardPlaces(ofConversion place: Int, generation: Int32) -> [Int] {
    var found: [Int] = []
    guard place < latestRewards.count else { return found }
    var reward = latestRewards[place]
    while reward >= 0 {
      let at = Int(reward)
      if rewards[at].generation == generation,
        rewards[at].type == .commission || rewards[at].type == .override
      {
        found.append(at)
      }
      reward = formerRewards[at]
    }
    return found
  }

  /// Notes where each conversion's rewards stand; once, when the night's orders are in order.
  mutating func linkRewards() {
    latestRewards = Array(repeating: -1, count: conversions.count)
    formerRewards.reserveCapacity(rewards.count + conversions.count)
    for place in rewards.indices {
      let conversion = rewards[place].order.flatMap { self.place(of: $0) } ?? -1
      rewards[place].conversionPlace = Int32(truncatingIfNeeded: conversion)
      link(conversion)
      if conversion >= 0 { noteCommission(place, conversion) }
    }
  }

  /// Notes the conversion of the next reward, in the order of `rewards`.
  private mutating func link(_ conversion: Int) {
    guard conversion >= 0 else { return formerRewards.append(-1) }
    let place = Int32(truncatingIfNeeded: formerRewards.count)
    formerRewards.append(latestRewards[conversion])
    latestRewards[conversion] = place
  }

  /// Lets a credit of the snapshot know where its commission's reward stands.
  private mutating func noteCommission(_ place: Int, _ conversion: Int) {
    let index = Int(rewards[place].credit)
    guard rewards[place].type == .commission, rewards[place].sequence == 0,
      rewards[place].generation == conversions[conversion].generation,
      conversions[conversion].credits.indices.contains(index)
    else { return }
    conversions[conversion].credits[index].rewardPlace = Int32(truncatingIfNeeded: place)
  }
}
