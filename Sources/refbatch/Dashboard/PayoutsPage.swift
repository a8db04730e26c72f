// Payouts with their states, and what was held.
import Pipeline
import Stages

enum PayoutsPage {
  private static let size: Int64 = 50

  @Sendable static func answer(_ call: Call) throws -> Answer {
    let scope = try DashboardScope(call)
    let page = call.number("page") ?? 1
    let found = try payouts(scope, offset: call.offset(page: page, of: size))
    let rows = try found.prefix(Int(size)).map { try row($0, scope) }
    return try Page.payouts.answer(scope, lead: "\(scope.name) · newest first") { html in
      html.card("") { html in
        html.table(
          ["Payout", "Affiliate", "Program", "Period", "Method", "Status", "Amount"], rows,
          empty: "Nothing has been paid yet.")
        html.pages(scope, .payouts, number: page, hasMore: found.count > size)
      }
    }
  }

  /// One more than a page has.
  private static func payouts(_ scope: DashboardScope, offset: Int64) throws -> [PayoutFacts] {
    let reading = scope.reading
    let numbers =
      try scope.affiliate.map { try reading.payoutNumbers(ofAffiliate: $0.number) }
      ?? reading.payoutNumbers()
    var left = offset
    var found: [PayoutFacts] = []
    // Without a programme to look for, the rows before the page need not be read.
    let start = scope.programNumber == nil ? Int(clamping: min(left, Int64(numbers.count))) : 0
    if scope.programNumber == nil { left = 0 }
    for number in numbers[start...] where found.count <= size {
      guard let payout = try reading.payout(number) else { continue }
      if let program = scope.programNumber, payout.program != program { continue }
      if left > 0 { left -= 1 } else { found.append(payout) }
    }
    return found
  }

  private static func row(_ payout: PayoutFacts, _ scope: DashboardScope) throws -> [TableCell] {
    let period =
      "\(Spelled.time(payout.periodStart).prefix(10)) – \(Spelled.time(payout.periodEnd).prefix(10))"
    var tags = [(Spelled.words(payout.status.word), Tone(state: payout.status.word))]
    if payout.retryCount > 0 { tags.append(("retry \(payout.retryCount)", .wait)) }
    if let reason = payout.failedReason { tags.append((reason.string, .bad)) }
    let affiliate = try scope.reading.affiliate(payout.affiliate)
    let program = try scope.reading.program(payout.program)
    return [
      .id(payout.id.string), .text(affiliate.map { ($0.name ?? $0.id).string } ?? ""),
      .text(program.map(DashboardScope.name) ?? ""), .text(period), .text(payout.method.word),
      .tags(tags), .number(Spelled.money(payout.amountMinor, payout.currency)),
    ]
  }
}

enum HeldPage {
  @Sendable static func answer(_ call: Call) throws -> Answer {
    let scope = try DashboardScope(call)
    let held = try call.reading.held(
      ofProgram: scope.programNumber, affiliate: scope.affiliate?.number, most: 500)
    let rows = try held.map { try row($0, call.reading) }
    let lead =
      held.first.map { "\(scope.name) · what run \($0.run) did not pay, and why" }
      ?? "\(scope.name) · nothing is held"
    return try Page.held.answer(scope, lead: lead) { html in
      html.card("") { html in
        html.table(
          ["Affiliate", "Program", "Reason", "Amount"], rows,
          empty: "Nothing was held by the last run that paid.")
        if held.count == 500 { html.element("p", ["class": "lead"], "The first 500.") }
      }
    }
  }

  private static func row(_ held: HeldFacts, _ reading: StoreReading) throws -> [TableCell] {
    let affiliate = try reading.affiliate(held.affiliate)
    let program = try reading.program(held.program)
    return [
      .text(affiliate.map { "\(($0.name ?? $0.id).string) (\($0.id))" } ?? ""),
      .text(program.map(DashboardScope.name) ?? ""),
      .tags([(Spelled.words(held.reason.string), .wait)]),
      .number(Spelled.money(held.amountMinor, held.currency.string)),
    ]
  }
}
