import Pipeline
import Testing

struct RunNameTests {
  private static let april: Int64 = 1_775_001_600_000  // 2026-04-01T00:00:00Z

  @Test(
    arguments: [
      (april, "2026-03-31.1"), (april + 1, "2026-04-01.1"), (0, "1969-12-31.1"),
      (1, "1970-01-01.1"),
      (-86_400_000, "1969-12-30.1"), (951_782_400_001, "2000-02-29.1"),
      (951_868_800_000, "2000-02-29.1"), (4_107_542_400_001, "2100-03-01.1"),
      (-62_135_596_799_999, "0001-01-01.1"), (253_402_300_800_000, "9999-12-31.1"),
    ] as [(Int64, String)])
  func `the business date is that of the millisecond before`(asOf: Int64, name: String) {
    #expect(RunName(asOfMilliseconds: asOf, number: 1)?.description == name)
  }

  @Test(arguments: [.min, .max, -62_135_596_800_000, 253_402_300_800_001] as [Int64])
  func `a year without four digits has no name`(asOf: Int64) {
    #expect(RunName(asOfMilliseconds: asOf, number: 1) == nil)
  }

  @Test(arguments: [
    "", "2026-03-31", "2026-03-31.", "2026-03-31.0", "2026-03-31.01", "2026-03-31.-1",
    "2026-02-29.1", "2026-13-01.1", "2026-00-10.1", "2026-3-31.1", "0000-01-01.1", "2026-03-31.1 ",
    "2026-03-31.1.1", "+026-03-31.1", "2026-03-31.1000000000", "2026/03/31.1",
  ])
  func `only a name as printed is read`(text: String) {
    #expect(RunName(text) == nil)
  }

  @Test func `every day of four centuries is read as it is printed`() throws {
    for day in 0..<146_097 {
      let name = try #require(
        RunName(asOfMilliseconds: Int64(day) * 86_400_000 + 1, number: day % 11 + 1))
      #expect(RunName(name.description) == name)
    }
  }

  @Test func `names order by date, then by number`() {
    let names = ["2026-03-31.10", "2026-03-31.9", "2025-12-31.11", "2026-04-01.1"]
    #expect(
      names.compactMap { RunName($0) }.sorted().map(\.description)
        == ["2025-12-31.11", "2026-03-31.9", "2026-03-31.10", "2026-04-01.1"])
  }
}
