// The fraud flags of a conversion, their sum, and the status it leads to.

import Pipeline

private let disposableDomains: [Text] = [
  "mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com",
]

extension Model {
  /// Scores the conversions that were attributed anew in this run.
  mutating func score(_ changed: [OrderKey]) {
    for key in changed {
      guard var order = orders[key], var attribution = order.attribution,
        let program = programs[key.program]
      else { continue }
      let found = flags(order, attribution)
      attribution.flags = found.map(\.name)
      attribution.score = min(100, found.reduce(0) { $0 + $1.weight })
      let threshold = program.basisPoints("fraud_review_threshold", at: order.at, default: 5000)
      let isSuspect = Int64(attribution.score) * 100 >= threshold
      attribution.status = isSuspect || order.wasDecided ? "pending" : "approved"
      order.attribution = attribution
      orders[key] = order
    }
  }

  private func flags(_ order: Order, _ attribution: Attribution) -> [(name: Text, weight: Int)] {
    var found: [(name: Text, weight: Int)] = []
    let credited = attribution.touches.compactMap { affiliates[$0.affiliate] }
    let email = order.email.map(normalisedEmail)
    if credited.contains(where: { isSelf($0, order, email) }) {
      found.append(("self_referral", 100))
    }
    let gaps = attribution.touches.compactMap { touch in touch.click.map { order.at - $0.at } }
    if gaps.contains(where: { (0...10_000).contains($0) }) { found.append(("fast_conversion", 40)) }
    if isFrequent(order) { found.append(("order_velocity", 40)) }
    let crowded = attribution.touches.contains { isCrowded(order, $0.affiliate) }
    if crowded { found.append(("shared_ip", 40)) }
    let isLimited = rateLimited.contains {
      $0.program == order.key.program && $0.ip == order.ip && day(of: $0.at) == day(of: order.at)
    }
    if order.ip != nil, isLimited { found.append(("rate_limited_ip", 30)) }
    if let domain = email?.split(0x40).last, disposableDomains.contains(domain) {
      found.append(("disposable_email", 30))
    }
    return found
  }

  private func isSelf(_ affiliate: Affiliate, _ order: Order, _ email: Text?) -> Bool {
    if let email, email == affiliate.email { return true }
    return order.customer != nil && order.customer == affiliate.values["user_id"]
  }

  /// Whether the customer's orders within 24 hours, this one the last, number over five.
  private func isFrequent(_ order: Order) -> Bool {
    guard let customer = order.customerKey else { return false }
    let recent = orders.values.count { other in
      other.key.program == order.key.program && other.customerKey == customer
        && !order.precedes(other) && order.at - other.at <= dayMilliseconds
    }
    return recent > 5
  }

  /// Whether over ten orders of a UTC day came from the order's IP for one affiliate.
  private func isCrowded(_ order: Order, _ affiliate: Text) -> Bool {
    guard let ip = order.ip else { return false }
    let same = orders.values.count { other in
      other.key.program == order.key.program && other.ip == ip && !order.precedes(other)
        && day(of: other.at) == day(of: order.at)
        && other.attribution?.touches.contains { $0.affiliate == affiliate } == true
    }
    return same > 10
  }
}
