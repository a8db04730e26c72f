// Referrals, decisions on conversions and referrals, and settlements of payouts.

import Pipeline

struct Referral {
  var id: Text
  /// Whether the id came from the code and the lead's e-mail.
  var isGenerated: Bool
  var program: Text
  var affiliate: Text
  var code: Text
  var leadEmail: Text?
  var at: Int64
  var status: Text = "pending"
  var content: Text
}

extension Model {
  mutating func ingestReferrals(_ rows: [Row]) {
    let inOrder = rows.filter { $0.kind == .referrals }.sorted { left, right in
      let first = left.instant("occurred_at") ?? asOf
      let second = right.instant("occurred_at") ?? asOf
      if first != second { return first < second }
      let firstID = left.text("referral_id") ?? ""
      let secondID = right.text("referral_id") ?? ""
      return firstID != secondID ? firstID < secondID : inContentOrder(left, right)
    }
    for row in inOrder { ingestReferral(row) }
  }

  private mutating func ingestReferral(_ row: Row) {
    guard !isSeen(row) else { return settle(row, .duplicate) }
    guard let code = codes[row.text("code") ?? ""] else {
      return settle(row, .rejected("unknown_code"))
    }
    let email = row.text("lead_email").map(normalisedEmail)
    let generated = "ref_\(code.code.string)\u{1F}\(row.text("lead_email")?.string ?? "")"
    let id = row.text("referral_id") ?? Text(generated)
    if referrals.contains(where: { $0.id == id }) {
      return settle(row, .rejected("conflicting_duplicate"))
    }
    let affiliate = affiliates[code.affiliate]
    let isOwn = email != nil && email == affiliate?.email
    let isUser = row.text("referred_id").map { $0 == affiliate?.values["user_id"] } ?? false
    if isOwn || isUser { return settle(row, .rejected("self_referral")) }
    let isCounted = referrals.contains {
      email != nil && $0.program == code.program && $0.leadEmail == email
    }
    if isCounted { return settle(row, .rejected("duplicate_lead")) }
    referrals.append(
      Referral(
        id: id, isGenerated: row.text("referral_id") == nil, program: code.program,
        affiliate: code.affiliate, code: code.code, leadEmail: email,
        at: row.instant("occurred_at") ?? asOf, content: row.content))
    settle(row, .accepted)
  }

  /// Applies decisions in the order of (decided_at, target_id).
  mutating func decide(_ rows: [Row]) {
    let inOrder = rows.filter { $0.kind == .decisions }.sorted { left, right in
      let first = left.instant("decided_at") ?? 0
      let second = right.instant("decided_at") ?? 0
      if first != second { return first < second }
      let firstID = left.text("target_id") ?? ""
      let secondID = right.text("target_id") ?? ""
      return firstID != secondID ? firstID < secondID : inContentOrder(left, right)
    }
    for row in inOrder {
      if isSeen(row) {
        settle(row, .duplicate)
      } else if row.text("target") == "conversion" {
        decideConversion(row)
      } else {
        decideReferral(row)
      }
    }
  }

  private mutating func decideConversion(_ row: Row) {
    guard var order = order(named: row) else {
      return settle(row, .rejected("unknown_target"))
    }
    guard var attribution = order.attribution, attribution.status == "pending" else {
      return settle(row, .rejected("already_resolved"))
    }
    let isApproved = row.text("action") == "approve"
    attribution.status = isApproved ? "approved" : "rejected"
    order.wasDecided = true
    order.attribution = attribution
    orders[order.key] = order
    for touch in attribution.touches {
      for reward in touch.rewards + touch.overrides {
        rewards[reward].state = isApproved ? .approved : .rejected
      }
    }
    if isApproved { upgrade(byOrder: order) }
    settle(row, .accepted)
  }

  /// `program_id/order_id` names any order; a conversion's id, and an order_id alone if only one
  /// has it, one of an earlier run.
  private func order(named row: Row) -> Order? {
    let name = row.text("target_id") ?? ""
    if case .opaque(.conversion(let program, let order))? = row.cells["target_id"] {
      let known = orders[OrderKey(program: Text(program), order: Text(order))]
      return known.flatMap { $0.firstRun < runNumber ? $0 : nil }
    }
    let full = orders.values.first {
      Text($0.key.program.string + "/" + $0.key.order.string) == name
    }
    if let full { return full }
    let same = orders.values.filter { $0.key.order == name && $0.firstRun < runNumber }
    return same.count == 1 ? same.first : nil
  }

  private mutating func decideReferral(_ row: Row) {
    let at = row.instant("decided_at") ?? 0
    guard let index = referrals.firstIndex(where: { $0.id == row.text("target_id") }) else {
      return settle(row, .rejected("unknown_target"))
    }
    guard referrals[index].status == "pending" else {
      return settle(row, .rejected("already_resolved"))
    }
    let isApproved = row.text("action") == "approve"
    referrals[index].status = isApproved ? "approved" : "rejected"
    settle(row, .accepted)
    let lead = referrals[index]
    guard isApproved, let program = programs[lead.program] else { return }
    let bonus = program.integer("signup_bonus_minor", at: at, default: 0)
    if bonus > 0 {
      rewards.append(
        Reward(
          type: "signup_bonus", program: lead.program, affiliate: lead.affiliate, order: nil,
          referral: lead.id, currency: program.currency(at: at), amount: bonus, state: .approved,
          at: at, payableAt: at + program.holdMilliseconds(at: at), payout: nil))
    }
    upgrade(lead.affiliate, lead.program, at: at, order: nil, referral: lead.id)
  }

  /// Applies settlements by (processed_at or 0; processing, completed, failed; payout_id).
  mutating func settlePayouts(_ rows: [Row]) {
    let statuses: [Text] = ["processing", "completed", "failed", "cancelled"]
    let inOrder = rows.filter { $0.kind == .settlements }.sorted { left, right in
      let first = left.instant("processed_at") ?? 0
      let second = right.instant("processed_at") ?? 0
      if first != second { return first < second }
      let firstStatus = statuses.firstIndex(of: left.text("status") ?? "") ?? 0
      let secondStatus = statuses.firstIndex(of: right.text("status") ?? "") ?? 0
      if firstStatus != secondStatus { return firstStatus < secondStatus }
      let firstID = left.text("payout_id") ?? ""
      let secondID = right.text("payout_id") ?? ""
      return firstID != secondID ? firstID < secondID : inContentOrder(left, right)
    }
    for row in inOrder { settlePayout(row) }
  }

  private mutating func settlePayout(_ row: Row) {
    guard !isSeen(row) else { return settle(row, .duplicate) }
    guard case .opaque(.payout(let number))? = row.cells["payout_id"], !payoutsBefore.isEmpty else {
      return settle(row, .rejected("unknown_payout"))
    }
    let index = number % payoutsBefore.count
    let status = row.text("status") ?? ""
    switch (payouts[index].status, status) {
    case ("pending", _), ("processing", _):
      if status == "failed" { payouts[index].failedRun = runNumber }
      if status == "failed", payouts[index].retries < 3 {
        payouts[index].status = "failed"
      } else if status == "failed" {
        giveBack(index, "failed")
      } else if status == "cancelled" {
        giveBack(index, "cancelled")
      } else {
        payouts[index].status = status
      }
    case ("failed", "cancelled") where !payouts[index].isReturned: giveBack(index, "cancelled")
    case ("completed", "failed"): giveBack(index, "returned")
    default: return settle(row, .rejected("already_resolved"))
    }
    payouts[index].transaction = row.text("transaction_id") ?? payouts[index].transaction
    payouts[index].processedAt = row.instant("processed_at") ?? payouts[index].processedAt
    payouts[index].failure = row.text("failed_reason") ?? payouts[index].failure
    settle(row, .accepted)
  }

  /// Frees a payout's rewards, which are payable again.
  private mutating func giveBack(_ index: Int, _ status: Text) {
    payouts[index].status = status
    payouts[index].isReturned = true
    for reward in rewards.indices where rewards[reward].payout == index {
      rewards[reward].payout = nil
    }
  }
}
