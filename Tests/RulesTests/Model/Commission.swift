// What a conversion earns: rates, parts of a split, rewards and overrides, and their refunds.

import Pipeline

/// What an affiliate earns.
struct Reward {
  enum State: Text { case pending, approved, rejected, reversed }
  var type: Text
  var program: Text
  var affiliate: Text
  var order: Text?
  var referral: Text?
  var currency: Text
  var amount: Int64
  var state: State
  var at: Int64
  var payableAt: Int64
  /// The number of the payout it is in.
  var payout: Int?
}

extension Reward.State: ExpressibleByStringLiteral {
  init(stringLiteral value: String) { self = Self(rawValue: Text(value)) ?? .pending }
}

extension Model {
  /// Computes the commissions of the conversions attributed anew, in order.
  mutating func commission(_ changed: [OrderKey]) {
    for key in changed {
      guard var order = orders[key], let program = programs[key.program],
        var attribution = order.attribution
      else { continue }
      for index in attribution.touches.indices {
        fixTerms(&attribution.touches[index], order, program)
      }
      attribution.isProcessed = true
      order.attribution = attribution
      reckon(&order)
      orders[key] = order
      if order.attribution?.status == "approved" { upgrade(byOrder: order) }
    }
  }

  /// Fixes rate, share, tier and fee of a touch.
  private func fixTerms(_ touch: inout Touch, _ order: Order, _ program: Program) {
    let affiliate = affiliates[touch.affiliate]
    let tier = tier(of: touch.affiliate, in: program, at: order.at)
    touch.tier = Text(tier?.name ?? "")
    touch.shareBasisPoints = program.basisPoints("affiliate_share", at: order.at, default: 8000)
    touch.inviter = affiliate?.inviter
    touch.fee = affiliate?.fee ?? settings.defaultFee
    let rules = program.rules(at: order.at)
    let bySKU = rules.first { $0.subject == order.sku.map { .sku($0.string) } }
    let byCategory = rules.first { $0.subject == order.category.map { .category($0.string) } }
    if let rule = bySKU ?? byCategory {
      touch.rule = bySKU != nil ? "sku" : "category"
      switch rule.pay {
      case .rate(let rate): touch.rateBasisPoints = fraction(Text(rate))
      case .flat(let minor): touch.flat = minor
      }
    } else if let own = affiliate?.values["commission_rate"] {
      touch.rule = "affiliate"
      touch.rateBasisPoints = fraction(own)
    } else if let rate = tier?.rate {
      touch.rule = "tier"
      touch.rateBasisPoints = fraction(Text(rate))
    } else {
      touch.rule = "program"
      touch.rateBasisPoints = program.basisPoints("commission_rate", at: order.at, default: 1000)
    }
  }

  /// Computes a conversion's money from its net amount, and brings its rewards to it.
  mutating func reckon(_ order: inout Order) {
    guard var attribution = order.attribution else { return }
    let weights = attribution.touches.map(\.weight)
    for index in attribution.touches.indices {
      var touch = attribution.touches[index]
      let whole: Int64
      if let rate = touch.rateBasisPoints {
        whole = rounded(Int128(order.net) * Int128(rate), over: 10_000)
      } else if order.amount == 0 {
        whole = touch.flat
      } else {
        whole = rounded(Int128(touch.flat) * Int128(order.net), over: Int128(order.amount))
      }
      touch.commission = largestRemainder(whole, weights: weights)[index]
      touch.payout = rounded(
        Int128(touch.commission) * Int128(touch.shareBasisPoints), over: 10_000)
      bring(&touch.rewards, to: touch.payout, "commission", touch.affiliate, order, attribution)
      if let inviter = touch.inviter {
        let part = rounded(Int128(touch.payout) * Int128(touch.fee), over: 10_000)
        bring(&touch.overrides, to: part, "override", inviter, order, attribution)
      }
      attribution.touches[index] = touch
    }
    order.attribution = attribution
  }

  /// Brings the sum of a touch's rewards to an amount: the first one changes while it is in no
  /// payout; after that a further one has the difference.
  private mutating func bring(
    _ numbers: inout [Int], to amount: Int64, _ type: Text, _ affiliate: Text, _ order: Order,
    _ attribution: Attribution
  ) {
    let difference = amount - numbers.reduce(0) { $0 + rewards[$1].amount }
    guard difference != 0 else { return }
    if let first = numbers.first, rewards[first].payout == nil {
      rewards[first].amount += difference
      return
    }
    let hold = programs[order.key.program]?.holdMilliseconds(at: order.at) ?? 0
    let payableAt = numbers.first.map { rewards[$0].payableAt } ?? order.at + hold
    numbers.append(rewards.count)
    rewards.append(
      Reward(
        type: type, program: order.key.program, affiliate: affiliate, order: order.key.order,
        referral: nil, currency: order.currency, amount: difference,
        state: Reward.State(rawValue: attribution.status) ?? .pending, at: order.at,
        payableAt: payableAt, payout: nil))
  }

  /// Reckons every conversion that this run did not attribute anew, after amendments.
  mutating func applyRefunds(except changed: [OrderKey]) {
    for var order in ordersInOrder where !changed.contains(order.key) {
      reckon(&order)
      orders[order.key] = order
    }
  }
}
