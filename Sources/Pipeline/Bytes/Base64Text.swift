// Base64 in both alphabets of RFC 4648, strictly: no blanks, no bits that say nothing.

/// Bytes as base64 text.
public enum Base64Text {
  /// The alphabet and whether `=` fills up the end.
  public enum Form: Hashable, Sendable {
    /// `+` and `/`, filled up.
    case standard
    /// `-` and `_`, not filled up, as tokens have it.
    case url
  }

  /// The text of some bytes.
  public static func text(_ bytes: [UInt8], _ form: Form) -> String {
    let letters = alphabet(form)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let group = bytes[index..<min(index + 3, bytes.count)]
      var word: UInt32 = 0
      for offset in 0..<3 {
        word = word << 8 | UInt32(offset < group.count ? group[index + offset] : 0)
      }
      for place in 0...group.count {
        text.append(letters[Int(word >> UInt32(18 - 6 * place)) & 63])
      }
      if form == .standard, group.count < 3 {
        text.append(contentsOf: repeatElement(0x3D, count: 3 - group.count))
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a text; nil where it is not exactly what ``text(_:_:)`` would write.
  public static func bytes(_ text: some Collection<UInt8>, _ form: Form) -> [UInt8]? {
    var letters = Array(text)
    if form == .standard {
      guard letters.count % 4 == 0 else { return nil }
      var fill = 0
      while fill < 2, letters.last == 0x3D {
        letters.removeLast()
        fill += 1
      }
    }
    guard letters.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(letters.count * 3 / 4)
    var word: UInt32 = 0
    var bits: UInt32 = 0
    for letter in letters {
      guard let value = value(letter, form) else { return nil }
      word = word << 6 | value
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> bits))
        word &= (1 << bits) - 1
      }
    }
    return word == 0 ? bytes : nil
  }

  private static func alphabet(_ form: Form) -> [UInt8] {
    let common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return Array(common.utf8) + Array((form == .url ? "-_" : "+/").utf8)
  }

  private static func value(_ letter: UInt8, _ form: Form) -> UInt32? {
    switch letter {
    case 0x41...0x5A: UInt32(letter) - 0x41
    case 0x61...0x7A: UInt32(letter) - 0x61 + 26
    case 0x30...0x39: UInt32(letter) - 0x30 + 52
    case 0x2D where form == .url, 0x2B where form == .standard: 62
    case 0x5F where form == .url, 0x2F where form == .standard: 63
    default: nil
    }
  }
}
