// Reads the fields of one row in the order of the checks (SPEC 10, Rows) and keeps the first thing
// that is wrong with it.
internal import Pipeline

/// A row as typed values, or why it is none.
public enum Decoded<Row> {
  case row(Row)
  case rejected(RejectedRow)

  /// The row, where there is one.
  public var row: Row? {
    if case .row(let row) = self { row } else { nil }
  }

  /// Why there is none.
  public var rejection: RejectedRow? {
    if case .rejected(let rejection) = self { rejection } else { nil }
  }
}

/// Reads one row. Once something is wrong, every further value is nil.
struct RowReader {
  let batch: RecordBatch
  let row: Int
  let origin: RowOrigin
  let layout: RowLayout
  private(set) var rejection: RejectedRow?

  /// Looks for a bad record first, then for required fields that are missing.
  init(_ batch: RecordBatch, _ row: Int, _ origin: RowOrigin, _ layout: RowLayout) {
    self.batch = batch
    self.row = row
    self.origin = origin
    self.layout = layout
    if let fault = batch.fault(row) {
      reject(column: fault.column, Self.reason(fault), fault.message)
      return
    }
    for column in layout.required where batch.field(row, column).form == .absent {
      missing(column)
      return
    }
  }

  var isRejected: Bool { rejection != nil }

  /// A column's value by its own type; nil where it is absent.
  mutating func value<Value>(
    _ column: Int, _ read: (Field) throws(ValueFault) -> Value
  ) -> Value? {
    guard rejection == nil else { return nil }
    let field = batch.field(row, column)
    guard field.form != .absent else { return nil }
    do {
      return try read(field)
    } catch {
      let name = layout.columns[column].name
      reject(
        column: name, error.reason, "\(name) \(Self.quoted(field.bytes)) \(error.expected)")
      return nil
    }
  }

  /// Whether a column has a value; a rejected row has none to look at.
  func isPresent(_ column: Int) -> Bool {
    rejection == nil && batch.field(row, column).form != .absent
  }

  mutating func text(_ column: Int) -> Text? {
    value(column) { field throws(ValueFault) in try field.text() }
  }

  /// A name, of 1 to 255 characters.
  mutating func name(_ column: Int) -> Text? {
    value(column) { field throws(ValueFault) in try field.text(limit: 255) }
  }

  mutating func instant(_ column: Int) -> Instant? {
    value(column) { field throws(ValueFault) in try field.instant() }
  }

  mutating func boolean(_ column: Int) -> Bool? {
    value(column) { field throws(ValueFault) in try field.boolean() }
  }

  mutating func currency(_ column: Int) -> Currency? {
    value(column) { field throws(ValueFault) in try field.currency() }
  }

  mutating func word<Value>(_ column: Int, _ words: [(StaticString, Value)]) -> Value? {
    value(column) { field throws(ValueFault) in try field.word(words) }
  }

  /// Canonical JSON.
  mutating func json(_ column: Int) -> Text? {
    value(column) { field throws(ValueFault) in Text(try field.json().canonicalText) }
  }

  /// Rejects the row where its own instant lies after `asOf`.
  mutating func demand(_ instant: Instant?, notAfter asOf: Instant, _ column: Int) {
    guard rejection == nil, let instant, instant > asOf else { return }
    let name = layout.columns[column].name
    let limit = InstantText.text(milliseconds: asOf.milliseconds)
    reject(
      column: name, .inFuture,
      "\(name) \(Self.quoted(batch.field(row, column).bytes)) is after the run's instant \(limit)")
  }

  /// Rejects the row for a field that must have a value.
  mutating func missing(_ column: Int) {
    let name = layout.columns[column].name
    reject(column: name, .missingField, "\(name) is missing; give it a value")
  }

  /// Rejects the row, unless it is rejected already.
  mutating func reject(column: String?, _ reason: RejectReason, _ message: String) {
    guard rejection == nil else { return }
    rejection = RejectedRow(
      origin: origin, column: column.map { batch.isMapped ? batch.nameInFile($0) : $0 },
      reason: reason, message: message, raw: batch.raw(row).copied())
  }

  private static func reason(_ fault: RecordFault) -> RejectReason {
    switch fault {
    case .badRow: .badRow
    case .badUTF8: .badUTF8
    case .badValue(let reason, _, _): RejectReason(rawValue: reason) ?? .badValue
    }
  }

  /// A value in quotes, cut where it is long.
  private static func quoted(_ bytes: ByteView) -> String { Quoted.text(bytes.text()) }
}

/// Values in messages.
enum Quoted {
  /// A value in quotes, cut after 60 characters.
  static func text(_ value: Text) -> String {
    let string = value.string
    return string.count <= 60 ? "\"\(string)\"" : "\"\(string.prefix(60))…\""
  }
}
