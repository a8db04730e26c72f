// verify adds up the rows behind the sums, and an older store is filled by its migration.
import Pipeline
import Testing

@testable import Stages

@Suite struct SumsTests {
  @Test(arguments: [
    ("UPDATE totals SET paid_minor = paid_minor + 1 WHERE affiliate >= 0", "totals: "),
    ("DELETE FROM sales_days", "sales_daily: "),
    ("UPDATE sales_days SET orders = 7", "sales_daily: "),
    ("INSERT INTO code_totals VALUES (99, 1, 0, 0, 0, 0)", "code_totals: 1 sums"),
    ("UPDATE sales_days SET payout_minor = payout_minor + 1", "sales_daily: "),
    ("UPDATE order_days SET gross_minor = gross_minor + 1", "order_days: "),
    ("INSERT INTO open_rewards VALUES (1, 'CHF', 1, 20000, 1, 5)", "open_rewards: 1 sums"),
  ])
  func `a sum that is not its rows' is found`(damage: String, expected: String) throws {
    let run = SampleRun(try SampleStore())
    try run.commit()
    func findings() throws -> [String] {
      try Verification(workspace: run.store.path, database: run.store.database).run()
        .map(\.description)
    }
    #expect(try findings() == [])
    try run.store.database.execute(damage)
    let found = try findings()
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test func `an entry of a packed object is found among others`() {
    let json = Array(#"{"1":[1,-2,3,4],"11":5,"111":[6,7],"2":8}"#.utf8)
    func numbers(_ number: Int64) -> [Int64]? {
      unsafe json.withUnsafeBytes { bytes in
        unsafe PackedEntry(number: number).numbers(in: bytes).map { [$0.0, $0.1, $0.2, $0.3] }
      }
    }
    #expect(numbers(1) == [1, -2, 3, 4])
    #expect(numbers(11) == [5, 0, 0, 0])
    #expect(numbers(111) == [6, 7, 0, 0])
    #expect(numbers(2) == [8, 0, 0, 0])
    #expect(numbers(3) == nil)
  }

  @Test func `credits stand in an entry only where they are not the orders`() {
    let json = Array(#"{"1":[2,-3,4,5],"7":[1,2,3,4,0,-6],"8":[0,0,0,0,1,9]}"#.utf8)
    var found: [Int64: [Int64]] = [:]
    unsafe json.withUnsafeBytes { bytes in
      unsafe SalesEntries.forEach(bytes) { affiliate, sales in
        found[affiliate] = [
          sales.orders, sales.revenueMinor, sales.rewards, sales.earnedMinor, sales.credits,
          sales.payoutMinor,
        ]
      }
    }
    #expect(
      found == [1: [2, -3, 4, 5, 2, 5], 7: [1, 2, 3, 4, 0, -6], 8: [0, 0, 0, 0, 1, 9]])
  }

  @Test func `a store of version 2 gets the sums that reports are made from`() throws {
    let run = SampleRun(try SampleStore())
    try run.commit()
    let database = run.store.database
    func sums() throws -> [String] {
      try [("order_days", 12), ("open_rewards", 6), ("sales_daily", 10)].flatMap { table, count in
        var rows: [String] = []
        let columns = try database.prepare("SELECT * FROM \(table) ORDER BY 1, 2, 3, 4")
        while try columns.step() {
          rows.append((0..<Int32(count)).map { columns.text($0).string }.joined(separator: " "))
        }
        return rows
      }
    }
    let before = try sums()
    for table in ["sales_days", "totals", "code_totals"] {
      try database.execute("DELETE FROM \(table)")
    }
    try database.execute(StoreSchema.fillSums)
    try database.execute(FormerStore.version3)
    try database.execute(
      """
      DROP TABLE order_days; DROP TABLE open_rewards; DROP INDEX sales_days_by_day;
      DROP VIEW sales_daily;
      ALTER TABLE sales_days DROP COLUMN credits;
      ALTER TABLE sales_days DROP COLUMN payout_minor;
      CREATE VIEW sales_daily AS SELECT 1;
      PRAGMA user_version = 2;
      """)
    _ = try Database.open(
      path: run.store.path + "/refbatch.sqlite", mode: .readWriteCreate,
      schema: StoreSchema.schema)
    #expect(try sums() == before)
    #expect(try Verification(workspace: run.store.path, database: database).run().isEmpty)
  }
}
