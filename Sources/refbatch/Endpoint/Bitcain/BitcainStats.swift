// `/stats` and `/tier`: how an affiliate does.
import Pipeline
import Stages

enum BitcainStats {
  /// What an affiliate's default code is for, its tier there and the rate that it is paid at.
  private struct Place {
    var program: ProgramFacts
    var tier: TierFacts
    var rate: BasisPoints
  }

  /// nil where the affiliate has no code.
  private static func place(
    _ call: Call, _ affiliate: AffiliateFacts, _ codes: [CodeFacts]
  ) throws -> Place? {
    guard let code = codes.standard, let program = try call.reading.program(code.program) else {
      return nil
    }
    let tier = try call.reading.tier(ofAffiliate: affiliate.number, in: program)
    let rate = affiliate.commissionRate ?? tier.held?.commissionRate ?? program.terms.commissionRate
    return Place(program: program, tier: tier, rate: rate)
  }

  @Sendable static func stats(_ call: Call) throws -> Answer {
    let reading = call.reading
    let affiliate = try call.ownAffiliate()
    let narrowing = try call.narrowing()
    let codes = try reading.codes(ofAffiliate: affiliate.number)
    let currency = try reading.currency(of: affiliate, codes: codes)
    let earnings = try reading.earnings(
      ofAffiliate: affiliate.number, in: currency, program: narrowing)
    let leads = try reading.sums(ofAffiliate: affiliate.number, program: narrowing).leads
    let payouts = try reading.completedPayouts(ofAffiliate: affiliate.number, program: narrowing)
    let place = try place(
      call, affiliate, codes.filter { narrowing == nil || $0.program == narrowing })
    return try Answer.json { json in
      json.beginObject()
      json.member("total_referrals", leads.all)
      json.member("verified_referrals", leads.approved)
      json.member("pending_referrals", leads.pending)
      json.member("total_earnings", Figure.major(earnings.earnedMinor, currency))
      json.member("pending_earnings", Figure.major(earnings.pendingMinor, currency))
      json.member("paid_earnings", Figure.major(earnings.paidMinor, currency))
      json.member("total_payouts", payouts.count)
      json.member("last_payout_date", payouts.last)
      json.member("current_tier_name", place?.tier.held?.name)
      json.member("commission_rate", optional: place.map { Figure.longRate($0.rate) })
      json.endObject()
    }
  }

  @Sendable static func tier(_ call: Call) throws -> Answer {
    let affiliate = try call.ownAffiliate()
    let narrowing = try call.narrowing()
    let codes = try call.reading.codes(ofAffiliate: affiliate.number)
      .filter { narrowing == nil || $0.program == narrowing }
    let place = try place(call, affiliate, codes)
    let (held, next) = (place?.tier.held, place?.tier.next)
    return try Answer.json { json in
      json.beginObject()
      json.member(
        "tier_id",
        optional: held.flatMap { tier in place.map { tierID($0.program.id, tier.name) } })
      json.member("current_tier", held?.name)
      json.member("tier_level", held?.level ?? 0)
      json.member("commission_rate", optional: place.map { Figure.longRate($0.rate) })
      json.member("min_referrals", held?.minimumReferrals ?? 0)
      json.member("max_referrals", next.map { $0.minimumReferrals - 1 })
      json.member("current_referral_count", place?.tier.count ?? 0)
      json.member("next_tier", next?.name)
      json.member("next_tier_level", next?.level)
      json.member("next_tier_min_referrals", next?.minimumReferrals)
      json.member("progress_to_next_tier", decimal: progress(place?.tier))
      json.endObject()
    }
  }

  /// A tier's id (SPEC 10, Endpoint): of `tier:program:name`.
  static func tierID(_ program: Text, _ name: Text) -> String {
    PlatformUUID.text(.tier, Text("\(program):\(name)"))
  }

  /// Percent of the way from this tier's minimum to the next one's; 100 where there is none.
  private static func progress(_ tier: TierFacts?) -> String {
    guard let tier, let next = tier.next else { return "100" }
    let start = tier.held?.minimumReferrals ?? 0
    let length = next.minimumReferrals - start
    guard length > 0 else { return "100" }
    return Figure.percent(min(max(tier.count - start, 0), length), of: length)
  }
}
