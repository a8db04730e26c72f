import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite("The payout files of whole nights")
struct PayoutFileNightTests {
  private static let run = "2026-03-31.1"

  @Test func `every payout stands in its method's file, and what does not fit is held`() throws {
    let job = try PayoutNight.first(payers: PayoutNight.payers)
    let paid = try job.rows(Self.run, "payouts/payouts.csv")
    #expect(
      paid.map { "\($0[3]) \($0[6]) \($0[7]) \($0[9])" } == [
        "sepa SEPA EUR 1600", "ach ACH USD 1600", "mail WISE USD 1600", "paypal PAYPAL USD 1600",
        "stripe STRIPE USD 1600", "wise WISE USD 1600",
      ])
    #expect(
      try job.rows(Self.run, "payouts/held.csv").map { "\($0[0]) \($0[1]) \($0[3]) \($0[4])" } == [
        "eur badsepa 1600 does_not_fit", "usd formula 1600 formula",
        "usd sepa 1600 does_not_fit", "usd small 800 below_minimum",
      ])
    let (eur, usd) = (try #require(paid.first)[1], try #require(paid.last)[1])
    let files = [
      "ach-\(usd)-USD.txt", "paypal-\(usd)-USD.csv", "sepa-\(eur)-EUR.xml",
      "wise-email-\(usd)-USD.csv", "wise-iban-\(usd)-USD.csv",
    ]
    #expect(
      try job.payoutFiles(Self.run).sorted { Text($0) < Text($1) }
        == (files + ["held.csv", "payouts.csv"]).sorted { Text($0) < Text($1) })
    // Each reference stands in the file of its row.
    for (file, affiliate) in zip(files, ["ach", "paypal", "sepa", "mail", "wise"]) {
      let row = try #require(paid.first { $0[3] == affiliate })
      #expect(try job.text(Self.run, "payouts/\(file)").contains(row[0]), "\(file)")
    }
    let listed = try #require(
      JSONValue(job.text(Self.run, "manifest.json"))["files"]?.elements)
    for file in files {
      let entry = try #require(listed.first { $0["path"]?.text == Text("payouts/\(file)") })
      #expect(entry["rows"]?.integer == 1)
      #expect(entry["total_minor"]?.integer == 1_600)
      #expect(entry["currency"]?.text?.string == (file.contains("EUR") ? "EUR" : "USD"))
    }
    let report = try JSONValue(job.text(Self.run, "report.json"))
    #expect(report["payouts_without_file"]?.elements?.isEmpty == true)
    #expect(report["reconciliation"]?["ok"]?.truth == true)
    #expect(try job.findings().isEmpty)
  }

  @Test func `without the payer's accounts such payouts are made and stand in no file`() throws {
    let job = try PayoutNight.first(payers: "{}")
    let paid = try job.rows(Self.run, "payouts/payouts.csv").map { "\($0[2]) \($0[3])" }
    #expect(
      paid == [
        "eur badsepa", "eur sepa", "usd ach", "usd mail", "usd paypal", "usd sepa", "usd stripe",
        "usd wise",
      ])
    let files = try job.payoutFiles(Self.run)
    #expect(!files.contains { $0.hasPrefix("sepa-") || $0.hasPrefix("ach-") })
    #expect(files.count { $0.hasPrefix("wise-") || $0.hasPrefix("paypal-") } == 3)
    let report = try JSONValue(job.text(Self.run, "report.json"))
    #expect(
      report["payouts_without_file"]?.canonicalText == """
        [{"missing_setting":"settings.payers.sepa","payment_method":"SEPA","payouts":3},\
        {"missing_setting":"settings.payers.ach","payment_method":"ACH","payouts":1}]
        """)
    #expect(try job.findings().isEmpty)
  }

  @Test func `the warning names the method, the number and the setting`() {
    #expect(
      "\(PayoutsWithoutFile(method: .sepa, count: 1))" == """
        1 SEPA payout stands in payouts.csv alone, without a file for the bank: state the account \
        that pays in the schedule's settings.payers.sepa
        """)
  }

  @Test func `a payout that failed is emitted again with its reference, or waits uncounted`() throws
  {
    let job = try PayoutNight.first(payers: PayoutNight.payers)
    let paid = try job.rows(Self.run, "payouts/payouts.csv")
    let paypal = try #require(paid.first { $0[3] == "paypal" })
    let wise = try #require(paid.first { $0[3] == "wise" })
    try job.run(
      4, 2, [.settlements: "payout_id,status\n\(paypal[0]),failed\n\(wise[0]),failed\n"])
    let wrong = #"wise,Wise Account,WISE,,"{""iban"":""FR1520041010050500013M02606""}""#
    try job.run(4, 3, [.affiliates: PayoutNight.affiliates([wrong])])
    let run = "2026-04-02.1"
    let again = try job.rows(run, "payouts/payouts.csv")
    #expect(again.map { $0[0] } == [paypal[0]])
    #expect(
      try job.rows(run, "payouts/held.csv").map { "\($0[1]) \($0[3]) \($0[4])" }
        == ["wise 1600 does_not_fit"])
    let name = "paypal-\(try #require(again.first)[1])-USD.csv"
    #expect(try job.payoutFiles(run).contains(name))
    let old = try job.text(Self.run, "payouts/paypal-\(paypal[1])-USD.csv")
    #expect(try job.text(run, "payouts/\(name)") == old)
    let right = #"wise,Wise Account,WISE,,"{""iban"":""BE68539007547034""}""#
    try job.run(4, 4, [.affiliates: PayoutNight.affiliates([right])])
    let third = "2026-04-03.1"
    #expect(try job.rows(third, "payouts/payouts.csv").map { $0[0] } == [wise[0]])
    let counts = try job.rows(third, "extracts/payouts.csv").map { $0[16] }
    #expect(counts == ["1"])
    #expect(try job.findings().isEmpty)
  }

  @Test func `a request for what does not fit is below the minimum`() throws {
    let job = try SampleJob(payers: PayoutNight.payers)
    var files: [InputKind: String] = [
      .programs: PayoutNight.programs, .affiliates: PayoutNight.affiliates(),
      .payoutRequests: """
      affiliate_id,program_id,requested_at
      badsepa,eur,2026-03-20T00:00:00Z
      sepa,eur,2026-03-20T00:00:00Z

      """,
    ]
    PayoutNight.earnings(&files)
    let outcome = try job.run(3, 21, files)
    let run = "2026-03-20.1"
    #expect(try job.rows(run, "payouts/payouts.csv").map { $0[3] } == ["sepa"])
    #expect(try job.rows(run, "payouts/held.csv").isEmpty)
    #expect(try job.payoutFiles(run).contains { $0.hasPrefix("sepa-") })
    #expect(outcome.counts.rejectedTotal == 1)
  }

  @Test func `verify names a payout that is in no file or in two`() throws {
    let job = try PayoutNight.first(payers: PayoutNight.payers)
    let paid = try job.rows(Self.run, "payouts/payouts.csv")
    let folder = "\(job.root)/ws/out/\(Self.run)/payouts"
    for file in try job.payoutFiles(Self.run) where !file.hasSuffix("s.csv") {
      let affiliates = ["ach-": "ach", "paypal": "paypal", "sepa": "sepa"]
      let affiliate = affiliates.first { file.hasPrefix($0.key) }?.value
      guard let affiliate, let row = paid.first(where: { $0[3] == affiliate }) else { continue }
      let path = "\(folder)/\(file)"
      let bytes = try WholeFile.read(path)
      let text = String(decoding: bytes, as: UTF8.self)
      let other = text.replacingOccurrences(of: row[0], with: "q" + row[0].dropFirst())
      try WholeFile.replace(path, with: Array(other.utf8))
      let found = try job.findings()
      #expect(found.contains { $0.path.hasSuffix(file) && $0.message.hasPrefix("changed: ") })
      #expect(
        found.contains { $0.message.contains("payout \(row[0]) stands 0 times") }, "\(file)")
      #expect(found.contains { $0.message == "q\(row[0].dropFirst()) is no payout of the store" })
      try WholeFile.replace(path, with: bytes)
    }
    let file = try #require(job.payoutFiles(Self.run).first { $0.hasPrefix("wise-iban") })
    let text = try job.text(Self.run, "payouts/\(file)")
    let twice = text + (text.split(separator: "\n").last ?? "") + "\n"
    try WholeFile.replace("\(folder)/\(file)", with: Array(twice.utf8))
    let wise = try #require(paid.last)[0]
    #expect(try job.findings().contains { $0.message.contains("\(wise) stands 2 times") })
  }
}
