// Decimals as they stand in input files: `-?[0-9]+(\.[0-9]+)?`, kept exact. No floating point.

/// Why some bytes are not a decimal or an integer that can be kept.
public enum DecimalFault: Error, Equatable, Sendable {
  /// The bytes do not have the form `-?[0-9]+(\.[0-9]+)?`; `1e3`, `+1`, `.5` and `1.` do not.
  case notADecimal
  /// There are more digits after the point than the caller takes; this many were written.
  case tooManyFractionDigits(Int)
  /// The digits do not fit 2^63 - 1.
  case outOfRange
}

/// A decimal as it was written, without rounding.
public struct ScannedDecimal: Equatable, Sendable {
  /// The signed digits as an integer: the value is `mantissa` × 10^-``scale``.
  public var mantissa: Int64

  /// The digits of ``mantissa`` that stand after the point.
  ///
  /// The same as ``fractionDigits``, unless zeros at the end had to be dropped for the rest to fit.
  public var scale: Int

  /// The digits after the point as they were written, zeros included.
  public var fractionDigits: Int

  /// Whether a minus sign was written; also for `-0`.
  public var isNegative: Bool

  /// Puts the parts together.
  public init(mantissa: Int64, scale: Int, fractionDigits: Int, isNegative: Bool) {
    self.mantissa = mantissa
    self.scale = scale
    self.fractionDigits = fractionDigits
    self.isNegative = isNegative
  }

  /// The value as a whole number of 10^-`exponent`; nil when it is none or does not fit.
  public func units(exponent: Int) -> Int64? {
    var units = mantissa
    var step = scale
    while step < exponent, units != 0 {
      let (product, overflow) = units.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      units = product
      step += 1
    }
    while step > exponent, units != 0 {
      let (quotient, rest) = units.quotientAndRemainder(dividingBy: 10)
      if rest != 0 { return nil }
      units = quotient
      step -= 1
    }
    return units
  }
}

/// Reads and normalises decimals and integers.
public enum DecimalText {
  /// Reads a decimal.
  ///
  /// - Parameter maximumFractionDigits: How many digits after the point the caller takes, counted
  ///   as written.
  /// - Throws: the first that holds of `notADecimal`, `tooManyFractionDigits` and `outOfRange`.
  public static func scan(
    _ bytes: ByteView, maximumFractionDigits: Int = .max
  ) throws(DecimalFault) -> ScannedDecimal {
    let form = try DecimalForm(bytes)
    let written = form.fractionDigits
    guard written <= maximumFractionDigits else { throw .tooManyFractionDigits(written) }
    let isNegative = form.wholeStart == 1
    if let magnitude = form.magnitude(of: bytes, fractionDigits: written) {
      let mantissa = isNegative ? -magnitude : magnitude
      return ScannedDecimal(
        mantissa: mantissa, scale: written, fractionDigits: written, isNegative: isNegative)
    }
    let needed = form.fractionDigitsWithoutZeros(of: bytes)
    guard let magnitude = form.magnitude(of: bytes, fractionDigits: needed) else {
      throw .outOfRange
    }
    let mantissa = isNegative ? -magnitude : magnitude
    return ScannedDecimal(
      mantissa: mantissa, scale: needed, fractionDigits: written, isNegative: isNegative)
  }

  /// Reads an integer, `-?[0-9]+`, from -(2^63 - 1) to 2^63 - 1.
  ///
  /// - Throws: `notADecimal` for any other form, `outOfRange` beyond those bounds.
  public static func scanInteger(_ bytes: ByteView) throws(DecimalFault) -> Int64 {
    let form = try DecimalForm(bytes)
    guard form.fractionDigits == 0 else { throw .notADecimal }
    guard let magnitude = form.magnitude(of: bytes, fractionDigits: 0) else { throw .outOfRange }
    return form.wholeStart == 1 ? -magnitude : magnitude
  }

  /// The one spelling of a decimal's value, of any length: `010.50` gives `10.5`, `-0` gives `0`.
  ///
  /// - Throws: ``DecimalFault/notADecimal``.
  public static func canonical(_ bytes: ByteView) throws(DecimalFault) -> String {
    let form = try DecimalForm(bytes)
    var start = form.wholeStart
    while start < form.wholeEnd - 1, bytes[start] == UInt8(ascii: "0") { start += 1 }
    let whole = bytes.slice(from: start, to: form.wholeEnd)
    let digits = form.fractionDigitsWithoutZeros(of: bytes)
    var text: [UInt8] = []
    let isZero = digits == 0 && whole.equals("0")
    if form.wholeStart == 1, !isZero { text.append(UInt8(ascii: "-")) }
    text.append(contentsOf: whole.copied())
    if digits > 0 {
      let end = form.wholeEnd + 1 + digits
      text.append(contentsOf: bytes.slice(from: form.wholeEnd, to: end).copied())
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Where the parts of a decimal stand.
private struct DecimalForm {
  /// 1 after a minus sign, else 0.
  let wholeStart: Int
  /// Where the digits before the point end.
  let wholeEnd: Int
  /// The number of digits after the point.
  let fractionDigits: Int

  @inline(__always) init(_ bytes: ByteView) throws(DecimalFault) {
    var offset = 0
    if bytes.count > 0, bytes[0] == UInt8(ascii: "-") { offset = 1 }
    wholeStart = offset
    offset = Self.endOfDigits(in: bytes, from: offset)
    guard offset > wholeStart else { throw .notADecimal }
    wholeEnd = offset
    guard offset < bytes.count else {
      fractionDigits = 0
      return
    }
    guard bytes[offset] == UInt8(ascii: ".") else { throw .notADecimal }
    let end = Self.endOfDigits(in: bytes, from: offset + 1)
    guard end == bytes.count, end > offset + 1 else { throw .notADecimal }
    fractionDigits = end - offset - 1
  }

  @inline(__always) private static func endOfDigits(in bytes: ByteView, from start: Int) -> Int {
    var offset = start
    while offset < bytes.count, bytes[offset] &- UInt8(ascii: "0") < 10 { offset &+= 1 }
    return offset
  }

  /// The digits before the point and the first few after it as an integer; nil beyond 2^63 - 1.
  @inline(__always) func magnitude(of bytes: ByteView, fractionDigits: Int) -> Int64? {
    var value: UInt64 = 0
    var offset = wholeStart
    let end = fractionDigits == 0 ? wholeEnd : wholeEnd + 1 + fractionDigits
    let limit = UInt64(Int64.max)
    while offset < end {
      if offset != wholeEnd {
        guard value <= limit / 10 else { return nil }
        value = value &* 10 &+ UInt64(bytes[offset] &- UInt8(ascii: "0"))
      }
      offset &+= 1
    }
    return value <= limit ? Int64(truncatingIfNeeded: value) : nil
  }

  /// The digits after the point up to the last that is not zero.
  func fractionDigitsWithoutZeros(of bytes: ByteView) -> Int {
    var digits = fractionDigits
    while digits > 0, bytes[wholeEnd + digits] == UInt8(ascii: "0") { digits -= 1 }
    return digits
  }
}
