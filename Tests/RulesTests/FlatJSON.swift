// Reads the product's JSON lines: flat objects whose values are compared as text, exactly as they
// are written.

import Pipeline

/// A reader of one flat JSON object. A null is an empty text; a nested value is kept as written.
struct FlatJSON {
  private var bytes: [UInt8]
  private var at = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The object's members by name, or nil where the text is no flat object.
  static func record(_ line: some Sequence<UInt8>) -> Record? {
    var reader = FlatJSON(Array(line))
    return reader.object()
  }

  /// One record a line; a line that is none counts as an empty record.
  static func records(_ bytes: [UInt8]) -> [Record] {
    bytes.split(separator: 0x0A).map { record($0) ?? [:] }
  }

  private var here: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipBlanks() {
    while let byte = here, [0x20, 0x09, 0x0D].contains(byte) { at += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard here == byte else { return false }
    at += 1
    return true
  }

  private mutating func object() -> Record? {
    guard take(0x7B) else { return nil }
    var record: Record = [:]
    if take(0x7D) { return record }
    repeat {
      skipBlanks()
      guard let name = string(), take(0x3A), let value = value() else { return nil }
      record[name] = value
    } while take(0x2C)
    return take(0x7D) ? record : nil
  }

  private mutating func value() -> Text? {
    skipBlanks()
    if here == 0x22 { return string() }
    let start = at
    var depth = 0
    while let byte = here {
      if byte == 0x22 {
        guard string() != nil else { return nil }
        continue
      }
      if depth == 0, byte == 0x2C || byte == 0x7D { break }
      if byte == 0x5B || byte == 0x7B { depth += 1 }
      if byte == 0x5D || byte == 0x7D { depth -= 1 }
      at += 1
    }
    let text = Text(String(decoding: bytes[start..<at], as: UTF8.self))
    return text == "null" ? "" : text
  }

  private mutating func string() -> Text? {
    guard here == 0x22 else { return nil }
    at += 1
    var out: [UInt8] = []
    while let byte = here {
      at += 1
      if byte == 0x22 { return Text(String(decoding: out, as: UTF8.self)) }
      guard byte == 0x5C else {
        out.append(byte)
        continue
      }
      guard let escaped = escape() else { return nil }
      out += escaped
    }
    return nil
  }

  private mutating func escape() -> [UInt8]? {
    guard let letter = here else { return nil }
    at += 1
    switch letter {
    case 0x6E: return [0x0A]
    case 0x72: return [0x0D]
    case 0x74: return [0x09]
    case 0x62: return [0x08]
    case 0x66: return [0x0C]
    case 0x75: return unit().flatMap { scalar($0) }
    default: return [letter]
    }
  }

  private mutating func unit() -> UInt32? {
    guard at + 4 <= bytes.count else { return nil }
    defer { at += 4 }
    return UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
  }

  private mutating func scalar(_ first: UInt32) -> [UInt8]? {
    var value = first
    if (0xD800..<0xDC00).contains(first), here == 0x5C {
      at += 2
      guard let second = unit() else { return nil }
      value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }
    return Unicode.Scalar(value).map { Array(String(Character($0)).utf8) }
  }
}
