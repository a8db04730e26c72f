// Services' result files, end to end: from the file to the payout's state, the ledger and the rejects.
import Pipeline
import Testing

@testable import Stages

@Suite("Settlements by profile")
struct SettlementProfileTests {
  /// The states of all payouts, by affiliate and programme.
  private func states(_ job: SampleJob) throws -> [String: String] {
    let payouts = try WorkspacePayouts(Workspace("\(job.root)/ws")).list(PayoutFilter())
    return Dictionary(
      payouts.map { ("\($0.affiliate)", $0.state) }, uniquingKeysWith: { first, _ in first })
  }

  private func fates(_ job: SampleJob, _ run: String) throws -> [String] {
    try job.rows(run, "extracts/files.csv").map { $0[3...].joined(separator: ",") }
  }

  private func rejects(_ job: SampleJob, _ run: String) throws -> [JSONValue] {
    let folder = "\(job.root)/ws/rejects/\(run)"
    return try DirectoryTree.list(folder).flatMap { entry in
      try WholeFile.read("\(folder)/\(entry.name)").split(separator: 0x0A).map {
        try JSONValue(Array($0))
      }
    }
  }

  @Test func `PayPal's report completes, fails, and leaves other payments alone`() throws {
    let job = try PayoutNight.first()
    job.maxRejectShare = "1"
    let id = try PayoutNight.payout(to: "paypal", job)
    let text = """
      Customer ID,Transaction ID,Transaction status,Error message,Time processed
      \(id.uppercased()),TX1,SUCCESS,,2026-04-01
      \(id),TX1,QUEUED,,
      invoice 7,TX2,SUCCESS,,
      paaaaaaaaaaaaa,TX3,SUCCESS,,

      """
    try job.run(4, 2, [:], results: [.payPal: text])
    let run = "2026-04-01.1"
    #expect(try states(job)["paypal"] == "completed")
    // rows, accepted, duplicate, filtered, rejected
    #expect(try fates(job, run) == ["4,1,0,1,2"])
    let paid = try #require(job.payouts("completed").first)
    #expect(paid.transaction == "TX1")
    #expect(paid.processedAt == PayoutSample.instant(2026, 4, 1))
    let rejected = try rejects(job, run)
    #expect(rejected.map { $0["line"]?.integer } == [3, 5])
    #expect(rejected.map { $0["reason"]?.text } == ["bad_value", "unknown_payout"])
    #expect(
      rejected.map { $0["raw"]?.text }
        == ["\(id),TX1,QUEUED,,", "paaaaaaaaaaaaa,TX3,SUCCESS,,"]
        .map { Text($0) })
    #expect(try job.findings().isEmpty)
    // The same file again is known; the same row in another one is a duplicate.
    #expect(try job.run(4, 3, [:]).run == nil)
    let again = "Customer ID,Transaction ID,Transaction status\n\(id),TX1,SUCCESS\n"
    try job.run(4, 4, [:], results: [.payPal: again])
    #expect(try fates(job, "2026-04-03.1") == ["1,0,1,0,0"])
  }

  @Test func `Wise's refund fails a payout, which is emitted again in the next run`() throws {
    let job = try PayoutNight.first()
    let (wise, mail) = (
      try PayoutNight.payout(to: "wise", job), try PayoutNight.payout(to: "mail", job)
    )
    let text = """
      ID,Status,Direction,"Created on","Finished on",Reference
      TRANSFER-1,REFUNDED,OUT,2026-04-01 08:00:00,2026-04-01 09:00:00,\(wise)
      TRANSFER-2,COMPLETED,OUT,2026-04-01 08:00:00,2026-04-01 09:00:00,\(mail)

      """
    try job.run(4, 2, [:], results: [.wise: text])
    #expect(try states(job)["wise"] == "failed")
    #expect(try states(job)["mail"] == "completed")
    try job.run(4, 3, [:])
    let again = try #require(job.payouts("pending").first { $0.affiliate == "wise" })
    #expect(again.retryCount == 1)
    #expect(again.failedReason == "REFUNDED")
    #expect(again.emissions.map(\.run) == ["2026-03-31.1", "2026-04-02.1"])
    // An old export with the same row fails nothing again.
    try job.run(4, 4, [:], results: [.wise: text + "TRANSFER-9,COMPLETED,OUT,,,rent\n"])
    #expect(try fates(job, "2026-04-03.1") == ["3,0,2,1,0"])
    #expect(try states(job)["wise"] == "pending")
    #expect(try job.findings().isEmpty)
  }

  /// A pain.002 on one line.
  private func report(_ message: String, _ group: String, _ transactions: String = "") -> String {
    "<Document><CstmrPmtStsRpt><GrpHdr><CreDtTm>2026-04-01T23:30:00</CreDtTm></GrpHdr>"
      + "<OrgnlGrpInfAndSts><OrgnlMsgId>\(message)</OrgnlMsgId><GrpSts>\(group)</GrpSts>"
      + "<StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>"
      + (transactions.isEmpty
        ? "" : "<OrgnlPmtInfAndSts>\(transactions)</OrgnlPmtInfAndSts>")
      + "</CstmrPmtStsRpt></Document>\n"
  }

  private func transaction(_ id: String, _ status: String) -> String {
    "<TxInfAndSts><OrgnlEndToEndId>\(id)</OrgnlEndToEndId><TxSts>\(status)</TxSts></TxInfAndSts>"
  }

  @Test func `a rejected message fails its payouts, and an old report no later emission`() throws {
    let job = try PayoutNight.first()
    job.maxRejectShare = "1"
    let first = try #require(job.payouts("pending").first { $0.affiliate == "sepa" })
    #expect(first.currency == "EUR")
    let message = "\(first.batch)-001"
    try job.run(4, 2, [:], results: [.statusReport: report(message, "RJCT")])
    #expect(try states(job)["sepa"] == "failed")
    try job.run(4, 3, [:])
    let second = try #require(job.payouts("pending").first { $0.affiliate == "sepa" })
    #expect(second.batch != first.batch)
    // A report on the first message says nothing of the second one.
    let late = report(message, "PART", transaction(first.payout.string, "RJCT"))
    try job.run(4, 4, [:], results: [.statusReport: late])
    #expect(try states(job)["sepa"] == "pending")
    let rejected = try rejects(job, "2026-04-03.1")
    #expect(rejected.map { $0["reason"]?.text } == ["already_resolved"])
    #expect(rejected.first?["message"]?.text?.string.contains("\(second.batch)") == true)
    #expect(
      rejected.first?["raw"]?.text == Text(transaction(first.payout.string, "RJCT")))
    let done = report(
      "\(second.batch)-001", "PART",
      transaction(first.payout.string, "ACSC") + transaction("NOTPROVIDED", "ACSC")
        + transaction("paaaaaaaaaaaaa", "ACSC"))
    try job.run(4, 5, [:], results: [.statusReport: done])
    #expect(try states(job)["sepa"] == "completed")
    #expect(try fates(job, "2026-04-04.1") == ["3,1,0,1,1"])
    #expect(try job.findings().isEmpty)
  }

  @Test func `a status of an unknown message is rejected`() throws {
    let job = try PayoutNight.first()
    job.maxRejectShare = "1"
    try job.run(4, 2, [:], results: [.statusReport: report("2026-03-31.1-00000000-001", "RJCT")])
    #expect(
      try rejects(job, "2026-04-01.1").map { $0["reason"]?.text } == ["unknown_payout"])
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: width - text.utf8.count)
  }

  private func returns(_ id: String, _ code: String, trace: Int) -> String {
    let lines = [
      padded("101 021000021 1234567890260402090", 94), padded("5220EXAMPLE INC", 94),
      "626021000021" + padded("123", 17) + "0000001600" + padded(id, 15) + padded("ACH PERSON", 22)
        + "  1" + "021000020000001",
      "799" + code + "021000020000001" + padded("", 6) + "02100002" + padded("", 44)
        + "02100002" + trace.zeroPadded(7),
      padded("8220", 94), padded("9000001", 94),
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  @Test func `the fourth return gives the amount back, though all returns look alike`() throws {
    let job = try PayoutNight.first()
    let id = try PayoutNight.payout(to: "ach", job)
    for attempt in 1...4 {
      let day = Int64(2 * attempt)
      try job.run(4, day, [:], results: [.achReturns: returns(id, "R02", trace: attempt)])
      let payout = try #require(
        WorkspacePayouts(Workspace("\(job.root)/ws")).list(PayoutFilter())
          .first { $0.payout.string == id })
      #expect(payout.state == "failed")
      #expect(payout.retryCount == Int64(attempt - 1))
      #expect(payout.failedReason == "R02 account closed")
      try job.run(4, day + 1, [:])
    }
    #expect(try job.payouts("failed").map(\.payout.string) == [id])
    #expect(try job.payouts("pending").allSatisfy { $0.affiliate != "ach" })
    #expect(try job.payouts("failed").first?.emissions.count == 4)
    #expect(try job.findings().isEmpty)
  }

  @Test func `a return of a completed payout brings its amount back at once`() throws {
    let job = try PayoutNight.first()
    let id = try PayoutNight.payout(to: "ach", job)
    try job.run(4, 2, [.settlements: "payout_id,status\n\(id),completed\n"])
    #expect(try states(job)["ach"] == "completed")
    try job.run(4, 6, [:], results: [.achReturns: returns(id, "R03", trace: 1)])
    #expect(try states(job)["ach"] == "returned")
    try job.run(4, 7, [:], results: [.achReturns: returns(id, "R03", trace: 1) + "\n"])
    #expect(try fates(job, "2026-04-06.1") == ["1,0,1,0,0"])
    let rewards = try job.rows("2026-04-05.1", "extracts/rewards.csv")
    #expect(rewards.map { "\($0[3]) \($0[8]) \($0[11])" } == ["ach payable "])
    #expect(try job.findings().isEmpty)
  }

  @Test func `a file that is none is refused, and a profile is for settlements alone`() throws {
    let job = try PayoutNight.first()
    #expect(throws: FileRefusal.self) {
      try job.run(4, 2, [:], results: [.statusReport: "payout_id,status\n"])
    }
    #expect(throws: InputFault.self) {
      _ = try ServiceProfile.of("pain.002", .orders)
    }
    var check = FormCheck(kind: .settlements)
    let path = "\(job.root)/in/check.csv"
    let text = "Customer ID,Status\npaaaaaaaaaaaaa,SUCCESS\npaaaaaaaaaaaaa,SUCCESS\nx,y\n"
    try WholeFile.replace(path, with: Array(text.utf8))
    try check.check(path: path, profile: "paypal-result", threads: 1)
    #expect(check.result.counts.rows == 3)
    #expect(check.result.counts.accepted == 1)
    #expect(check.result.counts.duplicate == 1)
    #expect(check.result.counts.filtered == [.otherPayment: 1])
    #expect(check.result.statuses == ["completed": 1])
  }
}
