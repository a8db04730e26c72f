// The stage `attribute`: judges every open conversion afresh, in order of instant, and marks
// those whose winner is new (SPEC 3; SPEC 9 and 10, Attribution).
import Pipeline

extension ProgramNight {
  /// Admits the night's orders and finds out who earned what.
  mutating func attribute() throws {
    admitOrders()
    let judged = conversions.indices.filter { isToBeJudged(conversions[$0]) }
    for place in judged where conversions[place].tonight.bringsCode { judgeCodeItself(place) }
    let candidates = try candidates(for: judged)
    var uses = CodeUses(uses, registry: facts.registry)
    var next = 0
    for place in conversions.indices {
      let isJudged = next < judged.count && judged[next] == place
      if isJudged {
        next += 1
        uses.advance(to: conversions[place].order)
        judge(place, candidates, uses)
      }
      uses.count(conversions[place].credits)
    }
  }

  /// Open ones, and those that this run brings, however old (SPEC 10: judged once).
  private func isToBeJudged(_ conversion: Conversion) -> Bool {
    conversion.storedRow == nil
      || conversion.isOpen(asOf: facts.asOf, openMilliseconds: facts.openMilliseconds)
  }

  /// Whether the order's code may earn it without a click: of the programme, active, not expired,
  /// its affiliate active (SPEC 9, Attribution). Judged in the run that brings the code.
  private mutating func judgeCodeItself(_ place: Int) {
    let order = conversions[place].order
    let counts = codeItselfCounts(for: order)
    if conversions[place].codeItselfCounts != counts {
      conversions[place].codeItselfCounts = counts
      conversions[place].tonight.isChanged = true
    }
  }

  private func codeItselfCounts(for order: OrderFacts) -> Bool {
    guard let text = order.code, let ordinal = facts.registry.code(Code(text)) else { return false }
    let code = facts.registry[ordinal]
    guard code.program == program, code.isActive else { return false }
    guard facts.registry[code.affiliate].status == .active else { return false }
    guard let expiresAt = code.expiresAt else { return true }
    return order.occurredAt < expiresAt
  }

  private func candidates(for places: [Int]) throws -> CandidateClicks {
    var wish = ClickWish(program: program, from: .distantFuture, until: .distantPast)
    var codeInstants: [CodeOrdinal: [Instant]] = [:]
    for place in places {
      let order = conversions[place].order
      let terms = terms.terms(at: order.occurredAt)
      wish.from = min(wish.from, order.occurredAt + -terms.windowMilliseconds)
      wish.until = max(wish.until, order.occurredAt)
      if let clickID = order.clickID { wish.clickIDs.insert(clickID) }
      if let visitor = order.visitor { wish.visitors.insert(visitor) }
      if let text = order.code, let code = facts.registry.code(Code(text)),
        facts.registry[code].program == program
      {
        wish.codes.insert(code)
        codeInstants[code, default: []].append(order.occurredAt)
      }
    }
    return try CandidateClicks(
      wish, codeInstants: codeInstants, from: clicks, registry: facts.registry)
  }

  private mutating func judge(_ place: Int, _ candidates: CandidateClicks, _ uses: CodeUses) {
    let conversion = conversions[place]
    let terms = terms.terms(at: conversion.order.occurredAt)
    let search = EvidenceSearch(
      order: conversion.order, terms: terms, program: self.terms, registry: facts.registry,
      candidates: candidates, uses: uses, codeItselfCounts: conversion.codeItselfCounts)
    switch search.verdict() {
    case .credited(let evidence, let credits):
      guard evidence != conversion.evidence || !isSame(credits, conversion.credits) else { return }
      attribute(place, evidence, terms.model, credits, nil)
    case .unattributed(let reason):
      guard conversion.credits.isEmpty else { return attribute(place, nil, nil, [], reason) }
      if conversion.reason != reason {
        conversions[place].reason = reason
        conversions[place].tonight.isChanged = true
      }
    }
  }

  /// Whether touches and weights are the same (SPEC 9, Attribution).
  private func isSame(_ left: [Credit], _ right: [Credit]) -> Bool {
    left.count == right.count
      && zip(left, right).allSatisfy { left, right in
        left.code == right.code && left.clickAt == right.clickAt && left.clickID == right.clickID
          && left.weight == right.weight
      }
  }

  private mutating func attribute(
    _ place: Int, _ evidence: Evidence?, _ model: AttributionModel?, _ credits: [Credit],
    _ reason: UnattributedReason?
  ) {
    let former = conversions[place]
    if former.status == .approved {
      for affiliate in affiliatesOnce(former.credits) { lowerCount(of: affiliate) }
    }
    judgements.append(
      Judgement(
        place: place, formerStatus: former.status, formerCredits: former.credits,
        formerGeneration: former.generation, wasDecided: former.wasDecided))
    conversions[place].evidence = evidence
    conversions[place].model = model
    conversions[place].credits = credits
    conversions[place].reason = reason
    conversions[place].generation += 1
    conversions[place].flags = []
    conversions[place].score = BasisPoints(0)
    if credits.isEmpty { conversions[place].status = .unattributed }
    conversions[place].tonight.isChanged = true
    conversions[place].tonight.isAttributed = true
  }
}
