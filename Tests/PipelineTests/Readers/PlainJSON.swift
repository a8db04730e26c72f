// A slow, strict JSON reader that can be checked by reading it.

@testable import Pipeline

/// One line of JSON as an object's members.
struct PlainJSON {
  private let bytes: [UInt8]
  private var offset = 0
  private struct Refused: Error {}

  /// The top-level members, names and strings unescaped; nil when the line is not to be taken.
  static func members(_ line: [UInt8]) -> [[UInt8]: ReadField]? {
    var reader = PlainJSON(bytes: line)
    return try? reader.line()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var byte: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let next = byte, [0x20, 0x09, 0x0D].contains(next) { offset += 1 }
  }

  private mutating func take(_ wanted: Character) throws {
    guard byte == wanted.asciiValue else { throw Refused() }
    offset += 1
  }

  private mutating func line() throws -> [[UInt8]: ReadField] {
    skipSpace()
    let members = try object(depth: 1)
    skipSpace()
    guard offset == bytes.count else { throw Refused() }
    return members
  }

  private mutating func object(depth: Int) throws -> [[UInt8]: ReadField] {
    guard depth <= 64 else { throw Refused() }
    try take("{")
    var members: [[UInt8]: ReadField] = [:]
    skipSpace()
    if byte == 0x7D {
      offset += 1
      return members
    }
    while true {
      skipSpace()
      let name = try string()
      skipSpace()
      try take(":")
      skipSpace()
      let field = try value(depth: depth)
      guard members.updateValue(field, forKey: name) == nil else { throw Refused() }
      skipSpace()
      if byte == 0x7D { break }
      try take(",")
    }
    offset += 1
    return members
  }

  private mutating func array(depth: Int) throws {
    guard depth <= 64 else { throw Refused() }
    try take("[")
    skipSpace()
    if byte == 0x5D {
      offset += 1
      return
    }
    while true {
      skipSpace()
      _ = try value(depth: depth)
      skipSpace()
      if byte == 0x5D { break }
      try take(",")
    }
    offset += 1
  }

  private mutating func value(depth: Int) throws -> ReadField {
    let start = offset
    switch byte {
    case 0x22:
      let text = try string()
      return text.isEmpty ? .absent : ReadField(bytes: text, form: .text)
    case 0x7B: _ = try object(depth: depth + 1)
    case 0x5B: try array(depth: depth + 1)
    default:
      for (word, form) in [("true", FieldForm.literal), ("false", .literal), ("null", .absent)]
      where bytes[offset...].starts(with: word.utf8) {
        offset += word.utf8.count
        return form == .absent ? .absent : ReadField(bytes: Array(word.utf8), form: form)
      }
      try number()
      return ReadField(bytes: Array(bytes[start..<offset]), form: .number)
    }
    return ReadField(bytes: Array(bytes[start..<offset]), form: .structure)
  }

  private mutating func number() throws {
    let ascii = bytes[offset...].prefix(100).prefix { $0 < 0x80 }
    let rest = String(decoding: ascii, as: UTF8.self)
    let form = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/
    guard let match = rest.prefixMatch(of: form) else { throw Refused() }
    offset += match.output.0.utf8.count
  }

  private mutating func string() throws -> [UInt8] {
    try take("\"")
    var text: [UInt8] = []
    while let next = byte, next != 0x22 {
      guard next >= 0x20 else { throw Refused() }
      offset += 1
      if next != 0x5C {
        text.append(next)
        continue
      }
      guard let letter = byte else { throw Refused() }
      offset += 1
      if letter == UInt8(ascii: "u") {
        text += try escapedScalar()
        continue
      }
      let plain = Array("\"\\/bfnrt".utf8)
      guard let index = plain.firstIndex(of: letter) else { throw Refused() }
      text.append([0x22, 0x5C, 0x2F, 8, 12, 10, 13, 9][index])
    }
    try take("\"")
    return text
  }

  private mutating func escapedScalar() throws -> [UInt8] {
    var units = [try codeUnit()]
    if (0xD800..<0xDC00).contains(units[0]) {
      try take("\\")
      try take("u")
      units.append(try codeUnit())
    }
    guard units != [0], let text = String(validating: units, as: UTF16.self) else {
      throw Refused()
    }
    return Array(text.utf8)
  }

  private mutating func codeUnit() throws -> UInt16 {
    let digits = bytes[offset...].prefix(4)
    let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard digits.count == 4, isHexadecimal,
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw Refused() }
    offset += 4
    return unit
  }
}
