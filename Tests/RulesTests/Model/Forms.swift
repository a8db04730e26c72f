// The native columns of each kind, in the table's order, and what a value of each must look like.

import Pipeline

/// What a column holds.
enum Form {
  case text, name, code, currency, json, list
  case instant, date, bool
  /// A decimal fraction of at most four places.
  case rate
  /// A decimal fraction from 0 to 1 of at most four places.
  case share
  /// A percentage of at most two places, not negative.
  case percent
  case decimal
  case integer(ClosedRange<Int64>)
  case words([Text])
}

struct Column {
  var name: Text
  var form: Form
  init(_ name: Text, _ form: Form) {
    self.name = name
    self.form = form
  }
}

private let anyCount: ClosedRange<Int64> = 0...Int64.max
private let anyInteger: ClosedRange<Int64> = Int64.min...Int64.max

extension Kind {
  /// The native columns in the order in which their values are checked.
  var columns: [Column] {
    switch self {
    case .programs: return programColumns
    case .affiliates: return affiliateColumns
    case .codes:
      return [
        Column("code", .code), Column("affiliate_id", .text), Column("program_id", .text),
        Column("is_active", .bool), Column("expires_at", .instant),
        Column("max_uses", .integer(anyCount)), Column("metadata", .json),
        Column("created_at", .instant),
      ]
    case .clicks:
      let texts: [Text] = [
        "visitor_id", "fingerprint", "ip", "landing_page", "referrer", "utm_source", "utm_medium",
        "utm_campaign", "user_agent",
      ]
      return [Column("click_id", .text), Column("occurred_at", .instant), Column("code", .text)]
        + texts.map { Column($0, .text) }
    case .orders: return orderColumns
    case .referrals:
      return [
        Column("referral_id", .text), Column("code", .text), Column("lead_name", .name),
        Column("lead_email", .text), Column("estimated_value", .decimal),
        Column("referred_id", .text), Column("occurred_at", .instant), Column("metadata", .json),
      ]
    case .decisions:
      return [
        Column("target", .words(["conversion", "referral"])), Column("target_id", .text),
        Column("action", .words(["approve", "reject"])), Column("review_notes", .text),
        Column("decided_by", .text), Column("decided_at", .instant),
      ]
    case .payoutRequests:
      return [
        Column("affiliate_id", .text), Column("program_id", .text),
        Column("requested_at", .instant),
      ]
    case .settlements:
      return [
        Column("payout_id", .text),
        Column("status", .words(["processing", "completed", "failed", "cancelled"])),
        Column("transaction_id", .text), Column("transaction_hash", .text),
        Column("processed_at", .instant), Column("failed_reason", .text),
      ]
    }
  }

  /// Of each group, one column needs a value in every row.
  var required: [[Text]] {
    switch self {
    case .programs: return [["program_id"]]
    case .affiliates: return [["affiliate_id"], ["email"]]
    case .codes: return [["affiliate_id"], ["program_id"]]
    case .clicks: return [["occurred_at"], ["code"]]
    case .orders:
      return [
        ["order_id"], ["occurred_at"], ["program_id", "code"], ["amount", "amount_minor"],
      ]
    case .referrals: return [["code"]]
    case .decisions: return [["target"], ["target_id"], ["action"], ["decided_at"]]
    case .payoutRequests: return [["affiliate_id"], ["requested_at"]]
    case .settlements: return [["payout_id"], ["status"]]
    }
  }

  /// The instant that may not lie after the run's own; the registry's kinds have none.
  var ownInstant: Text? {
    switch self {
    case .programs, .affiliates, .codes: return nil
    case .clicks, .orders, .referrals: return "occurred_at"
    case .decisions: return "decided_at"
    case .payoutRequests: return "requested_at"
    case .settlements: return "processed_at"
    }
  }
}

private let programColumns: [Column] = [
  Column("program_id", .text), Column("name", .name), Column("domain", .text),
  Column("email", .text), Column("status", .words(["active", "paused"])),
  Column("status_at", .instant), Column("currency", .currency), Column("commission_rate", .rate),
  Column("affiliate_share", .share), Column("attribution_window_days", .integer(anyInteger)),
  Column(
    "attribution_model",
    .words(["last_click", "first_click", "linear", "position_based", "time_decay"])),
  Column("evidence", .list), Column("require_click", .bool),
  Column("payout_schedule", .words(["monthly", "weekly", "biweekly"])),
  Column("payout_anchor", .date), Column("payout_minimum_minor", .integer(anyInteger)),
  Column("payout_term", .text), Column("hold_days", .integer(0...365)),
  Column("max_clicks_per_ip_hour", .integer(anyCount)), Column("fraud_review_threshold", .share),
  Column("signup_bonus_minor", .integer(anyCount)), Column("tiers", .json),
  Column("commission_rules", .json), Column("product_name", .name),
  Column("program_name", .name), Column("website_url", .text), Column("widget_config", .json),
  Column("publishable_key", .text), Column("effective_at", .instant),
  Column("updated_at", .instant),
]

private let affiliateColumns: [Column] = [
  Column("affiliate_id", .text), Column("user_id", .text), Column("name", .name),
  Column("email", .text), Column("company", .name), Column("country", .text),
  Column("status", .words(["active", "pending", "suspended"])), Column("currency", .currency),
  Column(
    "payment_method", .words(["PAYPAL", "WISE", "SEPA", "ACH", "STRIPE", "MANUAL"])),
  Column("payment_email", .text), Column("payment_details", .json),
  Column("stripe_connect_id", .text), Column("invite_code", .text), Column("master_id", .text),
  Column("fee_percentage", .percent), Column("commission_rate", .rate),
  Column("created_at", .instant), Column("updated_at", .instant),
]

private let orderColumns: [Column] = [
  Column("order_id", .text), Column("occurred_at", .instant), Column("program_id", .text),
  Column("code", .text), Column("click_id", .text), Column("visitor_id", .text),
  Column("customer_id", .text), Column("customer_email", .text), Column("ip", .text),
  Column("amount", .decimal), Column("amount_minor", .integer(anyInteger)),
  Column("currency", .currency),
  Column(
    "status", .words(["paid", "refunded", "partially_refunded", "cancelled", "chargeback"])),
  Column("refunded_amount", .decimal), Column("sku", .text), Column("category", .text),
  Column("updated_at", .instant), Column("metadata", .json),
]

/// The value in its typed form (instants as milliseconds, decimals without needless digits), or
/// the reason it is rejected for.
func typed(_ text: Text, _ form: Form) -> Result<Text, Refusal> {
  func checked(_ holds: Bool) -> Result<Text, Refusal> {
    holds ? .success(text) : .failure(Refusal("bad_value"))
  }
  switch form {
  case .text, .json: return .success(text)
  case .name: return checked((1...255).contains(text.string.unicodeScalars.count))
  case .code: return checked((1...20).contains(text.string.unicodeScalars.count))
  case .currency:
    return checked(text.utf8.count == 3 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) })
  case .bool: return checked(text == "true" || text == "false")
  case .words(let words): return checked(words.contains(text))
  case .list:
    let known: [Text] = ["click_id", "code", "visitor"]
    return checked(text.split(0x2C).allSatisfy { known.contains($0) })
  case .instant:
    guard let instant = parsedInstant(text.string) else { return .failure(Refusal("bad_instant")) }
    return .success(Text(String(instant)))
  case .date:
    guard let days = parsedDate(text.string) else { return .failure(Refusal("bad_instant")) }
    return .success(Text(String(days)))
  case .integer(let range):
    guard let value = Decimal128(text.string), value.places == 0,
      let whole = Int64(exactly: value.digits), range.contains(whole)
    else { return .failure(Refusal("bad_value")) }
    return .success(Text(String(whole)))
  case .rate, .share, .percent, .decimal: return typedDecimal(text, form)
  }
}

private func typedDecimal(_ text: Text, _ form: Form) -> Result<Text, Refusal> {
  guard let value = Decimal128(text.string) else { return .failure(Refusal("bad_value")) }
  let fits: Bool
  switch form {
  case .rate: fits = value.scaled(to: 4) != nil
  case .share: fits = value.scaled(to: 4).map { (0...10_000).contains($0) } ?? false
  case .percent: fits = value.digits >= 0 && value.scaled(to: 2) != nil
  default: fits = true
  }
  return fits ? .success(Text(value.canonical)) : .failure(Refusal("bad_value"))
}

/// The reason a row is rejected for.
struct Refusal: Error, Equatable {
  var reason: Text
  init(_ reason: Text) { self.reason = reason }
}

extension Text {
  /// The pieces between occurrences of a byte.
  func split(_ byte: UInt8) -> [Text] {
    utf8.split(separator: byte, omittingEmptySubsequences: false)
      .map { Text(String(decoding: Array($0), as: UTF8.self)) }
  }
}
