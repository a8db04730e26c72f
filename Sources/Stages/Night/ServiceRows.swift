// From what services report to the run's rows of `settlements`: each is accepted, filtered or
// rejected like any other row.
import Pipeline

/// A row of a result file as its rejects show it.
struct ServiceRowPlace: Sendable {
  var line: Int32
  var raw: [UInt8]
}

/// The rows of one result file.
///
/// Several rows may stand on one line, and a message's status counts as a row for each payout that
/// it settles. So a row's origin holds its number in the file, from 1, and ``places`` tells where
/// that is.
struct ServiceRows {
  let file: Int32
  let asOf: Instant
  /// Of the emitted messages; nil where there is no workspace to look into.
  let messages: EmittedMessages?
  private(set) var settlements: [SettlementRow] = []
  private(set) var rejects: [RejectedRow] = []
  private(set) var fates = FateTally()
  /// By number, less one.
  private(set) var places: [ServiceRowPlace] = []

  init(file: Int32, asOf: Instant, messages: EmittedMessages?) {
    self.file = file
    self.asOf = asOf
    self.messages = messages
  }

  /// Takes a file's rows.
  ///
  /// - Throws: ``DatabaseFault``.
  mutating func take(_ report: ServiceReport) throws {
    let listed = Set(report.results.map(\.payoutID))
    for row in report.rows {
      switch row.content {
      case .filtered(let reason):
        fates.count(.filtered(reason), file: begin(row).file)
      case .fault(let fault):
        reject(row, begin(row), fault.reason, fault.column, fault.message)
      case .result(let result): try take(result, row)
      case .whole(let whole): try take(whole, row, listed)
      }
    }
  }

  private mutating func begin(_ row: ServiceReport.Row) -> RowOrigin {
    places.append(ServiceRowPlace(line: Int32(clamping: row.line), raw: row.raw))
    fates.countRead(file: file)
    return RowOrigin(file: file, line: Int32(clamping: places.count))
  }

  private mutating func reject(
    _ row: ServiceReport.Row, _ origin: RowOrigin, _ reason: RejectReason, _ column: String,
    _ message: String
  ) {
    fates.count(.rejected(reason), file: file)
    rejects.append(
      RejectedRow(origin: origin, column: column, reason: reason, message: message, raw: row.raw))
  }

  private mutating func take(_ result: ServiceResult, _ row: ServiceReport.Row) throws {
    let origin = begin(row)
    if let message = result.messageID,
      let later = try messages?.laterBatch(of: result.payoutID, than: message)
    {
      let text =
        "payout \(result.payoutID) was emitted again since message \(message), in batch \(later)"
      return reject(row, origin, .alreadyResolved, "OrgnlMsgId", text)
    }
    append(result, row, origin)
  }

  /// A message's status is that of each payout in it that is not listed by itself.
  private mutating func take(
    _ whole: ServiceReport.Whole, _ row: ServiceReport.Row, _ listed: Set<Text>
  ) throws {
    guard let messages else {
      let origin = begin(row)
      var result = ServiceResult(payoutID: "", status: whole.status, line: row.line)
      result.messageID = whole.messageID
      result.occurrence = whole.messageID
      return append(result, row, origin)
    }
    guard let payouts = try messages.payouts(of: whole.messageID) else {
      return reject(
        row, begin(row), .unknownPayout, "OrgnlMsgId",
        "OrgnlMsgId \(Quoted.text(whole.messageID)) is no message that a run emitted")
    }
    for payout in payouts where !listed.contains(payout) {
      var result = ServiceResult(payoutID: payout, status: whole.status, line: row.line)
      result.failedReason = whole.reason
      result.processedAt = whole.processedAt
      result.messageID = whole.messageID
      result.occurrence = whole.messageID
      try take(result, row)
    }
  }

  private mutating func append(
    _ result: ServiceResult, _ row: ServiceReport.Row, _ origin: RowOrigin
  ) {
    let processedAt = result.processedAt?.known(asOf: asOf)
    if let processedAt, processedAt > asOf {
      return reject(
        row, origin, .inFuture, "processed_at",
        "processed_at \(processedAt.printed) is after the run's instant \(asOf.printed)")
    }
    let content = Self.content(of: result, processedAt)
    var settlement = Settlement(
      origin: origin, content: content.digest, payoutID: result.payoutID, status: result.status)
    settlement.transactionID = result.transactionID
    settlement.processedAt = processedAt
    settlement.failedReason = result.failedReason
    settlements.append(SettlementRow(settlement: settlement, content: content.bytes))
  }

  /// What makes two reports the same one: the native fields, without the instant where the service's
  /// own number of the payment or the return tells it from others.
  private static func content(
    of result: ServiceResult, _ processedAt: Instant?
  ) -> (bytes: [UInt8], digest: Digest128) {
    let isNumbered = result.occurrence != nil || result.transactionID != nil
    let fields: [(String, Text?)] = [
      ("failed_reason", result.failedReason), ("payout_id", result.payoutID),
      ("processed_at", isNumbered ? nil : processedAt.map { Text(String($0.milliseconds)) }),
      ("report", result.occurrence), ("status", Text(result.status.word)),
      ("transaction_id", result.transactionID),
    ]
    var bytes: [UInt8] = []
    for (name, value) in fields {
      guard let value else { continue }
      if !bytes.isEmpty { bytes.append(TypedContent.separator) }
      bytes.append(contentsOf: "\(name)=".utf8)
      bytes.append(contentsOf: value.utf8)
    }
    let prefix = Array(InputKind.settlements.word.utf8) + [TypedContent.separator]
    let digest = ByteView.withBytes(of: prefix + bytes) { ContentHash.digest(of: $0) }
    return (bytes, digest)
  }
}

extension Settlement.Status {
  /// The word in files.
  var word: String {
    switch self {
    case .processing: "processing"
    case .completed: "completed"
    case .failed: "failed"
    case .cancelled: "cancelled"
    }
  }
}

/// What the store knows of messages to banks.
final class EmittedMessages {
  private let inFile: Statement
  private let latest: Statement

  init(_ database: Database) throws {
    inFile = try database.prepare(
      "SELECT o.payout_id, e.file FROM emissions e CROSS JOIN payouts o ON o.no = e.payout "
        + "WHERE e.batch_id = ? AND e.file LIKE 'sepa-%' ORDER BY o.payout_id")
    latest = try database.prepare(
      "SELECT e.batch_id FROM payouts o CROSS JOIN emissions e ON e.payout = o.no "
        + "WHERE o.payout_id = ? ORDER BY e.run")
  }

  /// The payouts in the message with this `MsgId`, by id; nil for one that no run emitted.
  func payouts(of message: Text) throws -> [Text]? {
    guard let (batch, part) = Self.parts(of: message) else { return nil }
    defer { inFile.reset() }
    try inFile.bind(text: batch, at: 1)
    var payouts: [Text] = []
    while try inFile.step() {
      let own = FilePart.number(inName: inFile.text(1).string) ?? 1
      if own == part { payouts.append(inFile.text(0)) }
    }
    return payouts.isEmpty ? nil : payouts
  }

  /// The batch in which a payout was emitted after that of a message; nil where that is the last
  /// one, or none of the payout's.
  func laterBatch(of payout: Text, than message: Text) throws -> Text? {
    guard let (batch, _) = Self.parts(of: message) else { return nil }
    defer { latest.reset() }
    try latest.bind(text: payout, at: 1)
    var batches: [Text] = []
    while try latest.step() { batches.append(latest.text(0)) }
    guard let last = batches.last, batches.contains(batch), last != batch else { return nil }
    return last
  }

  /// The batch and the part of a `MsgId`.
  private static func parts(of message: Text) -> (batch: Text, part: Int)? {
    let string = message.string
    guard let dash = string.utf8.lastIndex(of: UInt8(ascii: "-")),
      let part = Int(string[string.utf8.index(after: dash)...]), part > 0
    else { return nil }
    return (Text(String(string[..<dash])), part)
  }
}
