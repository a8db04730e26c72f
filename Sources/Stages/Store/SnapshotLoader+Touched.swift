// Which stored orders the night's clicks may earn: those that one of them points at, that are not
// older than it, and whose verdict it may change. No other open order needs to be judged again
// (JudgingBasis.swift).
import Pipeline

extension SnapshotLoader {
  /// Loads the open conversions that the night's accepted clicks may earn; now and then one more.
  ///
  /// Most clicks are later than every stored order: only those of its last day and before are
  /// looked at, and orders are held against them as they are read.
  func loadConversions(touchedBy clicks: ProgramClicks, into draft: inout Draft) throws {
    guard let first = try clicks.firstTonight else { return }
    let lastOrder = queries.lastOrder
    try lastOrder.bind(int: draft.program, at: 1)
    var until = Instant.distantPast
    while try lastOrder.step() {
      if let latest = lastOrder.optionalInt(0) { until = Instant(milliseconds: latest) }
    }
    guard until >= first else { return }
    let found = try EarlyClicks(clicks, of: draft.snapshot.program, from: first, until: until)
    for number in try touched(by: found, from: first, of: draft) {
      try loadConversion(number: number, into: &draft)
    }
  }

  /// The numbers of open orders that such a click may earn.
  private func touched(
    by clicks: EarlyClicks, from first: Instant, of draft: Draft
  ) throws -> [Int64] {
    let evidence = queries.evidence
    try evidence.bind(int: draft.program, at: 1)
    try evidence.bind(int: max(first, openSince).milliseconds, at: 2)
    try evidence.bind(int: Int64.max, at: 3)
    let verdicts = EarlierVerdicts(facts.registry[draft.snapshot.program])
    var numbers: [Int64] = []
    while try evidence.step() {
      let occurredAt = evidence.int(1)
      let marks = ConversionMarks(bits: evidence.int(2))
      let keys = try StoredKeys(evidence, 3, marks)
      let verdict = verdicts.verdict(marks, occurredAt, clickBefore: evidence.optionalInt(7))
      if clicks.mayEarn(verdict.open(to: .visitor), visitor: keys.visitor)
        || clicks.mayEarn(verdict.open(to: .clickID), clickID: evidence.optionalText(5))
        || clicks.mayEarn(verdict.open(to: .code), code: code(evidence, marks))
      {
        numbers.append(evidence.int(0))
      }
    }
    return numbers
  }

  /// The code that an order names.
  private func code(_ evidence: Statement, _ marks: ConversionMarks) -> CodeOrdinal? {
    if marks.has(ConversionMarks.codeIsCredited) {
      return evidence.optionalInt(6).map { Ordinal(Int($0)) }
    }
    return evidence.optionalText(4).flatMap { facts.codes.code($0, in: facts.registry) }
  }
}

/// What the stored verdicts on a programme's orders leave to be won by further clicks (SPEC 3,
/// Attribution). It holds as long as verdicts rest on what they rested on (JudgingBasis.swift).
private struct EarlierVerdicts {
  private let program: Program
  /// By place in the timeline and kind of evidence: how early it is tried; nil for never.
  private let ranks: [[Int?]]

  init(_ program: Program) {
    self.program = program
    ranks = program.timeline.map { dated in
      Evidence.allCases.map { dated.terms.evidence.firstIndex(of: $0) }
    }
  }

  /// - Parameter clickBefore: Milliseconds from the winning click to the order; nil where the order
  ///   has none.
  func verdict(_ marks: ConversionMarks, _ occurredAt: Int64, clickBefore: Int64?) -> Verdict {
    let place = program.termsPlace(at: Instant(milliseconds: occurredAt))
    return Verdict(
      occurredAt: occurredAt, ranks: ranks.indices.contains(place) ? ranks[place] : [],
      evidence: marks.optionalCoded(ConversionMarks.evidence, Evidence.self),
      takesLast: marks.optionalCoded(ConversionMarks.model, AttributionModel.self) == .lastClick,
      clickBefore: clickBefore)
  }

  /// What decided an order.
  struct Verdict {
    let occurredAt: Int64
    let ranks: [Int?]
    /// nil where nothing won.
    let evidence: Evidence?
    /// Whether visitors' clicks were judged by the last one alone.
    let takesLast: Bool
    let clickBefore: Int64?

    /// The instants of a kind's clicks that the verdict does not outweigh; nil for none. Of click
    /// ids and codes, and by the last click of visitors, the most recent one wins.
    func open(to kind: Evidence) -> ClosedRange<Int64>? {
      guard let rank = rank(of: kind) else { return nil }
      guard let evidence, let decided = self.rank(of: evidence) else { return .min...occurredAt }
      if decided < rank { return nil }
      guard decided == rank, let clickBefore, kind != .visitor || takesLast else {
        return .min...occurredAt
      }
      let (winner, overflows) = occurredAt.subtractingReportingOverflow(clickBefore)
      return overflows || winner > occurredAt ? .min...occurredAt : winner...occurredAt
    }

    private func rank(of kind: Evidence) -> Int? {
      let place = Int(kind.rawValue)
      return ranks.indices.contains(place) ? ranks[place] : nil
    }
  }
}

/// The night's clicks that are not later than every stored order, by what an order may name of them.
private struct EarlyClicks {
  private let probe: WishProbe
  private let byVisitor: EarlyInstants
  private let byClickID: EarlyInstants
  private let byCode: EarlyInstants

  init(
    _ clicks: ProgramClicks, of program: ProgramOrdinal, from first: Instant, until last: Instant
  ) throws {
    // Every click names itself, so that it is found by all that it has.
    var wish = ClickWish(program: program, from: first, until: last)
    try clicks.forEachBlockTonight(untilDay: last.utcDay) { Self.name($0, in: &wish) }
    let probe = WishProbe(wish)
    var found = (
      visitors: [EarlyInstants.Click](), ids: [EarlyInstants.Click](),
      codes: [EarlyInstants.Click]()
    )
    try clicks.forEachBlockTonight(untilDay: last.utcDay) { block in
      probe.scan(block) { click in
        Self.note(click.instant, click.visitorPlace, in: &found.visitors)
        Self.note(click.instant, click.clickIDPlace, in: &found.ids)
        Self.note(click.instant, click.codePlace, in: &found.codes)
      }
    }
    self.probe = probe
    byVisitor = EarlyInstants(found.visitors, places: probe.visitors.digests.count)
    byClickID = EarlyInstants(found.ids, places: probe.clickIDs.count)
    byCode = EarlyInstants(found.codes, places: probe.codes.count)
  }

  private static func name(_ block: ClickMatches, in wish: inout ClickWish) {
    block.withColumns { columns in
      var offset = 0
      for row in 0..<columns.layout.rows {
        let start = offset
        let length = columns.idLength(row)
        offset += length
        let state = columns.state(row)
        guard state & ClickMatches.stateBits == ClickState.accepted.rawValue,
          columns.instant(row) <= wish.until.milliseconds
        else { continue }
        wish.codes.insert(CodeOrdinal(Int(columns.code(at: columns.codePlace(row)))))
        if state & ClickMatches.visitorBit != 0 {
          wish.visitors.insert(columns.visitor(row).widened)
        }
        if length > 0 { wish.clickIDs.insert(columns.id(offset: start, length: length).text) }
      }
    }
  }

  private static func note(_ instant: Int64, _ place: Int32, in clicks: inout [EarlyInstants.Click])
  {
    if place >= 0 { clicks.append(EarlyInstants.Click(place: place, instant: instant)) }
  }

  /// Whether a click of the visitor lies among some instants.
  func mayEarn(_ instants: ClosedRange<Int64>?, visitor: Digest128?) -> Bool {
    guard let instants, let visitor else { return false }
    return byVisitor.has(probe.visitors.place(of: Key96(visitor)), in: instants)
  }

  /// The same of clicks with an id.
  func mayEarn(_ instants: ClosedRange<Int64>?, clickID: Text?) -> Bool {
    guard let instants, let clickID else { return false }
    return byClickID.has(probe.clickIDs.place(of: clickID), in: instants)
  }

  /// The same of clicks of a code.
  func mayEarn(_ instants: ClosedRange<Int64>?, code: CodeOrdinal?) -> Bool {
    guard let instants, let code else { return false }
    return byCode.has(probe.place(ofCode: code.index), in: instants)
  }
}

/// The instants of clicks by the place of what they have, in order.
private struct EarlyInstants {
  struct Click {
    var place: Int32
    var instant: Int64
  }

  /// Of all places, one after the other.
  private let instants: [Int64]
  /// By place: where its instants start; one more at the end.
  private let starts: [Int]

  /// - Parameter places: How many there are; every click has one of them.
  init(_ clicks: [Click], places: Int) {
    let sorted = clicks.sorted {
      $0.place != $1.place ? $0.place < $1.place : $0.instant < $1.instant
    }
    instants = sorted.map(\.instant)
    var starts = [Int](repeating: 0, count: places + 1)
    for click in clicks { starts[Int(click.place) + 1] += 1 }
    for place in starts.indices.dropFirst() { starts[place] += starts[place - 1] }
    self.starts = starts
  }

  /// Whether a place, which may be −1 for none, has an instant in a range.
  func has(_ place: Int32, in range: ClosedRange<Int64>) -> Bool {
    guard place >= 0, Int(place) + 1 < starts.count else { return false }
    let own = instants[starts[Int(place)]..<starts[Int(place) + 1]]
    let next = own.partitionPoint { $0 >= range.lowerBound }
    return next < own.endIndex && own[next] <= range.upperBound
  }
}
