// One field as a typed value. Nothing is trimmed and nothing guessed: a field is exactly what its
// column asks for, or it is wrong.
internal import Pipeline

/// What is wrong with one field.
struct ValueFault: Error {
  var reason: RejectReason
  /// What the column takes, as the end of a sentence.
  var expected: String

  init(_ reason: RejectReason, _ expected: String) {
    self.reason = reason
    self.expected = expected
  }
}

extension Field {
  /// The text; a JSON number stands for its text.
  func text() throws(ValueFault) -> Text {
    try textBytes().text()
  }

  /// The bytes of a text.
  func textBytes() throws(ValueFault) -> ByteView {
    switch form {
    case .text, .number: return bytes
    case .absent, .literal, .structure: throw ValueFault(.badValue, "must be a text")
    }
  }

  /// A text of at least one and at most `limit` characters.
  func text(limit: Int) throws(ValueFault) -> Text {
    let view = try textBytes()
    var characters = 0
    for place in 0..<view.count where view[place] & 0xC0 != 0x80 { characters += 1 }
    guard characters >= 1, characters <= limit else {
      throw ValueFault(.badValue, "must have 1 to \(limit) characters")
    }
    return view.text()
  }

  /// An instant of RFC 3339.
  func instant() throws(ValueFault) -> Instant {
    guard form == .text, let milliseconds = InstantText.scan(bytes) else {
      throw ValueFault(
        .badInstant, "must be an RFC 3339 instant with an offset, such as 2026-03-31T12:00:00Z")
    }
    return Instant(milliseconds: milliseconds)
  }

  /// A decimal, exact from its text.
  func decimal() throws(ValueFault) -> ScannedDecimal {
    guard form == .text || form == .number else {
      throw ValueFault(.badValue, "must be a decimal such as 12.50")
    }
    do {
      return try DecimalText.scan(bytes)
    } catch {
      switch error {
      case .notADecimal, .tooManyFractionDigits:
        throw ValueFault(.badValue, "must be a decimal such as 12.50")
      case .outOfRange: throw ValueFault(.badValue, "must be a decimal that fits 64 bits")
      }
    }
  }

  /// A whole number within a range.
  func integer(_ range: ClosedRange<Int64>) throws(ValueFault) -> Int64 {
    let value = try integer()
    guard range.contains(value) else { throw ValueFault(.badValue, Self.words(range)) }
    return value
  }

  /// A whole number of 64 bits.
  func integer() throws(ValueFault) -> Int64 {
    if form == .text || form == .number, let value = try? DecimalText.scanInteger(bytes) {
      return value
    }
    throw ValueFault(.badValue, "must be a whole number that fits 64 bits, such as 100")
  }

  private static func words(_ range: ClosedRange<Int64>) -> String {
    range.upperBound == .max
      ? "must be at least \(range.lowerBound)"
      : "must be from \(range.lowerBound) to \(range.upperBound)"
  }

  /// A rate as hundredths of a percent: a decimal fraction of at most four places.
  ///
  /// - Parameter range: The rates allowed; outside it is `rate_out_of_range`.
  func rate(_ range: ClosedRange<Int32>) throws(ValueFault) -> BasisPoints {
    let points = try basisPoints(places: 4, "must be a decimal fraction of at most four places")
    guard range.contains(points.value) else {
      let words = "must be from \(RateText.words(range.lowerBound)) to "
      throw ValueFault(.rateOutOfRange, words + RateText.words(range.upperBound))
    }
    return points
  }

  /// A percentage of at most two places, as hundredths of a percent; what is beyond 32 bits is
  /// the greatest number of them.
  func percentage() throws(ValueFault) -> BasisPoints {
    let expected = "must be a percentage of at most two places, from 0 to 10"
    let points = try basisPoints(places: 2, expected)
    guard points.value >= 0 else { throw ValueFault(.badValue, expected) }
    return points
  }

  private func basisPoints(places: Int, _ expected: String) throws(ValueFault) -> BasisPoints {
    let written = try decimal()
    guard written.fractionDigits <= places else { throw ValueFault(.badValue, expected) }
    let beyond: Int64 = written.mantissa < 0 ? .min : .max
    return BasisPoints(Int32(clamping: written.units(exponent: places) ?? beyond))
  }

  /// `true` or `false`.
  func boolean() throws(ValueFault) -> Bool {
    if form == .text || form == .literal {
      if bytes.equals("true") { return true }
      if bytes.equals("false") { return false }
    }
    throw ValueFault(.badValue, "must be true or false")
  }

  /// A currency of ISO 4217, in capital letters.
  func currency() throws(ValueFault) -> Currency {
    if form == .text, bytes.equals("USD") { return .usd }
    guard form == .text, let currency = Currency(code: bytes) else {
      throw ValueFault(.badValue, "must be an ISO 4217 code in capital letters, such as USD")
    }
    return currency
  }

  /// One of a few words.
  func word<Value>(_ words: [(StaticString, Value)]) throws(ValueFault) -> Value {
    if form == .text {
      for (word, value) in words where bytes.equals(word) { return value }
    }
    let list = words.map { $0.0.description }.joined(separator: ", ")
    throw ValueFault(.badValue, "must be one of \(list)")
  }

  /// JSON: a structure, or a text that holds JSON.
  func json() throws(ValueFault) -> JSONValue {
    do {
      return try JSONValue(bytes.copied())
    } catch {
      throw ValueFault(.badValue, "must be well-formed JSON; at \(error)")
    }
  }
}

/// Rates in words.
enum RateText {
  /// A number of hundredths of a percent as a decimal fraction, such as `0.01`.
  static func words(_ basisPoints: Int32) -> String {
    CanonicalDecimal.text(mantissa: Int64(basisPoints), fractionDigits: 4).string
  }
}
