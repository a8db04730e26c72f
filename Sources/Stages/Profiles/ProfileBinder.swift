// Finding a profile's columns in a file, and what to do with each.
import Pipeline

/// Finds a profile's columns in a file, one after the other.
struct ProfileBinder {
  private let profile: Profile
  private let header: HeaderNames
  private let isCSV: Bool
  private let file: String
  private let line: Int?
  /// The names that are asked for, and their places.
  private(set) var wanted: [String] = []
  private var places: [Text: Int] = [:]

  init(_ profile: Profile, names: [String], format: RecordFormat, file: String, line: Int?) {
    self.profile = profile
    self.file = file
    self.line = line
    header = HeaderNames(names)
    isCSV = format != .jsonl
  }

  mutating func steps(asOf: Instant) throws(FileRefusal) -> [BoundStep] {
    let native = profile.kind.request.names
    var steps: [BoundStep] = []
    for (column, rule) in profile.columns {
      guard let target = native.firstIndex(of: column) else { continue }
      let form = form(of: column, rule, native)
      var step = BoundStep(
        target: target, column: column, form: form, rule: rule,
        sourceName: rule.places.first?.column ?? rule.join.first ?? column)
      step.cells = rule.places.compactMap { cell($0) }
      step.joined = rule.join.compactMap { cell(ValueRule.Place(column: $0)) }
      step.minus = rule.minus.compactMap { cell(ValueRule.Place(column: $0)) }
      step.cases = rule.cases.compactMap { entry in
        condition(entry.condition).map { ($0, Array(entry.value.utf8)) }
      }
      try demand(step)
      step.words = rule.words.map { BoundWord(word: Array($0.word.utf8), meaning: $0.meaning) }
      step.dates = rule.dates.compactMap { try? DateForm($0) }
      step.strip = rule.strip.map { Array($0.lowercased().utf8) }
      step.fallback = Array((rule.constant ?? rule.fallback ?? "").utf8)
      if case .instant = form, rule.fallback == "as_of" {
        step.fallback = Array(InstantText.text(milliseconds: asOf.milliseconds).utf8)
      }
      if let name = step.cells.first?.name ?? step.joined.first?.name { step.sourceName = name }
      steps.append(step)
    }
    addCurrencyOfHeader(to: &steps, native)
    try addOthers(to: &steps, native)
    for place in steps.indices { steps[place].settle(hasBlanks: !profile.blanks.isEmpty) }
    return steps
  }

  private func form(of column: String, _ rule: ValueRule, _ native: [String]) -> BoundStep.Form {
    switch column {
    case "metadata": .metadata
    case "currency": .currency
    case "amount" where profile.kind == .orders:
      .money(minorTarget: rule.isMinor ? native.firstIndex(of: "amount_minor") : nil)
    case "refunded_amount": .money(minorTarget: nil)
    default: profile.kind.instants.contains(column) ? .instant : .text
    }
  }

  /// Refuses a file that lacks a column that the profile cannot do without.
  private func demand(_ step: BoundStep) throws(FileRefusal) {
    guard isCSV, step.rule.isRequired else { return }
    guard !step.rule.isFound(in: header) else { return }
    let names = step.rule.places.map(\.column) + step.rule.join.prefix(1)
    let quoted = names.map { "\"\($0)\"" }.joined(separator: ", ")
    let needs = names.count == 1 ? quoted : "all of \(quoted), one of which must be there,"
    throw FileRefusal(
      file: file, line: line,
      kind: .unmappable(
        "the header lacks \(needs), from which the profile \(profile.name) takes \(step.column); "
          + "its columns are \(header.names.prefix(12).joined(separator: ", "))"
          + (header.names.count > 12 ? ", …" : "")
          + "; name the column in a profile of your own, or see `refbatch profiles detect`"))
  }

  /// The currency that a header such as `Price($)` tells, where no column does.
  private func addCurrencyOfHeader(to steps: inout [BoundStep], _ native: [String]) {
    guard profile.kind == .orders, let target = native.firstIndex(of: "currency"),
      let amount = steps.first(where: { $0.column == "amount" }),
      let name = amount.cells.first?.name, let suffix = HeaderNames.suffix(of: name),
      let found = CurrencySymbols.currency(Array(suffix.utf8))
    else { return }
    if let place = steps.firstIndex(where: { $0.column == "currency" }) {
      guard steps[place].cells.isEmpty, steps[place].rule.constant == nil else { return }
      if !found.isAmbiguous || steps[place].fallback.isEmpty {
        steps[place].fallback = Array(found.currency.code.utf8)
      }
      return
    }
    var step = BoundStep(
      target: target, column: "currency", form: .currency, rule: ValueRule(), sourceName: name)
    step.fallback = Array(found.currency.code.utf8)
    steps.insert(step, at: 0)
  }

  /// Columns that nothing else takes, for a profile that keeps them.
  private mutating func addOthers(
    to steps: inout [BoundStep], _ native: [String]
  ) throws(FileRefusal) {
    guard profile.others == .metadata, let target = native.firstIndex(of: "metadata") else {
      return
    }
    let taken = Set(wanted.map { Text($0) })
    let place = steps.firstIndex { $0.column == "metadata" }
    var step =
      place.map { steps[$0] }
      ?? BoundStep(
        target: target, column: "metadata", form: .metadata, rule: ValueRule(),
        sourceName: "metadata")
    var counts: [Text: Int] = [:]
    for name in header.names { counts[Text(name), default: 0] += 1 }
    for name in header.names
    where !name.isEmpty && !taken.contains(Text(name)) && counts[Text(name)] == 1 {
      if let cell = cell(ValueRule.Place(column: name)) { step.cells.append(cell) }
    }
    if let place { steps[place] = step } else { steps.append(step) }
  }

  mutating func condition(_ condition: Condition) -> BoundCondition? {
    let cells = condition.columns.compactMap { cell(ValueRule.Place(column: $0)) }
    // Of a column that is not there nothing holds.
    guard !cells.isEmpty else { return nil }
    return BoundCondition(
      cells: cells, words: condition.words.map { Array($0.utf8) },
      otherWords: condition.otherWords.map { Array($0.utf8) },
      starts: condition.starts.map { Array($0.utf8) }, isBlank: condition.isBlank)
  }

  /// The columns of an id or a date that a row has, unless it is one of totals. Of columns that are
  /// put together the first: others may hold sums.
  func columns(of columns: [String], _ steps: [BoundStep]) -> [Int] {
    guard profile.kind == .orders || profile.kind == .clicks, profile.rows.passesOverTotals else {
      return []
    }
    let found = steps.filter { columns.contains($0.column) }
    guard found.allSatisfy({ $0.fallback.isEmpty }) else { return [] }
    return found.flatMap { $0.cells + $0.joined.prefix(1) }.filter { $0.extraction == nil }
      .map(\.column)
  }

  private mutating func cell(_ place: ValueRule.Place) -> BoundCell? {
    let extraction =
      place.keys.isEmpty && place.path == nil
      ? nil : KeyExtraction(keys: place.keys, path: place.path)
    if let found = header.place(of: place.column) {
      return BoundCell(
        column: ask(header.names[found]), members: [], extraction: extraction,
        name: header.names[found], label: place.column)
    }
    guard !isCSV else { return nil }
    let parts = place.column.split(separator: ".").map(String.init)
    guard let first = parts.first else { return nil }
    let name = header.place(of: first).map { header.names[$0] } ?? first
    return BoundCell(
      column: ask(name), members: parts.dropFirst().map { Text($0) }, extraction: extraction,
      name: place.column, label: place.column)
  }

  private mutating func ask(_ name: String) -> Int {
    if let place = places[Text(name)] { return place }
    places[Text(name)] = wanted.count
    wanted.append(name)
    return wanted.count - 1
  }

  /// Refuses a header that has one of the wanted names twice.
  func refuseDoubled() throws(FileRefusal) {
    guard isCSV else { return }
    var counts: [Text: Int] = [:]
    for name in header.names { counts[Text(name), default: 0] += 1 }
    for name in wanted where counts[Text(name), default: 0] > 1 {
      throw FileRefusal(file: file, line: line, kind: .duplicateHeader(name))
    }
  }
}

extension InputKind {
  /// The native columns that hold instants.
  var instants: Set<String> {
    switch self {
    case .programs: ["status_at", "effective_at", "updated_at"]
    case .affiliates, .codes: ["created_at", "updated_at", "expires_at"]
    case .clicks, .referrals: ["occurred_at"]
    case .orders: ["occurred_at", "updated_at"]
    case .decisions: ["decided_at"]
    case .payoutRequests: ["requested_at"]
    case .settlements: ["processed_at"]
    }
  }
}
