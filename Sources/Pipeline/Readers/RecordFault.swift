// Why one record is refused before any of its values is looked at.

/// A defect of a record's form. The record's fields are then not to be read.
public enum RecordFault: Equatable, Sendable {
  /// The record is not well-formed; the column where it shows, if one can be named.
  case badRow(message: String, column: String?)
  /// A byte of the record is not UTF-8; the column it stands in, if one can be named.
  case badUTF8(message: String, column: String?)
  /// A value could not be rewritten: the reject reason's code, and the column by its name in the
  /// file.
  case badValue(reason: String, message: String, column: String?)

  /// The reject reason: `bad_row`, `bad_utf8`, or what a mapping names.
  public var code: String {
    switch self {
    case .badRow: "bad_row"
    case .badUTF8: "bad_utf8"
    case .badValue(let reason, _, _): reason
    }
  }

  /// What is wrong, for a person.
  public var message: String {
    switch self {
    case .badRow(let message, _), .badUTF8(let message, _), .badValue(_, let message, _): message
    }
  }

  /// The column where it shows, by its name in the file.
  public var column: String? {
    switch self {
    case .badRow(_, let column), .badUTF8(_, let column), .badValue(_, _, let column): column
    }
  }
}

extension RecordFault {
  static func tooLong(limit: Int) -> RecordFault {
    .badRow(message: "the record is longer than \(limit) bytes", column: nil)
  }

  static let unterminatedQuote = RecordFault.badRow(
    message: "a quoted cell is not closed before the end of the file", column: nil)

  static func strayQuote(column: String?) -> RecordFault {
    .badRow(
      message: "a quote mark stands inside a cell that does not begin with one; "
        + "quote the whole cell and double the mark", column: column)
  }

  static func textAfterQuote(column: String?) -> RecordFault {
    .badRow(
      message: "text follows a closing quote mark; double the quote marks inside the cell",
      column: column)
  }

  static func cellCount(_ found: Int, expected: Int) -> RecordFault {
    .badRow(message: "the row has \(found) cells, the header has \(expected)", column: nil)
  }

  static func nulByte(column: String?) -> RecordFault {
    .badRow(message: "the row has a NUL byte", column: column)
  }

  static func badUTF8(offset: Int, column: String?) -> RecordFault {
    .badUTF8(message: "byte \(offset + 1) of the record is not UTF-8", column: column)
  }
}
