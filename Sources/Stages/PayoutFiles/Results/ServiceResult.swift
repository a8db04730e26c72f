// What services report about payouts, as it goes into rows of `settlements`.
public import Pipeline

/// One payout's outcome, as a service's result file states it.
public struct ServiceResult: Hashable, Sendable {
  public var payoutID: Text
  public var status: Settlement.Status
  public var transactionID: Text?
  public var failedReason: Text?
  public var processedAt: ServiceInstant?
  /// The `MsgId` of the message that the report is about, where it names one.
  public var messageID: Text?
  /// What tells this report from another one of the same payout with the same words, such as the
  /// trace number of a return.
  public var occurrence: Text?
  /// The line of the file on which it stands; the first is 1.
  public var line: Int

  public init(
    payoutID: Text, status: Settlement.Status, transactionID: Text? = nil,
    failedReason: Text? = nil, line: Int
  ) {
    self.payoutID = payoutID
    self.status = status
    self.transactionID = transactionID
    self.failedReason = failedReason
    self.line = line
  }
}

/// All that a result file says, row by row.
public struct ServiceReport: Hashable, Sendable {
  /// A status of a whole message or block, which holds for its payouts that are not listed.
  public struct Whole: Hashable, Sendable {
    /// The `MsgId` that the batch's file was written with: its name's batch and part.
    public var messageID: Text
    public var status: Settlement.Status
    public var reason: Text?
    public var processedAt: ServiceInstant?

    public init(messageID: Text, status: Settlement.Status, reason: Text?) {
      self.messageID = messageID
      self.status = status
      self.reason = reason
    }
  }

  /// What one row comes to.
  public enum Content: Hashable, Sendable {
    case result(ServiceResult)
    case whole(Whole)
    /// It settles no payout of ours.
    case filtered(FilterReason)
    case fault(ServiceRowFault)
  }

  /// One row of the table, one transaction of the message, one return.
  public struct Row: Hashable, Sendable {
    /// The line on which it begins; the first is 1.
    public var line: Int
    /// As it stands in the file.
    public var raw: [UInt8]
    public var content: Content
  }

  public var rows: [Row] = []

  public init() {}

  /// Outcomes of payouts, in the order of the file.
  public var results: [ServiceResult] {
    rows.compactMap { if case .result(let result) = $0.content { result } else { nil } }
  }

  /// Outcomes of messages.
  public var wholes: [Whole] {
    rows.compactMap { if case .whole(let whole) = $0.content { whole } else { nil } }
  }

  /// What is wrong with rows.
  public var faults: [ServiceRowFault] {
    rows.compactMap { if case .fault(let fault) = $0.content { fault } else { nil } }
  }

  /// Rows of other payments, and notices that settle nothing.
  public var skipped: Int {
    rows.count { if case .filtered = $0.content { true } else { false } }
  }
}

/// A row that is not understood. It is rejected; the others of its file are taken.
public struct ServiceRowFault: Hashable, Sendable {
  /// As the file names it.
  public var column: String
  public var reason: RejectReason
  /// What is wrong, with the value, and what to do.
  public var message: String
}

/// A result file that cannot be read. Nothing of it is taken then.
public struct ServiceReportFault: Error, Hashable, Sendable, CustomStringConvertible {
  public let line: Int
  /// What is wrong, and what to do.
  public let message: String

  init(_ line: Int, _ message: String) {
    self.line = line
    self.message = message
  }

  public var description: String { "line \(line): \(message)" }
}

/// An instant in a service's file, which may say a date alone, and often no zone.
public struct ServiceInstant: Hashable, Sendable {
  public var instant: Instant
  /// Whether the file said how it relates to UTC; otherwise UTC is assumed.
  public var hasZone: Bool

  /// Reads `YYYY-MM-DD`, and with a time after `T` or a space, with or without seconds and zone.
  ///
  /// - Returns: nil for anything else: the instant is for information alone.
  init?(_ text: Text) {
    var bytes = Array(text.utf8)
    guard bytes.count >= 10, bytes.count <= 40 else { return nil }
    let time: [UInt8] = Array("T00:00:00Z".utf8)
    if bytes.count == 10 { bytes += time }
    if bytes[10] == 0x20 { bytes[10] = UInt8(ascii: "T") }
    if bytes.count == 16 { bytes += Array(":00".utf8) }
    let rest = bytes.dropFirst(11)
    let isZoned =
      text.utf8.count > 10
      && rest.contains { $0 | 0x20 == UInt8(ascii: "z") || $0 == 0x2B || $0 == 0x2D }
    if !isZoned, text.utf8.count > 10 { bytes.append(UInt8(ascii: "Z")) }
    let scanned = ByteView.withBytes(of: bytes) { InstantText.scan($0) }
    guard let scanned else { return nil }
    (instant, hasZone) = (Instant(milliseconds: scanned), isZoned)
  }

  /// The instant, unless it is an assumed one that would lie after the run's.
  func known(asOf: Instant) -> Instant? { hasZone || instant <= asOf ? instant : nil }
}

extension Text {
  /// The text, or nil where it is empty.
  var nonEmpty: Text? { isEmpty ? nil : self }

  /// The payout's id that the text is: `p` and 13 characters of base32, however a service
  /// capitalises them; nil for the reference of another payment.
  var payoutReference: Text? {
    let bytes = utf8.map { $0.isCapital ? $0 + 0x20 : $0 }
    guard bytes.count == 14, bytes.first == UInt8(ascii: "p"),
      bytes.allSatisfy({ $0.isSmallLetter || (0x32...0x37).contains($0) })
    else { return nil }
    return Text(String(decoding: bytes, as: UTF8.self))
  }
}
