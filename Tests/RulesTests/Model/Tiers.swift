// Tiers: what an affiliate holds in a program, and the upgrades.

import Pipeline

/// A tier upgrade and what caused it.
struct Upgrade {
  var program: Text
  var affiliate: Text
  var level: Int
  var name: Text
  var order: Text?
  var referral: Text?
  var at: Int64
}

/// An affiliate in a program.
struct Membership: Hashable {
  var program: Text
  var affiliate: Text
}

extension Model {
  /// Approved conversions plus verified referrals, as processed so far.
  func tierCount(_ affiliate: Text, _ program: Text) -> Int {
    let conversions = orders.values.count { order in
      guard let attribution = order.attribution else { return false }
      return order.key.program == program && attribution.isProcessed
        && attribution.status == "approved"
        && attribution.touches.contains { $0.affiliate == affiliate }
    }
    let leads = referrals.count {
      $0.program == program && $0.affiliate == affiliate && $0.status == "approved"
    }
    return conversions + leads
  }

  /// The tier whose name and rate hold for a conversion at an instant.
  func tier(of affiliate: Text, in program: Program, at instant: Int64) -> Tier? {
    let tiers = program.tiers(at: instant)
    let count = tierCount(affiliate, program.id)
    let reached = tiers.filter { $0.minimum <= count }.map(\.level).max()
    let held = heldLevels[Membership(program: program.id, affiliate: affiliate)]
    guard let level = [reached, held].compactMap({ $0 }).max() else { return nil }
    return tiers.filter { $0.level <= level }.max { $0.level < $1.level }
  }

  mutating func upgrade(byOrder order: Order) {
    let credited = Set((order.attribution?.touches ?? []).map(\.affiliate))
    for affiliate in credited.sorted() {
      upgrade(affiliate, order.key.program, at: order.at, order: order.key.order, referral: nil)
    }
  }

  /// Records the tier that the count now reaches, and pays its bonus.
  mutating func upgrade(
    _ affiliate: Text, _ programID: Text, at instant: Int64, order: Text?, referral: Text?
  ) {
    guard let program = programs[programID] else { return }
    let tiers = program.tiers(at: instant)
    let count = tierCount(affiliate, programID)
    let membership = Membership(program: programID, affiliate: affiliate)
    let fromStart = tiers.filter { $0.minimum == 0 }.map(\.level).max()
    let before = [heldLevels[membership], fromStart].compactMap { $0 }.max()
    let reached = tiers.filter { $0.minimum <= count }.max { $0.level < $1.level }
    // What is held from the start is held for good, whatever later terms demand for it.
    heldLevels[membership] = before
    guard let reached, before.map({ reached.level > $0 }) ?? true else { return }
    heldLevels[membership] = reached.level
    upgrades.append(
      Upgrade(
        program: programID, affiliate: affiliate, level: reached.level, name: Text(reached.name),
        order: order, referral: referral, at: instant))
    guard reached.bonus > 0 else { return }
    rewards.append(
      Reward(
        type: "tier_bonus", program: programID, affiliate: affiliate, order: order,
        referral: referral, currency: program.currency(at: instant), amount: reached.bonus,
        state: .approved, at: instant, payableAt: instant + program.holdMilliseconds(at: instant),
        payout: nil))
  }
}
