// The columns and bases of a profile's JSON.
import Pipeline

extension ProfileReader {
  func readColumns(into profile: inout Profile) throws {
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
      throw fault(
        path, isMade ? "has a value and a source" : "needs one of from, join, value, when")
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
