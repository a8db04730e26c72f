// Who earned an order, by the evidence that its programme trusts, in that order (SPEC 3).
import Pipeline

/// What the search for an order's winner came to.
enum Verdict {
  case credited(Evidence, [Credit])
  case unattributed(UnattributedReason)
}

/// The search for the winner of one order.
struct EvidenceSearch {
  let order: OrderFacts
  let terms: Terms
  let program: Program
  let registry: Registry
  let candidates: CandidateClicks
  let uses: CodeUses
  /// Whether the code itself may win, as it was judged when the order came.
  let codeItselfCounts: Bool

  private var window: ClosedRange<Instant> {
    order.occurredAt + -terms.windowMilliseconds...order.occurredAt
  }

  /// Tries the programme's kinds of evidence in turn; the first that yields a winner decides.
  func verdict() -> Verdict {
    var metExhausted = false
    for evidence in terms.evidence {
      let winners = winners(by: evidence, &metExhausted)
      if !winners.isEmpty { return .credited(evidence, winners) }
    }
    if program.isPaused(at: order.occurredAt) { return .unattributed(.programPaused) }
    if metExhausted { return .unattributed(.codeExhausted) }
    return .unattributed(terms.evidence.contains(where: states) ? .noClickInWindow : .noEvidence)
  }

  /// Whether the order has the field that this kind of evidence needs.
  private func states(_ evidence: Evidence) -> Bool {
    switch evidence {
    case .clickID: order.clickID != nil
    case .code: order.code != nil
    case .visitor: order.visitor != nil
    }
  }

  private func winners(by evidence: Evidence, _ metExhausted: inout Bool) -> [Credit] {
    switch evidence {
    case .clickID: winnersByClickID(&metExhausted)
    case .code: winnersByCode(&metExhausted)
    case .visitor: winnersByVisitor(&metExhausted)
    }
  }

  private func winnersByClickID(_ metExhausted: inout Bool) -> [Credit] {
    guard let clickID = order.clickID else { return [] }
    let touches = candidates.touches(withID: clickID, within: window)
    guard let winner = usable(touches, &metExhausted).last else { return [] }
    return [credit(winner, weight: 1)]
  }

  private func winnersByCode(_ metExhausted: inout Bool) -> [Credit] {
    guard let text = order.code, let code = registry.code(Code(text)),
      registry[code].program == program.ordinal
    else { return [] }
    let touch = candidates.latestTouch(of: code, within: window)
    guard touch != nil || (codeItselfCounts && !terms.requiresClick) else { return [] }
    guard !uses.isExhausted(code) else {
      metExhausted = true
      return []
    }
    if let touch { return [credit(touch, weight: 1)] }
    let affiliate = registry[code].affiliate
    return [Credit(code: code, affiliate: affiliate, clickID: "", clickAt: nil, weight: 1)]
  }

  private func winnersByVisitor(_ metExhausted: inout Bool) -> [Credit] {
    guard let visitor = order.visitor else { return [] }
    let touches = usable(candidates.touches(ofVisitor: visitor, within: window), &metExhausted)
    let winners = terms.model.winners(of: touches, at: order.occurredAt)
    let credits = winners.map { credit($0.touch, weight: $0.weight) }
    return credits.sorted(by: goesBefore)
  }

  /// Leaves out the clicks of exhausted codes: they are no candidates (SPEC 9, Attribution).
  private func usable(
    _ touches: ArraySlice<Touch>, _ metExhausted: inout Bool
  ) -> ArraySlice<Touch> {
    guard touches.contains(where: { uses.isExhausted($0.code) }) else { return touches }
    metExhausted = true
    return ArraySlice(touches.filter { !uses.isExhausted($0.code) })
  }

  private func credit(_ touch: Touch, weight: Int64) -> Credit {
    Credit(
      code: touch.code, affiliate: registry[touch.code].affiliate, clickID: touch.clickID,
      clickAt: touch.instant, weight: weight)
  }

  /// The order of a conversion's credits: (code, instant, click_id) (SPEC 9, Money).
  private func goesBefore(_ left: Credit, _ right: Credit) -> Bool {
    let leftCode = registry.text(of: left.code)
    let rightCode = registry.text(of: right.code)
    if leftCode != rightCode { return leftCode < rightCode }
    if left.clickAt != right.clickAt {
      return (left.clickAt ?? .distantPast) < (right.clickAt ?? .distantPast)
    }
    return left.clickID < right.clickID
  }
}
