// The endpoints of Refferq's documents (S0).
import Stages

/// What is served as Refferq documents it.
enum RefferqRoutes {
  static let all: [Route] =
    [
      Route(
        path: "/api/auth/me", platform: .refferq, access: .anyRole, summary: "Who the token is of",
        shape: .object([
          (
            "user",
            .object([
              ("id", .string), ("name", .optional(.string)), ("email", .optional(.string)),
              ("role", .word(["ADMIN", "COMPANY", "AFFILIATE"])), ("hasAffiliate", .boolean),
            ])
          )
        ]), handler: RefferqAccount.me),
      Route(
        path: "/api/admin/dashboard", platform: .refferq, access: .roles([.admin]),
        summary: "Totals of all programmes, in the default programme's currency",
        shape: success(
          "stats",
          .object(
            [
              "totalRevenue", "totalPartners", "activePartners", "totalReferrals",
              "pendingReferrals", "approvedReferrals", "totalCommissions", "paidCommissions",
            ].map { ($0, .integer) } + [("conversionRate", .number)])),
        handler: RefferqAdmin.dashboard),
      Route(
        path: "/api/admin/affiliates", platform: .refferq, access: .roles([.admin]),
        summary: "All affiliates, newest first",
        shape: success(
          "affiliates",
          .array(
            .object([
              ("id", .string), ("userId", .string), ("referralCode", .optional(.string)),
              ("balanceCents", .integer), ("createdAt", .text(format: "date-time")),
              (
                "user",
                .object([
                  ("name", .optional(.string)), ("email", .string),
                  ("status", .word(["ACTIVE", "PENDING", "SUSPENDED"])),
                ])
              ),
            ]))), writtenBy: .affiliates, isStreamed: true, handler: RefferqAdmin.affiliates),
      Route(
        path: "/api/admin/referrals", platform: .refferq, access: .roles([.admin]),
        summary: "All leads, newest first",
        parameters: [.word("status", of: leadWords, "Leads of one status alone")],
        shape: success(
          "referrals",
          .array(
            .object([
              ("id", .string), ("leadName", .optional(.string)), ("leadEmail", .optional(.string)),
              ("status", .word(leadWords)), ("metadata", .object([("estimatedValue", .number)])),
              ("createdAt", .text(format: "date-time")),
              ("affiliate", .object([("user", .object([("name", .optional(.string))]))])),
            ]))), writtenBy: .decisions, isStreamed: true, handler: RefferqAdmin.referrals),
      Route(
        path: "/api/admin/settings", platform: .refferq, access: .roles([.admin]),
        summary: "A programme's settings in force",
        parameters: [.text("program_id", "The programme; the default one without it")],
        shape: success(
          "settings",
          .object([
            ("productName", .optional(.string)), ("programName", .optional(.string)),
            ("websiteUrl", .optional(.string)), ("currency", .string),
            ("minimumPayoutThreshold", .integer), ("payoutTerm", .string),
          ])), writtenBy: .programs, handler: RefferqAdmin.settings),
      Route(
        path: "/api/admin/payouts", platform: .refferq, access: .roles([.admin]),
        summary: "All payouts, newest first",
        shape: success(
          "payouts",
          .array(
            .object([
              ("id", .string), ("userId", .string), ("amountCents", .integer), ("method", .string),
              ("status", .word(payoutWords)),
              ("processedAt", .optional(.text(format: "date-time"))),
            ]))), writtenBy: .settlements, isStreamed: true, handler: RefferqAdmin.payouts),
    ] + ofAffiliates

  static let leadWords = ["PENDING", "APPROVED", "REJECTED"]
  static let payoutWords = ["PENDING", "PROCESSING", "COMPLETED", "FAILED"]

  private static func success(_ name: String, _ shape: Shape) -> Shape {
    .object([("success", .boolean), (name, shape)])
  }

  private static let lead = Shape.object([
    ("id", .string), ("leadName", .optional(.string)), ("leadEmail", .optional(.string)),
    ("status", .word(leadWords)), ("estimatedValue", .number),
    ("createdAt", .text(format: "date-time")),
  ])

  private static let ofAffiliates: [Route] = [
    Route(
      path: "/api/affiliate/profile", platform: .refferq, access: .roles([.affiliate]),
      summary: "The affiliate, its sums, its newest leads and commissions",
      shape: .object([
        ("success", .boolean),
        (
          "user",
          .object([("id", .string), ("name", .optional(.string)), ("email", .string)])
        ),
        (
          "affiliate",
          .object([
            ("id", .string), ("referralCode", .optional(.string)), ("balanceCents", .integer),
          ])
        ),
        (
          "stats",
          .object([
            ("totalEarnings", .integer), ("pendingEarnings", .integer),
            ("totalCommissions", .integer), ("totalConversions", .integer),
            ("conversionRate", .number),
          ])
        ),
        ("referrals", .array(lead)),
        (
          "commissions",
          .array(
            .object([
              ("id", .string), ("amountCents", .integer), ("status", .string),
              ("conversionId", .string), ("createdAt", .text(format: "date-time")),
              ("paidAt", .optional(.text(format: "date-time"))),
            ]))
        ),
      ]), writtenBy: .affiliates, handler: RefferqAffiliate.profile),
    Route(
      path: "/api/affiliate/referrals", platform: .refferq, access: .roles([.affiliate]),
      summary: "The affiliate's leads, newest first", shape: success("referrals", .array(lead)),
      writtenBy: .referrals, isStreamed: true, handler: RefferqAffiliate.referrals),
    Route(
      path: "/api/affiliate/payouts", platform: .refferq, access: .roles([.affiliate]),
      summary: "The affiliate's payouts, newest first",
      shape: success(
        "payouts",
        .array(
          .object([
            ("id", .string), ("amount", .integer), ("status", .word(payoutWords)),
            ("method", .string), ("createdAt", .text(format: "date-time")),
            ("paidAt", .optional(.text(format: "date-time"))),
          ]))), writtenBy: .payoutRequests, isStreamed: true, handler: RefferqAffiliate.payouts),
  ]
}
