// How often a code with a limit has been used before an order (SPEC 3; SPEC 9, Attribution).
import Pipeline

/// Counts uses in the order of instants, as the judgement walks through the orders.
struct CodeUses {
  private let registry: Registry
  /// Uses by referrals and closed conversions, ascending, not yet passed by the walk.
  private var waiting: [CodeUse]
  private var next = 0
  private var counts: [CodeOrdinal: Int64] = [:]

  init(_ uses: [CodeUse], registry: Registry) {
    self.registry = registry
    waiting = uses.sorted { left, right in
      if left.at != right.at { return left.at < right.at }
      switch (left.order, right.order) {
      case (nil, nil): return left.code < right.code
      case (nil, _): return true
      case (_, nil): return false
      case (let left?, let right?): return left < right
      }
    }
  }

  /// Passes every use that goes before an order.
  mutating func advance(to order: OrderFacts) {
    while next < waiting.count, goes(waiting[next], before: order) {
      counts[waiting[next].code, default: 0] += 1
      next += 1
    }
  }

  private func goes(_ use: CodeUse, before order: OrderFacts) -> Bool {
    if use.at != order.occurredAt { return use.at < order.occurredAt }
    guard let other = use.order else { return true }
    return other < order.id
  }

  /// Whether the code's uses have reached its limit.
  func isExhausted(_ code: CodeOrdinal) -> Bool {
    guard let limit = registry[code].maxUses else { return false }
    return counts[code, default: 0] >= limit
  }

  /// Counts one use for each distinct code that a conversion credits.
  mutating func count(_ credits: [Credit]) {
    for code in Set(credits.map(\.code)) where registry[code].maxUses != nil {
      counts[code, default: 0] += 1
    }
  }
}
