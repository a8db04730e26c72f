// Which stored orders the night's clicks may earn: those that one of them points at and that are
// not older than it. No other open order needs to be judged again (JudgingBasis.swift).
import Pipeline

extension SnapshotLoader {
  /// What of a stored order may point at a click.
  private struct StoredEvidence {
    var number: Int64
    var occurredAt: Int64
    var visitor: Digest128?
    var clickID: Text?
    var code: CodeOrdinal?
  }

  /// Loads the open conversions that the night's accepted clicks may earn; now and then one more.
  func loadConversions(touchedBy clicks: ProgramClicks, into draft: inout Draft) throws {
    guard let first = try clicks.firstTonight else { return }
    let stored = try openEvidence(from: first, of: draft)
    guard !stored.isEmpty else { return }
    var wish = ClickWish(
      program: draft.snapshot.program, from: first, until: Instant(milliseconds: .max))
    for order in stored {
      if let visitor = order.visitor { wish.visitors.insert(visitor) }
      if let clickID = order.clickID { wish.clickIDs.insert(clickID) }
      if let code = order.code { wish.codes.insert(code) }
    }
    let found = try TonightsClicks(clicks, wish)
    for order in stored
    where found.mayEarn(
      order.occurredAt, visitor: order.visitor, clickID: order.clickID, code: order.code)
    { try loadConversion(number: order.number, into: &draft) }
  }

  private func openEvidence(from first: Instant, of draft: Draft) throws -> [StoredEvidence] {
    let evidence = queries.evidence
    try evidence.bind(int: draft.program, at: 1)
    try evidence.bind(int: max(first, openSince).milliseconds, at: 2)
    try evidence.bind(int: Int64.max, at: 3)
    var found: [StoredEvidence] = []
    while try evidence.step() {
      var cursor = ColumnCursor(evidence)
      let number = cursor.int()
      let occurredAt = cursor.int()
      let marks = ConversionMarks(bits: cursor.int())
      cursor.skip(1)
      let keys = try StoredKeys(evidence, cursor.column, marks)
      let text = cursor.optionalText()
      let clickID = cursor.optionalText()
      let credited = cursor.optionalOrdinal(AffiliateCode.self)
      let named = text.flatMap { facts.codes.code($0, in: facts.registry) }
      found.append(
        StoredEvidence(
          number: number, occurredAt: occurredAt, visitor: keys.visitor, clickID: clickID,
          code: marks.has(ConversionMarks.codeIsCredited) ? credited : named))
    }
    return found
  }
}

/// The earliest of the night's clicks by what an order may name of them.
private struct TonightsClicks {
  private let probe: WishProbe
  private var byVisitor: [Int64]
  private var byClickID: [Int64]
  private var byCode: [Int64]

  init(_ clicks: ProgramClicks, _ wish: ClickWish) throws {
    let probe = WishProbe(wish)
    var byVisitor = [Int64](repeating: .max, count: probe.visitors.digests.count)
    var byClickID = [Int64](repeating: .max, count: probe.clickIDs.count)
    var byCode = [Int64](repeating: .max, count: probe.codes.count)
    try clicks.forEachBlockTonight { block in
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

  private static func note(_ instant: Int64, _ place: Int32, in earliest: inout [Int64]) {
    guard place >= 0 else { return }
    earliest[Int(place)] = min(earliest[Int(place)], instant)
  }

  /// Whether a click at or before an order's instant has what the order names.
  func mayEarn(
    _ instant: Int64, visitor: Digest128?, clickID: Text?, code: CodeOrdinal?
  ) -> Bool {
    if let visitor, Self.has(probe.visitors.place(of: Key96(visitor)), byVisitor, instant) {
      return true
    }
    if let clickID {
      let place = RawReader.withBytes(of: clickID) { probe.clickIDs.place(of: $0) }
      if Self.has(place, byClickID, instant) { return true }
    }
    guard let code else { return false }
    return Self.has(probe.place(ofCode: code.index), byCode, instant)
  }

  private static func has(_ place: Int32, _ earliest: [Int64], _ instant: Int64) -> Bool {
    place >= 0 && earliest[Int(place)] <= instant
  }
}
