// Payouts with hostile names and details: each is held or stands in exactly one file, exactly. With
// REFBATCH_KEEP_PAYOUT_FILES=DIRECTORY the files stay there, for .ci/validate-payout-files.
import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct RandomPayoutTests {
  /// One payout to be, and what became of it.
  private struct Attempt {
    var payee: Payee
    var amount: Money
    var instruction: PaymentInstruction?
  }

  private static let pieces = [
    "Jane", "Müller", "=1+1", "+", "-", "@", "\t", "\r", "\n", "\"", "\"\"", ",", ";", "'", "<b>",
    "&amp;",
    "]]>", "\u{202E}", "\u{200F}", "🦊", "👩‍👩‍👧", "李", "Ω", "ß", "\u{0}", "\u{301}", " ", "999", "\\",
    "//", "％",
    String(repeating: "x", count: 300),
  ]

  private func name(_ random: inout SplitMix64) -> Text? {
    let count = Int.random(in: 0...5, using: &random)
    guard count > 0 else { return nil }
    return Text((0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined())
  }

  /// A German account number with check digits that are right, mostly.
  private func iban(_ random: inout SplitMix64) -> String {
    let digits = (0..<18).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
    let rest = (digits + "131400").utf8.reduce(0) { ($0 * 10 + Int($1 - 0x30)) % 97 }
    let check = Int.random(in: 0..<10, using: &random) == 0 ? 0 : 98 - rest
    return "DE" + check.zeroPadded(2) + digits
  }

  private func routing(_ random: inout SplitMix64) -> String {
    let digits = (0..<8).map { _ in Int.random(in: 0...9, using: &random) }
    let sum = zip(digits, [3, 7, 1, 3, 7, 1, 3, 7]).reduce(0) { $0 + $1.0 * $1.1 }
    return digits.map(String.init).joined() + String((10 - sum % 10) % 10)
  }

  private func attempt(_ number: Int, _ random: inout SplitMix64) throws -> Attempt {
    let methods: [PaymentMethod] = [.payPal, .wise, .sepa, .ach]
    let method = try #require(methods.randomElement(using: &random))
    let currencies =
      switch method {
      case .sepa: ["EUR", "EUR", "USD"]
      case .ach: ["USD", "USD", "EUR"]
      default: ["USD", "EUR", "JPY", "HUF", "TWD", "KWD"]
      }
    var details: [String: String] = [:]
    if method == .sepa || (method == .wise && Bool.random(using: &random)) {
      details["iban"] = iban(&random)
    }
    if method == .ach {
      details["routing_number"] = routing(&random)
      details["account_number"] = String(Int.random(in: 1...99_999_999, using: &random))
      details["holder"] = ["person", "company"].randomElement(using: &random)
      details["account_type"] = ["checking", "savings"].randomElement(using: &random)
    }
    let emails = ["j\(number)@example.com", "j.\(number)+x@example.org", "no address"]
    var payee = PayoutSample.payee(
      method, name: name(&random), email: emails.randomElement(using: &random).map { Text($0) },
      details)
    if method == .sepa || method == .ach { payee.paymentEmail = nil }
    let scale = Int64(10) << Int64.random(in: 0...40, using: &random)
    let currency = try PayoutSample.currency(try #require(currencies.randomElement(using: &random)))
    return Attempt(
      payee: payee, amount: Money(minorUnits: .random(in: 1...scale, using: &random), currency))
  }

  private func attempts(_ seed: UInt64, _ payers: PayerSettings) throws -> [Attempt] {
    var random = SplitMix64(seed: seed)
    return try (0..<400).map { number in
      var attempt = try attempt(number, &random)
      do throws(PaymentFault) {
        attempt.instruction = try PaymentInstruction(
          payoutID: Text("p\(seed)x\(number)"), amount: attempt.amount, payee: attempt.payee,
          payers: payers)
      } catch {
        #expect([.formula, .doesNotFit, .noPaymentDetails].contains(error.reason))
      }
      return attempt
    }
  }

  @Test(arguments: UInt64(1)...20)
  func `each payout that is not held stands in exactly one file with its amount`(seed: UInt64)
    throws
  {
    let payers = try PayoutSample.payers()
    let attempts = try attempts(seed, payers)
    let instructions = attempts.compactMap(\.instruction)
    #expect(instructions.count > 50)
    let files = PayoutSample.emission.files(instructions, payers: payers)
    try keep(files, of: instructions, seed)
    #expect(files.flatMap(\.payouts).sorted() == instructions.map(\.payoutID).sorted())
    for file in files {
      let rows = try PlainPayoutFile.rows(of: file)
      #expect(rows.map(\.payoutID) == file.payouts.map(\.string))
      let byID = Dictionary(grouping: instructions, by: \.payoutID.string)
      for row in rows {
        let instruction = try #require(byID[row.payoutID]?.first)
        #expect(row.amount == instruction.decimalAmount, "\(file.name) \(row.payoutID)")
        #expect(row.currency == instruction.amount.currency.code)
        for cell in row.cells {
          #expect(cell.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(file.name): \(cell)")
          if file.name.hasSuffix(".csv") { #expect(!SpreadsheetCell.isFormula(cell)) }
        }
      }
      let sum = instructions.filter { file.payouts.contains($0.payoutID) }
        .reduce(0) { $0 + $1.amount.minorUnits }
      #expect(file.totalMinor == sum)
    }
  }

  private func keep(
    _ files: [MethodFile], of instructions: [PaymentInstruction], _ seed: UInt64
  ) throws {
    guard let place = ProcessInfo.processInfo.environment["REFBATCH_KEEP_PAYOUT_FILES"] else {
      return
    }
    let folder = URL(fileURLWithPath: place).appendingPathComponent("seed-\(seed)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in files {
      try Data(file.bytes).write(to: folder.appendingPathComponent(file.name))
    }
    var list = "payout_id,payment_method,currency,amount\n"
    for instruction in instructions {
      let method =
        switch instruction.destination {
        case .payPal: "PAYPAL"
        case .wiseEmail, .wiseAccount: "WISE"
        case .sepa: "SEPA"
        case .ach: "ACH"
        }
      let amount = instruction.amount
      list +=
        "\(instruction.payoutID),\(method),\(amount.currency.code),\(amount.majorUnits)\n"
    }
    try Data(list.utf8).write(to: folder.appendingPathComponent("payouts.csv"))
  }

  @Test(arguments: UInt64(21)...40)
  func `an ACH file's hashes, totals and blocks are what its entries add up to`(seed: UInt64) throws
  {
    let payers = try PayoutSample.payers()
    let instructions = try attempts(seed, payers).compactMap(\.instruction)
    for file in PayoutSample.emission.files(instructions, payers: payers)
    where file.name.hasPrefix("ach") {
      try PlainPayoutFile.checkACH(file)
    }
  }
}
