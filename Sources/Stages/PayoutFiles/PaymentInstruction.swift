// One payout as a file writer needs it: everything in it is checked, so writers cannot fail.
public import Pipeline

/// An order to pay one payout through one service.
public struct PaymentInstruction: Hashable, Sendable {
  /// Where the money goes.
  public enum Destination: Hashable, Sendable {
    case payPal(EmailAddress)
    case wiseEmail(EmailAddress)
    case wiseAccount(IBAN, EmailAddress?)
    case sepa(IBAN, BIC?)
    case ach(ACHAccount)
  }

  /// The reference: 1–15 characters that every service takes.
  public let payoutID: Text
  /// Positive, within what the service takes in one payment.
  public let amount: Money
  /// In the service's characters and length; empty for PayPal, which takes none.
  public let name: String
  /// A person where the service makes no difference.
  public let holder: ACHAccount.Holder
  public let destination: Destination

  /// Makes the order for a payout.
  ///
  /// - Returns: nil for STRIPE and MANUAL, which have no files.
  /// - Throws: ``PaymentFault`` where the file cannot carry the payout exactly.
  public init?(
    payoutID: Text, amount: Money, payee: Payee, payers: PayerSettings
  ) throws(PaymentFault) {
    try Self.checkReference(payoutID)
    self.payoutID = payoutID
    self.amount = amount
    switch payee.method {
    case .stripe, .manual: return nil
    case .payPal:
      guard let address = try payee.paymentAddress() else { throw .missing("payment_email") }
      destination = .payPal(address)
      (holder, name) = (.person, "")
      _ = try ServiceAmount.decimal(amount)
      try Self.check(amount, most: payers.payPal.mostPerPayout[amount.currency] ?? .max)
    case .wise:
      holder = try payee.holder()
      (destination, name) = try Self.wise(payee, payoutID)
      _ = try ServiceAmount.decimal(amount)
      try Self.check(amount, most: .max)
    case .sepa:
      guard payers.sepa != nil else { throw .noPayer(.sepa) }
      holder = .person
      (destination, name) = try Self.sepa(payee, amount, payoutID)
    case .ach:
      guard payers.ach != nil else { throw .noPayer(.ach) }
      guard amount.currency == .usd else { throw .currency(amount.currency, .ach) }
      try Self.check(amount, most: ACHFile.mostPerEntry)
      holder = try payee.holder()
      destination = .ach(try payee.achAccount())
      name = payee.name(.ach, reference: payoutID)
    }
  }

  private static func wise(
    _ payee: Payee, _ reference: Text
  ) throws(PaymentFault) -> (Destination, String) {
    let account = try payee.iban()
    let address = try payee.paymentAddress()
    let name = payee.name(.wise, reference: reference)
    guard !SpreadsheetCell.isFormula(name) else { throw .formula("name") }
    if let account { return (.wiseAccount(account, address), name) }
    guard let address else { throw .missing("payment_email") }
    return (.wiseEmail(address), name)
  }

  private static func sepa(
    _ payee: Payee, _ amount: Money, _ reference: Text
  ) throws(PaymentFault) -> (Destination, String) {
    guard amount.currency == .eur else { throw .currency(amount.currency, .sepa) }
    try check(amount, most: SEPAFile.mostPerTransfer)
    guard let account = try payee.iban() else { throw .missing("payment_details.iban") }
    guard account.isInSEPA else { throw .outsideSEPA(account.country) }
    return (.sepa(account, try payee.bic()), payee.name(.sepa, reference: reference))
  }

  private static func check(_ amount: Money, most: Int64) throws(PaymentFault) {
    guard (1...most).contains(amount.minorUnits) else { throw .amount(amount, most: most) }
  }

  private static func checkReference(_ id: Text) throws(PaymentFault) {
    guard !id.isEmpty else { throw .form("payout_id", .empty) }
    guard id.utf8.count <= 15 else { throw .form("payout_id", .tooLong(limit: 15)) }
    guard id.utf8.allSatisfy({ $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }),
      id.utf8.first != UInt8(ascii: "-")
    else { throw .form("payout_id", .character) }
  }
}

extension Currency {
  /// The currency of SEPA.
  static let eur = Currency(packed: 0x455552)
}

/// Amounts as services that take a CSV file want them.
enum ServiceAmount {
  /// Currencies with minor units on paper only: services refuse fractions of them.
  private static let wholeUnitCurrencies = ["HUF", "TWD"]

  /// The amount in major units with a decimal point, as many digits after it as the service takes:
  /// `12.30` USD, `1500` JPY, `1500` HUF, `1.250` KWD.
  ///
  /// - Throws: ``PaymentFault/fraction(_:)``.
  static func decimal(_ amount: Money) throws(PaymentFault) -> String {
    guard wholeUnitCurrencies.contains(amount.currency.code) else { return amount.majorUnits }
    guard amount.minorUnits % 100 == 0 else { throw .fraction(amount) }
    return String(amount.minorUnits / 100)
  }
}
