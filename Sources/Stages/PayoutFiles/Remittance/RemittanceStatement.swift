// What an affiliate is told about a payout: where the amount comes from, line by line.
public import Pipeline

/// What one affiliate is paid by one programme in one currency, and why.
///
/// Its balance is what is payable: the opening balance is what had been payable before the period and
/// was not paid, a reward comes in when it becomes payable, and the payout takes all of it out.
public struct RemittanceStatement: Hashable, Sendable {
  /// One amount that changes the balance.
  public struct Line: Hashable, Sendable {
    public var at: Instant
    /// Such as `commission`, or what an adjustment is.
    public var type: String
    /// The reward's id, or what else the amount can be found by.
    public var reference: Text
    /// The order that earned it, if one did.
    public var order: Text?
    /// Minor units; negative where it takes away.
    public var amountMinor: Int64

    public init(at: Instant, type: String, reference: Text, order: Text?, amountMinor: Int64) {
      self.at = at
      self.type = type
      self.reference = reference
      self.order = order
      self.amountMinor = amountMinor
    }
  }

  public var programID: Text
  public var programName: Text?
  public var affiliateID: Text
  public var affiliateName: Text?
  public var payoutID: Text
  public var batchID: Text
  public var method: PaymentMethod
  public var currency: Currency
  public var periodStart: Instant
  public var periodEnd: Instant
  /// The instant of the run that made the payout.
  public var issuedAt: Instant
  /// What was payable before the period and is paid now; it makes up the opening balance.
  public var carried: [Line] = []
  /// Minor units that were payable before the period and had not been paid.
  public var openingMinor: Int64 = 0
  /// Rewards, in order of time.
  public var rewards: [Line] = []
  /// Refunds after a payout, returned payouts and the like.
  public var adjustments: [Line] = []
  /// Minor units that the payout carries.
  public var paidMinor: Int64 = 0
  /// Minor units that stay payable after it.
  public var closingMinor: Int64 = 0
  /// Minor units that were earned by then and become payable later; nil where that is not known.
  public var laterMinor: Int64?

  public init(
    programID: Text, affiliateID: Text, payoutID: Text, batchID: Text, method: PaymentMethod,
    currency: Currency, periodStart: Instant, periodEnd: Instant, issuedAt: Instant
  ) {
    self.programID = programID
    self.affiliateID = affiliateID
    self.payoutID = payoutID
    self.batchID = batchID
    self.method = method
    self.currency = currency
    self.periodStart = periodStart
    self.periodEnd = periodEnd
    self.issuedAt = issuedAt
  }
}

extension RemittanceStatement {
  /// Minor units of all rewards.
  public func rewardsMinor() throws(AmountOverflow) -> Int64 { try Self.total(rewards) }

  /// Minor units of all adjustments.
  public func adjustmentsMinor() throws(AmountOverflow) -> Int64 { try Self.total(adjustments) }

  /// Whether opening + rewards + adjustments − paid is what it says is left.
  public func isBalanced() throws(AmountOverflow) -> Bool {
    let earned = try sum(rewardsMinor(), adjustmentsMinor())
    return try difference(sum(openingMinor, earned), paidMinor) == closingMinor
  }

  private static func total(_ lines: [Line]) throws(AmountOverflow) -> Int64 {
    var total: Int64 = 0
    for line in lines { total = try sum(total, line.amountMinor) }
    return total
  }

  /// An amount in major units.
  func major(_ minorUnits: Int64) -> String { Money(minorUnits: minorUnits, currency).majorUnits }
}
