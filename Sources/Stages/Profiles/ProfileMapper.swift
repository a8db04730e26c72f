// From a partner's records to native ones, batch by batch: column by column over some hundred rows
// at a time, so that the loops are plain. What reads the same in both is borrowed, not copied.
import Pipeline

/// The text of a cell, without white space around it.
struct MappedCell {
  let bytes: ByteView
  /// Where the bytes can be borrowed; nil where they have to be copied.
  let place: FieldPlace?
}

/// Rewrites batches by a profile. One for each thread.
final class ProfileMapper: RecordMapper {
  let plan: BoundProfile
  /// The text of a cell that is put together, on loan until the next one.
  let scratch = ContentBuffer()
  /// The same for cells that are put together from several.
  let joinBuffer = ContentBuffer()
  let zones: [ZoneOffsets]
  let amountStep: BoundStep?
  private let judging: [Int]
  var counts = ProfileNotes.Counts()

  /// The rows of a stretch that are taken in, and what is known of each.
  var rows: [MappedRow] = []
  var states: [RowState] = []
  /// Places in `rows` of the cells that could not be borrowed.
  var rest: [Int] = []
  /// For each step where its fallback and its words stand in the batch.
  var fallbacks: [FieldPlace?] = []
  var words: [[FieldPlace?]] = []
  var others: [FieldPlace?] = []
  var cases: [[FieldPlace?]] = []
  /// What the latest word meant: most rows have the same one as the row before.
  var latest = LatestWord()
  /// The latest symbol beside an amount, and its currency.
  var latestSymbol: (bytes: [UInt8], currency: Currency, isAmbiguous: Bool)?

  /// What a row has shown so far.
  struct RowState {
    var currency = CurrencySource.none
    var isCorrection = false
  }

  enum CurrencySource { case none, fallback, stated }

  /// A word of one step and stretch, and the field that it became.
  struct LatestWord {
    var bytes: ByteView?
    var field: FieldPlace?
    var fractionDigits: Int32 = 2
  }

  /// Native word of a row that changes an order's amount; no file can state it.
  static let correctionWord = "correction"

  init(_ plan: BoundProfile) {
    self.plan = plan
    zones = plan.steps.map { ZoneOffsets($0.rule.zone) }
    amountStep = plan.steps.first { $0.column == "amount" }
    judging = plan.steps.indices.filter { plan.steps[$0].filters }
  }

  func map(_ source: RecordBatch, into target: RecordBatch) {
    keepConstants(in: target)
    counts = ProfileNotes.Counts()
    var start = 0
    while start < source.count {
      let end = min(start + FieldTable.mostRows, source.count)
      let table = source.layOut(start..<end)
      rows.removeAll(keepingCapacity: true)
      states.removeAll(keepingCapacity: true)
      for row in start..<end { take(row, row - start, source, table, into: target) }
      for number in plan.steps.indices { work(number, table, into: target) }
      markCorrections(in: target)
      start = end
    }
    counts.passedOver = target.passedOver
    plan.notes.add(counts)
  }

  /// Puts the texts that many rows share into the batch once.
  private func keepConstants(in target: RecordBatch) {
    func keep(_ bytes: [UInt8]) -> FieldPlace? {
      bytes.isEmpty ? nil : ByteView.withBytes(of: bytes) { target.keep($0) }
    }
    func keep(_ meaning: ValueRule.Meaning?) -> FieldPlace? {
      if case .word(let word) = meaning { keep(Array(word.utf8)) } else { nil }
    }
    fallbacks = plan.steps.map { keep($0.fallback) }
    words = plan.steps.map { step in step.words.map { keep($0.meaning) } }
    others = plan.steps.map { keep($0.rule.otherwise) }
    cases = plan.steps.map { step in step.cases.map { keep($0.value) } }
  }

  /// Decides what a record is: a row, a row to be set aside, or no row at all.
  private func take(
    _ row: Int, _ place: Int, _ source: RecordBatch, _ table: FieldTable,
    into target: RecordBatch
  ) {
    if plan.isCSV, isNoRow(source.raw(row)) { return target.passOver() }
    let raw = source.raw(row)
    guard source.fault(row) == nil else {
      // Rows of totals are often short.
      if plan.isCSV, plan.passesOverTotals, beginsWithTotals(raw) { return target.passOver() }
      return target.appendFaulty(row, of: source)
    }
    if plan.skip.contains(where: { holds($0, place, table) }) || isFooter(place, table, raw) {
      return target.passOver()
    }
    for filter in plan.filter where holds(filter.condition, place, table) {
      return target.setAside(row, of: source, reason: filter.reason.rawValue)
    }
    for number in judging {
      if let reason = filterReason(number, place, table) {
        return target.setAside(row, of: source, reason: reason.rawValue)
      }
    }
    rows.append(MappedRow(row: place, target: target.count, fractionDigits: 2))
    states.append(
      RowState(isCorrection: plan.correction.contains { holds($0, place, table) }))
    target.appendRecord(row, of: source)
  }

  /// Whether a line is a comment or blank cells alone.
  private func isNoRow(_ raw: ByteView) -> Bool {
    var place = 0
    while place < raw.count {
      let byte = raw[place]
      guard byte <= 0x20 || byte == plan.delimiter || byte == UInt8(ascii: "\"") else { break }
      place += 1
    }
    guard place < raw.count else { return true }
    return place == 0 && !plan.comment.isEmpty && raw.startsWithWord(plan.comment)
  }

  func holds(_ condition: BoundCondition, _ row: Int, _ table: FieldTable) -> Bool {
    var found: MappedCell?
    for bound in condition.cells {
      found = cell(bound, row, table)
      if found != nil { break }
    }
    if let isBlank = condition.isBlank, isBlank != (found == nil) { return false }
    let bytes = found?.bytes
    if !condition.words.isEmpty {
      guard let bytes, condition.words.contains(where: { bytes.isWord($0) }) else { return false }
    }
    if let bytes, condition.otherWords.contains(where: { bytes.isWord($0) }) { return false }
    if !condition.starts.isEmpty {
      guard let bytes, condition.starts.contains(where: { bytes.startsWithWord($0) }) else {
        return false
      }
    }
    return true
  }

  private func markCorrections(in target: RecordBatch) {
    guard let status = plan.statusTarget, states.contains(where: \.isCorrection) else { return }
    let word = ByteView.withBytes(of: Self.correctionWord) { target.keep($0) }
    for place in rows.indices where states[place].isCorrection {
      let row = Int(rows[place].target)
      if !target.isFaulty(row) { target.set(row, status, word) }
    }
  }
}

extension BoundStep {
  /// Whether some word sets a row aside.
  var filters: Bool {
    for word in words { if case .filter = word.meaning { return true } }
    if case .filter = rule.otherwise { return true }
    return false
  }
}
