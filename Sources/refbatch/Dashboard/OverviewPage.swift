// The first page: what the last days brought, and from where.
import Pipeline
import Stages

enum OverviewPage {
  /// All figures of the page, in one currency.
  private struct Figures {
    var currency: Currency
    var days: [Int64: Sales] = [:]
    var whole = Sales()
    var earnings = Earnings()
    var best: [Chart.Bar] = []
    var bestTitle = "Top affiliates by revenue"
    var sources: [Chart.Bar] = []
    var pages: [Chart.Bar] = []
    var toReview: Int64?

    mutating func add(_ more: [Int64: Sales]) {
      for (day, sales) in more {
        days[day, default: Sales()].add(sales)
        whole.add(sales)
      }
    }
  }

  @Sendable static func answer(_ call: Call) throws -> Answer {
    let scope = try DashboardScope(call)
    let period = call.period
    let figures = try figures(scope, period)
    let span = "\(Figure.date(period.first)) to \(Figure.date(period.end - 1))"
    let lead =
      call.reading.run == nil
      ? "No run has been committed yet: there is nothing to show." : "\(scope.name) · \(span), UTC"
    return try Page.overview.answer(scope, lead: lead) { html in
      spans(scope, figures.currency, to: &html)
      tiles(figures, to: &html)
      html.element("div", ["class": "cards"]) { html in
        charts(figures, period, to: &html)
        lists(figures, scope, to: &html)
      }
    }
  }

  private static func spans(
    _ scope: DashboardScope, _ currency: Currency, to html: inout HTMLWriter
  ) {
    let shown = scope.call.number("days") ?? 30
    html.element("p", ["class": "picks"]) { html in
      for days in [7, 30, 90, 365] as [Int64] {
        let link = scope.link("/", [("days", "\(days)")])
        if days == shown {
          html.element("a", ["href": link, "aria-current": "true"], "\(days) days")
        } else {
          html.element("a", ["href": link], "\(days) days")
        }
      }
      if scope.program == nil {
        html.element("span", "Amounts are of what was sold in \(currency.code).")
      }
    }
  }

  private static func tiles(_ figures: Figures, to html: inout HTMLWriter) {
    let whole = figures.whole
    let code = figures.currency.code
    func plain(_ minor: Int64) -> String {
      String(Spelled.money(minor, figures.currency).dropLast(code.utf8.count + 1))
    }
    var tiles = [
      ("Clicks", Spelled.count(whole.clicks), "accepted"),
      (
        "Conversions", Spelled.count(whole.conversions),
        "\(Figure.percent(whole.conversions, of: whole.clicks)) % of clicks"
      ),
      ("Revenue", plain(whole.revenueMinor), "\(code), less refunds"),
      ("Rewards", plain(whole.earnedMinor), "\(code), earned in this time"),
      ("Owed", plain(figures.earnings.owedMinor), "\(code), in no payout yet"),
      ("Paid", plain(figures.earnings.paidMinor), "\(code), of all time"),
    ]
    if let toReview = figures.toReview {
      tiles.append(("To review", Spelled.count(toReview), "conversions"))
    }
    html.tiles(tiles.map { (name: $0.0, value: $0.1, note: $0.2) })
  }

  private static func charts(_ figures: Figures, _ period: Period, to html: inout HTMLWriter) {
    func bars(_ value: (Sales) -> Int64, _ label: (Int64) -> String) -> [Chart.Bar] {
      period.days.map { day in
        let amount = figures.days[day].map(value) ?? 0
        return Chart.Bar(name: Figure.date(day), value: amount, label: label(amount))
      }
    }
    let money = { (minor: Int64) in Spelled.money(minor, figures.currency) }
    let all: [(String, String, [Chart.Bar])] = [
      ("Revenue by day", "c1", bars(\.revenueMinor, money)),
      ("Clicks by day", "c2", bars(\.clicks, Spelled.count)),
      ("Conversions by day", "c1", bars(\.conversions, Spelled.count)),
      ("Rewards by day", "c3", bars(\.earnedMinor, money)),
    ]
    for (title, style, bars) in all {
      let top = bars.max { $0.value < $1.value }
      html.card(title, note: top.map { $0.value > 0 ? "up to \($0.label)" : "" } ?? "") { html in
        Chart.columns(bars, title: title, style: style, to: &html)
      }
    }
  }

  private static func lists(
    _ figures: Figures, _ scope: DashboardScope, to html: inout HTMLWriter
  ) {
    let earnings = figures.earnings
    html.card("Funnel") { html in
      let steps = [
        ("Clicks", figures.whole.clicks), ("Conversions", figures.whole.conversions),
        ("Rewards in \(figures.currency.code)", figures.whole.rewards),
      ]
      let bars = steps.map { Chart.Bar(name: $0.0, value: $0.1, label: Spelled.count($0.1)) }
      Chart.rows(bars, head: ("Step", "Count"), style: "c2", empty: "Nothing yet.", to: &html)
    }
    html.card("Rewards of all time by state") { html in
      let states = [
        ("Pending", earnings.pendingMinor), ("Owed", earnings.owedMinor),
        ("In a payout", earnings.inPayoutMinor), ("Paid", earnings.paidMinor),
      ]
      let bars = states.map {
        Chart.Bar(name: $0.0, value: $0.1, label: Spelled.money($0.1, figures.currency))
      }
      Chart.rows(bars, head: ("State", "Amount"), style: "c3", empty: "Nothing yet.", to: &html)
    }
    html.card(figures.bestTitle) { html in
      Chart.rows(
        figures.best, head: ("Name", "Revenue"), style: "c1",
        empty: "Nobody sold anything in this time.", to: &html)
    }
    html.card("Revenue by weekday") { html in
      Chart.rows(
        weekdays(figures), head: ("Day", "Revenue"), style: "c1", empty: "", to: &html)
    }
    guard scope.affiliate == nil else { return }
    let none = "No clicks in this time."
    html.card("Traffic sources") { html in
      Chart.rows(figures.sources, head: ("Source", "Clicks"), style: "c2", empty: none, to: &html)
    }
    html.card("Top pages") { html in
      Chart.rows(figures.pages, head: ("Page", "Clicks"), style: "c2", empty: none, to: &html)
    }
  }

  /// Monday first; 1970-01-01 was a Thursday.
  private static func weekdays(_ figures: Figures) -> [Chart.Bar] {
    let names = [
      "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    var sums = [Int64](repeating: 0, count: 7)
    for (day, sales) in figures.days {
      sums[Int(((day + 3) % 7 + 7) % 7)] &+= sales.revenueMinor
    }
    return zip(names, sums).map { name, sum in
      Chart.Bar(name: name, value: sum, label: Spelled.money(sum, figures.currency))
    }
  }
}

extension OverviewPage {
  private static func figures(_ scope: DashboardScope, _ period: Period) throws -> Figures {
    var figures = Figures(currency: try scope.currency())
    if let affiliate = scope.affiliate {
      try fill(&figures, affiliate, scope, period)
      return figures
    }
    let reading = scope.reading
    let programs = try scope.programs()
    var revenues: [(program: ProgramFacts, revenue: Int64)] = []
    var toReview: Int64 = 0
    for program in programs {
      let days = try reading.salesByDay(
        ofProgram: program.number, in: figures.currency, period)
      figures.add(days)
      revenues.append((program, days.values.reduce(0) { $0 &+ $1.revenueMinor }))
      toReview += try reading.conversionCounts(ofProgram: program.number).pending
    }
    figures.toReview = toReview
    figures.earnings = try reading.earnings(
      ofAffiliate: -1, in: figures.currency, program: scope.programNumber)
    figures.sources = try traffic(.sources, programs, reading, period)
    figures.pages = try traffic(.pages, programs, reading, period)
    if let program = scope.program {
      figures.best = try bestAffiliates(program, figures.currency, reading, period)
    } else {
      figures.bestTitle = "Top programs by revenue"
      figures.best = revenues.filter { $0.revenue > 0 }
        .sorted { ($1.revenue, $0.program.id) < ($0.revenue, $1.program.id) }.prefix(10)
        .map { bar(DashboardScope.name($0.program), $0.revenue, figures.currency) }
    }
    return figures
  }

  private static func bar(_ name: String, _ minor: Int64, _ currency: Currency) -> Chart.Bar {
    Chart.Bar(name: name, value: minor, label: Spelled.money(minor, currency))
  }

  private static func bestAffiliates(
    _ program: ProgramFacts, _ currency: Currency, _ reading: StoreReading, _ period: Period
  ) throws -> [Chart.Bar] {
    let all = try reading.salesByAffiliate(ofProgram: program.number, in: currency, period)
    return try all.filter { $0.value.revenueMinor > 0 }
      .sorted { ($1.value.revenueMinor, $0.key) < ($0.value.revenueMinor, $1.key) }.prefix(10)
      .compactMap { entry in
        try reading.affiliate(entry.key).map {
          bar(($0.name ?? $0.id).string, entry.value.revenueMinor, currency)
        }
      }
  }

  private static func traffic(
    _ kind: TrafficKind, _ programs: [ProgramFacts], _ reading: StoreReading, _ period: Period
  ) throws -> [Chart.Bar] {
    var counts: [Text: Int64] = [:]
    for program in programs {
      let top = try reading.topTraffic(
        kind, ofProgram: program.number, period, most: programs.count == 1 ? 10 : 200)
      for entry in top { counts[entry.name, default: 0] += entry.clicks }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(10)
      .map { Chart.Bar(name: $0.key.string, value: $0.value, label: Spelled.count($0.value)) }
  }

  private static func fill(
    _ figures: inout Figures, _ affiliate: AffiliateFacts, _ scope: DashboardScope,
    _ period: Period
  ) throws {
    let reading = scope.reading
    let codes = try reading.codes(ofAffiliate: affiliate.number)
    let programs = Set(
      try reading.programs(withSalesOf: affiliate.number) + codes.map(\.program))
    figures.bestTitle = "Revenue by program"
    for number in programs.sorted() {
      let own = Set(codes.filter { $0.program == number }.map(\.number))
      let days = try reading.salesByDay(
        ofAffiliate: affiliate.number, codes: own, ofProgram: number, in: figures.currency,
        period)
      figures.add(days)
      let revenue = days.values.reduce(0) { $0 &+ $1.revenueMinor }
      if revenue > 0, let program = try reading.program(number) {
        figures.best.append(bar(DashboardScope.name(program), revenue, figures.currency))
      }
    }
    figures.earnings = try reading.earnings(
      ofAffiliate: affiliate.number, in: figures.currency)
  }
}

extension Sales {
  fileprivate mutating func add(_ other: Sales) {
    clicks += other.clicks
    conversions += other.conversions
    revenueMinor &+= other.revenueMinor
    rewards += other.rewards
    earnedMinor &+= other.earnedMinor
  }
}
