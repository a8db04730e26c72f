// Decimals and integers as text.

import Pipeline
import Testing

private func scan(_ text: String, digits: Int = .max) throws(DecimalFault) -> ScannedDecimal {
  try ByteView.withBytes(of: text) { (view) throws(DecimalFault) in
    try DecimalText.scan(view, maximumFractionDigits: digits)
  }
}

private func integer(_ text: String) throws(DecimalFault) -> Int64 {
  try ByteView.withBytes(of: text) { (view) throws(DecimalFault) in
    try DecimalText.scanInteger(view)
  }
}

private func canonical(_ text: String) throws(DecimalFault) -> String {
  try ByteView.withBytes(of: text) { (view) throws(DecimalFault) in
    try DecimalText.canonical(view)
  }
}

struct DecimalTextTests {
  @Test(arguments: [
    ("0", 0, 0), ("12.50", 1250, 2), ("-12.5", -125, 1), ("007", 7, 0), ("0.000", 0, 3),
    ("9223372036854775807", Int64.max, 0), ("-9223372036854775807", -Int64.max, 0),
    ("92233720368547758.07", Int64.max, 2), ("00000000000000000000000001.5", 15, 1),
  ])
  func `a decimal is read as it was written`(text: String, mantissa: Int64, digits: Int) throws {
    let decimal = try scan(text)
    #expect(decimal.mantissa == mantissa)
    #expect(decimal.scale == digits)
    #expect(decimal.fractionDigits == digits)
    #expect(decimal.isNegative == text.hasPrefix("-"))
  }

  @Test(arguments: [
    "", "-", ".", "1.", ".5", "+1", "1e3", "1E3", "1.5e0", " 1", "1 ", "1,5", "--1", "1.2.3",
    "-.5", "1_000", "0x10", "NaN", "inf", "١", "1-",
  ])
  func `what is not a decimal is refused`(text: String) {
    #expect(throws: DecimalFault.notADecimal) { try scan(text) }
    #expect(throws: DecimalFault.notADecimal) { try integer(text) }
    #expect(throws: DecimalFault.notADecimal) { try canonical(text) }
  }

  @Test(arguments: [
    "9223372036854775808", "-9223372036854775808", "92233720368547758.08",
    "99999999999999999999999999999999", "0.1234567890123456789012345678901",
  ])
  func `digits beyond 2^63 - 1 are out of range`(text: String) {
    #expect(throws: DecimalFault.outOfRange) { try scan(text) }
  }

  @Test func `zeros at the end of a fraction are counted but cost no range`() throws {
    let decimal = try scan("92233720368547758.070000000000000000000000000000")
    #expect(decimal.mantissa == Int64.max)
    #expect(decimal.scale == 2)
    #expect(decimal.fractionDigits == 30)
    #expect(decimal.units(exponent: 2) == Int64.max)
  }

  @Test func `too many fraction digits are told before the range`() {
    #expect(throws: DecimalFault.tooManyFractionDigits(3)) { try scan("1.000", digits: 2) }
    #expect(throws: DecimalFault.tooManyFractionDigits(31)) {
      try scan("0.1234567890123456789012345678901", digits: 2)
    }
    #expect(throws: DecimalFault.notADecimal) { try scan("1.0000x", digits: 2) }
  }

  @Test func `units are exact or nil`() throws {
    #expect(try scan("12.5").units(exponent: 2) == 1250)
    #expect(try scan("12.50").units(exponent: 1) == 125)
    #expect(try scan("12.55").units(exponent: 1) == nil)
    #expect(try scan("-3").units(exponent: 3) == -3000)
    #expect(try scan("92233720368547758.07").units(exponent: 2) == Int64.max)
    #expect(try scan("92233720368547758.07").units(exponent: 3) == nil)
    #expect(try scan("0.0").units(exponent: 400) == 0)
  }

  @Test func `an integer has no fraction and fits`() throws {
    #expect(try integer("0042") == 42)
    #expect(try integer("-0") == 0)
    #expect(try integer("-9223372036854775807") == -Int64.max)
    #expect(throws: DecimalFault.notADecimal) { try integer("1.0") }
    #expect(throws: DecimalFault.outOfRange) { try integer("9223372036854775808") }
  }

  @Test(arguments: [
    ("010.50", "10.5"), ("-0", "0"), ("-0.00", "0"), ("000", "0"), ("1.0", "1"), ("-1.10", "-1.1"),
    ("0.05", "0.05"), ("100", "100"),
    ("0123456789012345678901234567890.10", "123456789012345678901234567890.1"),
  ])
  func `equal decimals have one spelling`(text: String, expected: String) throws {
    #expect(try canonical(text) == expected)
  }
}
