// What a workspace knows of its payouts and batches, as of its last committed run.
public import Pipeline

/// Which payouts are wanted; every member that is given has to hold.
public struct PayoutFilter: Sendable {
  /// Those whose latest batch it is, and those that were emitted in it.
  public var batch: Text?
  /// A word of ``Payout/Status``.
  public var state: Text?
  public var affiliate: Text?
  public var program: Text?
  public var payout: Text?

  public init() {}
}

/// One payout in plain words.
public struct PayoutFacts: Hashable, Sendable {
  /// When a file carried it.
  public struct Emission: Hashable, Sendable {
    public var run: Text
    public var batch: Text
    /// Below `out/<run>/payouts/`; nil where it stands in `payouts.csv` alone.
    public var file: Text?
  }

  public var payout: Text
  public var batch: Text
  public var program: Text
  public var affiliate: Text
  public var affiliateName: Text?
  public var method: String
  public var currency: String
  /// In major units.
  public var amount: String
  public var amountMinor: Int64
  public var rewards: Int64
  public var periodStart: Instant
  public var periodEnd: Instant
  public var state: String
  public var retryCount: Int64
  public var transaction: Text?
  public var processedAt: Instant?
  public var failedReason: Text?
  /// The name of the run that made it.
  public var madeIn: Text
  /// In the order of runs.
  public var emissions: [Emission] = []
}

/// A payout that no run made.
struct UnknownPayoutOrBatch: ExitCoded, CustomStringConvertible {
  let id: Text

  var exitStatus: ExitStatus { .usage }
  var description: String {
    "there is no payout or batch \(id); refbatch payouts list shows them"
  }
}

/// A word of a filter that fits nothing.
struct UnknownFilter: ExitCoded, CustomStringConvertible {
  let kind: String
  let value: Text

  var exitStatus: ExitStatus { .usage }
  var description: String { "there is no \(kind) \(value) in this workspace" }
}

/// Reads the payouts of one workspace.
public struct WorkspacePayouts {
  let workspace: Workspace

  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// The states that a payout can be in.
  public static let states: [String] = (UInt8.min...UInt8.max).compactMap { raw in
    Payout.Status(rawValue: raw)?.word
  }

  /// The payouts that a filter fits, by program_id, affiliate_id, currency and time.
  ///
  /// - Throws: ``NoStore``, ``DatabaseFault``; an error of usage for a batch, programme or affiliate
  ///   that is not there.
  public func list(_ filter: PayoutFilter) throws -> [PayoutFacts] {
    let database = try workspace.openForReading()
    return try database.snapshot { try Self.list(filter, database) }
  }

  static func list(_ filter: PayoutFilter, _ database: Database) throws -> [PayoutFacts] {
    try check(filter, database)
    var conditions: [String] = []
    var values: [Text] = []
    func want(_ value: Text?, _ condition: String) {
      guard let value else { return }
      values.append(value)
      conditions.append(condition.replacing("$", with: "?\(values.count)"))
    }
    want(
      filter.batch,
      "(o.batch_id = $ OR o.no IN (SELECT payout FROM emissions WHERE batch_id = $))")
    want(filter.program, "p.program_id = $")
    want(filter.affiliate, "a.affiliate_id = $")
    want(filter.payout, "o.payout_id = $")
    let state = (UInt8.min...UInt8.max).lazy.compactMap { Payout.Status(rawValue: $0) }
      .first { Text($0.word) == filter.state }
    if let state { conditions.append("o.status = \(state.rawValue)") }
    let whole = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    let query = try database.prepare(PayoutRow.query(whole))
    for (place, value) in values.enumerated() { try query.bind(text: value, at: Int32(place + 1)) }
    let emissions = try database.prepare(
      "SELECT r.name, e.batch_id, e.file FROM emissions e CROSS JOIN runs r ON r.no = e.run "
        + "WHERE e.payout = ? ORDER BY e.run")
    let runs = try runNames(database)
    var payouts: [PayoutFacts] = []
    while try query.step() {
      var cursor = ColumnCursor(query)
      let row = try PayoutRow(&cursor)
      var facts = PayoutFacts(row, madeIn: runs[row.madeRun] ?? "")
      try emissions.bind(int: row.number, at: 1)
      while try emissions.step() {
        facts.emissions.append(
          PayoutFacts.Emission(
            run: emissions.text(0), batch: emissions.text(1), file: emissions.optionalText(2)))
      }
      payouts.append(facts)
    }
    return payouts
  }

  private static func check(_ filter: PayoutFilter, _ database: Database) throws {
    if let batch = filter.batch, try !PayoutBatches(database).contains(batch) {
      throw try PayoutBatches(database).unknown(batch)
    }
    let named = [
      ("program", filter.program, "SELECT 1 FROM programs WHERE program_id = ?"),
      ("affiliate", filter.affiliate, "SELECT 1 FROM affiliates WHERE affiliate_id = ?"),
    ]
    for (kind, value, sql) in named {
      guard let value else { continue }
      let query = try database.prepare(sql)
      defer { query.reset() }
      try query.bind(text: value, at: 1)
      guard try query.step() else { throw UnknownFilter(kind: kind, value: value) }
    }
  }

  static func runNames(_ database: Database) throws -> [Int64: Text] {
    var names: [Int64: Text] = [:]
    try database.forEachRow("SELECT no, name FROM runs") { row in names[row.int()] = row.text() }
    return names
  }
}

extension PayoutFacts {
  init(_ row: PayoutRow, madeIn: Text) {
    payout = row.id
    batch = row.batch
    program = row.program
    affiliate = row.affiliate
    affiliateName = row.affiliateName
    method = row.method.word
    currency = row.amount.currency.code
    amount = row.amount.majorUnits
    amountMinor = row.amount.minorUnits
    rewards = row.rewards
    periodStart = row.periodStart
    periodEnd = row.periodEnd
    state = row.status.word
    retryCount = row.retryCount
    transaction = row.transaction
    processedAt = row.processedAt
    failedReason = row.failedReason
    self.madeIn = madeIn
  }
}
