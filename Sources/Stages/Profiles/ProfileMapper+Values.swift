// One native column of a stretch of rows.
import Pipeline

extension ProfileMapper {
  /// Works through the rows kept, for one step.
  func work(_ number: Int, _ table: FieldTable, into target: RecordBatch) {
    let step = plan.steps[number]
    switch step.form {
    case .text:
      for kept in kept where !target.isFaulty(kept.target) {
        putText(number, step, kept, table, target)
      }
    case .instant:
      for kept in kept where !target.isFaulty(kept.target) {
        putInstant(number, step, kept, table, target)
      }
    case .currency:
      for place in kept.indices { putCurrency(number, step, place, table, target) }
    case .money(let minorTarget):
      for place in kept.indices where !target.isFaulty(kept[place].target) {
        putMoney(number, step, place, minorTarget, table, target)
      }
    case .metadata:
      for kept in kept where !target.isFaulty(kept.target) {
        putMetadata(number, step, kept, table, target)
      }
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
    _ number: Int, _ step: BoundStep, _ kept: KeptRow, _ table: FieldTable, _ target: RecordBatch
  ) {
    for (place, entry) in step.cases.enumerated() where holds(entry.condition, kept.row, table) {
      if let value = cases[number][place] { target.set(kept.target, step.target, value) }
      return
    }
    guard let cell = cell(of: step, kept.row, table) else {
      if let place = fallbacks[number] { target.set(kept.target, step.target, place) }
      return
    }
    if !step.words.isEmpty || step.rule.otherwise != nil {
      return putWord(number, step, cell, kept, target)
    }
    if step.rule.isHashed {
      let digest = ContentHash.digest(of: cell.bytes).description.prefix(16)
      let place = ByteView.withBytes(of: String(digest)) { target.keep($0) }
      return target.set(kept.target, step.target, place)
    }
    if let letters = step.rule.letters {
      let text = cell.bytes.string()
      let changed = letters == .upper ? text.uppercased() : text.lowercased()
      let place = ByteView.withBytes(of: changed) { target.keep($0) }
      return target.set(kept.target, step.target, place)
    }
    put(cell, kept.target, step.target, target)
  }

  private func putWord(
    _ number: Int, _ step: BoundStep, _ cell: MappedCell, _ kept: KeptRow, _ target: RecordBatch
  ) {
    for (place, word) in step.words.enumerated() where cell.bytes.isWord(word.word) {
      if let known = words[number][place] { return target.set(kept.target, step.target, known) }
      if case .reject = word.meaning { break }
      return
    }
    if let place = others[number] { return target.set(kept.target, step.target, place) }
    if case .absent = step.rule.otherwise { return }
    let known = step.words.map { String(decoding: $0.word, as: UTF8.self) }
    refuse(
      target, kept.target, .badValue, step, cell.bytes,
      "is no word that the profile \(plan.profile.name) knows; known are "
        + known.joined(separator: ", "))
  }

  private func putInstant(
    _ number: Int, _ step: BoundStep, _ kept: KeptRow, _ table: FieldTable, _ target: RecordBatch
  ) {
    guard let cell = cell(of: step, kept.row, table) else {
      if let place = fallbacks[number] { target.set(kept.target, step.target, place) }
      return
    }
    guard let (moment, form) = moment(number, step, cell.bytes) else {
      let forms = step.rule.dates.joined(separator: ", ")
      return refuse(
        target, kept.target, .badInstant, step, cell.bytes,
        "is no date of the form \(forms); state its form in \"dates\"")
    }
    note(moment, form)
    guard let minutes = moment.zoneMinutes else {
      counts.zoneless += 1
      let instant = zones[number].instant(clock: moment.clock)
      return target.setInstant(kept.target, step.target, milliseconds: instant)
    }
    if minutes == 0, case .iso = form.form, let place = cell.place,
      InstantText.scan(cell.bytes) != nil
    {
      return target.set(kept.target, step.target, place)
    }
    target.setInstant(
      kept.target, step.target, milliseconds: moment.clock - Int64(minutes) * 60_000)
  }

  /// Reads a date by the form that read the last one, else by the others in turn.
  private func moment(
    _ number: Int, _ step: BoundStep, _ bytes: ByteView
  ) -> (CellMoment, DateForm)? {
    let latest = latestForm[number]
    if latest > 0, latest < step.dates.count, let moment = step.dates[latest].read(bytes),
      !step.dates[..<latest].contains(where: { $0.read(bytes) != nil })
    {
      return (moment, step.dates[latest])
    }
    for (place, form) in step.dates.enumerated() {
      guard let moment = form.read(bytes) else { continue }
      latestForm[number] = place
      return (moment, form)
    }
    return nil
  }

  private func note(_ moment: CellMoment, _ form: DateForm) {
    if moment.hasShortYear { counts.shortYears += 1 }
    guard form.mixesDayAndMonth else { return }
    if moment.isAmbiguous { counts.ambiguousDates += 1 } else { counts.decisiveDates += 1 }
  }

  private func putMetadata(
    _ number: Int, _ step: BoundStep, _ kept: KeptRow, _ table: FieldTable, _ target: RecordBatch
  ) {
    if step.cells.count == 1, let only = step.cells.first, only.members.isEmpty {
      let place = table.place(kept.row, only.column)
      if !place.isAbsent, place.fieldForm == .structure, !place.isCopy {
        return target.set(kept.target, step.target, place)
      }
    }
    var members: [JSONValue.Member] = []
    for bound in step.cells {
      guard let cell = cell(bound, kept.row, table) else { continue }
      members.append(JSONValue.Member(Text(bound.name), .string(cell.bytes.text())))
    }
    guard !members.isEmpty else { return }
    let text = JSONValue.object(members).canonicalText
    target.set(kept.target, step.target, ByteView.withBytes(of: text) { target.keep($0) })
  }
}
