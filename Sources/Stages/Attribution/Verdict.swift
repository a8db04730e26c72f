// Who earned an order, by the evidence that its programme trusts, in that order (SPEC 3).
import Pipeline

/// What the search for an order's winner came to.
enum Verdict {
  case credited(Evidence, [Credit])
  case unattributed(UnattributedReason)
}

/// What of an order may point at the click that earned it.
struct OrderEvidence {
  var occurredAt: Instant
  var clickID: Text?
  var visitor: Digest128?
  /// The code, where it is one of the programme.
  var code: CodeOrdinal?
  /// Whether the order names any code.
  var namesCode: Bool
  /// Whether the code itself may win, as it was judged when the order came.
  var codeItselfCounts: Bool

  /// Whether the order has the field that this kind of evidence needs.
  func states(_ evidence: Evidence) -> Bool {
    switch evidence {
    case .clickID: clickID != nil
    case .code: namesCode
    case .visitor: visitor != nil
    }
  }
}

/// The search for the winners of one programme's orders.
struct EvidenceSearch {
  private let program: Program
  private let registry: Registry
  private let candidates: CandidateClicks
  /// How often codes with a limit have been used before the order at hand.
  var uses: CodeUses
  private var inForce: TermsInForce

  init(program: Program, registry: Registry, candidates: CandidateClicks, uses: CodeUses) {
    self.program = program
    self.registry = registry
    self.candidates = candidates
    self.uses = uses
    inForce = TermsInForce(program)
  }

  /// The model in force at the latest order's instant.
  var model: AttributionModel { inForce.terms.model }

  /// Tries the programme's kinds of evidence in turn; the first that yields a winner decides.
  mutating func verdict(on order: OrderEvidence) -> Verdict {
    inForce.move(to: order.occurredAt)
    var metExhausted = false
    for place in inForce.terms.evidence.indices {
      let evidence = inForce.terms.evidence[place]
      let winners = winners(by: evidence, order, &metExhausted)
      if !winners.isEmpty { return .credited(evidence, winners) }
    }
    if program.isPaused(at: order.occurredAt) { return .unattributed(.programPaused) }
    if metExhausted { return .unattributed(.codeExhausted) }
    let statesAny = inForce.terms.evidence.contains { order.states($0) }
    return .unattributed(statesAny ? .noClickInWindow : .noEvidence)
  }

  private func window(of order: OrderEvidence) -> ClosedRange<Instant> {
    order.occurredAt + -inForce.terms.windowMilliseconds...order.occurredAt
  }

  private func winners(
    by evidence: Evidence, _ order: OrderEvidence, _ metExhausted: inout Bool
  ) -> [Credit] {
    switch evidence {
    case .clickID:
      guard let clickID = order.clickID else { return [] }
      let touches = candidates.touches(withID: clickID, within: window(of: order))
      guard let winner = usable(touches, &metExhausted).last else { return [] }
      return [credit(winner, weight: 1)]
    case .code: return winnersByCode(order, &metExhausted)
    case .visitor:
      guard let visitor = order.visitor else { return [] }
      let touches = candidates.touches(ofVisitor: visitor, within: window(of: order))
      return split(usable(touches, &metExhausted), at: order.occurredAt)
    }
  }

  private func winnersByCode(
    _ order: OrderEvidence, _ metExhausted: inout Bool
  ) -> [Credit] {
    guard let code = order.code else { return [] }
    let touch = candidates.latestTouch(of: code, within: window(of: order))
    guard touch != nil || (order.codeItselfCounts && !inForce.terms.requiresClick) else {
      return []
    }
    guard !uses.isExhausted(code) else {
      metExhausted = true
      return []
    }
    if let touch { return [credit(touch, weight: 1)] }
    let affiliate = registry.affiliate(of: code)
    return [Credit(code: code, affiliate: affiliate, clickID: "", clickAt: nil, weight: 1)]
  }

  /// Credits the model's winners, in the order of (code, instant, click_id) (SPEC 9, Money).
  private func split(_ touches: ArraySlice<Touch>, at order: Instant) -> [Credit] {
    let model = inForce.terms.model
    let winners = model.winners(of: touches)
    if winners.count == 1, let winner = winners.first {
      let weight = model.weight(of: winners.startIndex, among: winners, at: order)
      return [credit(winner, weight: weight)]
    }
    var places = Array(winners.indices)
    // Winners are in the order of (instant, click_id, code) already: only the code is left.
    places.sort { left, right in
      if winners[left].code == winners[right].code { return left < right }
      return registry.text(of: winners[left].code) < registry.text(of: winners[right].code)
    }
    return places.map { place in
      credit(winners[place], weight: model.weight(of: place, among: winners, at: order))
    }
  }

  /// Leaves out the clicks of exhausted codes: they are no candidates (SPEC 9, Attribution).
  private func usable(
    _ touches: ArraySlice<Touch>, _ metExhausted: inout Bool
  ) -> ArraySlice<Touch> {
    guard uses.hasLimits else { return touches }
    var usable: [Touch] = []
    for place in touches.indices where !uses.isExhausted(touches[place].code) {
      usable.append(touches[place])
    }
    if usable.count < touches.count { metExhausted = true }
    return usable[...]
  }

  private func credit(_ touch: Touch, weight: Int64) -> Credit {
    Credit(
      code: touch.code, affiliate: registry.affiliate(of: touch.code), clickID: touch.clickID,
      clickAt: touch.instant, weight: weight)
  }
}
