import Pipeline
import Testing

@testable import Stages

@Suite("export of the smaller tables")
struct ExportTablesTests {
  static func addPayout(
    _ store: SampleStore, _ id: String, program: Int, affiliate: Int, run: Int64 = 1,
    currency: String = "USD", amount: Int64 = 5_000, rewards: Int64 = 2
  ) throws {
    try store.insert(
      "payouts",
      [
        "payout_id": "'\(id)'", "batch_id": "'2026-03-31.\(run)-0badc0de'", "run": "\(run)",
        "program": "\(program)", "affiliate": "\(affiliate)", "affiliate_name": "'N \"q\"'",
        "email": "'e@x.test'", "method": "0", "currency": "'\(currency)'",
        "amount_minor": "\(amount)", "rewards": "\(rewards)", "period_start": "1772323200000",
        "period_end": "1775001600000", "status": "0", "retry_count": "0", "awaits_retry": "0",
        "emitted_run": "\(run)", "made_run": "\(run)",
      ])
  }

  @Test func `payouts have the file's columns and what became of them`() throws {
    let store = try SampleStore()
    try Self.addPayout(store, "p1", program: 0, affiliate: 0, currency: "JPY", amount: 1_500)
    try Self.addPayout(store, "p2", program: 1, affiliate: 0, run: 2, amount: 5)
    try Self.addPayout(store, "p3", program: 1, affiliate: 1, currency: "KWD", amount: 12_345)
    try store.update(
      "payouts", "payout_id = 'p3'",
      [
        "status": "3", "transaction_id": "'t'", "processed_at": "1775001600500",
        "retry_count": "1", "failed_reason": "'closed; account'", "affiliate_name": "NULL",
      ])
    let expected = """
      payout_id,batch_id,program_id,affiliate_id,affiliate_name,email,payment_method,currency,\
      amount,amount_minor,rewards,period_start,period_end,status,transaction_id,processed_at,\
      retry_count,failed_reason
      p3,2026-03-31.1-0badc0de,alpha,A1,,e@x.test,PAYPAL,KWD,12.345,12345,2,\
      2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,failed,t,2026-04-01T00:00:00.500Z,1,closed; account
      p2,2026-03-31.2-0badc0de,alpha,b2,"N ""q""\",e@x.test,PAYPAL,USD,0.05,5,2,\
      2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,pending,,,0,
      p1,2026-03-31.1-0badc0de,zeta,b2,"N ""q""\",e@x.test,PAYPAL,JPY,1500,1500,2,\
      2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,pending,,,0,

      """
    #expect(try store.export(.payouts) == expected)
    #expect(try store.export(.payouts, run: 2).split(separator: "\n").count == 2)
  }

  @Test func `clicks by day, programme and code`() throws {
    let store = try SampleStore()
    for (day, program, code, run) in [(20_543, 1, 1, 1), (20_543, 1, 2, 2), (20_542, 0, 0, 1)] {
      try store.insert(
        "clicks_daily",
        [
          "day": "\(day)", "program": "\(program)", "code": "\(code)", "clicks": "\(code + 5)",
          "filtered": "1", "run": "\(run)",
        ])
    }
    let header = "day,program_id,code,clicks,filtered\n"
    #expect(
      try store.export(.clicksDaily) == header
        + "2026-03-30,zeta,ZED,5,1\n2026-03-31,alpha,ALF,7,1\n2026-03-31,alpha,alf,6,1\n")
    #expect(try store.export(.clicksDaily, run: 2) == header + "2026-03-31,alpha,ALF,7,1\n")
    #expect(
      try store.export(.clicksDaily, .jsonl, run: 2)
        == #"{"day":"2026-03-31","program_id":"alpha","code":"ALF","clicks":7,"filtered":1}"# + "\n"
    )
  }

  @Test func `standings, and the steps that led there`() throws {
    let store = try SampleStore()
    try store.insert(
      "standings", ["program": "0", "affiliate": "0", "count": "3", "run": "1"])
    try store.insert(
      "standings",
      [
        "program": "1", "affiliate": "2", "count": "9", "held_level": "2", "tier": "'Gold'",
        "run": "2",
      ])
    for (from, to, order) in [("1", "2", "'o'"), ("NULL", "1", "NULL")] {
      try store.insert(
        "tier_upgrades",
        [
          "run": "2", "program": "1", "affiliate": "2", "from_level": from, "to_level": to,
          "tier": "'T\(to)'", "order_id": order, "referral_id": order == "NULL" ? "'r'" : "NULL",
          "at": "1775001600000",
        ])
    }
    #expect(
      try store.export(.tiers)
        == "program_id,affiliate_id,tier,level,count\nalpha,\"a,3\",Gold,2,9\nzeta,b2,,,3\n")
    #expect(
      try store.export(.tierUpgrades, run: 2) == """
        program_id,affiliate_id,from_level,to_level,tier,order_id,referral_id,at
        alpha,"a,3",,1,T1,,r,2026-04-01T00:00:00Z
        alpha,"a,3",1,2,T2,o,,2026-04-01T00:00:00Z

        """)
  }

  @Test func `referrals by their ids`() throws {
    let store = try SampleStore()
    for (id, status) in [("r2", 0), ("R9", 1)] {
      try store.insert(
        "referrals",
        [
          "referral_id": "'\(id)'", "run": "1", "program": "1", "code": "2", "affiliate": "1",
          "occurred_at": "1774000000000", "status": "\(status)", "lead_email": "'l@x.test'",
          "content": SampleStore.zero16, "file": "1", "line": "2",
          "decided_at": status == 0 ? "NULL" : "1775001600000",
          "review_notes": status == 0 ? "NULL" : "'two\nlines'",
        ])
    }
    #expect(
      try store.export(.referrals) == """
        referral_id,program_id,code,affiliate_id,occurred_at,status,lead_name,lead_email,\
        estimated_value,referred_id,decided_at,decided_by,review_notes
        R9,alpha,ALF,A1,2026-03-20T09:46:40Z,approved,,l@x.test,,,2026-04-01T00:00:00Z,,"two
        lines"
        r2,alpha,ALF,A1,2026-03-20T09:46:40Z,pending,,l@x.test,,,,,

        """)
  }

  static func addFile(
    _ store: SampleStore, _ number: Int, run: Int64, kind: String, name: String, rows: Int64,
    accepted: Int64, duplicate: Int64 = 0, filtered: Int64 = 0, rejected: Int64 = 0
  ) throws {
    let digest = "x'000000000000000000000000000000\(number + 10)'"
    try store.insert(
      "files",
      [
        "no": "\(number)", "run": "\(run)", "kind": "'\(kind)'", "name": "'\(name)'",
        "path": "'in/\(name)'", "profile": "'native'", "digest": digest, "bytes": "3",
        "archive": "'archive/2026-03-31.\(run)/000\(number)-\(name)'", "rows": "\(rows)",
        "accepted": "\(accepted)", "duplicate": "\(duplicate)", "filtered": "\(filtered)",
        "rejected": "\(rejected)", "device": "1", "inode": "\(number)", "modified": "0",
        "changed": "0",
      ])
  }

  @Test func `runs in their order, with and without files, and the files themselves`() throws {
    let store = try SampleStore()
    for number in 1...2 { try store.addRun(Int64(number)) }
    try store.addRun(10)
    try Self.addFile(
      store, 1, run: 2, kind: "orders", name: "b.csv", rows: 9, accepted: 5, duplicate: 2,
      filtered: 1, rejected: 1)
    try Self.addFile(store, 2, run: 2, kind: "clicks", name: "z.csv", rows: 4, accepted: 4)
    #expect(
      try store.export(.runs) == """
        run,as_of,files,rows,accepted,duplicate,filtered,rejected
        2026-03-31.1,2026-04-01T00:00:00Z,0,0,0,0,0,0
        2026-03-31.2,2026-04-01T00:00:00Z,2,13,9,2,1,1
        2026-03-31.10,2026-04-01T00:00:00Z,0,0,0,0,0,0

        """)
    #expect(
      try store.export(.files, run: 2) == """
        run,kind,file,rows,accepted,duplicate,filtered,rejected
        2026-03-31.2,clicks,z.csv,4,4,0,0,0
        2026-03-31.2,orders,b.csv,9,5,2,1,1

        """)
  }

  @Test(arguments: [
    (0, "USD", "0.00"), (5, "USD", "0.05"), (-5, "USD", "-0.05"), (123_456, "USD", "1234.56"),
    (1_500, "JPY", "1500"), (-1, "JPY", "-1"), (1, "KWD", "0.001"), (12_345, "CLF", "1.2345"),
    (Int64.min, "USD", "-92233720368547758.08"), (Int64.max, "JPY", "9223372036854775807"),
  ])
  func `an amount in major units has exactly its currency's digits`(
    minor: Int64, code: String, expected: String
  ) throws {
    let currency = try #require(Currency(code: code))
    #expect(Money(minorUnits: minor, currency).majorUnits == expected)
  }
}
