import Pipeline
import Testing

@testable import Stages

@Suite("export conversions")
struct ExportConversionsTests {
  private func id(_ program: String, _ order: String) -> String {
    conversionID(program: ProgramID(Text(program)), order: OrderID(Text(order))).string
  }

  private let header =
    "conversion_id,program_id,order_id,occurred_at,status,reason,evidence,model,affiliate_id,code,"
    + "click_id,click_at,currency,amount_minor,refunded_minor,net_minor,rate_bps,rate_rule,tier,"
    + "commission_minor,affiliate_payout_minor,platform_fee_minor,fraud_score,fraud_flags\n"

  private func sample() throws -> SampleStore {
    let store = try SampleStore()
    try store.addConversion(1, program: 0, order: "o1", ["reason": "2"])
    try store.addConversion(
      2, program: 1, order: "o10",
      [
        "status": "1", "evidence": "0", "model": "0", "flags": "5", "score_bps": "8000",
        "returned_minor": "250", "credits": "1", "occurred_at": "1774000000123",
      ])
    try store.update("conversions", "no = 2", SampleStore.credit(code: 1, affiliate: 1))
    try store.update("conversions", "no = 2", ["tier": "'Gold, 1'"])
    try store.addConversion(
      3, program: 1, order: "O9", run: 2,
      ["status": "2", "evidence": "1", "model": "0", "credits": "1"])
    try store.update(
      "conversions", "no = 3",
      SampleStore.credit(code: 2, affiliate: 2, clickAt: "NULL", clickID: "''"))
    try store.update(
      "conversions", "no = 3", ["rate_bps": "NULL", "flat_minor": "150", "rate_rule": "0"])
    return store
  }

  @Test func `rows are sorted by bytes, and what is absent is an empty cell`() throws {
    let store = try sample()
    let expected =
      header
      + "\(id("alpha", "O9")),alpha,O9,2026-03-20T09:46:40Z,approved,,code,last_click,\"a,3\",ALF,,,"
      + "USD,1000,0,1000,,sku,,100,80,20,0.00,\n"
      + "\(id("alpha", "o10")),alpha,o10,2026-03-20T09:46:40.123Z,pending,,click_id,last_click,A1,"
      + "alf,k1,2026-03-20T09:30:00.500Z,USD,1000,250,750,1000,program,\"Gold, 1\",100,80,20,0.80,"
      + "self_referral|order_velocity\n"
      + "\(id("zeta", "o1")),zeta,o1,2026-03-20T09:46:40Z,unattributed,no_click_in_window,,,,,,,"
      + "USD,1000,0,1000,,,,,,,,\n"
    #expect(try store.export(.conversions) == expected)
  }

  @Test func `a run's extract has only what the run changed`() throws {
    let lines = try sample().export(.conversions, run: 2).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[1].hasPrefix("\(id("alpha", "O9")),alpha,O9,"))
  }

  @Test func `json lines have the same columns, numbers as numbers and null for what is absent`()
    throws
  {
    let lines = try sample().export(.conversions, .jsonl).split(separator: "\n")
    #expect(
      lines[2] == """
        {"conversion_id":"\(id("zeta", "o1"))","program_id":"zeta","order_id":"o1",\
        "occurred_at":"2026-03-20T09:46:40Z","status":"unattributed",\
        "reason":"no_click_in_window","evidence":null,"model":null,"affiliate_id":null,\
        "code":null,"click_id":null,"click_at":null,"currency":"USD","amount_minor":1000,\
        "refunded_minor":0,"net_minor":1000,"rate_bps":null,"rate_rule":null,"tier":null,\
        "commission_minor":null,"affiliate_payout_minor":null,"platform_fee_minor":null,\
        "fraud_score":null,"fraud_flags":null}
        """)
    #expect(lines[1].contains(#""fraud_score":"0.80","fraud_flags":"self_referral|order"#))
  }

  @Test func `an order with several credits has a row for each, in the order of their codes`()
    throws
  {
    let store = try SampleStore()
    try store.addConversion(
      7, program: 1, order: "m", ["status": "2", "evidence": "2", "model": "2", "credits": "3"])
    try store.update("conversions", "no = 7", SampleStore.credit(code: 1, affiliate: 1))
    for (place, click) in [(1, "1773998000000"), (2, "1773997000000")] {
      try store.insert("credits", ["conversion": "7", "place": "\(place)", "program": "1"])
      try store.update(
        "credits", "conversion = 7 AND place = \(place)",
        SampleStore.credit(code: 2, affiliate: 2, clickAt: click, clickID: "'c\(place)'"))
    }
    let rows = try store.export(.conversions).split(separator: "\n").dropFirst()
    let cells = rows.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(cells.map { $0[$0.count - 14] } == ["c2", "c1", "k1"])
    #expect(rows.map { $0.contains(",ALF,") } == [true, true, false])
  }
}
