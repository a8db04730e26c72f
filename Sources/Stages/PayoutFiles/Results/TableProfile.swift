// The result tables of PayPal and Wise.
//
// What could not be confirmed: neither service publishes the columns of the table that its web pages
// let one download. PayPal's are taken after the fields and status words of its Payouts API
// (sender_item_id, transaction_id, transaction_status, errors), and after the upload's own name for
// the reference, customer id; Wise's after the export of its transfers (ID, Status, Reference) and the
// states of its API. Headers are therefore found under several names, and a row with a status word that
// is not known is rejected: to guess could pay twice.
import Pipeline

/// Reads the result table of one service.
public struct TableProfile: Sendable {
  let service: String
  let reference: [String]
  let status: [String]
  let transaction: [String]
  let reason: [String]
  let time: [String]
  let words: [String: Settlement.Status]

  /// Reads a table.
  ///
  /// A row whose reference cannot be a payout's id is of another payment, and filtered.
  ///
  /// - Throws: ``ServiceReportFault`` for a missing column or what is no table.
  public func report(of bytes: [UInt8]) throws(ServiceReportFault) -> ServiceReport {
    let table = try ResultTable(bytes)
    guard table.column(reference) != nil else { throw missing(reference) }
    guard let status = table.column(status) else { throw missing(self.status) }
    let places = Places(
      references: table.columns(reference), status: status,
      transaction: table.columns(transaction), reason: table.columns(reason),
      time: table.columns(time))
    var report = ServiceReport()
    for row in table.rows {
      report.rows.append(
        ServiceReport.Row(line: row.line, raw: row.raw, content: content(of: row, places)))
    }
    return report
  }

  /// Where a table's columns stand.
  private struct Places {
    var references: [Int]
    var status: Int
    var transaction: [Int]
    var reason: [Int]
    var time: [Int]
  }

  private func content(of row: ResultTable.Row, _ places: Places) -> ServiceReport.Content {
    guard row.isUTF8 else {
      let message = "the row is not UTF-8: download the report as CSV in UTF-8"
      return .fault(ServiceRowFault(column: reference[0], reason: .badUTF8, message: message))
    }
    guard let id = places.references.lazy.compactMap({ row.cell($0).payoutReference }).first else {
      return .filtered(.otherPayment)
    }
    let word = row.cell(places.status)
    guard let meaning = words[Self.plain(word)] else {
      let isMissing = word.isEmpty
      let message =
        isMissing
        ? "\(status[0]) is missing; settle payout \(id) by hand"
        : "\(status[0]) \"\(word)\" is no status of \(service) that is known; settle "
          + "payout \(id) by hand"
      return .fault(
        ServiceRowFault(
          column: status[0], reason: isMissing ? .missingField : .badValue, message: message))
    }
    var result = ServiceResult(
      payoutID: id, status: meaning, transactionID: row.first(of: places.transaction),
      line: row.line)
    if meaning == .failed || meaning == .cancelled {
      result.failedReason = row.first(of: places.reason) ?? word
    }
    result.processedAt = row.first(of: places.time).flatMap { ServiceInstant($0) }
    return .result(result)
  }

  private func missing(_ names: [String]) -> ServiceReportFault {
    ServiceReportFault(
      1, "has none of the columns \(names.joined(separator: ", ")): is it \(service)'s report?")
  }

  /// Small letters, and `_` for what is no letter.
  private static func plain(_ word: Text) -> String {
    String(
      decoding: word.utf8.map { byte in
        byte.isCapital ? byte + 0x20 : byte.isLetterOrDigit ? byte : UInt8(ascii: "_")
      }, as: UTF8.self)
  }
}

extension TableProfile {
  /// PayPal: an unclaimed payment waits for its recipient for 30 days, then it is returned.
  public static let payPal = TableProfile(
    service: "PayPal",
    reference: ["Customer ID", "Sender item ID", "Unique ID", "Item ID"],
    status: ["Transaction status", "Payout status", "Item status", "Status"],
    transaction: ["Transaction ID", "Payout item ID"],
    reason: ["Error message", "Reason", "Error", "Error name", "Reason code"],
    time: ["Time processed", "Processed date", "Transaction date"],
    words: [
      "success": .completed, "completed": .completed, "complete": .completed,
      "pending": .processing, "processing": .processing, "new": .processing,
      "unclaimed": .processing, "onhold": .processing, "on_hold": .processing,
      "failed": .failed, "denied": .failed, "blocked": .failed, "returned": .failed,
      "refunded": .failed, "reversed": .failed,
      "canceled": .cancelled, "cancelled": .cancelled,
    ])

  /// Wise: its export of transfers.
  public static let wise = TableProfile(
    service: "Wise",
    reference: ["Payment reference", "paymentReference", "Reference"],
    status: ["Status", "Transfer status"],
    transaction: ["Transfer ID", "ID"],
    reason: ["Error", "Failure reason", "Reason", "Note"],
    time: ["Finished on"],
    words: [
      "completed": .completed, "outgoing_payment_sent": .completed, "sent": .completed,
      "paid_out": .completed,
      "processing": .processing, "pending": .processing, "in_progress": .processing,
      "incoming_payment_waiting": .processing, "incoming_payment_initiated": .processing,
      "waiting_recipient_input_to_proceed": .processing, "funds_converted": .processing,
      "funds_refunded": .failed, "refunded": .failed, "bounced_back": .failed,
      "charged_back": .failed, "failed": .failed, "rejected": .failed,
      "cancelled": .cancelled, "canceled": .cancelled,
    ])
}
