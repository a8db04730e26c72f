// Numbers as JSON spells them, kept exact: their grammar and their one canonical spelling.

/// The spelling of JSON's numbers. No floating-point number enters here.
enum JSONNumber {
  /// Whether the bytes are `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`, with at most nine
  /// digits in the exponent.
  static func isValid(_ bytes: [UInt8]) -> Bool { length(bytes[...]) == bytes.count }

  /// How many bytes at the start of `bytes` are a number; nil when none are.
  static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
    var index = bytes.startIndex
    func digits(_ start: Int) -> Int {
      bytes[start...].prefix { (0x30...0x39).contains($0) }.count
    }
    if bytes.first == 0x2D { index += 1 }
    let whole = digits(index)
    guard whole == 1 || (whole > 1 && bytes[index] != 0x30) else { return nil }
    index += whole
    if index < bytes.endIndex, bytes[index] == 0x2E {
      let fraction = digits(index + 1)
      guard fraction > 0 else { return nil }
      index += 1 + fraction
    }
    if index < bytes.endIndex, bytes[index] | 0x20 == 0x65 {
      index += 1
      if index < bytes.endIndex, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
      let exponent = digits(index)
      guard (1...9).contains(exponent) else { return nil }
      index += exponent
    }
    return index - bytes.startIndex
  }

  /// The one spelling that all valid spellings of a number share: `1.50`, `15e-1` give `1.5`.
  static func canonical(_ spelling: String) -> String {
    let bytes = Array(spelling.utf8)
    let mantissa = bytes.prefix { $0 | 0x20 != 0x65 }
    let written = String(decoding: bytes.dropFirst(mantissa.count + 1), as: UTF8.self)
    let halves = mantissa.drop { $0 == 0x2D }.split(separator: 0x2E)
    let fraction = halves.count == 2 ? halves[1] : []
    var digits = Array((halves.first ?? []) + fraction)
    var exponent = (Int(written) ?? 0) - fraction.count
    while digits.last == 0x30 {
      digits.removeLast()
      exponent += 1
    }
    digits = Array(digits.drop { $0 == 0x30 })
    guard !digits.isEmpty else { return "0" }
    return (bytes.first == 0x2D ? "-" : "") + plain(digits, exponent)
  }

  /// `digits` × 10^`exponent`, without an exponent where that takes no more than 40 zeros.
  private static func plain(_ digits: [UInt8], _ exponent: Int) -> String {
    let text = String(decoding: digits, as: UTF8.self)
    guard abs(exponent) <= 40 else { return "\(text)e\(exponent)" }
    if exponent >= 0 { return text + String(repeating: "0", count: exponent) }
    let padding = String(repeating: "0", count: max(0, 1 - exponent - digits.count))
    let padded = padding + text
    let point = padded.utf8.count + exponent
    return "\(padded.prefix(point)).\(padded.dropFirst(point))"
  }
}
