// What payouts carry and may carry next: narrow rows, flags in spans, and the way there from version 3.
import Pipeline
import Testing

@testable import Stages

@Suite struct PayoutRowsTests {
  private func rows(_ database: Database, _ query: String, _ columns: Int32) throws -> [String] {
    var rows: [String] = []
    let statement = try database.prepare(query)
    while try statement.step() {
      rows.append(
        (0..<columns).map { statement.isNull($0) ? "–" : statement.text($0).string }
          .joined(separator: " "))
    }
    return rows
  }

  @Test func `a store of version 3 gets narrow rows for what payouts carry`() throws {
    let run = SampleRun(try SampleStore())
    try run.commit()
    let database = run.store.database
    func facts() throws -> [[String]] {
      [
        try rows(database, "SELECT * FROM payout_rows ORDER BY no", 2),
        try rows(
          database,
          "SELECT program, first, loose, payable_from FROM conversion_spans ORDER BY 1, 2", 4),
        try rows(
          database,
          """
          SELECT no, run, closed, reward_state, reward_minor, payable_at, payout_no, payout
          FROM conversions ORDER BY no
          """, 8),
      ]
    }
    let before = try facts()
    #expect(before[0].count == 1)
    #expect(before[2].contains { $0.hasSuffix("p1") })
    try database.execute(FormerStore.version3)
    #expect(try rows(database, "SELECT no FROM conversions WHERE payout = 'p1'", 1).count == 1)
    _ = try Database.open(
      path: run.store.path + "/refbatch.sqlite", mode: .readWriteCreate,
      schema: StoreSchema.schema)
    #expect(try facts() == before)
    #expect(try database.integer("SELECT count(payout_no) FROM conversion_rows") == 0)
    #expect(try Verification(workspace: run.store.path, database: database).run().isEmpty)
  }

  @Test(arguments: [
    ("UPDATE conversion_spans SET loose = '01'", "conversion_spans: 1 orders are not"),
    ("UPDATE conversion_spans SET loose = NULL", "conversion_spans: "),
    ("UPDATE conversion_spans SET payable_from = payable_from + 1", "conversion_spans: "),
    ("DELETE FROM conversion_spans", "conversion_spans: "),
    ("INSERT INTO payout_rows VALUES (77, 1)", "payout_rows: 1 rows name orders without"),
  ])
  func `a flag that is not its row's is found`(damage: String, expected: String) throws {
    let run = SampleRun(try SampleStore())
    try run.store.addConversion(
      50, program: 1, order: "loose", [:])
    try run.store.update(
      "conversions", "no = 50", SampleStore.credit(code: 1, affiliate: 1))
    try run.store.database.execute(damage)
    let found = try Verification(workspace: run.store.path, database: run.store.database).run()
      .map(\.description)
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test func `flags keep no zeros at their end, and stretches leave wide gaps out`() {
    var flags = LooseFlags()
    #expect(flags.utf8 == nil)
    for place in [3, 0, 12, 30] { flags[place] = true }
    #expect(
      flags.utf8.map { String(decoding: $0, as: UTF8.self) } == "1001000000001"
        + String(
          repeating: "0", count: 17) + "1")
    #expect(flags.stretches == [0..<13, 30..<31])
    #expect(flags[12])
    #expect(!flags[11])
    #expect(!flags[31])
    flags[30] = false
    #expect(flags == LooseFlags("1001000000001000"))
    for place in [0, 3, 12] { flags[place] = false }
    #expect(flags.isEmpty)
  }

  @Test func `spans take what becomes of earlier rows`() throws {
    let store = try SampleStore()
    let database = store.database
    let program = ProgramOrdinal(1)
    func instant(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
    var spans = try SpanWriter(database)
    for number in 1...300 as ClosedRange<Int64> {
      try spans.take(
        number, instant(number), loose: number % 2 == 0 ? instant(1_000 + number) : nil,
        program: program)
    }
    try spans.endProgram(program)
    let query = """
      SELECT first, last, earliest, latest, length(loose), payable_from FROM conversion_spans
      ORDER BY first
      """
    #expect(try rows(database, query, 6) == ["1 256 1 256 256 1002", "257 300 257 300 44 1258"])
    for number in 258...300 as ClosedRange<Int64> { spans.change(number, nil, loose: nil) }
    spans.change(7, instant(-5), loose: instant(900))
    spans.change(256, nil, loose: nil)
    try spans.endProgram(program)
    #expect(try rows(database, query, 6) == ["1 256 -5 256 254 900", "257 300 257 300 – –"])
    spans.change(301, nil, loose: nil)
    #expect(throws: MissingReference.self) { try spans.endProgram(program) }
  }
}
