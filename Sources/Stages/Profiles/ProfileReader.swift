// From a profile's JSON to its value. Whatever is wrong is named with the member it stands in.
import Pipeline

/// Reads a profile from JSON; nothing unknown is passed over.
struct ProfileReader {
  let file: String
  let root: JSONValue
  /// What holds for all columns that do not say otherwise.
  private var zone = "UTC"
  private var dates = ["iso"]
  private var point: UInt8 = 0x2E
  private var group: UInt8 = 0x2C
  private var kind = InputKind.orders

  static let keys = [
    "name", "title", "note", "kind", "extends", "header", "detect", "delimiter", "encoding",
    "comment", "others", "blanks", "zone", "dates", "decimal", "thousands", "rows", "base", "bases",
    "columns",
  ]

  init(file: String, root: JSONValue) {
    self.file = file
    self.root = root
  }

  /// The profile.
  ///
  /// - Throws: ``ProfileFault``.
  static func profile(_ root: JSONValue, file: String) throws -> Profile {
    var reader = ProfileReader(file: file, root: root)
    return try reader.read()
  }

  private mutating func read() throws -> Profile {
    try demandKeys(of: root, Self.keys, "")
    let word = try text(root, "kind", "") ?? ""
    guard let kind = InputKind(rawValue: word) else {
      throw fault("kind", "must be one of \(list(InputKind.allCases.map(\.rawValue)))")
    }
    self.kind = kind
    guard let name = try text(root, "name", ""), !name.isEmpty else {
      throw fault("name", "must be a text, such as my-shop-orders")
    }
    var profile = Profile(name: name, kind: kind)
    profile.title = try text(root, "title", "") ?? ""
    profile.note = try text(root, "note", "") ?? ""
    if let header = try text(root, "header", "") {
      guard let evidence = Profile.Evidence(rawValue: header) else {
        throw fault("header", "must be confirmed, unconfirmed or own")
      }
      profile.evidence = evidence
    }
    profile.signature = try texts(root, "detect", "")
    try readForm(into: &profile)
    try readDefaults()
    profile.rows = try rowRules()
    try readColumns(into: &profile)
    return profile
  }

  private func readForm(into profile: inout Profile) throws {
    if let word = try text(root, "delimiter", "") {
      guard let delimiter = Self.delimiters[word] else {
        throw fault("delimiter", "must be one of \",\", \";\", \"tab\", \"|\" or \"auto\"")
      }
      if delimiter != 0 { profile.delimiters = [delimiter] }
    }
    if let word = try text(root, "encoding", "") {
      let known = TextEncoding(rawValue: word)
      guard known != nil || word == "auto" else {
        throw fault(
          "encoding", "must be auto or one of \(list(TextEncoding.allCases.map(\.rawValue)))")
      }
      profile.encoding = known
    }
    profile.comment = Array((try text(root, "comment", "") ?? "").utf8)
    if let word = try text(root, "others", "") {
      guard let others = Profile.Others(rawValue: word) else {
        throw fault("others", "must be ignore or metadata")
      }
      profile.others = others
    }
    profile.blanks = try texts(root, "blanks", "").map { $0.lowercased() }
  }

  private static let delimiters: [String: UInt8] = [
    ",": 0x2C, ";": 0x3B, "tab": 0x09, "\t": 0x09, "|": 0x7C, "auto": 0,
  ]

  private mutating func readDefaults() throws {
    if let zone = try text(root, "zone", "") { self.zone = try checkedZone(zone, "zone") }
    if root["dates"] != nil { dates = try checkedDates(texts(root, "dates", ""), "dates") }
    (point, group) = try marks(root, "", (point, group))
  }

  private func rowRules() throws -> RowRules {
    var rules = RowRules()
    guard let rows = root["rows"] else { return rules }
    try demandKeys(of: rows, ["skip", "filter", "correction", "totals"], "rows")
    if let totals = rows["totals"] {
      guard let truth = totals.truth else { throw fault("rows.totals", "must be true or false") }
      rules.passesOverTotals = truth
    }
    rules.skip = try conditions(rows, "skip").map(\.condition)
    rules.correction = try conditions(rows, "correction").map(\.condition)
    rules.filter = try conditions(rows, "filter").map { ($0.condition, $0.reason ?? .excluded) }
    return rules
  }

  private func conditions(
    _ rows: JSONValue, _ name: String
  ) throws -> [(condition: Condition, reason: FilterReason?)] {
    guard let value = rows[Text(name)] else { return [] }
    let list = value.elements ?? [value]
    return try list.enumerated().map { number, element in
      let path = "rows.\(name)[\(number)]"
      let condition = try condition(element, path, and: "reason")
      let reason = try text(element, "reason", path).map { try filterReason($0, path) }
      guard reason == nil || name == "filter" else {
        throw fault(path + ".reason", "only a filter has a reason")
      }
      return (condition, reason)
    }
  }

  private func condition(
    _ element: JSONValue, _ path: String, and key: String
  ) throws -> Condition {
    try demandKeys(of: element, ["column", "is", "not", "starts", "blank", key], path)
    var condition = Condition(columns: try texts(element, "column", path))
    guard !condition.columns.isEmpty else { throw fault(path, "needs a \"column\"") }
    condition.words = try texts(element, "is", path).map { $0.lowercased() }
    condition.otherWords = try texts(element, "not", path).map { $0.lowercased() }
    condition.starts = try texts(element, "starts", path).map { $0.lowercased() }
    if let blank = element["blank"] {
      guard let truth = blank.truth else { throw fault(path + ".blank", "must be true or false") }
      condition.isBlank = truth
    }
    guard
      !condition.words.isEmpty || !condition.otherWords.isEmpty || !condition.starts.isEmpty
        || condition.isBlank != nil
    else { throw fault(path, "needs one of is, not, starts, blank") }
    return condition
  }

  private func filterReason(_ word: String, _ path: String) throws -> FilterReason {
    guard let reason = FilterReason(rawValue: word), FilterReason.ofProfiles.contains(reason) else {
      throw fault(path, "a reason is \(list(FilterReason.ofProfiles.map(\.rawValue)))")
    }
    return reason
  }
}

extension ProfileReader {
  private func readColumns(into profile: inout Profile) throws {
    let native = kind.request.names
    for member in try members(root, "columns") {
      let name = member.name.string
      let path = "columns.\(name)"
      guard native.contains(name) else {
        throw fault(path, "no column of \(kind.rawValue); those are \(list(native))")
      }
      if !member.value.isNull {
        profile.columns.append((name, try rule(member.value, path)))
      }
    }
    for member in try members(root, "bases") {
      let path = "bases.\(member.name)"
      guard kind == .orders else { throw fault(path, "only orders have bases") }
      profile.bases.append((member.name.string, try rule(member.value, path)))
    }
    profile.base = try text(root, "base", "") ?? profile.bases.first?.name
    if let base = profile.base {
      guard let value = profile.bases.first(where: { $0.name == base })?.value else {
        throw fault("base", "\"\(base)\" is none of the bases \(list(profile.bases.map(\.name)))")
      }
      guard !profile.columns.contains(where: { $0.column == "amount" }) else {
        throw fault("columns.amount", "the bases state the amount; leave it out")
      }
      profile.columns.append(("amount", value))
    }
    // Currency first: it says how many digits an amount has.
    let places = Dictionary(uniqueKeysWithValues: native.enumerated().map { ($1, $0) })
    profile.columns.sort { left, right in
      func place(_ name: String) -> Int { name == "currency" ? -1 : places[name] ?? 0 }
      return place(left.column) < place(right.column)
    }
    try checkWhole(profile)
  }

  private func checkWhole(_ profile: Profile) throws {
    func has(_ column: String) -> Bool { profile.columns.contains { $0.column == column } }
    for column in kind.request.required.sorted() where !has(column) {
      throw fault("columns.\(column)", "is missing; every row of \(kind.rawValue) needs it")
    }
    if kind == .orders, !has("amount") {
      throw fault("columns.amount", "is missing; state it or bases")
    }
  }

  private func rule(_ value: JSONValue, _ path: String) throws -> ValueRule {
    var rule = ValueRule()
    rule.zone = zone
    rule.dates = dates
    rule.decimalPoint = point
    rule.groupMark = group
    if value.text != nil || value.elements != nil {
      rule.places = try places(value, path)
      return rule
    }
    try demandKeys(of: value, Self.ruleKeys, path)
    if let from = value["from"] { rule.places = try places(from, path + ".from") }
    rule.join = try texts(value, "join", path)
    rule.separator = try text(value, "with", path) ?? (rule.join.isEmpty ? "" : " ")
    rule.constant = try text(value, "value", path)
    rule.fallback = try text(value, "default", path)
    rule.isRequired = try truth(value, "required", path)
    rule.isHashed = try truth(value, "hash", path)
    rule.isCapped = try truth(value, "cap", path)
    rule.strip = try texts(value, "strip", path)
    rule.letters = try word(value, "case", path)
    rule.negative = try word(value, "negative", path) ?? .reject
    rule.rounding = try word(value, "rounding", path) ?? .exact
    rule.minus = try texts(value, "minus", path)
    if let unit = try text(value, "unit", path) {
      guard ["major", "minor"].contains(unit) else {
        throw fault(path + ".unit", "must be major or minor")
      }
      rule.isMinor = unit == "minor"
    }
    if value["dates"] != nil { rule.dates = try checkedDates(texts(value, "dates", path), path) }
    if let zone = try text(value, "zone", path) { rule.zone = try checkedZone(zone, path) }
    (rule.decimalPoint, rule.groupMark) = try marks(value, path, (point, group))
    try readWords(value, path, into: &rule)
    try readCases(value, path, into: &rule)
    let isMade = !rule.places.isEmpty || !rule.join.isEmpty || !rule.cases.isEmpty
    guard isMade != (rule.constant != nil) || rule.fallback != nil else {
      throw fault(path, isMade ? "has a value and a source" : "needs one of from, join, value, when")
    }
    return rule
  }

  private func readCases(
    _ value: JSONValue, _ path: String, into rule: inout ValueRule
  ) throws {
    guard let cases = value["when"] else { return }
    for (number, element) in (cases.elements ?? [cases]).enumerated() {
      let path = "\(path).when[\(number)]"
      let condition = try condition(element, path, and: "value")
      guard let word = try text(element, "value", path) else {
        throw fault(path, "needs a \"value\"")
      }
      rule.cases.append((condition, word))
    }
  }

  private static let ruleKeys = [
    "when", "from", "join", "with", "value", "default", "required", "hash", "cap", "strip", "case",
    "negative", "rounding", "minus", "unit", "dates", "zone", "decimal", "thousands", "words",
    "otherwise",
  ]

  private func places(_ value: JSONValue, _ path: String) throws -> [ValueRule.Place] {
    try (value.elements ?? [value]).enumerated().map { number, element in
      if let text = element.text { return ValueRule.Place(column: text.string) }
      let path = "\(path)[\(number)]"
      try demandKeys(of: element, ["column", "keys", "path"], path)
      guard let column = try text(element, "column", path) else {
        throw fault(path, "must be a column's name, or an object with \"column\"")
      }
      var place = ValueRule.Place(column: column)
      place.keys = try texts(element, "keys", path).flatMap { KnownKeys.expanded($0) }
      place.path = try text(element, "path", path)
      return place
    }
  }

  private func readWords(
    _ value: JSONValue, _ path: String, into rule: inout ValueRule
  ) throws {
    for member in try members(value, "words", path) {
      let meaning = try meaning(member.value, "\(path).words.\(member.name)")
      rule.words.append((member.name.string.lowercased(), meaning))
    }
    if let otherwise = value["otherwise"] {
      rule.otherwise = try meaning(otherwise, path + ".otherwise")
    } else if !rule.words.isEmpty {
      rule.otherwise = .reject
    }
  }

  private func meaning(_ value: JSONValue, _ path: String) throws -> ValueRule.Meaning {
    if value.isNull { return .absent }
    if let text = value.text { return text == "reject" ? .reject : .word(text.string) }
    guard value.members != nil, let reason = try text(value, "filter", path) else {
      throw fault(path, "must be a native word, null, \"reject\" or {\"filter\": REASON}")
    }
    try demandKeys(of: value, ["filter"], path)
    return .filter(try filterReason(reason, path))
  }
}

extension ProfileReader {
  private func marks(
    _ value: JSONValue, _ path: String, _ defaults: (UInt8, UInt8)
  ) throws -> (UInt8, UInt8) {
    var (point, group) = defaults
    if let word = try text(value, "decimal", path) {
      guard word == "." || word == "," else { throw fault(path + ".decimal", "must be . or ,") }
      point = word == "." ? 0x2E : 0x2C
      group = word == "." ? 0x2C : 0x2E
    }
    if let word = try text(value, "thousands", path) {
      guard word.utf8.count == 1, let byte = word.utf8.first, byte != point else {
        throw fault(path + ".thousands", "must be one character, and not the decimal mark")
      }
      group = byte
    }
    return (point, group)
  }

  private func checkedZone(_ zone: String, _ path: String) throws -> String {
    guard ZoneOffsets.isKnown(zone) else {
      throw fault(path, "\"\(zone)\" is no time zone; give one such as Europe/Berlin or UTC")
    }
    return zone
  }

  private func checkedDates(_ forms: [String], _ path: String) throws -> [String] {
    for form in forms {
      do { _ = try DateForm(form) } catch { throw fault(path, "\"\(form)\": \(error.message)") }
    }
    guard !forms.isEmpty else { throw fault(path, "needs at least one form") }
    return forms
  }

  func fault(_ path: String, _ message: String) -> ProfileFault {
    ProfileFault(file: file, path: path, message: message)
  }

  private func list(_ words: [String]) -> String { words.joined(separator: ", ") }

  private func demandKeys(of value: JSONValue, _ known: [String], _ path: String) throws {
    guard let members = value.members else { throw fault(path, "must be an object") }
    for member in members where !known.contains(member.name.string) {
      throw fault(path, "unknown key \"\(member.name)\"; known are \(list(known))")
    }
  }

  private func members(
    _ value: JSONValue, _ name: String, _ path: String = ""
  ) throws -> [JSONValue.Member] {
    guard let found = value[Text(name)] else { return [] }
    guard let members = found.members else {
      throw fault(path.isEmpty ? name : "\(path).\(name)", "must be an object")
    }
    return members
  }

  private func text(_ value: JSONValue, _ name: String, _ path: String) throws -> String? {
    guard let found = value[Text(name)], !found.isNull else { return nil }
    guard let text = found.text ?? found.spelling else {
      throw fault(path.isEmpty ? name : "\(path).\(name)", "must be a text")
    }
    return text.string
  }

  private func texts(_ value: JSONValue, _ name: String, _ path: String) throws -> [String] {
    guard let found = value[Text(name)], !found.isNull else { return [] }
    return try (found.elements ?? [found]).map { element in
      if let text = element.text ?? element.spelling { return text.string }
      if let truth = element.truth { return truth ? "true" : "false" }
      throw fault(path.isEmpty ? name : "\(path).\(name)", "must be a text or a list of texts")
    }
  }

  private func truth(_ value: JSONValue, _ name: String, _ path: String) throws -> Bool {
    guard let found = value[Text(name)] else { return false }
    guard let truth = found.truth else { throw fault("\(path).\(name)", "must be true or false") }
    return truth
  }

  private func word<Word: RawRepresentable<String>>(
    _ value: JSONValue, _ name: String, _ path: String
  ) throws -> Word? {
    guard let text = try text(value, name, path) else { return nil }
    guard let word = Word(rawValue: text) else {
      throw fault("\(path).\(name)", "\"\(text)\" is no word that is known here")
    }
    return word
  }
}
