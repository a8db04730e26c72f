// A row that has been read: its typed values, its content, and the fate it ends in.

import Pipeline

/// What becomes of a row.
enum Fate: Equatable {
  case accepted
  case duplicate
  case filtered(Text)
  case rejected(Text)
}

/// A row whose form is right.
struct Row {
  /// Its place among the rows of the run, under which its fate is kept.
  var index: Int
  var kind: Kind
  /// The typed value of every native field that is present.
  var values: [Text: Text]
  /// The cells of the fields whose value has an inner structure.
  var cells: [Text: Cell]
  /// The typed content: rows that have it in common are the same row.
  var content: Text

  func text(_ name: Text) -> Text? { values[name] }

  func instant(_ name: Text) -> Int64? { values[name].flatMap { Int64($0.string) } }
}

/// What was read of one file, and the fates of its rows.
struct FileFacts {
  var kind: Kind
  var name: String
  var rows = 0
  var accepted = 0
  var duplicate = 0
  var filtered: [Text: Int] = [:]
  var rejected: [Text: Int] = [:]
  /// Line and reason of each rejected row.
  var rejects: [(line: Int, reason: Text)] = []
}

/// A row of the run before its fate is known.
struct PendingRow {
  var file: Int
  var line: Int
  var fate: Fate?
}

/// Reads a row's cells: its typed form, or the reason it is rejected for.
func read(
  _ fields: [Field], _ kind: Kind, index: Int, naming: Naming
) -> Result<Row, Refusal> {
  var present: [Text: Cell] = [:]
  for field in fields {
    if case .null = field.cell { continue }
    if field.cell.plain(naming).utf8.isEmpty { continue }
    present[Text(field.name)] = field.cell
  }
  for group in kind.required where !group.contains(where: { present[$0] != nil }) {
    return .failure(Refusal("missing_field"))
  }
  var values: [Text: Text] = [:]
  var cells: [Text: Cell] = [:]
  for column in kind.columns {
    guard let cell = present[column.name] else { continue }
    switch typed(Text(cell.plain(naming)), column.form) {
    case .failure(let refusal): return .failure(refusal)
    case .success(let value): values[column.name] = value
    }
    cells[column.name] = cell
  }
  let content = values.sorted { $0.key < $1.key }
    .map { "\($0.key.string)=\($0.value.string)" }.joined(separator: "\u{1F}")
  let row = Row(index: index, kind: kind, values: values, cells: cells, content: Text(content))
  if kind == .orders, let refusal = orderRefusal(row) { return .failure(refusal) }
  return .success(row)
}

/// An e-mail address in the form in which addresses are compared.
func normalisedEmail(_ text: Text) -> Text {
  var bytes = Array(text.utf8)
  while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
  while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
  bytes = bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
  guard let at = bytes.lastIndex(of: 0x40) else {
    return Text(String(decoding: bytes, as: UTF8.self))
  }
  var local = Array(bytes[..<at])
  let domain = Array(bytes[(at + 1)...])
  if let plus = local.firstIndex(of: 0x2B) { local = Array(local[..<plus]) }
  if domain == Array("gmail.com".utf8) || domain == Array("googlemail.com".utf8) {
    local.removeAll { $0 == 0x2E }
  }
  return Text(String(decoding: local + [0x40] + domain, as: UTF8.self))
}
