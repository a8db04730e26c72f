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

  /// A reward by whom it is for, in what currency.
  private struct Key {
    var affiliate: AffiliateOrdinal
    var currency: Currency
    var place: Int32
  }

  init(_ rewards: [Reward], until end: Instant, registry: Registry) {
    var keys: [Key] = []
    for place in rewards.indices
    where rewards[place].state == .approved && rewards[place].payableAt <= end
      && rewards[place].payout == nil
    {
      keys.append(
        Key(
          affiliate: rewards[place].affiliate, currency: rewards[place].currency,
          place: Int32(truncatingIfNeeded: place)))
    }
    keys.sort { left, right in
      if left.affiliate != right.affiliate { return left.affiliate < right.affiliate }
      if left.currency != right.currency { return left.currency < right.currency }
      return left.place < right.place
    }
    places = keys.map(\.place)
    var start = 0
    while start < keys.count {
      let key = keys[start]
      var end = start + 1
      while end < keys.count, keys[end].affiliate == key.affiliate,
        keys[end].currency == key.currency
      { end += 1 }
      groups.append(
        Group(affiliate: key.affiliate, currency: key.currency, range: start..<end))
      start = end
    }
    groups.sort { left, right in
      left.affiliate != right.affiliate
        ? registry.affiliates[left.affiliate.position].id
          < registry.affiliates[right.affiliate.position].id
        : left.currency < right.currency
    }
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
