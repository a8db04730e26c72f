// Rows as read: typed, but not yet judged. What a row leaves out is nil.
public import Pipeline

/// Where a row stands: the file's number among the run's inputs, and the physical line.
public struct RowOrigin: Hashable, Comparable, Sendable {
  /// Place among the run's input files, which are ordered by content digest.
  public var file: Int32
  /// Physical line on which the record starts; a CSV header is line 1.
  public var line: Int32

  @inlinable public init(file: Int32, line: Int32) {
    self.file = file
    self.line = line
  }

  /// The least (file digest, line) of equal rows is the accepted one (SPEC 10, Rows).
  @inlinable public static func < (left: RowOrigin, right: RowOrigin) -> Bool {
    left.file != right.file ? left.file < right.file : left.line < right.line
  }
}

/// An amount as written, before its currency is known.
public struct WrittenAmount: Hashable, Sendable {
  /// The digits without the point, with their sign.
  public var digits: Int64
  /// How many of them stand after the point, as written; 0 for minor units.
  public var fractionDigits: Int32
  /// Whether the digits are minor units already (`amount_minor`).
  public var isMinor: Bool

  public init(digits: Int64, fractionDigits: Int32, isMinor: Bool) {
    self.digits = digits
    self.fractionDigits = fractionDigits
    self.isMinor = isMinor
  }
}

/// What a shop says of an order's state (SPEC 2, orders).
public enum OrderStatus: UInt8, Sendable {
  case paid, refunded, partiallyRefunded, cancelled, chargeback

  /// Whether nothing of the amount remains (SPEC 9, Orders).
  public var returnsAll: Bool {
    switch self {
    case .refunded, .cancelled, .chargeback: true
    case .paid, .partiallyRefunded: false
    }
  }
}

/// A lead, judged by its row's rules and accepted (SPEC 4, Referrals).
public struct Referral: Sendable {
  public enum Status: UInt8, Sendable {
    case pending, approved, rejected

    public var word: String {
      switch self {
      case .pending: "pending"
      case .approved: "approved"
      case .rejected: "rejected"
      }
    }
  }

  public var id: ReferralID
  public var program: ProgramOrdinal
  public var code: CodeOrdinal
  public var affiliate: AffiliateOrdinal
  public var occurredAt: Instant
  public var status = Status.pending
  public var leadName: Text?
  public var leadEmail: Text?
  public var estimatedValue: Text?
  public var referredID: Text?
  /// Canonical JSON as given.
  public var metadata: Text?
  public var content: Digest128
  public var origin: RowOrigin
  public var decidedAt: Instant?
  public var decidedBy: Text?
  public var reviewNotes: Text?
  /// Of the normalised lead e-mail.
  public var leadKey: Digest128?
  /// Its place in the store, and where its row stands, for one of an earlier night.
  public var storedRow: Int64?
  public var storedOrigin: StoredOrigin?

  public init(
    id: ReferralID, program: ProgramOrdinal, code: CodeOrdinal, affiliate: AffiliateOrdinal,
    occurredAt: Instant, content: Digest128, origin: RowOrigin
  ) {
    self.id = id
    self.program = program
    self.code = code
    self.affiliate = affiliate
    self.occurredAt = occurredAt
    self.content = content
    self.origin = origin
  }
}

/// A decision on a conversion or a referral of one programme, its target resolved in plan.
public struct Decision: Sendable {
  public enum Target: Hashable, Sendable {
    case conversion(OrderID)
    case referral(ReferralID)
  }

  public var origin: RowOrigin
  public var content: Digest128
  public var target: Target
  /// As written: decisions of one instant go by it (SPEC 9, Rows).
  public var targetID: Text
  public var approves: Bool
  public var decidedAt: Instant
  public var decidedBy: Text?
  public var reviewNotes: Text?

  public init(
    origin: RowOrigin, content: Digest128, target: Target, targetID: Text, approves: Bool,
    decidedAt: Instant
  ) {
    self.origin = origin
    self.content = content
    self.target = target
    self.targetID = targetID
    self.approves = approves
    self.decidedAt = decidedAt
  }
}

/// A wish to be paid now, for one programme; one for all is fanned out in plan.
public struct PayoutRequest: Sendable {
  public var origin: RowOrigin
  public var affiliate: AffiliateOrdinal
  public var requestedAt: Instant
  /// Whether the row named no programme: its fate is then settled in merge.
  public var isFannedOut: Bool

  public init(
    origin: RowOrigin, affiliate: AffiliateOrdinal, requestedAt: Instant, isFannedOut: Bool
  ) {
    self.origin = origin
    self.affiliate = affiliate
    self.requestedAt = requestedAt
    self.isFannedOut = isFannedOut
  }
}

/// What finance or a payment service says became of a payout.
public struct Settlement: Sendable {
  public enum Status: UInt8, Comparable, Sendable {
    case processing, completed, failed, cancelled

    public static func < (left: Status, right: Status) -> Bool { left.rawValue < right.rawValue }
  }

  public var origin: RowOrigin
  public var content: Digest128
  public var payoutID: Text
  public var status: Status
  public var transactionID: Text?
  public var transactionHash: Text?
  public var processedAt: Instant?
  public var failedReason: Text?

  public init(
    origin: RowOrigin, content: Digest128, payoutID: Text, status: Status
  ) {
    self.origin = origin
    self.content = content
    self.payoutID = payoutID
    self.status = status
  }
}
