// JSON text to a value: strict, or with what people like to write into settings.

/// How much more than RFC 8259 a text may use.
public enum JSONDialect: Hashable, Sendable {
  /// Nothing more.
  case strict
  /// Comments (`//`, `/* */`), a comma after the last item, single quotes, names without quotes.
  case relaxed
}

/// Why a text is no JSON value, and where.
public struct JSONFault: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    case expected(String)
    case badNumber
    case badEscape
    case badCharacter
    case badUTF8
    case unfinished(String)
    case duplicateName(Text)
    case tooDeep
    case moreText
  }

  /// The line, from 1.
  public let line: Int
  /// The character in the line, from 1.
  public let column: Int
  /// What is wrong there.
  public let reason: Reason
}

extension JSONFault: CustomStringConvertible {
  /// Line, column and reason; the caller puts the file's name in front.
  public var description: String { "\(line):\(column): \(words)" }

  /// What is wrong, without the place.
  public var words: String {
    switch reason {
    case .expected(let what): "\(what) is expected here"
    case .badNumber: "this is no number of JSON's, or its exponent has over nine digits"
    case .badEscape: "no escape of JSON's, or half a surrogate pair"
    case .badCharacter: "a control character in a string must be escaped"
    case .badUTF8: "this string is not UTF-8"
    case .unfinished(let what): "the \(what) that begins here has no end"
    case .duplicateName(let name): "the name \(Log.visible(name.string)) stands here twice"
    case .tooDeep: "more than \(JSONReader.depthLimit) levels deep"
    case .moreText: "there is more text after the value"
    }
  }
}

extension JSONFault: ExitCoded {
  public var exitStatus: ExitStatus { .dataRefused }
}

extension JSONValue {
  /// Reads the only value of a text. A byte order mark in front is skipped.
  ///
  /// - Throws: ``JSONFault``.
  public init(_ bytes: [UInt8], dialect: JSONDialect = .strict) throws(JSONFault) {
    var reader = JSONReader(bytes, dialect)
    self = try reader.document()
  }

  /// Reads the only value of a text.
  ///
  /// - Throws: ``JSONFault``.
  public init(_ text: String, dialect: JSONDialect = .strict) throws(JSONFault) {
    try self.init(Array(text.utf8), dialect: dialect)
  }
}

/// A position in a text, and the rules of descent.
struct JSONReader {
  static let depthLimit = 64

  private let bytes: [UInt8]
  private let isRelaxed: Bool
  private var index = 0
  private var depth = 0

  init(_ bytes: [UInt8], _ dialect: JSONDialect) {
    self.bytes = bytes
    isRelaxed = dialect == .relaxed
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  mutating func document() throws(JSONFault) -> JSONValue {
    try skipSpace()
    let value = try value()
    try skipSpace()
    guard index == bytes.count else { throw fault(.moreText, at: index) }
    return value
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    index += 1
    return true
  }

  private mutating func take(_ word: String) -> Bool {
    guard bytes[index...].starts(with: word.utf8) else { return false }
    index += word.utf8.count
    return true
  }

  private mutating func value() throws(JSONFault) -> JSONValue {
    switch next {
    case 0x7B: return .object(try object())
    case 0x5B: return .array(try array())
    case 0x22: return .string(try string())
    case 0x27 where isRelaxed: return .string(try string())
    case 0x2D, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39:
      return .number(try number())
    default:
      if take("true") { return .bool(true) }
      if take("false") { return .bool(false) }
      if take("null") { return .null }
      throw fault(.expected("a value"), at: index)
    }
  }

  private mutating func number() throws(JSONFault) -> Text {
    guard let length = JSONNumber.length(bytes[index...]) else {
      throw fault(.badNumber, at: index)
    }
    let end = index + length
    if end < bytes.count, Self.isWordByte(bytes[end]) || bytes[end] == 0x2E {
      throw fault(.badNumber, at: index)
    }
    defer { index = end }
    return Text(String(decoding: bytes[index..<end], as: UTF8.self))
  }

  private mutating func array() throws(JSONFault) -> [JSONValue] {
    var elements: [JSONValue] = []
    try list(closing: 0x5D, "array") { reader throws(JSONFault) in
      elements.append(try reader.value())
    }
    return elements
  }

  private mutating func object() throws(JSONFault) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    var names: Set<Text> = []
    try list(closing: 0x7D, "object") { reader throws(JSONFault) in
      let start = reader.index
      let name = try reader.name()
      guard names.insert(name).inserted else {
        throw reader.fault(.duplicateName(name), at: start)
      }
      try reader.skipSpace()
      guard reader.take(0x3A) else { throw reader.fault(.expected("':'"), at: reader.index) }
      try reader.skipSpace()
      members.append(JSONValue.Member(name, try reader.value()))
    }
    return members
  }

  private mutating func list(
    closing: UInt8, _ what: String, item: (inout JSONReader) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    let start = index
    depth += 1
    guard depth <= Self.depthLimit else { throw fault(.tooDeep, at: start) }
    index += 1
    try skipSpace()
    var isFirst = true
    while !take(closing) {
      if !isFirst {
        guard next != nil else { throw fault(.unfinished(what), at: start) }
        let end = String(decoding: [closing], as: UTF8.self)
        guard take(0x2C) else { throw fault(.expected("',' or '\(end)'"), at: index) }
        try skipSpace()
        if isRelaxed, take(closing) { break }
      }
      guard next != nil else { throw fault(.unfinished(what), at: start) }
      try item(&self)
      try skipSpace()
      isFirst = false
    }
    depth -= 1
  }

  private mutating func name() throws(JSONFault) -> Text {
    if next == 0x22 || (isRelaxed && next == 0x27) { return try string() }
    let rest: ArraySlice<UInt8> = isRelaxed ? bytes[index...] : []
    let word: ArraySlice<UInt8> = rest.prefix(while: Self.isWordByte)
    guard let first = word.first, !(0x30...0x39).contains(first) else {
      throw fault(.expected("a name in quotes"), at: index)
    }
    index = word.endIndex
    return Text(String(decoding: word, as: UTF8.self))
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x24: true
    default: false
    }
  }

  private mutating func skipSpace() throws(JSONFault) {
    while let byte = next {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      case 0x2F where isRelaxed: try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSONFault) {
    let start = index
    if take("//") {
      while let byte = next, byte != 0x0A { index += 1 }
    } else if take("/*") {
      while !take("*/") {
        guard index < bytes.count else { throw fault(.unfinished("comment"), at: start) }
        index += 1
      }
    } else {
      throw fault(.expected("a value or a comment"), at: index)
    }
  }

  private func fault(_ reason: JSONFault.Reason, at offset: Int) -> JSONFault {
    let before = bytes[..<min(offset, bytes.count)]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    let characters = before[lineStart...].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    return JSONFault(line: line, column: characters + 1, reason: reason)
  }
}

extension JSONReader {
  private mutating func string() throws(JSONFault) -> Text {
    let start = index
    let quote = bytes[start]
    var content: [UInt8] = []
    index += 1
    while let byte = next {
      index += 1
      switch byte {
      case quote:
        guard let text = String(validating: content, as: UTF8.self) else {
          throw fault(.badUTF8, at: start)
        }
        return Text(text)
      case 0x5C: try escape(quote, into: &content)
      case 0x00..<0x20: throw fault(.badCharacter, at: index - 1)
      default: content.append(byte)
      }
    }
    throw fault(.unfinished("string"), at: start)
  }

  private mutating func escape(_ quote: UInt8, into content: inout [UInt8]) throws(JSONFault) {
    let start = index - 1
    guard let letter = next else { throw fault(.badEscape, at: start) }
    index += 1
    switch letter {
    case 0x22, 0x5C, 0x2F, quote: content.append(letter)
    case 0x62: content.append(0x08)
    case 0x66: content.append(0x0C)
    case 0x6E: content.append(0x0A)
    case 0x72: content.append(0x0D)
    case 0x74: content.append(0x09)
    case 0x75:
      guard let scalar = scalar() else { throw fault(.badEscape, at: start) }
      content.append(contentsOf: String(Character(scalar)).utf8)
    default: throw fault(.badEscape, at: start)
    }
  }

  /// The scalar of `\uXXXX`, or of a pair of them; nil for half a pair.
  private mutating func scalar() -> Unicode.Scalar? {
    guard let first = unit() else { return nil }
    guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
    guard take("\\u"), let second = unit(), (0xDC00..<0xE000).contains(second) else { return nil }
    return Unicode.Scalar(0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func unit() -> UInt32? {
    let digits = bytes[index...].prefix(4)
    guard digits.count == 4 else { return nil }
    var value: UInt32 = 0
    for digit in digits {
      switch digit {
      case 0x30...0x39: value = value << 4 | UInt32(digit - 0x30)
      case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt32((digit | 0x20) - 0x57)
      default: return nil
      }
    }
    index += 4
    return value
  }
}
