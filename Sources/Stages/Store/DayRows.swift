// The rows of a programme's night in the tables by day, with their JSON, made where the programme is
// worked on: the merge, for which all others wait, only binds them.
import Pipeline

/// Rows of `clicks_days`.
struct ClickDayRows: Sendable {
  struct Row: Sendable {
    var day: Int32
    var clicks: Int64
    var filtered: Int64
  }

  let rows: [Row]
  /// By row: `codes`.
  let codes: EncodedTexts

  /// - Parameter daily: In the order of (day, code).
  init(_ daily: [DailyClicks]) {
    var rows: [Row] = []
    var codes = ObjectEncoder()
    for place in daily.indices {
      let clicks = daily[place]
      if rows.last?.day != clicks.day {
        if !rows.isEmpty { codes.endObject() }
        rows.append(Row(day: clicks.day, clicks: 0, filtered: 0))
      }
      rows[rows.count - 1].clicks += clicks.clicks
      rows[rows.count - 1].filtered += clicks.filtered
      DailyCodes.append(clicks, to: &codes)
    }
    if !rows.isEmpty { codes.endObject() }
    self.rows = rows
    self.codes = codes.finish()
  }
}

/// Rows of `sales_days`: one a day and currency.
struct SalesDayRows: Sendable {
  struct Row: Sendable {
    var day: Int32
    var currency: UInt32
    var whole: DaySales
  }

  let rows: [Row]
  /// By row: `affiliates`, a JSON object by `affiliates.no`. Credits and their payouts stand there
  /// only where they are not the orders and what was earned.
  let affiliates: EncodedTexts

  init(_ days: SumTable<ProgramSums.DayKey, DaySales>) {
    var rows: [Row] = []
    var json = ObjectEncoder()
    let days = days.inOrder.filter { !$0.value.isZero }
    for place in days.indices {
      let (key, sales) = days[place]
      if rows.last?.day != key.day || rows.last?.currency != key.currency {
        if !rows.isEmpty { json.endObject() }
        rows.append(Row(day: key.day, currency: key.currency, whole: DaySales()))
      }
      if key.affiliate < 0 {
        rows[rows.count - 1].whole = sales
      } else {
        Self.append(sales, of: key.affiliate, to: &json)
      }
    }
    if !rows.isEmpty { json.endObject() }
    self.rows = rows
    affiliates = json.finish()
  }

  private static func append(
    _ value: DaySales, of affiliate: Int32, to json: inout ObjectEncoder
  ) {
    json.name(Int64(affiliate))
    json.element(value.orders, isFirst: true)
    json.element(value.revenueMinor)
    json.element(value.rewards)
    json.element(value.earnedMinor)
    if value.credits != value.orders || value.payoutMinor != value.earnedMinor {
      json.element(value.credits)
      json.element(value.payoutMinor)
    }
    json.endList()
  }
}

/// Rows of `traffic_days` where every name's number is known before the merge writes: on a first
/// night.
struct TrafficDayRows: Sendable {
  let days: [Int32]
  /// By row: `sources` and `pages`.
  let objects: EncodedTexts
  /// Whether any row counts names beyond the most frequent ones.
  let hasOthers: Bool

  /// - Parameters:
  ///   - traffic: Without names that have no rank.
  ///   - ranks: All names of the night.
  init(_ traffic: [TrafficDay], _ ranks: TrafficRanks) {
    var objects = ObjectEncoder()
    var hasOthers = false
    for day in traffic {
      for list in TrafficList.allCases {
        let counts = day.lists[list.rawValue]
        for entry in counts.entries {
          objects.name(ranks.place(list, Int(entry.name)) + 1)
          objects.value(entry.count)
        }
        if counts.others > 0 {
          hasOthers = true
          objects.name(ranks.placeOfOthers + 1)
          objects.value(counts.others)
        }
        objects.endObject()
      }
    }
    days = traffic.map(\.day)
    self.objects = objects.finish()
    self.hasOthers = hasOthers
  }
}

/// What one programme's night brings to the tables by day.
struct DayRows: Sendable {
  let clicks: ClickDayRows
  let sales: SalesDayRows
  /// nil where the merge has to find the names' numbers.
  let traffic: TrafficDayRows?
  /// What changes of the report's period.
  let period: PeriodSales

  /// - Parameters:
  ///   - ranks: The night's names; nil where the store has others already.
  ///   - period: The days of the report.
  /// - Throws: ``AmountOverflow``.
  init(
    _ clicks: ProgramClicks, _ sums: ProgramSums, _ ranks: TrafficRanks?,
    period: ClosedRange<Int32>
  ) throws(AmountOverflow) {
    var changed = PeriodSales(days: period)
    try changed.take(sums, of: clicks.program)
    self.period = changed
    self.clicks = ClickDayRows(clicks.daily)
    sales = SalesDayRows(sums.days)
    let haveRanks = clicks.traffic.allSatisfy { $0.lists.allSatisfy(\.plainNames.isEmpty) }
    traffic = ranks.flatMap { ranks in
      ranks.isComplete && haveRanks ? TrafficDayRows(clicks.traffic, ranks) : nil
    }
  }
}
