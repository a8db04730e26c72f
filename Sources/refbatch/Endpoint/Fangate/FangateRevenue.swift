// What invited affiliates brought: overrides alone, a reversal being a transaction of its own.
import Pipeline
import Stages

enum FangateRevenue {
  @Sendable static func revenue(_ call: Call) throws -> Answer {
    let reading = call.reading
    let affiliate = try call.ownAffiliate()
    let codes = try reading.codes(ofAffiliate: affiliate.number)
    let currency = try reading.currency(of: affiliate, codes: codes)
    let total = try reading.overrideTotal(ofAffiliate: affiliate.number, in: currency)
    let size = call.number("limit") ?? 20
    let rows = try reading.overrides(
      ofAffiliate: affiliate.number, offset: call.offset(page: call.number("page") ?? 1, of: size),
      limit: size)
    return try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      json.member("errors_message", nil as Text?)
      json.object("data") { json in
        json.member("referral_revenue", total)
        json.object("transactions") { json in
          json.array("data") { json in
            for row in rows { write(row.reward, isReversal: row.isReversal, to: &json) }
          }
        }
      }
      json.endObject()
    }
  }

  private static func write(
    _ reward: RewardFacts, isReversal: Bool, to json: inout JSONWriter
  ) {
    let amount = isReversal ? 0 &- reward.amountMinor : reward.amountMinor
    json.beginObject()
    json.member(
      "id", PlatformNumber.number(isReversal ? .reversal : .reward, reward.id))
    json.member("amount", amount)
    json.member("type", amount < 0 ? "affiliate_reversal" : "affiliate_earning")
    json.member(
      "created_at", Figure.plainTime(isReversal ? reward.changedAt : reward.occurredAt))
    json.member("title", "Referral revenue")
    json.endObject()
  }
}
