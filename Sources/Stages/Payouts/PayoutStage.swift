// The stage `payout`: failed ones again, then the period's batch, then what was asked for
// (SPEC 5; SPEC 9 and 10, Payouts).
import Pipeline

extension ProgramNight {
  /// Makes the payouts of this run.
  mutating func payOut() throws {
    let terms = terms.terms(at: facts.asOf)
    retryFailed()
    let period = PayoutPeriod(latestDue: facts.asOf, terms)
    if lastClosed.map({ period.end > $0 }) ?? true {
      for sum in try payable(until: period.end) {
        if let reason = try pay(sum, minimum: terms.payoutMinimumMinor, period) {
          hold(sum.affiliate, sum.currency, sum.amountMinor, reason)
        }
      }
      lastClosed = period.end
      closedPeriod = true
    }
    let asked = PayoutPeriod(requestedAt: facts.asOf, terms)
    for request in rows.requests { try answer(request, asked, terms) }
  }

  /// Emits a payout again that failed in an earlier run, with the method and details of this one.
  private mutating func retryFailed() {
    for place in payouts.indices
    where payouts[place].awaitsRetry && !failedTonight.contains(payouts[place].id) {
      let payout = payouts[place]
      let affiliate = facts.registry[payout.affiliate]
      if let reason = hindrance(to: affiliate) {
        hold(payout.affiliate, payout.currency, payout.amountMinor, reason)
        continue
      }
      guard let method = affiliate.paymentMethod else { continue }
      payouts[place].retryCount += 1
      payouts[place].status = .pending
      payouts[place].awaitsRetry = false
      payouts[place].batch = batchID
      payouts[place].method = method
      payouts[place].affiliateName = affiliate.name
      payouts[place].email = affiliate.email
      payouts[place].isEmitted = true
      payouts[place].isChanged = true
    }
  }

  /// What one affiliate could be paid in one currency.
  private struct PayableSum {
    var affiliate: AffiliateOrdinal
    var currency: Currency
    var amountMinor: Int64 = 0
    var places: [Int] = []
  }

  /// The rewards in no payout with payable_at ≤ `end`, negative ones included, summed; in the
  /// order of (affiliate_id, currency).
  private func payable(
    until end: Instant, of only: AffiliateOrdinal? = nil
  ) throws -> [PayableSum] {
    struct Key: Hashable {
      var affiliate: AffiliateOrdinal
      var currency: Currency
    }
    var sums: [Key: PayableSum] = [:]
    for (place, reward) in rewards.enumerated()
    where reward.state == .approved && reward.payout == nil && reward.payableAt <= end
      && (only == nil || reward.affiliate == only)
    {
      let key = Key(affiliate: reward.affiliate, currency: reward.currency)
      var payable =
        sums[key] ?? PayableSum(affiliate: reward.affiliate, currency: reward.currency)
      payable.amountMinor = try sum(payable.amountMinor, reward.amountMinor)
      payable.places.append(place)
      sums[key] = payable
    }
    return sums.values.sorted { left, right in
      left.affiliate != right.affiliate
        ? facts.registry[left.affiliate].id < facts.registry[right.affiliate].id
        : left.currency < right.currency
    }
  }

  /// Makes a payout of a sum, unless something holds it.
  ///
  /// - Returns: Why there is no payout; nil where there is one, or nothing to pay.
  private mutating func pay(
    _ payable: PayableSum, minimum: Int64, _ period: PayoutPeriod
  ) throws -> HeldAmount.Reason? {
    guard payable.amountMinor != 0 else { return nil }
    let affiliate = facts.registry[payable.affiliate]
    if let reason = reasonToHold(payable, affiliate, minimum) { return reason }
    guard let method = affiliate.paymentMethod else { return .noPaymentDetails }
    var payout = Payout(
      id: payoutID(payable, period), batch: batchID, affiliate: payable.affiliate, method: method,
      email: affiliate.email, currency: payable.currency, amountMinor: payable.amountMinor,
      rewards: Int64(payable.places.count), periodStart: period.start, periodEnd: period.end)
    payout.affiliateName = affiliate.name
    payout.isEmitted = true
    payout.isChanged = true
    payouts.append(payout)
    postPayout(payout)
    for place in payable.places { carry(place, in: payout) }
    return nil
  }

  private mutating func carry(_ place: Int, in payout: Payout) {
    rewards[place].state = .inPayout
    rewards[place].payout = payout.id
    rewards[place].isChanged = true
    guard let order = rewards[place].order else { return }
    closedOrders.insert(order)
    if let conversion = places[order], !conversions[conversion].isClosed {
      conversions[conversion].isClosed = true
      conversions[conversion].tonight.isChanged = true
    }
  }

  private func reasonToHold(
    _ payable: PayableSum, _ affiliate: Affiliate, _ minimum: Int64
  ) -> HeldAmount.Reason? {
    if payable.amountMinor < 0 { return .negativeBalance }
    if let hindrance = hindrance(to: affiliate) { return hindrance }
    return payable.amountMinor < minimum ? .belowMinimum : nil
  }

  /// What keeps any payout from an affiliate.
  private func hindrance(to affiliate: Affiliate) -> HeldAmount.Reason? {
    if affiliate.status == .suspended { return .suspended }
    return affiliate.hasPaymentDetails ? nil : .noPaymentDetails
  }

  private mutating func hold(
    _ affiliate: AffiliateOrdinal, _ currency: Currency, _ amountMinor: Int64,
    _ reason: HeldAmount.Reason
  ) {
    held.append(
      HeldAmount(
        affiliate: affiliate, currency: currency, amountMinor: amountMinor, reason: reason))
  }

  /// Pays what is payable now; a request for all programmes gets its fate in merge.
  private mutating func answer(
    _ request: PayoutRequest, _ period: PayoutPeriod, _ terms: Terms
  ) throws {
    var isPaid = false
    for sum in try payable(until: facts.asOf, of: request.affiliate) {
      let before = payouts.count
      _ = try pay(sum, minimum: terms.payoutMinimumMinor, period)
      isPaid = isPaid || payouts.count > before
    }
    if request.isFannedOut {
      fannedOutResults[request.origin] = isPaid
    } else if isPaid {
      settle(request.origin, as: .accepted)
    } else {
      reject(
        request.origin, .belowMinimum, column: "affiliate_id",
        "nothing that is payable reaches the minimum of \(terms.payoutMinimumMinor) minor units")
    }
  }
}

extension ProgramNight {
  /// The run and 8 hexadecimal digits of the programme (SPEC 10, Payouts).
  var batchID: Text {
    Text(facts.run + "-" + String(SHA256.hexadecimal(of: terms.id.text).prefix(8)))
  }

  /// 14 characters derived from what is paid to whom in which batch.
  private func payoutID(_ payable: PayableSum, _ period: PayoutPeriod) -> Text {
    let serial = payouts.count { $0.isEmitted && $0.affiliate == payable.affiliate }
    let digest = digest128(
      of: "payout", facts.run, terms.id.text.string,
      facts.registry[payable.affiliate].id.text.string, payable.currency.code,
      String(period.end.milliseconds), String(serial))
    return Text("p" + base32(digest.high, count: 13))
  }

  private func base32(_ bits: UInt64, count: Int) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    return String(
      decoding: (0..<count).map { alphabet[Int(bits >> (5 * UInt64($0)) & 31)] }, as: UTF8.self)
  }
}
