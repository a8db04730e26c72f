// Exact amounts: integer minor units and one rounding. No floating point enters this file.

/// Arithmetic on amounts that would leave 64 bits.
public struct AmountOverflow: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being computed.
  public let operation: String

  public init(_ operation: String) { self.operation = operation }

  public var description: String {
    "an amount in \(operation) does not fit 64 bits; look for an absurd amount in the input"
  }
}

/// An amount in a currency's minor units.
public struct Money: Hashable, Sendable {
  /// Minor units, such as cents.
  public var minorUnits: Int64
  public var currency: Currency

  @inlinable public init(minorUnits: Int64, _ currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }
}

/// `amount × numerator ÷ denominator` in minor units, rounded half away from zero.
///
/// - Precondition: `denominator` is positive.
/// - Throws: ``AmountOverflow`` when the result does not fit 64 bits.
/// - Note: Source: SPEC 4, "each rounded half away from zero".
public func rounded(
  _ amount: Int64, times numerator: Int64, over denominator: Int64
) throws(AmountOverflow) -> Int64 {
  let (narrow, isWide) = amount.multipliedReportingOverflow(by: numerator)
  if !isWide, narrow != .min {
    let magnitude = narrow < 0 ? -narrow : narrow
    let (whole, remainder) = magnitude.quotientAndRemainder(dividingBy: denominator)
    let quotient = remainder >= denominator - remainder ? whole + 1 : whole
    return narrow < 0 ? -quotient : quotient
  }
  let product = amount.multipliedFullWidth(by: numerator)
  let wide = Int128(product.high) << 64 | Int128(product.low)
  let half = Int128(denominator / 2)
  let magnitude = wide < 0 ? -wide : wide
  var quotient = magnitude / Int128(denominator)
  let remainder = magnitude % Int128(denominator)
  if remainder > half || (remainder == half && denominator % 2 == 0) { quotient += 1 }
  guard let exact = Int64(exactly: wide < 0 ? -quotient : quotient) else {
    throw AmountOverflow("\(amount) × \(numerator) ÷ \(denominator)")
  }
  return exact
}

extension BasisPoints {
  /// This rate's share of `amount`, in minor units, rounded half away from zero.
  ///
  /// - Throws: ``AmountOverflow`` when the share does not fit 64 bits.
  public func share(of amount: Int64) throws(AmountOverflow) -> Int64 {
    try rounded(amount, times: Int64(value), over: 10_000)
  }
}

/// `left + right`, or an error instead of a wrapped sum.
@inlinable public func sum(_ left: Int64, _ right: Int64) throws(AmountOverflow) -> Int64 {
  let (value, overflow) = left.addingReportingOverflow(right)
  guard !overflow else { throw AmountOverflow("\(left) + \(right)") }
  return value
}

/// `left − right`, or an error instead of a wrapped difference.
@inlinable public func difference(_ left: Int64, _ right: Int64) throws(AmountOverflow) -> Int64 {
  let (value, overflow) = left.subtractingReportingOverflow(right)
  guard !overflow else { throw AmountOverflow("\(left) − \(right)") }
  return value
}
