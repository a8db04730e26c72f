// An order, what it earned and for whom: the state that nights hand on to each other.
public import Pipeline

/// What the accepted rows of an order say, taken together: an amendment keeps the values of the
/// fields it leaves out (SPEC 9, Orders).
public struct OrderFacts: Hashable, Sendable {
  public var id: OrderID
  public var occurredAt: Instant
  public var updatedAt: Instant?
  public var code: Text?
  public var clickID: Text?
  public var visitor: Digest128?
  public var customer: Digest128?
  public var email: Digest128?
  public var emailDomain: Digest128?
  public var ip: Digest128?
  public var currency: Currency
  /// Gross, in minor units, never negative.
  public var amountMinor: Int64
  /// As stated, in minor units; what counts is ``returnedMinor``.
  public var refundedMinor: Int64?
  public var status: OrderStatus
  public var sku: Text?
  public var category: Text?

  /// What the customer got back, in minor units (SPEC 9, Orders).
  public var returnedMinor: Int64 { status.returnsAll ? amountMinor : refundedMinor ?? 0 }
  /// What counts: gross less refunds, in minor units.
  public var netMinor: Int64 { amountMinor - returnedMinor }
}

/// Which rule gave a rate (SPEC 4).
public enum RateRule: UInt8, Sendable {
  case sku, category, affiliate, tier, program

  public var word: String {
    switch self {
    case .sku: "sku"
    case .category: "category"
    case .affiliate: "affiliate"
    case .tier: "tier"
    case .program: "program"
    }
  }
}

/// What an order earns of its net amount, fixed when it was attributed.
public enum Earning: Hashable, Sendable {
  case rate(BasisPoints)
  /// Minor units an order, pro rata to net ÷ amount.
  case flat(Int64)
}

/// One credited touch with its commission, fixed terms first, amounts last.
public struct Credit: Hashable, Sendable {
  public var code: CodeOrdinal
  public var affiliate: AffiliateOrdinal
  /// Empty where the winner is the code itself or a click without an id.
  public var clickID: Text
  /// nil where the winner is the code itself.
  public var clickAt: Instant?
  /// Its part of the whole, over the sum of all credits' weights.
  public var weight: Int64
  public var earning = Earning.rate(BasisPoints(0))
  public var rule = RateRule.program
  /// Name of the tier held, where there was one.
  public var tier: Text?
  public var share = BasisPoints.whole
  /// Who invited the affiliate, and what part of its payout goes there.
  public var inviter: AffiliateOrdinal?
  public var fee = BasisPoints(0)
  /// Minor units of the order's currency, as of the latest refund.
  public var commissionMinor: Int64 = 0
  public var payoutMinor: Int64 = 0
  /// What its override is, as of the latest refund.
  public var overrideMinor: Int64 = 0
  private var placeOfReward = Uncompared<Int32>(-1)
  /// Where its commission's reward stands in the night's rewards: the one of sequence 0 of the
  /// conversion's current generation; −1 for none. No part of equality.
  public var rewardPlace: Int32 {
    get { placeOfReward.value }
    set { placeOfReward.value = newValue }
  }
  /// What stays with the platform before overrides: commission − payout.
  public var platformFeeMinor: Int64 { commissionMinor - payoutMinor }

  public init(
    code: CodeOrdinal, affiliate: AffiliateOrdinal, clickID: Text, clickAt: Instant?, weight: Int64
  ) {
    self.code = code
    self.affiliate = affiliate
    self.clickID = clickID
    self.clickAt = clickAt
    self.weight = weight
  }
}

/// A value that makes no difference when what holds it is compared.
private struct Uncompared<Value: Sendable>: Hashable, Sendable {
  var value: Value

  init(_ value: Value) { self.value = value }

  static func == (left: Self, right: Self) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}

/// Signs of fraud, in the order in which outputs list them (SPEC 4).
public struct FraudFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let selfReferral = FraudFlags(rawValue: 1)
  public static let fastConversion = FraudFlags(rawValue: 2)
  public static let orderVelocity = FraudFlags(rawValue: 4)
  public static let sharedIP = FraudFlags(rawValue: 8)
  public static let rateLimitedIP = FraudFlags(rawValue: 16)
  public static let disposableEmail = FraudFlags(rawValue: 32)
}

/// Why no click earned an order, in the order in which reasons are tried (SPEC 9, Attribution).
public enum UnattributedReason: UInt8, Sendable {
  case programPaused, codeExhausted, noClickInWindow, noEvidence

  public var word: String {
    switch self {
    case .programPaused: "program_paused"
    case .codeExhausted: "code_exhausted"
    case .noClickInWindow: "no_click_in_window"
    case .noEvidence: "no_evidence"
    }
  }
}

/// An order with what became of it.
public struct Conversion: Sendable {
  public enum Status: UInt8, Sendable {
    case unattributed, pending, approved, rejected

    public var word: String {
      switch self {
      case .unattributed: "unattributed"
      case .pending: "pending"
      case .approved: "approved"
      case .rejected: "rejected"
      }
    }
  }

  public var order: OrderFacts
  /// Of the latest accepted row.
  public var content: Digest128
  /// The row that brought it.
  public var origin: StoredOrigin
  public var status = Status.unattributed
  public var reason: UnattributedReason? = .noEvidence
  public var evidence: Evidence?
  public var model: AttributionModel?
  /// In the order of (code, instant, click_id); empty when unattributed.
  public var credits: [Credit] = []
  public var flags = FraudFlags()
  /// Hundredths of a percent: 10_000 is a score of 1.00.
  public var score = BasisPoints(0)
  /// Whether its code, without any click, may earn it: judged once (SPEC 10, Registry).
  public var codeItselfCounts = false
  /// Whether a reward of it has been in a payout: then it is closed for good.
  public var isClosed = false
  /// Whether a decision has ever resolved it: attributed anew, it then waits for another one.
  public var wasDecided = false
  /// Whether a code that has a limit was among what its last judgement looked at.
  public var meetsLimit = false
  /// How many times it has been attributed; part of its rewards' ids.
  public var generation: Int32 = 0
  /// Its place in the store; nil for one that this run brings.
  public var storedRow: Int64?
  /// What this run has done with it so far.
  public var tonight = Tonight()

  /// Marks that only a run in progress needs.
  public struct Tonight: Hashable, Sendable {
    /// Whether anything must be written.
    public var isChanged = false
    /// Whether its code must be looked at again, because a row of this run states it.
    public var bringsCode = false
    /// Whether amounts or refunds changed.
    public var changesMoney = false
    /// Whether this run attributed it, and so computed everything anew.
    public var isAttributed = false

    public init() {}
  }

  public init(order: OrderFacts, content: Digest128, origin: StoredOrigin) {
    self.order = order
    self.content = content
    self.origin = origin
  }

  /// Takes over who earned it; what follows from that is computed anew.
  mutating func take(
    _ evidence: Evidence?, _ model: AttributionModel?, _ credits: consuming [Credit],
    _ reason: UnattributedReason?
  ) {
    if credits.isEmpty { status = .unattributed }
    self.evidence = evidence
    self.model = model
    self.credits = credits
    self.reason = reason
    generation += 1
    flags = []
    score = BasisPoints(0)
    tonight.isChanged = true
    tonight.isAttributed = true
  }

  /// Whether late rows may still change who earned it (SPEC 3, Late rows; SPEC 10).
  public func isOpen(asOf: Instant, openMilliseconds: Int64) -> Bool {
    !isClosed && asOf <= order.occurredAt + openMilliseconds
  }
}

/// Where an accepted row of any night stands: the file's number in the store, and the line.
public struct StoredOrigin: Hashable, Sendable {
  /// Number of the file in the store's `files`, from 1.
  public var file: Int64
  public var line: Int32

  public init(file: Int64, line: Int32) {
    self.file = file
    self.line = line
  }
}
