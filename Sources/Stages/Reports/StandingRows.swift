// The rows of `extracts/tiers.csv` and `extracts/tier_upgrades.csv` of one programme, straight from
// its night: the same bytes as ``Export`` makes of the store.
import Pipeline

/// Where affiliates stand whom the night counted anything for, and the steps up that they took.
struct StandingRows: Sendable {
  /// By affiliate_id.
  let tiers: EncodedRows
  let tierRows: Int64
  /// By affiliate_id, then by the level reached and the instant.
  let upgrades: EncodedRows
  let upgradeRows: Int64

  init(_ night: ProgramNight) {
    tiers = Self.tiers(of: night)
    tierRows = Int64(night.changedStandings.count)
    upgrades = Self.upgrades(of: night)
    upgradeRows = Int64(night.upgrades.count)
  }

  private static func tiers(of night: ProgramNight) -> EncodedRows {
    let registry = night.facts.registry
    let terms = night.terms.terms(at: night.facts.asOf)
    var rows = RowEncoder(capacity: night.changedStandings.count * 48)
    for affiliate in night.changedStandings.sorted(by: { registry[$0].id < registry[$1].id }) {
      guard let standing = night.standings[affiliate] else { continue }
      let level = terms.levelHeld(standing)
      rows.append(field: night.terms.id.text)
      rows.append(0x2C)
      rows.append(field: registry[affiliate].id.text)
      rows.append(0x2C)
      if let tier = terms.tier(atLevel: level) { rows.append(field: tier.name) }
      rows.append(0x2C)
      if let level { rows.append(decimal: level) }
      rows.append(0x2C)
      rows.append(decimal: standing.count)
      rows.append(0x0A)
    }
    return rows.finish()
  }

  private static func upgrades(of night: ProgramNight) -> EncodedRows {
    let registry = night.facts.registry
    var rows = RowEncoder(capacity: night.upgrades.count * 96)
    for upgrade in night.upgrades.sorted(by: { isBefore($0, $1, registry) }) {
      rows.append(field: night.terms.id.text)
      rows.append(0x2C)
      rows.append(field: registry[upgrade.affiliate].id.text)
      rows.append(0x2C)
      if let level = upgrade.fromLevel { rows.append(decimal: level) }
      rows.append(0x2C)
      rows.append(decimal: upgrade.toLevel)
      rows.append(0x2C)
      rows.append(field: upgrade.tier)
      rows.append(0x2C)
      if case .order(let order) = upgrade.cause { rows.append(field: order.text) }
      rows.append(0x2C)
      if case .referral(let referral) = upgrade.cause { rows.append(field: referral.text) }
      rows.append(0x2C)
      rows.append(instant: upgrade.at.milliseconds)
      rows.append(0x0A)
    }
    return rows.finish()
  }

  private static func isBefore(
    _ left: TierUpgrade, _ right: TierUpgrade, _ registry: Registry
  ) -> Bool {
    if left.affiliate != right.affiliate {
      return registry[left.affiliate].id < registry[right.affiliate].id
    }
    return (left.toLevel, left.at) < (right.toLevel, right.at)
  }
}
