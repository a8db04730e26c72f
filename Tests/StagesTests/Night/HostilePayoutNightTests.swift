// Whole nights of affiliates with hostile names and details, paid in currencies of all kinds; and
// outputs of which a byte is changed.
import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("Payouts of hostile nights")
struct HostilePayoutNightTests {
  private static let currencies = ["USD", "EUR", "JPY", "HUF", "TWD", "KWD"]
  private static let pieces = [
    "Jane", "Müller", "=1+1", "+", "-", "@x", "\t", "\r", "\n", "\"", "\"\"", ",", ";", "'", "<b>",
    "&amp;", "]]>", "\u{202E}", "\u{200F}", "🦊", "👩‍👩‍👧", "李", "Ω", "ß", "\u{301}", " ", "999",
    String(repeating: "x", count: 240),
  ]

  private func quoted(_ text: String) -> String {
    "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  private func affiliates(_ random: inout SplitMix64) -> String {
    var rows = "affiliate_id,name,email,payment_method,payment_email,payment_details\n"
    let details = [
      #"{"iban":"DE89370400440532013000"}"#, #"{"iban":"FR1420041010050500013M02606"}"#,
      #"{"iban":"DE88370400440532013000"}"#,
      #"{"routing_number":"021000021","account_number":"12-3","account_type":"savings","#
        + #""holder":"company"}"#,
      #"{"routing_number":"021000022","account_number":"1","account_type":"checking","#
        + #""holder":"person"}"#,
    ]
    for number in 0..<60 {
      let count = Int.random(in: 1...4, using: &random)
      let name = (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
      let method = ["PAYPAL", "WISE", "SEPA", "ACH"].randomElement(using: &random) ?? "PAYPAL"
      let address =
        ["p\(number)@example.com", "no address", "=p@example.com"]
        .randomElement(using: &random) ?? ""
      rows += "a\(number),\(quoted(name)),a\(number)@example.org,\(method),\(address),"
      rows += quoted(details.randomElement(using: &random) ?? "") + "\n"
    }
    return rows
  }

  private func night(_ seed: UInt64) throws -> SampleJob {
    var random = SplitMix64(seed: seed)
    let job = try SampleJob(payers: PayoutNight.payers)
    job.maxRejectShare = "1"
    var programs = "program_id,currency,require_click,payout_minimum_minor,fraud_review_threshold\n"
    for currency in Self.currencies { programs += "\(currency),\(currency),false,1000,1\n" }
    var codes = "code,affiliate_id,program_id\n"
    var orders = "order_id,occurred_at,program_id,code,amount_minor\n"
    for number in 0..<60 {
      for currency in Self.currencies where Bool.random(using: &random) {
        codes += "\(currency)\(number),a\(number),\(currency)\n"
        let amount = Int64.random(in: 10_000...90_000_000_000, using: &random)
        let whole = ["HUF", "TWD"].contains(currency) && Bool.random(using: &random)
        orders += "\(currency)-\(number),2026-03-0\(number % 9 + 1)T10:00:00Z,\(currency),"
        orders += "\(currency)\(number),\(whole ? amount / 100_000 * 100_000 : amount)\n"
      }
    }
    try job.run(
      4, 1,
      [.programs: programs, .affiliates: affiliates(&random), .codes: codes, .orders: orders])
    return job
  }

  @Test(arguments: UInt64(1)...6)
  func `each payout stands in exactly one file with its amount, the rest is held`(seed: UInt64)
    throws
  {
    let job = try night(seed)
    let run = "2026-03-31.1"
    let payouts = try job.payouts("pending")
    #expect(payouts.count > 3)
    var found: [String: [(amount: String, currency: String)]] = [:]
    for name in try job.payoutFiles(run) where name != "payouts.csv" && name != "held.csv" {
      let bytes = try WholeFile.read("\(job.root)/ws/out/\(run)/payouts/\(name)")
      let entry = try #require(
        JSONValue(job.text(run, "manifest.json"))["files"]?.elements?
          .first { $0["path"]?.text == Text("payouts/\(name)") })
      let file = MethodFile(
        name: name, bytes: bytes, method: .manual, payouts: [], currency: .usd,
        totalMinor: try #require(entry["total_minor"]?.integer))
      for row in try PlainPayoutFile.rows(of: file) {
        found[row.payoutID, default: []].append((row.amount, row.currency))
      }
    }
    #expect(Set(found.keys) == Set(payouts.map(\.payout.string)))
    for payout in payouts {
      let rows = try #require(found[payout.payout.string])
      #expect(rows.count == 1)
      #expect(rows[0].currency == payout.currency)
      let isWhole = ["HUF", "TWD"].contains(payout.currency)
      let amount = isWhole ? String(payout.amountMinor / 100) : payout.amount
      #expect(rows[0].amount == amount)
      #expect(!isWhole || payout.amountMinor % 100 == 0)
    }
    let held = try job.text(run, "payouts/held.csv")
    #expect(held.contains("formula") && held.contains("does_not_fit"))
    let page = try job.text(run, "finance.html")
    #expect(!page.contains("<b>") && !page.contains("<script"))
    #expect(try job.findings().isEmpty)
  }

  @Test func `verify names every output of which a byte is changed`() throws {
    let job = try PayoutNight.first()
    for path in try job.allFiles("out") + job.allFiles("ledger") {
      let file = "\(job.root)/ws/\(path)"
      let bytes = try WholeFile.read(file)
      try #require(!bytes.isEmpty)
      var changed = bytes
      changed[bytes.count / 2] ^= 0x01
      try WholeFile.replace(file, with: changed)
      #expect(try job.findings().contains { $0.path == path }, "\(path)")
      try DirectoryTree.removeFile(file)
      #expect(try job.findings().contains { $0.path == path }, "\(path)")
      try WholeFile.replace(file, with: bytes)
    }
    #expect(try job.findings().isEmpty)
  }

  @Test func `the files of a batch are written again as they were, or not at all`() throws {
    let job = try PayoutNight.first()
    let workspace = Workspace("\(job.root)/ws")
    let batch = try #require(job.payouts("pending").first { $0.program == "usd" }).batch
    let names = try job.payoutFiles("2026-03-31.1").filter { $0.contains(batch.string) }
    #expect(names.count == 4)
    let originals = try names.map { try job.text("2026-03-31.1", "payouts/\($0)") }
    let out = "\(job.root)/upload"
    #expect(
      try BatchFiles(workspace).emit(batch, to: out).map(\.wasThere) == [
        false, false, false, false,
      ])
    for (name, text) in zip(names, originals) {
      #expect(String(decoding: try WholeFile.read("\(out)/\(name)"), as: UTF8.self) == text)
    }
    #expect(try BatchFiles(workspace).emit(batch, to: out).allSatisfy(\.wasThere))
    // A different file is left alone, and nothing is written.
    try WholeFile.replace("\(out)/\(names[0])", with: [0x78])
    try DirectoryTree.removeFile("\(out)/\(names[1])")
    #expect(throws: EmissionFault.self) { _ = try BatchFiles(workspace).emit(batch, to: out) }
    #expect(try WholeFile.read("\(out)/\(names[0])") == [0x78])
    #expect(try FileInformation.of("\(out)/\(names[1])") == nil)
    // A published file that is lost is made again; with other details that would be another one.
    let folder = "\(job.root)/ws/out/2026-03-31.1/payouts"
    for name in names { try DirectoryTree.removeFile("\(folder)/\(name)") }
    #expect(
      try BatchFiles(workspace).emit(batch, to: nil).map(\.wasThere) == [
        false, false, false, false,
      ])
    #expect(try job.findings().isEmpty)
    try job.run(
      4, 2, [.affiliates: PayoutNight.affiliates(["paypal,Pay Pal,PAYPAL,new@example.com,"])])
    let payPal = try #require(names.first { $0.hasPrefix("paypal") })
    try DirectoryTree.removeFile("\(folder)/\(payPal)")
    #expect(throws: EmissionFault.self) { _ = try BatchFiles(workspace).emit(batch, to: nil) }
    #expect(throws: UnknownBatch.self) { _ = try BatchFiles(workspace).emit("nothing", to: nil) }
  }
}
