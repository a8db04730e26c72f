// What the store knows of a programme, read as of the plan. Only reading; only merge writes.
import Pipeline

/// What a night's rows name of a programme besides what is open anyway.
struct SnapshotWish {
  var program: ProgramOrdinal
  var orders: Set<OrderID> = []
  /// The instants of the night's order rows, whose neighbours the fraud flags count.
  var orderInstants: ClosedRange<Instant>?
  var referrals: Set<ReferralID> = []
  var payouts: Set<Text> = []
  /// Whether payouts may be made, so that every loose reward is wanted.
  var paysOut = false
}

/// Reads snapshots of programmes through one connection.
struct SnapshotLoader {
  let database: Database
  let facts: NightFacts

  /// - Throws: ``DatabaseFault``, or ``StoreRowFault`` for a value that cannot be read.
  func snapshot(_ wish: SnapshotWish) throws -> ProgramSnapshot {
    var draft = Draft(program: wish.program, id: facts.registry[wish.program].id)
    try loadConversions(wish, into: &draft)
    try loadFormerContents(wish, into: &draft)
    try loadTraces(wish, into: &draft)
    try loadUses(into: &draft)
    try loadPayouts(wish, into: &draft)
    try loadRewards(wish, into: &draft)
    try loadReferrals(wish, into: &draft)
    try loadStandings(into: &draft)
    return draft.snapshot
  }

  /// A snapshot on its way, with what keeps its parts from being taken twice.
  struct Draft {
    let id: ProgramID
    var snapshot: ProgramSnapshot
    var orders: Set<OrderID> = []
    var rewards: Set<Digest128> = []

    init(program: ProgramOrdinal, id: ProgramID) {
      self.id = id
      snapshot = ProgramSnapshot(program: program)
    }

    mutating func take(_ reward: Reward) {
      if rewards.insert(reward.id).inserted { snapshot.rewards.append(reward) }
    }
  }

  /// Before this instant an order is too old to be open.
  private var openSince: Instant { facts.asOf + -facts.openMilliseconds }
}

extension SnapshotLoader {
  private func loadConversions(_ wish: SnapshotWish, into draft: inout Draft) throws {
    let open = try database.prepare(
      """
      SELECT \(StoredConversion.columns) FROM conversions
      WHERE program = ? AND closed = 0 AND occurred_at >= ? ORDER BY no
      """)
    try open.bind(int: Int64(wish.program.index), at: 1)
    try open.bind(int: openSince.milliseconds, at: 2)
    while try open.step() { try take(StoredConversion(open), into: &draft) }
    let named = try database.prepare(
      "SELECT \(StoredConversion.columns) FROM conversions WHERE program = ? AND order_id = ?")
    for order in wish.orders.sorted() where !draft.orders.contains(order) {
      try named.bind(int: Int64(wish.program.index), at: 1)
      try named.bind(text: order.text, at: 2)
      while try named.step() { try take(StoredConversion(named), into: &draft) }
    }
  }

  private func take(_ stored: StoredConversion, into draft: inout Draft) throws {
    var conversion = stored.conversion
    guard draft.orders.insert(conversion.order.id).inserted else { return }
    var credits = stored.first.map { [$0] } ?? []
    if stored.creditCount > 1, let number = conversion.storedRow {
      credits += try furtherCredits(of: number)
    }
    conversion.credits = credits.map(\.credit)
    for (place, credit) in credits.enumerated() {
      guard let folded = credit.reward else { continue }
      draft.take(
        folded.unfolded(
          program: draft.id, order: conversion.order.id, occurredAt: conversion.order.occurredAt,
          currency: conversion.order.currency, generation: conversion.generation,
          place: Int32(place), affiliate: credit.credit.affiliate))
    }
    draft.snapshot.conversions.append(conversion)
  }

  private func furtherCredits(of number: Int64) throws -> [StoredCredit] {
    let further = try database.prepare(
      "SELECT \(StoredCredit.columns) FROM credits WHERE conversion = ? ORDER BY place")
    try further.bind(int: number, at: 1)
    var credits: [StoredCredit] = []
    while try further.step() {
      var cursor = ColumnCursor(further)
      if let credit = try StoredCredit(&cursor) { credits.append(credit) }
    }
    return credits
  }

  private func loadFormerContents(_ wish: SnapshotWish, into draft: inout Draft) throws {
    let former = try database.prepare(
      "SELECT content FROM order_rows WHERE program = ? AND order_id = ?")
    for order in wish.orders where draft.orders.contains(order) {
      try former.bind(int: Int64(wish.program.index), at: 1)
      try former.bind(text: order.text, at: 2)
      while try former.step() {
        draft.snapshot.formerContents[order, default: []].insert(try former.digest(0))
      }
    }
  }

  /// Orders near those that may be attributed tonight, which are not loaded as conversions.
  private func loadTraces(_ wish: SnapshotWish, into draft: inout Draft) throws {
    let instants =
      draft.snapshot.conversions.map(\.order.occurredAt)
      + (wish.orderInstants.map { [$0.lowerBound, $0.upperBound] } ?? [])
    guard let first = instants.min(), let last = instants.max() else { return }
    let near = try database.prepare(
      """
      SELECT no, order_id, occurred_at, customer, email, ip, credits, credit_affiliate
      FROM conversions WHERE program = ? AND occurred_at BETWEEN ? AND ?
      """)
    try near.bind(int: Int64(wish.program.index), at: 1)
    try near.bind(int: (first + -Instant.day).milliseconds, at: 2)
    try near.bind(int: last.milliseconds, at: 3)
    while try near.step() {
      var cursor = ColumnCursor(near)
      let number = cursor.int()
      let id = OrderID(cursor.text())
      guard !draft.orders.contains(id) else { continue }
      var trace = OrderTrace(
        id: id, occurredAt: cursor.instant(), customer: try cursor.optionalDigest(),
        email: try cursor.optionalDigest(), ip: try cursor.optionalDigest(), affiliates: [])
      let credits = cursor.int()
      if let affiliate = cursor.optionalOrdinal(Affiliate.self) { trace.affiliates = [affiliate] }
      if credits > 1 { trace.affiliates += try furtherCredits(of: number).map(\.credit.affiliate) }
      draft.snapshot.traces.append(trace)
    }
  }

  /// Uses of codes that have a limit, by conversions that are not loaded and by referrals.
  private func loadUses(into draft: inout Draft) throws {
    let program = draft.snapshot.program
    let limited = facts.registry.codes.filter { $0.program == program && $0.maxUses != nil }
    let byOrders = try database.prepare(
      """
      SELECT order_id, occurred_at FROM conversions WHERE program = ?1 AND credit_code = ?2
      UNION SELECT c.order_id, c.occurred_at FROM conversions c JOIN credits k ON k.conversion = c.no
      WHERE c.program = ?1 AND k.credit_code = ?2
      """)
    let byReferrals = try database.prepare("SELECT occurred_at FROM referrals WHERE code = ?")
    for code in limited {
      try byOrders.bind(int: Int64(program.index), at: 1)
      try byOrders.bind(int: Int64(code.ordinal.index), at: 2)
      while try byOrders.step() {
        var cursor = ColumnCursor(byOrders)
        let id = OrderID(cursor.text())
        guard !draft.orders.contains(id) else { continue }
        draft.snapshot.uses.append(CodeUse(code: code.ordinal, at: cursor.instant(), order: id))
      }
      try byReferrals.bind(int: Int64(code.ordinal.index), at: 1)
      while try byReferrals.step() {
        let at = Instant(milliseconds: byReferrals.int(0))
        draft.snapshot.uses.append(CodeUse(code: code.ordinal, at: at, order: nil))
      }
    }
  }
}

extension SnapshotLoader {
  /// Payouts that are not at their end, and those that the night names.
  private func loadPayouts(_ wish: SnapshotWish, into draft: inout Draft) throws {
    let waiting = try database.prepare(
      "SELECT \(Payout.columns) FROM payouts WHERE program = ? AND awaits_retry = 1 ORDER BY no")
    try waiting.bind(int: Int64(wish.program.index), at: 1)
    var payouts: [Payout] = []
    while try waiting.step() { payouts.append(try Payout(waiting)) }
    let named = try database.prepare(
      "SELECT \(Payout.columns) FROM payouts WHERE payout_id = ? AND program = ?")
    for id in wish.payouts.sorted() where !payouts.contains(where: { $0.id == id }) {
      try named.bind(text: id, at: 1)
      try named.bind(int: Int64(wish.program.index), at: 2)
      while try named.step() { payouts.append(try Payout(named)) }
    }
    draft.snapshot.payouts = payouts
    let closed = try database.prepare("SELECT last_closed FROM periods WHERE program = ?")
    try closed.bind(int: Int64(wish.program.index), at: 1)
    while try closed.step() {
      draft.snapshot.lastClosed = Instant(milliseconds: closed.int(0))
    }
  }

  private func loadRewards(_ wish: SnapshotWish, into draft: inout Draft) throws {
    let program = Int64(wish.program.index)
    let select = "SELECT \(Reward.columns) FROM rewards WHERE"
    let loose = try database.prepare("\(select) program = ? AND state <= 1 ORDER BY no")
    try loose.bind(int: program, at: 1)
    while try loose.step() { draft.take(try Reward(loose)) }
    let ofOrder = try database.prepare("\(select) program = ? AND order_id = ? ORDER BY no")
    for order in wish.orders.sorted() where draft.orders.contains(order) {
      try ofOrder.bind(int: program, at: 1)
      try ofOrder.bind(text: order.text, at: 2)
      while try ofOrder.step() { draft.take(try Reward(ofOrder)) }
    }
    let ofPayout = try database.prepare("\(select) payout = ? ORDER BY no")
    for payout in draft.snapshot.payouts {
      try ofPayout.bind(text: payout.id, at: 1)
      while try ofPayout.step() { draft.take(try Reward(ofPayout)) }
      try loadFolded("reward.payout = ?2", bind: payout.id, into: &draft)
    }
    if wish.paysOut {
      try loadFolded("reward.reward_state = 1 AND reward.payout IS NULL", bind: nil, into: &draft)
    }
  }

  /// Commissions that are folded into conversions or credits.
  private func loadFolded(_ condition: String, bind text: Text?, into draft: inout Draft) throws {
    let columns = "c.order_id, c.occurred_at, c.currency, c.generation, reward.credit_affiliate"
    let rewardColumns =
      "reward.reward_state, reward.reward_minor, reward.payable_at, reward.payout"
    let folded = try database.prepare(
      """
      SELECT reward.no, 0, \(columns), \(rewardColumns) FROM conversions reward
      JOIN conversions c ON c.no = reward.no
      WHERE reward.program = ?1 AND reward.reward_state IS NOT NULL AND \(condition)
      UNION ALL
      SELECT reward.conversion, reward.place, \(columns), \(rewardColumns) FROM credits reward
      JOIN conversions c ON c.no = reward.conversion
      WHERE c.program = ?1 AND reward.reward_state IS NOT NULL AND \(condition)
      """)
    try folded.bind(int: Int64(draft.snapshot.program.index), at: 1)
    if let text { try folded.bind(text: text, at: 2) }
    while try folded.step() {
      var cursor = ColumnCursor(folded)
      let number = cursor.int()
      let place = Int32(clamping: cursor.int())
      let order = OrderID(cursor.text())
      let occurredAt = cursor.instant()
      let currency = try cursor.currency()
      let generation = Int32(clamping: cursor.int())
      let affiliate = cursor.ordinal(Affiliate.self)
      guard let reward = try FoldedReward(&cursor) else { continue }
      var unfolded = reward.unfolded(
        program: draft.id, order: order, occurredAt: occurredAt, currency: currency,
        generation: generation, place: place, affiliate: affiliate)
      unfolded.foldedInto = number
      draft.take(unfolded)
    }
  }

  private func loadReferrals(_ wish: SnapshotWish, into draft: inout Draft) throws {
    let named = try database.prepare(
      "SELECT \(Referral.columns) FROM referrals WHERE referral_id = ? AND program = ?")
    for id in wish.referrals.sorted() {
      try named.bind(text: id.text, at: 1)
      try named.bind(int: Int64(wish.program.index), at: 2)
      while try named.step() { draft.snapshot.referrals.append(try Referral(named)) }
    }
  }

  private func loadStandings(into draft: inout Draft) throws {
    let all = try database.prepare(
      "SELECT affiliate, count, level FROM standings WHERE program = ?")
    try all.bind(int: Int64(draft.snapshot.program.index), at: 1)
    while try all.step() {
      var cursor = ColumnCursor(all)
      let affiliate = cursor.ordinal(Affiliate.self)
      draft.snapshot.standings[affiliate] =
        Standing(count: cursor.int(), level: cursor.optionalInt())
    }
  }
}
