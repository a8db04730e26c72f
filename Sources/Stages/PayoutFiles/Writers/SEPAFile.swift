// SEPA credit transfers: ISO 20022 pain.001.001.09, or .03 for banks that have not changed.
import Pipeline

/// Writes one message with one payment instruction block.
struct SEPAFile {
  /// The scheme has no limit; banks' portals refuse files of some ten megabytes.
  static let limits = FileLimits(rows: 10_000)
  /// 999,999,999.99 EUR.
  static let mostPerTransfer: Int64 = 99_999_999_999

  let payer: PayerSettings.SEPA
  let part: FilePart

  func bytes(of transfers: [PaymentInstruction]) -> [UInt8] {
    var xml = XMLText()
    xml.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    xml.line("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:\(payer.version.rawValue)\">")
    xml.line("<CstmrCdtTrfInitn>")
    appendGroupHeader(transfers, to: &xml)
    xml.line("<PmtInf>")
    appendPaymentInformation(transfers, to: &xml)
    for transfer in transfers { append(transfer, to: &xml) }
    xml.line("</PmtInf>")
    xml.line("</CstmrCdtTrfInitn>")
    xml.line("</Document>")
    return xml.bytes
  }

  private func appendGroupHeader(_ transfers: [PaymentInstruction], to xml: inout XMLText) {
    xml.line("<GrpHdr>")
    xml.element("MsgId", part.messageID)
    xml.element("CreDtTm", part.emission.creation)
    appendTotals(transfers, to: &xml)
    xml.line("<InitgPty><Nm>\(XMLText.escaped(payer.name))</Nm></InitgPty>")
    xml.line("</GrpHdr>")
  }

  /// The same at both levels, as there is one block.
  private func appendTotals(_ transfers: [PaymentInstruction], to xml: inout XMLText) {
    let total = transfers.reduce(0) { $0 + $1.amount.minorUnits }
    xml.element("NbOfTxs", String(transfers.count))
    xml.element("CtrlSum", Money(minorUnits: total, .eur).majorUnits)
  }

  private func appendPaymentInformation(
    _ transfers: [PaymentInstruction], to xml: inout XMLText
  ) {
    let day = BankingCalendar.t2.day(
      payer.executionDays, after: Int64(part.emission.asOf.utcDay))
    let date = CivilDate(dayNumber: day).text
    xml.element("PmtInfId", part.messageID)
    xml.element("PmtMtd", "TRF")
    appendTotals(transfers, to: &xml)
    xml.line("<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>")
    switch payer.version {
    case .v09: xml.line("<ReqdExctnDt><Dt>\(date)</Dt></ReqdExctnDt>")
    case .v03: xml.element("ReqdExctnDt", date)
    }
    xml.line("<Dbtr><Nm>\(XMLText.escaped(payer.name))</Nm></Dbtr>")
    xml.line("<DbtrAcct><Id><IBAN>\(payer.iban.text)</IBAN></Id></DbtrAcct>")
    // The element is mandatory; an account alone finds its bank.
    let bank = payer.bic.map(identification) ?? "<Othr><Id>NOTPROVIDED</Id></Othr>"
    xml.line("<DbtrAgt><FinInstnId>\(bank)</FinInstnId></DbtrAgt>")
    xml.element("ChrgBr", "SLEV")
  }

  private func append(_ transfer: PaymentInstruction, to xml: inout XMLText) {
    guard case .sepa(let account, let bank) = transfer.destination else { return }
    let reference = XMLText.escaped(transfer.payoutID.string)
    xml.line("<CdtTrfTxInf>")
    xml.line("<PmtId><EndToEndId>\(reference)</EndToEndId></PmtId>")
    xml.line("<Amt><InstdAmt Ccy=\"EUR\">\(transfer.amount.majorUnits)</InstdAmt></Amt>")
    if let bank {
      xml.line("<CdtrAgt><FinInstnId>\(identification(bank))</FinInstnId></CdtrAgt>")
    }
    xml.line("<Cdtr><Nm>\(XMLText.escaped(transfer.name))</Nm></Cdtr>")
    xml.line("<CdtrAcct><Id><IBAN>\(account.text)</IBAN></Id></CdtrAcct>")
    let remittance = payer.remittance.isEmpty ? "" : XMLText.escaped(payer.remittance) + " "
    xml.line("<RmtInf><Ustrd>\(remittance)\(reference)</Ustrd></RmtInf>")
    xml.line("</CdtTrfTxInf>")
  }

  private func identification(_ bank: BIC) -> String {
    switch payer.version {
    case .v09: "<BICFI>\(bank.text)</BICFI>"
    case .v03: "<BIC>\(bank.text)</BIC>"
    }
  }
}

extension Emission {
  /// as_of in UTC, to the second: `2026-04-01T00:00:00Z`.
  fileprivate var creation: String {
    let millisecond = (asOf.milliseconds % 1_000 + 1_000) % 1_000
    return (asOf + -millisecond).printed
  }
}

/// Lines of XML.
struct XMLText {
  private(set) var bytes: [UInt8] = []

  mutating func line(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(0x0A)
  }

  mutating func element(_ name: String, _ content: String) {
    line("<\(name)>\(Self.escaped(content))</\(name)>")
  }

  /// Text with the five characters that markup is made of as entities.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
