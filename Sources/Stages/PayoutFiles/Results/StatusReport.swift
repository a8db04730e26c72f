// pain.002, the bank's report on a pain.001: versions .03 to .15 have these elements alike. A bank
// that rejects a whole message or block need not list its payouts.
import Pipeline

/// Reads customer payment status reports.
public enum StatusReport {
  /// Reads a report.
  ///
  /// - Throws: ``ServiceReportFault`` for bytes that are no pain.002, or a status that is not known.
  public static func report(of bytes: [UInt8]) throws(ServiceReportFault) -> ServiceReport {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw ServiceReportFault(1, "is not UTF-8")
    }
    var reading = StatusReading()
    var events = XMLEvents(bytes)
    while let event = try events.next() { try reading.take(event, line: events.line) }
    guard reading.isStatusReport else {
      throw ServiceReportFault(1, "has no CstmrPmtStsRpt: is it a pain.002?")
    }
    return reading.report
  }

  /// What a status word means for a payout; nil for one that is not known.
  ///
  /// - Note: Source: ISO 20022's external payment transaction status codes.
  static func meaning(_ word: Text) -> Settlement.Status? {
    switch word.string {
    case "ACCP", "ACTC", "ACSP", "ACWC", "ACWP", "ACFC", "PDNG", "RCVD", "PART", "PATC", "PRES":
      .processing
    case "ACSC", "ACCC": .completed
    case "RJCT": .failed
    case "CANC": .cancelled
    default: nil
    }
  }
}

/// What has been read so far.
private struct StatusReading {
  var report = ServiceReport()
  var isStatusReport = false
  private var path: [String] = []
  private var text = ""
  private var message: Text = ""
  private var group = Level()
  private var block = Level()
  private var transaction = Level()

  /// A message, a block or a transaction, and what is said of it.
  private struct Level {
    var status: Text?
    var reference: Text = ""
    var identification: Text?
    var reasons: [String] = []
    var hasTransactions = false

    var reason: Text? { reasons.isEmpty ? nil : Text(reasons.joined(separator: " ")) }
  }

  mutating func take(_ event: XMLEvent, line: Int) throws(ServiceReportFault) {
    switch event {
    case .text(let more): text += more
    case .start(let name):
      path.append(name)
      text = ""
      begin(name)
    case .end(let name):
      note(name, Text(text.trimmed))
      text = ""
      path.removeLast()
      try end(name, line)
    }
  }

  private mutating func begin(_ name: String) {
    switch name {
    case "CstmrPmtStsRpt": isStatusReport = true
    case "OrgnlGrpInfAndSts": group = Level()
    case "OrgnlPmtInfAndSts": block = Level()
    case "TxInfAndSts":
      transaction = Level()
      block.hasTransactions = true
    default: break
    }
  }

  /// The level that an element belongs to, by its path.
  private mutating func note(_ name: String, _ value: Text) {
    // What is quoted of the original transaction is no status of this one.
    guard !value.isEmpty, !path.contains("OrgnlTxRef") else { return }
    let isReason = path.contains("StsRsnInf") && ["Cd", "Prtry", "AddtlInf"].contains(name)
    switch name {
    case "OrgnlMsgId": message = value
    case "GrpSts": group.status = value
    case "PmtInfSts": block.status = value
    case "TxSts": transaction.status = value
    case "OrgnlEndToEndId": transaction.reference = value
    case "AcctSvcrRef": transaction.identification = value
    case "ClrSysRef" where transaction.identification == nil: transaction.identification = value
    case _ where isReason && path.contains("TxInfAndSts"):
      transaction.reasons.append(value.string)
    case _ where isReason && path.contains("OrgnlPmtInfAndSts"): block.reasons.append(value.string)
    case _ where isReason: group.reasons.append(value.string)
    default: break
    }
  }

  private mutating func end(_ name: String, _ line: Int) throws(ServiceReportFault) {
    switch name {
    case "TxInfAndSts": try endTransaction(line)
    case "OrgnlPmtInfAndSts":
      if block.hasTransactions {
        group.hasTransactions = true
      } else {
        try whole(block, line)
      }
    case "CstmrPmtStsRpt":
      if !group.hasTransactions, report.wholes.isEmpty { try whole(group, line) }
    default: break
    }
  }

  private mutating func whole(_ level: Level, _ line: Int) throws(ServiceReportFault) {
    guard let word = level.status else { return }
    report.wholes.append(
      ServiceReport.Whole(
        messageID: message, status: try meaning(word, line), reason: level.reason))
  }

  private mutating func endTransaction(_ line: Int) throws(ServiceReportFault) {
    guard transaction.reference.canBePayoutID else {
      report.skipped += 1
      return
    }
    // A transaction without a status of its own has its block's, or its message's.
    guard let word = transaction.status ?? block.status ?? group.status else {
      throw ServiceReportFault(line, "has no status", value: transaction.reference)
    }
    let status = try meaning(word, line)
    report.results.append(
      ServiceResult(
        payoutID: transaction.reference, status: status,
        transactionID: transaction.identification,
        failedReason: status == .failed || status == .cancelled
          ? transaction.reason ?? block.reason ?? group.reason ?? word : nil,
        line: line))
  }

  private func meaning(
    _ word: Text, _ line: Int
  ) throws(ServiceReportFault) -> Settlement.Status {
    guard let status = StatusReport.meaning(word) else {
      throw ServiceReportFault(
        line, "is no status of ISO 20022 that is known: settle this payout by hand", value: word)
    }
    return status
  }
}

extension String {
  /// Without white space at its ends.
  fileprivate var trimmed: String {
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { $0 > 0x20 }),
      let last = bytes.lastIndex(where: { $0 > 0x20 })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
