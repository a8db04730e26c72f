// Why one order is what it is.
import Pipeline
import Stages

enum TracePage {
  @Sendable static func answer(_ call: Call) throws -> Answer {
    let scope = try DashboardScope(call)
    let unknown = Refusal.notFound("There is no such order")
    guard let id = call.text("program"), let order = call.text("order"),
      let program = try call.reading.program(id: id)
    else { throw unknown }
    // Another company's order is as unknown as one that is not there.
    if let own = scope.program, own.number != program.number { throw unknown }
    guard var trace = try call.reading.trace(ofOrder: order, in: program) else { throw unknown }
    if let affiliate = scope.affiliate {
      trace.keepCredits(ofAffiliate: affiliate.number)
      guard !trace.credits.isEmpty else { throw unknown }
    }
    return try Page.conversions.answer(
      scope, title: order.string, lead: "\(DashboardScope.name(program)) · \(trace.id)",
      picks: false
    ) { html in
      html.element("div", ["class": "cards"]) { html in
        html.card("What it is") { html in html.facts(what(trace, scope)) }
        html.card("Why it is credited so") { html in html.facts(why(trace, scope)) }
        html.card("Who earns", isWide: true) { html in
          html.table(
            [
              "Affiliate", "Code", "Click", "Rate", "By", "Share", "State", "Commission",
              "To the affiliate",
            ],
            trace.credits.map { row($0, trace) },
            empty: "Nobody: \(trace.reason.map { Spelled.words($0.word) } ?? "no credit").")
        }
      }
    }
  }

  private static func what(_ trace: ConversionTrace, _ scope: DashboardScope) -> [(String, String)]
  {
    var facts = [
      ("Order", "\(trace.order) (\(Spelled.words(trace.orderStatus.word)))"),
      ("Time", trace.occurredAt.printed),
      ("Amount", Spelled.money(trace.amountMinor, trace.currency)),
      ("Returned", Spelled.money(trace.returnedMinor, trace.currency)),
      ("Net", Spelled.money(trace.amountMinor - trace.returnedMinor, trace.currency)),
      ("Status", trace.status.word + (trace.isDecided ? ", by a decision" : "")),
    ]
    // Where rows come from is the operator's business.
    if scope.affiliate == nil {
      facts.append(("Input", "\(trace.file), line \(trace.line)"))
      facts.append(("Last changed by", "run \(trace.run)"))
    }
    return facts
  }

  private static func why(_ trace: ConversionTrace, _ scope: DashboardScope) -> [(String, String)] {
    var facts: [(String, String)] = []
    if let evidence = trace.evidence {
      facts.append(("Evidence", Spelled.words(evidence.word)))
    }
    if let model = trace.model { facts.append(("Model", Spelled.words(model.word))) }
    if let reason = trace.reason { facts.append(("Not credited", Spelled.words(reason.word))) }
    facts.append(("Touches that earn", "\(trace.credits.count)"))
    if scope.affiliate == nil {
      let flags = trace.flags.wordList.map(Spelled.words).joined(separator: ", ")
      facts.append(("Fraud score", Spelled.percent(trace.score)))
      facts.append(("Flags", flags.isEmpty ? "none" : flags))
    }
    return facts
  }

  private static func row(_ credit: ConversionTrace.Credit, _ trace: ConversionTrace) -> [TableCell]
  {
    var click = "the code itself"
    if let at = credit.clickAt {
      click = (credit.clickID.map { "\($0), " } ?? "") + Spelled.time(at)
    }
    let rate =
      credit.rate.map(Spelled.percent)
      ?? credit.flatMinor.map { Spelled.money($0, trace.currency) } ?? ""
    let rule = credit.rule.map { $0.word } ?? ""
    return [
      .id(credit.affiliateID.string), .id(credit.code.string), .text(click), .text(rate),
      .text(credit.tier.map { "\(rule) \($0)" } ?? rule), .text(Spelled.percent(credit.share)),
      .tags(credit.state.map { [(Spelled.words($0.word), Tone(state: $0.word))] } ?? []),
      .number(Spelled.money(credit.commissionMinor, trace.currency)),
      .number(Spelled.money(credit.payoutMinor, trace.currency)),
    ]
  }
}
