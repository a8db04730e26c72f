// pain.002, the bank's report on a pain.001: versions .03 to .15 have these elements alike. A bank
// that rejects a whole message or block need not list its payouts.
import Pipeline

/// Reads customer payment status reports.
public enum StatusReport {
  /// Reads a report.
  ///
  /// - Throws: ``ServiceReportFault`` for bytes that are no pain.002.
  public static func report(of bytes: [UInt8]) throws(ServiceReportFault) -> ServiceReport {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw ServiceReportFault(1, "is not UTF-8")
    }
    var reading = StatusReading(bytes: bytes)
    var events = XMLEvents(bytes)
    while true {
      let (start, line) = (events.offset, events.line)
      guard let event = try events.next() else { break }
      reading.take(event, from: start, to: events.offset, line: line)
    }
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
  let bytes: [UInt8]
  var report = ServiceReport()
  var isStatusReport = false
  private var path: [String] = []
  private var text = ""
  private var message: Text = ""
  private var created: ServiceInstant?
  private var group = Level(column: "GrpSts")
  private var block = Level(column: "PmtInfSts")
  private var transaction = Level(column: "TxSts")

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// A message, a block or a transaction, and what is said of it.
  private struct Level {
    /// The element that has its status.
    let column: String
    /// Where it stands in the file.
    var line = 1
    var start = 0
    var end = 0
    var status: Text?
    var reference: Text = ""
    var identification: Text?
    var reasons: [String] = []
    var hasTransactions = false

    init(column: String) { self.column = column }

    init(_ former: Level, at start: Int, line: Int) {
      self.init(column: former.column)
      (self.start, self.line) = (start, line)
    }

    var reason: Text? { reasons.isEmpty ? nil : Text(reasons.joined(separator: " ")) }
  }

  mutating func take(_ event: XMLEvent, from start: Int, to end: Int, line: Int) {
    switch event {
    case .text(let more): text += more
    case .start(let name):
      path.append(name)
      text = ""
      begin(name, start, line)
    case .end(let name):
      note(name, Text(text.trimmed))
      text = ""
      path.removeLast()
      finish(name, end)
    }
  }

  private mutating func begin(_ name: String, _ start: Int, _ line: Int) {
    switch name {
    case "CstmrPmtStsRpt": isStatusReport = true
    case "OrgnlGrpInfAndSts": group = Level(group, at: start, line: line)
    case "OrgnlPmtInfAndSts": block = Level(block, at: start, line: line)
    case "TxInfAndSts":
      transaction = Level(transaction, at: start, line: line)
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
    case "CreDtTm" where path.contains("GrpHdr"): created = ServiceInstant(value)
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

  private mutating func finish(_ name: String, _ end: Int) {
    switch name {
    case "TxInfAndSts":
      transaction.end = end
      append(transaction, transactionContent())
    case "OrgnlGrpInfAndSts": group.end = end
    case "OrgnlPmtInfAndSts":
      block.end = end
      if block.hasTransactions { group.hasTransactions = true }
      takeWhole(block)
    case "CstmrPmtStsRpt": if report.wholes.isEmpty { takeWhole(group) }
    default: break
    }
  }

  private mutating func append(_ level: Level, _ content: ServiceReport.Content) {
    report.rows.append(
      ServiceReport.Row(
        line: level.line, raw: Array(bytes[level.start..<level.end]), content: content))
  }

  /// A status for all: where transactions are listed, a final one holds for the others as well.
  private mutating func takeWhole(_ level: Level) {
    guard let word = level.status else { return }
    let status = StatusReport.meaning(word)
    guard !level.hasTransactions || status == .failed || status == .completed else { return }
    guard let status else { return append(level, .fault(unknown(word, level.column))) }
    var whole = ServiceReport.Whole(messageID: message, status: status, reason: level.reason)
    if status == .failed || status == .cancelled { whole.reason = level.reason ?? word }
    whole.processedAt = created
    append(level, .whole(whole))
  }

  private func transactionContent() -> ServiceReport.Content {
    guard let payoutID = transaction.reference.payoutReference else {
      return .filtered(.otherPayment)
    }
    // A transaction without a status of its own has its block's, or its message's.
    guard let word = transaction.status ?? block.status ?? group.status else {
      let message = "TxSts is missing; settle payout \(payoutID) by hand"
      return .fault(ServiceRowFault(column: "TxSts", reason: .missingField, message: message))
    }
    guard let status = StatusReport.meaning(word) else { return .fault(unknown(word, "TxSts")) }
    var result = ServiceResult(
      payoutID: payoutID, status: status, transactionID: transaction.identification,
      line: transaction.line)
    if status == .failed || status == .cancelled {
      result.failedReason = transaction.reason ?? block.reason ?? group.reason ?? word
    }
    result.processedAt = created
    result.messageID = message.nonEmpty
    result.occurrence = message.nonEmpty
    return .result(result)
  }

  private func unknown(_ word: Text, _ column: String) -> ServiceRowFault {
    ServiceRowFault(
      column: column, reason: .badValue,
      message: "\(column) \"\(word)\" is no status of ISO 20022 that is known; settle "
        + "this payout by hand")
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
