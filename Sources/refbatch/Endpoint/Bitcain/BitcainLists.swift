// `/history`, `/rewards` and `/payouts`: pages of an affiliate's own rows.
import Pipeline
import Stages

enum BitcainLists {
  private static func page(_ call: Call) -> (offset: Int64, limit: Int64) {
    (call.number("offset") ?? 0, call.number("limit") ?? 50)
  }

  /// The rows of a page out of numbers, of which some may not belong to it.
  private static func rows<Row>(
    _ numbers: [UInt32], _ call: Call, isNarrowed: Bool, _ row: (UInt32) throws -> Row?
  ) throws -> [Row] {
    let (offset, limit) = page(call)
    guard isNarrowed else {
      return try numbers.dropFirst(Int(min(offset, Int64(numbers.count)))).prefix(Int(limit))
        .compactMap(row)
    }
    var rows: [Row] = []
    var left = offset
    for number in numbers {
      guard Int64(rows.count) < limit else { break }
      guard let row = try row(number) else { continue }
      if left > 0 { left -= 1 } else { rows.append(row) }
    }
    return rows
  }

  @Sendable static func history(_ call: Call) throws -> Answer {
    let affiliate = try call.ownAffiliate()
    let narrowing = try call.narrowing()
    let numbers = try call.reading.leadNumbers(ofAffiliate: affiliate.number)
    let leads = try rows(numbers, call, isNarrowed: narrowing != nil) { number in
      try call.reading.lead(number).flatMap { lead in
        narrowing == nil || lead.program == narrowing ? lead : nil
      }
    }
    return try Answer.json { json in
      json.beginArray()
      for lead in leads { write(lead, of: affiliate, to: &json) }
      json.endArray()
    }
  }

  private static func write(
    _ lead: LeadFacts, of affiliate: AffiliateFacts, to json: inout JSONWriter
  ) {
    json.beginObject()
    json.member("referral_code", lead.code)
    json.member("status", lead.status == .approved ? "verified" : lead.status.word)
    json.object("verification_metadata") { json in
      if let notes = lead.reviewNotes { json.member("review_notes", notes) }
      if let decider = lead.decidedBy { json.member("decided_by", decider) }
    }
    json.member("id", PlatformUUID.text(.lead, lead.id))
    json.member("referrer_id", PlatformUUID.text(.affiliate, affiliate.id))
    json.member("referred_id", optional: PlatformUUID.text(.user, lead.referredID))
    json.member("referral_code_id", PlatformUUID.text(.code, lead.code))
    json.member("verified_at", lead.status == .approved ? lead.decidedAt : nil)
    json.member("created_at", lead.createdAt)
    json.member("updated_at", lead.updatedAt)
    json.endObject()
  }

  @Sendable static func rewards(_ call: Call) throws -> Answer {
    let affiliate = try call.ownAffiliate()
    let (offset, limit) = page(call)
    let rewards = try call.reading.rewards(
      ofAffiliate: affiliate.number, program: try call.narrowing(), offset: offset, limit: limit)
    return try Answer.json { json in
      json.beginArray()
      let own = PlatformUUID.text(.affiliate, affiliate.id)
      for reward in rewards { try write(reward, of: own, call, to: &json) }
      json.endArray()
    }
  }

  private static func write(
    _ reward: RewardFacts, of affiliate: String, _ call: Call, to json: inout JSONWriter
  ) throws {
    let program = try call.reading.program(reward.program)?.id ?? ""
    json.beginObject()
    json.member("reward_type", reward.type.word)
    json.member("amount", Figure.major(reward.amountMinor, reward.currency))
    json.member("currency", reward.currency.code)
    json.member("status", reward.stateWord(asOf: call.asOf))
    json.object("metadata") { json in
      json.member("program_id", program)
      json.member("order_id", reward.order)
    }
    json.member("id", PlatformUUID.text(.reward, reward.id))
    json.member("referral_id", optional: PlatformUUID.text(.lead, reward.referral))
    json.member("referrer_id", affiliate)
    json.member("referred_id", optional: PlatformUUID.text(.user, reward.referredID))
    json.member("tier_id", optional: reward.tier.map { BitcainStats.tierID(program, $0) })
    json.member("tier_name", reward.tier)
    json.member("commission_rate", optional: reward.rate.map(Figure.longRate))
    json.member("paid_at", reward.paidAt)
    json.member("payout_id", optional: PlatformUUID.text(.payout, reward.payout?.id))
    json.member("transaction_reference", reward.payout?.transactionID)
    json.member("created_at", reward.occurredAt)
    json.member("updated_at", reward.changedAt)
    json.endObject()
  }

  @Sendable static func payouts(_ call: Call) throws -> Answer {
    let affiliate = try call.ownAffiliate()
    let narrowing = try call.narrowing()
    let numbers = try call.reading.payoutNumbers(ofAffiliate: affiliate.number)
    let payouts = try rows(numbers, call, isNarrowed: narrowing != nil) { number in
      try call.reading.payout(number).flatMap { payout in
        narrowing == nil || payout.program == narrowing ? payout : nil
      }
    }
    return try Answer.json { json in
      json.beginArray()
      for payout in payouts { try write(payout, of: affiliate, call, to: &json) }
      json.endArray()
    }
  }

  private static func write(
    _ payout: PayoutFacts, of affiliate: AffiliateFacts, _ call: Call, to json: inout JSONWriter
  ) throws {
    let program = try call.reading.program(payout.program)
    json.beginObject()
    json.member("payout_schedule", (program?.terms.payoutSchedule ?? .monthly).word)
    json.member("amount", Figure.major(payout.amountMinor, payout.currency))
    json.member("currency", payout.currency.code)
    json.member("payment_method", payout.method.word)
    json.object("payment_details") { json in
      for detail in MaskedDetails.of(affiliate, payout.method) {
        json.member(detail.name, detail.value)
      }
    }
    json.object("metadata") { json in
      json.member("program_id", program?.id)
      json.member("batch_id", payout.batch)
      json.member("period_start", payout.periodStart)
      json.member("period_end", payout.periodEnd)
    }
    json.member("id", PlatformUUID.text(.payout, payout.id))
    json.member("user_id", PlatformUUID.text(.affiliate, affiliate.id))
    json.member("status", payout.status.word)
    json.member("transaction_id", payout.transactionID)
    json.member("transaction_hash", payout.transactionHash)
    json.member("processed_at", payout.processedAt)
    json.member("failed_reason", payout.failedReason)
    json.member("retry_count", payout.retryCount)
    json.member("created_at", payout.createdAt)
    json.member("updated_at", payout.updatedAt)
    json.endObject()
  }
}

/// Where a payout goes, without the numbers of accounts (ENDPOINT S1.10).
enum MaskedDetails {
  /// Of the affiliate's details those that a method uses, as they are now.
  static func of(
    _ affiliate: AffiliateFacts, _ method: PaymentMethod
  ) -> [(name: String, value: String)] {
    var found: [(name: String, value: String)] = []
    func add(_ name: String, _ text: String?, isSecret: Bool = true) {
      if let text { found.append((name, isSecret ? masked(text) : text)) }
    }
    let details = affiliate.paymentDetails.flatMap { try? JSONValue($0.string) }
    func detail(_ name: Text) -> String? {
      (details?[name]?.text ?? details?[name]?.spelling)?.string
    }
    switch method {
    case .payPal: add("payment_email", affiliate.paymentEmail?.string, isSecret: false)
    case .wise:
      add("payment_email", affiliate.paymentEmail?.string, isSecret: false)
      add("iban", detail("iban"))
    case .sepa: add("iban", detail("iban"))
    case .ach:
      add("account_number", detail("account_number"))
      add("account_type", detail("account_type"), isSecret: false)
    case .stripe: add("stripe_connect_id", affiliate.stripeConnectID?.string)
    case .manual: break
    }
    return found
  }

  /// The last four characters; none of a text that has no more than those.
  static func masked(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > 4 else { return "****" }
    return String(String.UnicodeScalarView(scalars.suffix(4)))
  }
}
