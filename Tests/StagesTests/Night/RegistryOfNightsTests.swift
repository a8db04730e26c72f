// The registry's rows, end to end: on a first night, which reads them while its store is made, and
// on later ones, which ask the store what it knows.
import Pipeline
import Testing

@testable import Stages

@Suite("The registry of a night")
struct RegistryOfNightsTests {
  private static let programs = "program_id,currency\nusd,USD\neur,EUR\n"
  private static let affiliates = "affiliate_id,email\nann,ann@example.org\nbob,bob@example.org\n"
  private static let codes = "code,affiliate_id,program_id\nA,ann,usd\nB,bob,eur\n"

  /// By kind: rows, accepted, duplicate, filtered, rejected.
  private func fates(_ job: SampleJob, _ run: String) throws -> [String: String] {
    let rows = try job.rows(run, "extracts/files.csv")
    return Dictionary(
      rows.map { ($0[1], $0[3...].joined(separator: ",")) }, uniquingKeysWith: { "\($0) \($1)" })
  }

  @Test func `rows that an earlier run took are duplicates, of all three kinds`() throws {
    let job = try SampleJob()
    try job.run(
      4, 1,
      [.programs: Self.programs, .affiliates: Self.affiliates, .codes: Self.codes])
    let taken = ["programs": "2,2,0,0,0", "affiliates": "2,2,0,0,0", "codes": "2,2,0,0,0"]
    #expect(try fates(job, "2026-03-31.1") == taken)
    job.maxRejectShare = "1"
    try job.run(
      4, 2,
      [
        .programs: Self.programs + "gbp,GBP\n",
        .affiliates: Self.affiliates + "ann2,ann@example.org\n",
        .codes: Self.codes + "B,bob,eur\nC,bob,gbp\n",
      ])
    let again = ["programs": "3,1,2,0,0", "affiliates": "3,0,2,0,1", "codes": "4,1,3,0,0"]
    #expect(try fates(job, "2026-04-01.1") == again)
    #expect(try job.findings().isEmpty)
  }

  @Test func `a first night with a bad registry file takes nothing, the next one all`() throws {
    let job = try SampleJob()
    #expect(throws: FileRefusal.self) {
      try job.run(
        4, 1,
        [
          .programs: Self.programs, .affiliates: Self.affiliates,
          .codes: "code,affiliate_id\nA,ann\n",
        ])
    }
    try WholeFile.replace("\(job.root)/in/codes-1.csv", with: Array(Self.codes.utf8))
    try job.run(4, 2, [:])
    let taken = ["programs": "2,2,0,0,0", "affiliates": "2,2,0,0,0", "codes": "2,2,0,0,0"]
    #expect(try fates(job, "2026-04-01.1") == taken)
  }
}
