// What could be paid to whom: rewards in no payout, grouped and summed (SPEC 10, Payouts).
import Pipeline

/// What one affiliate could be paid in one currency.
struct PayableSum {
  var affiliate: AffiliateOrdinal
  var currency: Currency
  /// Minor units, negative where the affiliate owes.
  var amountMinor: Int64 = 0
  /// The rewards in it.
  var places: ArraySlice<Int32> = []
}

/// The rewards in no payout with payable_at up to an instant, negative ones included, by
/// (affiliate_id, currency).
struct PayableRewards {
  /// One affiliate's in one currency.
  private struct Group {
    var affiliate: AffiliateOrdinal
    var currency: Currency
    var range: Range<Int>
  }

  /// Places of rewards, those of a group together.
  private var places: [Int32] = []
  /// In the order of (affiliate_id, currency).
  private var groups: [Group] = []

  init(_ rewards: [Reward], until end: Instant, registry: Registry) {
    for place in rewards.indices where Self.isPayable(rewards[place], until: end) {
      places.append(Int32(truncatingIfNeeded: place))
    }
    places.sort { left, right in
      let (affiliate, other) = (rewards[Int(left)].affiliate, rewards[Int(right)].affiliate)
      if affiliate != other { return affiliate < other }
      let (currency, second) = (rewards[Int(left)].currency, rewards[Int(right)].currency)
      return currency != second ? currency < second : left < right
    }
    var start = 0
    while start < places.count {
      let (affiliate, currency) = Self.owner(rewards, places[start])
      var end = start + 1
      while end < places.count, Self.owner(rewards, places[end]) == (affiliate, currency) {
        end += 1
      }
      groups.append(Group(affiliate: affiliate, currency: currency, range: start..<end))
      start = end
    }
    groups.sort { left, right in
      left.affiliate != right.affiliate
        ? registry.affiliates[left.affiliate.position].id
          < registry.affiliates[right.affiliate.position].id
        : left.currency < right.currency
    }
  }

  private static func isPayable(_ reward: Reward, until end: Instant) -> Bool {
    reward.state == .approved && reward.payout == nil && reward.payableAt <= end
  }

  private static func owner(
    _ rewards: [Reward], _ place: Int32
  ) -> (AffiliateOrdinal, Currency) {
    (rewards[Int(place)].affiliate, rewards[Int(place)].currency)
  }

  /// The sums, in the order of (affiliate_id, currency), of what has not been paid since.
  ///
  /// - Parameter only: nil for every affiliate.
  /// - Throws: ``AmountOverflow`` when a sum does not fit 64 bits.
  func sums(
    of rewards: [Reward], for only: AffiliateOrdinal? = nil
  ) throws(AmountOverflow) -> [PayableSum] {
    var sums: [PayableSum] = []
    for group in groups where only == nil || group.affiliate == only {
      // A payout takes a whole group, so that one reward tells for all.
      let first = Int(places[group.range.lowerBound])
      guard rewards[first].payout == nil else { continue }
      var payable = PayableSum(affiliate: group.affiliate, currency: group.currency)
      payable.places = places[group.range]
      for place in payable.places {
        payable.amountMinor = try sum(payable.amountMinor, rewards[Int(place)].amountMinor)
      }
      sums.append(payable)
    }
    return sums
  }
}
