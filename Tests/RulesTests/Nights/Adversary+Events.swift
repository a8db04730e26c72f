// The clicks, orders and other events of an unkind history.

import Pipeline
import TestSupport

private let addresses = ["10.0.0.1", "10.0.0.2", "192.0.2.7"]
private let visitors = ["v", "v1", "v10", "\u{E9}", "e\u{301}"]
private let clickIDs = ["k", "k1", "k10", "k:1", "k\u{E9}", "ke\u{301}", "K"]
private let orderIDs = [
  "o", "o1", "o2", "o10", "o11", "o:1", "o%3A1", "o,1", "o\"1", "o\u{E9}", "oe\u{301}", "O",
]
private let emails = [
  "x@gmail.com", "X+promo@gmail.com", "y.z@gmail.com", "yz@gmail.com", "q@mailinator.com",
  "aff0@gmail.com", "a.ff1@gmail.com", "w@example.org",
]

extension Adversary {
  private mutating func someCode() -> String {
    random.chance(96) ? random.pick(codes).code : "unknown"
  }

  mutating func addClick() {
    var draft = Draft(.clicks)
    let instant = eventInstant()
    clickInstants.append(instant)
    draft.set("click_id", random.maybe(85, .text(uniqueOr(clickIDs))))
    draft.set("occurred_at", .instant(instant))
    draft.set("code", .text(someCode()))
    let hasVisitor = random.chance(70)
    draft.set("visitor_id", hasVisitor ? .text(random.pick(visitors)) : nil)
    draft.set("fingerprint", random.maybe(25, .text(random.pick(visitors))))
    draft.set("ip", random.maybe(80, .text(random.pick(addresses))))
    draft.set("landing_page", random.maybe(10, .text("/a\n,\"b\"")))
    let agents = ["Mozilla/5.0", "Googlebot/2.1", "curl/8", "HeadlessChrome"]
    draft.set("user_agent", random.maybe(20, .text(random.pick(agents))))
    drafts.append(draft)
  }

  /// One of the look-alike ids, or a fresh one.
  private mutating func uniqueOr(_ names: [String]) -> String {
    random.chance(50) ? random.pick(names) : "n\(random.below(1000))"
  }

  mutating func addOrder() {
    var draft = Draft(.orders)
    let isAlike = random.chance(60)
    let id = isAlike ? random.pick(orderIDs) + "-\(random.below(4))" : uniqueOr(orderIDs)
    draft.set("order_id", .text(id))
    draft.set("occurred_at", .instant(eventInstant()))
    let hasProgram = random.chance(75)
    let program = random.chance(98) ? random.pick(programs) : "nowhere"
    draft.set("program_id", hasProgram ? .text(program) : nil)
    draft.set("code", hasProgram ? random.maybe(55, .text(someCode())) : .text(someCode()))
    draft.set("click_id", random.maybe(30, .text(random.pick(clickIDs))))
    draft.set("visitor_id", random.maybe(60, .text(random.pick(visitors))))
    draft.set("customer_id", random.maybe(30, .text(random.pick(["cust", "cust1", "u0", "u1"]))))
    draft.set("customer_email", random.maybe(50, .text(random.pick(emails))))
    draft.set("ip", random.maybe(60, .text(random.pick(addresses))))
    draft.set("sku", random.maybe(30, .text(random.pick(["s1", "s2", "s9"]))))
    draft.set("category", random.maybe(30, .text(random.pick(["cat", "dog"]))))
    draft.set(
      "currency", random.maybe(85, .text(random.pick(["USD", "USD", "EUR", "JPY", "KWD"]))))
    setMoney(&draft)
    draft.set("updated_at", random.maybe(50, .instant(updateInstant())))
    orderRows.append(draft)
    drafts.append(draft)
    if random.chance(6) { spoilOrder(draft) }
  }

  /// Orders of one customer from one address, so many in a day that they look bought.
  mutating func addBurst() {
    let instant = eventInstant()
    let program = random.pick(programs)
    let own = codes.first { $0.program.utf8.elementsEqual(program.utf8) }
    let gap = random.pick([0, 3_600_000, 17_280_000, 17_280_001])
    for number in 0..<(6 + random.below(8)) {
      var draft = Draft(.orders)
      draft.set("order_id", .text("burst\(nightNumber)-\(number)"))
      draft.set("occurred_at", .instant(instant - Int64(number) * Int64(gap)))
      draft.set("program_id", .text(program))
      draft.set("code", own.map { .text($0.code) })
      draft.set("customer_email", .text(random.pick(["x@gmail.com", "X+1@gmail.com"])))
      draft.set("ip", .text("10.0.0.1"))
      draft.set("amount_minor", .integer(1000 + Int64(number)))
      drafts.append(draft)
    }
  }

  /// Gives an order an amount, and sometimes a refund. Without a currency the amount is in minor
  /// units, since the digits are then the program's matter.
  private mutating func setMoney(_ draft: inout Draft) {
    let amounts: [Int64] = [
      0, 1, 5, 15, 45, 50, 55, 99, 100, 105, 999, 1005, 2500, 9999, 12_345, 50_000, 100_005,
      500_000, 777_777,
    ]
    let minor = random.pick(random.chance(35) ? [50_000, 200_001, 500_000, 777_777] : amounts)
    draft.set("amount", nil)
    draft.set("amount_minor", nil)
    draft.set("refunded_amount", nil)
    draft.set("status", nil)
    guard let currency = draft.values.first(where: { $0.name == "currency" })?.value,
      case .text(let name) = currency
    else {
      draft.set("amount_minor", .integer(minor))
      draft.set("status", random.maybe(20, .text(random.pick(["refunded", "cancelled", "paid"]))))
      return
    }
    if random.chance(70) {
      draft.set("amount", major(minor, name))
    } else {
      draft.set("amount_minor", .integer(minor))
    }
    guard random.chance(25) else { return }
    let status = random.pick([
      "paid", "refunded", "partially_refunded", "partially_refunded", "cancelled", "chargeback",
    ])
    draft.set("status", .text(status))
    if status == "partially_refunded" || random.chance(20) {
      draft.set("refunded_amount", major(random.pick([0, minor / 3, minor / 2, minor]), name))
    }
  }

  private mutating func major(_ minor: Int64, _ currency: String) -> Value {
    let text = Decimal128(majorUnits(minor, Text(currency)))?.canonical ?? "0"
    let used = Decimal128(text)?.places ?? 0
    return .decimal(text, spare: minorDigits(Text(currency)) - used)
  }

  /// A copy of an order that must be rejected for its form.
  private mutating func spoilOrder(_ draft: Draft) {
    var bad = draft
    bad.set("order_id", .text("bad\(random.below(1000))"))
    bad.set("currency", .text("USD"))
    bad.set("refunded_amount", nil)
    bad.set("status", nil)
    bad.set("amount_minor", nil)
    bad.set("amount", .text("10"))
    switch random.below(7) {
    case 0: bad.set("amount", .text("1.005"))
    case 1: bad.set("amount", .text("1e3"))
    case 2: bad.set("amount", .text("-1"))
    case 3: bad.set("occurred_at", .text("2026-03-01 00:00:00Z"))
    case 4: bad.set("occurred_at", .text("2026-03-01T24:00:00Z"))
    case 5: bad.set("status", .text("Paid"))
    default: bad.set("order_id", nil)
    }
    drafts.append(bad)
  }

  mutating func addAmendment() {
    var draft = random.pick(orderRows)
    switch random.below(6) {
    case 0: draft.set("code", .text(someCode()))
    case 1: draft.set("visitor_id", .text(random.pick(visitors)))
    case 2: draft.set("status", .text(random.pick(["refunded", "chargeback"])))
    case 3 where random.chance(30): draft.set("occurred_at", .instant(eventInstant()))
    case 3 where random.chance(50): draft.set("customer_email", .text(random.pick(emails)))
    default: setMoney(&draft)
    }
    if case .text? = draft.values.first(where: { $0.name == "program_id" })?.value {
    } else {
      // The code names the program here, so it has to stay.
      draft = random.pick(orderRows)
      setMoney(&draft)
    }
    draft.set("updated_at", random.maybe(75, .instant(updateInstant())))
    drafts.append(draft)
    if random.chance(50) { orderRows.append(draft) }
  }

  mutating func addReferral() {
    var draft = Draft(.referrals)
    let id = "r\(random.below(8))"
    referralIDs.append(id)
    draft.set("referral_id", random.maybe(80, .text(id)))
    draft.set("code", .text(someCode()))
    draft.set("lead_email", .text(random.pick(["l\(random.below(6))@example.org"] + emails)))
    draft.set("referred_id", random.maybe(20, .text(random.pick(["u0", "u1", "cust"]))))
    draft.set("occurred_at", random.maybe(90, .instant(eventInstant())))
    drafts.append(draft)
  }

  mutating func addDecision() {
    var draft = Draft(.decisions)
    let isReferral = random.chance(40) && !referralIDs.isEmpty
    draft.set("target", .text(isReferral ? "referral" : "conversion"))
    draft.set("target_id", isReferral ? .text(random.pick(referralIDs)) : targetOrder())
    draft.set("action", .text(random.pick(["approve", "approve", "reject"])))
    draft.set("decided_at", .instant(eventInstant()))
    draft.set("decided_by", random.maybe(30, .text("kim")))
    drafts.append(draft)
  }

  /// One of the three ways to name a conversion.
  private mutating func targetOrder() -> Value {
    guard !orderRows.isEmpty, random.chance(95) else { return .text("nothing") }
    let order = random.pick(orderRows)
    func text(_ name: String) -> String? {
      guard case .text(let text)? = order.values.first(where: { $0.name == name })?.value else {
        return nil
      }
      return text
    }
    let id = text("order_id") ?? ""
    let program = text("program_id") ?? random.pick(programs)
    switch random.below(10) {
    case 0, 1: return .text(id)
    case 2, 3: return .cell(.opaque(.conversion(program: program, order: id)))
    default: return .text(program + "/" + id)
    }
  }

  mutating func addRequest() {
    var draft = Draft(.payoutRequests)
    draft.set("affiliate_id", .text(random.chance(95) ? random.pick(affiliates) : "nobody"))
    draft.set("program_id", random.maybe(50, .text(random.pick(programs))))
    draft.set("requested_at", .instant(eventInstant()))
    drafts.append(draft)
  }

  mutating func addSettlement() {
    var draft = Draft(.settlements)
    draft.set("payout_id", .cell(.opaque(.payout(random.below(6)))))
    let statuses = [
      "processing", "processing", "completed", "completed", "completed", "failed", "failed",
      "cancelled",
    ]
    draft.set("status", .text(random.pick(statuses)))
    draft.set("transaction_id", random.maybe(50, .text("tx\(random.below(100))")))
    draft.set("processed_at", random.maybe(70, .instant(eventInstant())))
    draft.set("failed_reason", random.maybe(30, .text("closed account")))
    drafts.append(draft)
  }
}
