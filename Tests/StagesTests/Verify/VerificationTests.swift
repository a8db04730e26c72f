import Pipeline
import Testing

@testable import Stages

@Suite("verify")
struct VerificationTests {
  private func committed() throws -> SampleRun {
    let run = SampleRun(try SampleStore())
    try run.commit()
    return run
  }

  private func findings(_ run: SampleRun) throws -> [String] {
    try Verification(workspace: run.store.path, database: run.store.database).run()
      .map(\.description)
  }

  @Test func `a sound workspace gives no findings`() throws {
    #expect(try findings(committed()) == [])
  }

  @Test(arguments: [
    ("UPDATE files SET duplicate = 2", "4 rows, but 2 accepted, 2 duplicate"),
    ("UPDATE file_reasons SET count = 2", "reasons for 0 filtered and 2 rejected rows"),
    ("UPDATE payouts SET rewards = 2", "payout p1 should carry 2 rewards of 80, and carries 1"),
    (
      "INSERT OR REPLACE INTO payout_rows VALUES (1, 99)",
      "payout number 99 should carry 0 rewards"
    ),
    (
      "UPDATE payouts SET amount_minor = 90",
      "1 payouts of 90 in USD stand beside 1 of 80 posted to payouts:alpha"
    ),
    (
      "UPDATE balances SET amount_minor = 79 WHERE account = 3",
      "the balance of payouts:alpha in USD is 79, and its postings sum to 80"
    ),
    (
      "UPDATE balances SET amount_minor = 79.5 WHERE account = 3",
      "the balance of payouts:alpha in USD is no 64-bit integer"
    ),
    ("DELETE FROM journals", "run 2026-03-31.1 has no journal"),
    ("UPDATE journals SET postings = 9", "it has 8 postings, and the store lists 9"),
    ("UPDATE outputs SET sha256 = 'f' WHERE path LIKE '%report.json'", "and not f"),
    (
      "DELETE FROM outputs WHERE path LIKE '%report.json'",
      "out/2026-03-31.1/report.json: extra: the run did not write this file"
    ),
  ])
  func `a store that does not agree is found`(damage: String, expected: String) throws {
    let run = try committed()
    try run.store.database.execute(damage)
    let found = try findings(run)
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  private func change(_ run: SampleRun, _ path: String, _ body: (inout String) -> Void) throws {
    let full = "\(run.store.path)/\(path)"
    var text = String(decoding: try WholeFile.read(full), as: UTF8.self)
    body(&text)
    try WholeFile.replace(full, with: Array(text.utf8))
  }

  @Test(arguments: ["out/2026-03-31.1/payouts/payouts.csv", "ledger/2026-03-31.1.csv"])
  func `a changed file is named`(path: String) throws {
    let run = try committed()
    try change(run, path) { $0 += " \n" }
    let found = try findings(run)
    #expect(found.contains { $0.hasPrefix(path + ": ") }, "\(found)")
  }

  @Test func `a changed archive file is named`() throws {
    let run = try committed()
    try change(run, "archive/2026-03-31.1/0001-o.csv") { $0 = "order_id\no1\no3\n" }
    let found = try findings(run)
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("archive/2026-03-31.1/0001-o.csv: changed: 15 bytes with digest "))
  }

  @Test func `missing and extra files are named`() throws {
    let run = try committed()
    let out = "out/2026-03-31.1"
    for path in ["\(out)/report.json", "archive/2026-03-31.1/0001-o.csv"] {
      try DirectoryTree.removeFile("\(run.store.path)/\(path)")
    }
    for path in ["\(out)/payouts/notes.txt", "ledger/2026-03-31.2.csv"] {
      try WholeFile.replace("\(run.store.path)/\(path)", with: [])
    }
    try DirectoryTree.make("\(run.store.path)/out/2026-03-31.9")
    #expect(
      try findings(run) == [
        "ledger/2026-03-31.2.csv: no run lists this journal",
        "\(out)/payouts/notes.txt: extra: the run did not write this file",
        "\(out)/report.json: missing", "out/2026-03-31.9: no committed run has this name",
        "archive/2026-03-31.1/0001-o.csv: missing",
      ])
  }

  @Test func `a transaction that does not sum to zero is named`() throws {
    let run = try committed()
    try change(run, "ledger/2026-03-31.1.csv") {
      $0 = $0.replacing("platform:alpha,USD,20,rwd_00000000000000000000000000000002", with: "X")
      $0 = $0.replacing(",X\n", with: ",platform:alpha,USD,21,r\n")
    }
    let found = try findings(run)
    let journal = "ledger/2026-03-31.1.csv"
    #expect(
      found.contains("\(journal): transaction 2026-03-31.1-00000002 sums to 1 USD and not to zero"))
    #expect(found.contains { $0.hasPrefix("\(journal): changed: its SHA-256 is ") })
    #expect(
      found.contains(
        "refbatch.sqlite: the balance of platform:alpha in USD is 40, and its postings sum to 41"))
  }

  @Test(arguments: [0, 1, 63, 1 << 20, (1 << 20) + 1, (2 << 20) + 5])
  func `a file's digest is that of its survey`(byteCount: Int) throws {
    let store = try SampleStore()
    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
    try WholeFile.replace("\(store.path)/f", with: bytes)
    let verification = Verification(workspace: store.path, database: store.database)
    let found = try #require(try verification.surveyDigest(of: "f"))
    #expect(found.digest == ByteView.withBytes(of: bytes) { FileSurvey.digest(of: $0) })
    #expect(found.byteCount == Int64(byteCount))
  }

  @Test func `segments are checked by whoever knows them`() throws {
    struct Damaged: Error, CustomStringConvertible { let description = "damaged" }
    let run = try committed()
    try DirectoryTree.make("\(run.store.path)/clicks/2026-03-31")
    for name in ["a", "b", "c"] {
      try WholeFile.replace("\(run.store.path)/clicks/2026-03-31/\(name)", with: [1])
    }
    for (day, name) in [(1, "a"), (2, "b"), (3, "gone")] {
      try run.store.insert(
        "segments",
        [
          "day": "\(day)", "run": "1", "path": "'clicks/2026-03-31/\(name)'",
          "digest": SampleStore.zero16, "bytes": "1", "rows": "1",
        ])
    }
    let verification = Verification(
      workspace: run.store.path, database: run.store.database
    ) { _, entry in
      if entry.path == "clicks/2026-03-31/b" { throw Damaged() }
    }
    #expect(
      try verification.run().map(\.description) == [
        "clicks/2026-03-31/b: damaged", "clicks/2026-03-31/gone: missing",
        "clicks/2026-03-31/c: no run lists this segment",
      ])
  }
}
