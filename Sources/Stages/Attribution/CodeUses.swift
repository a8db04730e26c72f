// How often a code with a limit has been used before an order (SPEC 3; SPEC 9, Attribution).
import Pipeline

/// Counts uses in the order of instants, as the judgement walks through the orders.
struct CodeUses {
  /// By code that has one: how many uses it may have.
  private let limits: [CodeOrdinal: Int64]
  /// Uses by referrals and closed conversions, ascending, not yet passed by the walk.
  private var waiting: [CodeUse]
  private var next = 0
  private var counts: [CodeOrdinal: Int64] = [:]
  /// Codes whose uses have reached their limit since somebody asked.
  private var exhausted: [CodeOrdinal]

  init(_ uses: [CodeUse], limits: [CodeOrdinal: Int64]) {
    self.limits = limits
    exhausted = limits.filter { $0.value <= 0 }.keys.sorted()
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

  /// Whether any code of the programme has a limit; without one there is nothing to count.
  var hasLimits: Bool { !limits.isEmpty }

  /// Passes every use that goes before an order.
  mutating func advance(to instant: Instant, _ order: OrderID) {
    while next < waiting.count, goes(waiting[next], before: instant, order) {
      use(waiting[next].code)
      next += 1
    }
  }

  private func goes(_ use: CodeUse, before instant: Instant, _ order: OrderID) -> Bool {
    if use.at != instant { return use.at < instant }
    guard let other = use.order else { return true }
    return other < order
  }

  private mutating func use(_ code: CodeOrdinal) {
    counts[code, default: 0] += 1
    if counts[code] == limits[code] { exhausted.append(code) }
  }

  /// The codes whose uses have reached their limit since this was called last; each is told once.
  mutating func takeExhausted() -> [CodeOrdinal] {
    defer { exhausted.removeAll() }
    return exhausted
  }

  /// Whether the code has a limit.
  func isLimited(_ code: CodeOrdinal) -> Bool { hasLimits && limits[code] != nil }

  /// Whether the code's uses have reached its limit.
  func isExhausted(_ code: CodeOrdinal) -> Bool {
    guard hasLimits, let limit = limits[code] else { return false }
    return counts[code, default: 0] >= limit
  }

  /// Counts one use for each distinct code that a conversion credits.
  ///
  /// - Returns: Whether any of them has a limit.
  mutating func count(_ credits: [Credit]) -> Bool {
    var isUse = false
    for place in credits.indices where limits[credits[place].code] != nil {
      let code = credits[place].code
      isUse = true
      let isRepeated = credits[..<place].contains { $0.code == code }
      if !isRepeated { use(code) }
    }
    return isUse
  }
}
