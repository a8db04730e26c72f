// Decisions of people on what waits for one (SPEC 4; SPEC 9, Tiers).
import Pipeline

extension ProgramNight {
  /// Applies one decision, or rejects its row.
  mutating func apply(_ decision: Decision) throws {
    switch decision.target {
    case .conversion(let order): try apply(decision, toOrder: order)
    case .referral(let id): try apply(decision, toReferral: id)
    }
  }

  private mutating func apply(_ decision: Decision, toOrder order: OrderID) throws {
    guard let place = place(of: order) else { return rejectTarget(decision) }
    guard conversions[place].status == .pending else { return rejectResolved(decision) }
    settle(decision.origin, as: .accepted)
    conversions[place].status = decision.approves ? .approved : .rejected
    conversions[place].wasDecided = true
    conversions[place].tonight.isChanged = true
    let generation = conversions[place].generation
    for reward in rewardPlaces(ofConversion: place, generation: generation)
    where rewards[reward].state == .pending {
      rewards[reward].state = decision.approves ? .approved : .rejected
      rewards[reward].isChanged = true
    }
    guard decision.approves else { return }
    for index in conversions[place].credits.indices { postCredit(place, index) }
    try count(place, terms.terms(at: conversions[place].order.occurredAt))
  }

  private mutating func apply(_ decision: Decision, toReferral id: ReferralID) throws {
    guard let place = referrals.firstIndex(where: { $0.id == id }) else {
      return rejectTarget(decision)
    }
    guard referrals[place].status == .pending else { return rejectResolved(decision) }
    settle(decision.origin, as: .accepted)
    referrals[place].status = decision.approves ? .approved : .rejected
    referrals[place].decidedAt = decision.decidedAt
    referrals[place].decidedBy = decision.decidedBy
    referrals[place].reviewNotes = decision.reviewNotes
    changedReferrals.insert(place)
    guard decision.approves else { return }
    paySignupBonus(referrals[place], at: decision.decidedAt)
    try raiseCount(
      of: referrals[place].affiliate, by: .referral(id), at: decision.decidedAt,
      terms.terms(at: decision.decidedAt))
  }

  /// A verified lead earns the bonus of the terms at the decision (SPEC 9, Registry).
  private mutating func paySignupBonus(_ referral: Referral, at instant: Instant) {
    let terms = terms.terms(at: instant)
    guard terms.signupBonusMinor != 0 else { return }
    var key = RewardKey(type: .signupBonus, program: self.terms.id)
    key.referral = referral.id
    let reward = Reward(
      id: key.digest, type: .signupBonus, affiliate: referral.affiliate, order: nil,
      referral: referral.id, currency: terms.currency, amountMinor: terms.signupBonusMinor,
      state: .approved, occurredAt: instant, payableAt: instant + terms.holdDays * Instant.day)
    postBonus(reward)
    earn(reward)
  }

  private mutating func rejectTarget(_ decision: Decision) {
    reject(
      decision.origin, .unknownTarget, column: "target_id",
      "nothing here is named \(decision.targetID); a conversion is named conv_…, "
        + "program_id/order_id, or by an order_id that is unique")
  }

  private mutating func rejectResolved(_ decision: Decision) {
    reject(
      decision.origin, .alreadyResolved, column: "target_id",
      "\(decision.targetID) does not wait for a decision")
  }
}
