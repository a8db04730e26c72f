// The endpoints of Fangate's documents (S3).

/// What is served as Fangate documents it.
enum FangateRoutes {
  static let all: [Route] = [
    route(
      "/api/affiliate/invitation", "A link that invites others", .string, [fee],
      FangateInvitations.link),
    route(
      "/api/affiliate/invitation/code", "A code that invites others",
      .object([("code", .string)]), [fee], FangateInvitations.code),
    route(
      "/api/affiliate/invited", "Who signed up by invitation",
      .array(
        .object([("id", .integer), ("email", .string), ("fee_percentage", .number)])), [],
      FangateInvitations.invited),
    route(
      "/api/affiliate/revenue", "What invited affiliates brought, newest first", revenue, page,
      FangateRevenue.revenue),
    route(
      "/api/wallet/affiliate", "What invited affiliates brought, newest first", revenue, page,
      FangateRevenue.revenue),
  ]

  private static let fee = QueryParameter.hundredths(
    "fee_percentage", in: 0...10, "The inviter's part in percent; the default one without it")

  private static let page: [QueryParameter] = [
    .integer("page", default: 1, from: 1, "Which page"),
    .integer("limit", default: 20, in: 1...200, "Rows of a page"),
  ]

  private static let revenue = Shape.object([
    ("referral_revenue", .integer),
    (
      "transactions",
      .object([
        (
          "data",
          .array(
            .object([
              ("id", .integer), ("amount", .integer),
              ("type", .word(["affiliate_earning", "affiliate_reversal"])),
              ("created_at", .string), ("title", .string),
            ]))
        )
      ])
    ),
  ])

  private static func route(
    _ path: String, _ summary: String, _ data: Shape, _ parameters: [QueryParameter],
    _ handler: @escaping @Sendable (Call) throws -> Answer
  ) -> Route {
    Route(
      path: path, platform: .fangate, access: .roles([.affiliate]), summary: summary,
      parameters: parameters,
      shape: .object([("success", .boolean), ("errors_message", .null), ("data", data)]),
      handler: handler)
  }
}
