import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite("What a run leaves under out/")
struct RunReportTests {
  private func committed() throws -> SampleRun {
    let run = SampleRun(try SampleStore())
    try run.commit()
    return run
  }

  @Test func `sha256sum finds every file as its list says, and no file is left out`() throws {
    let run = try committed()
    let folder = "\(run.store.path)/out/\(SampleRun.name)"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let listed = try run.text("SHA256SUMS").split(separator: "\n").map {
      String($0.dropFirst(66))
    }
    let extracts = ExportName.allCases.map { "extracts/\($0.word).csv" }
    let others = [
      "finance.csv", "finance.html", "manifest.json", "payouts/held.csv",
      "payouts/paypal-2026-03-31.1-0badc0de-USD.csv",
      "payouts/payouts.csv", "report.json",
    ]
    #expect(listed == (extracts + others).sorted { Text($0) < Text($1) })
  }

  @Test func `the payout file and what is held`() throws {
    let run = try committed()
    #expect(
      try run.text("payouts/payouts.csv") == """
        payout_id,batch_id,program_id,affiliate_id,affiliate_name,email,payment_method,currency,\
        amount,amount_minor,rewards,period_start,period_end,status
        p1,2026-03-31.1-0badc0de,alpha,A1,"N ""q""\",e@x.test,PAYPAL,USD,0.80,80,1,\
        2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,pending

        """)
    #expect(
      try run.text("payouts/held.csv") == """
        program_id,affiliate_id,currency,amount_minor,reason
        zeta,"a,3",EUR,12,below_minimum

        """)
  }

  @Test func `the extract of postings is the journal`() throws {
    let run = try committed()
    let journal = try WholeFile.read("\(run.store.path)/ledger/\(SampleRun.name).csv")
    #expect(try run.text("extracts/postings.csv") == String(decoding: journal, as: UTF8.self))
    #expect(try run.store.export(.postings) == String(decoding: journal, as: UTF8.self))
    let lines = try run.store.export(.postings, .jsonl).split(separator: "\n")
    #expect(lines.count == 8)
    #expect(
      lines[7] == """
        {"transaction_id":"2026-03-31.1-00000003","run":"2026-03-31.1",\
        "occurred_at":"2026-03-20T09:46:40Z","account":"payouts:alpha","currency":"USD",\
        "amount_minor":80,"reward_id":null}
        """)
  }

  @Test func `the manifest names inputs and files with rows, currency and total`() throws {
    let run = try committed()
    let manifest = try JSONValue(run.text("manifest.json"))
    #expect(manifest.members?.map(\.name) == ["inputs", "files"])
    #expect(
      manifest["inputs"]?.canonicalText
        == #"[{"bytes":15,"digest":"d1","kind":"orders","path":"in/o.csv","rows":4}]"#)
    let files = try #require(manifest["files"]?.elements)
    let names = ["path", "sha256", "bytes", "rows", "currency", "total_minor"].map { Text($0) }
    #expect(files.allSatisfy { $0.members?.map(\.name) == names })
    let payouts = try #require(files.first { $0["path"]?.text == "payouts/payouts.csv" })
    #expect(payouts["rows"]?.integer == 1)
    #expect(payouts["currency"]?.text == "USD")
    #expect(payouts["total_minor"]?.integer == 80)
    let report = try #require(files.first { $0["path"]?.text == "report.json" })
    #expect(report["rows"]?.isNull == true)
    #expect(files.contains { $0["path"]?.text == "run.json" } == false)
  }

  @Test func `the report's figures`() throws {
    let report = try JSONValue(committed().text("report.json"))
    func check(_ name: Text, _ expected: String) {
      #expect(report[name]?.canonicalText == expected)
    }
    check("run", #""2026-03-31.1""#)
    check("business_date", #""2026-03-31""#)
    check("rows", #"{"accepted":2,"duplicate":1,"filtered":0,"rejected":1,"rows":4}"#)
    check(
      "conversions",
      """
      {"by_evidence":{"click_id":2},"by_model":{"last_click":2},"by_reason":{},\
      "by_status":{"approved":2},"changed":2,"orders":2}
      """)
    check("fraud", #"{"by_flag":{"fast_conversion":2},"flagged":2}"#)
    let revenue = """
      [{"affiliate_payout_minor":160,"commission_minor":200,"conversions":2,"currency":"USD",\
      "gross_minor":2000,"net_minor":2000,"orders":2,"platform_fee_minor":40,"refunded_minor":0}]
      """
    check("revenue", revenue)
    check("rejects", #"[{"reason":"bad_value","rows":1}]"#)
    check(
      "payouts",
      """
      [{"amount_minor":80,"currency":"USD","payment_method":"PAYPAL","payouts":1,\
      "program_id":"alpha"}]
      """)
    check(
      "held",
      """
      [{"affiliates":1,"amount_minor":12,"currency":"EUR","program_id":"zeta",\
      "reason":"below_minimum"}]
      """)
    check(
      "liability",
      #"[{"approved_minor":0,"currency":"USD","in_payout_minor":80,"payable_minor":80}]"#)
    let period = try #require(report["period"])
    #expect(period["from"]?.text == "2026-03-02")
    #expect(period["to"]?.text == "2026-03-31")
    #expect(
      period["daily"]?.canonicalText
        == #"[{"clicks":0,"day":"2026-03-20","filtered_clicks":0,"revenue":\#(revenue)}]"#)
    #expect(
      period["weekdays"]?.canonicalText == #"[{"revenue":\#(revenue),"weekday":"friday"}]"#)
    #expect(
      period["top_affiliates"]?.canonicalText == """
        [{"affiliate_id":"A1","affiliate_payout_minor":160,"conversions":2,"currency":"USD",\
        "name":null,"program_id":"alpha"}]
        """)
    #expect(
      period["funnel"]?.canonicalText == """
        {"approved":2,"attributed":2,"clicks":0,"filtered_clicks":0,"in_payout":1,"orders":2,\
        "paid":0}
        """)
    let reconciliation = try #require(report["reconciliation"])
    #expect(reconciliation["ok"]?.truth == true)
    #expect(
      reconciliation["checks"]?.elements?.map { $0["check"]?.text } == [
        "fates", "payout_file", "method_files", "ledger_zero", "payouts_under_way", "owed",
      ])
    #expect(
      reconciliation["batches"]?.canonicalText == """
        [{"batch_id":"2026-03-31.1-0badc0de","currency":"USD","file_minor":80,"file_rows":1,\
        "ok":true,"posted_earlier_minor":0,"posted_earlier_rows":0,"posted_minor":80,\
        "posted_rows":1,"program_id":"alpha"}]
        """)
  }

  @Test func `orders of earlier files count as changed, not as the run's own`() throws {
    let run = SampleRun(try SampleStore())
    let publication = try Publication(workspace: run.store.path, run: SampleRun.name)
    try run.fill()
    let inputs = try run.inputs(run.post(to: publication))
    try run.store.update("conversions", "no = 2", ["file": "0"])
    let facts = try ReportFacts(inputs, emitted: EmittedPayouts())
    #expect(facts.changedConversions == 2)
    #expect(facts.conversions.map(\.count) == [1])
    #expect(try facts.totalsByCurrency().map(\.payoutMinor) == [80])
  }

  @Test func `the run's record`() throws {
    #expect(
      try committed().text("run.json") == """
        {
          "run": "2026-03-31.1",
          "as_of": "2026-04-01T00:00:00Z",
          "business_date": "2026-03-31",
          "status": "committed",
          "exit_code": 0,
          "message": "",
          "files": 1,
          "rows": {
            "rows": 4,
            "accepted": 2,
            "duplicate": 1,
            "filtered": 0,
            "rejected": 1
          },
          "durations_ms": {}
        }

        """)
  }

  @Test(arguments: [
    ("UPDATE payouts SET amount_minor = 79", "total of batch"),
    ("UPDATE payouts SET emitted_run = 7", "rows of program alpha in USD"),
    ("UPDATE payouts SET made_run = 7", "rows of batch"),
    ("UPDATE files SET accepted = 3", "orders o.csv is 5 and not 4"),
    ("DELETE FROM file_reasons", "rejected rows by reason of orders o.csv is 0 and not 1"),
    ("UPDATE balances SET amount_minor = 21 WHERE account = 1", "alpha in USD is -19 and not 0"),
    (
      "UPDATE payouts SET method = 0, amount_minor = 2000001",
      "PAYPAL of batch 2026-03-31.1-0badc0de in USD is 0 and not 1"
    ),
    ("UPDATE payouts SET status = 2", "program alpha in USD is 80 and not 0"),
    ("UPDATE conversions SET reward_minor = 81 WHERE no = 2", "alpha in USD is 80 and not 81"),
  ])
  func `a run that does not add up is stopped`(damage: String, expected: String) throws {
    let run = SampleRun(try SampleStore())
    let publication = try Publication(workspace: run.store.path, run: SampleRun.name)
    try run.fill()
    let journal = try run.post(to: publication)
    try run.store.database.execute(damage)
    let failure = #expect(throws: ReconciliationFailure.self) {
      try RunReport.write(run.inputs(journal), to: publication)
    }
    #expect(failure?.disagreements.contains { $0.contains(expected) } == true)
  }

  @Test(arguments: [("p1", "payouts in the files is 2 and not 1"), ("p2", "USD is 2 and not 1")])
  func `a payout that stands in two files stops the run`(id: Text, expected: String) throws {
    let run = SampleRun(try SampleStore())
    let publication = try Publication(workspace: run.store.path, run: SampleRun.name)
    try run.fill()
    let inputs = try run.inputs(run.post(to: publication))
    let batch: Text = "2026-03-31.1-0badc0de"
    func file(_ name: String, _ payout: Text) -> MethodFileFacts {
      MethodFileFacts(
        name: name, batch: batch, method: .payPal, currency: .usd, payouts: [payout],
        totalMinor: 80)
    }
    let emitted = EmittedPayouts(
      totals: [
        EmittedTotal(batch: batch, program: "alpha", currency: .usd, count: 1, totalMinor: 80)
      ], methodFiles: [file("paypal-1.csv", "p1"), file("paypal-2.csv", id)])
    let facts = try ReportFacts(inputs, emitted: emitted)
    let failure = #expect(throws: ReconciliationFailure.self) {
      try facts.reconciliation.demand()
    }
    #expect(failure?.disagreements.contains { $0.contains(expected) } == true)
  }

  @Test func `further files stand in both lists`() throws {
    let run = SampleRun(try SampleStore())
    let publication = try Publication(workspace: run.store.path, run: SampleRun.name)
    try run.fill()
    try RunReport.write(run.inputs(run.post(to: publication)), to: publication) { _ in
      let file = try publication.write("out/\(SampleRun.name)/payouts/paypal-b.csv")
      try file.write("x\n")
      try file.close()
      return [
        OutputDetail(path: "payouts/paypal-b.csv", rows: 1, currency: .usd, totalMinor: 80)
      ]
    }
    func staged(_ name: String) throws -> String {
      let path = try publication.stagingPath(for: "out/\(SampleRun.name)/\(name)")
      return String(decoding: try WholeFile.read(path), as: UTF8.self)
    }
    #expect(try staged("SHA256SUMS").contains("  payouts/paypal-b.csv\n"))
    let files = try #require(JSONValue(staged("manifest.json"))["files"]?.elements)
    let file = try #require(files.first { $0["path"]?.text == "payouts/paypal-b.csv" })
    #expect(file["currency"]?.text == "USD")
    #expect(file["total_minor"]?.integer == 80)
  }
}
