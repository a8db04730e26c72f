// From a profile's JSON to its value. Whatever is wrong is named with the member it stands in.
import Pipeline

/// Reads a profile from JSON; nothing unknown is passed over.
struct ProfileReader {
  let file: String
  let root: JSONValue
  /// What holds for all columns that do not say otherwise.
  private(set) var zone = "UTC"
  private(set) var dates = ["iso"]
  private(set) var point: UInt8 = 0x2E
  private(set) var group: UInt8 = 0x2C
  private(set) var kind = InputKind.orders

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

  func condition(
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

  func filterReason(_ word: String, _ path: String) throws -> FilterReason {
    guard let reason = FilterReason(rawValue: word), FilterReason.ofProfiles.contains(reason) else {
      throw fault(path, "a reason is \(list(FilterReason.ofProfiles.map(\.rawValue)))")
    }
    return reason
  }
}
