// Proposals and their approval: nothing is paid that nobody approved, and nothing but that.
import Pipeline
import Testing

@testable import Stages

@Suite("Approval of payouts")
struct PayoutApprovalTests {
  private static let required = #","payout_approval":"required""#
  private static let run = "2026-03-31.1"

  private func proposed() throws -> SampleJob { try PayoutNight.first(settings: Self.required) }

  private func batch(_ job: SampleJob, _ program: String = "usd") throws -> String {
    try #require(job.payouts("proposed").first { $0.program.string == program }).batch.string
  }

  private func digest(_ job: SampleJob, _ batch: String) throws -> String {
    let run = batch.split(separator: "-").dropLast().joined(separator: "-")
    let bytes = try WholeFile.read("\(job.root)/ws/out/\(run)/proposals/\(batch).csv")
    return ByteView.withBytes(of: bytes) { SHA256.hexadecimal(of: $0) }
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func `a proposal is posted, in no file, and reported`() throws {
    let job = try proposed()
    #expect(try job.rows(Self.run, "payouts/payouts.csv").isEmpty)
    #expect(try job.payoutFiles(Self.run).sorted() == ["held.csv", "payouts.csv"])
    let usd = try batch(job)
    let rows = try job.rows(Self.run, "proposals/\(usd).csv")
    #expect(
      rows.map { "\($0[3]) \($0[13]) \($0[16])" } == [
        "ach proposed 021000021 123 checking person", "mail proposed mail@example.com",
        "paypal proposed pay@example.com", "stripe proposed acct_1",
        "wise proposed FR1420041010050500013M02606",
      ])
    #expect(
      rows.map { $0[18] } == [
        "ach-\(usd)-USD.txt", "wise-email-\(usd)-USD.csv", "paypal-\(usd)-USD.csv", "",
        "wise-iban-\(usd)-USD.csv",
      ])
    let report = try JSONValue(job.text(Self.run, "report.json"))
    #expect(report["reconciliation"]?["ok"]?.truth == true)
    #expect(report["proposed"]?.elements?.count == 2)
    let owed = report["liability"]?.elements?.map { $0["in_payout_minor"]?.integer }
    #expect(owed == [1_600, 8_000])
    let funds = try job.rows(Self.run, "finance.csv").filter { $0[0] == "fund_on_approval" }
    #expect(
      funds.map { "\($0[3]) \($0[2]) \($0[6])" } == [
        "PAYPAL USD 1600", "WISE USD 3200", "SEPA EUR 1600", "ACH USD 1600", "STRIPE USD 1600",
      ])
    #expect(try job.findings().isEmpty)
  }

  @Test func `an approval releases exactly its batch, once`() throws {
    let job = try proposed()
    let usd = try batch(job)
    let step = ProposalRequest.Step.approve(sha256: try digest(job, usd), by: "Eva")
    let outcome = try job.ask(step, of: usd, 4, 2)
    #expect(outcome.run == "2026-04-01.1")
    #expect(outcome.payouts == 5)
    let paid = try job.rows("2026-04-01.1", "payouts/payouts.csv")
    #expect(
      paid.map { "\($0[1]) \($0[3]) \($0[13])" }
        == [
          "ach", "mail", "paypal", "stripe", "wise",
        ].map { "\(usd) \($0) pending" })
    #expect(
      try job.payoutFiles("2026-04-01.1").sorted() == [
        "ach-\(usd)-USD.txt", "held.csv", "payouts.csv", "paypal-\(usd)-USD.csv",
        "wise-email-\(usd)-USD.csv", "wise-iban-\(usd)-USD.csv",
      ])
    #expect(try job.payouts("proposed").map(\.affiliate) == ["sepa"])
    #expect(try job.rows("2026-04-01.1", "extracts/postings.csv").isEmpty)
    let archived = try WholeFile.read("\(job.root)/ws/archive/2026-04-01.1/0001-approval.json")
    #expect(
      ProposalRequest(archived: archived) == ProposalRequest(batch: Text(usd), step: step))
    #expect(
      try job.text("2026-04-01.1", "manifest.json").contains("0001-approval.json"))
    #expect(try job.findings().isEmpty)
    // Again: nothing to do; with another digest: refused.
    #expect(try job.ask(step, of: usd, 4, 3).run == nil)
    let other = ProposalRequest.Step.approve(sha256: String(repeating: "0", count: 64), by: "Eva")
    #expect(
      message { _ = try job.ask(other, of: usd, 4, 3) }.contains("was approved by Eva in run"))
    // The files are those that a run without approval writes on the same day.
    let emitted = try BatchFiles(Workspace("\(job.root)/ws")).emit(Text(usd), to: nil)
    #expect(emitted.count == 4)
    #expect(!emitted.contains { !$0.wasThere })
    // Released payouts settle like any other.
    try job.run(4, 4, [.settlements: "payout_id,status\n\(paid[0][0]),completed\n"])
    #expect(try job.payouts("completed").count == 1)
    #expect(try job.findings().isEmpty)
  }

  @Test func `the same inputs and approval give the same bytes in another workspace`() throws {
    let (one, other) = (try proposed(), try proposed())
    let usd = try batch(one)
    for job in [one, other] {
      let step = ProposalRequest.Step.approve(sha256: try digest(job, usd), by: "Eva")
      _ = try job.ask(step, of: usd, 4, 2)
    }
    #expect(try digest(one, usd) == digest(other, usd))
    let sums = "SHA256SUMS"
    #expect(try one.text("2026-04-01.1", sums) == other.text("2026-04-01.1", sums))
  }

  @Test func `another digest, another batch or no batch is refused`() throws {
    let job = try proposed()
    let (usd, eur) = (try batch(job), try batch(job, "eur"))
    let step = ProposalRequest.Step.approve(sha256: try digest(job, eur), by: "Eva")
    #expect(message { _ = try job.ask(step, of: usd, 4, 2) }.contains("has another digest"))
    #expect(
      message { _ = try job.ask(step, of: usd.dropLast() + "x", 4, 2) }
        .contains("did you mean \(usd)?"))
    #expect(try job.payouts("proposed").count == 6)
    #expect(try job.findings().isEmpty)
    #expect(message { _ = try job.ask(step, of: eur, 3, 1) }.contains("lies before that of"))
  }

  @Test func `what changed since is refused, and can be proposed again`() throws {
    let job = try proposed()
    let (usd, run) = (try batch(job), "2026-04-02.1")
    let step = ProposalRequest.Step.approve(sha256: try digest(job, usd), by: "Eva")
    let moved = "paypal,Pay Pal,PAYPAL,thief@example.com,"
    try job.run(4, 2, [.affiliates: PayoutNight.affiliates([moved])])
    let paypal = try #require(job.payouts("proposed").first { $0.affiliate == "paypal" })
    let refusal = message { _ = try job.ask(step, of: usd, 4, 3) }
    #expect(refusal.contains("has changed since it was proposed: payout \(paypal.payout)"))
    #expect(refusal.contains("refbatch payouts propose \(usd)"))
    #expect(try job.payouts("proposed").count == 6)
    _ = try job.ask(.renew, of: usd, 4, 3)
    let new = try #require(job.payouts("proposed").first { $0.affiliate == "paypal" })
    #expect(new.payout == paypal.payout)
    #expect(new.batch.string.hasPrefix("\(run)-"))
    let rows = try job.rows(run, "proposals/\(new.batch).csv")
    #expect(rows.count == 5)
    #expect(rows.contains { $0[16] == "thief@example.com" })
    #expect(try job.findings().isEmpty)
    // The old batch is gone; the new one can be approved.
    #expect(message { _ = try job.ask(step, of: usd, 4, 4) }.contains("has changed"))
    let again = ProposalRequest.Step.approve(
      sha256: try digest(job, new.batch.string), by: "Eva")
    #expect(try job.ask(again, of: new.batch.string, 4, 4).payouts == 5)
    #expect(try job.findings().isEmpty)
  }

  @Test func `a suspended affiliate, a withdrawn payout and other payers' accounts are changes`()
    throws
  {
    let job = try proposed()
    let usd = try batch(job)
    let step = ProposalRequest.Step.approve(sha256: try digest(job, usd), by: "Eva")
    let ach = try #require(job.payouts("proposed").first { $0.affiliate == "ach" })
    try job.run(4, 2, [.settlements: "payout_id,status\n\(ach.payout),cancelled\n"])
    #expect(
      message { _ = try job.ask(step, of: usd, 4, 3) }
        .contains("payout \(ach.payout) waits for approval no more"))
    try job.run(
      4, 4, [.affiliates: "affiliate_id,email,status\nwise,wise@example.org,suspended\n"])
    #expect(
      message { _ = try job.ask(step, of: usd, 4, 5) }.contains("affiliate wise of payout"))
    #expect(
      message { _ = try job.ask(.renew, of: usd, 4, 5) }.contains("suspended"))
    let schedule = "\(job.root)/ws/archive/\(Self.run)/schedule.json"
    let text = String(decoding: try WholeFile.read(schedule), as: UTF8.self)
      .replacing("DE89370400440532013000", with: "DE75512108001245126199")
    try WholeFile.replace(schedule, with: Array(text.utf8), mode: 0o600)
    let eur = try batch(job, "eur")
    let other = ProposalRequest.Step.approve(sha256: try digest(job, eur), by: "Eva")
    #expect(message { _ = try job.ask(other, of: eur, 4, 5) }.contains("has changed since"))
  }

  @Test func `a proposed payout cannot be settled, and a failed one is proposed again`() throws {
    let job = try proposed()
    job.maxRejectShare = "1"
    let (usd, paypal) = (
      try batch(job), try #require(job.payouts("proposed").first { $0.affiliate == "paypal" })
    )
    let outcome = try job.run(
      4, 2, [.settlements: "payout_id,status\n\(paypal.payout),completed\n"])
    #expect(outcome.counts.rejected == [.alreadyResolved: 1])
    let step = ProposalRequest.Step.approve(sha256: try digest(job, usd), by: "Eva")
    _ = try job.ask(step, of: usd, 4, 3)
    try job.run(4, 4, [.settlements: "payout_id,status\n\(paypal.payout),failed\n"])
    #expect(try job.payouts("failed").map(\.payout) == [paypal.payout])
    try job.run(4, 5, [:])
    let again = try #require(job.payouts("proposed").first { $0.affiliate == "paypal" })
    #expect(again.retryCount == 1)
    #expect(again.batch.string != usd)
    let second = ProposalRequest.Step.approve(
      sha256: try digest(job, again.batch.string), by: "Eva")
    _ = try job.ask(second, of: again.batch.string, 4, 6)
    let emissions = try #require(job.payouts("pending").first { $0.affiliate == "paypal" })
      .emissions
    #expect(emissions.map(\.run) == ["2026-04-02.1", "2026-04-05.1"])
    #expect(try job.findings().isEmpty)
  }

  @Test func `a proposal whose file was changed is not released by its old digest`() throws {
    let job = try proposed()
    let usd = try batch(job)
    let step = ProposalRequest.Step.approve(sha256: try digest(job, usd), by: "Eva")
    let path = "\(job.root)/ws/out/\(Self.run)/proposals/\(usd).csv"
    let bytes = try WholeFile.read(path)
    try WholeFile.replace(path, with: bytes + Array("more\n".utf8))
    let said = message { _ = try job.ask(step, of: usd, 4, 2) }
    #expect(said.contains("out/\(Self.run)/proposals/\(usd).csv was changed since"))
    #expect(try job.payouts("proposed").count == 6)
    try WholeFile.replace(path, with: bytes)
    #expect(try job.ask(step, of: usd, 4, 2).payouts == 5)
  }

  @Test func `verify names an approval that was changed`() throws {
    let job = try proposed()
    let usd = try batch(job)
    _ = try job.ask(.approve(sha256: try digest(job, usd), by: "Eva"), of: usd, 4, 2)
    let path = "archive/2026-04-01.1/0001-approval.json"
    let text = String(decoding: try WholeFile.read("\(job.root)/ws/\(path)"), as: UTF8.self)
    try WholeFile.replace(
      "\(job.root)/ws/\(path)", with: Array(text.replacing("Eva", with: "Mal").utf8), mode: 0o600)
    #expect(try job.findings().map(\.path) == [path])
  }
}
