// A profile written from a sample file, with guesses for a person to look over.
public import Pipeline

/// Guesses a profile from the beginning of a file.
public struct ProfileDraft {
  private let head: FileHead
  private let kind: InputKind
  private let name: String
  private let header: HeaderNames
  private var lines: [String] = []

  /// - Parameter kind: What the rows are; nil guesses.
  public init(_ head: FileHead, kind: InputKind?, name: String) {
    self.head = head
    self.name = name
    header = HeaderNames(head.names)
    self.kind = kind ?? Self.kind(of: HeaderNames(head.names))
  }

  private static func kind(of header: HeaderNames) -> InputKind {
    let isClick = ["user agent", "landing page", "click id", "clicked at"].contains {
      header.place(of: $0) != nil
    }
    let hasMoney = ColumnWords.of(.orders).first { $0.column == "amount" }?.words.contains {
      header.place(of: $0) != nil
    }
    return isClick && hasMoney != true ? .clicks : .orders
  }

  /// The profile as JSON with comments; it can be used as it stands.
  public mutating func text() -> String {
    lines = ["// Written from a sample: look over every line that says \"guess\"."]
    lines.append("{")
    add("name", name)
    add("kind", kind.rawValue, "guess: what the rows are")
    addForm()
    let money = addMarks()
    lines.append("  \"columns\": {")
    var taken: Set<Int> = []
    var columns: [String] = []
    for entry in ColumnWords.of(kind) {
      guard let found = place(of: entry, taken) else { continue }
      taken.insert(found.place)
      columns.append(column(entry.column, found.place, isGuess: found.isGuess, money))
    }
    lines.append(contentsOf: columns)
    lines.append("  },")
    let rest = head.names.indices.filter { !taken.contains($0) }.map { head.names[$0] }
    if !rest.isEmpty { lines.append("  // not used: \(rest.joined(separator: ", "))") }
    lines.append("  \"others\": \"ignore\", // or \"metadata\": keep the columns that are not used")
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func addForm() {
    if case .csv(let delimiter) = head.format {
      add("delimiter", delimiter == 0x09 ? "tab" : String(decoding: [delimiter], as: UTF8.self))
      if head.headerLine > 1 {
        lines.append(
          "  // \(head.headerLine - 1) lines before the header are passed over by themselves")
      }
    }
    if head.encoding != .utf8 { add("encoding", head.encoding.rawValue, "by its byte order mark") }
    add("zone", "UTC", "guess: the clock of dates that name no zone, such as Europe/Berlin")
  }

  /// States the decimal mark where the sample decides it.
  private mutating func addMarks() -> (point: UInt8, group: UInt8) {
    guard let entry = ColumnWords.of(kind).first(where: { $0.column == "amount" }),
      let place = place(of: entry, [])?.place
    else { return (0x2E, 0x2C) }
    let values = values(place)
    let isEnglish = reads(values, MoneyForm(point: 0x2E, group: 0x2C))
    let isOther = reads(values, MoneyForm(point: 0x2C, group: 0x2E))
    let usesComma = !isEnglish && isOther
    let isOpen = isEnglish && isOther && values.contains { $0.contains(",") || $0.contains(".") }
    add(
      "decimal", usesComma ? "," : ".",
      isOpen ? "guess: the sample reads either way" : "as in the sample")
    return usesComma ? (0x2C, 0x2E) : (0x2E, 0x2C)
  }

  private func reads(_ values: [String], _ form: MoneyForm) -> Bool {
    values.allSatisfy { value in
      ByteView.withBytes(of: value) { (try? form.read($0)) != nil }
    }
  }

  private mutating func add(_ key: String, _ value: String, _ comment: String = "") {
    let note = comment.isEmpty ? "" : " // \(comment)"
    lines.append("  \(Self.quoted(key)): \(Self.quoted(value)),\(note)")
  }

  private static func quoted(_ text: String) -> String {
    JSONValue.string(Text(text)).canonicalText
  }

  /// The values of a column that has one.
  private func values(_ place: Int) -> [String] {
    head.rows.compactMap { row in
      guard place < row.count else { return nil }
      let value = ByteView.withBytes(of: row[place]) { view in
        let (start, end) = view.trimmed
        return view.slice(from: start, to: end).string()
      }
      return value.isEmpty ? nil : value
    }
  }

  private func place(
    of entry: ColumnWords.Entry, _ taken: Set<Int>
  ) -> (place: Int, isGuess: Bool)? {
    for word in entry.words {
      if let place = header.place(of: word), !taken.contains(place) { return (place, false) }
    }
    for word in entry.words where word.count > 3 {
      let folded = HeaderNames.folded(word)
      let similar = head.names.indices.first {
        !taken.contains($0) && HeaderNames.folded(head.names[$0]).contains(folded)
      }
      if let similar { return (similar, true) }
    }
    // Something has to stand for what every row needs.
    guard entry.isNeeded else { return nil }
    return head.names.indices.first { !taken.contains($0) }.map { ($0, true) }
  }
}

extension ProfileDraft {
  private func column(
    _ column: String, _ place: Int, isGuess: Bool, _ money: (point: UInt8, group: UInt8)
  ) -> String {
    let values = values(place)
    var members = ["\"from\": [\(Self.quoted(head.names[place]))]"]
    var notes: [String] = isGuess ? ["guess: the column's name is not a usual one"] : []
    if ["order_id", "occurred_at", "amount"].contains(column) {
      members.append("\"required\": true")
    }
    if kind.instants.contains(column) {
      let (forms, note) = Self.dateForms(values)
      members.append("\"dates\": [\(forms.map { Self.quoted($0) }.joined(separator: ", "))]")
      if let note { notes.append(note) }
    }
    if column == "amount" { notes.append(contentsOf: amountNotes(values, money, &members)) }
    if column == "status" {
      members.append("\"words\": { \(Self.statusWords(values).joined(separator: ", ")) }")
      notes.append("guess: what the words mean")
    }
    let note = notes.isEmpty ? "" : " // \(notes.joined(separator: "; "))"
    return "    \(Self.quoted(column)): { \(members.joined(separator: ", ")) },\(note)"
  }

  private func amountNotes(
    _ values: [String], _ money: (point: UInt8, group: UInt8), _ members: inout [String]
  ) -> [String] {
    var notes = ["guess: the base of commissions; take one without tax and shipping if there is"]
    let form = MoneyForm(point: money.point, group: money.group)
    let cells = values.compactMap { value in ByteView.withBytes(of: value) { try? form.read($0) } }
    if cells.contains(where: \.isNegative) {
      members.append("\"negative\": \"correction\"")
      notes.append("guess: rows below zero correct their order")
    }
    if cells.contains(where: { $0.scale > 2 }) {
      members.append("\"rounding\": \"half_up\"")
      notes.append("guess: how to round")
    }
    if !values.isEmpty, values.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) {
      notes.append("guess: whole numbers, perhaps minor units: then add \"unit\": \"minor\"")
    }
    return notes
  }

  private static let dateCandidates = [
    "iso", "unix", "yyyy/MM/dd HH:mm:ss", "dd.MM.yyyy HH:mm:ss", "dd/MM/yyyy HH:mm:ss",
    "MM/dd/yyyy HH:mm:ss", "MM/dd/yyyy hh:mm:ss a", "MM/dd/yyyy hh:mm a", "dd/MM/yy HH:mm:ss",
    "MM/dd/yy HH:mm:ss", "dd-MM-yyyy HH:mm:ss", "MMM d yyyy HH:mm:ss", "MMM d, yyyy HH:mm:ss",
    "MMM d, yyyy h:mm:ss a", "MMM d, yyyy h:mm a", "d MMM yyyy HH:mm:ss", "d. MMM yyyy HH:mm:ss",
    "yyyyMMdd",
  ]

  /// The forms that read all values, and what is open about them.
  private static func dateForms(_ values: [String]) -> (forms: [String], note: String?) {
    let fitting = dateCandidates.filter { candidate in
      guard let form = try? DateForm(candidate) else { return false }
      return !values.isEmpty
        && values.allSatisfy { value in ByteView.withBytes(of: value) { form.read($0) != nil } }
    }
    guard let first = fitting.first else {
      return (["iso"], "guess: no known form reads all of the sample; state it")
    }
    let numeric = fitting.filter { $0.hasPrefix("dd/") || $0.hasPrefix("MM/") }
    guard numeric.contains(where: { $0.hasPrefix("dd/") }),
      numeric.contains(where: { $0.hasPrefix("MM/") })
    else { return ([first], nil) }
    return ([first], "guess: day and month read in either order; the other is \(numeric[1])")
  }

  private static func statusWords(_ values: [String]) -> [String] {
    var seen: [String] = []
    for value in values.map({ $0.lowercased() }) where !seen.contains(value) && seen.count < 16 {
      seen.append(value)
    }
    return seen.map { "\(quoted($0)): \(meaning(of: $0))" }
  }

  private static func meaning(of word: String) -> String {
    func has(_ parts: [String]) -> Bool { parts.contains { word.contains($0) } }
    if has(["partial"]) && has(["refund", "return"]) { return "\"partially_refunded\"" }
    if has(["refund", "return", "revers", "erstatt"]) { return "\"refunded\"" }
    if has(["chargeback", "dispute"]) { return "\"chargeback\"" }
    if has(["cancel", "void", "declin", "reject", "denied", "storn"]) { return "\"cancelled\"" }
    if has(["pending", "unpaid", "fail", "hold", "await", "draft", "open", "offen", "expired"]) {
      return "{ \"filter\": \"unpaid\" }"
    }
    return "\"paid\""
  }
}
