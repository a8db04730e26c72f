// HTML from front to back, with every text escaped. There is no way to write one unescaped.

/// Writes elements. Names of elements and attributes are the program's own words; their values and
/// all text may be anyone's.
struct HTMLWriter {
  private(set) var bytes: [UInt8] = []

  /// An element without content.
  mutating func void(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:])
  {
    open(name, attributes)
  }

  /// An element with what `body` writes.
  mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ body: (inout HTMLWriter) throws -> Void
  ) rethrows {
    open(name, attributes)
    try body(&self)
    bytes.append(contentsOf: "</".utf8)
    append(name)
    bytes.append(0x3E)
  }

  /// An element with a text.
  mutating func element(_ name: StaticString, _ text: String) { element(name, [:], text) }

  /// An element with a text.
  mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, _ text: String
  ) {
    element(name, attributes) { $0.text(text) }
  }

  /// A text.
  mutating func text(_ text: String) {
    for byte in text.utf8 { append(escaped: byte) }
  }

  /// The document's first line.
  mutating func doctype() { bytes.append(contentsOf: "<!doctype html>\n".utf8) }

  private mutating func open(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>
  ) {
    bytes.append(0x3C)
    append(name)
    for (attribute, value) in attributes {
      bytes.append(0x20)
      append(attribute)
      bytes.append(contentsOf: "=\"".utf8)
      text(value)
      bytes.append(0x22)
    }
    bytes.append(0x3E)
  }

  private mutating func append(_ word: StaticString) {
    word.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func append(escaped byte: UInt8) {
    switch byte {
    case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
    case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
    case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
    case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
    case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
    // Characters that HTML does not allow are shown as what they are: something unreadable.
    case 0x00..<0x09, 0x0B, 0x0C, 0x0E..<0x20, 0x7F: bytes.append(contentsOf: "\u{FFFD}".utf8)
    default: bytes.append(byte)
    }
  }
}
