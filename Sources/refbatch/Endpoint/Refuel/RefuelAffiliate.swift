// What Refuel's affiliates read: their own sums and profile.
import Pipeline
import Stages

enum RefuelAffiliate {
  private static let newestPayouts = 5

  /// One programme of an affiliate in a period.
  private struct Part {
    var program: ProgramFacts
    var codes: [CodeFacts]
    var days: [Int64: Sales]

    var whole: Sales {
      days.values.reduce(into: Sales()) { sum, day in
        sum.clicks += day.clicks
        sum.conversions += day.conversions
        sum.rewards += day.rewards
        sum.earnedMinor &+= day.earnedMinor
      }
    }
  }

  /// The programmes in which the affiliate has a code or has earned anything, by id.
  private static func parts(
    _ call: Call, _ affiliate: AffiliateFacts, _ codes: [CodeFacts], _ currency: Currency?
  ) throws -> [Part] {
    let reading = call.reading
    let numbers = Set(codes.map(\.program))
      .union(try reading.programs(withSalesOf: affiliate.number))
    let parts = try numbers.compactMap { number -> Part? in
      guard let program = try reading.program(number) else { return nil }
      let own = codes.filter { $0.program == number }
      let days = try reading.salesByDay(
        ofAffiliate: affiliate.number, codes: Set(own.map(\.number)), ofProgram: number,
        in: currency, call.period)
      return Part(program: program, codes: own, days: days)
    }
    return parts.sorted { $0.program.id < $1.program.id }
  }

  /// The highest tier held in any programme by level, then by name (ENDPOINT S2.8).
  private static func tierName(
    _ call: Call, _ affiliate: AffiliateFacts, _ codes: [CodeFacts]
  ) throws -> Text {
    var best: Tier?
    for number in Set(codes.map(\.program)) {
      guard let program = try call.reading.program(number),
        let held = try call.reading.tier(ofAffiliate: affiliate.number, in: program).held
      else { continue }
      if let known = best, (known.level, held.name) > (held.level, known.name) { continue }
      best = held
    }
    return best?.name ?? "standard"
  }

  @Sendable static func dashboard(_ call: Call) throws -> Answer {
    let reading = call.reading
    let affiliate = try call.ownAffiliate()
    let codes = try reading.codes(ofAffiliate: affiliate.number)
    let currency = try reading.currency(of: affiliate, codes: codes)
    let earnings = try reading.earnings(ofAffiliate: affiliate.number, in: currency)
    let parts = try parts(call, affiliate, codes, currency)
    let tier = try tierName(call, affiliate, codes)
    let payouts = try reading.payoutNumbers(ofAffiliate: affiliate.number).prefix(newestPayouts)
      .compactMap { try reading.payout($0) }
    let active = parts.count { part in
      !part.program.isPaused && part.codes.contains { $0.isActive }
    }
    let sums = parts.map(\.whole)
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      try json.object("data") { json in
        json.object("affiliate") { json in
          json.member("id", affiliate.id)
          json.member("email", affiliate.email)
          json.member("name", affiliate.name)
          json.member("tier", tier)
          json.member("status", affiliate.status)
        }
        json.object("stats") { json in
          json.member("periodEarnings", sums.reduce(Int64(0)) { $0 &+ $1.earnedMinor })
          json.member("periodConversions", sums.reduce(Int64(0)) { $0 + $1.conversions })
          json.member("pendingPayout", earnings.owedMinor)
          json.member("lifetimeEarnings", earnings.earnedMinor)
          json.member("totalClicks", codes.reduce(Int64(0)) { $0 + $1.clicks })
          json.member("activePrograms", Int64(active))
        }
        try json.array("programs") { json in
          for (part, whole) in zip(parts, sums) {
            try write(part, whole, affiliate, call, to: &json)
          }
        }
        json.array("recentPayouts") { json in for payout in payouts { write(payout, to: &json) } }
      }
      json.endObject()
    }
  }

  private static func write(
    _ part: Part, _ whole: Sales, _ affiliate: AffiliateFacts, _ call: Call,
    to json: inout JSONWriter
  ) throws {
    guard let code = part.codes.standard else { return }
    let tier = try call.reading.tier(ofAffiliate: affiliate.number, in: part.program).held
    let rate =
      affiliate.commissionRate ?? tier?.commissionRate ?? part.program.terms.commissionRate
    json.beginObject()
    json.member("companyId", part.program.id)
    json.member("companyName", part.program.name)
    json.member("code", code.code)
    json.member("commissionRate", decimal: Figure.rate(rate))
    json.member("status", part.program.isPaused ? "paused" : "active")
    json.member("clicks", whole.clicks)
    json.member("conversions", whole.conversions)
    json.member("earned", whole.earnedMinor)
    json.endObject()
  }

  private static func write(_ payout: PayoutFacts, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", payout.id)
    json.member("amount", payout.amountMinor)
    json.member("currency", payout.currency.code)
    json.member("status", payout.status.word)
    json.member("createdAt", payout.createdAt)
    json.member("paidAt", payout.completedAt)
    json.endObject()
  }

  @Sendable static func earnings(_ call: Call) throws -> Answer {
    let affiliate = try call.ownAffiliate()
    let codes = try call.reading.codes(ofAffiliate: affiliate.number)
    let currency = try call.reading.currency(of: affiliate, codes: codes)
    let parts = try parts(call, affiliate, codes, currency)
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      json.object("data") { json in
        json.array("dailyEarnings") { json in
          for day in call.period.days {
            let sales = parts.compactMap { $0.days[day] }
            json.beginObject()
            json.member("date", Figure.date(day))
            json.member("earned", sales.reduce(Int64(0)) { $0 &+ $1.earnedMinor })
            json.member("count", sales.reduce(Int64(0)) { $0 + $1.rewards })
            json.endObject()
          }
        }
        json.array("byCompany") { json in
          for part in parts {
            let whole = part.whole
            guard whole.rewards != 0 else { continue }
            json.beginObject()
            json.member("companyId", part.program.id)
            json.member("companyName", part.program.name)
            json.member("earned", whole.earnedMinor)
            json.member("count", whole.rewards)
            json.endObject()
          }
        }
        json.member("periodDays", call.number("days"))
      }
      json.endObject()
    }
  }

  @Sendable static func settings(_ call: Call) throws -> Answer {
    let affiliate = try call.ownAffiliate()
    let codes = try call.reading.codes(ofAffiliate: affiliate.number)
    let tier = try tierName(call, affiliate, codes)
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      json.object("data") { json in
        json.member("id", affiliate.id)
        json.member("name", affiliate.name)
        json.member("email", affiliate.email)
        json.member("tier", tier)
        json.member("stripeConnectId", affiliate.stripeConnectID)
      }
      json.endObject()
    }
  }
}
