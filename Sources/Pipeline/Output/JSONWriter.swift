// JSON as RFC 8259 has it, written from front to back. Keys keep the order of the calls.

/// Writes JSON values, compact or indented by two spaces, one value or one a line.
public struct JSONWriter: ~Copyable {
  /// How the text looks.
  public enum Layout: Hashable, Sendable {
    /// No white space at all, as JSON lines need it.
    case compact
    /// A line for each member and element, indented by two spaces a level.
    case indented
  }

  private enum Container { case object, array }

  private let sink: any ByteSink
  private let layout: Layout
  private var buffer: [UInt8] = []
  private var open: [(container: Container, count: Int)] = []
  private var hasKey = false

  /// Makes a writer.
  public init(to sink: any ByteSink, layout: Layout = .compact) {
    self.sink = sink
    self.layout = layout
  }

  /// Begins an object.
  public mutating func beginObject() { begin(.object, 0x7B) }
  /// Ends the object begun last.
  public mutating func endObject() { end(.object, 0x7D) }
  /// Begins an array.
  public mutating func beginArray() { begin(.array, 0x5B) }
  /// Ends the array begun last.
  public mutating func endArray() { end(.array, 0x5D) }

  /// Names the next value of the object begun last.
  public mutating func key(_ name: String) {
    precondition(open.last?.container == .object && !hasKey, "a key stands in an object")
    separate()
    appendString(name)
    buffer.append(0x3A)
    if layout == .indented { buffer.append(0x20) }
    hasKey = true
  }

  /// Writes a string.
  public mutating func string(_ value: Text) { string(value.string) }

  /// Writes a string.
  public mutating func string(_ value: String) {
    beginValue()
    appendString(value)
  }

  /// Writes an integer.
  public mutating func integer(_ value: Int64) {
    beginValue()
    buffer.append(decimal: value)
  }

  /// Writes a number as it is spelled, such as `0.10`; it must be a number of JSON's.
  public mutating func decimal(_ spelling: String) {
    precondition(JSONNumber.isValid(Array(spelling.utf8)), "not a number of JSON's")
    raw(spelling)
  }

  /// Writes `true` or `false`.
  public mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

  /// Writes `null`.
  public mutating func null() { raw("null") }

  private mutating func raw(_ text: String) {
    beginValue()
    buffer.append(contentsOf: text.utf8)
  }

  /// Ends a line after a complete value.
  ///
  /// - Throws: What the sink throws.
  public mutating func endLine() throws {
    precondition(open.isEmpty, "a line ends after a whole value")
    buffer.append(0x0A)
    if buffer.count >= sinkBlockByteCount { try handOver() }
  }

  /// Hands over what is left. The sink is flushed or closed by its owner.
  ///
  /// - Throws: What the sink throws.
  public mutating func finish() throws {
    precondition(open.isEmpty, "something is begun and not ended")
    try handOver()
  }

  /// Hands over what there is, in the middle of a long value.
  ///
  /// - Throws: What the sink throws.
  public mutating func handOverIfLarge() throws {
    if buffer.count >= sinkBlockByteCount { try handOver() }
  }

  private mutating func handOver() throws {
    try sink.write(buffer.span)
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func begin(_ container: Container, _ bracket: UInt8) {
    beginValue()
    buffer.append(bracket)
    open.append((container, 0))
  }

  private mutating func end(_ container: Container, _ bracket: UInt8) {
    let last = open.popLast()
    precondition(last?.container == container && !hasKey, "what was begun last ends first")
    if let last, last.count > 0 { breakLine() }
    buffer.append(bracket)
  }

  private mutating func beginValue() {
    if hasKey {
      hasKey = false
    } else {
      precondition(open.last?.container != .object, "a value in an object has a key")
      separate()
    }
  }

  private mutating func separate() {
    guard let last = open.indices.last else { return }
    if open[last].count > 0 { buffer.append(0x2C) }
    open[last].count += 1
    breakLine()
  }

  private mutating func breakLine() {
    guard layout == .indented else { return }
    buffer.append(0x0A)
    buffer.append(contentsOf: repeatElement(0x20, count: 2 * open.count))
  }

  private mutating func appendString(_ value: String) {
    var value = value
    // SAFETY: the pointer is used only while the text lends it.
    value.withUTF8 { bytes in buffer.append(quotingJSON: unsafe bytes.span) }
  }
}

extension JSONWriter {
  /// Writes a named string, or null.
  public mutating func member(_ name: String, _ value: Text?) {
    key(name)
    if let value { string(value) } else { null() }
  }

  /// Writes a named string.
  public mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  /// Writes a named integer, or null.
  public mutating func member(_ name: String, _ value: Int64?) {
    key(name)
    if let value { integer(value) } else { null() }
  }

  /// Writes a named `true` or `false`.
  public mutating func member(_ name: String, _ value: Bool) {
    key(name)
    bool(value)
  }

  /// Writes a value that was read before; its numbers as they were spelled.
  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let truth): bool(truth)
    case .number(let spelling): decimal(spelling.string)
    case .string(let text): string(text)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        key(member.name.string)
        self.value(member.value)
      }
      endObject()
    }
  }
}

extension [UInt8] {
  /// Appends a text as a JSON string, in quotes and escaped.
  mutating func append(quotingJSON bytes: Span<UInt8>) {
    append(0x22)
    if !bytes.indices.contains(where: { bytes[$0] < 0x20 || bytes[$0] == 0x22 || bytes[$0] == 0x5C }
    ) {
      // SAFETY: the pointer is used only while the span lends it.
      unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
      append(0x22)
      return
    }
    for index in bytes.indices {
      let byte = bytes[index]
      switch byte {
      case 0x22, 0x5C: append(contentsOf: [0x5C, byte])
      case 0x08: append(contentsOf: [0x5C, 0x62])
      case 0x09: append(contentsOf: [0x5C, 0x74])
      case 0x0A: append(contentsOf: [0x5C, 0x6E])
      case 0x0C: append(contentsOf: [0x5C, 0x66])
      case 0x0D: append(contentsOf: [0x5C, 0x72])
      case 0x00..<0x20:
        append(contentsOf: "\\u00".utf8)
        append(contentsOf: [byte].hexadecimalText.utf8)
      default: append(byte)
      }
    }
    append(0x22)
  }
}
