// One native column of a stretch of rows.
import Pipeline

extension ProfileMapper {
  /// Works through the rows taken in, for one step.
  func work(_ number: Int, _ table: FieldTable, into target: RecordBatch) {
    let step = plan.steps[number]
    latest = LatestWord()
    guard let (column, form) = step.borrowed else {
      for place in rows.indices { put(number, step, place, table, target) }
      return
    }
    rest.removeAll(keepingCapacity: true)
    target.borrow(step.target, from: table, column, as: form, rows: rows, rest: &rest)
    for place in rest { put(number, step, place, table, target) }
  }

  @inline(__always) private func put(
    _ number: Int, _ step: BoundStep, _ place: Int, _ table: FieldTable, _ target: RecordBatch
  ) {
    guard !target.isFaulty(Int(rows[place].target)) else { return }
    switch step.form {
    case .text: putText(number, step, rows[place], table, target)
    case .instant: putInstant(number, step, rows[place], table, target)
    case .currency: putCurrency(number, step, place, table, target)
    case .money(let minorTarget): putMoney(number, step, place, minorTarget, table, target)
    case .metadata: putMetadata(number, step, rows[place], table, target)
    }
  }

  /// The text of a cell; nil where there is none.
  @inline(__always) func cell(
    _ bound: BoundCell, _ row: Int, _ table: FieldTable
  ) -> MappedCell? {
    let place = table.place(row, bound.column)
    guard !place.isAbsent else { return nil }
    if !bound.members.isEmpty || bound.extraction != nil {
      return innerCell(bound, place, table)
    }
    return wholeCell(place, table)
  }

  @inline(__always) private func wholeCell(
    _ place: FieldPlace, _ table: FieldTable
  ) -> MappedCell? {
    guard !place.isAbsent else { return nil }
    let bytes = table.bytes(place)
    let (start, end) = bytes.trimmed
    guard start < end else { return nil }
    let text = bytes.slice(from: start, to: end)
    if !plan.blanks.isEmpty, plan.blanks.contains(where: { text.isWord($0) }) { return nil }
    return MappedCell(
      bytes: text, place: place.isCopy ? nil : place.part(from: start, count: end - start))
  }

  /// A member of a JSON object, or a value inside a text.
  private func innerCell(
    _ bound: BoundCell, _ place: FieldPlace, _ table: FieldTable
  ) -> MappedCell? {
    var text = table.bytes(place)
    var base: FieldPlace? = place.isCopy ? nil : place
    if !bound.members.isEmpty {
      guard let member = Self.member(text, bound.members) else { return nil }
      scratch.truncate(to: 0)
      scratch.append(member.string)
      text = scratch.view
      base = nil
    }
    guard let extraction = bound.extraction else {
      let (start, end) = text.trimmed
      guard start < end else { return nil }
      return MappedCell(bytes: text.slice(from: start, to: end), place: nil)
    }
    guard let range = extraction.value(in: text) else { return nil }
    let value = text.slice(from: range.lowerBound, to: range.upperBound)
    guard KeyExtraction.isEscaped(value) else {
      return MappedCell(
        bytes: value, place: base?.part(from: range.lowerBound, count: value.count))
    }
    let copy = value.copied()
    scratch.truncate(to: 0)
    ByteView.withBytes(of: copy) { KeyExtraction.appendUnescaped($0, to: scratch) }
    return MappedCell(bytes: scratch.view, place: nil)
  }

  private static func member(_ text: ByteView, _ names: [Text]) -> Text? {
    guard var value = try? JSONValue(text.copied()) else { return nil }
    for name in names {
      let folded = HeaderNames.folded(name.string)
      guard
        let member = value[name]
          ?? value.members?.first(where: { HeaderNames.folded($0.name.string) == folded })?.value
      else { return nil }
      value = member
    }
    switch value {
    case .null: return nil
    case .string(let text): return text.isEmpty ? nil : text
    case .number(let spelling): return spelling
    default: return Text(value.canonicalText)
    }
  }

  /// The text of the first place that has one, or that of all the columns put together.
  @inline(__always) func cell(
    of step: BoundStep, _ row: Int, _ table: FieldTable
  ) -> MappedCell? {
    for column in step.wholeColumns {
      guard let found = wholeCell(table.place(row, column), table) else { continue }
      return step.strip.isEmpty ? found : Self.stripped(found, of: step.strip)
    }
    guard step.wholeColumns.isEmpty else {
      return step.joined.isEmpty ? nil : joinedCell(step, row, table)
    }
    for bound in step.cells {
      guard let found = cell(bound, row, table) else { continue }
      return step.strip.isEmpty ? found : Self.stripped(found, of: step.strip)
    }
    return step.joined.isEmpty ? nil : joinedCell(step, row, table)
  }

  /// The cell without the first of some prefixes that it has.
  private static func stripped(_ cell: MappedCell, of prefixes: [[UInt8]]) -> MappedCell? {
    guard let prefix = prefixes.first(where: { cell.bytes.startsWithWord($0) }) else { return cell }
    let rest = cell.bytes.slice(from: prefix.count, to: cell.bytes.count)
    guard !rest.isEmpty else { return nil }
    return MappedCell(bytes: rest, place: cell.place?.part(from: prefix.count, count: rest.count))
  }

  private func joinedCell(
    _ step: BoundStep, _ row: Int, _ table: FieldTable
  ) -> MappedCell? {
    joinBuffer.truncate(to: 0)
    for bound in step.joined {
      guard let found = cell(bound, row, table) else { continue }
      if joinBuffer.count > 0 { joinBuffer.append(step.rule.separator) }
      joinBuffer.append(found.bytes)
    }
    return joinBuffer.count > 0 ? MappedCell(bytes: joinBuffer.view, place: nil) : nil
  }

  @inline(__always) func put(
    _ cell: MappedCell, _ row: Int, _ column: Int, _ target: RecordBatch
  ) {
    if let place = cell.place {
      target.set(row, column, place)
    } else {
      target.set(row, column, target.keep(cell.bytes))
    }
  }

  func refuse(
    _ target: RecordBatch, _ row: Int, _ reason: RejectReason, _ step: BoundStep,
    _ bytes: ByteView, _ what: String
  ) {
    target.refuse(
      row, reason: reason.rawValue,
      message: "\(step.sourceName) \(Quoted.text(bytes.text())) \(what)", column: step.sourceName)
  }
}

extension ProfileMapper {
  /// Why a word sets the row aside; nil where it does not.
  func filterReason(_ number: Int, _ row: Int, _ table: FieldTable) -> FilterReason? {
    let step = plan.steps[number]
    guard let cell = cell(of: step, row, table) else { return nil }
    let meaning = step.words.first { cell.bytes.isWord($0.word) }?.meaning ?? step.rule.otherwise
    if case .filter(let reason) = meaning { return reason }
    return nil
  }

  private func putText(
    _ number: Int, _ step: BoundStep, _ mapped: MappedRow, _ table: FieldTable,
    _ target: RecordBatch
  ) {
    let row = Int(mapped.row)
    let targetRow = Int(mapped.target)
    for (place, entry) in step.cases.enumerated() where holds(entry.condition, row, table) {
      if let value = cases[number][place] { target.set(targetRow, step.target, value) }
      return
    }
    guard let cell = cell(of: step, row, table) else {
      if let place = fallbacks[number] { target.set(targetRow, step.target, place) }
      return
    }
    if !step.words.isEmpty || step.rule.otherwise != nil {
      return putWord(number, step, cell, targetRow, target)
    }
    if step.rule.isHashed {
      let digest = ContentHash.digest(of: cell.bytes).description.prefix(16)
      let place = ByteView.withBytes(of: String(digest)) { target.keep($0) }
      return target.set(targetRow, step.target, place)
    }
    if let letters = step.rule.letters {
      let text = cell.bytes.string()
      let changed = letters == .upper ? text.uppercased() : text.lowercased()
      let place = ByteView.withBytes(of: changed) { target.keep($0) }
      return target.set(targetRow, step.target, place)
    }
    put(cell, targetRow, step.target, target)
  }

  private func putWord(
    _ number: Int, _ step: BoundStep, _ cell: MappedCell, _ row: Int, _ target: RecordBatch
  ) {
    if let known = latest.bytes, known == cell.bytes {
      if let field = latest.field { target.set(row, step.target, field) }
      return
    }
    for (place, word) in step.words.enumerated() where cell.bytes.isWord(word.word) {
      let known = words[number][place]
      if known == nil, case .reject = word.meaning { break }
      return take(known, of: cell, row, step, target)
    }
    if let place = others[number] { return take(place, of: cell, row, step, target) }
    if case .absent = step.rule.otherwise { return }
    let known = step.words.map { String(decoding: $0.word, as: UTF8.self) }
    refuse(
      target, row, .badValue, step, cell.bytes,
      "is no word that the profile \(plan.profile.name) knows; known are "
        + known.joined(separator: ", "))
  }

  /// Sets what a word means, and remembers it for the next row.
  private func take(
    _ field: FieldPlace?, of cell: MappedCell, _ row: Int, _ step: BoundStep,
    _ target: RecordBatch
  ) {
    if let field { target.set(row, step.target, field) }
    // What was put together does not stay where it is.
    latest.bytes = cell.place == nil ? nil : cell.bytes
    latest.field = field
  }

  private func putInstant(
    _ number: Int, _ step: BoundStep, _ mapped: MappedRow, _ table: FieldTable,
    _ target: RecordBatch
  ) {
    let row = Int(mapped.target)
    guard let cell = cell(of: step, Int(mapped.row), table) else {
      if let place = fallbacks[number] { target.set(row, step.target, place) }
      return
    }
    guard let moment = moment(number, step, cell.bytes) else {
      let forms = step.rule.dates.joined(separator: ", ")
      return refuse(
        target, row, .badInstant, step, cell.bytes,
        "is no date of the form \(forms); state its form in \"dates\"")
    }
    if moment.hasShortYear { counts.shortYears += 1 }
    if let minutes = moment.zoneMinutes {
      target.setInstant(
        row, step.target, milliseconds: moment.clock - Int64(minutes) * 60_000)
    } else {
      counts.zoneless += 1
      target.setInstant(
        row, step.target, milliseconds: zones[number].instant(clock: moment.clock))
    }
  }

  /// Reads a date by the forms in turn.
  private func moment(_ number: Int, _ step: BoundStep, _ bytes: ByteView) -> CellMoment? {
    for form in step.dates {
      guard let moment = form.read(bytes) else { continue }
      if form.mixesDayAndMonth {
        if moment.isAmbiguous { counts.ambiguousDates += 1 } else { counts.decisiveDates += 1 }
      }
      return moment
    }
    return nil
  }

  private func putMetadata(
    _ number: Int, _ step: BoundStep, _ mapped: MappedRow, _ table: FieldTable,
    _ target: RecordBatch
  ) {
    let row = Int(mapped.row)
    let targetRow = Int(mapped.target)
    if step.cells.count == 1, let only = step.cells.first, only.members.isEmpty {
      guard let cell = cell(only, row, table) else { return }
      // JSON stays what it is.
      if cell.bytes[0] == UInt8(ascii: "{") || cell.bytes[0] == UInt8(ascii: "[") {
        return put(cell, targetRow, step.target, target)
      }
    }
    var members: [JSONValue.Member] = []
    for bound in step.cells {
      guard let cell = cell(bound, row, table) else { continue }
      members.append(JSONValue.Member(Text(bound.label), .string(cell.bytes.text())))
    }
    guard !members.isEmpty else { return }
    let text = JSONValue.object(members).canonicalText
    target.set(targetRow, step.target, ByteView.withBytes(of: text) { target.keep($0) })
  }
}
