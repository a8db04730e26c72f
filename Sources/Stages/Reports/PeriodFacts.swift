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
    let last = inputs.asOf.businessDay
    days = (last - Self.dayCount + 1)...last
    var gathering = Gathering()
    try gathering.readClicks(inputs.database, days)
    try gathering.readOrders(inputs.database, days)
    daily = gathering.daily.values.sorted { $0.day < $1.day }
    funnel = gathering.funnel
    top = Self.greatest(gathering.affiliates, inputs.registry)
  }

  /// The affiliates with the greatest payouts in each currency.
  private static func greatest(
    _ sums: [Gathering.AffiliateKey: Gathering.AffiliateSum], _ registry: Registry
  ) -> [AffiliateTotal] {
    let totals = sums.map { key, sum in
      let affiliate = registry[AffiliateOrdinal(Int(key.affiliate))]
      return AffiliateTotal(
        program: registry[ProgramOrdinal(Int(key.program))].id.text, affiliate: affiliate.id.text,
        name: affiliate.name, currency: key.currency, conversions: sum.conversions,
        payoutMinor: sum.payoutMinor)
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

/// Sums in progress.
private struct Gathering {
  struct AffiliateKey: Hashable {
    var program: Int64
    var affiliate: Int64
    var currency: Text
  }
  struct AffiliateSum {
    var conversions: Int64 = 0
    var payoutMinor: Int64 = 0
  }

  var daily: [Int32: PeriodFacts.DayFacts] = [:]
  var affiliates: [AffiliateKey: AffiliateSum] = [:]
  var funnel = PeriodFacts.Funnel()

  mutating func readClicks(_ database: Database, _ days: ClosedRange<Int32>) throws {
    let query = """
      SELECT day, sum(clicks), sum(filtered) FROM clicks_days
      WHERE day BETWEEN ?1 AND ?2 GROUP BY day ORDER BY day
      """
    try database.forEachRow(query, [Int64(days.lowerBound), Int64(days.upperBound)]) { row in
      var day = PeriodFacts.DayFacts(Int32(clamping: row.int()))
      day.clicks = row.int()
      day.filtered = row.int()
      funnel.clicks += day.clicks
      funnel.filtered += day.filtered
      daily[day.day] = day
    }
  }

  mutating func readOrders(_ database: Database, _ days: ClosedRange<Int32>) throws {
    let further = try database.prepare(
      """
      SELECT credit_affiliate, commission_minor, payout_minor FROM credits
      WHERE conversion = ? ORDER BY place
      """)
    let query = """
      SELECT c.no, c.program, c.occurred_at, c.currency, c.amount_minor, c.returned_minor, c.status,
        c.credits, c.reward_state, c.credit_affiliate, c.commission_minor, c.payout_minor
      FROM conversion_spans s CROSS JOIN conversions c ON c.no BETWEEN s.first AND s.last
      WHERE s.latest >= ?1 AND s.earliest < ?2 AND c.occurred_at >= ?1 AND c.occurred_at < ?2
      """
    let bounds = [
      Int64(days.lowerBound) * Instant.day, (Int64(days.upperBound) + 1) * Instant.day,
    ]
    try database.forEachRow(query, bounds) { row in try take(&row, further) }
  }

  private mutating func take(_ row: inout ColumnCursor, _ further: Statement) throws {
    let number = row.int()
    let program = row.int()
    let day = row.instant().utcDay
    let currency = row.text()
    let gross = row.int()
    let refunded = row.int()
    let status = try row.coded(Conversion.Status.self)
    let credits = row.int()
    let reward = try row.optionalCoded(Reward.State.self)
    funnel.count(status, reward)
    var commission: Int64 = 0
    var payout: Int64 = 0
    if credits > 0 {
      let first = (row.int(), row.int(), row.int())
      var shares = [first]
      if credits > 1 {
        try further.bind(int: number, at: 1)
        while try further.step() { shares.append((further.int(0), further.int(1), further.int(2))) }
      }
      for (affiliate, itsCommission, itsPayout) in shares {
        commission = try sum(commission, itsCommission)
        payout = try sum(payout, itsPayout)
        try credit(itsPayout, program, affiliate, currency)
      }
    }
    try daily[day, default: PeriodFacts.DayFacts(day)].add(
      currency, isAttributed: credits > 0, gross: gross, refunded: refunded,
      commission: commission, payout: payout)
  }

  private mutating func credit(
    _ payout: Int64, _ program: Int64, _ affiliate: Int64, _ currency: Text
  ) throws {
    let key = AffiliateKey(program: program, affiliate: affiliate, currency: currency)
    var total = affiliates[key] ?? AffiliateSum()
    total.conversions += 1
    total.payoutMinor = try sum(total.payoutMinor, payout)
    affiliates[key] = total
  }
}

extension PeriodFacts.Funnel {
  /// Counts an order by its status and the state of its first commission.
  fileprivate mutating func count(_ status: Conversion.Status, _ reward: Reward.State?) {
    orders += 1
    if status != .unattributed { attributed += 1 }
    if status == .approved { approved += 1 }
    if reward == .inPayout { inPayout += 1 }
    if reward == .paid { paid += 1 }
  }
}

extension PeriodFacts.DayFacts {
  fileprivate mutating func add(
    _ currency: Text, isAttributed: Bool, gross: Int64, refunded: Int64, commission: Int64,
    payout: Int64
  ) throws {
    let place = totals.firstIndex { $0.currency >= currency } ?? totals.count
    if place == totals.count || totals[place].currency != currency {
      totals.insert(CurrencyTotal(currency), at: place)
    }
    try totals[place].add(
      orders: 1, conversions: isAttributed ? 1 : 0, gross: gross, refunded: refunded,
      commission: commission, payout: payout)
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
