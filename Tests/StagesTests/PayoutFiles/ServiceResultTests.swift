import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct ServiceResultTests {
  private func report(_ profile: TableProfile, _ text: String) throws -> ServiceReport {
    try profile.report(of: Array(text.utf8))
  }

  @Test func `PayPal's table gives a settlement for each of our customer ids`() throws {
    let report = try report(
      .payPal,
      """
      \u{FEFF}Recipient,"Customer ID",Amount,Currency,Transaction ID,Transaction status,Error message\r
      a@example.com,paaaaaaaaaaaaa,"1,000.50",USD,TX1,SUCCESS,\r
      b@example.com,pbbbbbbbbbbbbb,1.00,USD,TX2,UNCLAIMED,\r
      c@example.com,pccccccccccccc,2.00,USD,,FAILED,"Receiver is ""locked"",
      call"\r
      d@example.com,,3.00,USD,TX4,SUCCESS,\r
      e@example.com,peeeeeeeeeeeee,3.00,USD,TX5,Returned,\r
      """)
    #expect(
      report.results == [
        ServiceResult(
          payoutID: "paaaaaaaaaaaaa", status: .completed, transactionID: "TX1", line: 2),
        ServiceResult(
          payoutID: "pbbbbbbbbbbbbb", status: .processing, transactionID: "TX2", line: 3),
        ServiceResult(
          payoutID: "pccccccccccccc", status: .failed,
          failedReason: "Receiver is \"locked\",\ncall", line: 4),
        ServiceResult(
          payoutID: "peeeeeeeeeeeee", status: .failed, transactionID: "TX5",
          failedReason: "Returned", line: 7
        ),
      ])
    #expect(report.skipped == 1)
  }

  @Test func `Wise's export of transfers gives ours and skips the rest`() throws {
    let report = try report(
      .wise,
      """
      ID,Status,Direction,"Created on",Reference,Batch
      TRANSFER-1,COMPLETED,OUT,2026-04-02,pabcabcabcabca,B1
      TRANSFER-2,REFUNDED,OUT,2026-04-02,pdefdefdefdefd,B1
      TRANSFER-3,CANCELLED,OUT,2026-04-02,pghighighighig,B1
      TRANSFER-4,COMPLETED,OUT,2026-04-02,invoice number 12,
      """)
    #expect(report.results.map(\.status) == [.completed, .failed, .cancelled])
    #expect(report.results.map(\.transactionID) == ["TRANSFER-1", "TRANSFER-2", "TRANSFER-3"])
    #expect(report.results.map(\.failedReason) == [nil, "REFUNDED", "CANCELLED"])
    #expect(report.skipped == 1)
  }

  @Test func `a status that is not known rejects its row alone`() throws {
    let report = try report(
      .payPal,
      """
      Customer ID,Status
      paaaaaaaaaaaaa,MAYBE
      pbbbbbbbbbbbbb,
      pccccccccccccc,SUCCESS
      """)
    #expect(report.results.map(\.payoutID) == ["pccccccccccccc"])
    #expect(report.faults.map(\.reason) == [.badValue, .missingField])
    #expect(report.faults.map(\.column) == ["Transaction status", "Transaction status"])
    #expect(report.faults.first?.message.contains("\"MAYBE\" is no status of PayPal") == true)
    #expect(report.rows.map(\.line) == [2, 3, 4])
    #expect(report.rows.map(\.raw).first == Array("paaaaaaaaaaaaa,MAYBE".utf8))
  }

  @Test func `a row that is not UTF-8 is rejected, and the others are read`() throws {
    let bytes = Array("Customer ID,Status\npaaaaaaaaaaaaa,SUCCESS\nx".utf8) + [0xFF, 0x2C, 0x0A]
    let report = try TableProfile.payPal.report(of: bytes)
    #expect(report.faults.map(\.reason) == [.badUTF8])
    #expect(report.results.count == 1)
  }

  @Test func `references are found however a service capitalises them`() throws {
    let report = try report(.payPal, "Customer ID,Status\nPABCABCABCABCA,SUCCESS\npabc,SUCCESS\n")
    #expect(report.results.map(\.payoutID) == ["pabcabcabcabca"])
    #expect(report.skipped == 1)
  }

  @Test(arguments: [
    ("2026-03-31", 1_774_915_200_000 as Int64, false),
    ("2026-03-31 10:00", 1_774_951_200_000, false),
    ("2026-03-31T10:00:00", 1_774_951_200_000, false),
    ("2026-03-31T10:00:00.5+02:00", 1_774_944_000_500, true),
    ("2026-03-31T10:00:00Z", 1_774_951_200_000, true),
  ])
  func `an instant may lack zone, seconds and time`(
    text: String, milliseconds: Int64, hasZone: Bool
  ) throws {
    let read = try #require(ServiceInstant(Text(text)))
    #expect(read.instant.milliseconds == milliseconds)
    #expect(read.hasZone == hasZone)
  }

  @Test(arguments: ["", "31.03.2026", "2026-02-30", "yesterday at ten", "2026-03-31T25:00:00"])
  func `what is no instant is left out`(text: String) { #expect(ServiceInstant(Text(text)) == nil) }

  @Test(arguments: [
    ("", "has no header"), ("a,b\n1,2\n", "has none of the columns Customer ID"),
    ("Customer ID,Status\n\"p1,SUCCESS\n", "quotation mark"),
    ("Customer ID,Status\n\"p1\"x,SUCCESS\n", "quotation mark"),
  ])
  func `a table that is not understood is refused`(text: String, expected: String) throws {
    do throws(ServiceReportFault) {
      _ = try TableProfile.payPal.report(of: Array(text.utf8))
      Issue.record("it was taken")
    } catch {
      #expect(error.description.contains(expected), "\(error)")
    }
  }

  private static let statusReport = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!-- <TxSts>RJCT</TxSts> -->
    <ns:Document xmlns:ns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10" a='>'>
    <ns:CstmrPmtStsRpt>
    <GrpHdr><MsgId>BANK1</MsgId><CreDtTm>2026-04-02T08:00:00</CreDtTm></GrpHdr>
    <OrgnlGrpInfAndSts><OrgnlMsgId>2026-03-31.1-1a2b3c4d-001</OrgnlMsgId>
    <OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
    <OrgnlPmtInfAndSts><OrgnlPmtInfId>2026-03-31.1-1a2b3c4d-001</OrgnlPmtInfId>
    <TxInfAndSts><StsId>1</StsId><OrgnlEndToEndId>poneoneoneoneo</OrgnlEndToEndId><TxSts>RJCT</TxSts>
    <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account &amp; holder&#x21;</AddtlInf></StsRsnInf>
    <OrgnlTxRef><TxSts>ACSC</TxSts></OrgnlTxRef></TxInfAndSts>
    <TxInfAndSts><OrgnlEndToEndId>ptwotwotwotwot</OrgnlEndToEndId><TxSts>ACSC</TxSts>
    <AcctSvcrRef><![CDATA[REF<2>]]></AcctSvcrRef></TxInfAndSts>
    <TxInfAndSts><OrgnlEndToEndId>pthreethreethr</OrgnlEndToEndId><TxSts>ACSP</TxSts><Empty/></TxInfAndSts>
    <TxInfAndSts><OrgnlEndToEndId>NOTPROVIDED or long</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>
    </OrgnlPmtInfAndSts></ns:CstmrPmtStsRpt></ns:Document>
    """

  @Test func `a status report gives each transaction its status and reason`() throws {
    let report = try StatusReport.report(of: Array(Self.statusReport.utf8))
    #expect(
      report.results.map(\.payoutID) == ["poneoneoneoneo", "ptwotwotwotwot", "pthreethreethr"])
    #expect(report.results.map(\.status) == [.failed, .completed, .processing])
    #expect(report.results.map(\.failedReason) == ["AC04 Account & holder!", nil, nil])
    #expect(report.results.map(\.transactionID) == [nil, "REF<2>", nil])
    #expect(report.results.map(\.messageID).allSatisfy { $0 == "2026-03-31.1-1a2b3c4d-001" })
    #expect(report.skipped == 1)
    #expect(report.wholes == [])
  }

  @Test func `a transaction with an unknown status is rejected, the others are taken`() throws {
    let text = Self.statusReport.replacing("ACSP", with: "WHAT")
      .replacing("<TxSts>ACSC</TxSts>\n", with: "")
    let report = try StatusReport.report(of: Array(text.utf8))
    #expect(report.faults.map(\.reason) == [.badValue])
    #expect(report.faults.first?.message.contains("no status of ISO 20022") == true)
    // Its own status is missing, so its message's holds.
    #expect(report.results.map(\.status) == [.failed, .processing])
  }

  @Test func `a final status of a message holds for payouts that it does not list`() throws {
    let text = Self.statusReport.replacing("<GrpSts>PART", with: "<GrpSts>RJCT")
    let report = try StatusReport.report(of: Array(text.utf8))
    #expect(report.wholes.map(\.status) == [.failed])
    #expect(report.wholes.map(\.reason) == ["RJCT"])
    #expect(report.results.count == 3)
  }

  @Test func `a rejected message names the file that it was`() throws {
    let text = """
      <Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>m-001</OrgnlMsgId>
      <GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>
      </OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>
      """
    let report = try StatusReport.report(of: Array(text.utf8))
    #expect(report.results == [])
    #expect(
      report.wholes == [
        ServiceReport.Whole(messageID: "m-001", status: .failed, reason: "FF01")
      ])
  }

  @Test(arguments: [
    ("<!DOCTYPE a [<!ENTITY x \"y\">]><a/>", "document type declaration"),
    ("<a><b></a>", "another element is open"), ("<a>", "cut off"), ("<a", "cut off"),
    ("<a>&unknown;</a>", "no known entity"), ("<a/>", "CstmrPmtStsRpt"),
    (String(repeating: "<a>", count: 100), "nested deeper"), ("", "CstmrPmtStsRpt"),
  ])
  func `what is no status report is refused`(text: String, expected: String) throws {
    do throws(ServiceReportFault) {
      _ = try StatusReport.report(of: Array(text.utf8))
      Issue.record("it was taken")
    } catch {
      #expect(error.description.contains(expected), "\(error)")
    }
  }

  @Test func `no cut of a status report crashes the reader`() {
    let bytes = Array(Self.statusReport.utf8)
    for end in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: ServiceReportFault.self) {
        _ = try StatusReport.report(of: Array(bytes[..<end]))
      }
    }
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: width - text.utf8.count)
  }

  private func returnFile(_ code: String, _ kind: String = "99") -> [String] {
    [
      padded("101 021000021 1234567890260402090", 94), padded("5220EXAMPLE INC", 94),
      "626121042882" + padded("12345", 17) + "0000010050" + padded("pabcabcabcabca", 15)
        + padded("JANE DOE", 22) + "  1" + "021000020000001",
      "7" + kind + code + "121042880000007" + padded("", 6) + "02100002"
        + padded("CLOSED IN MARCH", 44) + "021000020000001",
      padded("8220", 94), padded("9000001", 94),
    ]
  }

  @Test(arguments: ["\n", "\r\n", ""])
  func `a returned credit is a failed payout`(end: String) throws {
    let file = returnFile("R02").map { $0 + end }.joined()
    let report = try ACHReturns.report(of: Array(file.utf8))
    var expected = ServiceResult(
      payoutID: "pabcabcabcabca", status: .failed, transactionID: "121042880000007",
      failedReason: "R02 account closed: CLOSED IN MARCH", line: 3)
    expected.occurrence = "021000020000001"
    #expect(report.results == [expected])
  }

  @Test func `a notice of change settles nothing`() throws {
    let file = returnFile("C01", "98").joined(separator: "\n")
    let report = try ACHReturns.report(of: Array(file.utf8))
    #expect(report.results == [])
    #expect(report.rows.map(\.content) == [.filtered(.noticeOfChange)])
  }

  @Test(arguments: ["", "hello\n", String(repeating: "6", count: 94) + "\n"])
  func `what is no NACHA file is refused`(text: String) {
    #expect(throws: ServiceReportFault.self) { _ = try ACHReturns.report(of: Array(text.utf8)) }
  }

  /// Bytes with some of them changed, doubled or left out.
  private func damaged(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0...3, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: place)
      case 2:
        bytes.insert(Array("<>&\"',;/!]\n\r".utf8).randomElement(using: &random) ?? 0, at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }

  @Test(arguments: UInt64(1)...10)
  func `a damaged file is refused or read, and names payouts only`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let table = Array(
      "Customer ID,Status,Transaction ID\nP234567abcdefg,SUCCESS,\"T\"\n,x,\n".utf8)
    let returns = Array(returnFile("R02").joined(separator: "\n").utf8)
    let report = Array(Self.statusReport.utf8)
    let readers: [([UInt8], ([UInt8]) throws(ServiceReportFault) -> ServiceReport)] = [
      (table, TableProfile.payPal.report), (returns, ACHReturns.report),
      (report, StatusReport.report),
    ]
    for _ in 0..<200 {
      for (bytes, read) in readers {
        guard let report = try? read(damaged(bytes, &random)) else { continue }
        #expect(
          report.results.allSatisfy { $0.payoutID.payoutReference == $0.payoutID && $0.line > 0 })
      }
    }
  }
}
