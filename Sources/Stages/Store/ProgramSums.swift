// What one programme's night changes of the sums that the store keeps: the rows as they are now
// less the rows as they were.
import Pipeline

/// Sales of a UTC day, of a programme or of one affiliate in it.
struct DaySales: Hashable, Sendable {
  /// Attributed orders.
  var orders: Int64 = 0
  /// Gross less refunds of those that are pending or approved, in minor units.
  var revenueMinor: Int64 = 0
  /// Rewards of orders and decisions of the day that are neither reversed nor rejected.
  var rewards: Int64 = 0
  /// What they come to, in minor units.
  var earnedMinor: Int64 = 0
  /// Credits of orders of whatever status, and their payouts in minor units.
  var credits: Int64 = 0
  var payoutMinor: Int64 = 0

  var isZero: Bool { self == DaySales() }
}

/// What there is in all, of a programme or of one affiliate in it, in one currency.
struct SalesTotal: Hashable, Sendable {
  var orders: Int64 = 0
  var revenueMinor: Int64 = 0
  /// Commission rewards of whatever state.
  var commissions: Int64 = 0
  /// Rewards by state, in minor units; `owed` is approved, whether payable already or not.
  var pendingMinor: Int64 = 0
  var owedMinor: Int64 = 0
  var inPayoutMinor: Int64 = 0
  var paidMinor: Int64 = 0

  var isZero: Bool { self == SalesTotal() }
}

/// What came by one code.
struct CodeCounts: Hashable, Sendable {
  /// Accepted clicks.
  var clicks: Int64 = 0
  /// Attributed orders.
  var orders: Int64 = 0
  var leadsPending: Int64 = 0
  var leadsApproved: Int64 = 0
  var leadsRejected: Int64 = 0

  var isZero: Bool { self == CodeCounts() }
}

/// The changes of one programme's sums.
struct ProgramSums: Sendable {
  /// A UTC day, a currency, and an affiliate; −1 for the programme as a whole.
  struct DayKey: SumKey {
    var day: Int32
    var currency: UInt32
    var affiliate: Int32

    var words: (UInt64, UInt64) {
      let first = UInt64(UInt32(bitPattern: day)) << 32 | UInt64(currency)
      return (first, UInt64(bitPattern: Int64(affiliate)))
    }

    static func < (left: Self, right: Self) -> Bool {
      (left.day, left.currency, left.affiliate) < (right.day, right.currency, right.affiliate)
    }
  }

  /// An affiliate, −1 for the programme as a whole, and a currency.
  struct TotalKey: SumKey {
    var affiliate: Int32
    var currency: UInt32

    var words: (UInt64, UInt64) { (UInt64(currency), UInt64(bitPattern: Int64(affiliate))) }

    static func < (left: Self, right: Self) -> Bool {
      (left.affiliate, left.currency) < (right.affiliate, right.currency)
    }
  }

  private(set) var days = SumTable<DayKey, DaySales>(DaySales())
  private(set) var totals = SumTable<TotalKey, SalesTotal>(SalesTotal())
  private(set) var codes = SumTable<CodeOrdinal, CodeCounts>(CodeCounts())
  private(set) var reports = ReportSums()
  private static let whole: Int32 = -1

  /// Adds rows as they are, or, with sign −1, takes away rows as they were.
  ///
  /// - Throws: ``AmountOverflow``.
  mutating func take(
    _ conversions: borrowing [Conversion], _ rewards: borrowing [Reward],
    _ referrals: borrowing [Referral], sign: Int64
  ) throws(AmountOverflow) {
    // An element would be copied to be lent, with all that it refers to; so its place is told.
    for place in conversions.indices {
      try reports.take(conversions, place, sign)
      try take(creditsOf: conversions, place, sign)
      guard conversions[place].status != .unattributed else { continue }
      try take(conversions, place, sign)
    }
    for place in rewards.indices {
      if rewards[place].isLooseAlone {
        // The sums hold it as it was; before the night there is nothing to take away.
        if sign > 0, rewards[place].isChanged { try carry(rewards, place) }
        continue
      }
      try take(rewards, place, sign)
      let isFolded = Self.isFolded(rewards, place, conversions, isBefore: sign < 0)
      try reports.take(rewards, place, isFolded: isFolded, sign)
    }
    for referral in copy referrals {
      switch referral.status {
      case .pending: codes[referral.code].leadsPending += sign
      case .approved: codes[referral.code].leadsApproved += sign
      case .rejected: codes[referral.code].leadsRejected += sign
      }
    }
  }

  /// Moves a reward that was approved into the payout that carries it now.
  private mutating func carry(
    _ rewards: borrowing [Reward], _ place: Int
  ) throws(AmountOverflow) {
    for affiliate in [rewards[place].affiliate.index, Self.whole] {
      let key = TotalKey(affiliate: affiliate, currency: rewards[place].currency.packed)
      try totals[key].carry(rewards[place].amountMinor)
    }
    try reports.carry(rewards, place)
  }

  /// Adds the night's accepted clicks.
  mutating func take(_ clicks: [DailyClicks]) {
    for daily in clicks where daily.clicks != 0 {
      codes[daily.code].clicks += daily.clicks
    }
  }

  private mutating func take(
    _ orders: borrowing [Conversion], _ place: Int, _ sign: Int64
  ) throws(AmountOverflow) {
    let counts = orders[place].status == .pending || orders[place].status == .approved
    let revenue = counts ? sign * orders[place].order.netMinor : 0
    let day = orders[place].order.occurredAt.utcDay
    let currency = orders[place].order.currency.packed
    try sell(day, currency, Self.whole, sign, revenue)
    try sell(orders[place].credits, day, currency, sign, revenue)
  }

  /// Counts an order once for each affiliate and code that it is credited to.
  private mutating func sell(
    _ credits: [Credit], _ day: Int32, _ currency: UInt32, _ sign: Int64, _ revenue: Int64
  ) throws(AmountOverflow) {
    for place in credits.indices {
      let (affiliate, code) = (credits[place].affiliate, credits[place].code)
      let earlier = credits[..<place]
      if place == 0 || !earlier.contains(where: { $0.affiliate == affiliate }) {
        try sell(day, currency, affiliate.index, sign, revenue)
      }
      if place == 0 || !earlier.contains(where: { $0.code == code }) {
        codes[code].orders += sign
      }
    }
  }

  /// Whether a reward stands in its order's row. All that the store has folded comes without a row
  /// of its own; what the night makes of it is the writer's rule.
  private static func isFolded(
    _ rewards: borrowing [Reward], _ place: Int, _ orders: borrowing [Conversion], isBefore: Bool
  ) -> Bool {
    guard rewards[place].storedRow == nil, rewards[place].type == .commission,
      rewards[place].sequence == 0
    else { return false }
    if isBefore || rewards[place].foldedInto != nil { return true }
    let order = Int(rewards[place].conversionPlace)
    return order >= 0 && orders[order].hasFolded(rewards[place], at: place)
  }

  private mutating func take(
    creditsOf orders: borrowing [Conversion], _ place: Int, _ sign: Int64
  ) throws(AmountOverflow) {
    let day = orders[place].order.occurredAt.utcDay
    let currency = orders[place].order.currency.packed
    let credits = orders[place].credits
    for place in credits.indices {
      let payout = sign * credits[place].payoutMinor
      let affiliate = credits[place].affiliate.index
      try days[DayKey(day: day, currency: currency, affiliate: affiliate)].credit(sign, payout)
      try days[DayKey(day: day, currency: currency, affiliate: Self.whole)].credit(sign, payout)
    }
  }

  private mutating func sell(
    _ day: Int32, _ currency: UInt32, _ affiliate: Int32, _ orders: Int64, _ revenue: Int64
  ) throws(AmountOverflow) {
    let key = DayKey(day: day, currency: currency, affiliate: affiliate)
    try days[key].sell(orders, revenue)
    let total = TotalKey(affiliate: affiliate, currency: currency)
    try totals[total].sell(orders, revenue)
  }

  private mutating func take(
    _ rewards: borrowing [Reward], _ place: Int, _ sign: Int64
  ) throws(AmountOverflow) {
    let (day, currency) = (rewards[place].occurredAt.utcDay, rewards[place].currency.packed)
    let (type, state) = (rewards[place].type, rewards[place].state)
    let amount = sign * rewards[place].amountMinor
    try earn(rewards[place].affiliate.index, day, currency, type, state, sign, amount)
    try earn(Self.whole, day, currency, type, state, sign, amount)
  }

  private mutating func earn(
    _ affiliate: Int32, _ day: Int32, _ currency: UInt32, _ type: RewardType,
    _ state: Reward.State, _ sign: Int64, _ amount: Int64
  ) throws(AmountOverflow) {
    let key = TotalKey(affiliate: affiliate, currency: currency)
    try totals[key].earn(type, state, sign, amount)
    guard state != .reversed, state != .rejected else { return }
    let daily = DayKey(day: day, currency: currency, affiliate: affiliate)
    try days[daily].earn(sign, amount)
  }
}

extension CodeOrdinal: SumKey {
  var words: (UInt64, UInt64) { (0, UInt64(bitPattern: Int64(index))) }
}

extension DaySales {
  fileprivate mutating func sell(_ count: Int64, _ minor: Int64) throws(AmountOverflow) {
    orders += count
    revenueMinor = try sum(revenueMinor, minor)
  }

  fileprivate mutating func credit(_ count: Int64, _ minor: Int64) throws(AmountOverflow) {
    credits += count
    payoutMinor = try sum(payoutMinor, minor)
  }

  fileprivate mutating func earn(_ count: Int64, _ minor: Int64) throws(AmountOverflow) {
    rewards += count
    earnedMinor = try sum(earnedMinor, minor)
  }
}

extension SalesTotal {
  /// Moves an amount from what is owed into a payout.
  fileprivate mutating func carry(_ minor: Int64) throws(AmountOverflow) {
    owedMinor = try difference(owedMinor, minor)
    inPayoutMinor = try sum(inPayoutMinor, minor)
  }

  fileprivate mutating func sell(_ count: Int64, _ minor: Int64) throws(AmountOverflow) {
    orders += count
    revenueMinor = try sum(revenueMinor, minor)
  }

  fileprivate mutating func earn(
    _ type: RewardType, _ state: Reward.State, _ count: Int64, _ minor: Int64
  ) throws(AmountOverflow) {
    if type == .commission { commissions += count }
    switch state {
    case .pending: pendingMinor = try sum(pendingMinor, minor)
    case .approved: owedMinor = try sum(owedMinor, minor)
    case .inPayout: inPayoutMinor = try sum(inPayoutMinor, minor)
    case .paid: paidMinor = try sum(paidMinor, minor)
    case .reversed, .rejected: break
    }
  }
}
