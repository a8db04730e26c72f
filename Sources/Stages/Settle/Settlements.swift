// What became of payouts: on their way, arrived, failed, come back, withdrawn (SPEC 5, 9 and 10,
// Payouts).
import Pipeline

extension Payout {
  /// How often a failed payout is emitted again.
  static let mostRetries: Int64 = 3

  /// Whether it is on its way: emitted, and not at an end.
  var isUnderway: Bool { status == .pending || status == .processing }
}

/// Where payouts stand, and the rewards in each, before the first settlement: settlements only take
/// rewards out.
struct PayoutIndex {
  let places: [Text: Int]
  let rewards: [Text: [Int]]

  init(payouts: [Payout], rewards: [Reward]) {
    places = Dictionary(
      zip(payouts.lazy.map(\.id), payouts.indices), uniquingKeysWith: { first, _ in first })
    var carried: [Text: [Int]] = [:]
    for place in rewards.indices {
      if let payout = rewards[place].payout { carried[payout, default: []].append(place) }
    }
    self.rewards = carried
  }
}

extension ProgramNight {
  /// Applies one settlement, or rejects its row.
  mutating func apply(_ settlement: Settlement, _ index: PayoutIndex) {
    guard let place = index.places[settlement.payoutID] else {
      return reject(
        settlement.origin, .unknownPayout, column: "payout_id",
        "no payout \(settlement.payoutID) was ever emitted")
    }
    guard move(place, by: settlement, index) else {
      return reject(
        settlement.origin, .alreadyResolved, column: "payout_id",
        "payout \(settlement.payoutID) is \(payouts[place].status.word) already")
    }
    note(settlement, on: place)
    settle(settlement.origin, as: .accepted)
  }

  /// - Returns: Whether the payout could take this step.
  private mutating func move(
    _ place: Int, by settlement: Settlement, _ index: PayoutIndex
  ) -> Bool {
    let payout = payouts[place]
    switch settlement.status {
    case .processing:
      guard payout.isUnderway else { return false }
      payouts[place].status = .processing
    case .completed:
      guard payout.isUnderway else { return false }
      payouts[place].status = .completed
      setRewards(of: payout.id, to: .paid, index)
      postSettlement(payout)
    case .failed:
      guard payout.isUnderway || payout.status == .completed else { return false }
      fail(place, index)
    case .cancelled:
      guard payout.isUnderway || payout.awaitsRetry || payout.status == .proposed else {
        return false
      }
      payouts[place].status = .cancelled
      payouts[place].awaitsRetry = false
      giveBack(payout, index)
    }
    return true
  }

  /// A failed payout waits to be emitted again, three times at most; a completed one is returned.
  private mutating func fail(_ place: Int, _ index: PayoutIndex) {
    let payout = payouts[place]
    if payout.status == .completed {
      payouts[place].status = .returned
      giveBack(payout, index)
      return
    }
    payouts[place].status = .failed
    if payout.retryCount < Payout.mostRetries {
      payouts[place].awaitsRetry = true
      failedTonight.insert(payout.id)
    } else {
      giveBack(payout, index)
    }
  }

  /// The amount is back in the balance: its rewards are in no payout, its conversions closed.
  private mutating func giveBack(_ payout: Payout, _ index: PayoutIndex) {
    postReturn(payout, wasCompleted: payout.status == .completed)
    for place in index.rewards[payout.id] ?? [] where rewards[place].payout == payout.id {
      rewards[place].state = .approved
      rewards[place].payout = nil
      rewards[place].isChanged = true
    }
  }

  private mutating func setRewards(
    of payout: Text, to state: Reward.State, _ index: PayoutIndex
  ) {
    for place in index.rewards[payout] ?? [] where rewards[place].payout == payout {
      rewards[place].state = state
      rewards[place].isChanged = true
    }
  }

  private mutating func note(_ settlement: Settlement, on place: Int) {
    payouts[place].transactionID = settlement.transactionID ?? payouts[place].transactionID
    payouts[place].transactionHash = settlement.transactionHash ?? payouts[place].transactionHash
    payouts[place].processedAt = settlement.processedAt ?? payouts[place].processedAt
    payouts[place].failedReason = settlement.failedReason ?? payouts[place].failedReason
    payouts[place].isChanged = true
  }
}
