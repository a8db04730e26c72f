// Which clicks, or which code, win an order: evidence, windows, models, uses.

import Pipeline

/// One credited click, or the code itself.
struct Touch {
  var code: Text
  var affiliate: Text
  /// Nil where the code itself won.
  var click: Click?
  /// In proportion to the others, without a common divisor.
  var weight: Int64

  // Fixed when the conversion is attributed.
  var rule: Text = ""
  /// Nil where a rule pays a flat amount.
  var rateBasisPoints: Int64?
  var flat: Int64 = 0
  var tier: Text = ""
  var shareBasisPoints: Int64 = 0
  var inviter: Text?
  /// In hundredths of a percent.
  var fee: Int64 = 0

  // Follow the order's money.
  var commission: Int64 = 0
  var payout: Int64 = 0
  /// The numbers of the rewards this touch earned, the first one first.
  var rewards: [Int] = []
  var overrides: [Int] = []

  func isSame(as other: Touch) -> Bool {
    code == other.code && weight == other.weight && click?.at == other.click?.at
      && click?.id == other.click?.id && (click == nil) == (other.click == nil)
  }
}

/// Who is credited for an order, and how it was judged.
struct Attribution {
  var evidence: Text
  var model: Text
  /// By (code, instant, click_id).
  var touches: [Touch]
  var status: Text = "approved"
  /// In hundredths.
  var score = 0
  var flags: [Text] = []
  /// Whether the commission stage has seen it; only then does it count for a tier.
  var isProcessed = false

  func isSame(as other: Attribution) -> Bool {
    evidence == other.evidence && touches.count == other.touches.count
      && zip(touches, other.touches).allSatisfy { $0.isSame(as: $1) }
  }
}

/// What the candidates of an order come to.
private enum Verdict {
  case won(Attribution)
  case lost(isExhausted: Bool)
}

extension Model {
  /// Whether an order may still be attributed anew.
  func isOpen(_ order: Order) -> Bool {
    if order.isClosed { return false }
    return asOf <= order.at + settings.openDays * dayMilliseconds
  }

  /// All known orders, in the order of processing.
  var ordersInOrder: [Order] { orders.values.sorted { $0.precedes($1) } }

  /// Judges every open order; returns the keys of those attributed anew, in order.
  mutating func attribute() -> [OrderKey] {
    var changed: [OrderKey] = []
    for var order in ordersInOrder where isOpen(order) || !order.isJudged {
      judgeCodeItself(&order)
      switch verdict(order) {
      case .won(let attribution):
        order.reason = ""
        if order.attribution?.isSame(as: attribution) != true {
          reverse(&order)
          order.attribution = attribution
          changed.append(order.key)
        }
      case .lost(let isExhausted):
        reverse(&order)
        order.reason = reason(order, isExhausted: isExhausted)
      }
      order.isJudged = true
      orders[order.key] = order
    }
    return changed
  }

  /// The code's own standing is judged once, in the run that first brings the order with it.
  private func judgeCodeItself(_ order: inout Order) {
    guard order.judgedCode != order.code else { return }
    order.judgedCode = order.code
    order.codeItselfMayWin = false
    guard let name = order.code, let code = codes[name] else { return }
    let isExpired = code.expiresAt.map { order.at >= $0 } ?? false
    order.codeItselfMayWin =
      code.program == order.key.program && code.isActive && !isExpired
      && affiliates[code.affiliate]?.status == "active"
  }

  /// Takes back what an order's winners have earned.
  private mutating func reverse(_ order: inout Order) {
    guard let attribution = order.attribution else { return }
    for touch in attribution.touches {
      for reward in touch.rewards + touch.overrides { rewards[reward].state = .reversed }
    }
    order.attribution = nil
  }

  private func verdict(_ order: Order) -> Verdict {
    guard let program = programs[order.key.program] else { return .lost(isExhausted: false) }
    let model = program.value("attribution_model", at: order.at) ?? "last_click"
    let window = program.windowMilliseconds(at: order.at)
    let inWindow = clicks.filter {
      $0.program == program.id && $0.at <= order.at && order.at - $0.at <= window
    }.sorted { $0.precedes($1) }
    var isExhausted = false
    for evidence in program.evidence(at: order.at) {
      let candidates = inWindow.filter { isEvidence($0, evidence, order) }
      let able = candidates.filter { !isUsedUp($0.code, before: order) }
      if able.count < candidates.count { isExhausted = true }
      if let last = able.last {
        let touches =
          evidence == "visitor" ? weighed(able, model, order) : [touch(last, weight: 1)]
        return .won(Attribution(evidence: evidence, model: model, touches: inRowOrder(touches)))
      }
      let requiresClick = program.value("require_click", at: order.at) != "false"
      if evidence == "code", !requiresClick, order.codeItselfMayWin, let name = order.code,
        let code = codes[name]
      {
        guard isUsedUp(name, before: order) else {
          let touch = Touch(code: name, affiliate: code.affiliate, click: nil, weight: 1)
          return .won(Attribution(evidence: evidence, model: model, touches: [touch]))
        }
        isExhausted = true
      }
    }
    return .lost(isExhausted: isExhausted)
  }

  private func isEvidence(_ click: Click, _ evidence: Text, _ order: Order) -> Bool {
    switch evidence {
    case "click_id": return order.click != nil && order.click == click.id
    case "code": return order.code != nil && order.code == click.code
    default: return order.visitor != nil && order.visitor == click.visitor
    }
  }

  /// Whether a code's uses at an order's turn have reached its most.
  private func isUsedUp(_ name: Text, before order: Order) -> Bool {
    guard let most = codes[name]?.maxUses else { return false }
    let conversions = orders.values.count { other in
      other.precedes(order) && other.attribution?.touches.contains { $0.code == name } == true
    }
    let leads = referrals.count { $0.code == name && $0.at <= order.at }
    return conversions + leads >= most
  }

  private func reason(_ order: Order, isExhausted: Bool) -> Text {
    guard let program = programs[order.key.program] else { return "no_evidence" }
    if program.isPaused(at: order.at) { return "program_paused" }
    if isExhausted { return "code_exhausted" }
    let given = program.evidence(at: order.at).contains { evidence in
      switch evidence {
      case "click_id": return order.click != nil
      case "code": return order.code != nil
      default: return order.visitor != nil
      }
    }
    return given ? "no_click_in_window" : "no_evidence"
  }

  private func touch(_ click: Click, weight: Int64) -> Touch {
    let affiliate = codes[click.code]?.affiliate ?? ""
    return Touch(code: click.code, affiliate: affiliate, click: click, weight: weight)
  }

  /// The touches of a visitor by the program's model; `able` is ascending and not empty.
  private func weighed(_ able: [Click], _ model: Text, _ order: Order) -> [Touch] {
    if model == "last_click" { return able.suffix(1).map { touch($0, weight: 1) } }
    if model == "first_click" { return able.prefix(1).map { touch($0, weight: 1) } }
    let recent = Array(able.suffix(100))
    let weights = weights(recent, model, order)
    return zip(recent, weights).map { touch($0, weight: $1) }
  }

  private func weights(_ recent: [Click], _ model: Text, _ order: Order) -> [Int64] {
    let count = Int64(recent.count)
    var weights = recent.map { _ in Int64(1) }
    if model == "position_based", count > 2 {
      // 40 % : 20 % ÷ (n − 2) is 2 (n − 2) : 1.
      weights[0] = 2 * (count - 2)
      weights[recent.count - 1] = 2 * (count - 2)
    } else if model == "time_decay" {
      weights = recent.map { 1 << (20 - (order.at - $0.at) / (7 * dayMilliseconds)) }
    }
    let divisor = weights.reduce(0, commonDivisor)
    return weights.map { $0 / divisor }
  }

  private func inRowOrder(_ touches: [Touch]) -> [Touch] {
    touches.sorted { left, right in
      if left.code != right.code { return left.code < right.code }
      guard let first = left.click, let second = right.click else { return false }
      return first.precedes(second)
    }
  }
}

func commonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
  right == 0 ? left : commonDivisor(right, left % right)
}
