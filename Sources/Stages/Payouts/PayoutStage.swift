// The stage `payout`: failed ones again, then the period's batch, then what was asked for
// (SPEC 5; SPEC 9 and 10, Payouts).
import Pipeline

extension ProgramNight {
  /// Makes the payouts of this run; the last of the stages.
  ///
  /// - Throws: ``AmountOverflow`` when a sum does not fit 64 bits.
  public mutating func payOut() throws {
    let terms = terms.terms(at: facts.asOf)
    let batch = batchID
    retryFailed(batch)
    let period = PayoutPeriod(latestDue: facts.asOf, terms)
    if lastClosed.map({ period.end > $0 }) ?? true {
      let due = PayableRewards(rewards, until: period.end, registry: facts.registry)
      for sum in try due.sums(of: rewards) {
        if let reason = pay(sum, minimum: terms.payoutMinimumMinor, period, batch) {
          hold(sum.affiliate, sum.currency, sum.amountMinor, reason)
        }
      }
      lastClosed = period.end
      closedPeriod = true
    }
    guard !rows.requests.isEmpty else { return }
    let asked = PayoutPeriod(requestedAt: facts.asOf, terms)
    let due = PayableRewards(rewards, until: facts.asOf, registry: facts.registry)
    for request in rows.requests {
      let sums = try due.sums(of: rewards, for: request.affiliate)
      answer(request, sums, asked, minimum: terms.payoutMinimumMinor, batch)
    }
  }

  /// Emits a payout again that failed in an earlier run, with the method and details of this one.
  private mutating func retryFailed(_ batch: Text) {
    for place in payouts.indices
    where payouts[place].awaitsRetry && !failedTonight.contains(payouts[place].id) {
      let payout = payouts[place]
      let affiliate = facts.registry[payout.affiliate]
      let amount = Money(minorUnits: payout.amountMinor, payout.currency)
      if let reason = hindrance(to: affiliate) ?? misfit(affiliate, amount) {
        hold(payout.affiliate, payout.currency, payout.amountMinor, reason)
        continue
      }
      guard let method = affiliate.paymentMethod else { continue }
      payouts[place].retryCount += 1
      payouts[place].awaitsRetry = false
      payouts[place].batch = batch
      payouts[place].method = method
      payouts[place].affiliateName = affiliate.name
      payouts[place].email = affiliate.email
      emit(&payouts[place])
    }
  }

  /// Puts a payout into this run's files, or into its proposal where somebody has to approve it.
  private func emit(_ payout: inout Payout) {
    let isProposed = facts.settings.requiresPayoutApproval
    payout.status = isProposed ? .proposed : .pending
    payout.isEmitted = !isProposed
    payout.isProposed = isProposed
    payout.isChanged = true
  }

  /// Makes a payout of a sum, unless something holds it.
  ///
  /// - Returns: Why there is no payout; nil where there is one, or nothing to pay.
  private mutating func pay(
    _ payable: PayableSum, minimum: Int64, _ period: PayoutPeriod, _ batch: Text
  ) -> HeldAmount.Reason? {
    guard payable.amountMinor != 0 else { return nil }
    let affiliate = facts.registry[payable.affiliate]
    if let reason = reasonToHold(payable, affiliate, minimum) { return reason }
    guard let method = affiliate.paymentMethod else { return .noPaymentDetails }
    var payout = Payout(
      id: payoutID(payable, period), batch: batch, affiliate: payable.affiliate, method: method,
      email: affiliate.email, currency: payable.currency, amountMinor: payable.amountMinor,
      rewards: Int64(payable.places.count), periodStart: period.start, periodEnd: period.end)
    payout.affiliateName = affiliate.name
    emit(&payout)
    newPayouts.append((payouts.count, payable.places))
    payouts.append(payout)
    postPayout(payout)
    for place in payable.places { carry(Int(place), in: payout.id) }
    return nil
  }

  private mutating func carry(_ place: Int, in payout: Text) {
    rewards[place].state = .inPayout
    rewards[place].payout = payout
    rewards[place].isChanged = true
    guard rewards[place].order != nil else { return }
    carriedRewards.append(Int32(truncatingIfNeeded: place))
    let conversion = Int(rewards[place].conversionPlace)
    if conversion >= 0, !conversions[conversion].isClosed {
      conversions[conversion].isClosed = true
      conversions[conversion].tonight.isClosedNow = true
    }
  }

  private func reasonToHold(
    _ payable: PayableSum, _ affiliate: Affiliate, _ minimum: Int64
  ) -> HeldAmount.Reason? {
    if payable.amountMinor < 0 { return .negativeBalance }
    if let hindrance = hindrance(to: affiliate) { return hindrance }
    if payable.amountMinor < minimum { return .belowMinimum }
    return misfit(affiliate, Money(minorUnits: payable.amountMinor, payable.currency))
  }

  /// Why the files of a payout could not carry it exactly.
  private func misfit(_ affiliate: Affiliate, _ amount: Money) -> HeldAmount.Reason? {
    EmissionCheck(payers: facts.settings.payers)
      .emissionHindrance(program: terms.id.text, affiliate, amount)
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
    _ request: PayoutRequest, _ sums: [PayableSum], _ period: PayoutPeriod, minimum: Int64,
    _ batch: Text
  ) {
    var isPaid = false
    for sum in sums {
      let before = payouts.count
      _ = pay(sum, minimum: minimum, period, batch)
      isPaid = isPaid || payouts.count > before
    }
    if request.isFannedOut {
      fannedOutResults[request.origin] = isPaid
    } else if isPaid {
      settle(request.origin, as: .accepted)
    } else {
      reject(
        request.origin, .belowMinimum, column: "affiliate_id",
        "nothing that is payable reaches the minimum of \(minimum) minor units")
    }
  }
}

extension ProgramNight {
  /// The run and 8 hexadecimal digits of the programme (SPEC 10, Payouts).
  var batchID: Text { Text(Stages.batchID(run: facts.run, program: terms.id.text)) }

  /// 14 characters derived from what is paid to whom in which batch.
  private func payoutID(_ payable: PayableSum, _ period: PayoutPeriod) -> Text {
    let serial = payouts.count {
      ($0.isEmitted || $0.isProposed) && $0.affiliate == payable.affiliate
    }
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

/// The name of a programme's batch in a run.
func batchID(run: String, program: Text) -> String {
  run + "-" + String(SHA256.hexadecimal(of: program).prefix(8))
}
