// Codes and click ids inside longer texts: `?ref=JANE` of a URL, `ref: JANE` of a note, the part of
// a path behind `/r/`.
import Pipeline

/// Finds the value of one of several keys in a text.
struct KeyExtraction: Sendable {
  /// In small letters, the first that is found wins.
  let keys: [[UInt8]]
  /// In small letters; what follows it is the value.
  let path: [UInt8]

  init(keys: [String], path: String?) {
    self.keys = keys.map { Array($0.lowercased().utf8) }
    self.path = Array((path ?? "").lowercased().utf8)
  }

  /// Where the value stands; nil where there is none. Of several keys in a text the first of the
  /// list counts.
  func value(in text: ByteView) -> Range<Int>? {
    var best = keys.count
    var found: Range<Int>?
    var place = 0
    while place < text.count, best > 0 {
      let byte = text[place]
      if byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":"),
        let rank = rank(ofKeyBefore: place, in: text), rank < best,
        let value = Self.value(behind: place, in: text)
      {
        best = rank
        found = value
      }
      place += 1
    }
    return found ?? (path.isEmpty ? nil : valueBehindPath(in: text))
  }

  /// The place in the list of the key that ends before a `=` or `:`; nil where there is none.
  private func rank(ofKeyBefore mark: Int, in text: ByteView) -> Int? {
    var end = mark
    while end > 0, text[end - 1] == 0x20 || text[end - 1] == UInt8(ascii: "\"") { end -= 1 }
    var start = end
    while start > 0, text[start - 1].isWordByte { start -= 1 }
    guard start < end else { return nil }
    let name = text.slice(from: start, to: end)
    return keys.firstIndex { name.isWord($0) }
  }

  private static func value(behind mark: Int, in text: ByteView) -> Range<Int>? {
    var start = mark + 1
    while start < text.count, text[start] == UInt8(ascii: "\"") || text[start] == 0x20 {
      start += 1
    }
    var end = start
    while end < text.count, !ends(text[end]) { end += 1 }
    return end > start ? start..<end : nil
  }

  private func valueBehindPath(in text: ByteView) -> Range<Int>? {
    // `https://` is no path.
    let behindScheme = Self.place(of: Array("://".utf8), in: text, from: 0).map { $0 + 3 } ?? 0
    guard let place = Self.place(of: path, in: text, from: behindScheme) else { return nil }
    let start = place + path.count
    var end = start
    while end < text.count, !Self.ends(text[end]), text[end] != UInt8(ascii: "/") { end += 1 }
    return end > start ? start..<end : nil
  }

  private static func place(of word: [UInt8], in text: ByteView, from: Int) -> Int? {
    guard !word.isEmpty, text.count >= word.count else { return nil }
    var place = from
    while place <= text.count - word.count {
      var length = 0
      while length < word.count, text[place + length].small == word[length] { length += 1 }
      if length == word.count { return place }
      place += 1
    }
    return nil
  }

  private static func ends(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: "&"), UInt8(ascii: "#"), UInt8(ascii: ";"), UInt8(ascii: ","),
      UInt8(ascii: "|"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"),
      UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: "?"):
      true
    default: false
    }
  }

  /// Whether a value is written with `%` and has to be read.
  static func isEscaped(_ value: ByteView) -> Bool {
    (0..<value.count).contains { value[$0] == UInt8(ascii: "%") }
  }

  /// Appends a value with its `%41` read.
  static func appendUnescaped(_ value: ByteView, to buffer: ContentBuffer) {
    var place = 0
    while place < value.count {
      if value[place] == UInt8(ascii: "%"), place + 2 < value.count,
        let high = value[place + 1].hexDigit, let low = value[place + 2].hexDigit
      {
        buffer.append(high << 4 | low)
        place += 3
      } else {
        buffer.append(value[place])
        place += 1
      }
    }
  }
}

/// Names before a code or a click id that programmes use, so that profiles need not list them.
enum KnownKeys {
  private static let codes = [
    "ref", "via", "aff", "affiliate_code", "affiliate", "aff_code", "aff_id", "affiliate_id",
    "affid",
    "referral_code", "referral", "ref_code", "refcode", "referrer_code", "partner_code", "partner",
    "sub_id", "subid", "sub_id1", "sub_id_1", "subid1", "sub1", "sid", "clickref", "tap_a", "u1",
  ]
  private static let clicks = [
    "click_id", "clickid", "irclickid", "cjevent", "awc", "ransiteid", "dub_id", "tap_vid",
    "transaction_id", "_ef_transaction_id", "fpr_tid",
  ]

  /// `@codes` and `@clicks` stand for the names above, everything else for itself.
  static func expanded(_ key: String) -> [String] {
    switch key {
    case "@codes": codes
    case "@clicks": clicks
    default: [key]
    }
  }
}

extension UInt8 {
  /// The small letter of a capital one of ASCII.
  @inline(__always) var small: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// Whether it can be part of a key's name.
  fileprivate var isWordByte: Bool {
    (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10 || self == 0x5F || self == 0x2D || self >= 0x80
  }

  fileprivate var hexDigit: UInt8? {
    if self &- 0x30 < 10 { return self &- 0x30 }
    let letter = self | 0x20
    return letter &- 0x61 < 6 ? letter &- 0x61 &+ 10 : nil
  }
}

extension ByteView {
  /// Whether the bytes are those of an array.
  @inline(__always) func equals(_ bytes: [UInt8]) -> Bool {
    guard count == bytes.count else { return false }
    for place in 0..<count where self[place] != bytes[place] { return false }
    return true
  }

  /// Whether the bytes are those of a word in small letters, whatever their own case.
  @inline(__always) func isWord(_ word: [UInt8]) -> Bool {
    guard count == word.count else { return false }
    for place in 0..<count where self[place].small != word[place] { return false }
    return true
  }

  /// Whether the bytes begin with a word in small letters.
  func startsWithWord(_ word: [UInt8]) -> Bool {
    guard count >= word.count else { return false }
    for place in 0..<word.count where self[place].small != word[place] { return false }
    return true
  }

  /// Where the text begins and ends without white space around it.
  @inline(__always) var trimmed: (start: Int, end: Int) {
    var start = 0
    var end = count
    while start < end, self[start] <= 0x20 { start += 1 }
    while end > start, self[end - 1] <= 0x20 { end -= 1 }
    if end - start >= 2, self[start] == 0xC2 || self[end - 1] == 0xA0 {
      while end - start >= 2, self[start] == 0xC2, self[start + 1] == 0xA0 { start += 2 }
      while end - start >= 2, self[end - 2] == 0xC2, self[end - 1] == 0xA0 { end -= 2 }
    }
    return (start, end)
  }
}
