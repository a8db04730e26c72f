// What affiliates earn, and the payouts that carry it to them.
public import Pipeline

/// What a reward is for (SPEC 4, Rewards).
public enum RewardType: UInt8, Sendable {
  case commission, signupBonus, tierBonus, override

  public var word: String {
    switch self {
    case .commission: "commission"
    case .signupBonus: "signup_bonus"
    case .tierBonus: "tier_bonus"
    case .override: "override"
    }
  }
}

/// What an affiliate earned, in one amount. `approved` becomes `payable` by time alone, so the
/// store does not tell them apart (SPEC 10, Runs).
public struct Reward: Sendable {
  public enum State: UInt8, Sendable {
    case pending, approved, inPayout, paid, reversed, rejected
  }

  /// Of what it is for: the same reward has the same id in any run.
  public var id: Digest128
  public var type: RewardType
  public var affiliate: AffiliateOrdinal
  public var order: OrderID?
  public var referral: ReferralID?
  public var currency: Currency
  /// Minor units; negative where a refund came after the payout.
  public var amountMinor: Int64
  public var state: State
  public var occurredAt: Instant
  public var payableAt: Instant
  public var payout: Text?
  /// Which credit of its conversion it belongs to, and the attribution it is of.
  public var credit: Int32 = 0
  public var generation: Int32 = 0
  /// 0 for the reward itself, 1… for the differences that refunds after a payout make.
  public var sequence: Int32 = 0
  /// Where its order's conversion stands in the night's conversions; −1 for none.
  public var conversionPlace: Int32 = -1
  public var storedRow: Int64?
  /// The conversion's row that it stands in, where the night works without that conversion.
  public var foldedInto: Int64?
  public var isChanged = false
  /// Whether it was loaded without its conversion, approved and in no payout.
  var isLooseAlone = false

  public init(
    id: Digest128, type: RewardType, affiliate: AffiliateOrdinal, order: OrderID?,
    referral: ReferralID?, currency: Currency, amountMinor: Int64, state: State,
    occurredAt: Instant, payableAt: Instant
  ) {
    self.id = id
    self.type = type
    self.affiliate = affiliate
    self.order = order
    self.referral = referral
    self.currency = currency
    self.amountMinor = amountMinor
    self.state = state
    self.occurredAt = occurredAt
    self.payableAt = payableAt
  }

  /// The word for its state as of an instant (SPEC 5).
  public func stateWord(asOf: Instant) -> String {
    switch state {
    case .pending: "pending"
    case .approved: payableAt <= asOf ? "payable" : "approved"
    case .inPayout: "in_payout"
    case .paid: "paid"
    case .reversed: "reversed"
    case .rejected: "rejected"
    }
  }
}

/// One amount to one affiliate.
public struct Payout: Sendable {
  public enum Status: UInt8, Sendable {
    case pending, processing, completed, failed, returned, cancelled
    /// It waits for its batch's approval, and stands in no file of a payment service.
    case proposed

    public var word: String {
      switch self {
      case .pending: "pending"
      case .processing: "processing"
      case .completed: "completed"
      case .failed: "failed"
      case .returned: "returned"
      case .cancelled: "cancelled"
      case .proposed: "proposed"
      }
    }
  }

  /// At most 15 characters: the reference in every payout file.
  public var id: Text
  public var batch: Text
  public var affiliate: AffiliateOrdinal
  public var method: PaymentMethod
  public var affiliateName: Text?
  public var email: Text
  public var currency: Currency
  /// Minor units, positive.
  public var amountMinor: Int64
  /// Reward rows in it.
  public var rewards: Int64
  public var periodStart: Instant
  public var periodEnd: Instant
  public var status = Status.pending
  public var retryCount: Int64 = 0
  /// Whether a failed one waits to be emitted again.
  public var awaitsRetry = false
  public var transactionID: Text?
  public var transactionHash: Text?
  public var processedAt: Instant?
  public var failedReason: Text?
  public var storedRow: Int64?
  public var isChanged = false
  /// Whether this run put it into `payouts.csv`.
  public var isEmitted = false
  /// Whether this run put it into a proposal.
  public var isProposed = false
  /// Number of the run that last did.
  public var emittedRun: Int64 = 0
  /// Number of the run that made and posted it; 0 in that run itself.
  public var madeRun: Int64 = 0

  public init(
    id: Text, batch: Text, affiliate: AffiliateOrdinal, method: PaymentMethod, email: Text,
    currency: Currency, amountMinor: Int64, rewards: Int64, periodStart: Instant,
    periodEnd: Instant
  ) {
    self.id = id
    self.batch = batch
    self.affiliate = affiliate
    self.method = method
    self.email = email
    self.currency = currency
    self.amountMinor = amountMinor
    self.rewards = rewards
    self.periodStart = periodStart
    self.periodEnd = periodEnd
  }
}

/// Where an affiliate stands in a programme's tiers.
public struct Standing: Hashable, Sendable {
  /// Approved conversions and verified referrals.
  public var count: Int64 = 0
  /// The highest level reached; nil before any.
  public var level: Int64?

  public init(count: Int64 = 0, level: Int64? = nil) {
    self.count = count
    self.level = level
  }
}

/// A step up, with what caused it.
public struct TierUpgrade: Hashable, Sendable {
  public enum Cause: Hashable, Sendable {
    case order(OrderID)
    case referral(ReferralID)
  }

  public var affiliate: AffiliateOrdinal
  public var fromLevel: Int64?
  public var toLevel: Int64
  public var tier: Text
  public var cause: Cause
  public var at: Instant

  public init(
    affiliate: AffiliateOrdinal, fromLevel: Int64?, toLevel: Int64, tier: Text, cause: Cause,
    at: Instant
  ) {
    self.affiliate = affiliate
    self.fromLevel = fromLevel
    self.toLevel = toLevel
    self.tier = tier
    self.cause = cause
    self.at = at
  }
}

/// An amount that no payout carries this time, and why (`held.csv`).
public struct HeldAmount: Sendable {
  public enum Reason: String, Sendable {
    case suspended
    case noPaymentDetails = "no_payment_details"
    case belowMinimum = "below_minimum"
    case negativeBalance = "negative_balance"
    case formula
    case doesNotFit = "does_not_fit"
  }

  public var affiliate: AffiliateOrdinal
  public var currency: Currency
  public var amountMinor: Int64
  public var reason: Reason

  public init(
    affiliate: AffiliateOrdinal, currency: Currency, amountMinor: Int64, reason: Reason
  ) {
    self.affiliate = affiliate
    self.currency = currency
    self.amountMinor = amountMinor
    self.reason = reason
  }
}
