// How the platforms' documents spell rates, percentages, amounts and instants (ENDPOINT G).
import Pipeline
import Stages

/// Numbers as JSON spells them.
enum Figure {
  /// 100 × part ÷ whole with at most two decimals, half away from zero; 0 without a whole.
  static func percent(_ part: Int64, of whole: Int64) -> String {
    guard whole > 0, let hundredths = try? rounded(part, times: 10_000, over: whole) else {
      return "0"
    }
    return decimal(hundredths, places: 2)
  }

  /// A rate as a fraction with at most four decimals: 0.1.
  static func rate(_ rate: BasisPoints) -> String { decimal(Int64(rate.value), places: 4) }

  /// A rate as a fraction with at least two decimals: 0.10, 0.125.
  static func longRate(_ rate: BasisPoints) -> String {
    decimal(Int64(rate.value), places: 4, least: 2)
  }

  /// A share in percent with at most two decimals: 4, 2.5.
  static func percent(_ share: BasisPoints) -> String { decimal(Int64(share.value), places: 2) }

  /// A whole number of the smallest places as a decimal, without zeros at its end.
  static func decimal(_ value: Int64, places: Int, least: Int = 0) -> String {
    let digits = String(value.magnitude)
    let zeros = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count))
    let all = zeros + digits
    let whole = all.dropLast(places)
    var fraction = all.suffix(places)
    while fraction.utf8.count > least, fraction.utf8.last == UInt8(ascii: "0") {
      fraction = fraction.dropLast()
    }
    let sign = value < 0 ? "-" : ""
    return fraction.isEmpty ? sign + whole : "\(sign)\(whole).\(fraction)"
  }

  /// A decimal as it was given, as JSON may have it: without zeros in front.
  static func given(_ text: Text?) -> String {
    guard let text else { return "0" }
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    var digits = Array(isNegative ? Array(text.utf8.dropFirst()) : Array(text.utf8))
    while digits.count > 1, digits[0] == 0x30, digits[1] != UInt8(ascii: ".") {
      digits.removeFirst()
    }
    let spelling = (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
    return JSONValue.isNumber(spelling) ? spelling : "0"
  }

  /// An amount in major units with its currency's digits; two where there is no currency.
  static func major(_ minorUnits: Int64, _ currency: Currency?) -> String {
    Money.majorUnits(minorUnits, (currency ?? .usd).code)
  }

  /// The date of a UTC day.
  static func date(_ day: Int64) -> String {
    String(Instant(milliseconds: day * Instant.day).printed.prefix(10))
  }

  /// An instant as Fangate writes it: date and time of UTC, truncated to seconds.
  static func plainTime(_ instant: Instant) -> String {
    let printed = instant.printed
    return "\(printed.prefix(10)) \(printed.dropFirst(11).prefix(8))"
  }
}

extension JSONValue {
  /// Whether a text is a number of JSON's.
  static func isNumber(_ text: String) -> Bool {
    if case .number? = try? JSONValue(text) { true } else { false }
  }
}

extension JSONWriter {
  /// Writes a named number as it is spelled.
  mutating func member(_ name: String, decimal spelling: String) {
    key(name)
    decimal(spelling)
  }

  /// Writes a named instant, or null.
  mutating func member(_ name: String, _ instant: Instant?) {
    key(name)
    if let instant { string(instant.printed) } else { null() }
  }

  /// Writes a named text, or null.
  mutating func member(_ name: String, optional text: String?) {
    key(name)
    if let text { string(text) } else { null() }
  }

  /// Writes named JSON as it was given; an empty object where there is none.
  mutating func member(_ name: String, json text: Text?) {
    key(name)
    if let text, let value = try? JSONValue(text.string) {
      self.value(value)
    } else {
      beginObject()
      endObject()
    }
  }

  /// Writes a named object.
  mutating func object(
    _ name: String, _ write: (inout JSONWriter) throws -> Void
  ) rethrows {
    key(name)
    beginObject()
    try write(&self)
    endObject()
  }

  /// Writes a named array.
  mutating func array(
    _ name: String, _ write: (inout JSONWriter) throws -> Void
  ) rethrows {
    key(name)
    beginArray()
    try write(&self)
    endArray()
  }
}
