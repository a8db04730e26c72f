import Pipeline
import Testing

@testable import Stages

@Suite("Rows of programs")
struct ProgramRowTests {
  private func rejection(_ fields: String) -> String? {
    let line = "{\"program_id\":\"p\",\(fields)}"
    return RowsFromText.read(ProgramRow.layout, [line], ProgramRow.decode)[0].rejection?.summary
  }

  @Test(
    arguments: [
      #""commission_rate":"0.0099""#, #""commission_rate":1.0001"#, #""commission_rate":-1"#,
      #""commission_rate":99999999999"#, #""affiliate_share":1.5"#,
      #""fraud_review_threshold":"1.01""#,
      #""tiers":[{"name":"a","level":1,"min_referrals":0,"commission_rate":0.001}]"#,
      #""commission_rules":[{"sku":"x","rate":2}]"#,
    ])
  func `SPEC 2: a rate outside its range is rate_out_of_range`(_ field: String) {
    #expect(rejection(field)?.hasPrefix("rate_out_of_range") == true)
  }

  @Test(
    arguments: [
      (#""attribution_window_days":0"#, "window_out_of_range attribution_window_days"),
      (#""attribution_window_days":91"#, "window_out_of_range attribution_window_days"),
      (#""payout_minimum_minor":999"#, "minimum_out_of_range payout_minimum_minor"),
      (#""payout_minimum_minor":"50001""#, "minimum_out_of_range payout_minimum_minor"),
      (#""hold_days":366"#, "bad_value hold_days"),
      (#""max_clicks_per_ip_hour":-1"#, "bad_value max_clicks_per_ip_hour"),
      (#""signup_bonus_minor":1.0"#, "bad_value signup_bonus_minor"),
      (#""signup_bonus_minor":9223372036854775808"#, "bad_value signup_bonus_minor"),
      (#""commission_rate":"0.10001""#, "bad_value commission_rate"),
      (#""commission_rate":"1e-1""#, "bad_value commission_rate"),
      (#""commission_rate":" 0.1""#, "bad_value commission_rate"),
      (#""commission_rate":true"#, "bad_value commission_rate"),
      (#""status":"Active""#, "bad_value status"), (#""currency":"usd""#, "bad_value currency"),
      (#""currency":"XYZ""#, "bad_value currency"),
      (#""require_click":"TRUE""#, "bad_value require_click"),
      (#""evidence":"code,code""#, "bad_value evidence"),
      (#""evidence":"code, visitor""#, "bad_value evidence"),
      (#""payout_anchor":"2026-02-30""#, "bad_value payout_anchor"),
      (#""payout_term":"NET30""#, "bad_value payout_term"),
      (#""payout_term":"NET-07""#, "bad_value payout_term"),
      (#""effective_at":"2026-03-31 00:00:00Z""#, "bad_instant effective_at"),
      (#""updated_at":"2026-03-31T24:00:00Z""#, "bad_instant updated_at"),
      (#""updated_at":1774915200000"#, "bad_instant updated_at"),
      (#""tiers":"[{]""#, "bad_value tiers"), (#""tiers":{}"#, "bad_value tiers"),
      (#""tiers":[{"name":"a","level":1,"min_referrals":0}]"#, "bad_value tiers"),
      (
        #""commission_rules":[{"sku":"x","category":"y","rate":0.2}]"#,
        "bad_value commission_rules"
      ),
      (#""commission_rules":[{"sku":"x","amount_minor":-1}]"#, "bad_value commission_rules"),
      (#""name":true"#, "bad_value name"), (#""name":{}"#, "bad_value name"),
    ])
  func `SPEC 10, Rows: values are exact, and nothing is trimmed`(
    _ field: String, _ expected: String
  ) {
    #expect(rejection(field) == expected)
  }

  @Test func `SPEC 10, Rows: missing_field comes before values, values in column order`() {
    let rows = RowsFromText.read(
      ProgramRow.layout,
      [
        #"{"name":true,"currency":"usd"}"#,
        #"{"program_id":"p","updated_at":"x","hold_days":400,"commission_rate":9}"#,
      ],
      ProgramRow.decode)
    #expect(
      rows.map { $0.rejection?.summary } == [
        "missing_field program_id", "rate_out_of_range commission_rate",
      ])
  }

  @Test func `names have 1 to 255 characters`() {
    let name = String(repeating: "é", count: 255)
    #expect(rejection("\"name\":\"\(name)\"") == nil)
    #expect(rejection("\"name\":\"\(name)x\"") == "bad_value name")
  }

  @Test func `SPEC 2: every native column makes its part of the terms`() throws {
    let line = #"""
      {"program_id":"p","currency":"JPY","commission_rate":"0.125","affiliate_share":1,
      "attribution_window_days":90,"attribution_model":"time_decay","evidence":"visitor,code",
      "require_click":false,"payout_schedule":"biweekly","payout_anchor":"1970-01-12",
      "payout_minimum_minor":1000,"payout_term":"NET-30","hold_days":365,
      "max_clicks_per_ip_hour":0,"fraud_review_threshold":0,"signup_bonus_minor":"250",
      "tiers":[{"name":"Gold","level":2,"min_referrals":10,"commission_rate":0.2,"bonus_minor":5},
      {"name":"Base","level":"1","min_referrals":"0","commission_rate":"0.01","bonus_minor":null}],
      "commission_rules":"[{\"sku\":\"s\",\"rate\":0.25},{\"category\":\"c\",\"amount_minor\":1501}]"}
      """#
    let row = try #require(RowsFromText.programs(line.replacing("\n", with: "")).first)
    var expected = Terms()
    expected.currency = try #require(Currency(code: "JPY"))
    expected.commissionRate = BasisPoints(1_250)
    expected.affiliateShare = .whole
    expected.windowDays = 90
    expected.model = .timeDecay
    expected.evidence = [.visitor, .code]
    expected.requiresClick = false
    expected.payoutSchedule = .biweekly
    expected.payoutAnchorDay = 11
    expected.payoutMinimumMinor = 1_000
    expected.payoutTermDays = 30
    expected.holdDays = 365
    expected.maxClicksPerIPHour = 0
    expected.fraudReviewThreshold = BasisPoints(0)
    expected.signupBonusMinor = 250
    expected.tiers = [
      Tier(
        name: "Gold", level: 2, minimumReferrals: 10, commissionRate: BasisPoints(2_000),
        bonusMinor: 5),
      Tier(
        name: "Base", level: 1, minimumReferrals: 0, commissionRate: BasisPoints(100),
        bonusMinor: 0),
    ]
    expected.commissionRules = [
      CommissionRule(subject: .sku("s"), earning: .rate(BasisPoints(2_500))),
      CommissionRule(subject: .category("c"), earning: .flat(1_501)),
    ]
    #expect(row.fields.terms == expected)
  }

  @Test func `the message says the column, the value and what is expected`() {
    let line = #"{"program_id":"p","commission_rate":"1.5"}"#
    let row = RowsFromText.read(ProgramRow.layout, [line], ProgramRow.decode)[0]
    #expect(row.rejection?.message == #"commission_rate "1.5" must be from 0.01 to 1"#)
  }
}
