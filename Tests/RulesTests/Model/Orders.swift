// Orders: new ones, amendments, stale and conflicting rows.

import Pipeline

/// What names an order.
struct OrderKey: Hashable {
  var program: Text
  var order: Text
}

struct Order {
  var key: OrderKey
  var at: Int64
  var code: Text?
  var click: Text?
  var visitor: Text?
  var customer: Text?
  var email: Text?
  var ip: Text?
  var amount: Int64 = 0
  var currency: Text
  var status: Text = "paid"
  /// The refunded amount as stated, in minor units.
  var statedRefund: Int64?
  var sku: Text?
  var category: Text?
  var updatedAt: Int64?
  /// The run that first brought it.
  var firstRun: Int
  /// The code whose own eligibility has been judged, and the verdict.
  var judgedCode: Text?
  var codeItselfMayWin = false
  /// Whether a run has judged its attribution yet.
  var isJudged = false
  /// Closed for good: a reward of it has been in a payout.
  var isClosed = false
  var attribution: Attribution?
  var reason: Text = ""
  /// Whether a decision has ever resolved it.
  var wasDecided = false

  var refunded: Int64 {
    switch status {
    case "refunded", "cancelled", "chargeback": return amount
    default: return statedRefund ?? 0
    }
  }

  var net: Int64 { amount - refunded }

  /// The order in which conversions are processed.
  func precedes(_ other: Order) -> Bool {
    if at != other.at { return at < other.at }
    if key.program != other.key.program { return key.program < other.key.program }
    return key.order < other.key.order
  }

  /// The customer_id or, without one, the normalised e-mail.
  var customerKey: CustomerKey? {
    if let customer { return .id(customer) }
    return email.map { .email(normalisedEmail($0)) }
  }
}

enum CustomerKey: Equatable {
  case id(Text)
  case email(Text)
}

extension Model {
  /// Judges the orders of the run by (updated_at, occurred_at, content).
  mutating func ingestOrders(_ rows: [Row]) {
    let inOrder = rows.filter { $0.kind == .orders }.sorted { left, right in
      let first = left.instant("updated_at") ?? Int64.min
      let second = right.instant("updated_at") ?? Int64.min
      if first != second { return first < second }
      let firstAt = left.instant("occurred_at") ?? 0
      let secondAt = right.instant("occurred_at") ?? 0
      return firstAt != secondAt ? firstAt < secondAt : inContentOrder(left, right)
    }
    let contested = conflicting(inOrder.filter { !isSeen($0) })
    for row in inOrder {
      if isSeen(row) {
        settle(row, .duplicate)
      } else if let refusal = unknownProgram(row) {
        settle(row, .rejected(refusal))
      } else if contested.contains(row.index) {
        settle(row, .rejected("conflicting_duplicate"))
      } else {
        ingestOrder(row, orderKey(row))
      }
    }
  }

  /// The rows of one run that share an id and an updated_at, but not their content.
  private func conflicting(_ rows: [Row]) -> Set<Int> {
    var found: Set<Int> = []
    let known = rows.filter { unknownProgram($0) == nil && money($0) != nil }
    for row in known {
      let isContested = known.contains {
        orderKey($0) == orderKey(row) && $0.instant("updated_at") == row.instant("updated_at")
          && $0.content != row.content
      }
      if isContested { found.insert(row.index) }
    }
    return found
  }

  private func unknownProgram(_ row: Row) -> Text? {
    if let program = row.text("program_id") {
      return programs[program] == nil ? "unknown_program" : nil
    }
    return codes[row.text("code") ?? ""] == nil ? "unknown_code" : nil
  }

  private func orderKey(_ row: Row) -> OrderKey {
    let program = row.text("program_id") ?? codes[row.text("code") ?? ""]?.program ?? ""
    return OrderKey(program: program, order: row.text("order_id") ?? "")
  }

  private mutating func ingestOrder(_ row: Row, _ key: OrderKey) {
    guard let stored = orders[key] else { return create(row, key) }
    let updatedAt = row.instant("updated_at")
    if let before = stored.updatedAt {
      guard let updatedAt, updatedAt >= before else { return settle(row, .filtered("stale")) }
      if updatedAt == before { return settle(row, .rejected("conflicting_duplicate")) }
    }
    amend(row, stored)
  }

  private mutating func create(_ row: Row, _ key: OrderKey) {
    let at = row.instant("occurred_at") ?? 0
    let currency = row.text("currency") ?? programs[key.program]?.currency(at: at) ?? "USD"
    var order = Order(key: key, at: at, currency: currency, firstRun: runNumber)
    if let refusal = takeMoney(row, &order) { return settle(row, .rejected(refusal)) }
    takeEvidence(row, &order)
    orders[key] = order
    settle(row, .accepted)
  }

  private mutating func amend(_ row: Row, _ stored: Order) {
    var order = stored
    if let currency = row.text("currency"), currency != order.currency {
      return settle(row, .rejected("currency_mismatch"))
    }
    if let refusal = takeMoney(row, &order) { return settle(row, .rejected(refusal)) }
    order.updatedAt = row.instant("updated_at") ?? order.updatedAt
    if isOpen(order) {
      order.at = row.instant("occurred_at") ?? order.at
      takeEvidence(row, &order)
    }
    orders[order.key] = order
    settle(row, .accepted)
  }

  private func takeEvidence(_ row: Row, _ order: inout Order) {
    order.code = row.text("code") ?? order.code
    order.click = row.text("click_id") ?? order.click
    order.visitor = row.text("visitor_id") ?? order.visitor
    order.customer = row.text("customer_id") ?? order.customer
    order.email = row.text("customer_email") ?? order.email
    order.ip = row.text("ip") ?? order.ip
    order.sku = row.text("sku") ?? order.sku
    order.category = row.text("category") ?? order.category
    order.updatedAt = row.instant("updated_at") ?? order.updatedAt
  }

  /// The currency an order's amounts are written in.
  private func currency(of row: Row) -> Text {
    let key = orderKey(row)
    return row.text("currency") ?? orders[key]?.currency
      ?? programs[key.program]?.currency(at: row.instant("occurred_at") ?? 0) ?? "USD"
  }

  /// The row's own amounts in minor units, or nil where one is refused.
  private func money(_ row: Row) -> (amount: Int64, refund: Int64?)? {
    try? amounts(row).get()
  }

  private func amounts(_ row: Row) -> Result<(amount: Int64, refund: Int64?), Refusal> {
    statedAmounts(row, currency(of: row))
  }

  private func takeMoney(_ row: Row, _ order: inout Order) -> Text? {
    switch amounts(row) {
    case .failure(let refusal): return refusal.reason
    case .success(let stated):
      order.amount = stated.amount
      order.statedRefund = stated.refund ?? order.statedRefund
    }
    order.status = row.text("status") ?? order.status
    if order.status == "partially_refunded", order.statedRefund == nil { return "missing_field" }
    if let refund = order.statedRefund, refund > order.amount { return "bad_value" }
    return nil
  }
}

/// A row's own amounts in minor units of a currency, or why one is refused.
private func statedAmounts(
  _ row: Row, _ currency: Text
) -> Result<(amount: Int64, refund: Int64?), Refusal> {
  var amount: Int64 = 0
  if let major = row.text("amount") {
    switch minorUnits(row, "amount", major, currency) {
    case .failure(let refusal): return .failure(refusal)
    case .success(let minor): amount = minor
    }
  } else if let minor = row.instant("amount_minor") {
    amount = minor
  }
  guard amount >= 0 else { return .failure(Refusal("bad_value")) }
  guard let major = row.text("refunded_amount") else { return .success((amount, nil)) }
  switch minorUnits(row, "refunded_amount", major, currency) {
  case .failure(let refusal): return .failure(refusal)
  case .success(let refund):
    guard (0...amount).contains(refund) else { return .failure(Refusal("bad_value")) }
    return .success((amount, refund))
  }
}

/// The digits count as they are written, so 10.00 is too precise for yen.
private func minorUnits(
  _ row: Row, _ name: Text, _ canonical: Text, _ currency: Text
) -> Result<Int64, Refusal> {
  let places = minorDigits(currency)
  let written = row.cells[name].map { $0.plain { _ in "" } } ?? ""
  guard let value = Decimal128(written) else { return .failure(Refusal("bad_value")) }
  guard value.places <= places else { return .failure(Refusal("amount_precision")) }
  guard let scaled = value.scaled(to: places), let minor = Int64(exactly: scaled) else {
    return .failure(Refusal("bad_value"))
  }
  return .success(minor)
}

/// Why an order's values are refused as far as the row alone can tell: an amount below zero, and
/// where it states its currency whatever is wrong with its amounts in it. Without one the currency
/// may be the program's, and the amounts are judged after the program.
func orderRefusal(_ row: Row) -> Refusal? {
  let isNegative = ["amount", "amount_minor", "refunded_amount"].contains { name in
    row.text(name)?.utf8.first == 0x2D
  }
  if isNegative { return Refusal("bad_value") }
  guard let currency = row.text("currency") else { return nil }
  switch statedAmounts(row, currency) {
  case .failure(let refusal): return refusal
  case .success: return nil
  }
}
