// What the store knows of a programme, read as of the plan. Only reading; only merge writes.
import Pipeline

/// What a night's rows name of a programme besides what is open anyway.
struct SnapshotWish {
  var program: ProgramOrdinal
  var orders: Set<OrderID> = []
  /// The instants of the night's order rows, whose neighbours the fraud flags count.
  var orderInstants: [Instant] = []
  /// Whether every open conversion is judged afresh, and not only those that the night touches.
  var judgesAll = false
  var referrals: Set<ReferralID> = []
  var payouts: Set<Text> = []
  /// Whether payouts may be made, so that every loose reward is wanted.
  var paysOut = false
}

/// Reads snapshots of programmes through one connection.
struct SnapshotLoader {
  let facts: NightFacts
  let queries: SnapshotQueries

  init(database: Database, facts: NightFacts) throws {
    self.facts = facts
    queries = try SnapshotQueries(database)
  }

  /// - Parameter clicks: The programme's, which tell what they touch.
  /// - Throws: ``DatabaseFault``, ``StoreRowFault`` for a value that cannot be read, ``ClickFault``.
  func snapshot(_ wish: SnapshotWish, _ clicks: ProgramClicks) throws -> ProgramSnapshot {
    var draft = Draft(program: wish.program, id: facts.registry[wish.program].id)
    if wish.judgesAll {
      try loadAllOpen(into: &draft)
    } else {
      if !facts.codes.limits(in: wish.program).isEmpty {
        try loadConversionsTouchingLimitedCodes(into: &draft)
      }
      try loadConversions(touchedBy: clicks, into: &draft)
    }
    try loadConversions(named: wish.orders, into: &draft)
    try loadFormerContents(wish, into: &draft)
    try loadTraces(wish, into: &draft)
    try loadUses(wish, into: &draft)
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
    /// The numbers of its conversions.
    var rows: Set<Int64> = []

    init(program: ProgramOrdinal, id: ProgramID) {
      self.id = id
      snapshot = ProgramSnapshot(program: program)
    }

    var program: Int64 { Int64(snapshot.program.index) }

    mutating func take(_ reward: Reward) {
      if rewards.insert(reward.id).inserted { snapshot.rewards.append(reward) }
    }
  }

  /// Before this instant an order is too old to be open.
  var openSince: Instant { facts.asOf + -facts.openMilliseconds }
}

/// The ways to find conversions. Each may be taken alone or with others: what a draft has already
/// is not taken again.
extension SnapshotLoader {
  /// Every conversion that late rows may still change, in the order of the store.
  func loadAllOpen(into draft: inout Draft) throws {
    try loadConversions(openFrom: openSince, until: Instant(milliseconds: .max), into: &draft)
  }

  /// Conversions that no payout closed, of orders in a span of time with both its ends.
  func loadConversions(
    openFrom start: Instant, until end: Instant, into draft: inout Draft
  ) throws {
    try queries.open.bind(int: draft.program, at: 1)
    try queries.open.bind(int: start.milliseconds, at: 2)
    try queries.open.bind(int: end.milliseconds, at: 3)
    while try queries.open.step() { try take(queries.open, into: &draft) }
  }

  /// The conversions of some orders, closed or not.
  func loadConversions(named orders: some Sequence<OrderID>, into draft: inout Draft) throws {
    // Most shops' ids ascend: what is greater than all that is stored need not be looked for.
    guard let greatest = try greatestOrder(of: draft.program) else { return }
    let wanted = orders.filter { $0 <= greatest && !draft.orders.contains($0) }
    for order in wanted.sorted() {
      try queries.named.bind(int: draft.program, at: 1)
      try queries.named.bind(text: order.text, at: 2)
      while try queries.named.step() { try take(queries.named, into: &draft) }
    }
  }

  /// The greatest id of a programme's stored orders, in the order of bytes; nil where it has none.
  private func greatestOrder(of program: Int64) throws -> OrderID? {
    let query = queries.greatestOrder
    try query.bind(int: program, at: 1)
    var greatest: OrderID?
    while try query.step() { greatest = query.optionalText(0).map { OrderID($0) } }
    return greatest
  }

  /// Open conversions whose last judgement met a code that has a limit.
  func loadConversionsTouchingLimitedCodes(into draft: inout Draft) throws {
    try queries.limited.bind(int: draft.program, at: 1)
    try queries.limited.bind(int: openSince.milliseconds, at: 2)
    while try queries.limited.step() { try take(queries.limited, into: &draft) }
  }

  /// One conversion, by its number in the store.
  func loadConversion(number: Int64, into draft: inout Draft) throws {
    try queries.numbered.bind(int: number, at: 1)
    while try queries.numbered.step() { try take(queries.numbered, into: &draft) }
  }

  private func take(_ row: Statement, into draft: inout Draft) throws {
    let stored = try StoredConversion(row, registry: facts.registry, payouts: queries.payoutNames)
    guard draft.orders.insert(stored.conversion.order.id).inserted else { return }
    var conversion = stored.conversion
    if let credit = conversion.credits.first, let reward = stored.reward {
      take(StoredCredit(credit: credit, reward: reward), 0, conversion, into: &draft)
    }
    if stored.creditCount > 1, let number = conversion.storedRow {
      for (index, credit) in try furtherCredits(of: number).enumerated() {
        conversion.credits.append(credit.credit)
        take(credit, Int32(index + 1), conversion, into: &draft)
      }
    }
    if let number = conversion.storedRow { draft.rows.insert(number) }
    draft.snapshot.conversions.append(conversion)
  }

  private func take(
    _ credit: StoredCredit, _ place: Int32, _ conversion: Conversion, into draft: inout Draft
  ) {
    guard let folded = credit.reward else { return }
    draft.take(
      folded.unfolded(
        program: draft.id, order: conversion.order.id, occurredAt: conversion.order.occurredAt,
        currency: conversion.order.currency, generation: conversion.generation, place: place,
        affiliate: credit.credit.affiliate))
  }

  private func furtherCredits(of number: Int64) throws -> [StoredCredit] {
    try queries.credits.bind(int: number, at: 1)
    var credits: [StoredCredit] = []
    while try queries.credits.step() {
      var cursor = ColumnCursor(queries.credits)
      if let credit = try StoredCredit(&cursor) { credits.append(credit) }
    }
    return credits
  }
}

extension SnapshotLoader {
  private func loadFormerContents(_ wish: SnapshotWish, into draft: inout Draft) throws {
    for order in wish.orders where draft.orders.contains(order) {
      try queries.contents.bind(int: draft.program, at: 1)
      try queries.contents.bind(text: order.text, at: 2)
      while try queries.contents.step() {
        draft.snapshot.formerContents[order, default: []].insert(try queries.contents.digest(0))
      }
    }
  }

  /// Orders near those that may be attributed tonight, which are not loaded as conversions.
  private func loadTraces(_ wish: SnapshotWish, into draft: inout Draft) throws {
    let instants = (draft.snapshot.conversions.map(\.order.occurredAt) + wish.orderInstants)
      .sorted()
    var start = 0
    while start < instants.count {
      // Days that overlap are one stretch.
      var end = start + 1
      while end < instants.count, instants[end] + -Instant.day <= instants[end - 1] { end += 1 }
      try loadTraces(from: instants[start] + -Instant.day, until: instants[end - 1], into: &draft)
      start = end
    }
  }

  private func loadTraces(
    from first: Instant, until last: Instant, into draft: inout Draft
  ) throws {
    let near = queries.near
    try near.bind(int: draft.program, at: 1)
    try near.bind(int: first.milliseconds, at: 2)
    try near.bind(int: last.milliseconds, at: 3)
    while try near.step() {
      var cursor = ColumnCursor(near)
      let number = cursor.int()
      guard !draft.rows.contains(number) else { continue }
      let id = OrderID(cursor.text())
      let occurredAt = cursor.instant()
      let marks = ConversionMarks(bits: cursor.int())
      cursor.skip(1)
      let keys = try StoredKeys(near, cursor.column, marks)
      var trace = OrderTrace(
        id: id, occurredAt: occurredAt, customer: keys.customer, email: keys.email, ip: keys.ip,
        affiliates: [])
      let affiliate = cursor.optionalOrdinal(Affiliate.self)
      let rest = try cursor.rest()
      if let affiliate {
        trace.affiliates = [affiliate]
        if rest[.credits] != nil {
          trace.affiliates += try furtherCredits(of: number).map(\.credit.affiliate)
        }
      }
      draft.snapshot.traces.append(trace)
    }
  }

  /// Uses of codes that have a limit, by conversions that are not loaded and by referrals. Each
  /// table is gone through once: a programme may have many such codes.
  private func loadUses(_ wish: SnapshotWish, into draft: inout Draft) throws {
    let limits = facts.codes.limits(in: wish.program)
    guard !limits.isEmpty else { return }
    var uses: Set<CodeUse> = []
    // Which orders met a limit is known only since the limits are what they are.
    let byOrders = wish.judgesAll ? queries.uses : queries.limitedUses
    try byOrders.bind(int: draft.program, at: 1)
    try take(byOrders, limits, draft.orders, into: &uses)
    for code in limits.keys {
      try queries.furtherUses.bind(int: Int64(code.index), at: 1)
      try queries.furtherUses.bind(int: draft.program, at: 2)
      try take(queries.furtherUses, limits, draft.orders, into: &uses)
    }
    draft.snapshot.uses.append(contentsOf: uses)
    let byReferrals = queries.referralUses
    try byReferrals.bind(int: draft.program, at: 1)
    while try byReferrals.step() {
      let code = CodeOrdinal(Int(byReferrals.int(0)))
      guard limits[code] != nil else { continue }
      let at = Instant(milliseconds: byReferrals.int(1))
      draft.snapshot.uses.append(CodeUse(code: code, at: at, order: nil))
    }
  }

  private func take(
    _ rows: Statement, _ limits: [CodeOrdinal: Int64], _ loaded: Set<OrderID>,
    into uses: inout Set<CodeUse>
  ) throws {
    while try rows.step() {
      let code = CodeOrdinal(Int(rows.int(0)))
      guard limits[code] != nil else { continue }
      let order = OrderID(rows.text(2))
      guard !loaded.contains(order) else { continue }
      uses.insert(CodeUse(code: code, at: Instant(milliseconds: rows.int(1)), order: order))
    }
  }
}

extension SnapshotLoader {
  /// Payouts that are not at their end, and those that the night names.
  private func loadPayouts(_ wish: SnapshotWish, into draft: inout Draft) throws {
    let waiting = queries.waiting
    try waiting.bind(int: draft.program, at: 1)
    var payouts: [Payout] = []
    while try waiting.step() { payouts.append(try Payout(waiting)) }
    let named = queries.payout
    for id in wish.payouts.sorted() where !payouts.contains(where: { $0.id == id }) {
      try named.bind(text: id, at: 1)
      try named.bind(int: draft.program, at: 2)
      while try named.step() { payouts.append(try Payout(named)) }
    }
    draft.snapshot.payouts = payouts
    try queries.closed.bind(int: draft.program, at: 1)
    while try queries.closed.step() {
      draft.snapshot.lastClosed = Instant(milliseconds: queries.closed.int(0))
    }
  }

  private func loadRewards(_ wish: SnapshotWish, into draft: inout Draft) throws {
    if wish.judgesAll || wish.paysOut {
      let loose = queries.looseRewards
      try loose.bind(int: draft.program, at: 1)
      while try loose.step() { draft.take(try Reward(loose)) }
    }
    let ofOrder = queries.orderRewards
    for order in (wish.judgesAll ? wish.orders : draft.orders).sorted()
    where draft.orders.contains(order) {
      try ofOrder.bind(int: draft.program, at: 1)
      try ofOrder.bind(text: order.text, at: 2)
      while try ofOrder.step() { draft.take(try Reward(ofOrder)) }
    }
    for payout in draft.snapshot.payouts {
      guard let number = payout.storedRow else { continue }
      try queries.payoutRewards.bind(text: payout.id, at: 1)
      while try queries.payoutRewards.step() { draft.take(try Reward(queries.payoutRewards)) }
      try loadFirstCommissions(in: queries.payoutNames.payout(number), number, into: &draft)
      try queries.payoutCredits.bind(text: payout.id, at: 1)
      try loadFolded(queries.payoutCredits, into: &draft)
    }
    if wish.paysOut {
      try queries.looseCredits.bind(int: draft.program, at: 1)
      try loadFolded(queries.looseCredits, into: &draft)
      try loadPayable(into: &draft, beside: wish.orders.count)
    }
  }

  private func loadReferrals(_ wish: SnapshotWish, into draft: inout Draft) throws {
    for id in wish.referrals.sorted() {
      try queries.referral.bind(text: id.text, at: 1)
      try queries.referral.bind(int: draft.program, at: 2)
      while try queries.referral.step() {
        draft.snapshot.referrals.append(try Referral(queries.referral))
      }
    }
  }

  private func loadStandings(into draft: inout Draft) throws {
    try queries.standings.bind(int: draft.program, at: 1)
    while try queries.standings.step() {
      var cursor = ColumnCursor(queries.standings)
      let affiliate = cursor.ordinal(Affiliate.self)
      draft.snapshot.standings[affiliate] =
        Standing(count: cursor.int(), level: cursor.optionalInt())
    }
  }
}
