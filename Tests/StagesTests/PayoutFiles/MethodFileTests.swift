// Each format against its golden file, and how batches are divided. Golden files stand by batch in
// Tests/Golden/payout-files; with REFBATCH_UPDATE_GOLDEN=1 the tests write them anew.
import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite struct MethodFileTests {
  static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Golden/payout-files")

  private func compare(_ file: MethodFile, _ emission: Emission) throws {
    let folder = Self.golden.appendingPathComponent(emission.batchID.string)
    let url = folder.appendingPathComponent(file.name)
    if ProcessInfo.processInfo.environment["REFBATCH_UPDATE_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(file.bytes).write(to: url)
    }
    #expect(try [UInt8](Data(contentsOf: url)) == file.bytes, "\(file.name)")
  }

  static let names: [Text] = [
    "Jane Doe", "Jürgen Müller & Söhne GmbH", "O'Neil, \"Bob\"", "Юлия Щербакова",
    "Łukasz 🦊 Żółć", "A very long name that goes on and on beyond what any bank would ever take",
  ]

  private func payPal(_ payers: PayerSettings) throws -> [PaymentInstruction] {
    let amounts: [(Int64, String)] = [
      (10_050, "USD"), (1, "USD"), (2_000_000, "USD"), (1_500, "JPY"), (123_400, "HUF"),
      (50_000, "TWD"), (12_345, "KWD"),
    ]
    return try amounts.enumerated().map { index, amount in
      try PayoutSample.instruction(
        Text("ppaypal000000\(index + 1)"), amount.0, amount.1,
        PayoutSample.payee(.payPal, email: Text("pay.\(index)+x@example.com")), payers)
    }
  }

  private func wise(_ payers: PayerSettings) throws -> [PaymentInstruction] {
    try Self.names.enumerated().map { index, name in
      let hasAccount = index % 2 == 1
      return try PayoutSample.instruction(
        Text("pwise00000000\(index + 1)"), 12_345 * Int64(index + 1), "EUR",
        PayoutSample.payee(
          .wise, name: name, email: index == 1 ? nil : Text("w\(index)@example.com"),
          (hasAccount ? ["iban": "GB29NWBK60161331926819"] : [:])
            .merging(index == 1 ? ["holder": "company"] : [:]) { first, _ in first }), payers)
    }
  }

  private func sepa(_ payers: PayerSettings) throws -> [PaymentInstruction] {
    let accounts = [
      "DE89370400440532013000", "FR1420041010050500013M02606", "NL91ABNA0417164300",
      "GB29NWBK60161331926819", "PL61109010140000071219812874", "MT84MALT011000012345MTLCAST001S",
    ]
    return try zip(Self.names, accounts).enumerated().map { index, payee in
      let details = ["iban": payee.1].merging(index == 2 ? ["bic": "ABNANL2A"] : [:]) { first, _ in
        first
      }
      return try PayoutSample.instruction(
        Text("psepa00000000\(index + 1)"), index == 5 ? 99_999_999_999 : Int64(index * 1_111 + 1),
        "EUR", PayoutSample.payee(.sepa, name: payee.0, details), payers)
    }
  }

  private func ach(_ payers: PayerSettings) throws -> [PaymentInstruction] {
    try Self.names.enumerated().map { index, name in
      let details = [
        "routing_number": ["021000021", "011000015", "121042882"][index % 3],
        "account_number": "12345-678\(index)",
        "account_type": index % 2 == 0 ? "checking" : "savings",
        "holder": index == 1 || index == 4 ? "company" : "person",
      ]
      return try PayoutSample.instruction(
        Text("pach000000000\(index + 1)"), index == 5 ? 9_999_999_999 : Int64(index * 2_222 + 1),
        "USD", PayoutSample.payee(.ach, name: name, details), payers)
    }
  }

  @Test func `the files of all formats are the expected bytes`() throws {
    let payers = try PayoutSample.payers()
    let all = try payPal(payers) + wise(payers) + sepa(payers) + ach(payers)
    let files = PayoutSample.emission.files(all, payers: payers)
    #expect(
      files.map(\.name) == [
        "ach-2026-03-31.1-1a2b3c4d-USD.txt", "paypal-2026-03-31.1-1a2b3c4d-HUF.csv",
        "paypal-2026-03-31.1-1a2b3c4d-JPY.csv", "paypal-2026-03-31.1-1a2b3c4d-KWD.csv",
        "paypal-2026-03-31.1-1a2b3c4d-TWD.csv", "paypal-2026-03-31.1-1a2b3c4d-USD.csv",
        "sepa-2026-03-31.1-1a2b3c4d-EUR.xml", "wise-email-2026-03-31.1-1a2b3c4d-EUR.csv",
        "wise-iban-2026-03-31.1-1a2b3c4d-EUR.csv",
      ])
    for file in files { try compare(file, PayoutSample.emission) }
    #expect(files.reduce(0) { $0 + $1.rows } == Int64(all.count))
    #expect(Set(files.flatMap(\.payouts)).count == all.count)
    #expect(PayoutSample.emission.files(all, payers: payers) == files)
  }

  @Test func `the older SEPA message and the other line end are written on request`() throws {
    let payers = try PayoutSample.payers {
      $0.sepa?.version = .v03
      $0.sepa?.bic = nil
      $0.ach?.lineEnd = .crlf
    }
    let emission = Emission(
      batchID: "2026-04-01.2-5e6f7a8b", asOf: PayoutSample.instant(2026, 4, 2), runNumber: 2,
      achFilesBefore: 1)
    let files = emission.files(try sepa(payers) + ach(payers), payers: payers)
    for file in files { try compare(file, emission) }
  }

  @Test func `a batch beyond a service's rows is divided and named so that names sort`() throws {
    let payers = try PayoutSample.payers()
    let payee = PayoutSample.payee(.payPal, email: "j@example.com")
    let many = try (1...10_001).map {
      try PayoutSample.instruction(Text("p\($0)"), Int64($0), "USD", payee, payers)
    }
    let files = PayoutSample.emission.files(many, payers: payers)
    #expect(files.map(\.rows) == [5_000, 5_000, 1])
    #expect(
      files.map(\.name) == (1...3).map { "paypal-2026-03-31.1-1a2b3c4d-USD-00\($0)-of-003.csv" })
    #expect(files.flatMap(\.payouts) == many.map(\.payoutID))
    #expect(files.reduce(0) { $0 + $1.totalMinor } == 10_001 * 10_002 / 2)
    #expect(files.allSatisfy { $0.lines.count == $0.payouts.count })
  }

  @Test func `Wise takes a thousand rows beside the header`() throws {
    let payers = try PayoutSample.payers { $0.wise.sourceCurrency = .usd }
    let payee = PayoutSample.payee(.wise, email: "j@example.com")
    let many = try (1...1_001).map {
      try PayoutSample.instruction(Text("p\($0)"), 100, "EUR", payee, payers)
    }
    let files = PayoutSample.emission.files(many, payers: payers)
    #expect(files.map(\.lines.count) == [1_001, 2])
    #expect(
      files[1].lines[1]
        == #""Jane Doe","j@example.com","p1001","PERSON","target","1.00","USD","EUR""#)
  }

  @Test func `an ACH file's total stays within twelve digits`() throws {
    let payers = try PayoutSample.payers()
    let payee = PayoutSample.payee(
      .ach, ["routing_number": "021000021", "account_number": "1"])
    let many = try (1...101).map {
      try PayoutSample.instruction(Text("p\($0)"), 9_999_999_999, "USD", payee, payers)
    }
    let files = PayoutSample.emission.files(many, payers: payers)
    #expect(files.map(\.rows) == [100, 1])
    #expect(files.map { String($0.lines[0].dropFirst(33).prefix(1)) } == ["A", "B"])
  }

  @Test func `files of one day have different names, message ids and file ids`() throws {
    let payers = try PayoutSample.payers()
    let payee = PayoutSample.payee(.ach, ["routing_number": "021000021", "account_number": "1"])
    let one = [try PayoutSample.instruction("p1", 1, "USD", payee, payers)]
    var ids: Set<String> = []
    for run in 1...3 {
      for before in [0, 1, 35, 36, 37] {
        let emission = Emission(
          batchID: Text("2026-03-31.\(run)-1a2b3c4d"), asOf: PayoutSample.instant(2026, 4, 1),
          runNumber: run, achFilesBefore: before)
        let header = emission.files(one, payers: payers)[0].lines[0]
        if before < 36 { ids.insert(String(header.dropFirst(23).prefix(11))) }
      }
    }
    #expect(ids.count == 9)
  }

  @Test func `amounts beyond 64 bits together are divided, not wrapped`() {
    let limits = FileLimits(rows: 10)
    let payers = PayerSettings()
    let payee = PayoutSample.payee(.payPal, email: "j@example.com")
    let huge = (1...3).compactMap {
      try? PaymentInstruction(
        payoutID: Text("p\($0)"), amount: Money(minorUnits: .max, .eur), payee: payee,
        payers: payers)
    }
    #expect(huge.count == 3)
    #expect(MethodFile.parts(of: huge, limits).map(\.count) == [1, 1, 1])
  }
}
