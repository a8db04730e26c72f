// What services report about payouts, as it goes into rows of `settlements`.
public import Pipeline

/// One payout's outcome, as a service's result file states it.
public struct ServiceResult: Hashable, Sendable {
  public var payoutID: Text
  public var status: Settlement.Status
  public var transactionID: Text?
  public var failedReason: Text?
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

/// All that a result file says.
public struct ServiceReport: Hashable, Sendable {
  /// A status of a whole message or block, without its payouts.
  public struct Whole: Hashable, Sendable {
    /// The `MsgId` that the batch's file was written with: its name's batch and part.
    public var messageID: Text
    public var status: Settlement.Status
    public var reason: Text?

    public init(messageID: Text, status: Settlement.Status, reason: Text?) {
      self.messageID = messageID
      self.status = status
      self.reason = reason
    }
  }

  /// Outcomes of payouts, in the order of the file.
  public var results: [ServiceResult] = []
  public var wholes: [Whole] = []
  /// Rows of other payments, and notices that settle nothing.
  public var skipped = 0

  public init() {}
}

/// A result file that cannot be read. Nothing of it is taken then.
public struct ServiceReportFault: Error, Hashable, Sendable, CustomStringConvertible {
  public let line: Int
  /// The value that is not understood; nil where the form is.
  public let value: Text?
  /// What is wrong, and what to do.
  public let message: String

  init(_ line: Int, _ message: String, value: Text? = nil) {
    self.line = line
    self.value = value
    self.message = message
  }

  public var description: String {
    "line \(line): " + (value.map { "\"\($0)\" " } ?? "") + message
  }
}

extension Text {
  /// The text, or nil where it is empty.
  var nonEmpty: Text? { isEmpty ? nil : self }

  /// Whether it can be a payout's id: 1–15 letters, digits and hyphens.
  var canBePayoutID: Bool {
    (1...15).contains(utf8.count)
      && utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
  }
}
