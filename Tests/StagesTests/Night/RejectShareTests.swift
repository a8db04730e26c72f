// How many rejected rows a run may have, and what is kept of more.
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("max_reject_share")
struct RejectShareTests {
  private static let registry: [InputKind: String] = [
    .programs: "program_id,currency\nusd,USD\n",
    .affiliates: "affiliate_id,email\nann,ann@example.org\n",
    .codes: "code,affiliate_id,program_id\nA,ann,usd\n",
  ]

  /// A file of clicks whose rows are sound or not.
  private func clicks(_ areSound: [Bool]) -> String {
    areSound.enumerated().reduce("click_id,occurred_at,code,visitor_id\n") { text, row in
      let instant = row.element ? "2026-03-30T00:00:00Z" : "soon"
      return text + "c\(row.offset),\(instant),A,v\(row.offset)\n"
    }
  }

  /// A file of orders whose rows are sound or not.
  private func orders(_ areSound: [Bool]) -> String {
    areSound.enumerated().reduce("order_id,occurred_at,program_id,amount,currency,code\n") {
      text, row in
      let instant = row.element ? "2026-03-30T00:00:00Z" : "late"
      return text + "o\(row.offset),\(instant),usd,10.00,USD,A\n"
    }
  }

  /// The lines of a run's rejects.
  private func rejects(_ job: SampleJob) throws -> [String: Int] {
    let files = try job.allFiles("rejects")
    return try files.reduce(into: [:]) { counts, path in
      let text = String(decoding: try WholeFile.read("\(job.root)/ws/\(path)"), as: UTF8.self)
      let name = path.split(separator: "/").last.map(String.init) ?? path
      counts[name] = text.split(separator: "\n").count
    }
  }

  @Test(arguments: 1...20)
  func `SPEC 10: above max_reject_share of all rows read in the run it stops, else all are kept`(
    seed: Int
  ) throws {
    var random = SplitMix64(seed: UInt64(seed))
    // Three rows of the registry, and some clicks and orders around the limit of a twentieth.
    let counts = (0..<2).map { _ in Int.random(in: 0...60, using: &random) }
    let rows = 3 + counts[0] + counts[1]
    let limit = rows / 20
    let wanted = min(max(0, limit + Int.random(in: -1...2, using: &random)), rows - 3)
    let bad = Set((0..<rows - 3).map { $0 }.shuffled(using: &random).prefix(wanted))
    let areSound = (0..<rows - 3).map { !bad.contains($0) }
    let (first, second) = (areSound[..<counts[0]], areSound[counts[0]...])
    var files = Self.registry
    files[.clicks] = clicks(Array(first))
    files[.orders] = orders(Array(second))
    let job = try SampleJob()
    guard wanted > limit else {
      try job.run(4, 1, files)
      let expected = [
        "clicks-1.csv.rejects.jsonl": first.count { !$0 },
        "orders-1.csv.rejects.jsonl": second.count { !$0 },
      ]
      #expect(try wanted == 0 || rejects(job) == expected.filter { $0.value > 0 })
      return
    }
    let fault = #expect(throws: InputFault.self) { try job.run(4, 1, files) }
    #expect(fault?.exitStatus == .dataRefused)
    #expect(
      fault?.message.hasPrefix(
        "\(wanted) of \(rows) rows are rejected, more than max_reject_share allows;") == true)
  }

  @Test func `rows that are not kept are counted all the same, clicks and orders`() throws {
    let job = try SampleJob()
    var files = Self.registry
    files[.clicks] = clicks(Array(repeating: false, count: 3_000))
    files[.orders] = orders(Array(repeating: false, count: 2_000))
    let fault = #expect(throws: InputFault.self) { try job.run(4, 1, files) }
    #expect(fault?.message.hasPrefix("5000 of 5003 rows are rejected") == true)
    job.maxRejectShare = "1"
    try job.run(4, 2, [:])
    let kept = ["clicks-1.csv.rejects.jsonl": 3_000, "orders-1.csv.rejects.jsonl": 2_000]
    #expect(try rejects(job) == kept)
  }

  @Test func `an allowance keeps as many rows as a run may have, and the one above`() {
    let allowance = RejectAllowance(mostRows: 3, mostBytes: 10)
    #expect((1...6).map { _ in allowance.takeRow() } == [true, true, true, true, false, false])
    #expect([8, 3, 2, 1].map { allowance.take(bytes: $0) } == [true, false, true, false])
    let unbounded = RejectAllowance()
    #expect((1...100).allSatisfy { _ in unbounded.takeRow() })
    var rows = RejectedRows()
    let one = RejectAllowance(mostRows: 0)
    for line in 1...5 {
      let reason: RejectReason = line < 3 ? .badInstant : .badValue
      rows.append(reason, by: one) {
        RejectedRow(
          origin: RowOrigin(file: 0, line: Int32(line)), column: nil, reason: reason, message: "")
      }
    }
    #expect(rows.takeKept().map(\.origin.line) == [1])
    #expect(rows.kept.isEmpty)
    #expect(rows.dropped == [.badInstant: 1, .badValue: 3])
  }
}
