// The model's history in the columns of the product's exports.

import Pipeline

/// A row of an export, by column.
typealias Record = [Text: Text]

private func text(_ value: Int64) -> Text { Text(String(value)) }

private func text(at instant: Int64?) -> Text { Text(instant.map(printed) ?? "") }

extension Model {
  /// The rows of `export conversions`; the opaque conversion_id is left out.
  var conversionRecords: [Record] {
    ordersInOrder.flatMap { order -> [Record] in
      var shared: Record = [
        "program_id": order.key.program, "order_id": order.key.order,
        "occurred_at": text(at: order.at), "currency": order.currency,
        "amount_minor": text(order.amount), "refunded_minor": text(order.refunded),
        "net_minor": text(order.net),
      ]
      guard let attribution = order.attribution else {
        shared["status"] = "unattributed"
        shared["reason"] = order.reason
        return [shared]
      }
      shared["status"] = attribution.status
      shared["evidence"] = attribution.evidence
      shared["model"] = attribution.model
      let hundredths = attribution.score % 100
      shared["fraud_score"] = Text(
        "\(attribution.score / 100).\(hundredths < 10 ? "0" : "")\(hundredths)")
      shared["fraud_flags"] = Text(attribution.flags.map(\.string).joined(separator: "|"))
      return attribution.touches.map { shared.merging(record($0)) { $1 } }
    }
  }

  private func record(_ touch: Touch) -> Record {
    [
      "affiliate_id": touch.affiliate, "code": touch.code, "click_id": touch.click?.id ?? "",
      "click_at": text(at: touch.click?.at),
      "rate_bps": touch.rateBasisPoints.map { text($0) } ?? "", "rate_rule": touch.rule,
      "tier": touch.tier, "commission_minor": text(touch.commission),
      "affiliate_payout_minor": text(touch.payout),
      "platform_fee_minor": text(touch.commission - touch.payout),
    ]
  }

  /// The state of a reward as of the last run.
  func state(_ reward: Reward) -> Text {
    switch reward.state {
    case .pending: return "pending"
    case .rejected: return "rejected"
    case .reversed: return "reversed"
    case .approved:
      if let payout = reward.payout {
        return payouts[payout].status == "completed" ? "paid" : "in_payout"
      }
      return reward.payableAt <= asOf ? "payable" : "approved"
    }
  }

  /// The rows of `export rewards`; a payout is named by its number.
  var rewardRecords: [Record] {
    rewards.map { reward in
      [
        "type": reward.type, "program_id": reward.program, "affiliate_id": reward.affiliate,
        "order_id": reward.order ?? "", "referral_id": reward.referral ?? "",
        "currency": reward.currency, "amount_minor": text(reward.amount), "state": state(reward),
        "occurred_at": text(at: reward.at), "payable_at": text(at: reward.payableAt),
        "payout_id": Text(reward.payout.map { "payout \($0)" } ?? ""),
      ]
    }
  }

  func record(_ payout: Payout) -> Record {
    [
      "program_id": payout.program, "affiliate_id": payout.affiliate,
      "affiliate_name": payout.name, "email": payout.email, "payment_method": payout.method,
      "currency": payout.currency, "amount": Text(majorUnits(payout.amount, payout.currency)),
      "amount_minor": text(payout.amount), "rewards": Text(String(payout.rewards)),
      "period_start": text(at: payout.periodStart), "period_end": text(at: payout.periodEnd),
      "status": payout.status,
    ]
  }

  /// The rows of `export payouts`, by number.
  var payoutRecords: [Record] {
    payouts.map { payout in
      record(payout).merging([
        "transaction_id": payout.transaction, "processed_at": text(at: payout.processedAt),
        "retry_count": Text(String(payout.retries)), "failed_reason": payout.failure,
      ]) { $1 }
    }
  }

  /// The rows of the run's payouts.csv.
  var emittedRecords: [Record] { emitted.map { record(payouts[$0]) } }

  /// The rows of the run's held.csv.
  var heldRecords: [Record] {
    held.map {
      [
        "program_id": $0.program, "affiliate_id": $0.affiliate, "currency": $0.currency,
        "amount_minor": text($0.amount), "reason": $0.reason,
      ]
    }
  }

  /// The rows of `export clicks_daily`.
  var clickDayRecords: [Record] {
    var accepted: [ClickDay: Int] = [:]
    for click in clicks {
      let key = ClickDay(day: day(of: click.at), program: click.program, code: click.code)
      accepted[key, default: 0] += 1
    }
    return Set(accepted.keys).union(filteredClicks.keys).map { key in
      [
        "day": Text(CivilDate(days: key.day).text), "program_id": key.program, "code": key.code,
        "clicks": Text(String(accepted[key] ?? 0)),
        "filtered": Text(String(filteredClicks[key] ?? 0)),
      ]
    }
  }

  /// The rows of `export tiers` that count anything: what each affiliate has come to in a program.
  var tierRecords: [Record] {
    var memberships: Set<Membership> = []
    for order in orders.values {
      for touch in order.attribution?.touches ?? [] {
        memberships.insert(Membership(program: order.key.program, affiliate: touch.affiliate))
      }
    }
    for lead in referrals {
      memberships.insert(Membership(program: lead.program, affiliate: lead.affiliate))
    }
    return memberships.compactMap { membership in
      let count = tierCount(membership.affiliate, membership.program)
      guard count > 0 else { return nil }
      return [
        "program_id": membership.program, "affiliate_id": membership.affiliate,
        "count": Text(String(count)),
      ]
    }
  }

  /// The rows of `export tier_upgrades`, in the columns that name them.
  var upgradeRecords: [Record] {
    upgrades.map {
      [
        "program_id": $0.program, "affiliate_id": $0.affiliate, "to_level": Text(String($0.level)),
        "tier": $0.name, "order_id": $0.order ?? "", "referral_id": $0.referral ?? "",
        "at": text(at: $0.at),
      ]
    }
  }

  /// The rows of `export referrals`, in the columns that name them.
  var referralRecords: [Record] {
    referrals.map {
      [
        "referral_id": $0.id, "program_id": $0.program, "affiliate_id": $0.affiliate,
        "code": $0.code, "status": $0.status, "occurred_at": text(at: $0.at),
      ]
    }
  }

  /// What each affiliate is still owed, by program and currency; zeros are left out.
  var balances: [Balance: Int64] {
    var sums: [Balance: Int64] = [:]
    for reward in rewards where reward.state == .approved && reward.payout == nil {
      let key = Balance(
        program: reward.program, affiliate: reward.affiliate, currency: reward.currency)
      sums[key, default: 0] += reward.amount
    }
    return sums.filter { $0.value != 0 }
  }
}

struct Balance: Hashable {
  var program: Text
  var affiliate: Text
  var currency: Text
}
