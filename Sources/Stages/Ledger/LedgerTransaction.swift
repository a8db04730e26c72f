// The double-entry ledger: every transaction sums to zero, and none is ever changed.
public import Pipeline

/// One transaction of one programme in one currency, as amounts by account.
public struct LedgerTransaction: Sendable {
  /// Why it was posted.
  public enum Kind: UInt8, CaseIterable, Sendable {
    case commission, override, bonus, adjustment, reversal, payout, settlement, giveBack

    public var word: String {
      switch self {
      case .commission: "commission"
      case .override: "override"
      case .bonus: "bonus"
      case .adjustment: "adjustment"
      case .reversal: "reversal"
      case .payout: "payout"
      case .settlement: "settlement"
      case .giveBack: "return"
      }
    }
  }

  public var kind: Kind
  public var affiliate: AffiliateOrdinal
  public var currency: Currency
  public var occurredAt: Instant
  /// The reward it is for, or nil for one of a whole payout.
  public var reward: Digest128?
  public var payout: Text?
  /// Tells transactions of one kind, reward and run apart.
  public var serial: Int32 = 0
  /// Signed minor units by account; they sum to zero.
  public var affiliateMinor: Int64 = 0
  public var platformMinor: Int64 = 0
  public var programMinor: Int64 = 0
  public var payoutsMinor: Int64 = 0
  public var bankMinor: Int64 = 0

  public init(
    kind: Kind, affiliate: AffiliateOrdinal, currency: Currency, occurredAt: Instant,
    reward: Digest128?, payout: Text?
  ) {
    self.kind = kind
    self.affiliate = affiliate
    self.currency = currency
    self.occurredAt = occurredAt
    self.reward = reward
    self.payout = payout
  }

  /// Whether its postings sum to zero.
  public var isBalanced: Bool {
    let total =
      Int128(affiliateMinor) + Int128(platformMinor) + Int128(programMinor) + Int128(payoutsMinor)
      + Int128(bankMinor)
    return total == 0
  }
}
