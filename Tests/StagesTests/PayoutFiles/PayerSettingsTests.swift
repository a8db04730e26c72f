import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite struct PayerSettingsTests {
  private static let whole = """
    {"paypal": {"note": "Thank you", "max_per_payout": {"EUR": "15000.00", "JPY": 2000000}},
     "wise": {"source_currency": "EUR"},
     "sepa": {"name": "Example GmbH", "iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFF",
       "version": "pain.001.001.03", "remittance": "Provision", "execution_days": 2},
     "ach": {"destination": "021000021", "destination_name": "First Bank", "origin": "121042882",
       "origin_name": "Example", "company_name": "Example", "company_id": "1234567890",
       "odfi": "121042882", "description": "commission", "effective_days": 2, "line_end": "crlf"}}
    """

  private func settings(_ json: String) throws -> PayerSettings {
    try PayerSettings(try JSONValue(Array(json.utf8)))
  }

  @Test func `all members are read`() throws {
    let payers = try settings(Self.whole)
    #expect(payers.payPal.note == "Thank you")
    #expect(
      payers.payPal.mostPerPayout == [
        try PayoutSample.currency("USD"): 2_000_000, try PayoutSample.currency("EUR"): 1_500_000,
        try PayoutSample.currency("JPY"): 2_000_000,
      ])
    #expect(payers.wise.sourceCurrency?.code == "EUR")
    let sepa = try #require(payers.sepa)
    #expect(sepa.iban.text == "DE89370400440532013000")
    #expect(sepa.version == .v03)
    #expect(sepa.executionDays == 2)
    let ach = try #require(payers.ach)
    #expect(ach.origin == " 121042882")
    #expect(ach.destinationName == "FIRST BANK")
    #expect(ach.entryDescription == "COMMISSION")
    #expect(ach.odfi.prefix == "12104288")
    #expect(ach.lineEnd == .crlf)
  }

  @Test func `an empty object leaves the defaults`() throws {
    #expect(try settings("{}") == PayerSettings())
  }

  @Test(arguments: [
    ("[]", "payers is an object"), (#"{"stripe": {}}"#, "payers.stripe is unknown"),
    (#"{"sepa": {"name": "A", "iban": "DE00"}}"#, "payers.sepa.iban has not 22 characters"),
    (#"{"sepa": {"iban": "DE89370400440532013000"}}"#, "payers.sepa.name is missing"),
    (#"{"sepa": {"name": "Ä", "iban": "DE89370400440532013000"}}"#, "payers.sepa.name is a text"),
    (#"{"sepa": {"name": "A & B", "iban": "DE89370400440532013000"}}"#, "other characters"),
    (#"{"paypal": {"note": "=1+1"}}"#, "payers.paypal.note must not begin"),
    (#"{"paypal": {"max_per_payout": {"USD": "0.001"}}}"#, "max_per_payout.USD is no amount"),
    (#"{"wise": {"source_currency": "EURO"}}"#, "payers.wise.source_currency is no currency"),
    (#"{"ach": {"destination": "021000022"}}"#, "payers.ach.destination has check digits"),
    (#"{"ach": {"destination": "021000021"}}"#, "payers.ach.destination_name is missing"),
  ])
  func `a wrong member is named`(json: String, expected: String) throws {
    let value = try JSONValue(Array(json.utf8))
    do throws(PayerSettingsFault) {
      _ = try PayerSettings(value)
      Issue.record("\(json) was taken")
    } catch {
      #expect(error.description.contains(expected), "\(error)")
    }
  }

  @Test func `a schedule with a wrong payer is refused as configuration`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("refbatch-payers-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("s.json")
    func schedule(_ payers: String) throws -> Schedule {
      let json = #"{"workspace": "w", "inputs": [], "settings": {"payers": \#(payers)}}"#
      try Data(json.utf8).write(to: file)
      return try Schedule(file: file.path)
    }
    #expect(try schedule(Self.whole).settings.payers == settings(Self.whole))
    do {
      _ = try schedule(#"{"sepa": {"name": "A", "iban": "DE00"}}"#)
      Issue.record("it was taken")
    } catch let fault as ScheduleFault {
      #expect(fault.exitStatus == .configuration)
      #expect(fault.message.contains("payers.sepa.iban"))
    }
  }
}
