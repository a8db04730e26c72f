import Pipeline
import Testing

@testable import Stages

@Suite("Rows of the other kinds")
struct SmallKindTests {
  private let asOf = Instant("2026-04-01T00:00:00Z")

  private func affiliate(_ fields: String) -> String? {
    let line = "{\"affiliate_id\":\"a\",\(fields)}"
    return RowsFromText.read(AffiliateRow.layout, [line], AffiliateRow.decode)[0].rejection?.summary
  }

  @Test(
    arguments: [
      (#""email":null"#, "missing_field email"),
      (#""email":"e","fee_percentage":-0.5"#, "bad_value fee_percentage"),
      (#""email":"e","fee_percentage":"3.255""#, "bad_value fee_percentage"),
      (#""email":"e","payment_method":"paypal""#, "bad_value payment_method"),
      (#""email":"e","payment_details":[1]"#, "bad_value payment_details"),
      (#""email":"e","status":"banned""#, "bad_value status"),
      (#""email":"e","created_at":"yesterday""#, "bad_instant created_at"),
      (#""email":"e","commission_rate":"0.12345""#, "bad_value commission_rate"),
    ])
  func `affiliates: values are exact`(_ fields: String, _ expected: String) {
    #expect(affiliate(fields) == expected)
  }

  @Test func `affiliates: a fee and a rate out of range are left to the registry's rules`() {
    #expect(affiliate(#""email":"e","fee_percentage":99999999999,"commission_rate":5"#) == nil)
  }

  @Test(
    arguments: [
      (#"{"affiliate_id":"a","program_id":"p","code":"123456789012345678901"}"#, "bad_value code"),
      (#"{"affiliate_id":"a","code":"x"}"#, "missing_field program_id"),
      (#"{"affiliate_id":"a","program_id":"p","is_active":"1"}"#, "bad_value is_active"),
      (#"{"affiliate_id":"a","program_id":"p","max_uses":-1}"#, "bad_value max_uses"),
    ])
  func `codes: 1 to 20 characters, counts from 0`(_ line: String, _ expected: String) {
    let row = RowsFromText.read(CodeRow.layout, [line], CodeRow.decode)[0]
    #expect(row.rejection?.summary == expected)
  }

  @Test func `SPEC 9, Rows: in_future is on every kind's own instant`() {
    let late = "2026-04-01T00:00:00.001Z"
    let referral = RowsFromText.read(
      ReferralRow.layout, [#"{"code":"A","occurred_at":"\#(late)"}"#]
    ) { ReferralRow.decode($0, $1, $2, asOf: asOf) }
    let decision = RowsFromText.read(
      DecisionRow.layout,
      [
        #"{"target":"referral","target_id":"r","action":"approve","decided_at":"\#(late)"}"#,
        #"{"target":"order","target_id":"r","action":"approve","decided_at":"\#(late)"}"#,
        #"{"target":"conversion","target_id":"r","action":"ok","decided_at":"\#(late)"}"#,
      ]
    ) { DecisionRow.decode($0, $1, $2, asOf: asOf) }
    let request = RowsFromText.read(
      PayoutRequestRow.layout, [#"{"affiliate_id":"a","requested_at":"\#(late)"}"#]
    ) { PayoutRequestRow.decode($0, $1, $2, asOf: asOf) }
    let settlement = RowsFromText.read(
      SettlementRow.layout,
      [
        #"{"payout_id":"x","status":"completed","processed_at":"\#(late)"}"#,
        #"{"payout_id":"x","status":"done"}"#,
      ]
    ) { SettlementRow.decode($0, $1, $2, asOf: asOf) }
    #expect(referral.map { $0.rejection?.summary } == ["in_future occurred_at"])
    #expect(
      decision.map { $0.rejection?.summary } == [
        "in_future decided_at", "bad_value target", "bad_value action",
      ])
    #expect(request.map { $0.rejection?.summary } == ["in_future requested_at"])
    #expect(
      settlement.map { $0.rejection?.summary } == ["in_future processed_at", "bad_value status"])
  }

  @Test func `SPEC 10, Payouts: cancelled is a settlement's status`() {
    let rows = RowsFromText.settlements([#"{"payout_id":"x","status":"cancelled"}"#])
    #expect(rows.map(\.settlement.status) == [.cancelled])
  }
}
