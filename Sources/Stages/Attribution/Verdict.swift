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

/// What a search has met on its way.
private struct LimitsMet {
  /// Whether a code that has a limit could have won.
  var isLimited = false
  /// Whether one could not because its limit was reached.
  var isExhausted = false

  /// Notes the clicks that the search meets.
  mutating func take(_ clicks: UsableClicks, _ places: Range<Int>) {
    if clicks.hasLimited(in: places) { isLimited = true }
    if clicks.hasExhausted(in: places) { isExhausted = true }
  }
}

/// Candidates behind one reference: who asks for each order's must not copy them each time.
private final class SharedCandidates {
  private let clicks: CandidateClicks
  /// Of clicks by visitor and by id, which are usable; empty where no code has a limit.
  private var (byVisitor, byID): (UsableClicks, UsableClicks)

  init(_ clicks: CandidateClicks, _ uses: borrowing CodeUses) {
    self.clicks = clicks
    guard uses.hasLimits else {
      (byVisitor, byID) = (UsableClicks([]) { _ in false }, UsableClicks([]) { _ in false })
      return
    }
    byVisitor = UsableClicks(clicks.codesByVisitor) { uses.isLimited($0) }
    byID = UsableClicks(clicks.codesByID) { uses.isLimited($0) }
  }

  /// Leaves out the clicks of codes from now on: they are no candidates (SPEC 9, Attribution).
  func exhaust(_ codes: [CodeOrdinal]) {
    for code in codes {
      byVisitor.exhaust(code)
      byID.exhaust(code)
    }
  }

  /// The usable ones of the visitor's clicks within the window that a model credits.
  func usableWinners(
    ofVisitor visitor: Digest128, within window: ClosedRange<Instant>, by model: AttributionModel,
    _ met: inout LimitsMet
  ) -> ArraySlice<Touch> {
    let places = clicks.places(ofVisitor: visitor, within: window)
    met.take(byVisitor, places)
    return ArraySlice(
      byVisitor.winners(in: places, by: model).map { clicks.touch(ofVisitorAt: $0) })
  }

  /// The latest usable click with this id within the window.
  func lastUsable(
    withID clickID: Text, within window: ClosedRange<Instant>, _ met: inout LimitsMet
  ) -> Touch? {
    let places = clicks.places(withID: clickID, within: window)
    met.take(byID, places)
    return byID.winners(in: places, by: .lastClick).first.map { clicks.touch(withIDAt: $0) }
  }

  func winners(
    ofVisitor visitor: Digest128, within window: ClosedRange<Instant>, by model: AttributionModel
  ) -> ArraySlice<Touch> {
    clicks.winners(ofVisitor: visitor, within: window, by: model)
  }

  func lastTouch(ofVisitor visitor: Digest128, within window: ClosedRange<Instant>) -> Touch? {
    clicks.lastTouch(ofVisitor: visitor, within: window)
  }

  func lastTouch(withID clickID: Text, within window: ClosedRange<Instant>) -> Touch? {
    clicks.lastTouch(withID: clickID, within: window)
  }

  func latestTouch(of code: CodeOrdinal, within window: ClosedRange<Instant>) -> Touch? {
    clicks.latestTouch(of: code, within: window)
  }
}

/// The search for the winners of one programme's orders.
struct EvidenceSearch: ~Copyable {
  private let program: Program
  private let registry: Registry
  private let candidates: SharedCandidates
  /// How often codes with a limit have been used before the order at hand.
  var uses: CodeUses
  private var inForce: TermsInForce
  /// Whether a code that has a limit had any part in the latest verdict: uses of other orders may
  /// change it.
  private(set) var meetsLimit = false

  init(
    program: Program, registry: Registry, candidates: CandidateClicks, uses: CodeUses
  ) {
    self.program = program
    self.registry = registry
    self.candidates = SharedCandidates(candidates, uses)
    self.uses = uses
    inForce = TermsInForce(program)
  }

  /// The model in force at the latest order's instant.
  var model: AttributionModel { inForce.terms.model }

  /// Tries the programme's kinds of evidence in turn; the first that yields a winner decides.
  mutating func verdict(on order: OrderEvidence) -> Verdict {
    inForce.move(to: order.occurredAt)
    if uses.hasLimits { candidates.exhaust(uses.takeExhausted()) }
    var met = LimitsMet()
    defer { meetsLimit = met.isLimited }
    for place in inForce.terms.evidence.indices {
      let evidence = inForce.terms.evidence[place]
      let winners = winners(by: evidence, order, &met)
      if !winners.isEmpty { return .credited(evidence, winners) }
    }
    if program.isPaused(at: order.occurredAt) { return .unattributed(.programPaused) }
    if met.isExhausted { return .unattributed(.codeExhausted) }
    let statesAny = inForce.terms.evidence.contains { order.states($0) }
    return .unattributed(statesAny ? .noClickInWindow : .noEvidence)
  }

  private func window(of order: OrderEvidence) -> ClosedRange<Instant> {
    order.occurredAt + -inForce.terms.windowMilliseconds...order.occurredAt
  }

  private func winners(
    by evidence: Evidence, _ order: OrderEvidence, _ met: inout LimitsMet
  ) -> [Credit] {
    switch evidence {
    case .clickID:
      guard let clickID = order.clickID else { return [] }
      guard uses.hasLimits else {
        let touch = candidates.lastTouch(withID: clickID, within: window(of: order))
        return touch.map { [credit($0, weight: 1)] } ?? []
      }
      let touch = candidates.lastUsable(withID: clickID, within: window(of: order), &met)
      return touch.map { [credit($0, weight: 1)] } ?? []
    case .code: return winnersByCode(order, &met)
    case .visitor:
      guard let visitor = order.visitor else { return [] }
      guard uses.hasLimits else {
        let model = inForce.terms.model
        if model == .lastClick {
          let touch = candidates.lastTouch(ofVisitor: visitor, within: window(of: order))
          return touch.map { [credit($0, weight: 1)] } ?? []
        }
        let touches = candidates.winners(
          ofVisitor: visitor, within: window(of: order), by: model)
        return split(touches, at: order.occurredAt)
      }
      let touches = candidates.usableWinners(
        ofVisitor: visitor, within: window(of: order), by: inForce.terms.model, &met)
      return split(touches, at: order.occurredAt)
    }
  }

  private func winnersByCode(
    _ order: OrderEvidence, _ met: inout LimitsMet
  ) -> [Credit] {
    guard let code = order.code else { return [] }
    let touch = candidates.latestTouch(of: code, within: window(of: order))
    guard touch != nil || (order.codeItselfCounts && !inForce.terms.requiresClick) else {
      return []
    }
    met.isLimited = met.isLimited || uses.isLimited(code)
    guard !uses.isExhausted(code) else {
      met.isExhausted = true
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
    return split(winners, model, at: order)
  }

  private func split(
    _ winners: ArraySlice<Touch>, _ model: AttributionModel, at order: Instant
  ) -> [Credit] {
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

  private func credit(_ touch: Touch, weight: Int64) -> Credit {
    Credit(
      code: touch.code, affiliate: registry.affiliate(of: touch.code), clickID: touch.clickID,
      clickAt: touch.instant, weight: weight)
  }
}
