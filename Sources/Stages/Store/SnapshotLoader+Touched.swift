// Which stored orders the night's clicks may earn: those that one of them points at and that are
// not older than it. No other open order needs to be judged again (JudgingBasis.swift).
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
    var numbers: [Int64] = []
    while try evidence.step() {
      let occurredAt = evidence.int(1)
      let marks = ConversionMarks(bits: evidence.int(2))
      let keys = try StoredKeys(evidence, 3, marks)
      if clicks.mayEarn(occurredAt, visitor: keys.visitor)
        || clicks.mayEarn(occurredAt, clickID: evidence.optionalText(5))
        || clicks.mayEarn(occurredAt, code: code(evidence, marks))
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

/// The earliest of the night's clicks that are not later than every stored order, by what an order
/// may name of them.
private struct EarlyClicks {
  private let probe: WishProbe
  private var byVisitor: [Int64]
  private var byClickID: [Int64]
  private var byCode: [Int64]

  init(
    _ clicks: ProgramClicks, of program: ProgramOrdinal, from first: Instant, until last: Instant
  ) throws {
    // Every click names itself, so that it is found by all that it has.
    var wish = ClickWish(program: program, from: first, until: last)
    try clicks.forEachBlockTonight(untilDay: last.utcDay) { Self.name($0, in: &wish) }
    let probe = WishProbe(wish)
    var byVisitor = [Int64](repeating: .max, count: probe.visitors.digests.count)
    var byClickID = [Int64](repeating: .max, count: probe.clickIDs.count)
    var byCode = [Int64](repeating: .max, count: probe.codes.count)
    try clicks.forEachBlockTonight(untilDay: last.utcDay) { block in
      probe.scan(block) { click in
        Self.note(click.instant, click.visitorPlace, in: &byVisitor)
        Self.note(click.instant, click.clickIDPlace, in: &byClickID)
        Self.note(click.instant, click.codePlace, in: &byCode)
      }
    }
    self.probe = probe
    self.byVisitor = byVisitor
    self.byClickID = byClickID
    self.byCode = byCode
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

  private static func note(_ instant: Int64, _ place: Int32, in earliest: inout [Int64]) {
    guard place >= 0 else { return }
    earliest[Int(place)] = min(earliest[Int(place)], instant)
  }

  /// Whether a click of the visitor is not after an order's instant.
  func mayEarn(_ instant: Int64, visitor: Digest128?) -> Bool {
    guard let visitor else { return false }
    return Self.has(probe.visitors.place(of: Key96(visitor)), byVisitor, instant)
  }

  /// The same of clicks with an id.
  func mayEarn(_ instant: Int64, clickID: Text?) -> Bool {
    guard let clickID else { return false }
    return Self.has(probe.clickIDs.place(of: clickID), byClickID, instant)
  }

  /// The same of clicks of a code.
  func mayEarn(_ instant: Int64, code: CodeOrdinal?) -> Bool {
    guard let code else { return false }
    return Self.has(probe.place(ofCode: code.index), byCode, instant)
  }

  private static func has(_ place: Int32, _ earliest: [Int64], _ instant: Int64) -> Bool {
    place >= 0 && earliest[Int(place)] <= instant
  }
}
