// The endpoints of Refuel's documents (S2).
import Stages

/// What is served as Refuel documents it.
enum RefuelRoutes {
  static let all: [Route] = ofCompanies + ofAffiliates

  private static let days = QueryParameter.integer(
    "days", default: 30, in: 1...365, "Whole UTC days before the last run's as_of")

  private static func success(_ members: [(name: String, shape: Shape)]) -> Shape {
    .object([("success", .boolean), ("data", .object(members))])
  }

  private static let instant = Shape.text(format: "date-time")

  private static let ofCompanies: [Route] = [
    Route(
      path: "/companies/dashboard", platform: .refuel, access: .roles([.company]),
      summary: "The programme's sales of the last days", parameters: [days],
      shape: success([
        ("totalRevenue", .integer), ("totalCommissionPaid", .integer),
        ("affiliateCount", .integer), ("conversionRate", .number), ("totalClicks", .integer),
        ("totalConversions", .integer),
        (
          "topAffiliates",
          .array(
            .object([
              ("affiliateId", .string), ("name", .optional(.string)), ("code", .optional(.string)),
              ("clicks", .integer), ("conversions", .integer), ("revenue", .integer),
              ("earned", .integer),
            ]))
        ), ("periodDays", .integer),
      ]), handler: RefuelCompany.dashboard),
    Route(
      path: "/companies/settings", platform: .refuel, access: .roles([.company]),
      summary: "The programme's settings in force",
      shape: success([
        ("id", .string), ("name", .optional(.string)), ("domain", .optional(.string)),
        ("apiKey", .null), ("publishableKey", .optional(.string)), ("commissionRate", .number),
        ("attributionWindow", .integer),
        ("payoutSchedule", .word(["weekly", "biweekly", "monthly"])),
        ("payoutMinimum", .integer), ("widgetConfig", .anyObject),
        ("status", .word(["active", "paused"])),
      ]), writtenBy: .programs, handler: RefuelCompany.settings),
    Route(
      path: "/companies/analytics", platform: .refuel, access: .roles([.company]),
      summary: "Days, traffic sources, landing pages and weekdays", parameters: [days],
      shape: success([
        (
          "daily",
          .array(
            .object([
              ("date", .text(format: "date")), ("clicks", .integer), ("conversions", .integer),
              ("revenue", .integer),
            ]))
        ),
        ("trafficSources", .array(.object([("source", .string), ("count", .integer)]))),
        ("topPages", .array(.object([("page", .string), ("clicks", .integer)]))),
        ("revenueByDay", .array(.object([("dayOfWeek", .integer), ("revenue", .integer)]))),
        ("periodDays", .integer),
      ]), handler: RefuelCompany.analytics),
    Route(
      path: "/companies/conversions", platform: .refuel, access: .roles([.company]),
      summary: "The programme's attributed orders, newest first",
      parameters: [
        .word("status", of: ["pending", "approved", "rejected"], "Orders of one status alone"),
        .integer("page", default: 1, from: 1, "Which page"),
        .integer("perPage", default: 20, in: 1...200, "Rows of a page"),
      ],
      shape: .object([
        ("success", .boolean),
        (
          "data",
          .array(
            .object([
              ("id", .string), ("orderId", .string), ("orderValue", .integer),
              ("commissionAmount", .integer),
              ("status", .word(["pending", "approved", "rejected"])),
              ("fraudFlags", .array(.string)), ("createdAt", instant),
            ]))
        ),
        (
          "meta", .object([("page", .integer), ("perPage", .integer), ("total", .integer)])
        ),
        (
          "statusCounts",
          .object([("pending", .integer), ("approved", .integer), ("rejected", .integer)])
        ),
      ]), writtenBy: .decisions, handler: RefuelCompany.conversions),
  ]

  private static let ofAffiliates: [Route] = [
    Route(
      path: "/affiliates/dashboard", platform: .refuel, access: .roles([.affiliate]),
      summary: "The affiliate's sums, programmes and newest payouts", parameters: [days],
      shape: success([
        (
          "affiliate",
          .object([
            ("id", .string), ("email", .string), ("name", .optional(.string)), ("tier", .string),
            ("status", .string),
          ])
        ),
        (
          "stats",
          .object(
            [
              "periodEarnings", "periodConversions", "pendingPayout", "lifetimeEarnings",
              "totalClicks", "activePrograms",
            ].map { ($0, .integer) })
        ),
        (
          "programs",
          .array(
            .object([
              ("companyId", .string), ("companyName", .optional(.string)), ("code", .string),
              ("commissionRate", .number), ("status", .word(["active", "paused"])),
              ("clicks", .integer), ("conversions", .integer), ("earned", .integer),
            ]))
        ),
        (
          "recentPayouts",
          .array(
            .object([
              ("id", .string), ("amount", .integer), ("currency", .string), ("status", .string),
              ("createdAt", instant), ("paidAt", .optional(instant)),
            ]))
        ),
      ]), handler: RefuelAffiliate.dashboard),
    Route(
      path: "/affiliates/earnings", platform: .refuel, access: .roles([.affiliate]),
      summary: "The affiliate's rewards by day and by programme", parameters: [days],
      shape: success([
        (
          "dailyEarnings",
          .array(
            .object([("date", .text(format: "date")), ("earned", .integer), ("count", .integer)]))
        ),
        (
          "byCompany",
          .array(
            .object([
              ("companyId", .string), ("companyName", .optional(.string)), ("earned", .integer),
              ("count", .integer),
            ]))
        ), ("periodDays", .integer),
      ]), handler: RefuelAffiliate.earnings),
    Route(
      path: "/affiliates/settings", platform: .refuel, access: .roles([.affiliate]),
      summary: "The affiliate's profile",
      shape: success([
        ("id", .string), ("name", .optional(.string)), ("email", .string), ("tier", .string),
        ("stripeConnectId", .optional(.string)),
      ]), writtenBy: .affiliates, handler: RefuelAffiliate.settings),
  ]
}
