// Payers, payees and instructions for the tests of payout files.
import Foundation
import Pipeline
import Testing

@testable import Stages

enum PayoutSample {
  /// All methods' accounts.
  static func payers(_ change: (inout PayerSettings) -> Void = { _ in }) throws -> PayerSettings {
    var payers = PayerSettings()
    payers.sepa = PayerSettings.SEPA(
      name: "Example Affiliate Programmes GmbH", iban: try IBAN("DE89370400440532013000"),
      bic: try BIC("COBADEFFXXX"))
    payers.ach = PayerSettings.ACH(
      destination: try RoutingNumber("021000021"), destinationName: "FIRST BANK",
      origin: "1234567890", originName: "EXAMPLE PROGRAMMES INC", companyName: "EXAMPLE INC",
      companyID: "1234567890", odfi: try RoutingNumber("021000021"))
    change(&payers)
    return payers
  }

  static let emission = Emission(
    batchID: "2026-03-31.1-1a2b3c4d", asOf: instant(2026, 4, 1), runNumber: 1)

  static func instant(_ year: Int64, _ month: Int64, _ day: Int64) -> Instant {
    Instant(
      milliseconds: CivilDate(year: year, month: month, day: day).dayNumber * Instant.day)
  }

  static func currency(_ code: String) throws -> Currency { try #require(Currency(code: code)) }

  static func payee(
    _ method: PaymentMethod, name: Text? = "Jane Doe", email: Text? = nil,
    _ details: [String: String] = [:]
  ) -> Payee {
    Payee(
      affiliateID: "aff-1", method: method, name: name, email: "jane@example.com",
      paymentEmail: email, details: details)
  }

  static func instruction(
    _ id: Text, _ minor: Int64, _ currency: String, _ payee: Payee, _ payers: PayerSettings
  ) throws -> PaymentInstruction {
    try #require(
      try PaymentInstruction(
        payoutID: id, amount: Money(minorUnits: minor, try Self.currency(currency)), payee: payee,
        payers: payers))
  }

  static func fault(
    _ minor: Int64, _ currency: String, _ payee: Payee, _ payers: PayerSettings
  ) throws -> PaymentFault? {
    let amount = Money(minorUnits: minor, try Self.currency(currency))
    do throws(PaymentFault) {
      _ = try PaymentInstruction(payoutID: "p1", amount: amount, payee: payee, payers: payers)
      return nil
    } catch {
      return error
    }
  }
}

extension MethodFile {
  var text: String { String(decoding: bytes, as: UTF8.self) }
  var lines: [String] { text.split(separator: "\n").map(String.init) }
}
