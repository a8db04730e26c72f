// What one programme's night changes of the sums that a run's reports are made from, so that no
// report reads the orders and rewards of earlier nights.
import Pipeline

/// The orders of a UTC day in one currency, of all programmes together.
struct OrderDay: Hashable, Sendable {
  /// Orders of whatever status.
  var orders: Int64 = 0
  /// Those that anybody has credit for.
  var credited: Int64 = 0
  /// Those that are not unattributed, and those that are approved.
  var attributed: Int64 = 0
  var approved: Int64 = 0
  /// Those whose first commission, as it stands in the order's row, is in a payout or paid.
  var inPayout: Int64 = 0
  var paid: Int64 = 0
  /// Minor units.
  var grossMinor: Int64 = 0
  var returnedMinor: Int64 = 0
  /// Of all credits.
  var commissionMinor: Int64 = 0
  var payoutMinor: Int64 = 0

  var isZero: Bool { self == OrderDay() }
}

/// Rewards that are pending or approved, and in no payout, by when they are payable.
struct OpenRewards: Hashable, Sendable {
  var rewards: Int64 = 0
  /// Minor units.
  var amountMinor: Int64 = 0

  var isZero: Bool { self == OpenRewards() }

  /// The UTC day at whose end, at the latest, a reward is payable: midnight belongs to the day
  /// that it ends, so that nights that end with a day divide no day.
  static func payableDay(_ payableAt: Instant) -> Int32 { (payableAt + -1).utcDay }
}

/// The changes of the sums by day that reports need.
struct ReportSums: Sendable {
  /// A UTC day and a currency.
  struct OrderKey: SumKey {
    var day: Int32
    var currency: UInt32

    var words: (UInt64, UInt64) { (UInt64(currency), UInt64(bitPattern: Int64(day))) }

    static func < (left: Self, right: Self) -> Bool {
      (left.day, left.currency) < (right.day, right.currency)
    }
  }

  /// A currency, ``OpenRewards/payableDay(_:)`` and a state: pending or approved.
  struct OpenKey: SumKey {
    var currency: UInt32
    var payableDay: Int32
    var state: Reward.State

    var words: (UInt64, UInt64) {
      (UInt64(currency) << 8 | UInt64(state.rawValue), UInt64(bitPattern: Int64(payableDay)))
    }

    static func < (left: Self, right: Self) -> Bool {
      (left.currency, left.state.rawValue, left.payableDay)
        < (right.currency, right.state.rawValue, right.payableDay)
    }
  }

  private(set) var orders = SumTable<OrderKey, OrderDay>(OrderDay())
  private(set) var open = SumTable<OpenKey, OpenRewards>(OpenRewards())

  /// Adds an order as it is, or, with sign −1, takes it away as it was.
  ///
  /// - Throws: ``AmountOverflow``.
  mutating func take(
    _ conversions: borrowing [Conversion], _ place: Int, _ sign: Int64
  ) throws(AmountOverflow) {
    let key = OrderKey(
      day: conversions[place].order.occurredAt.utcDay,
      currency: conversions[place].order.currency.packed)
    try orders[key].take(conversions, place, sign)
  }

  /// Moves a first commission that was approved and stands in its order's row into a payout.
  mutating func carry(_ rewards: borrowing [Reward], _ place: Int) throws(AmountOverflow) {
    let currency = rewards[place].currency.packed
    let open = OpenKey(
      currency: currency, payableDay: OpenRewards.payableDay(rewards[place].payableAt),
      state: .approved)
    self.open[open].rewards -= 1
    self.open[open].amountMinor = try difference(
      self.open[open].amountMinor, rewards[place].amountMinor)
    let order = OrderKey(day: rewards[place].occurredAt.utcDay, currency: currency)
    orders[order].inPayout += 1
  }

  /// Adds a reward as it is, or, with sign −1, takes it away as it was.
  ///
  /// - Parameter isFolded: Whether it stands in its order's row, or is to stand there.
  /// - Throws: ``AmountOverflow``.
  mutating func take(
    _ rewards: borrowing [Reward], _ place: Int, isFolded: Bool, _ sign: Int64
  ) throws(AmountOverflow) {
    let (state, currency) = (rewards[place].state, rewards[place].currency.packed)
    switch state {
    case .pending, .approved:
      let key = OpenKey(
        currency: currency, payableDay: OpenRewards.payableDay(rewards[place].payableAt),
        state: state)
      open[key].rewards += sign
      open[key].amountMinor = try sum(
        open[key].amountMinor, sign * rewards[place].amountMinor)
    case .inPayout, .paid:
      guard isFolded, rewards[place].credit == 0 else { return }
      let key = OrderKey(day: rewards[place].occurredAt.utcDay, currency: currency)
      if state == .paid {
        orders[key].paid += sign
      } else {
        orders[key].inPayout += sign
      }
    case .reversed, .rejected: break
    }
  }
}

extension OrderDay {
  fileprivate mutating func take(
    _ conversions: borrowing [Conversion], _ place: Int, _ sign: Int64
  ) throws(AmountOverflow) {
    let (credits, status) = (conversions[place].credits, conversions[place].status)
    orders += sign
    if !credits.isEmpty { credited += sign }
    if status != .unattributed { attributed += sign }
    if status == .approved { approved += sign }
    grossMinor = try sum(grossMinor, sign * conversions[place].order.amountMinor)
    returnedMinor = try sum(returnedMinor, sign * conversions[place].order.returnedMinor)
    for place in credits.indices {
      commissionMinor = try sum(commissionMinor, sign * credits[place].commissionMinor)
      payoutMinor = try sum(payoutMinor, sign * credits[place].payoutMinor)
    }
  }

  /// Adds another programme's changes.
  mutating func add(_ other: OrderDay) throws(AmountOverflow) {
    orders += other.orders
    credited += other.credited
    attributed += other.attributed
    approved += other.approved
    inPayout += other.inPayout
    paid += other.paid
    grossMinor = try sum(grossMinor, other.grossMinor)
    returnedMinor = try sum(returnedMinor, other.returnedMinor)
    commissionMinor = try sum(commissionMinor, other.commissionMinor)
    payoutMinor = try sum(payoutMinor, other.payoutMinor)
  }
}

extension Conversion {
  /// Whether a reward that has no row of its own stands in the row of this order: that of its
  /// present generation does, unless the order's instant was amended since it was earned (D-120).
  func hasFolded(_ reward: borrowing Reward, at place: Int) -> Bool {
    let index = Int(reward.credit)
    return credits.indices.contains(index) && Int(credits[index].rewardPlace) == place
      && reward.occurredAt == order.occurredAt
  }
}
