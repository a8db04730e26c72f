// The night's rewards: how they are made and found.
import Pipeline

extension ProgramNight {
  /// Takes a new reward into the night.
  mutating func earn(_ reward: Reward) {
    var reward = reward
    reward.isChanged = true
    if let order = reward.order { rewardPlaces[order, default: []].append(rewards.count) }
    rewards.append(reward)
  }

  /// Makes the reward of one credit; a pending conversion's waits with it.
  mutating func earn(_ type: RewardType, _ place: Int, _ index: Int, _ amountMinor: Int64) {
    let conversion = conversions[place]
    let credit = conversion.credits[index]
    guard let affiliate = type == .override ? credit.inviter : credit.affiliate else { return }
    let hold = terms.terms(at: conversion.order.occurredAt).holdDays * Instant.day
    let state: Reward.State =
      switch conversion.status {
      case .pending: .pending
      case .approved: .approved
      case .rejected, .unattributed: .rejected
      }
    var reward = Reward(
      id: key(type, conversion, index, sequence: 0).digest, type: type, affiliate: affiliate,
      order: conversion.order.id, referral: nil, currency: conversion.order.currency,
      amountMinor: amountMinor, state: state, occurredAt: conversion.order.occurredAt,
      payableAt: conversion.order.occurredAt + hold)
    reward.credit = Int32(index)
    reward.generation = conversion.generation
    if type == .commission {
      conversions[place].credits[index].rewardPlace = Int32(truncatingIfNeeded: rewards.count)
    }
    earn(reward)
  }

  /// The key of a credit's reward, or of the difference that a refund made after a payout.
  func key(
    _ type: RewardType, _ conversion: Conversion, _ index: Int, sequence: Int32
  ) -> RewardKey {
    var key = RewardKey(type: type, program: terms.id)
    key.order = conversion.order.id
    key.generation = conversion.generation
    key.credit = Int32(index)
    key.sequence = sequence
    return key
  }

  /// Where the commissions and overrides of one attribution of an order stand.
  func rewardPlaces(of order: OrderID, generation: Int32) -> [Int] {
    (rewardPlaces[order] ?? []).filter { place in
      rewards[place].generation == generation
        && (rewards[place].type == .commission || rewards[place].type == .override)
    }
  }

  /// Notes where each order's rewards stand; once, when the snapshot is taken in.
  mutating func indexRewards() {
    guard !rewards.isEmpty else { return }
    indexOrders()
    for (place, reward) in rewards.enumerated() {
      guard let order = reward.order else { continue }
      rewardPlaces[order, default: []].append(place)
      if let conversion = places[order] { noteCommission(reward, place, conversion) }
    }
  }

  /// Lets a credit of the snapshot know where its commission's reward stands.
  private mutating func noteCommission(_ reward: Reward, _ place: Int, _ conversion: Int) {
    let index = Int(reward.credit)
    guard reward.type == .commission, reward.sequence == 0,
      reward.generation == conversions[conversion].generation,
      conversions[conversion].credits.indices.contains(index)
    else { return }
    conversions[conversion].credits[index].rewardPlace = Int32(truncatingIfNeeded: place)
  }
}
