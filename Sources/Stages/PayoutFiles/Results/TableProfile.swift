// The result tables of PayPal and Wise.
//
// What could not be confirmed: neither service publishes the columns of the table that its web pages
// let one download. PayPal's are taken after the fields and status words of its Payouts API
// (sender_item_id, transaction_id, transaction_status, errors), and after the upload's own name for
// the reference, customer id; Wise's after the export of its transfers (ID, Status, Reference) and the
// states of its API. Headers are therefore found under several names, and a status word that is not
// known refuses the file rather than guess.
import Pipeline

/// Reads the result table of one service.
public struct TableProfile: Sendable {
  let service: String
  let reference: [String]
  let status: [String]
  let transaction: [String]
  let reason: [String]
  let words: [String: Settlement.Status]

  /// Reads a table.
  ///
  /// Rows whose reference cannot be a payout's id are of other payments, and skipped.
  ///
  /// - Throws: ``ServiceReportFault`` for a missing column or a status that is not known.
  public func report(of bytes: [UInt8]) throws(ServiceReportFault) -> ServiceReport {
    let table = try ResultTable(bytes)
    guard let reference = table.column(reference) else { throw missing(self.reference) }
    guard let status = table.column(status) else { throw missing(self.status) }
    let transaction = table.column(transaction)
    let reason = table.column(reason)
    var report = ServiceReport()
    for row in table.rows {
      let id = row.cell(reference)
      guard id.canBePayoutID else {
        report.skipped += 1
        continue
      }
      let word = row.cell(status)
      guard let meaning = words[Self.plain(word)] else {
        throw ServiceReportFault(
          row.line, "is no status of \(service) that is known: settle this payout by hand",
          value: word)
      }
      report.results.append(
        ServiceResult(
          payoutID: id, status: meaning, transactionID: row.cell(transaction).nonEmpty,
          failedReason: meaning == .failed || meaning == .cancelled
            ? row.cell(reason).nonEmpty ?? word : nil,
          line: row.line))
    }
    return report
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
