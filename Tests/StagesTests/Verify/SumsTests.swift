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
}
