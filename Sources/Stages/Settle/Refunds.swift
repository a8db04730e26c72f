// Refunds and corrected amounts: what was fixed stays fixed, the money is computed anew, and the
// difference is posted (SPEC 4; SPEC 9, Rewards).
import Pipeline

extension ProgramNight {
  /// Recomputes every conversion whose money changed and that this run did not attribute anew.
  mutating func applyRefunds() throws {
    for place in conversions.indices {
      let tonight = conversions[place].tonight
      guard tonight.changesMoney, !tonight.isAttributed, !conversions[place].credits.isEmpty else {
        continue
      }
      let former = conversions[place].credits
      try conversions[place].computeAmounts()
      for index in former.indices { try settleDifference(place, index, from: former[index]) }
    }
  }

  private mutating func settleDifference(_ place: Int, _ index: Int, from former: Credit) throws {
    let credit = conversions[place].credits[index]
    try bring(.commission, place, index, to: credit.payoutMinor)
    try bring(.override, place, index, to: credit.overrideMinor)
    if conversions[place].status == .approved { postAdjustment(place, index, from: former) }
  }

  /// Brings what a credit's rewards come to to a new amount: the reward itself before a payout,
  /// a further one with the difference after it.
  private mutating func bring(
    _ type: RewardType, _ place: Int, _ index: Int, to amountMinor: Int64
  ) throws {
    let generation = conversions[place].generation
    let chain = rewardPlaces(ofConversion: place, generation: generation)
      .filter { rewards[$0].type == type && rewards[$0].credit == Int32(index) }
      .sorted { rewards[$0].sequence < rewards[$1].sequence }
    guard let first = chain.first, let last = chain.last else {
      if amountMinor != 0 { earnNow(type, place, index, amountMinor) }
      return
    }
    var total: Int64 = 0
    for place in chain { total = try sum(total, rewards[place].amountMinor) }
    let change = try difference(amountMinor, total)
    guard change != 0 else { return }
    if rewards[first].payout == nil {
      rewards[first].amountMinor = try sum(rewards[first].amountMinor, change)
      rewards[first].isChanged = true
    } else {
      earnDifference(change, type, place, index, after: rewards[last], first: rewards[first])
    }
  }

  /// Makes a credit's reward that would have been 0 before.
  private mutating func earnNow(
    _ type: RewardType, _ place: Int, _ index: Int, _ amountMinor: Int64
  ) {
    let credit = conversions[place].credits[index]
    guard let affiliate = type == .override ? credit.inviter : credit.affiliate else { return }
    let hold = terms.terms(at: conversions[place].order.occurredAt).holdDays
    let earner = earner(place, holdDays: hold)
    let id = rewardID(type, order: earner.order, generation: earner.generation, index)
    earn(type, index, amountMinor, to: affiliate, id: id, earner)
  }

  private mutating func earnDifference(
    _ change: Int64, _ type: RewardType, _ place: Int, _ index: Int, after last: Reward,
    first: Reward
  ) {
    let sequence = last.sequence + 1
    let id = rewardID(
      type, order: conversions[place].order.id, generation: conversions[place].generation, index,
      sequence: sequence)
    var reward = Reward(
      id: id, type: type, affiliate: first.affiliate, order: first.order, referral: nil,
      currency: first.currency, amountMinor: change, state: .approved,
      occurredAt: conversions[place].order.occurredAt, payableAt: first.payableAt)
    reward.credit = first.credit
    reward.generation = first.generation
    reward.sequence = sequence
    reward.conversionPlace = Int32(truncatingIfNeeded: place)
    earn(reward)
  }
}
