// What Refferq's admin reads: all programmes and affiliates.
import Pipeline
import Stages

enum RefferqAdmin {
  @Sendable static func dashboard(_ call: Call) throws -> Answer {
    let reading = call.reading
    let partners = try reading.affiliateCounts()
    let codes = try reading.sums()
    let earnings = try reading.earnings(in: try reading.defaultProgram()?.terms.currency)
    let conversions = try reading.conversions(ofAffiliate: nil)
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      json.object("stats") { json in
        json.member("totalRevenue", earnings.revenueMinor)
        json.member("totalPartners", partners.all)
        json.member("activePartners", partners.active)
        json.member("totalReferrals", codes.leads.all)
        json.member("pendingReferrals", codes.leads.pending)
        json.member("approvedReferrals", codes.leads.approved)
        json.member("totalCommissions", earnings.pendingMinor &+ earnings.earnedMinor)
        json.member("paidCommissions", earnings.paidMinor)
        json.member("conversionRate", decimal: Figure.percent(conversions, of: codes.clicks))
      }
      json.endObject()
    }
  }

  @Sendable static func affiliates(_ call: Call) throws -> Answer {
    let reading = call.reading
    return .jsonPieces(
      StreamedList(
        try reading.affiliateNumbers(), head: #"{"success":true,"affiliates":["#, tail: "]}"
      ) { number, json in
        guard let affiliate = try reading.affiliate(Int64(number)) else { return false }
        let codes = try reading.codes(ofAffiliate: affiliate.number)
        let earnings = try reading.earnings(
          ofAffiliate: affiliate.number, in: try reading.currency(of: affiliate, codes: codes))
        json.beginObject()
        json.member("id", affiliate.id)
        json.member("userId", affiliate.userOrOwnID)
        json.member("referralCode", codes.standard?.code)
        json.member("balanceCents", earnings.owedMinor)
        json.member("createdAt", affiliate.createdAt)
        json.object("user") { json in
          json.member("name", affiliate.name)
          json.member("email", affiliate.email)
          json.member("status", affiliate.status.string.uppercased())
        }
        json.endObject()
        return true
      })
  }

  @Sendable static func referrals(_ call: Call) throws -> Answer {
    let reading = call.reading
    let status = call.text("status")
    return .jsonPieces(
      StreamedList(
        try reading.leadNumbers(), head: #"{"success":true,"referrals":["#, tail: "]}"
      ) { number, json in
        guard let lead = try reading.lead(number) else { return false }
        if let status, status != Text(lead.status.refferq) { return false }
        json.beginObject()
        json.member("id", lead.id)
        json.member("leadName", lead.name)
        json.member("leadEmail", lead.email)
        json.member("status", lead.status.refferq)
        json.object("metadata") {
          $0.member("estimatedValue", decimal: Figure.given(lead.estimatedValue))
        }
        json.member("createdAt", lead.createdAt)
        let name = try reading.affiliate(lead.affiliate)?.name
        json.object("affiliate") { $0.object("user") { $0.member("name", name) } }
        json.endObject()
        return true
      })
  }

  @Sendable static func settings(_ call: Call) throws -> Answer {
    let asked = try call.text("program_id").map { try call.reading.program(id: $0) }
    guard let program = try asked ?? call.reading.defaultProgram() else {
      throw Refusal.notFound("Program not found")
    }
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      json.object("settings") { json in
        json.member("productName", program.productName)
        json.member("programName", program.programName)
        json.member("websiteUrl", program.websiteURL)
        json.member("currency", program.terms.currency.code)
        json.member("minimumPayoutThreshold", program.terms.payoutMinimumMinor)
        json.member("payoutTerm", "NET-\(program.terms.payoutTermDays)")
      }
      json.endObject()
    }
  }

  @Sendable static func payouts(_ call: Call) throws -> Answer {
    let reading = call.reading
    return .jsonPieces(
      StreamedList(
        try reading.payoutNumbers(), head: #"{"success":true,"payouts":["#, tail: "]}"
      ) { number, json in
        guard let payout = try reading.payout(number),
          let affiliate = try reading.affiliate(payout.affiliate)
        else { return false }
        json.beginObject()
        json.member("id", payout.id)
        json.member("userId", affiliate.userOrOwnID)
        json.member("amountCents", payout.amountMinor)
        json.member("method", payout.method.word)
        json.member("status", payout.status.refferq)
        json.member("processedAt", payout.completedAt)
        json.endObject()
        return true
      })
  }
}

extension Referral.Status {
  /// Refferq's word.
  var refferq: String { word.uppercased() }
}

extension Payout.Status {
  /// Refferq's word: what came back or was withdrawn did not reach the affiliate.
  var refferq: String {
    switch self {
    case .processing: "PROCESSING"
    case .completed: "COMPLETED"
    case .failed, .returned, .cancelled: "FAILED"
    default: "PENDING"
    }
  }
}
