// Reads the rows once and puts them in order.
import Pipeline

/// A row of ``ListOrders/rewards``: in the two lowest bits where it stands.
enum ListedReward: Hashable {
  /// A conversion's first commission: `conversion_rows.no`.
  case first(Int64)
  /// A further credit's commission: its place in ``ListOrders/furtherCredits``.
  case further(Int)
  /// `rewards.no`.
  case own(Int64)

  init(_ row: UInt32) {
    switch row & 3 {
    case 0: self = .first(Int64(row >> 2))
    case 1: self = .further(Int(row >> 2))
    default: self = .own(Int64(row >> 2))
    }
  }
}

/// More rows than four bytes can number.
struct TooManyRows: Error, CustomStringConvertible {
  var description: String { "the store has more than 1,073,741,823 rows; lists need another form" }
}

/// Makes ``ListOrders``.
struct ListOrdersBuilder {
  private let reading: StoreReading
  private let names: ReferenceNames
  private(set) var furtherCredits: [(conversion: Int64, place: Int64)] = []
  private var rewardRows = UngroupedRows()

  init(_ reading: StoreReading) throws {
    self.reading = reading
    names = try ReferenceNames("program_id", of: "programs", in: reading.database)
  }

  private func row(_ number: Int64, _ bits: UInt32, _ shift: UInt32) throws -> UInt32 {
    guard number < 1 << 30 else { throw TooManyRows() }
    return UInt32(truncatingIfNeeded: number) << shift | bits
  }

  /// Attributed orders by programme; their rewards are noted on the way.
  mutating func conversions() throws -> (GroupedList, [Int64: ListOrders.ConversionCounts]) {
    var list = GroupedList()
    var counts: [Int64: ListOrders.ConversionCounts] = [:]
    let count = Int(clamping: try reading.database.integer("SELECT count(*) FROM conversion_rows"))
    list.reserve(count)
    rewardRows.reserve(count)
    // One programme after the other, so that no more than one has to be put in order at a time.
    let all = try reading.database.prepare(
      """
      SELECT c.no, s.program, c.occurred_at, c.marks, c.credit_affiliate
      FROM conversion_spans s CROSS JOIN conversion_rows c ON c.no BETWEEN s.first AND s.last
      ORDER BY s.program, s.first
      """)
    let ids = try ConversionIDs(reading.database, names)
    var current: Int64 = -1
    var items: [TimedRow] = []
    func endProgram() throws {
      try items.sortNewestFirst { try ids.id(Int64($0 >> 2)) }
      for item in items { list.append(item.row, to: current) }
      items.removeAll(keepingCapacity: true)
    }
    while try all.step() {
      let (number, program, time) = (all.int(0), all.int(1), all.int(2))
      if program != current {
        try endProgram()
        current = program
      }
      let marks = ConversionMarks(bits: all.int(3))
      if marks.has(ConversionMarks.rewardState), !all.isNull(4) {
        rewardRows.append(
          try row(number, 0, 2), to: all.int(4), time: time,
          companion: UInt32(truncatingIfNeeded: program))
      }
      let status = marks.value(ConversionMarks.status)
      guard status > 0 else { continue }
      items.append(TimedRow(time: time, row: try row(number, UInt32(status), 2)))
      counts[program, default: ListOrders.ConversionCounts()].count(status)
    }
    try endProgram()
    return (list, counts)
  }

  /// Rewards by affiliate, and the programme of each; after ``conversions()``.
  mutating func rewards() throws -> (GroupedList, [UInt32]) {
    let credits = try reading.database.prepare(
      """
      SELECT k.conversion, k.place, k.credit_affiliate, k.program, c.occurred_at
      FROM credits k JOIN conversion_rows c ON c.no = k.conversion
      WHERE k.reward_state IS NOT NULL ORDER BY k.conversion, k.place
      """)
    while try credits.step() {
      rewardRows.append(
        try row(Int64(furtherCredits.count), 1, 2), to: credits.int(2), time: credits.int(4),
        companion: UInt32(truncatingIfNeeded: credits.int(3)))
      furtherCredits.append((credits.int(0), credits.int(1)))
    }
    let own = try reading.database.prepare(
      "SELECT no, affiliate, program, occurred_at FROM rewards")
    while try own.step() {
      rewardRows.append(
        try row(own.int(0), 2, 2), to: own.int(1), time: own.int(3),
        companion: UInt32(truncatingIfNeeded: own.int(2)))
    }
    let ids = try RewardIDs(reading.database, names, furtherCredits)
    return try rewardRows.takeNewestFirst { try ids.id(ListedReward($0)) }
  }

  /// Transactions of overrides by affiliate: each as it was made, and each reversal.
  func overrides() throws -> GroupedList {
    var items = UngroupedRows()
    let all = try reading.database.prepare(
      """
      SELECT w.no, w.affiliate, w.occurred_at, w.state, r.as_of
      FROM rewards w JOIN runs r ON r.no = w.run WHERE w.type = \(RewardType.override.rawValue)
      """)
    while try all.step() {
      let group = all.int(1)
      items.append(try row(all.int(0), 0, 1), to: group, time: all.int(2))
      guard all.int(3) == Int64(Reward.State.reversed.rawValue) else { continue }
      items.append(try row(all.int(0), 1, 1), to: group, time: all.int(4))
    }
    let id = try reading.database.prepare("SELECT id FROM rewards WHERE no = ?1")
    return try items.takeNewestFirst { row in
      try id.bind(int: Int64(row >> 1), at: 1)
      defer { id.reset() }
      guard try id.step() else { return Digest128(high: 0, low: 0) }
      return try id.digest(0)
    }.0
  }

  /// A query's numbers by group, in its order.
  private func list(_ sql: String) throws -> (GroupedList, [UInt32]) {
    var items = UngroupedRows()
    var all: [UInt32] = []
    let rows = try reading.database.prepare(sql)
    while try rows.step() {
      let number = try row(rows.int(0), 0, 0)
      items.append(number, to: rows.int(1), time: Int64(-all.count))
      all.append(number)
    }
    return (items.takeNewestFirst { $0 }.0, all)
  }

  func leads() throws -> (GroupedList, [UInt32]) {
    try list("SELECT no, affiliate FROM referrals ORDER BY occurred_at DESC, referral_id")
  }

  /// A payout is created by the run that made it.
  func payouts() throws -> (GroupedList, [UInt32]) {
    try list(
      """
      SELECT o.no, o.affiliate FROM payouts o
      LEFT JOIN runs r ON r.no = o.made_run
      ORDER BY r.as_of DESC, o.payout_id
      """)
  }

  func affiliates() throws -> [UInt32] {
    try list(
      "SELECT no, 0 FROM affiliates ORDER BY coalesce(created_at, first_seen) DESC, affiliate_id"
    ).1
  }
}

extension ListOrders.ConversionCounts {
  fileprivate mutating func count(_ status: Int64) {
    switch status {
    case Int64(Conversion.Status.pending.rawValue): pending += 1
    case Int64(Conversion.Status.approved.rawValue): approved += 1
    default: rejected += 1
    }
  }
}

/// The ids of orders, which are derived and not stored.
struct ConversionIDs {
  private let order: Statement
  private let names: ReferenceNames

  init(_ database: Database, _ names: ReferenceNames) throws {
    order = try database.prepare("SELECT program, order_id FROM conversion_rows WHERE no = ?1")
    self.names = names
  }

  func id(_ number: Int64) throws -> Text {
    try order.bind(int: number, at: 1)
    defer { order.reset() }
    guard try order.step() else { return Text("") }
    return conversionID(
      program: ProgramID(try names.name(order.int(0))), order: OrderID(order.text(1)))
  }
}

/// The ids of rewards, of which those of commissions are derived and not stored.
struct RewardIDs {
  private let first: Statement
  private let own: Statement
  private let names: ReferenceNames
  private let furtherCredits: [(conversion: Int64, place: Int64)]

  init(
    _ database: Database, _ names: ReferenceNames,
    _ furtherCredits: [(conversion: Int64, place: Int64)]
  ) throws {
    first = try database.prepare(
      "SELECT program, order_id, generation FROM conversion_rows WHERE no = ?1")
    own = try database.prepare("SELECT id FROM rewards WHERE no = ?1")
    self.names = names
    self.furtherCredits = furtherCredits
  }

  func id(_ row: ListedReward) throws -> Digest128 {
    switch row {
    case .first(let number): return try commission(number, place: 0)
    case .further(let index):
      return try commission(furtherCredits[index].conversion, place: furtherCredits[index].place)
    case .own(let number):
      try own.bind(int: number, at: 1)
      defer { own.reset() }
      guard try own.step() else { return Digest128(high: 0, low: 0) }
      return try own.digest(0)
    }
  }

  private func commission(_ number: Int64, place: Int64) throws -> Digest128 {
    try first.bind(int: number, at: 1)
    defer { first.reset() }
    guard try first.step() else { return Digest128(high: 0, low: 0) }
    var key = RewardKey(type: .commission, program: ProgramID(try names.name(first.int(0))))
    key.order = OrderID(first.text(1))
    key.generation = Int32(clamping: first.int(2))
    key.credit = Int32(clamping: place)
    return key.digest
  }
}
