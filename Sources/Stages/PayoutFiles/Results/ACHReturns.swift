// Files of returned ACH credits: an entry, and behind it the addenda record 99 with the reason. An
// account that takes the money sends nothing back, so completions come from elsewhere: two banking
// days without a return, or the bank's statement.
import Pipeline

/// Reads NACHA return files.
public enum ACHReturns {
  /// Reads the returns. Notices of change (addenda 98) settle nothing; they are counted as skipped.
  ///
  /// - Throws: ``ServiceReportFault`` for bytes that are no NACHA file.
  public static func report(of bytes: [UInt8]) throws(ServiceReportFault) -> ServiceReport {
    var report = ServiceReport()
    var entry: Entry?
    var hasHeader = false
    for (index, line) in records(bytes).enumerated() {
      let number = index + 1
      guard line.count == 94 else {
        throw ServiceReportFault(number, "has \(line.count) characters, not the 94 of NACHA")
      }
      switch line.first {
      case UInt8(ascii: "1"): hasHeader = true
      case UInt8(ascii: "6"): entry = Entry(line, number)
      case UInt8(ascii: "7"): take(line, number, of: entry, into: &report)
      default: break
      }
    }
    guard hasHeader else { throw ServiceReportFault(1, "has no file header: is it a NACHA file?") }
    return report
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
    var payoutID: Text
    var line: Int

    init(_ record: [UInt8], _ line: Int) {
      payoutID = ACHReturns.field(record, 40...54)
      self.line = line
    }
  }

  private static func take(
    _ addenda: [UInt8], _ line: Int, of entry: Entry?, into report: inout ServiceReport
  ) {
    let code = field(addenda, 4...6)
    guard field(addenda, 2...3) == "99", let entry, entry.payoutID.canBePayoutID else {
      report.skipped += 1
      return
    }
    let known = reasons[code.string].map { code.string + " " + $0 } ?? code.string
    let further = field(addenda, 36...79)
    report.results.append(
      ServiceResult(
        payoutID: entry.payoutID, status: .failed,
        transactionID: field(addenda, 7...21).nonEmpty,
        failedReason: Text(further.isEmpty ? known : known + ": " + further.string),
        line: entry.line))
  }

  /// The characters at positions counted from 1, without the spaces around them.
  private static func field(_ record: [UInt8], _ positions: ClosedRange<Int>) -> Text {
    let bytes = record[(positions.lowerBound - 1)..<positions.upperBound]
    guard let first = bytes.firstIndex(where: { $0 != 0x20 }),
      let last = bytes.lastIndex(where: { $0 != 0x20 })
    else { return "" }
    return Text(String(decoding: bytes[first...last], as: UTF8.self))
  }

  /// Why credits come back (NACHA's return reason codes; those of debits alone are left out).
  private static let reasons = [
    "R02": "account closed", "R03": "no account, or not that holder's",
    "R04": "invalid account number", "R06": "returned at the sender's request",
    "R12": "account sold to another bank", "R13": "invalid routing number",
    "R14": "representative payee deceased", "R15": "account holder deceased",
    "R16": "account frozen", "R17": "file record edit criteria",
    "R18": "improper effective date", "R19": "amount error", "R20": "non-transaction account",
    "R21": "invalid company identification", "R22": "invalid individual id",
    "R23": "credit refused by receiver", "R24": "duplicate entry", "R25": "addenda error",
    "R26": "mandatory field error", "R27": "trace number error",
    "R28": "routing number check digit error", "R32": "receiving bank does not settle",
    "R34": "limited participation of the bank", "R36": "improper credit entry",
  ]
}
