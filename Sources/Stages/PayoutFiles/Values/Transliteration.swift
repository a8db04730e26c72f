// Names in ASCII, for the formats that take nothing else. By a table of our own: a library's would
// give other bytes after an update, and a batch must be written the same again.

/// Turns text into ASCII that a clerk at the bank would read as the same name.
public enum Transliteration {
  /// The text in printable ASCII, with single spaces between words and none at its ends.
  ///
  /// Accents and other marks, emoji, symbols and invisible characters are left out; line breaks,
  /// tabs and control characters become spaces.
  ///
  /// - Returns: nil where a letter has no ASCII that stands for it, such as a Chinese one.
  public static func ascii(_ text: String) -> String? {
    var bytes: [UInt8] = []
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let start = bytes.count
      guard append(scalar, to: &bytes) else { return nil }
      // `Юлия` begins with `Yu`, `ЮЛИЯ` with `YU`.
      if bytes.count > start + 1, scalar.properties.isUppercase, index + 1 < scalars.count,
        scalars[index + 1].properties.isLowercase
      {
        for place in bytes.indices[(start + 1)...] where bytes[place].isCapital {
          bytes[place] += 0x20
        }
      }
    }
    return String(decoding: withSingleSpaces(bytes), as: UTF8.self)
  }

  private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) -> Bool {
    switch scalar.value {
    case 0x20...0x7E: bytes.append(UInt8(scalar.value))
    case 0x00...0x1F, 0x7F...0x9F: bytes.append(0x20)
    case 0xFF01...0xFF5E: bytes.append(UInt8(scalar.value - 0xFF01 + 0x21))
    default:
      if let replacement = replacements[scalar.value] {
        bytes.append(contentsOf: replacement.utf8)
      } else {
        return appendOther(scalar, to: &bytes)
      }
    }
    return true
  }

  private static func appendOther(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) -> Bool {
    switch scalar.properties.generalCategory {
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: bytes.append(0x20)
    case .dashPunctuation: bytes.append(UInt8(ascii: "-"))
    case .nonspacingMark, .enclosingMark, .otherNumber, .connectorPunctuation, .openPunctuation,
      .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol,
      .currencySymbol, .modifierSymbol, .otherSymbol, .control, .format:
      break
    default: return false
    }
    return true
  }

  private static let replacements: [UInt32: String] = {
    var replacements: [UInt32: String] = [:]
    for (ascii, characters) in table {
      for scalar in characters.unicodeScalars { replacements[scalar.value] = ascii }
    }
    return replacements
  }()

  /// The words with one space between each two.
  static func withSingleSpaces(_ bytes: [UInt8]) -> [UInt8] {
    Array(bytes.split(separator: 0x20).joined(separator: [0x20]))
  }
}
