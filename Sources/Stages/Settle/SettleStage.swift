// The stage `settle`: decisions, refunds and settlements, in that order (SPEC 1).

extension ProgramNight {
  /// Lets the night's decisions, refunds and settlements take effect.
  ///
  /// - Throws: ``AmountOverflow`` when an amount does not fit 64 bits.
  public mutating func settle() throws {
    for decision in rows.decisions { try apply(decision) }
    try applyRefunds()
    guard !rows.settlements.isEmpty else { return }
    let index = PayoutIndex(payouts: payouts, rewards: rewards)
    for settlement in rows.settlements { apply(settlement, index) }
  }
}
