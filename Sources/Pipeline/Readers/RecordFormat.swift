// What a file holds and what its reader is asked for.

/// How records stand in a file.
public enum RecordFormat: Sendable, Equatable {
  /// RFC 4180 with a header row; `delimiter` separates the cells.
  case csv(delimiter: UInt8)
  /// One JSON object a line.
  case jsonl
}

/// What the caller wants of each record: its native column names, in the caller's order.
///
/// Columns of the file that are not named are ignored.
public struct ColumnRequest: Sendable {
  /// The names, in the order in which fields are asked for.
  public let names: [String]
  /// The names that the header of a CSV file must have.
  public let required: Set<String>

  /// Asks for `names`; a CSV file without one of `required` is refused.
  public init(names: [String], required: Set<String> = []) {
    self.names = names
    self.required = required
  }

  /// The required names: those that are asked for in their order, then the rest.
  var requiredInOrder: [String] {
    let wanted = Set(required.map { Text($0) })
    let asked = names.filter { wanted.contains(Text($0)) }
    let rest = wanted.subtracting(asked.map { Text($0) }).sorted()
    return asked + rest.map(\.string)
  }
}

/// What stood in a field.
public enum FieldForm: UInt8, Sendable {
  /// Nothing: no such column, an empty cell, JSON `null` or `""`.
  case absent
  /// Text: every CSV cell, a JSON string.
  case text
  /// A JSON number, its bytes as written.
  case number
  /// JSON `true` or `false`.
  case literal
  /// A JSON object or array, its bytes as written.
  case structure
}

/// A field's bytes, unescaped and without quotes, and what they were.
public struct Field {
  /// The bytes; none when the field is absent. Valid as long as the batch is.
  public let bytes: ByteView
  /// What they were.
  public let form: FieldForm

  /// Puts both together.
  @inlinable public init(bytes: ByteView, form: FieldForm) {
    self.bytes = bytes
    self.form = form
  }

  /// Whether there is no value.
  @inlinable public var isAbsent: Bool { form == .absent }
}

/// A stretch of a file that begins and ends between records.
public struct RecordRange: Sendable, Equatable {
  /// The offset of the first byte, in the unpacked content.
  public let start: Int
  /// The offset after the last byte; `Int.max` stands for the end of an archive.
  public let end: Int
  /// The physical line on which the range begins.
  public let firstLine: Int

  init(start: Int, end: Int, firstLine: Int) {
    self.start = start
    self.end = end
    self.firstLine = firstLine
  }
}

/// The sizes that a reader works with; tests make them tiny.
struct ReaderSizes: Sendable {
  /// Bytes between the places where a range can be cut; divides `FileSurvey.digestBlockBytes`.
  var blockBytes = 256 << 10
  /// Bytes that are read at once.
  var chunkBytes = 512 << 10
  /// The longest record that is taken, without its line end.
  var recordLimit = 1 << 20
}
