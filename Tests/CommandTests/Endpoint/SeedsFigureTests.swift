// Every figure of the four platforms' endpoints, against what the rules make of the story by hand.
import Pipeline
import Stages
import Testing

@testable import refbatch

@Suite struct SeedsFigureTests {
  private static let story = Result { try SeedsStory.told() }

  private let asking: Asking

  init() throws { asking = try Asking(Self.story.get().root) }

  private func expect(
    _ path: String, _ query: String, _ role: Role, _ subject: Text, _ json: String
  ) throws {
    let found = try asking.json(path, query, role, subject)
    let wanted = try canonical(json)
    #expect(found == wanted, "\(path)\n\(found)\n\(wanted)")
  }

  @Test func `the workspace of the story is sound`() throws {
    let story = try Self.story.get()
    #expect(try WorkspaceVerification(Workspace(story.root + "/ws")).findings().isEmpty)
  }

  // MARK: Refferq

  @Test func `Refferq says who the token is of`() throws {
    try expect(
      "/api/auth/me", "", .affiliate, "a1",
      #"""
      {"user":{"id":"u1","name":"Ann","email":"ann@x.test","role":"AFFILIATE","hasAffiliate":true}}
      """#)
    try expect(
      "/api/auth/me", "", .company, "p2",
      #"{"user":{"id":"p2","name":"Beta","email":null,"role":"COMPANY","hasAffiliate":false}}"#)
    try expect(
      "/api/auth/me", "", .admin, "root",
      #"{"user":{"id":"root","name":"root","email":null,"role":"ADMIN","hasAffiliate":false}}"#)
  }

  /// Revenue 100.00 + 40.00 + 30.00; rewards 8.00 + 5.00 + 0.16 paid, 2.40 pending, 3.00 and Bob's
  /// 3.20 owed; 6 attributed orders on 5 accepted clicks.
  @Test func `Refferq's admin sees the totals in the default programme's currency`() throws {
    try expect(
      "/api/admin/dashboard", "", .admin, "root",
      #"""
      {"success":true,"stats":{"totalRevenue":17000,"totalPartners":3,"activePartners":2,
      "totalReferrals":3,"pendingReferrals":1,"approvedReferrals":1,"totalCommissions":2176,
      "paidCommissions":1316,"conversionRate":120}}
      """#)
  }

  @Test func `Refferq's admin lists affiliates, newest first, then by id`() throws {
    try expect(
      "/api/admin/affiliates", "", .admin, "root",
      #"""
      {"success":true,"affiliates":[
      {"id":"a2","userId":"a2","referralCode":"BOB1","balanceCents":320,
      "createdAt":"2026-01-06T00:00:00Z","user":{"name":"Bob","email":"bob@x.test","status":"ACTIVE"}},
      {"id":"a3","userId":"a3","referralCode":null,"balanceCents":0,
      "createdAt":"2026-01-06T00:00:00Z","user":{"name":null,"email":"c@x.test","status":"PENDING"}},
      {"id":"a1","userId":"u1","referralCode":"ANN1","balanceCents":300,
      "createdAt":"2026-01-05T00:00:00Z","user":{"name":"Ann","email":"ann@x.test","status":"ACTIVE"}}
      ]}
      """#)
  }

  @Test func `Refferq's admin lists leads, of one status too`() throws {
    let (third, second, first) = (
      #"""
      {"id":"r3","leadName":null,"leadEmail":"x@l.test","status":"PENDING",
      "metadata":{"estimatedValue":12.50},"createdAt":"2026-03-07T00:00:00Z",
      "affiliate":{"user":{"name":"Bob"}}}
      """#,
      #"""
      {"id":"r2","leadName":null,"leadEmail":"joe@l.test","status":"REJECTED",
      "metadata":{"estimatedValue":0},"createdAt":"2026-03-06T00:00:00Z",
      "affiliate":{"user":{"name":"Ann"}}}
      """#,
      #"""
      {"id":"r1","leadName":"Jane","leadEmail":"jane@l.test","status":"APPROVED",
      "metadata":{"estimatedValue":5000},"createdAt":"2026-03-05T00:00:00Z",
      "affiliate":{"user":{"name":"Ann"}}}
      """#
    )
    try expect(
      "/api/admin/referrals", "", .admin, "root",
      #"{"success":true,"referrals":[\#(third),\#(second),\#(first)]}"#)
    try expect(
      "/api/admin/referrals", "status=APPROVED", .admin, "root",
      #"{"success":true,"referrals":[\#(first)]}"#)
  }

  @Test func `Refferq's admin sees settings of the default programme or another`() throws {
    try expect(
      "/api/admin/settings", "", .admin, "root",
      #"""
      {"success":true,"settings":{"productName":"Widget","programName":"Acme Club",
      "websiteUrl":"https://acme.example?x=1#top","currency":"USD","minimumPayoutThreshold":1000,
      "payoutTerm":"NET-0"}}
      """#)
    try expect(
      "/api/admin/settings", "program_id=p2", .admin, "root",
      #"""
      {"success":true,"settings":{"productName":null,"programName":null,"websiteUrl":null,
      "currency":"EUR","minimumPayoutThreshold":5000,"payoutTerm":"NET-0"}}
      """#)
    #expect(try asking.get("/api/admin/settings", "program_id=p9", .admin, "root").status == 404)
  }

  @Test func `Refferq lists payouts for the admin and for the affiliate`() throws {
    let payout = try Self.story.get().paidOut()
    try expect(
      "/api/admin/payouts", "", .admin, "root",
      #"""
      {"success":true,"payouts":[{"id":"\#(payout)","userId":"u1","amountCents":1316,
      "method":"PAYPAL","status":"COMPLETED","processedAt":"2026-04-01T12:00:00Z"}]}
      """#)
    try expect(
      "/api/affiliate/payouts", "", .affiliate, "a1",
      #"""
      {"success":true,"payouts":[{"id":"\#(payout)","amount":1316,"status":"COMPLETED",
      "method":"PAYPAL","createdAt":"2026-04-01T00:00:00Z","paidAt":"2026-04-01T12:00:00Z"}]}
      """#)
    try expect(
      "/api/affiliate/payouts", "", .affiliate, "a2", #"{"success":true,"payouts":[]}"#)
  }

  /// Five commissions and conversions (USD, EUR, JPY), four clicks; earned 13.16 paid + 3.00 owed.
  @Test func `Refferq's affiliate sees its profile`() throws {
    let found = try JSONValue(asking.get("/api/affiliate/profile", "", .affiliate, "u1").body)
    let shown = JSONValue.object(
      try #require(found.members).filter { $0.name != "commissions" })
    #expect(
      try shown.canonicalText
        == canonical(
          #"""
          {"success":true,"user":{"id":"u1","name":"Ann","email":"ann@x.test"},
          "affiliate":{"id":"a1","referralCode":"ANN1","balanceCents":300},
          "stats":{"totalEarnings":1616,"pendingEarnings":240,"totalCommissions":5,
          "totalConversions":5,"conversionRate":125},
          "referrals":[{"id":"r2","leadName":null,"leadEmail":"joe@l.test","status":"REJECTED",
          "estimatedValue":0,"createdAt":"2026-03-06T00:00:00Z"},
          {"id":"r1","leadName":"Jane","leadEmail":"jane@l.test","status":"APPROVED",
          "estimatedValue":5000,"createdAt":"2026-03-05T00:00:00Z"}]}
          """#))
    let rows = try #require(found["commissions"]?.elements)
    let amounts = rows.compactMap { $0["amountCents"]?.integer }
    #expect(amounts == [100, 80, 240, 500, 800])
    let words = rows.compactMap { $0["status"]?.text?.string }
    #expect(words == ["PAYABLE", "REJECTED", "PENDING", "PAYABLE", "PAID"])
    let paid = rows.map { $0["paidAt"]?.text?.string }
    #expect(paid == [nil, nil, nil, nil, "2026-04-01T12:00:00Z"])
    let id = conversionID(program: "p1", order: "o1")
    #expect(rows.last?["conversionId"]?.text == id)
  }

  @Test func `an affiliate without anything has zeros, nulls and empty lists`() throws {
    try expect(
      "/api/affiliate/profile", "", .affiliate, "a3",
      #"""
      {"success":true,"user":{"id":"a3","name":null,"email":"c@x.test"},
      "affiliate":{"id":"a3","referralCode":null,"balanceCents":0},
      "stats":{"totalEarnings":0,"pendingEarnings":0,"totalCommissions":0,"totalConversions":0,
      "conversionRate":0},"referrals":[],"commissions":[]}
      """#)
    try expect(
      "/api/affiliate/referrals", "", .affiliate, "a3", #"{"success":true,"referrals":[]}"#)
    #expect(try asking.get("/api/v1/referrals/code", "", .affiliate, "a3").status == 404)
    #expect(try asking.get("/api/v1/referrals/link", "", .affiliate, "a3").status == 404)
    try expect(
      "/api/v1/referrals/stats", "", .affiliate, "a3",
      #"""
      {"total_referrals":0,"verified_referrals":0,"pending_referrals":0,"total_earnings":"0.00",
      "pending_earnings":"0.00","paid_earnings":"0.00","total_payouts":0,"last_payout_date":null,
      "current_tier_name":null,"commission_rate":null}
      """#)
    try expect(
      "/api/v1/referrals/tier", "", .affiliate, "a3",
      #"""
      {"tier_id":null,"current_tier":null,"tier_level":0,"commission_rate":null,"min_referrals":0,
      "max_referrals":null,"current_referral_count":0,"next_tier":null,"next_tier_level":null,
      "next_tier_min_referrals":null,"progress_to_next_tier":100}
      """#)
    for list in ["history", "rewards", "payouts"] {
      try expect("/api/v1/referrals/\(list)", "", .affiliate, "a3", "[]")
    }
  }

  // MARK: Refuel

  /// 2026-03-03 to 2026-04-01: three clicks, five attributed orders; 170.00 in USD.
  @Test func `Refuel's company sees its dashboard`() throws {
    try expect(
      "/companies/dashboard", "", .company, "p1",
      #"""
      {"success":true,"data":{"totalRevenue":17000,"totalCommissionPaid":1316,"affiliateCount":2,
      "conversionRate":166.67,"totalClicks":3,"totalConversions":5,"topAffiliates":[
      {"affiliateId":"a1","name":"Ann","code":"ANN1","clicks":2,"conversions":4,"revenue":13000,
      "earned":1856},
      {"affiliateId":"a2","name":"Bob","code":"BOB1","clicks":1,"conversions":1,"revenue":4000,
      "earned":320}],"periodDays":30}}
      """#)
    try expect(
      "/companies/dashboard", "days=1", .company, "p1",
      #"""
      {"success":true,"data":{"totalRevenue":0,"totalCommissionPaid":1316,"affiliateCount":2,
      "conversionRate":0,"totalClicks":0,"totalConversions":0,"topAffiliates":[
      {"affiliateId":"a1","name":"Ann","code":"ANN1","clicks":0,"conversions":0,"revenue":0,
      "earned":300}],"periodDays":1}}
      """#)
  }

  @Test func `Refuel's company sees its settings`() throws {
    try expect(
      "/companies/settings", "", .company, "p1",
      #"""
      {"success":true,"data":{"id":"p1","name":"Acme","domain":"acme.example","apiKey":null,
      "publishableKey":"pk_live_1","commissionRate":0.1,"attributionWindow":30,
      "payoutSchedule":"monthly","payoutMinimum":1000,"widgetConfig":{"position":"left"},
      "status":"active"}}
      """#)
    try expect(
      "/companies/settings", "", .company, "p2",
      #"""
      {"success":true,"data":{"id":"p2","name":"Beta","domain":"beta.example","apiKey":null,
      "publishableKey":null,"commissionRate":0.25,"attributionWindow":30,
      "payoutSchedule":"monthly","payoutMinimum":5000,"widgetConfig":{},"status":"active"}}
      """#)
  }

  /// 2026-03-10 was a Tuesday.
  @Test func `Refuel's company sees its analytics`() throws {
    let found = try JSONValue(asking.get("/companies/analytics", "", .company, "p1").body)
    let data = try #require(found["data"])
    let daily = try #require(data["daily"]?.elements)
    #expect(daily.count == 30)
    #expect(daily.first?["date"]?.text == "2026-03-03")
    #expect(daily.last?["date"]?.text == "2026-04-01")
    #expect(
      try daily[7].canonicalText
        == canonical(#"{"date":"2026-03-10","clicks":2,"conversions":1,"revenue":10000}"#))
    #expect(
      try daily[13].canonicalText
        == canonical(#"{"date":"2026-03-16","clicks":0,"conversions":1,"revenue":0}"#))
    let rest = JSONValue.object(try #require(data.members).filter { $0.name != "daily" })
    #expect(
      try rest.canonicalText
        == canonical(
          #"""
          {"trafficSources":[{"source":"direct","count":1},{"source":"google.com","count":1},
          {"source":"twitter","count":1}],
          "topPages":[{"page":"/pricing","clicks":2},{"page":"/","clicks":1}],
          "revenueByDay":[{"dayOfWeek":0,"revenue":0},{"dayOfWeek":1,"revenue":0},
          {"dayOfWeek":2,"revenue":10000},{"dayOfWeek":3,"revenue":4000},
          {"dayOfWeek":4,"revenue":0},{"dayOfWeek":5,"revenue":3000},{"dayOfWeek":6,"revenue":0}],
          "periodDays":30}
          """#), "\(rest.canonicalText)")
  }

  @Test func `Refuel's company lists conversions`() throws {
    func row(
      _ order: Text, _ value: Int, _ commission: Int, _ status: String, _ flags: String,
      _ day: Int
    ) -> String {
      let id = conversionID(program: "p1", order: OrderID(order))
      return #"""
        {"id":"\#(id)","orderId":"\#(order)","orderValue":\#(value),
        "commissionAmount":\#(commission),"status":"\#(status)","fraudFlags":[\#(flags)],
        "createdAt":"2026-03-\#(day)T12:00:00Z"}
        """#
    }
    let flag = #""self_referral""#
    let rows = [
      row("o7", 1250, 125, "approved", "", 16), row("o6", 1000, 100, "rejected", flag, 15),
      row("o4", 3000, 300, "pending", flag, 13), row("o2", 5000, 400, "approved", "", 11),
      row("o1", 10000, 1000, "approved", "", 10),
    ]
    let counts = #""statusCounts":{"pending":1,"approved":3,"rejected":1}"#
    try expect(
      "/companies/conversions", "", .company, "p1",
      #"""
      {"success":true,"data":[\#(rows.joined(separator: ","))],
      "meta":{"page":1,"perPage":20,"total":5},\#(counts)}
      """#)
    try expect(
      "/companies/conversions", "status=approved&page=2&perPage=2", .company, "p1",
      #"""
      {"success":true,"data":[\#(rows[4])],"meta":{"page":2,"perPage":2,"total":3},\#(counts)}
      """#)
    try expect(
      "/companies/conversions", "page=9223372036854775807&perPage=200", .company, "p1",
      #"""
      {"success":true,"data":[],"meta":{"page":9223372036854775807,"perPage":200,"total":5},
      \#(counts)}
      """#)
  }

  @Test func `Refuel's affiliate sees its dashboard, earnings and settings`() throws {
    let payout = try Self.story.get().paidOut()
    try expect(
      "/affiliates/dashboard", "", .affiliate, "a1",
      #"""
      {"success":true,"data":{"affiliate":{"id":"a1","email":"ann@x.test","name":"Ann",
      "tier":"Silver","status":"active"},"stats":{"periodEarnings":1856,"periodConversions":5,
      "pendingPayout":300,"lifetimeEarnings":1616,"totalClicks":4,"activePrograms":2},
      "programs":[{"companyId":"p1","companyName":"Acme","code":"ANN1","commissionRate":0.2,
      "status":"active","clicks":2,"conversions":4,"earned":1856},
      {"companyId":"p2","companyName":"Beta","code":"ANN2","commissionRate":0.25,
      "status":"active","clicks":1,"conversions":1,"earned":0}],
      "recentPayouts":[{"id":"\#(payout)","amount":1316,"currency":"USD","status":"completed",
      "createdAt":"2026-04-01T00:00:00Z","paidAt":"2026-04-01T12:00:00Z"}]}}
      """#)
    let found = try JSONValue(asking.get("/affiliates/earnings", "", .affiliate, "a1").body)
    let daily = try #require(found["data"]?["dailyEarnings"]?.elements)
    #expect(daily.count == 30)
    let earned = daily.filter { $0["count"]?.integer != 0 }.map(\.canonicalText)
    #expect(
      try earned
        == [
          #"{"date":"2026-03-10","earned":800,"count":1}"#,
          #"{"date":"2026-03-11","earned":16,"count":1}"#,
          #"{"date":"2026-03-13","earned":240,"count":1}"#,
          #"{"date":"2026-03-16","earned":500,"count":1}"#,
          #"{"date":"2026-04-01","earned":300,"count":1}"#,
        ].map(canonical))
    #expect(
      try found["data"]?["byCompany"]?.canonicalText
        == canonical(#"[{"companyId":"p1","companyName":"Acme","earned":1856,"count":5}]"#))
    try expect(
      "/affiliates/settings", "", .affiliate, "a1",
      #"""
      {"success":true,"data":{"id":"a1","name":"Ann","email":"ann@x.test","tier":"Silver",
      "stripeConnectId":"acct_1"}}
      """#)
    try expect(
      "/affiliates/settings", "", .affiliate, "a2",
      #"""
      {"success":true,"data":{"id":"a2","name":"Bob","email":"bob@x.test","tier":"standard",
      "stripeConnectId":null}}
      """#)
  }
}
