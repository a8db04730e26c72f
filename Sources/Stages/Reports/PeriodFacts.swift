// The last days up to a run's business date: what partner managers look at.
import Pipeline

/// Clicks, orders and earnings of some days, from everything that is known of them by now.
struct PeriodFacts {
  /// How many days a report looks back on, the business date included.
  static let dayCount: Int32 = 30
  /// How many affiliates a report names in each currency.
  static let topCount = 20

  /// UTC days, counted from 1970-01-01.
  let days: ClosedRange<Int32>
  /// By day; a day without anything is missing.
  private(set) var daily: [DayFacts] = []
  /// By currency, then by payout, the greatest first.
  private(set) var top: [AffiliateTotal] = []
  private(set) var funnel = Funnel()

  /// One UTC day.
  struct DayFacts: Hashable {
    var day: Int32
    var clicks: Int64 = 0
    var filtered: Int64 = 0
    /// By currency.
    var totals: [CurrencyTotal] = []

    init(_ day: Int32) { self.day = day }
  }

  /// What one affiliate earned in one programme and currency.
  struct AffiliateTotal: Hashable {
    var program: Text
    var affiliate: Text
    var name: Text?
    var currency: Text
    /// Orders with credit for it.
    var conversions: Int64 = 0
    /// Payouts of its credits in minor units, whatever their orders' status.
    var payoutMinor: Int64 = 0
  }

  /// From a click to money.
  struct Funnel: Hashable {
    var clicks: Int64 = 0
    var filtered: Int64 = 0
    var orders: Int64 = 0
    var attributed: Int64 = 0
    var approved: Int64 = 0
    var inPayout: Int64 = 0
    var paid: Int64 = 0
  }

  init(_ inputs: ReportInputs) throws {
    days = Self.days(upTo: inputs.asOf)
    var gathering = Gathering()
    try gathering.readClicks(inputs.database, days)
    try gathering.readOrders(inputs.database, days)
    daily = gathering.daily.values.sorted { $0.day < $1.day }
    funnel = gathering.funnel
    var sales = inputs.sales
    if sales == nil {
      sales = PeriodSales(days: days)
      try sales?.take(storedIn: inputs.database)
    }
    top = sales.map { Self.greatest($0.affiliates, inputs.registry) } ?? []
  }

  /// The days that a report of this instant looks back on.
  static func days(upTo asOf: Instant) -> ClosedRange<Int32> {
    let last = asOf.businessDay
    return (last - dayCount + 1)...last
  }

  /// The affiliates with the greatest payouts in each currency.
  private static func greatest(
    _ sums: SumTable<PeriodSales.Key, PeriodSales.Earned>, _ registry: Registry
  ) -> [AffiliateTotal] {
    var payouts: [UInt32: [Int64]] = [:]
    sums.forEach { key, sum in
      if sum.conversions != 0 { payouts[key.currency, default: []].append(sum.payoutMinor) }
    }
    // Who has less than the last place takes is not even named.
    let least = payouts.mapValues { $0.sorted(by: >).prefix(topCount).last ?? 0 }
    var totals: [AffiliateTotal] = []
    sums.forEach { key, sum in
      guard sum.conversions != 0, sum.payoutMinor >= least[key.currency] ?? 0 else { return }
      let affiliate = registry[AffiliateOrdinal(Int(key.affiliate))]
      totals.append(
        AffiliateTotal(
          program: registry[ProgramOrdinal(Int(key.program))].id.text,
          affiliate: affiliate.id.text, name: affiliate.name,
          currency: Text(Currency(packed: key.currency).code), conversions: sum.conversions,
          payoutMinor: sum.payoutMinor))
    }
    let sorted = totals.sorted { left, right in
      (left.currency, right.payoutMinor, left.program, left.affiliate)
        < (right.currency, left.payoutMinor, right.program, right.affiliate)
    }
    var taken: [Text: Int] = [:]
    return sorted.filter { total in
      taken[total.currency, default: 0] += 1
      return taken[total.currency, default: 0] <= topCount
    }
  }
}

/// Sums in progress, all of them out of sums by day: no order and no click is read.
private struct Gathering {
  var daily: [Int32: PeriodFacts.DayFacts] = [:]
  var funnel = PeriodFacts.Funnel()

  mutating func readClicks(_ database: Database, _ days: ClosedRange<Int32>) throws {
    let query = """
      SELECT day, sum(clicks), sum(filtered) FROM clicks_days
      WHERE day BETWEEN ?1 AND ?2 GROUP BY day ORDER BY day
      """
    try database.forEachRow(query, Self.bounds(days)) { row in
      var day = PeriodFacts.DayFacts(Int32(clamping: row.int()))
      day.clicks = row.int()
      day.filtered = row.int()
      funnel.clicks += day.clicks
      funnel.filtered += day.filtered
      daily[day.day] = day
    }
  }

  mutating func readOrders(_ database: Database, _ days: ClosedRange<Int32>) throws {
    let query = """
      SELECT day, currency, orders, credited, gross_minor, returned_minor, commission_minor,
        payout_minor, attributed, approved, in_payout, paid
      FROM order_days WHERE day BETWEEN ?1 AND ?2 AND orders <> 0 ORDER BY day, currency
      """
    try database.forEachRow(query, Self.bounds(days)) { row in
      let day = Int32(clamping: row.int())
      var total = CurrencyTotal(row.text())
      let orders = row.int()
      try total.add(
        orders: orders, conversions: row.int(), gross: row.int(), refunded: row.int(),
        commission: row.int(), payout: row.int())
      daily[day, default: PeriodFacts.DayFacts(day)].totals.append(total)
      funnel.orders += orders
      funnel.attributed += row.int()
      funnel.approved += row.int()
      funnel.inPayout += row.int()
      funnel.paid += row.int()
    }
  }

  private static func bounds(_ days: ClosedRange<Int32>) -> [Int64] {
    [Int64(days.lowerBound), Int64(days.upperBound)]
  }
}

extension PeriodFacts {
  /// The words of the days of the week, Monday first.
  static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  /// The period's totals by day of the week, Monday first, each by currency.
  func byWeekday() throws -> [(weekday: String, totals: [CurrencyTotal])] {
    var sums: [Int: [Text: CurrencyTotal]] = [:]
    for day in daily {
      // 1970-01-01 was a Thursday.
      let weekday = ((Int(day.day) + 3) % 7 + 7) % 7
      for total in day.totals {
        try sums[weekday, default: [:]][total.currency, default: CurrencyTotal(total.currency)].add(
          orders: total.orders, conversions: total.conversions, gross: total.grossMinor,
          refunded: total.refundedMinor, commission: total.commissionMinor,
          payout: total.payoutMinor)
      }
    }
    return Self.weekdays.enumerated().compactMap { place, word in
      sums[place].map { (word, $0.values.sorted { $0.currency < $1.currency }) }
    }
  }
}
