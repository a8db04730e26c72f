// A profile written from a sample file, with guesses for a person to look over.
public import Pipeline

/// Guesses a profile from the beginning of a file.
public struct ProfileDraft {
  private let head: FileHead
  private let kind: InputKind
  private let name: String
  private let columns: DraftColumns
  private var money = MoneyForm(point: 0x2E, group: 0x2C)
  private var lines: [String] = []

  /// - Parameter kind: What the rows are; nil guesses.
  public init(_ head: FileHead, kind: InputKind?, name: String) {
    self.head = head
    self.name = name
    self.kind = kind ?? Self.kind(of: HeaderNames(head.names))
    columns = DraftColumns(head, kind: self.kind)
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
    addMarks()
    lines.append("  \"columns\": {")
    lines.append(contentsOf: columns.found.map { column($0) })
    lines.append("  },")
    let rest = Self.oneLine(columns.rest.joined(separator: ", "))
    if !rest.isEmpty { lines.append("  // not used: \(rest)") }
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
    if head.encoding != .utf8 {
      let origin =
        head.isEncodingGuessed ? "guess: the sample is no UTF-8" : "by its byte order mark"
      add("encoding", head.encoding.rawValue, origin)
    }
    add("zone", "UTC", "guess: the clock of dates that name no zone, such as Europe/Berlin")
  }

  /// States the decimal mark where the sample decides it.
  private mutating func addMarks() {
    guard let found = columns.of("amount") else { return }
    let values = columns.cells(found).filter { !$0.isEmpty }
    let isEnglish = reads(values, MoneyForm(point: 0x2E, group: 0x2C))
    let isOther = reads(values, MoneyForm(point: 0x2C, group: 0x2E))
    let usesComma = !isEnglish && isOther
    let isOpen = isEnglish && isOther && values.contains { $0.contains(",") || $0.contains(".") }
    add(
      "decimal", usesComma ? "," : ".",
      isOpen ? "guess: the sample reads either way" : "as in the sample")
    if usesComma { money = MoneyForm(point: 0x2C, group: 0x2E) }
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

  /// A comment ends with its line.
  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}

extension ProfileDraft {
  private func column(_ found: DraftColumns.Found) -> String {
    let values = columns.cells(found).filter { !$0.isEmpty }
    let names = found.places.map { Self.quoted(head.names[$0]) }.joined(separator: ", ")
    var members = [found.places.count > 1 ? "\"join\": [\(names)]" : "\"from\": [\(names)]"]
    var notes: [String] = []
    if found.isMade {
      members.append("\"with\": \"|\", \"hash\": true")
      notes.append("guess: nothing names the order, so its id is made of its cells")
    } else if found.isInside {
      members = ["\"from\": [{ \"column\": \(names), \"keys\": \"@codes\" }]"]
      notes.append("guess: codes stand inside this column's texts")
    } else if found.places.count > 1 {
      members.append("\"with\": \" \"")
    }
    if found.isGuess, !found.isMade { notes.append("guess: the column's name is not a usual one") }
    if ["order_id", "occurred_at", "amount"].contains(found.column) {
      members.append("\"required\": true")
    }
    if kind.instants.contains(found.column) {
      let forms = DraftDates.forms(values)
      let stated = (forms.isEmpty ? ["iso"] : forms).map { Self.quoted($0) }
      members.append("\"dates\": [\(stated.joined(separator: ", "))]")
      if let note = DraftDates.note(values, forms) { notes.append(note) }
    }
    if found.column == "amount" { notes.append(contentsOf: amountNotes(found, &members)) }
    if found.column == "status" { notes.append(statusNote(values, &members)) }
    let note = notes.isEmpty ? "" : " // \(Self.oneLine(notes.joined(separator: "; ")))"
    return "    \(Self.quoted(found.column)): { \(members.joined(separator: ", ")) },\(note)"
  }

  private func amountNotes(_ found: DraftColumns.Found, _ members: inout [String]) -> [String] {
    var notes = ["guess: the base of commissions; take one without tax and shipping if there is"]
    let values = columns.cells(found)
    let cells = values.map { value in ByteView.withBytes(of: value) { try? money.read($0) } }
    let below = cells.indices.filter { cells[$0]?.isNegative == true }
    if !below.isEmpty {
      let isRefund = areRefundedOrders(below)
      members.append("\"negative\": \"\(isRefund ? "absolute" : "correction")\"")
      notes.append(
        isRefund
          ? "guess: refunded orders are below zero" : "guess: rows below zero correct their order")
    }
    if cells.contains(where: { ($0?.scale ?? 0) > 2 }) {
      members.append("\"rounding\": \"half_up\"")
      notes.append("guess: how to round")
    }
    let written = values.filter { !$0.isEmpty }
    let name = HeaderNames.folded(found.places.first.map { head.names[$0] } ?? "")
    if ["minor", "cents", "pence"].contains(where: { name.contains($0) }) {
      members.append("\"unit\": \"minor\"")
    } else if !written.isEmpty,
      written.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    {
      notes.append("guess: whole numbers, perhaps minor units: then add \"unit\": \"minor\"")
    }
    return notes
  }

  /// Whether the rows are orders of their own that their status calls refunded.
  private func areRefundedOrders(_ rows: [Int]) -> Bool {
    guard let status = columns.of("status"), let id = columns.of("order_id"), !id.isMade else {
      return false
    }
    let words = columns.cells(status)
    let ids = columns.cells(id).map { Text($0) }
    return rows.allSatisfy { row in
      let meaning = DraftStatus.meaning(of: words[row].lowercased())
      return meaning == .native("refunded") && ids.count { $0 == ids[row] } == 1
    }
  }

  private func statusNote(_ values: [String], _ members: inout [String]) -> String {
    var seen: [String] = []
    for value in values.map({ $0.lowercased() }) where !seen.contains(value) && seen.count < 16 {
      seen.append(value)
    }
    let words = seen.map { word in
      "\(Self.quoted(word)): \((DraftStatus.meaning(of: word) ?? .native("paid")).json)"
    }
    members.append("\"words\": { \(words.joined(separator: ", ")) }")
    let unknown = seen.filter { DraftStatus.meaning(of: $0) == nil }
    guard !unknown.isEmpty else { return "guess: what the words mean" }
    return "guess: what the words mean; nothing tells it of \(unknown.joined(separator: ", "))"
  }
}
