import Pipeline
import Testing

@testable import Stages

@Suite("The sheet of daily clicks")
struct DailySheetTests {
  /// Codes of two programmes; their numbers are not in the order of their bytes.
  private static var registry: Registry {
    var registry = SampleStore.registry
    for (number, code) in ["b,1", "Z", "a", "B"].enumerated() {
      registry.codes.append(
        AffiliateCode(
          code: Code(Text(code)), ordinal: CodeOrdinal(number), affiliate: AffiliateOrdinal(0),
          program: ProgramOrdinal(number == 3 ? 0 : 1)))
    }
    return registry
  }

  private func sheet(_ daily: [(day: Int32, code: Int, clicks: Int64)]) throws -> (String, Int64) {
    let counts = daily.map {
      DailyClicks(day: $0.day, code: CodeOrdinal($0.code), clicks: $0.clicks, filtered: 2)
    }
    var night = NightDays()
    night.append(counts)
    let sheet = DailySheet(night, Self.registry)
    var text = ""
    try sheet.write { rows in
      rows.withSpan { bytes in
        text += String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
      }
    }
    return (text, sheet.rows)
  }

  @Test func `rows are sorted by day, program_id and code`() throws {
    // alpha goes before zeta, as the merge hands them over.
    let (text, rows) = try sheet([
      (1, 0, 10), (1, 1, 11), (1, 2, 12), (0, 2, 3), (1, 3, 13), (0, 3, 4),
    ])
    #expect(
      text == """
        1970-01-01,alpha,a,3,2
        1970-01-01,zeta,B,4,2
        1970-01-02,alpha,Z,11,2
        1970-01-02,alpha,a,12,2
        1970-01-02,alpha,"b,1",10,2
        1970-01-02,zeta,B,13,2

        """)
    #expect(rows == 6)
  }

  @Test func `no clicks, no rows`() throws {
    let (text, rows) = try sheet([])
    #expect(text.isEmpty)
    #expect(rows == 0)
  }
}
