// Who is paid, with the details that the registry has of it.
public import Pipeline

/// The recipient of a payout, as its affiliate's record states it.
public struct Payee: Sendable {
  public var affiliateID: AffiliateID
  public var method: PaymentMethod
  public var name: Text?
  /// The affiliate's own address, which `payouts.csv` shows.
  public var email: Text
  public var paymentEmail: Text?
  /// The members of `payment_details`.
  public var details: [String: String]

  public init(
    affiliateID: AffiliateID, method: PaymentMethod, name: Text?, email: Text,
    paymentEmail: Text? = nil, details: [String: String] = [:]
  ) {
    self.affiliateID = affiliateID
    self.method = method
    self.name = name
    self.email = email
    self.paymentEmail = paymentEmail
    self.details = details
  }

  /// - Returns: nil for an affiliate without a payment method.
  public init?(_ affiliate: Affiliate) {
    guard let method = affiliate.paymentMethod else { return nil }
    self.init(
      affiliateID: affiliate.id, method: method, name: affiliate.name, email: affiliate.email,
      paymentEmail: affiliate.paymentEmail, details: affiliate.paymentDetails)
  }
}

extension Payee {
  /// The value of a detail; nil where it is absent or empty.
  private func detail(_ name: String) -> String? {
    details[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  func required(_ name: String) throws(PaymentFault) -> String {
    guard let value = detail(name) else { throw .missing("payment_details.\(name)") }
    return value
  }

  func iban() throws(PaymentFault) -> IBAN? {
    guard let written = detail("iban") else { return nil }
    do { return try IBAN(written) } catch { throw .form("payment_details.iban", error) }
  }

  func bic() throws(PaymentFault) -> BIC? {
    guard let written = detail("bic") else { return nil }
    do { return try BIC(written) } catch { throw .form("payment_details.bic", error) }
  }

  /// The address that the service pays to.
  func paymentAddress() throws(PaymentFault) -> EmailAddress? {
    guard let written = paymentEmail?.string, !written.isEmpty else { return nil }
    guard !SpreadsheetCell.isFormula(written) else { throw .formula("payment_email") }
    do { return try EmailAddress(written) } catch { throw .form("payment_email", error) }
  }

  /// A person unless the details say otherwise.
  func holder() throws(PaymentFault) -> ACHAccount.Holder {
    try word("holder", default: .person)
  }

  func achAccount() throws(PaymentFault) -> ACHAccount {
    let written = try (required("routing_number"), required("account_number"))
    let kind: ACHAccount.Kind = try word("account_type", default: .checking)
    let routing: RoutingNumber
    do { routing = try RoutingNumber(written.0) } catch {
      throw .form("payment_details.routing_number", error)
    }
    do { return try ACHAccount(routing: routing, number: written.1, kind: kind) } catch {
      throw .form("payment_details.account_number", error)
    }
  }

  private func word<Word: RawRepresentable<String> & CaseIterable>(
    _ name: String, default: Word
  ) throws(PaymentFault) -> Word {
    guard let written = detail(name) else { return `default` }
    guard let word = Word(rawValue: written) else {
      throw .form("payment_details.\(name)", .noSuchWord(Word.allCases.map(\.rawValue)))
    }
    return word
  }

  /// The name in a service's form. No name holds a payout (SPEC 10, Payouts): where there is none,
  /// or none of its letters has a form that the service takes, the affiliate's id stands for it,
  /// and where that is so too, the payout's reference.
  func name(_ form: PayeeName.Form, reference: Text) -> String {
    let texts: [Text?] = [name, affiliateID.text, reference]
    for case let text? in texts {
      if let written = PayeeName.text(text.string, form) { return written }
    }
    return reference.string
  }
}
