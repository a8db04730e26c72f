// The stage `attribute`: judges every open conversion afresh, in order of instant, and marks
// those whose winner is new (SPEC 3; SPEC 9 and 10, Attribution).
import Pipeline

extension ProgramNight {
  /// Admits the night's orders and finds out who earned what; the first of the stages.
  ///
  /// - Throws: What the clicks throw.
  public mutating func attribute() throws {
    admitOrders()
    let codes = orderCodes()
    let judged = Self.toBeJudged(conversions, openSince: facts.asOf + -facts.openMilliseconds)
    for place in judged where conversions[place].tonight.bringsCode {
      judgeCodeItself(place, codes[place])
    }
    var search = EvidenceSearch(
      program: terms, registry: facts.registry, candidates: try candidates(for: judged, codes),
      uses: CodeUses(uses, limits: facts.codes.limits(in: program)))
    judgements.reserveCapacity(judged.count)
    var next = 0
    for place in conversions.indices {
      if next < judged.count, judged[next] == place {
        next += 1
        judge(place, codes[place], &search)
      }
      if search.uses.hasLimits, search.uses.count(conversions[place].credits),
        !conversions[place].meetsLimit
      {
        conversions[place].meetsLimit = true
        conversions[place].tonight.isMarked = true
      }
    }
  }

  /// By conversion: the code that its order names, where it is one of this programme.
  private func orderCodes() -> [CodeOrdinal?] {
    var codes: [CodeOrdinal?] = []
    codes.reserveCapacity(conversions.count)
    for place in conversions.indices {
      guard let text = conversions[place].order.code,
        let code = facts.codes.code(text, in: facts.registry),
        facts.registry.program(of: code) == program
      else {
        codes.append(nil)
        continue
      }
      codes.append(code)
    }
    return codes
  }

  /// Open ones, and those that this run brings, however old (SPEC 10: judged once).
  private static func toBeJudged(_ conversions: [Conversion], openSince: Instant) -> [Int] {
    var judged: [Int] = []
    judged.reserveCapacity(conversions.count)
    for place in conversions.indices
    where conversions[place].storedRow == nil
      || (!conversions[place].isClosed && conversions[place].order.occurredAt >= openSince)
    {
      judged.append(place)
    }
    return judged
  }

  /// Whether the order's code may earn it without a click: of the programme, active, not expired,
  /// its affiliate active (SPEC 9, Attribution). Judged in the run that brings the code.
  private mutating func judgeCodeItself(_ place: Int, _ code: CodeOrdinal?) {
    var counts = false
    if let code {
      let occurredAt = conversions[place].order.occurredAt
      counts = Self.mayEarn(
        facts.registry.codes[code.position],
        of: facts.registry.affiliates[facts.registry.codes[code.position].affiliate.position]
          .status,
        at: occurredAt)
    }
    if conversions[place].codeItselfCounts != counts {
      conversions[place].codeItselfCounts = counts
      conversions[place].tonight.isChanged = true
    }
  }

  private static func mayEarn(
    _ code: borrowing AffiliateCode, of affiliate: Affiliate.Status, at instant: Instant
  ) -> Bool {
    guard code.isActive, affiliate == .active else { return false }
    guard let expiresAt = code.expiresAt else { return true }
    return instant < expiresAt
  }

  private func candidates(
    for places: [Int], _ codes: [CodeOrdinal?]
  ) throws -> CandidateClicks {
    var wish = ClickWish(program: program, from: .distantFuture, until: .distantPast)
    var uses: [NamedCode] = []
    var inForce = TermsInForce(terms)
    for place in places {
      let occurredAt = conversions[place].order.occurredAt
      inForce.move(to: occurredAt)
      wish.from = min(wish.from, occurredAt + -inForce.terms.windowMilliseconds)
      wish.until = max(wish.until, occurredAt)
      // What the programme does not trust at that instant need not be looked for.
      for evidence in inForce.terms.evidence {
        switch evidence {
        case .clickID:
          if let clickID = conversions[place].order.clickID { wish.clickIDs.insert(clickID) }
        case .visitor:
          if let visitor = conversions[place].order.visitor { wish.visitors.insert(visitor) }
        case .code:
          if let code = codes[place] { uses.append(NamedCode(code: code, at: occurredAt)) }
        }
      }
    }
    let instants = Self.instants(&uses)
    wish.codes = Set(instants.keys)
    return try CandidateClicks(
      wish, codeInstants: instants, from: clicks, registry: facts.registry, threads: threads)
  }

  /// A code that an order names, and when.
  private struct NamedCode {
    var code: CodeOrdinal
    var at: Instant
  }

  /// For each code the instants of the orders that name it.
  private static func instants(_ named: inout [NamedCode]) -> [CodeOrdinal: [Instant]] {
    named.sort { left, right in
      left.code != right.code ? left.code < right.code : left.at < right.at
    }
    var instants: [CodeOrdinal: [Instant]] = [:]
    var start = 0
    while start < named.count {
      var end = start + 1
      while end < named.count, named[end].code == named[start].code { end += 1 }
      instants[named[start].code] = named[start..<end].map(\.at)
      start = end
    }
    return instants
  }

  private mutating func judge(
    _ place: Int, _ code: CodeOrdinal?, _ search: inout EvidenceSearch
  ) {
    if search.uses.hasLimits {
      search.uses.advance(
        to: conversions[place].order.occurredAt, conversions[place].order.id)
    }
    let order = OrderEvidence(
      occurredAt: conversions[place].order.occurredAt,
      clickID: conversions[place].order.clickID, visitor: conversions[place].order.visitor,
      code: code, namesCode: conversions[place].order.code != nil,
      codeItselfCounts: conversions[place].codeItselfCounts)
    let verdict = search.verdict(on: order)
    if conversions[place].meetsLimit != search.meetsLimit {
      conversions[place].meetsLimit = search.meetsLimit
      conversions[place].tonight.isMarked = true
    }
    switch verdict {
    case .credited(let evidence, let credits):
      if evidence == conversions[place].evidence, isSame(credits, conversions[place].credits) {
        return
      }
      attribute(place, evidence, search.model, credits, nil)
    case .unattributed(let reason):
      guard conversions[place].credits.isEmpty else {
        return attribute(place, nil, nil, [], reason)
      }
      if conversions[place].reason != reason {
        conversions[place].reason = reason
        conversions[place].tonight.isChanged = true
      }
    }
  }

  /// Whether touches and weights are the same (SPEC 9, Attribution).
  private func isSame(_ left: [Credit], _ right: [Credit]) -> Bool {
    guard left.count == right.count else { return false }
    for place in left.indices {
      guard left[place].code == right[place].code, left[place].clickAt == right[place].clickAt,
        left[place].weight == right[place].weight, left[place].clickID == right[place].clickID
      else { return false }
    }
    return true
  }

  private mutating func attribute(
    _ place: Int, _ evidence: Evidence?, _ model: AttributionModel?, _ credits: [Credit],
    _ reason: UnattributedReason?
  ) {
    if conversions[place].status == .approved {
      let former = conversions[place].credits
      for index in former.indices where isFirst(index, in: former) {
        lowerCount(of: former[index].affiliate)
      }
    }
    judgements.append(
      Judgement(
        place: place, formerStatus: conversions[place].status,
        formerCredits: conversions[place].credits,
        formerGeneration: conversions[place].generation,
        wasDecided: conversions[place].wasDecided))
    conversions[place].take(evidence, model, credits, reason)
  }
}
