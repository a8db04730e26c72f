// What Refferq's affiliates read: their own rows.
import Pipeline
import Stages

enum RefferqAffiliate {
  /// Rows of the lists in the profile.
  private static let newest = 100

  @Sendable static func profile(_ call: Call) throws -> Answer {
    let reading = call.reading
    let affiliate = try call.ownAffiliate()
    let codes = try reading.codes(ofAffiliate: affiliate.number)
    let earnings = try reading.earnings(
      ofAffiliate: affiliate.number, in: try reading.currency(of: affiliate, codes: codes))
    let conversions = try reading.conversions(ofAffiliate: affiliate.number)
    let clicks = codes.reduce(Int64(0)) { $0 + $1.clicks }
    let leads = try reading.leadNumbers(ofAffiliate: affiliate.number).prefix(newest)
    let commissions = try reading.commissions(ofAffiliate: affiliate.number, most: newest)
    let count = try reading.commissions(ofAffiliate: affiliate.number)
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      json.object("user") { json in
        json.member("id", affiliate.userOrOwnID)
        json.member("name", affiliate.name)
        json.member("email", affiliate.email)
      }
      json.object("affiliate") { json in
        json.member("id", affiliate.id)
        json.member("referralCode", codes.standard?.code)
        json.member("balanceCents", earnings.owedMinor)
      }
      json.object("stats") { json in
        json.member("totalEarnings", earnings.earnedMinor)
        json.member("pendingEarnings", earnings.pendingMinor)
        json.member("totalCommissions", count)
        json.member("totalConversions", conversions)
        json.member("conversionRate", decimal: Figure.percent(conversions, of: clicks))
      }
      try json.array("referrals") { json in
        for number in leads {
          if let lead = try reading.lead(number) { lead.writeRefferq(to: &json) }
        }
      }
      try json.array("commissions") { json in
        for reward in commissions { try write(reward, call, to: &json) }
      }
      json.endObject()
    }
  }

  private static func write(
    _ reward: RewardFacts, _ call: Call, to json: inout JSONWriter
  ) throws {
    json.beginObject()
    json.member("id", reward.id)
    json.member("amountCents", reward.amountMinor)
    json.member("status", reward.stateWord(asOf: call.asOf).uppercased())
    if let order = reward.order, let program = try call.reading.program(reward.program) {
      json.member(
        "conversionId", conversionID(program: ProgramID(program.id), order: OrderID(order)))
    } else {
      json.member("conversionId", nil as Text?)
    }
    json.member("createdAt", reward.occurredAt)
    json.member("paidAt", reward.paidAt)
    json.endObject()
  }

  @Sendable static func referrals(_ call: Call) throws -> Answer {
    let reading = call.reading
    let affiliate = try call.ownAffiliate()
    return .jsonPieces(
      StreamedList(
        try reading.leadNumbers(ofAffiliate: affiliate.number),
        head: #"{"success":true,"referrals":["#, tail: "]}"
      ) { number, json in
        guard let lead = try reading.lead(number) else { return false }
        lead.writeRefferq(to: &json)
        return true
      })
  }

  @Sendable static func payouts(_ call: Call) throws -> Answer {
    let reading = call.reading
    let affiliate = try call.ownAffiliate()
    return .jsonPieces(
      StreamedList(
        try reading.payoutNumbers(ofAffiliate: affiliate.number),
        head: #"{"success":true,"payouts":["#, tail: "]}"
      ) { number, json in
        guard let payout = try reading.payout(number) else { return false }
        json.beginObject()
        json.member("id", payout.id)
        json.member("amount", payout.amountMinor)
        json.member("status", payout.status.refferq)
        json.member("method", payout.method.word)
        json.member("createdAt", payout.createdAt)
        json.member("paidAt", payout.completedAt)
        json.endObject()
        return true
      })
  }
}

extension LeadFacts {
  /// A lead as an affiliate sees it.
  func writeRefferq(to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", id)
    json.member("leadName", name)
    json.member("leadEmail", email)
    json.member("status", status.refferq)
    json.member("estimatedValue", decimal: Figure.given(estimatedValue))
    json.member("createdAt", createdAt)
    json.endObject()
  }
}
