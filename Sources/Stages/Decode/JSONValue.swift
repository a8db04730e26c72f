// JSON in a column: read strictly, written canonically. Numbers keep their text; no floating point
// enters this file.
public import Pipeline

/// A JSON value whose numbers are exact.
public indirect enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  /// The number's text, as RFC 8259 allows it.
  case number(Text)
  case string(Text)
  case array([JSONValue])
  /// Members by the bytes of their keys; no key comes twice.
  case object([(key: Text, value: JSONValue)])

  /// How deep arrays and objects may nest (SPEC 10, Rows).
  static let depthLimit = 64

  /// Parses one JSON value with nothing but white space around it.
  ///
  /// - Returns: nil where it is not JSON, has a key twice in one object or nests too deep.
  public init?(parsing bytes: ByteView) {
    var parser = JSONParser(bytes: bytes)
    guard let value = parser.document() else { return nil }
    self = value
  }

  /// The value of a key; nil where this is no object or has no such key.
  func member(_ key: StaticString) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    let wanted = Text(key.description)
    return members.first { $0.key == wanted }?.value
  }

  /// The canonical text: no white space, keys by their bytes, numbers without idle zeros.
  var canonical: Text {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return Text(String(decoding: bytes, as: UTF8.self))
  }

  /// Appends the canonical text.
  func append(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let text): bytes.append(contentsOf: JSONNumber.canonical(text).utf8)
    case .string(let text): Self.append(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (place, element) in elements.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        element.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (place, member) in members.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.append(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func append(_ text: Text, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(contentsOf: [hexadecimal(byte >> 4), hexadecimal(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }
}

/// JSON numbers as text.
enum JSONNumber {
  /// The same number without idle zeros: 1.50 and 15e-1 are `1.5`. One whose plain text would be
  /// absurdly long keeps an exponent.
  static func canonical(_ text: Text) -> String {
    let (digits, power, isNegative) = parts(text)
    guard !digits.isEmpty else { return "0" }
    let sign = isNegative ? "-" : ""
    let number = String(decoding: digits, as: UTF8.self)
    if power == 0 { return sign + number }
    if power > 0 {
      guard power <= 40 else { return "\(sign)\(number)e\(power)" }
      return sign + number + String(repeating: "0", count: power)
    }
    guard -power <= 40 else { return "\(sign)\(number)e\(power)" }
    let places = -power
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + number
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// The digits without zeros at either end, the power of ten they are multiplied by, the sign.
  private static func parts(_ text: Text) -> (digits: [UInt8], power: Int, isNegative: Bool) {
    var digits: [UInt8] = []
    var power = 0
    var isFraction = false
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    let pieces = text.string.split(whereSeparator: { $0 == "e" || $0 == "E" })
    for byte in (pieces.first ?? "").utf8 {
      switch byte {
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if isFraction { power -= 1 }
        if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte) }
      default: break
      }
    }
    if pieces.count > 1 {
      let exponent = Int(pieces[1]) ?? (pieces[1].utf8.first == UInt8(ascii: "-") ? -1 : 1) << 40
      power = power.addingReportingOverflow(exponent).partialValue
    }
    while digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      power += 1
    }
    return (digits, power, isNegative)
  }
}
