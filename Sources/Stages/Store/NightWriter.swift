// The merge's hand on the store: writes what one programme's night added or changed. Everything
// happens in the run's one transaction.
import Pipeline

/// Writes programmes' nights, in the order in which they are handed over.
final class NightWriter {
  private let database: Database
  private let run: Int64
  private let facts: NightFacts
  private var nextConversion: Int64
  private let insertConversion: Statement
  private let insertCredit: Statement
  private let deleteCredits: Statement
  private let foldReward: Statement
  private let foldFurtherReward: Statement
  private let closeOrder: Statement
  private let insertOrderRow: Statement
  private let insertReward: Statement
  private let insertReferral: Statement
  private let insertStanding: Statement
  private let insertUpgrade: Statement
  private let insertPayout: Statement
  private let insertPeriod: Statement
  private let insertHeld: Statement

  /// Prepares every statement once.
  ///
  /// - Parameter run: The run's number in the store.
  init(_ database: Database, run: Int64, facts: NightFacts) throws {
    self.database = database
    self.run = run
    self.facts = facts
    nextConversion = try database.integer("SELECT coalesce(max(no), 0) + 1 FROM conversions")
    insertConversion = try Self.insert(
      "conversions", StoredConversion.columns, StoredConversion.columnCount, database)
    insertCredit = try Self.insert(
      "credits", "conversion, place, \(StoredCredit.columns)", StoredCredit.columnCount + 2,
      database)
    deleteCredits = try database.prepare("DELETE FROM credits WHERE conversion = ?")
    foldReward = try database.prepare(
      "UPDATE conversions SET reward_state = ?, reward_minor = ?, payable_at = ?, payout = ?, "
        + "run = ? WHERE no = ?")
    foldFurtherReward = try database.prepare(
      "UPDATE credits SET reward_state = ?, reward_minor = ?, payable_at = ?, payout = ? "
        + "WHERE conversion = ? AND place = ?")
    closeOrder = try database.prepare(
      "UPDATE conversions SET closed = 1, run = ? WHERE program = ? AND order_id = ? AND closed = 0"
    )
    insertOrderRow = try Self.insert(
      "order_rows", "program, order_id, content, file, line", 5, database)
    insertReward = try Self.insert("rewards", Reward.columns, Reward.columnCount, database)
    insertReferral = try Self.insert("referrals", Referral.columns, Referral.columnCount, database)
    insertStanding = try Self.insert(
      "standings", "program, affiliate, count, level, held_level, tier, run", 7, database)
    insertUpgrade = try Self.insert(
      "tier_upgrades",
      "no, run, program, affiliate, from_level, to_level, tier, order_id, referral_id, at", 10,
      database)
    insertPayout = try Self.insert("payouts", Payout.columns, Payout.columnCount, database)
    insertPeriod = try Self.insert("periods", "program, last_closed", 2, database)
    insertHeld = try Self.insert(
      "held", "run, program, affiliate, currency, amount_minor, reason", 6, database)
  }

  private static func insert(
    _ table: String, _ columns: String, _ count: Int, _ database: Database
  ) throws -> Statement {
    let places = Array(repeating: "?", count: count).joined(separator: ", ")
    return try database.prepare("INSERT OR REPLACE INTO \(table) (\(columns)) VALUES (\(places))")
  }

  /// Writes one programme's night.
  ///
  /// - Returns: Whether anything of it changed the store.
  func write(_ night: inout ProgramNight) throws -> Bool {
    let changesBefore = database.totalChanges
    let folded = foldRewards(&night)
    for place in night.conversions.indices where night.conversions[place].tonight.isChanged {
      try write(&night.conversions[place], folded, program: night.program)
    }
    for row in night.contentsToKeep {
      var cursor = ParameterCursor(insertOrderRow)
      try cursor.bind(night.program)
      try cursor.bind(row.order)
      try cursor.bind(row.content)
      try cursor.bind(row.origin.file)
      try cursor.bind(row.origin.line)
      try insertOrderRow.run()
    }
    try writeRewards(night)
    try writeReferrals(night)
    try writeStandings(night)
    try writePayouts(night)
    return database.totalChanges != changesBefore
  }

  /// Which commission of the current attribution belongs to which credit of a loaded conversion.
  private struct FoldKey: Hashable {
    var order: OrderID
    var credit: Int32
  }

  /// Finds the rewards that stand in their conversion's row, and marks those conversions whose
  /// reward changed.
  private func foldRewards(_ night: inout ProgramNight) -> [FoldKey: Reward] {
    var folded: [FoldKey: Reward] = [:]
    for reward in night.rewards {
      guard let order = reward.order, let place = night.places[order],
        isFolded(reward, in: night.conversions[place])
      else { continue }
      folded[FoldKey(order: order, credit: reward.credit)] = reward
      if reward.isChanged { night.conversions[place].tonight.isChanged = true }
    }
    return folded
  }

  private func isFolded(_ reward: Reward, in conversion: Conversion) -> Bool {
    reward.type == .commission && reward.sequence == 0 && reward.state != .reversed
      && reward.generation == conversion.generation
  }

  private func write(
    _ conversion: inout Conversion, _ folded: [FoldKey: Reward], program: ProgramOrdinal
  ) throws {
    let isNew = conversion.storedRow == nil
    let number = conversion.storedRow ?? nextConversion
    if isNew { nextConversion += 1 }
    conversion.storedRow = number
    let stored = conversion.credits.enumerated().map { place, credit in
      let key = FoldKey(order: conversion.order.id, credit: Int32(place))
      return StoredCredit(credit: credit, reward: folded[key].map { FoldedReward($0) })
    }
    try StoredConversion.bind(
      conversion, stored.first, program: program, run: run, to: insertConversion)
    try insertConversion.run()
    if !isNew {
      try deleteCredits.bind(int: number, at: 1)
      try deleteCredits.run()
    }
    for (place, credit) in stored.enumerated().dropFirst() {
      var cursor = ParameterCursor(insertCredit)
      try cursor.bind(number)
      try cursor.bind(Int64(place))
      try credit.bind(to: &cursor)
      try insertCredit.run()
    }
  }

  private func writeRewards(_ night: ProgramNight) throws {
    for reward in night.rewards where reward.isChanged {
      if let order = reward.order, let place = night.places[order],
        isFolded(reward, in: night.conversions[place])
      {
        continue
      }
      if let number = reward.foldedInto {
        try fold(reward, into: number)
      } else {
        try reward.bind(program: night.program, run: run, to: insertReward)
        try insertReward.run()
      }
    }
    for order in night.closedOrders.sorted() where night.places[order] == nil {
      var cursor = ParameterCursor(closeOrder)
      try cursor.bind(run)
      try cursor.bind(night.program)
      try cursor.bind(order)
      try closeOrder.run()
    }
  }

  /// Updates the reward of a conversion that was not loaded.
  private func fold(_ reward: Reward, into number: Int64) throws {
    if reward.credit == 0 {
      var cursor = ParameterCursor(foldReward)
      try FoldedReward.bind(FoldedReward(reward), to: &cursor)
      try cursor.bind(run)
      try cursor.bind(number)
      return try foldReward.run()
    }
    var cursor = ParameterCursor(foldFurtherReward)
    try FoldedReward.bind(FoldedReward(reward), to: &cursor)
    try cursor.bind(number)
    try cursor.bind(Int64(reward.credit))
    try foldFurtherReward.run()
  }

  private func writeReferrals(_ night: ProgramNight) throws {
    for place in night.changedReferrals.sorted() {
      let referral = night.referrals[place]
      let origin = referral.storedOrigin ?? night.stored(referral.origin)
      try referral.bind(run: run, origin: origin, to: insertReferral)
      try insertReferral.run()
    }
  }

  private func writeStandings(_ night: ProgramNight) throws {
    for affiliate in night.changedStandings.sorted() {
      guard let standing = night.standings[affiliate] else { continue }
      let terms = night.terms.terms(at: facts.asOf)
      var cursor = ParameterCursor(insertStanding)
      try cursor.bind(night.program)
      try cursor.bind(affiliate)
      try cursor.bind(standing.count)
      try cursor.bind(standing.level)
      try cursor.bind(terms.levelHeld(standing))
      try cursor.bind(terms.tier(atLevel: terms.levelHeld(standing))?.name)
      try cursor.bind(run)
      try insertStanding.run()
    }
    for upgrade in night.upgrades {
      var cursor = ParameterCursor(insertUpgrade)
      try cursor.bindNulls(1)
      try cursor.bind(run)
      try cursor.bind(night.program)
      try cursor.bind(upgrade.affiliate)
      try cursor.bind(upgrade.fromLevel)
      try cursor.bind(upgrade.toLevel)
      try cursor.bind(upgrade.tier)
      switch upgrade.cause {
      case .order(let id):
        try cursor.bind(id)
        try cursor.bindNulls(1)
      case .referral(let id):
        try cursor.bindNulls(1)
        try cursor.bind(id)
      }
      try cursor.bind(upgrade.at)
      try insertUpgrade.run()
    }
  }

  private func writePayouts(_ night: ProgramNight) throws {
    for payout in night.payouts where payout.isChanged {
      try payout.bind(program: night.program, run: run, to: insertPayout)
      try insertPayout.run()
    }
    if night.closedPeriod, let end = night.lastClosed {
      var cursor = ParameterCursor(insertPeriod)
      try cursor.bind(night.program)
      try cursor.bind(end)
      try insertPeriod.run()
    }
    for held in night.held {
      var cursor = ParameterCursor(insertHeld)
      try cursor.bind(run)
      try cursor.bind(night.program)
      try cursor.bind(held.affiliate)
      try cursor.bind(held.currency)
      try cursor.bind(held.amountMinor)
      try cursor.bind(Text(held.reason.rawValue))
      try insertHeld.run()
    }
  }
}
