// One row after another, as CSV or as JSON lines: every export is written through this.
import Pipeline

/// Writes rows of a fixed list of columns, in one of the two formats.
///
/// Each row takes one value for each column, in their order.
struct TableWriter: ~Copyable {
  private let columns: [String]
  private var csv: CSVWriter?
  private var json: JSONWriter?
  private var column = 0
  /// How many rows have been ended.
  private(set) var rows: Int64 = 0

  /// Begins a table; a CSV one with its header.
  ///
  /// - Throws: What the sink throws.
  init(_ columns: [String], _ format: ExportFormat, to sink: any ByteSink) throws {
    self.columns = columns
    csv = nil
    json = nil
    switch format {
    case .csv: csv = try CSVWriter(to: sink, columns: columns)
    case .jsonl: json = JSONWriter(to: sink)
    }
  }

  /// A text; an empty one is absent.
  mutating func append(_ value: Text?) {
    guard let value, !value.isEmpty else { return appendAbsent() }
    beginValue()
    csv?.append(value)
    json?.string(value)
  }

  /// A text.
  mutating func append(_ value: String) {
    beginValue()
    csv?.append(value)
    json?.string(value)
  }

  /// A number.
  mutating func append(_ value: Int64?) {
    guard let value else { return appendAbsent() }
    beginValue()
    csv?.append(value)
    json?.integer(value)
  }

  /// An instant, as RFC 3339 in UTC.
  mutating func append(_ value: Instant?) {
    guard let value else { return appendAbsent() }
    append(value.printed)
  }

  /// Nothing.
  mutating func appendAbsent() {
    beginValue()
    csv?.appendEmpty()
    json?.null()
  }

  /// Nothing, in several columns.
  mutating func appendAbsent(_ count: Int) {
    for _ in 0..<count { appendAbsent() }
  }

  /// Ends a row.
  ///
  /// - Throws: What the sink throws.
  mutating func endRow() throws {
    precondition(column == columns.count, "a row has one value for each column")
    column = 0
    rows += 1
    try csv?.endRow()
    json?.endObject()
    try json?.endLine()
  }

  /// Hands over what is left.
  ///
  /// - Throws: What the sink throws.
  mutating func finish() throws {
    try csv?.finish()
    try json?.finish()
  }

  private mutating func beginValue() {
    if column == 0 { json?.beginObject() }
    json?.key(columns[column])
    column += 1
  }
}
