// From an amount as written to minor units of its currency, exactly or not at all.

/// Why a written amount is no amount in a currency.
struct AmountFault: Error {
  var reason: RejectReason
  var message: String
}

extension WrittenAmount {
  /// The amount without its sign.
  var magnitude: WrittenAmount {
    WrittenAmount(
      digits: digits < 0 ? 0 - digits : digits, fractionDigits: fractionDigits, isMinor: isMinor)
  }

  /// The amount in minor units.
  ///
  /// - Throws: ``AmountFault``: `amount_precision` for more digits after the point than the
  ///   currency has, counted as written (SPEC 2 and 9); `bad_value` for a negative amount or one
  ///   beyond 64 bits.
  func minorUnits(in currency: Currency) throws(AmountFault) -> Int64 {
    guard digits >= 0 else {
      throw AmountFault(reason: .badValue, message: "an amount must not be negative")
    }
    guard !isMinor else { return digits }
    let missing = currency.exponent - Int(fractionDigits)
    guard missing >= 0 else {
      throw AmountFault(
        reason: .amountPrecision,
        message: "\(fractionDigits) digits after the point, but \(currency.code) has "
          + "\(currency.exponent); round it at the source")
    }
    var minor = digits
    for _ in 0..<missing {
      let (product, overflow) = minor.multipliedReportingOverflow(by: 10)
      guard !overflow else {
        throw AmountFault(
          reason: .badValue, message: "the amount does not fit 64 bits of minor units")
      }
      minor = product
    }
    return minor
  }
}
