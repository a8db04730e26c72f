// Files of returned ACH credits: an entry, and behind it the addenda record 99 with the reason. An
// account that takes the money sends nothing back, so completions come from elsewhere: two banking
// days without a return, or the bank's statement.
import Pipeline

/// Reads NACHA return files.
public enum ACHReturns {
  /// Reads the returns. Notices of change (addenda 98) settle nothing, and are filtered.
  ///
  /// - Throws: ``ServiceReportFault`` for bytes that are no whole NACHA file.
  public static func report(of bytes: [UInt8]) throws(ServiceReportFault) -> ServiceReport {
    var report = ServiceReport()
    var entry: Entry?
    var hasHeader = false
    var hasControl = false
    for (index, record) in records(bytes).enumerated() {
      let number = index + 1
      let line = try whole(record, number)
      switch line.first {
      case UInt8(ascii: "1"): hasHeader = true
      case UInt8(ascii: "6"): entry = Entry(line, number)
      case UInt8(ascii: "7"): report.rows.append(row(line, number, of: entry))
      case UInt8(ascii: "9"): hasControl = true
      default: break
      }
    }
    guard hasHeader else { throw ServiceReportFault(1, "has no file header: is it a NACHA file?") }
    guard hasControl else {
      throw ServiceReportFault(1, "has no file control record (9): the file is cut off")
    }
    return report
  }

  /// A record of 94 characters. Programs that cut spaces off cannot harm an entry or its addenda,
  /// which end in digits.
  private static func whole(
    _ record: [UInt8], _ line: Int
  ) throws(ServiceReportFault) -> [UInt8] {
    let isCut = record.count < 94 && record.first != 0x36 && record.first != 0x37
    guard record.count == 94 || isCut else {
      throw ServiceReportFault(line, "has \(record.count) characters, not the 94 of NACHA")
    }
    return record + [UInt8](repeating: 0x20, count: 94 - record.count)
  }

  /// Lines without their ends; a file without any is cut into records.
  private static func records(_ bytes: [UInt8]) -> [[UInt8]] {
    let lines = bytes.split(separator: 0x0A).map { $0.last == 0x0D ? $0.dropLast() : $0 }
    guard lines.count == 1, let only = lines.first, only.count % 94 == 0 else {
      return lines.filter { !$0.isEmpty }.map { Array($0) }
    }
    return stride(from: only.startIndex, to: only.endIndex, by: 94).map {
      Array(only[$0..<($0 + 94)])
    }
  }

  /// What an entry record says of its payout.
  private struct Entry {
    var payoutID: Text?
    var line: Int
    var raw: [UInt8]

    init(_ record: [UInt8], _ line: Int) {
      payoutID = ACHReturns.field(record, 40...54).payoutReference
      self.line = line
      raw = record
    }
  }

  private static func row(
    _ addenda: [UInt8], _ line: Int, of entry: Entry?
  ) -> ServiceReport.Row {
    let raw = entry.map { $0.raw + [0x0A] + addenda } ?? addenda
    return ServiceReport.Row(
      line: entry?.line ?? line, raw: raw, content: content(of: addenda, entry))
  }

  private static func content(of addenda: [UInt8], _ entry: Entry?) -> ServiceReport.Content {
    guard field(addenda, 2...3) == "99" else { return .filtered(.noticeOfChange) }
    guard let entry, let payoutID = entry.payoutID else { return .filtered(.otherPayment) }
    let code = field(addenda, 4...6)
    let known = reasons[code.string].map { code.string + " " + $0 } ?? code.string
    let further = field(addenda, 36...79)
    var result = ServiceResult(
      payoutID: payoutID, status: .failed, transactionID: field(addenda, 7...21).nonEmpty,
      failedReason: Text(further.isEmpty ? known : known + ": " + further.string),
      line: entry.line)
    // Entries are numbered from 1 in each file, so that the trace number of a payout may be the same
    // when it is emitted again; the return has its own.
    result.occurrence = field(addenda, 80...94).nonEmpty
    return .result(result)
  }

  /// The characters at positions counted from 1, without the spaces around them.
  private static func field(_ record: [UInt8], _ positions: ClosedRange<Int>) -> Text {
    let bytes = record[(positions.lowerBound - 1)..<positions.upperBound]
    guard let first = bytes.firstIndex(where: { $0 != 0x20 }),
      let last = bytes.lastIndex(where: { $0 != 0x20 })
    else { return "" }
    return Text(String(decoding: bytes[first...last], as: UTF8.self))
  }

  /// Why credits come back (NACHA's return reason codes).
  private static let reasons = [
    "R01": "insufficient funds", "R02": "account closed",
    "R03": "no account, or not that holder's", "R04": "invalid account number",
    "R05": "improper debit to a consumer's account", "R06": "returned at the sender's request",
    "R07": "authorisation revoked", "R08": "payment stopped", "R09": "uncollected funds",
    "R10": "not authorised", "R11": "not as authorised", "R12": "account sold to another bank",
    "R13": "invalid routing number", "R14": "representative payee deceased",
    "R15": "account holder deceased", "R16": "account frozen",
    "R17": "file record edit criteria", "R18": "improper effective date", "R19": "amount error",
    "R20": "non-transaction account", "R21": "invalid company identification",
    "R22": "invalid individual id", "R23": "credit refused by receiver",
    "R24": "duplicate entry", "R25": "addenda error", "R26": "mandatory field error",
    "R27": "trace number error", "R28": "routing number check digit error",
    "R29": "company did not authorise", "R30": "bank does not take part in truncation",
    "R31": "permissible return", "R32": "receiving bank does not settle",
    "R33": "return of a converted cheque", "R34": "limited participation of the bank",
    "R35": "improper debit", "R36": "improper credit entry",
  ]
}
