// What Refuel's companies read: their own programme.
import Pipeline
import Stages

enum RefuelCompany {
  /// Affiliates in the list of the best.
  private static let mostAffiliates = 10

  @Sendable static func dashboard(_ call: Call) throws -> Answer {
    let reading = call.reading
    let program = try call.ownProgram()
    let period = call.period
    let currency = program.terms.currency
    var whole = Sales()
    for sales in try reading.salesByDay(ofProgram: program.number, in: currency, period).values {
      whole.clicks += sales.clicks
      whole.conversions += sales.conversions
      whole.revenueMinor &+= sales.revenueMinor
    }
    let paid = try reading.paid(byProgram: program.number, in: currency, period)
    let affiliates = try reading.affiliateCount(ofProgram: program.number)
    let best = try best(program, period, reading)
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      try json.object("data") { json in
        json.member("totalRevenue", whole.revenueMinor)
        json.member("totalCommissionPaid", paid)
        json.member("affiliateCount", affiliates)
        json.member("conversionRate", decimal: Figure.percent(whole.conversions, of: whole.clicks))
        json.member("totalClicks", whole.clicks)
        json.member("totalConversions", whole.conversions)
        try json.array("topAffiliates") { json in
          for entry in best { try write(entry, program, reading, to: &json) }
        }
        json.member("periodDays", call.number("days"))
      }
      json.endObject()
    }
  }

  /// The best affiliates by revenue, then by id.
  private static func best(
    _ program: ProgramFacts, _ period: Period, _ reading: StoreReading
  ) throws -> [(affiliate: AffiliateFacts, sales: Sales)] {
    let all = try reading.salesByAffiliate(
      ofProgram: program.number, in: program.terms.currency, period
    )
    .filter { $0.value != Sales() }.sorted { $0.value.revenueMinor > $1.value.revenueMinor }
    guard let last = all.prefix(mostAffiliates).last else { return [] }
    // Those who tie with the last are told apart by their ids.
    let candidates = try all.prefix { $0.value.revenueMinor >= last.value.revenueMinor }
      .compactMap { entry -> (affiliate: AffiliateFacts, sales: Sales)? in
        // Who earns by those it invited alone has no code here and is no affiliate of the programme.
        let sells = entry.value.clicks != 0 || entry.value.conversions != 0
        guard try sells || codes(of: entry.key, program, reading).standard != nil else {
          return nil
        }
        return try reading.affiliate(entry.key).map { ($0, entry.value) }
      }
    let sorted = candidates.sorted { left, right in
      left.sales.revenueMinor != right.sales.revenueMinor
        ? left.sales.revenueMinor > right.sales.revenueMinor
        : left.affiliate.id < right.affiliate.id
    }
    return Array(sorted.prefix(mostAffiliates))
  }

  private static func codes(
    of affiliate: Int64, _ program: ProgramFacts, _ reading: StoreReading
  ) throws -> [CodeFacts] {
    try reading.codes(ofAffiliate: affiliate).filter { $0.program == program.number }
  }

  private static func write(
    _ entry: (affiliate: AffiliateFacts, sales: Sales), _ program: ProgramFacts,
    _ reading: StoreReading, to json: inout JSONWriter
  ) throws {
    let codes = try codes(of: entry.affiliate.number, program, reading)
    json.beginObject()
    json.member("affiliateId", entry.affiliate.id)
    json.member("name", entry.affiliate.name)
    json.member("code", codes.standard?.code)
    json.member("clicks", entry.sales.clicks)
    json.member("conversions", entry.sales.conversions)
    json.member("revenue", entry.sales.revenueMinor)
    json.member("earned", entry.sales.earnedMinor)
    json.endObject()
  }

  @Sendable static func settings(_ call: Call) throws -> Answer {
    let program = try call.ownProgram()
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      json.object("data") { json in
        json.member("id", program.id)
        json.member("name", program.name)
        json.member("domain", program.domain)
        // Secret keys never enter a file (ENDPOINT S2.1).
        json.member("apiKey", nil as Text?)
        json.member("publishableKey", program.publishableKey)
        json.member("commissionRate", decimal: Figure.rate(program.terms.commissionRate))
        json.member("attributionWindow", program.terms.windowDays)
        json.member("payoutSchedule", program.terms.payoutSchedule.word)
        json.member("payoutMinimum", program.terms.payoutMinimumMinor)
        json.member("widgetConfig", json: program.widgetConfig)
        json.member("status", program.isPaused ? "paused" : "active")
      }
      json.endObject()
    }
  }

  @Sendable static func analytics(_ call: Call) throws -> Answer {
    let reading = call.reading
    let program = try call.ownProgram()
    let period = call.period
    let days = try reading.salesByDay(
      ofProgram: program.number, in: program.terms.currency, period)
    let sources = try reading.topTraffic(.sources, ofProgram: program.number, period)
    let pages = try reading.topTraffic(.pages, ofProgram: program.number, period)
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      json.object("data") { json in
        json.array("daily") { json in
          for day in period.days {
            let sales = days[day] ?? Sales()
            json.beginObject()
            json.member("date", Figure.date(day))
            json.member("clicks", sales.clicks)
            json.member("conversions", sales.conversions)
            json.member("revenue", sales.revenueMinor)
            json.endObject()
          }
        }
        write(sources, "trafficSources", name: "source", count: "count", to: &json)
        write(pages, "topPages", name: "page", count: "clicks", to: &json)
        json.array("revenueByDay") { json in
          for (weekday, revenue) in revenueByWeekday(days).enumerated() {
            json.beginObject()
            json.member("dayOfWeek", Int64(weekday))
            json.member("revenue", revenue)
            json.endObject()
          }
        }
        json.member("periodDays", call.number("days"))
      }
      json.endObject()
    }
  }

  private static func write(
    _ counts: [TrafficCount], _ list: String, name: String, count: String,
    to json: inout JSONWriter
  ) {
    json.array(list) { json in
      for entry in counts {
        json.beginObject()
        json.member(name, entry.name)
        json.member(count, entry.clicks)
        json.endObject()
      }
    }
  }

  /// From Sunday to Saturday, of UTC days (ENDPOINT S2.4); 1970-01-01 was a Thursday.
  private static func revenueByWeekday(_ days: [Int64: Sales]) -> [Int64] {
    var sums = [Int64](repeating: 0, count: 7)
    for (day, sales) in days { sums[Int(((day + 4) % 7 + 7) % 7)] &+= sales.revenueMinor }
    return sums
  }

  @Sendable static func conversions(_ call: Call) throws -> Answer {
    let program = try call.ownProgram()
    let (page, size) = (call.number("page") ?? 1, call.number("perPage") ?? 20)
    let counts = try call.reading.conversionCounts(ofProgram: program.number)
    let word = call.text("status")
    let statuses: [(status: Conversion.Status, count: Int64)] = [
      (.pending, counts.pending), (.approved, counts.approved), (.rejected, counts.rejected),
    ]
    let wanted = statuses.first { Text($0.status.word) == word }
    let rows = try call.reading.conversions(
      ofProgram: program, status: wanted?.status, offset: call.offset(page: page, of: size),
      limit: size)
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      json.array("data") { json in for row in rows { write(row, to: &json) } }
      json.object("meta") { json in
        json.member("page", page)
        json.member("perPage", size)
        json.member("total", wanted?.count ?? counts.all)
      }
      json.object("statusCounts") { json in
        for entry in statuses { json.member(entry.status.word, entry.count) }
      }
      json.endObject()
    }
  }

  private static func write(_ row: ConversionFacts, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", row.id)
    json.member("orderId", row.order)
    json.member("orderValue", row.amountMinor)
    json.member("commissionAmount", row.commissionMinor)
    json.member("status", row.status.word)
    json.array("fraudFlags") { json in for word in row.flags.wordList { json.string(word) } }
    json.member("createdAt", row.occurredAt)
    json.endObject()
  }
}
