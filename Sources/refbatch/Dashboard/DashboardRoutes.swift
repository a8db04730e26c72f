// The pages for people, as routes.

enum DashboardRoutes {
  static let all: [Route] =
    [
      route(
        .overview, "What the last days brought, by day and by source.",
        [QueryParameter.integer("days", default: 30, in: 1...365, "How many days to show.")],
        OverviewPage.answer),
      route(
        .conversions, "Orders and who earned them; an affiliate's rewards.",
        [status, number], ConversionsPage.answer),
      route(.payouts, "Payouts and their states.", [number], PayoutsPage.answer),
      route(.held, "What the last run did not pay, and why.", [], HeldPage.answer),
      route(.review, "Orders that wait for a decision.", [], ReviewPage.answer),
      route(.tiers, "Steps up in tiers.", [], TiersPage.answer),
      route(.rejects, "Files of which rows were not taken.", [], RejectsPage.answer),
      route(.runs, "The committed runs.", [], RunsPage.answer),
      Route(
        path: "/dashboard/conversion", platform: .own, access: .anyRole,
        summary: "Why an order is what it is.",
        parameters: [program, QueryParameter.text("order", "The order's id.")],
        handler: TracePage.answer),
      Route(
        path: StyleSheet.path, platform: .own, access: .anyone,
        summary: "How the pages look.", bodyType: "text/css", isOfRun: false,
        handler: { _ in
          Answer(
            contentType: "text/css; charset=utf-8",
            fields: [("Cache-Control", "public, max-age=3600")],
            body: .bytes(Array(StyleSheet.text.utf8)))
        }),
    ]

  private static let program = QueryParameter.choice(
    "program", "A program's id; an admin's pages show this one alone. Empty: all.")
  private static let number = QueryParameter.integer(
    "page", default: 1, from: 1, "Which page of the list.")
  private static let status = QueryParameter.word(
    "status", of: ConversionsPage.statuses, "Orders of this status alone.")

  private static func route(
    _ page: Page, _ summary: String, _ parameters: [QueryParameter],
    _ handler: @escaping @Sendable (Call) throws -> Answer
  ) -> Route {
    Route(
      path: page.rawValue, platform: .own, access: .roles(page.roles), summary: summary,
      parameters: [program] + parameters, handler: handler)
  }
}
