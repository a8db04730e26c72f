// Names in the characters and the length that each service takes (SPEC 10, Payouts: names are
// transliterated and cut).

/// A recipient's name as a service takes it.
enum PayeeName {
  /// How a service wants names.
  enum Form {
    /// Printable ASCII, 70 characters.
    case wise
    /// The character set of SEPA, 70 characters.
    case sepa
    /// Capital ASCII, 22 characters.
    case ach
  }

  /// - Returns: nil where nothing that is a name is left of it.
  static func text(_ name: String, _ form: Form) -> String? {
    guard let ascii = Transliteration.ascii(name) else { return nil }
    let text =
      switch form {
      case .wise: cut(Array(ascii.utf8), 70)
      case .sepa: cut(SEPAText.bytes(ascii), 70)
      case .ach: cut(Array(ascii.utf8.map { $0.isSmallLetter ? $0 - 0x20 : $0 }), 22)
      }
    return text.utf8.contains(where: \.isLetterOrDigit) ? text : nil
  }

  private static func cut(_ bytes: [UInt8], _ limit: Int) -> String {
    let cut = Transliteration.withSingleSpaces(Array(bytes.prefix(limit)))
    return String(decoding: cut, as: UTF8.self)
  }
}

/// The characters that every bank of the Single Euro Payments Area takes.
enum SEPAText {
  private static let marks = Set("/-?:().,'+ ".utf8)

  static func isAllowed(_ byte: UInt8) -> Bool { byte.isLetterOrDigit || marks.contains(byte) }

  /// ASCII text in these characters; what has none that is like it becomes a full stop.
  static func bytes(_ ascii: String) -> [UInt8] {
    let bytes = ascii.utf8.map { byte in
      if isAllowed(byte) { return byte }
      return switch byte {
      case UInt8(ascii: "&"): UInt8(ascii: "+")
      case UInt8(ascii: "_"), UInt8(ascii: "~"): UInt8(ascii: "-")
      case UInt8(ascii: "\""), UInt8(ascii: "`"): UInt8(ascii: "'")
      case UInt8(ascii: ";"): UInt8(ascii: ",")
      case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"): UInt8(ascii: "(")
      case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ">"): UInt8(ascii: ")")
      case UInt8(ascii: "|"), UInt8(ascii: "\\"): UInt8(ascii: "/")
      default: UInt8(ascii: ".")
      }
    }
    return Transliteration.withSingleSpaces(bytes)
  }
}
