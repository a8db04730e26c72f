// What the store makes of a programme's night: which rows are written, and under what numbers. The
// night itself stays as it is, since the extracts may be made of it at the same time.
import Pipeline

/// What becomes of the parts of one programme's night in the store, by their places in the night.
struct WrittenNight {
  /// By conversion: the number of its row; 0 where it has none yet.
  var conversions: [Int64]
  /// By conversion: whether a reward changed that stands in its row.
  private var holdsChange: [Bool]
  /// By reward: whether it stands in its conversion's row.
  private(set) var isFolded: [Bool]
  /// By reward: whether it stood in its conversion's row, no longer can, and gets a row of its own.
  private var comesApart: Set<Int> = []
  /// By payout: its number.
  let payouts: [Int64]

  /// - Parameter payouts: The numbers of the night's payouts.
  init(_ night: borrowing ProgramNight, payouts: [Int64]) {
    conversions = [Int64](repeating: 0, count: night.conversions.count)
    holdsChange = [Bool](repeating: false, count: night.conversions.count)
    isFolded = [Bool](repeating: false, count: night.rewards.count)
    self.payouts = payouts
    for place in night.conversions.indices {
      if let number = night.conversions[place].storedRow { conversions[place] = number }
      for index in night.conversions[place].credits.indices {
        let reward = Self.foldedPlace(night, place, index)
        guard reward >= 0 else {
          let apart = Int(night.conversions[place].credits[index].rewardPlace)
          if apart >= 0, night.rewards[apart].storedRow == nil { comesApart.insert(apart) }
          continue
        }
        isFolded[reward] = true
        if night.rewards[reward].isChanged { holdsChange[place] = true }
      }
    }
  }

  /// Whether the row of a conversion must be written anew.
  func needsWriting(_ place: Int, of night: ProgramNight) -> Bool {
    holdsChange[place] || night.conversions[place].tonight.needsWriting
  }

  /// Whether a reward that does not stand in its conversion's row must be written.
  func needsRow(_ place: Int, of night: ProgramNight) -> Bool {
    !isFolded[place] && (night.rewards[place].isChanged || comesApart.contains(place))
  }

  /// The reward that stands in the row of a conversion, or of one of its further credits.
  static func folded(
    _ night: borrowing ProgramNight, _ place: Int, _ index: Int
  ) -> FoldedReward? {
    let reward = foldedPlace(night, place, index)
    guard reward >= 0 else { return nil }
    return FoldedReward(
      state: night.rewards[reward].state, amountMinor: night.rewards[reward].amountMinor,
      payableAt: night.rewards[reward].payableAt, payout: night.rewards[reward].payout)
  }

  /// Where the reward stands that a credit's row has folded in; −1 for none. A reward keeps the
  /// instant that its order had when it was earned (D-120): after an amendment of that instant
  /// it has a row of its own, and keeps it.
  private static func foldedPlace(
    _ night: borrowing ProgramNight, _ place: Int, _ index: Int
  ) -> Int {
    let reward = Int(night.conversions[place].credits[index].rewardPlace)
    guard reward >= 0, night.rewards[reward].state != .reversed,
      night.rewards[reward].storedRow == nil,
      night.conversions[place].hasFolded(night.rewards[reward], at: reward)
    else { return -1 }
    return reward
  }
}
