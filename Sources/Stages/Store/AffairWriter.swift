// The merge's hand on leads, standings, payouts and what is held of one programme's night.
import Pipeline

/// Writes `referrals`, `standings`, `tier_upgrades`, `payouts`, `periods` and `held`. Rows are gathered
/// and written several at a time, or with ``flush()``.
struct AffairWriter {
  private let run: Int64
  private let facts: NightFacts
  private let referrals: RowBatch
  private let standings: RowBatch
  private let upgrades: RowBatch
  private let payouts: RowBatch
  private let held: RowBatch
  private let insertPeriod: Statement

  /// - Parameter run: The run's number in the store.
  init(_ database: Database, run: Int64, facts: NightFacts) throws {
    self.run = run
    self.facts = facts
    func replacing(_ table: String, _ columns: String) -> RowBatch {
      RowBatch(database, insertInto: table, columns, verb: "INSERT OR REPLACE")
    }
    referrals = replacing("referrals", Referral.columns)
    standings = replacing(
      "standings", "program, affiliate, count, level, held_level, tier, run")
    upgrades = replacing(
      "tier_upgrades",
      "run, program, affiliate, from_level, to_level, tier, order_id, referral_id, at")
    payouts = replacing("payouts", Payout.columns)
    held = replacing("held", "run, program, affiliate, currency, amount_minor, reason")
    insertPeriod = try database.prepare(
      "INSERT OR REPLACE INTO periods (program, last_closed) VALUES (?, ?)")
  }

  private var batches: [RowBatch] { [referrals, standings, upgrades, payouts, held] }

  /// How many rows were handed over.
  var rows: Int64 { batches.reduce(0) { $0 + $1.rows } }

  /// Writes one programme's night.
  ///
  /// - Parameter payouts: The numbers of the night's payouts.
  /// - Throws: ``DatabaseFault``.
  func write(_ night: ProgramNight, payouts numbers: [Int64]) throws {
    try writeReferrals(night)
    try writeStandings(night)
    try writePayouts(night, numbers)
  }

  /// Writes what is still on its way.
  ///
  /// - Throws: ``DatabaseFault``.
  func flush() throws { for batch in batches { try batch.flush() } }

  private func writeReferrals(_ night: ProgramNight) throws {
    for place in night.changedReferrals.sorted() {
      let referral = night.referrals[place]
      let origin = referral.storedOrigin ?? night.stored(referral.origin)
      try referral.append(run: run, origin: origin, to: referrals)
    }
  }

  private func writeStandings(_ night: ProgramNight) throws {
    let terms = night.terms.terms(at: facts.asOf)
    for affiliate in night.changedStandings.sorted() {
      guard let standing = night.standings[affiliate] else { continue }
      standings.append(night.program)
      standings.append(affiliate)
      standings.append(standing.count)
      standings.append(standing.level)
      standings.append(terms.levelHeld(standing))
      standings.append(terms.tier(atLevel: terms.levelHeld(standing))?.name)
      standings.append(run)
      try standings.endRow()
    }
    for upgrade in night.upgrades {
      upgrades.append(run)
      upgrades.append(night.program)
      upgrades.append(upgrade.affiliate)
      upgrades.append(upgrade.fromLevel)
      upgrades.append(upgrade.toLevel)
      upgrades.append(upgrade.tier)
      switch upgrade.cause {
      case .order(let id):
        upgrades.append(id)
        upgrades.appendNull()
      case .referral(let id):
        upgrades.appendNull()
        upgrades.append(id)
      }
      upgrades.append(upgrade.at)
      try upgrades.endRow()
    }
  }

  private func writePayouts(_ night: ProgramNight, _ numbers: [Int64]) throws {
    for (payout, number) in zip(night.payouts, numbers) where payout.isChanged {
      try payout.append(number: number, program: night.program, run: run, to: payouts)
    }
    if night.closedPeriod, let end = night.lastClosed {
      var cursor = ParameterCursor(insertPeriod)
      try cursor.bind(night.program)
      try cursor.bind(end)
      try insertPeriod.run()
    }
    for amount in night.held {
      held.append(run)
      held.append(night.program)
      held.append(amount.affiliate)
      held.append(codeOf: amount.currency)
      held.append(amount.amountMinor)
      held.append(Text(amount.reason.rawValue))
      try held.endRow()
    }
  }
}
