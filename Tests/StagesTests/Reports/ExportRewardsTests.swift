import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("export rewards")
struct ExportRewardsTests {
  private func commission(_ order: String, generation: Int32, credit: Int32 = 0) -> String {
    var key = RewardKey(type: .commission, program: "alpha")
    key.order = OrderID(Text(order))
    key.generation = generation
    key.credit = credit
    return "rwd_" + key.digest.description
  }

  private func sample() throws -> SampleStore {
    let store = try SampleStore()
    try store.addConversion(
      1, program: 1, order: "x", ["status": "2", "evidence": "0", "model": "2", "credits": "2"])
    try store.update("conversions", "no = 1", SampleStore.credit(code: 1, affiliate: 1))
    try store.update(
      "conversions", "no = 1", ["payable_at": "\(SampleStore.asOf.milliseconds + 1)"])
    try store.insert("credits", ["conversion": "1", "place": "1", "program": "1"])
    try store.update("credits", "place = 1", SampleStore.credit(code: 2, affiliate: 2))
    try store.update("credits", "place = 1", ["reward_state": "2", "payout": "'p1'"])
    try store.insert(
      "rewards",
      [
        "no": "1", "id": "x'ffffffffffffffffffffffffffffffff'", "run": "2", "type": "1",
        "program": "1", "affiliate": "1", "referral_id": "'r1'", "credit": "0", "generation": "0",
        "sequence": "0", "currency": "'USD'", "amount_minor": "500", "state": "4",
        "occurred_at": "0", "payable_at": "0",
      ])
    try store.addConversion(
      2, program: 1, order: "y", run: 2,
      ["status": "2", "evidence": "0", "model": "0", "credits": "1"])
    try store.update("conversions", "no = 2", SampleStore.credit(code: 1, affiliate: 1))
    return store
  }

  @Test func `commissions in conversions and credits stand beside all other rewards`() throws {
    let own = [
      "\(commission("x", generation: 1)),commission,alpha,A1,x,,USD,80,approved,"
        + "2026-03-20T09:46:40Z,2026-04-01T00:00:00.001Z,",
      "\(commission("y", generation: 1)),commission,alpha,A1,y,,USD,80,payable,"
        + "2026-03-20T09:46:40Z,2026-03-20T09:46:40Z,",
      "rwd_ffffffffffffffffffffffffffffffff,signup_bonus,alpha,A1,,r1,USD,500,reversed,"
        + "1970-01-01T00:00:00Z,1970-01-01T00:00:00Z,",
    ]
    let expected =
      [
        "reward_id,type,program_id,affiliate_id,order_id,referral_id,currency,amount_minor,state,"
          + "occurred_at,payable_at,payout_id"
      ]
      + own.sorted { Text($0) < Text($1) }
      + [
        "\(commission("x", generation: 1, credit: 1)),commission,alpha,\"a,3\",x,,USD,80,"
          + "in_payout,2026-03-20T09:46:40Z,2026-03-20T09:46:40Z,p1"
      ]
    #expect(try sample().export(.rewards) == expected.joined(separator: "\n") + "\n")
  }

  @Test func `a run's extract has the rewards of the conversions that it changed`() throws {
    let text = try sample().export(.rewards, run: 2)
    #expect(text.split(separator: "\n").count == 3)
    #expect(text.contains(commission("y", generation: 1)))
    #expect(text.contains("rwd_ffff"))
  }

  @Test(arguments: [1, 2, 7, 1000])
  func `an affiliate's rewards are sorted alike in memory and in a temporary table`(limit: Int)
    throws
  {
    let store = try SampleStore()
    var generator = SplitMix64(seed: 7)
    let ids = (0..<50).map { _ in Digest128(high: generator.next(), low: generator.next()) }
    let buffer = ByteBuffer()
    var table = try TableWriter(ExportName.rewards.columns, .csv, to: buffer)
    var group = RewardGroup(store.database, limit: limit)
    for part in [ids.prefix(20), ids.dropFirst(20)] {
      group.begin("alpha", "A1")
      for id in part {
        try group.add(
          RewardRow(
            id: id, type: .override, order: "o", referral: nil, currency: "EUR", amountMinor: -7,
            state: .paid, occurredAt: Instant(milliseconds: 0), payableAt: SampleStore.asOf,
            payout: "p"))
      }
      try group.write(to: &table, asOf: SampleStore.asOf)
    }
    try table.finish()
    let expected = [ids.prefix(20), ids.dropFirst(20)].flatMap { $0.sorted() }.map {
      "rwd_\($0),override,alpha,A1,o,,EUR,-7,paid,1970-01-01T00:00:00Z,2026-04-01T00:00:00Z,p"
    }
    #expect(buffer.text.split(separator: "\n").dropFirst().map(String.init) == expected)
  }
}
