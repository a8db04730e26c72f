// What the seeded histories reach: a reason, flag or state that none of them meets is not compared.

import Pipeline
import Testing

@Test func `the seeded histories reach every fate, reason, flag and state`() {
  var met: Set<Text> = []
  // Rare ones need many histories; the search ends with the first that leaves nothing out.
  for seed in UInt64(1)...1_000 where !expected.allSatisfy(met.contains) {
    var model = Model()
    for night in Adversary.history(seed: seed, size: HistorySize()) {
      let facts = model.run(night, naming: model.naming)
      for fact in facts {
        for reason in fact.filtered.keys { met.insert(Text("filtered \(reason)")) }
        for reason in fact.rejected.keys { met.insert(Text("rejected \(reason)")) }
        if fact.duplicate > 0 { met.insert(Text("duplicate \(fact.kind.rawValue)")) }
      }
      for held in model.held { met.insert(Text("held \(held.reason)")) }
      for reward in model.rewards { met.insert(Text("\(reward.type) \(model.state(reward))")) }
      for payout in model.payouts { met.insert(Text("payout \(payout.status) \(payout.retries)")) }
    }
    for record in model.conversionRecords {
      for column in ["status", "reason", "evidence", "model", "rate_rule"] as [Text] {
        met.insert(Text("\(column) \(record[column] ?? "")"))
      }
      for flag in (record["fraud_flags"] ?? "").split(0x7C) { met.insert(Text("flag \(flag)")) }
    }
    if model.rewards.contains(where: { $0.amount < 0 }) { met.insert("negative reward") }
  }
  let missing = expected.filter { !met.contains($0) }
  #expect(missing.isEmpty, "\(missing)")
}

private let expected: [Text] = {
  let lists: [(Text, [Text])] = [
    (
      "filtered",
      [
        "affiliate_inactive", "program_paused", "code_inactive", "code_expired", "bot",
        "rate_limited", "stale",
      ]
    ),
    (
      "rejected",
      [
        "rate_out_of_range", "window_out_of_range", "minimum_out_of_range", "duplicate_email",
        "fee_cap", "self_referral", "duplicate_code", "unknown_affiliate", "unknown_program",
        "unknown_code", "in_future", "conflicting_duplicate", "already_resolved", "duplicate_lead",
        "below_minimum", "bad_instant", "bad_utf8", "missing_field", "bad_value", "bad_row",
        "unknown_target", "unknown_payout", "amount_precision", "currency_mismatch",
        "invite_conflict",
      ]
    ),
    ("duplicate", Kind.allCases.map { Text($0.rawValue) }),
    ("held", ["suspended", "no_payment_details", "below_minimum", "negative_balance"]),
    ("held", ["formula", "does_not_fit"]),
    (
      "commission",
      ["pending", "approved", "payable", "in_payout", "paid", "reversed", "rejected"]
    ),
    ("override", ["pending", "approved", "payable", "in_payout", "paid", "reversed", "rejected"]),
    ("tier_bonus", ["approved", "payable", "in_payout", "paid"]),
    ("signup_bonus", ["approved", "payable", "in_payout", "paid"]),
    ("payout", ["pending 0", "processing 0", "completed 0", "failed 0", "pending 1"]),
    ("payout", ["returned 0", "cancelled 0"]),
    ("status", ["approved", "pending", "rejected", "unattributed"]),
    ("reason", ["no_evidence", "no_click_in_window", "code_exhausted", "program_paused"]),
    ("evidence", ["click_id", "code", "visitor"]),
    ("model", ["last_click", "first_click", "linear", "position_based", "time_decay"]),
    ("rate_rule", ["sku", "category", "affiliate", "tier", "program"]),
    (
      "flag",
      [
        "self_referral", "fast_conversion", "order_velocity", "rate_limited_ip", "disposable_email",
        "shared_ip",
      ]
    ),
    ("negative", ["reward"]),
  ]
  return lists.flatMap { prefix, words in words.map { Text("\(prefix) \($0)") } }
}()
