// What a programme promises, as it is in force at one instant.
public import Pipeline

/// Which piece of an order points at the click that earned it (SPEC 3).
public enum Evidence: UInt8, CaseIterable, Sendable {
  case clickID, code, visitor

  /// The word in files: `click_id`, `code`, `visitor`.
  public var word: String {
    switch self {
    case .clickID: "click_id"
    case .code: "code"
    case .visitor: "visitor"
    }
  }
}

/// How credit is given among a visitor's clicks (SPEC 3).
public enum AttributionModel: UInt8, CaseIterable, Sendable {
  case lastClick, firstClick, linear, positionBased, timeDecay

  /// The word in files, such as `last_click`.
  public var word: String {
    switch self {
    case .lastClick: "last_click"
    case .firstClick: "first_click"
    case .linear: "linear"
    case .positionBased: "position_based"
    case .timeDecay: "time_decay"
    }
  }
}

/// When a programme's payout periods end (SPEC 5).
public enum PayoutSchedule: UInt8, CaseIterable, Sendable {
  case weekly, biweekly, monthly

  /// The word in files.
  public var word: String {
    switch self {
    case .weekly: "weekly"
    case .biweekly: "biweekly"
    case .monthly: "monthly"
    }
  }
}

/// One step of a programme's tiers (SPEC 4, Tiers).
public struct Tier: Hashable, Sendable {
  public var name: Text
  public var level: Int64
  /// Approved conversions and verified referrals that reach it.
  public var minimumReferrals: Int64
  public var commissionRate: BasisPoints
  /// Minor units of the programme's currency; 0 for none.
  public var bonusMinor: Int64

  public init(
    name: Text, level: Int64, minimumReferrals: Int64, commissionRate: BasisPoints,
    bonusMinor: Int64
  ) {
    self.name = name
    self.level = level
    self.minimumReferrals = minimumReferrals
    self.commissionRate = commissionRate
    self.bonusMinor = bonusMinor
  }
}

/// An exception from a programme's rate, for one sku or one category (SPEC 9, Money).
public struct CommissionRule: Hashable, Sendable {
  public enum Subject: Hashable, Sendable {
    case sku(Text)
    case category(Text)
  }
  public enum Earning: Hashable, Sendable {
    case rate(BasisPoints)
    /// Minor units an order of the order's currency.
    case flat(Int64)
  }

  public var subject: Subject
  public var earning: Earning

  public init(subject: Subject, earning: Earning) {
    self.subject = subject
    self.earning = earning
  }
}

/// A programme's terms at one instant; the defaults are those of SPEC 2.
public struct Terms: Hashable, Sendable {
  public var currency = Currency.usd
  public var commissionRate = BasisPoints(1_000)
  public var affiliateShare = BasisPoints(8_000)
  /// 1–90.
  public var windowDays: Int64 = 30
  public var model = AttributionModel.lastClick
  /// In the order in which they are tried.
  public var evidence: [Evidence] = [.clickID, .code, .visitor]
  public var requiresClick = true
  public var payoutSchedule = PayoutSchedule.monthly
  /// The UTC day, counted from 1970-01-01, from which biweekly periods are counted.
  public var payoutAnchorDay: Int64 = 4
  /// Minor units, 1000–50000.
  public var payoutMinimumMinor: Int64 = 5_000
  /// The n of NET-n, in days.
  public var payoutTermDays: Int64 = 0
  /// 0–365.
  public var holdDays: Int64 = 0
  public var maxClicksPerIPHour: Int64 = 100
  /// The fraud score, in hundredths of a percent (10_000 is 1.00), from which a conversion waits.
  public var fraudReviewThreshold = BasisPoints(5_000)
  /// Minor units of the programme's currency.
  public var signupBonusMinor: Int64 = 0
  public var tiers: [Tier] = []
  public var commissionRules: [CommissionRule] = []

  public init() {}

  /// The attribution window in milliseconds, inclusive.
  public var windowMilliseconds: Int64 { windowDays * Instant.day }
}
