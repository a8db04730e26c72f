// The rewards of one affiliate in one programme, sorted by their ids: in memory while they are few,
// in a temporary table of SQLite's beyond that, so that memory stays bounded.
import Pipeline

/// Gathers and sorts the rewards of one affiliate in one programme.
struct RewardGroup {
  /// How many rewards are sorted in memory.
  static let mostInMemory = 100_000

  private let database: Database
  private let limit: Int
  private var program: Text = ""
  private var affiliate: Text = ""
  private var rows: [RewardRow] = []
  private var insert: Statement?
  private var isSpilled = false

  init(_ database: Database, limit: Int = RewardGroup.mostInMemory) {
    self.database = database
    self.limit = limit
  }

  /// Whether it gathers for this affiliate.
  func holds(_ program: Text, _ affiliate: Text) -> Bool {
    self.affiliate == affiliate && self.program == program
  }

  /// Starts to gather for an affiliate.
  mutating func begin(_ program: Text, _ affiliate: Text) {
    self.program = program
    self.affiliate = affiliate
  }

  mutating func add(_ row: RewardRow) throws {
    rows.append(row)
    if rows.count >= limit { try spill() }
  }

  /// Writes what was gathered, and is empty then.
  mutating func write(to table: inout TableWriter, asOf: Instant) throws {
    guard isSpilled else {
      rows.sort { $0.id < $1.id }
      for row in rows { try write(row, to: &table, asOf: asOf) }
      rows.removeAll(keepingCapacity: true)
      return
    }
    try spill()
    let sorted = try database.prepare("SELECT * FROM temp.reward_sort ORDER BY id")
    while try sorted.step() {
      var cursor = ColumnCursor(sorted)
      try write(RewardRow(&cursor, program: program), to: &table, asOf: asOf)
    }
    try database.execute("DELETE FROM temp.reward_sort")
    isSpilled = false
  }

  private func write(_ row: RewardRow, to table: inout TableWriter, asOf: Instant) throws {
    table.append(row.id.rewardID)
    table.append(row.type.word)
    table.append(program)
    table.append(affiliate)
    table.append(row.order)
    table.append(row.referral)
    table.append(row.currency)
    table.append(row.amountMinor)
    table.append(row.stateWord(asOf: asOf))
    table.append(row.occurredAt)
    table.append(row.payableAt)
    table.append(row.payout)
    try table.endRow()
  }

  private mutating func spill() throws {
    let insert = try insert ?? prepareSpill()
    self.insert = insert
    isSpilled = true
    for row in rows {
      var cursor = ParameterCursor(insert)
      try cursor.bind(row.id)
      try cursor.bind(row.type)
      try cursor.bind(row.order)
      try cursor.bind(row.referral)
      try cursor.bind(row.currency)
      try cursor.bind(row.amountMinor)
      try cursor.bind(row.state)
      try cursor.bind(row.occurredAt)
      try cursor.bind(row.payableAt)
      try cursor.bind(row.payout)
      try insert.run()
    }
    rows.removeAll(keepingCapacity: true)
  }

  private func prepareSpill() throws -> Statement {
    try database.execute(
      """
      CREATE TEMP TABLE IF NOT EXISTS reward_sort (
        id BLOB PRIMARY KEY, type INTEGER, order_id TEXT, referral_id TEXT, currency TEXT,
        amount_minor INTEGER, state INTEGER, occurred_at INTEGER, payable_at INTEGER, payout TEXT)
      WITHOUT ROWID
      """)
    return try database.prepare(
      "INSERT INTO temp.reward_sort VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
  }
}
