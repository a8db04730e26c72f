// The merge's hand on the store: writes what one programme's night added or changed. Everything
// happens in the run's one transaction.
import Pipeline

/// Writes programmes' nights, in the order in which they are handed over. Rows are gathered and
/// written several at a time: nothing is sure to stand in the tables before ``finish()``.
final class NightWriter {
  private let database: Database
  private let run: Int64
  private let facts: NightFacts
  private var nextConversion: Int64
  /// Whether the tables of orders were empty.
  private let isFirst: Bool
  /// The statements that make the indexes which a first night makes at its end.
  private let laterIndexes: [String]
  private var spans: SpanWriter
  private var payouts: PayoutNumbers
  private var carried: PayoutRowWriter
  private let newConversions: RowBatch
  private let changedConversions: RowBatch
  private let credits: RowBatch
  private let deleteCredits: Statement
  private let setLimit: Statement
  private let limitUses: Statement
  private let insertBasis: Statement
  private let limitBit = Int64(1) << ConversionMarks.meetsLimit.shift
  private let closedBit = Int64(1) << ConversionMarks.closed.shift
  private let foldReward: Statement
  private let foldFurtherReward: Statement
  private let closeOrder: Statement
  private let closeNumber: Statement
  private let orderRows: RowBatch
  private let rewards: RowBatch
  private let affairs: AffairWriter

  /// Prepares every statement once.
  ///
  /// - Parameters:
  ///   - run: The run's number in the store.
  ///   - scattersOrders: Whether a programme has more orders than a part of the index of orders that
  ///     the page cache holds.
  init(_ database: Database, run: Int64, facts: NightFacts, scattersOrders: Bool) throws {
    self.database = database
    self.run = run
    self.facts = facts
    nextConversion = try database.integer("SELECT coalesce(max(no), 0) + 1 FROM conversion_rows")
    isFirst = try database.integer("SELECT count(*) FROM runs") == 0
    laterIndexes = isFirst ? Self.laterIndexes(scattersOrders: scattersOrders) : []
    for name in laterIndexes.flatMap(StoreSchema.indexNames) {
      try database.execute("DROP INDEX \(name)")
    }
    spans = try SpanWriter(database)
    payouts = try PayoutNumbers(database)
    carried = try PayoutRowWriter(database)
    newConversions = RowBatch(
      database, insertInto: "conversion_rows", PackedConversion.columns)
    changedConversions = RowBatch(
      database, columns: PackedConversion.columnCount, oneByOne: PackedConversion.update)
    credits = RowBatch(
      database, insertInto: "credits", "conversion, place, program, \(StoredCredit.columns)")
    deleteCredits = try database.prepare("DELETE FROM credits WHERE conversion = ?")
    setLimit = try database.prepare(
      "UPDATE conversion_rows SET marks = (marks & ~\(limitBit)) | ? WHERE no = ?")
    limitUses = try database.prepare(
      """
      UPDATE OR ROLLBACK conversion_rows SET marks = marks | \(limitBit) WHERE no IN (
        SELECT c.no FROM conversion_spans s
        CROSS JOIN conversion_rows c ON c.no BETWEEN s.first AND s.last
        WHERE s.program = ? AND c.marks & \(limitBit) = 0
        AND c.credit_code IN (SELECT value FROM json_each(?)))
      """)
    insertBasis = try database.prepare(
      "INSERT OR REPLACE INTO judging (program, basis) VALUES (?, ?)")
    let state = ConversionMarks.rewardState
    foldReward = try database.prepare(
      "UPDATE conversion_rows SET marks = (marks & ~\(state.mask << state.shift)) | ?, run = ? "
        + "WHERE no = ?")
    foldFurtherReward = try database.prepare(
      "UPDATE credits SET reward_state = ?, reward_minor = ?, payable_at = ?, payout = ? "
        + "WHERE conversion = ? AND place = ?")
    let close = "UPDATE conversion_rows SET marks = marks | \(closedBit), run = ? "
    let isOpen =
      "marks & \(closedBit) = 0 AND NOT EXISTS "
      + "(SELECT 1 FROM payout_rows p WHERE p.no = conversion_rows.no)"
    closeOrder = try database.prepare(close + "WHERE program = ? AND order_id = ? AND \(isOpen)")
    closeNumber = try database.prepare(close + "WHERE no = ? AND \(isOpen)")
    orderRows = RowBatch(
      database, insertInto: "order_rows", "program, order_id, content, file, line",
      verb: "INSERT OR REPLACE")
    rewards = RowBatch(
      database, insertInto: "rewards", Reward.columns, verb: "INSERT OR REPLACE")
    affairs = try AffairWriter(database, run: run, facts: facts)
  }

  private static func laterIndexes(scattersOrders: Bool) -> [String] {
    let indexes = [StoreSchema.conversionIndexes, StoreSchema.affairIndexes]
    return scattersOrders ? [StoreSchema.orderIndex] + indexes : indexes
  }

  /// Writes what is still on its way, and on the first night makes the indexes.
  func finish() throws {
    for batch in batches { try batch.flush() }
    try affairs.flush()
    try carried.finish()
    guard isFirst else { return }
    // All at once and in their order, and not one by one when the room is needed.
    try database.writeChangedPages()
    for indexes in laterIndexes { try database.execute(indexes) }
  }

  /// Writes one programme's night.
  ///
  /// - Parameter midway: Called once, when its conversions, the most of it, are written.
  /// - Returns: Whether anything of it changed the store, the numbers of its payouts, and what `midway`
  ///   gave.
  func write<Midway>(
    _ night: ProgramNight, midway: () throws -> Midway
  ) throws -> (changesStore: Bool, payouts: [Int64], midway: Midway) {
    let changesBefore = changes
    var rows = WrittenNight(night, payouts: payouts.numbers(of: night.payouts))
    try writeConversions(night, &rows)
    let given = try midway()
    try writePayoutRows(night, rows)
    // The rows of a first night's programmes follow one another; later, the payouts of each carry
    // rows of many nights.
    if isFirst { try carried.write() }
    for row in night.contentsToKeep {
      orderRows.append(night.program)
      orderRows.append(row.order)
      orderRows.append(row.content)
      orderRows.append(row.origin.file)
      orderRows.append(row.origin.line)
      try orderRows.endRow()
    }
    try writeRewards(night, rows)
    try spans.endProgram(night.program)
    try affairs.write(night, payouts: rows.payouts)
    return (changes != changesBefore, rows.payouts, given)
  }

  /// Notes what the verdicts on a programme's orders now rest on.
  ///
  /// - Parameter judgedAnew: Whether all of its open orders were judged by it: every use of a code
  ///   that has a limit, of whatever run, is then known as such.
  func write(basis: Digest128, of program: ProgramOrdinal, judgedAnew: Bool) throws {
    let limited = isFirst || !judgedAnew ? [:] : facts.codes.limits(in: program)
    if !limited.isEmpty {
      let codes = limited.keys.map { String($0.index) }.joined(separator: ",")
      try limitUses.bind(int: Int64(program.index), at: 1)
      try limitUses.bind(text: Text("[\(codes)]"), at: 2)
      try limitUses.run()
    }
    try insertBasis.bind(int: Int64(program.index), at: 1)
    try insertBasis.bind(digest: basis, at: 2)
    try insertBasis.run()
  }

  /// Grows with each row that is changed or on its way.
  private var changes: Int64 {
    batches.reduce(database.totalChanges + affairs.rows + carried.count) { $0 + $1.rows }
  }

  private var batches: [RowBatch] {
    [newConversions, changedConversions, credits, orderRows, rewards]
  }

  private func writeConversions(_ night: ProgramNight, _ rows: inout WrittenNight) throws {
    for place in night.conversions.indices
    where night.conversions[place].tonight.isMarked && !rows.needsWriting(place, of: night) {
      guard let number = night.conversions[place].storedRow else { continue }
      try setLimit.bind(int: night.conversions[place].meetsLimit ? limitBit : 0, at: 1)
      try setLimit.bind(int: number, at: 2)
      try setLimit.run()
    }
    for place in night.conversions.indices where rows.needsWriting(place, of: night) {
      let stored = night.conversions[place].storedRow
      let number = stored ?? nextConversion
      let occurredAt = night.conversions[place].order.occurredAt
      if stored == nil {
        nextConversion += 1
        rows.conversions[place] = number
      } else {
        try deleteCredits.bind(int: number, at: 1)
        try deleteCredits.run()
      }
      let count = night.conversions[place].credits.count
      let first = count > 0 ? WrittenNight.folded(night, place, 0) : nil
      let loose = first?.isLoose == true ? first?.payableAt : nil
      if stored == nil {
        try spans.take(number, occurredAt, loose: loose, program: night.program)
      } else {
        spans.change(number, occurredAt, loose: loose)
        if first?.payout == nil, night.conversions[place].isClosed {
          try carried.giveBack(number)
        }
      }
      let batch = stored == nil ? newConversions : changedConversions
      PackedConversion.append(
        night.conversions, place, first, number: number, program: night.program, run: run,
        registry: facts.registry, to: batch)
      try batch.endRow()
      guard count > 1 else { continue }
      for index in 1..<count {
        credits.append(number)
        credits.append(Int64(index))
        credits.append(night.program)
        let credit = night.conversions[place].credits[index]
        StoredCredit(credit: credit, reward: WrittenNight.folded(night, place, index))
          .append(to: credits)
        try credits.endRow()
      }
    }
  }

  /// Puts the first commissions that the night's payouts carry into them, wherever they stand.
  private func writePayoutRows(_ night: borrowing ProgramNight, _ rows: WrittenNight) throws {
    for (payout, rewards) in night.newPayouts {
      let number = rows.payouts[payout]
      for place in rewards.lazy.map({ Int($0) }) where night.rewards[place].credit == 0 {
        // What was given back tonight is still in the payout that it was in.
        if let row = night.rewards[place].foldedInto {
          if !night.rewards[place].isLooseAlone { try carried.giveBack(row) }
          carried.carry(row, in: number)
          spans.change(row, nil, loose: nil)
        } else if rows.isFolded[place] {
          let conversion = Int(night.rewards[place].conversionPlace)
          let row = rows.conversions[conversion]
          guard row > 0 else { continue }
          if !night.conversions[conversion].tonight.isClosedNow { try carried.giveBack(row) }
          carried.carry(row, in: number)
        }
      }
    }
  }

  private func writeRewards(_ night: ProgramNight, _ rows: WrittenNight) throws {
    for place in night.rewards.indices where rows.needsRow(place, of: night) {
      if let number = night.rewards[place].foldedInto {
        try fold(night.rewards[place], into: number)
      } else {
        try night.rewards[place].append(program: night.program, run: run, to: rewards)
      }
    }
    for place in night.carriedRewards where night.rewards[Int(place)].conversionPlace < 0 {
      try close(night.rewards[Int(place)], program: night.program)
    }
  }

  /// Closes the order of a reward that a payout carries tonight, where the night works without that
  /// order; a row of `payout_rows` closes that of a first commission.
  private func close(_ reward: borrowing Reward, program: ProgramOrdinal) throws {
    if let number = reward.foldedInto {
      guard reward.credit > 0 else { return }
      var cursor = ParameterCursor(closeNumber)
      try cursor.bind(run)
      try cursor.bind(number)
      return try closeNumber.run()
    }
    guard let order = reward.order else { return }
    var cursor = ParameterCursor(closeOrder)
    try cursor.bind(run)
    try cursor.bind(program)
    try cursor.bind(order)
    try closeOrder.run()
  }

  /// Updates the reward of a conversion that was not loaded: its state and what payout carries
  /// it, because nothing else changes without the conversion. What a payout carries stands in
  /// `payout_rows`, and arrives with it; what it gives back stays closed.
  private func fold(_ reward: borrowing Reward, into number: Int64) throws {
    if reward.credit == 0 {
      guard reward.payout == nil else { return }
      try carried.giveBack(number)
      spans.change(number, nil, loose: reward.state == .approved ? reward.payableAt : nil)
      let state = Int64(reward.state.rawValue + 1) << ConversionMarks.rewardState.shift
      var cursor = ParameterCursor(foldReward)
      try cursor.bind(state | closedBit)
      try cursor.bind(run)
      try cursor.bind(number)
      return try foldReward.run()
    }
    var cursor = ParameterCursor(foldFurtherReward)
    try FoldedReward.bind(FoldedReward(copy reward), to: &cursor)
    try cursor.bind(number)
    try cursor.bind(Int64(reward.credit))
    try foldFurtherReward.run()
  }
}
