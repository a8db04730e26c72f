// Commissions that stand in rows of orders that a night does not work with: those that a payout
// carries, and those that it may carry next.
import Pipeline

extension SnapshotLoader {
  /// Further commissions that are folded into credits of orders that are not loaded.
  func loadFolded(_ query: Statement, into draft: inout Draft) throws {
    while try query.step() {
      var cursor = ColumnCursor(query)
      let number = cursor.int()
      let place = Int32(clamping: cursor.int())
      let order = OrderID(cursor.text())
      let occurredAt = cursor.instant()
      let currency = try cursor.packedCurrency()
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

  /// The first commissions that a payout carries.
  func loadFirstCommissions(
    in payout: PayoutNames.Carrier, _ number: Int64, into draft: inout Draft
  ) throws {
    let query = queries.payoutConversions
    try query.bind(int: number, at: 1)
    while try query.step() {
      let row = try FirstCommission(query)
      guard row.reward != nil, !draft.rows.contains(row.number) else { continue }
      draft.snapshot.rewards.append(
        try row.unfolded(payout.state, payout: payout.id, of: draft.id, query))
    }
  }

  /// The first commissions that are payable and in no payout, and what else is owed besides.
  ///
  /// - Parameter tonight: How many orders of the night may add theirs.
  func loadPayable(into draft: inout Draft, beside tonight: Int) throws {
    try queries.looseSpans.bind(int: draft.program, at: 1)
    try queries.looseSpans.bind(int: facts.asOf.milliseconds, at: 2)
    var spans: [(first: Int64, flags: LooseFlags)] = []
    while try queries.looseSpans.step() {
      spans.append((queries.looseSpans.int(0), LooseFlags(queries.looseSpans.text(1))))
    }
    // Nearly all of them are payable, and there may be those of a month.
    draft.snapshot.rewards.reserveCapacity(
      draft.snapshot.rewards.count + tonight + spans.reduce(0) { $0 + $1.flags.count })
    for (first, flags) in spans {
      for range in flags.stretches { try loadPayable(first, flags, range, into: &draft) }
    }
    try sumUpElsewhere(&draft)
  }

  private func loadPayable(
    _ first: Int64, _ flags: LooseFlags, _ range: Range<Int>, into draft: inout Draft
  ) throws {
    let query = queries.looseConversions
    try query.bind(int: first + Int64(range.lowerBound), at: 1)
    try query.bind(int: first + Int64(range.upperBound) - 1, at: 2)
    while try query.step() {
      guard flags[Int(query.int(0) - first)] else { continue }
      let row = try FirstCommission(query)
      guard row.reward == .approved, row.payableAt <= facts.asOf,
        !draft.rows.contains(row.number)
      else { continue }
      var reward = try row.unfolded(.approved, payout: nil, of: draft.id, query)
      reward.isLooseAlone = true
      draft.snapshot.rewards.append(reward)
    }
  }

  /// What affiliates are owed in the programme, less the rewards that are here.
  private func sumUpElsewhere(_ draft: inout Draft) throws {
    var here: [OwedKey: Int128] = [:]
    for place in draft.snapshot.rewards.indices
    where draft.snapshot.rewards[place].state == .approved {
      let key = OwedKey(
        affiliate: draft.snapshot.rewards[place].affiliate,
        currency: draft.snapshot.rewards[place].currency)
      here[key, default: 0] += Int128(draft.snapshot.rewards[place].amountMinor)
    }
    try queries.owed.bind(int: draft.program, at: 1)
    while try queries.owed.step() {
      var cursor = ColumnCursor(queries.owed)
      let key = OwedKey(affiliate: cursor.ordinal(Affiliate.self), currency: try cursor.currency())
      let minor = Int128(cursor.int()) - here[key, default: 0]
      guard minor != 0 else { continue }
      draft.snapshot.owedElsewhere.append(
        OwedElsewhere(affiliate: key.affiliate, currency: key.currency, minor: minor))
    }
  }
}

private struct OwedKey: Hashable {
  var affiliate: AffiliateOrdinal
  var currency: Currency
}

/// The first commission of an order, as far as numbers tell.
private struct FirstCommission {
  let number: Int64
  let occurredAt: Instant
  let payableAt: Instant
  let amountMinor: Int64
  /// Its state, a payout apart; nil where it made no reward.
  let reward: Reward.State?

  init(_ row: Statement) throws {
    number = row.int(0)
    occurredAt = Instant(milliseconds: row.int(2))
    reward = ConversionMarks(bits: row.int(6))
      .optionalCoded(ConversionMarks.rewardState, Reward.State.self)
    if row.isNull(9) {
      amountMinor = row.int(8)
      payableAt = occurredAt + (row.int(7) >> 28) * Instant.day
    } else {
      guard let rest = ConversionRest(row.text(9)) else {
        throw StoreRowFault(column: 9, sql: row.sql)
      }
      amountMinor = rest[.reward] ?? row.int(8)
      payableAt = occurredAt + (rest[.payable] ?? (row.int(7) >> 28) * Instant.day)
    }
  }

  func unfolded(
    _ state: Reward.State, payout: Text?, of program: ProgramID, _ row: Statement
  ) throws -> Reward {
    guard let packed = UInt32(exactly: row.int(3)), packed >> 24 == 0, packed != 0 else {
      throw StoreRowFault(column: 3, sql: row.sql)
    }
    var reward = FoldedReward(
      state: state, amountMinor: amountMinor, payableAt: payableAt, payout: payout
    ).unfolded(
      program: program, order: OrderID(row.text(1)), occurredAt: occurredAt,
      currency: Currency(packed: packed), generation: Int32(clamping: row.int(4)), place: 0,
      affiliate: Ordinal(Int(row.int(5))))
    reward.foldedInto = number
    return reward
  }
}
