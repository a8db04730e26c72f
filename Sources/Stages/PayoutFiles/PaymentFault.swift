// Why a payout cannot be carried by the file of its method. Such a payout is held, not made.

/// What keeps a payout out of a file.
public enum PaymentFault: Error, Hashable, Sendable {
  /// A detail that the method needs is not there.
  case missing(String)
  /// A field that a spreadsheet or the service would run.
  case formula(String)
  /// A field that cannot be carried exactly.
  case form(String, FormFault)
  /// The method does not pay this currency.
  case currency(Currency, PaymentMethod)
  /// Not a positive amount, or above what the service takes in one payment, in minor units.
  case amount(Money, most: Int64)
  /// A fraction of a unit in a currency that the service takes in whole units only.
  case fraction(Money)
  /// The account is outside the Single Euro Payments Area.
  case outsideSEPA(String)
  /// The schedule does not say from which account such payouts are paid: there is no file, and no
  /// hold either.
  case noPayer(PaymentMethod)

  /// The reason in `held.csv`.
  public var reason: HeldAmount.Reason {
    switch self {
    case .missing: .noPaymentDetails
    case .formula: .formula
    case .form, .currency, .amount, .fraction, .outsideSEPA, .noPayer: .doesNotFit
    }
  }
}

extension PaymentFault: CustomStringConvertible {
  /// What is wrong and what to do; it quotes no account number.
  public var description: String {
    switch self {
    case .missing(let field): "\(field) is missing: give the affiliate one"
    case .formula(let field):
      "\(field) begins with a character that makes it a formula: = + - @, a tab or a return"
    case .form(let field, let fault): "\(field) \(fault)"
    case .currency(let currency, let method): "\(method.word) does not pay \(currency.code)"
    case .amount(let amount, let most):
      "\(amount.majorUnits) \(amount.currency.code) is not within what one payment takes, up to "
        + Money(minorUnits: most, amount.currency).majorUnits
    case .fraction(let amount):
      "\(amount.majorUnits) \(amount.currency.code): the service takes whole units only"
    case .outsideSEPA(let country): "iban is of \(country), which is not in SEPA"
    case .noPayer(let method):
      "the schedule has no settings.payers.\(method.word.lowercased()): state the payer's account"
    }
  }
}
