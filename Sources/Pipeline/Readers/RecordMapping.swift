// Rewriting records on their way from a file: what a file calls its columns, and how it writes its
// values, becomes what the caller asked for. What is rewritten into what is the caller's business.

/// How a caller's columns are found in files of some form, and rewritten.
public protocol RecordMapping: Sendable {
  /// The delimiters that a CSV file may have, the likeliest first.
  var delimiters: [UInt8] { get }
  /// How the text is encoded where no byte order mark tells; nil is UTF-8.
  var encoding: TextEncoding? { get }

  /// Whether a row of cells can be the header: what stands before it is passed over.
  func accepts(_ header: [String]) -> Bool

  /// Fits the mapping to a file.
  ///
  /// - Parameters:
  ///   - names: A CSV file's header, or the names that the first records of a JSONL file have.
  ///   - file: The file, by the name that its user knows.
  /// - Throws: a ``FileRefusal`` where a column is missing or stands twice.
  func bind(
    _ names: [String], format: RecordFormat, file: String, line: Int?
  ) throws(FileRefusal) -> any BoundMapping
}

/// A mapping that knows a file's columns. Several threads make mappers of it.
public protocol BoundMapping: Sendable {
  /// The file's names of the columns that a mapper reads, each once, in the order in which it asks.
  var sourceNames: [String] { get }
  /// How many columns the rewritten records have.
  var targetCount: Int { get }

  /// What the file calls the column that a rewritten one is made from; nil where that is none.
  func sourceName(of target: String) -> String?

  /// Something that rewrites batches, on one thread.
  func mapper() -> any RecordMapper
}

/// Rewrites batches, one after the other.
public protocol RecordMapper: AnyObject {
  /// Fills `target`, which is empty, with the records of `source`.
  func map(_ source: RecordBatch, into target: RecordBatch)
}

/// A record that is well-formed but not taken in, for a reason that is no defect.
public struct SetAsideRecord: Sendable {
  /// The physical line on which it starts.
  public let line: Int
  /// The reason's code.
  public let reason: String
}
