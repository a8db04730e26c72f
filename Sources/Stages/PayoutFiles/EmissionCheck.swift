// The check that a payout passes before it is made (SPEC 5 and 10, Payouts): what its file could not
// carry is held instead.
public import Pipeline

/// Finds what keeps a payout from being emitted.
public struct EmissionCheck: Sendable {
  public let payers: PayerSettings

  public init(payers: PayerSettings) { self.payers = payers }

  /// Why an amount to an affiliate cannot be emitted, with what to do about it; nil where it can.
  ///
  /// Formulas are looked for first: in the fields of `payouts.csv`, whatever the method, then in
  /// those of the method's own file.
  ///
  /// - Parameter program: The programme that pays.
  public func fault(
    program: Text, _ affiliate: Affiliate, _ amount: Money
  ) -> PaymentFault? {
    guard let payee = Payee(affiliate) else { return .missing("payment_method") }
    let fields: [(String, Text?)] = [
      ("program_id", program), ("affiliate_id", payee.affiliateID.text),
      ("name", payee.name), ("email", payee.email),
    ]
    for (field, value) in fields {
      if let value, SpreadsheetCell.isFormula(value.string) { return .formula(field) }
    }
    do throws(PaymentFault) {
      _ = try PaymentInstruction(payoutID: "p", amount: amount, payee: payee, payers: payers)
      return nil
    } catch {
      return error
    }
  }

  /// The reason in `held.csv` for which an amount to an affiliate is not emitted; nil where it is.
  ///
  /// A payer's account that the schedule does not state holds nothing: the payout stands in
  /// `payouts.csv` alone, and the run warns of it.
  public func emissionHindrance(
    program: Text, _ affiliate: Affiliate, _ amount: Money
  ) -> HeldAmount.Reason? {
    guard let fault = fault(program: program, affiliate, amount) else { return nil }
    if case .noPayer = fault { return nil }
    return fault.reason
  }
}
