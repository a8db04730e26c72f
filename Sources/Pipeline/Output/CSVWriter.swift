// CSV as RFC 4180 has it, except that lines end with LF. Quotes only where they are needed.

/// Writes records of a fixed number of fields under a header.
///
/// A field is quoted when it holds the delimiter, a quote, CR or LF, or begins or ends with a
/// space; so is the empty field of a record that has no other, which would else be an empty line.
public struct CSVWriter: ~Copyable {
  /// How many records have been written, the header not counted.
  public private(set) var rows = 0

  private let sink: any ByteSink
  private let delimiter: UInt8
  private let columnCount: Int
  private var buffer: [UInt8] = []
  private var fieldCount = 0
  private var rowStart = 0

  /// Begins with a header.
  ///
  /// - Parameter delimiter: One ASCII byte, no quote and no line end.
  /// - Throws: What the sink throws.
  public init(to sink: any ByteSink, columns: [String], delimiter: UInt8 = 0x2C) throws {
    precondition(!columns.isEmpty, "a table has a column")
    precondition(
      delimiter < 0x80 && ![0x22, 0x0A, 0x0D].contains(delimiter), "no delimiter can be this")
    self.sink = sink
    self.delimiter = delimiter
    columnCount = columns.count
    for column in columns { append(column) }
    try endRow()
    rows = 0
  }

  /// Appends a text.
  public mutating func append(_ value: Text) { append(value.string) }

  /// Appends a text.
  public mutating func append(_ value: String) {
    beginField()
    var value = value
    // SAFETY: the pointer is used only while the text lends it.
    value.withUTF8 { bytes in
      let span = unsafe bytes.span
      let isQuoted = Self.needsQuotes(span, delimiter: delimiter)
      if isQuoted { appendQuoted(span) } else { buffer.append(span) }
    }
  }

  /// Appends a number.
  public mutating func append(_ value: Int64) {
    beginField()
    buffer.append(decimal: value)
  }

  /// Appends a number, or an empty field.
  public mutating func append(_ value: Int64?) {
    if let value { append(value) } else { appendEmpty() }
  }

  /// Appends a text, or an empty field.
  public mutating func append(_ value: Text?) {
    if let value { append(value) } else { appendEmpty() }
  }

  /// Appends `true` or `false`.
  public mutating func append(_ value: Bool) { append(value ? "true" : "false") }

  /// Appends an empty field.
  public mutating func appendEmpty() { beginField() }

  /// Ends a record, which must have as many fields as there are columns.
  ///
  /// - Throws: What the sink throws.
  public mutating func endRow() throws {
    precondition(fieldCount == columnCount, "a record has one field for each column")
    if buffer.count == rowStart { buffer.append(contentsOf: [0x22, 0x22]) }
    buffer.append(0x0A)
    fieldCount = 0
    rows += 1
    if buffer.count >= sinkBlockByteCount { try handOver() }
    rowStart = buffer.count
  }

  /// Hands over what is left. The sink is flushed or closed by its owner.
  ///
  /// - Throws: What the sink throws.
  public mutating func finish() throws {
    precondition(fieldCount == 0, "the last record has no end")
    try handOver()
    rowStart = 0
  }

  private mutating func handOver() throws {
    try sink.write(buffer.span)
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func beginField() {
    if fieldCount > 0 { buffer.append(delimiter) }
    fieldCount += 1
  }

  /// Whether a field must stand in quotes.
  static func needsQuotes(_ bytes: Span<UInt8>, delimiter: UInt8) -> Bool {
    guard bytes.count > 0 else { return false }
    if bytes[0] == 0x20 || bytes[bytes.count - 1] == 0x20 { return true }
    for index in bytes.indices {
      let byte = bytes[index]
      // Letters and digits are beyond every byte that matters but an unusual delimiter.
      guard byte < 0x2D || delimiter >= 0x2D else { continue }
      if byte == delimiter || byte == 0x22 || byte == 0x0A || byte == 0x0D { return true }
    }
    return false
  }

  private mutating func appendQuoted(_ bytes: Span<UInt8>) {
    buffer.append(0x22)
    for index in bytes.indices {
      if bytes[index] == 0x22 { buffer.append(0x22) }
      buffer.append(bytes[index])
    }
    buffer.append(0x22)
  }
}
