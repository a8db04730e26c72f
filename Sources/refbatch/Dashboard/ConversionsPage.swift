// Orders of a programme, each with a page that says why it is what it is; an affiliate's rewards.
import Pipeline
import Stages

enum ConversionsPage {
  private static let size: Int64 = 50

  static let statuses = ["pending", "approved", "rejected"]

  @Sendable static func answer(_ call: Call) throws -> Answer {
    let scope = try DashboardScope(call)
    let page = call.number("page") ?? 1
    if let affiliate = scope.affiliate { return try rewards(scope, affiliate, page) }
    guard let program = try scope.oneProgram() else { return try none(scope) }
    let status = status(call.text("status"))
    let counts = try call.reading.conversionCounts(ofProgram: program.number)
    let offset = call.offset(page: page, of: size)
    let found = try call.reading.conversions(
      ofProgram: program, status: status, offset: offset, limit: size + 1)
    let lead =
      "\(DashboardScope.name(program)) · \(Spelled.count(counts.all)) attributed orders, newest first"
    return try Page.conversions.answer(scope, lead: lead) { html in
      filters(scope, counts, to: &html)
      html.card("") { html in
        html.table(
          ["Order", "Time (UTC)", "Status", "Flags", "Amount", "Commission"],
          found.prefix(Int(size)).map { row($0, program) }, empty: "No such orders.")
        let more = call.text("status").map { [("status", $0.string)] } ?? []
        html.pages(scope, .conversions, number: page, hasMore: found.count > size, more)
      }
    }
  }

  private static func none(_ scope: DashboardScope) throws -> Answer {
    try Page.conversions.answer(scope, lead: "No run has been committed yet.") { _ in }
  }

  private static func status(_ word: Text?) -> Conversion.Status? {
    guard let word else { return nil }
    return [Conversion.Status.pending, .approved, .rejected].first { Text($0.word) == word }
  }

  private static func filters(
    _ scope: DashboardScope, _ counts: ListOrders.ConversionCounts, to html: inout HTMLWriter
  ) {
    let all: [(String, String?, Int64)] = [
      ("All", nil, counts.all), ("Pending", "pending", counts.pending),
      ("Approved", "approved", counts.approved), ("Rejected", "rejected", counts.rejected),
    ]
    let shown = scope.call.text("status")
    html.element("p", ["class": "picks"]) { html in
      for (name, status, count) in all {
        let link = scope.link(Page.conversions.rawValue, status.map { [("status", $0)] } ?? [])
        let text = "\(name) \(Spelled.count(count))"
        if shown == status.map({ Text($0) }) {
          html.element("a", ["href": link, "aria-current": "true"], text)
        } else {
          html.element("a", ["href": link], text)
        }
      }
    }
  }

  private static func row(_ conversion: ConversionFacts, _ program: ProgramFacts) -> [TableCell] {
    [
      .link(conversion.order.string, to: tracePath(conversion.order, program)),
      .text(Spelled.time(conversion.occurredAt)),
      .tags([(conversion.status.word, Tone(conversion.status))]),
      .tags(conversion.flags.wordList.map { (Spelled.words($0), .bad) }),
      .number(Spelled.money(conversion.amountMinor, conversion.currency)),
      .number(Spelled.money(conversion.commissionMinor, conversion.currency)),
    ]
  }

  static func tracePath(_ order: Text, _ program: ProgramFacts) -> String {
    "/dashboard/conversion?program=\(DashboardScope.encoded(program.id.string))"
      + "&order=\(DashboardScope.encoded(order.string))"
  }

  /// What an affiliate has earned, newest first.
  private static func rewards(
    _ scope: DashboardScope, _ affiliate: AffiliateFacts, _ page: Int64
  ) throws -> Answer {
    let reading = scope.reading
    let found = try reading.rewards(
      ofAffiliate: affiliate.number, offset: scope.call.offset(page: page, of: size),
      limit: size + 1)
    let rows = try found.prefix(Int(size)).map { reward in
      try row(reward, reading, asOf: scope.call.asOf)
    }
    return try Page.conversions.answer(
      scope, title: "Rewards", lead: "\(scope.name) · newest first"
    ) { html in
      html.card("") { html in
        html.table(
          ["For", "Type", "Program", "Time (UTC)", "State", "Payout", "Amount"], rows,
          empty: "Nothing has been earned yet.")
        html.pages(scope, .conversions, number: page, hasMore: found.count > size)
      }
    }
  }

  private static func row(
    _ reward: RewardFacts, _ reading: StoreReading, asOf: Instant
  ) throws -> [TableCell] {
    let program = try reading.program(reward.program)
    let source: TableCell
    if let order = reward.order, let program {
      source = .link(order.string, to: tracePath(order, program))
    } else {
      source = .id((reward.order ?? reward.referral ?? reward.id).string)
    }
    let state = reward.stateWord(asOf: asOf)
    return [
      source, .text(Spelled.words(reward.type.word)),
      .text(program.map(DashboardScope.name) ?? ""), .text(Spelled.time(reward.occurredAt)),
      .tags([(Spelled.words(state), Tone(state: state))]),
      .id(reward.payout?.id.string ?? ""),
      .number(Spelled.money(reward.amountMinor, reward.currency)),
    ]
  }
}
