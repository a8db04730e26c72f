// bitcain's and Fangate's endpoints over the story: UUIDs, decimal strings, invitations.
import Pipeline
import Stages
import Testing

@testable import refbatch

@Suite struct SeedsUUIDTests {
  private static let story = Result { try SeedsStory.told() }

  private let asking: Asking

  init() throws { asking = try Asking(Self.story.get().root) }

  private func expect(
    _ path: String, _ query: String, _ subject: Text, _ json: String
  ) throws {
    let found = try asking.json(path, query, .affiliate, subject)
    let wanted = try canonical(json)
    #expect(found == wanted, "\(path)\n\(found)\n\(wanted)")
  }

  private func uuid(_ kind: IDKind, _ id: Text) -> String { PlatformUUID.text(kind, id) }

  /// Uses: o1, o4, o6, o7 and two leads.
  @Test func `bitcain shows the default code and its link`() throws {
    try expect(
      "/api/v1/referrals/code", "", "a1",
      #"""
      {"code":"ANN1","is_active":true,"expires_at":null,"max_uses":100,"metadata":{"k":1},
      "id":"\#(uuid(.code, "ANN1"))","user_id":"\#(uuid(.affiliate, "a1"))","current_uses":6,
      "created_at":"2026-01-07T00:00:00Z","updated_at":"2026-04-01T00:00:00Z"}
      """#)
    try expect(
      "/api/v1/referrals/link", "", "a1",
      #"""
      {"code":"ANN1","referral_url":"https://acme.example?x=1&ref=ANN1#top","shareable_text":
      "Join Acme Club with my code ANN1: https://acme.example?x=1&ref=ANN1#top"}
      """#)
    try expect(
      "/api/v1/referrals/link", "program_id=p2", "a1",
      #"""
      {"code":"ANN2","referral_url":"https://beta.example?ref=ANN2","shareable_text":
      "Join Beta with my code ANN2: https://beta.example?ref=ANN2"}
      """#)
  }

  @Test func `bitcain shows sums and tiers`() throws {
    try expect(
      "/api/v1/referrals/stats", "", "a1",
      #"""
      {"total_referrals":2,"verified_referrals":1,"pending_referrals":0,"total_earnings":"16.16",
      "pending_earnings":"2.40","paid_earnings":"13.16","total_payouts":1,
      "last_payout_date":"2026-04-01T12:00:00Z","current_tier_name":"Silver",
      "commission_rate":"0.20"}
      """#)
    try expect(
      "/api/v1/referrals/stats", "program_id=p2", "a1",
      #"""
      {"total_referrals":0,"verified_referrals":0,"pending_referrals":0,"total_earnings":"0.00",
      "pending_earnings":"0.00","paid_earnings":"0.00","total_payouts":0,
      "last_payout_date":null,"current_tier_name":null,"commission_rate":"0.25"}
      """#)
    try expect(
      "/api/v1/referrals/tier", "", "a1",
      #"""
      {"tier_id":"\#(uuid(.tier, "p1:Silver"))","current_tier":"Silver","tier_level":1,
      "commission_rate":"0.20","min_referrals":2,"max_referrals":null,"current_referral_count":3,
      "next_tier":null,"next_tier_level":null,"next_tier_min_referrals":null,
      "progress_to_next_tier":100}
      """#)
    try expect(
      "/api/v1/referrals/tier", "", "a2",
      #"""
      {"tier_id":null,"current_tier":null,"tier_level":0,"commission_rate":"0.10",
      "min_referrals":0,"max_referrals":1,"current_referral_count":1,"next_tier":"Silver",
      "next_tier_level":1,"next_tier_min_referrals":2,"progress_to_next_tier":50}
      """#)
  }

  @Test func `bitcain lists leads`() throws {
    func lead(
      _ id: Text, _ status: String, _ notes: String, _ referred: String, _ verified: String,
      _ created: String
    ) -> String {
      #"""
      {"referral_code":"ANN1","status":"\#(status)","verification_metadata":\#(notes),
      "id":"\#(uuid(.lead, id))","referrer_id":"\#(uuid(.affiliate, "a1"))",
      "referred_id":\#(referred),"referral_code_id":"\#(uuid(.code, "ANN1"))",
      "verified_at":\#(verified),"created_at":"\#(created)","updated_at":"2026-04-02T00:00:00Z"}
      """#
    }
    let second = lead("r2", "rejected", "{}", "null", "null", "2026-03-06T00:00:00Z")
    let first = lead(
      "r1", "verified", #"{"review_notes":"ok","decided_by":"dee"}"#,
      #""\#(uuid(.user, "jane-1"))""#, #""2026-04-01T08:00:00Z""#, "2026-03-05T00:00:00Z")
    try expect("/api/v1/referrals/history", "", "a1", "[\(second),\(first)]")
    try expect("/api/v1/referrals/history", "limit=1&offset=1", "a1", "[\(first)]")
    try expect("/api/v1/referrals/history", "program_id=p2", "a1", "[]")
  }

  @Test func `bitcain lists rewards with their fixed rates and tiers`() throws {
    let body = try asking.get("/api/v1/referrals/rewards", "", .affiliate, "a1").body
    let rows = try #require(try JSONValue(body).elements)
    func column(_ name: Text) -> [String] {
      rows.map { $0[name]?.text?.string ?? ($0[name]?.isNull == true ? "null" : "?") }
    }
    let bonusFirst = rows[1]["reward_type"]?.text == "tier_bonus"
    func placed(_ all: [String]) -> [String] {
      bonusFirst ? [all[0], all[2], all[1]] + all[3...] : all
    }
    #expect(
      column("reward_type")
        == placed([
          "signup_bonus", "commission", "tier_bonus", "commission", "commission", "commission",
          "override", "commission",
        ]))
    #expect(
      column("amount") == placed(["3.00", "100", "5.00", "0.80", "2.40", "5.00", "0.16", "8.00"]))
    #expect(
      column("currency") == placed(["USD", "JPY", "USD", "USD", "USD", "EUR", "USD", "USD"]))
    #expect(
      column("status")
        == placed([
          "payable", "payable", "paid", "rejected", "pending", "payable", "paid", "paid",
        ]))
    #expect(
      column("commission_rate")
        == placed(["null", "0.10", "null", "0.10", "0.10", "0.25", "0.05", "0.10"]))
    #expect(
      column("tier_name")
        == placed(["null", "null", "Silver", "null", "null", "null", "null", "null"]))
    #expect(
      column("transaction_reference")
        == placed(["null", "null", "T-1", "null", "null", "null", "T-1", "T-1"]))
    #expect(rows[0]["referral_id"]?.text?.string == uuid(.lead, "r1"))
    #expect(rows[0]["referred_id"]?.text?.string == uuid(.user, "jane-1"))
    #expect(
      try rows[7]["metadata"]?.canonicalText == canonical(#"{"program_id":"p1","order_id":"o1"}"#))
    #expect(rows[7]["paid_at"]?.text == "2026-04-01T12:00:00Z")
    let payout = try Self.story.get().paidOut()
    #expect(rows[7]["payout_id"]?.text?.string == uuid(.payout, payout))
    #expect(
      try JSONValue(
        asking.get("/api/v1/referrals/rewards", "program_id=p2", .affiliate, "a1").body
      ).elements?.count == 1)
  }

  @Test func `bitcain lists payouts without the numbers of accounts`() throws {
    let payout = try Self.story.get().paidOut()
    let body = try asking.get("/api/v1/referrals/payouts", "", .affiliate, "a1").body
    let batch = try #require(try JSONValue(body).elements?.first?["metadata"]?["batch_id"]?.text)
    #expect(batch.string.hasPrefix("2026-03-31.1-"))
    try expect(
      "/api/v1/referrals/payouts", "", "a1",
      #"""
      [{"payout_schedule":"monthly","amount":"13.16","currency":"USD","payment_method":"PAYPAL",
      "payment_details":{"payment_email":"pay@x.test"},"metadata":{"program_id":"p1",
      "batch_id":"\#(batch)","period_start":"2026-03-01T00:00:00Z",
      "period_end":"2026-04-01T00:00:00Z"},"id":"\#(uuid(.payout, payout))",
      "user_id":"\#(uuid(.affiliate, "a1"))","status":"completed","transaction_id":"T-1",
      "transaction_hash":null,"processed_at":"2026-04-01T12:00:00Z","failed_reason":null,
      "retry_count":0,"created_at":"2026-04-01T00:00:00Z","updated_at":"2026-04-02T00:00:00Z"}]
      """#)
  }

  @Test func `Fangate shows who was invited and what they brought`() throws {
    try expect(
      "/api/affiliate/invited", "", "a1",
      #"""
      {"success":true,"errors_message":null,"data":[{"id":\#(PlatformNumber.number(.affiliate, "a2")),
      "email":"bob@x.test","fee_percentage":5}]}
      """#)
    let found = try JSONValue(asking.get("/api/affiliate/revenue", "", .affiliate, "a1").body)
    let rows = try #require(found["data"]?["transactions"]?["data"]?.elements)
    let id = try #require(rows.first?["id"]?.integer)
    try expect(
      "/api/wallet/affiliate", "", "a1",
      #"""
      {"success":true,"errors_message":null,"data":{"referral_revenue":16,"transactions":{"data":[
      {"id":\#(id),"amount":16,"type":"affiliate_earning","created_at":"2026-03-11 12:00:00",
      "title":"Referral revenue"}]}}}
      """#)
    try expect(
      "/api/affiliate/revenue", "page=2", "a1",
      #"""
      {"success":true,"errors_message":null,"data":{"referral_revenue":16,
      "transactions":{"data":[]}}}
      """#)
  }

  @Test func `Fangate's invitations follow from who asks and for what part`() throws {
    func code(_ query: String, _ subject: Text) throws -> String? {
      try JSONValue(asking.get("/api/affiliate/invitation/code", query, .affiliate, subject).body)[
        "data"]?["code"]?.text?.string
    }
    #expect(
      try code("", "a1") == InvitationCode.text(affiliate: "a1", fee: BasisPoints(250)).string)
    #expect(try code("fee_percentage=2.5", "a1") == code("", "a1"))
    #expect(try code("fee_percentage=4", "a1") != code("", "a1"))
    #expect(try code("", "a1") != code("", "a2"))
    let link = try asking.get("/api/affiliate/invitation", "", .affiliate, "a1").body
    let name = PlatformUUID.version5(Array("invite:a1:250".utf8))
    #expect(
      try JSONValue(link)["data"]?.text?.string == "https://r.test/applink/\(name)")
  }

  @Test func `UUIDs of version 5 are those of other programs`() {
    // python3: uuid.uuid5(uuid.UUID("6f1d3c0b-5a57-4e0b-9b61-2f6e0c8d4177"), "affiliate:a1")
    #expect(PlatformUUID.text(.affiliate, "a1") == "95b0d68a-9ce3-5f8a-bc77-9e7d0a9cdef2")
    #expect(
      PlatformUUID.text(.affiliate, "497F6ECA-6276-4993-BFEB-53CBBBBA6F08")
        == "497f6eca-6276-4993-bfeb-53cbbbba6f08")
    #expect(PlatformNumber.number(.affiliate, "91") == 91)
    #expect(PlatformNumber.number(.affiliate, "9007199254740991") == 9_007_199_254_740_991)
    #expect(PlatformNumber.number(.affiliate, "9007199254740992") < 1 << 53)
    #expect(PlatformNumber.number(.affiliate, "091") != 91)
  }
}
