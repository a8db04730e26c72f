// What a run pays, holds and owes.
import Pipeline

/// Payouts of one programme, currency and method.
struct PayoutGroup: Hashable {
  var program: Text
  var currency: Text
  var method: PaymentMethod
  var count: Int64
  var totalMinor: Int64

  /// What the run emitted, by (program_id, currency, method).
  static func all(ofRun run: Int64, in database: Database) throws -> [PayoutGroup] {
    var groups: [PayoutGroup] = []
    let query = """
      SELECT p.program_id, o.currency, o.method, count(*), sum(o.amount_minor)
      FROM payouts o CROSS JOIN programs p ON p.no = o.program WHERE o.emitted_run = ?1
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      """
    try database.forEachRow(query, [run]) { row in
      groups.append(
        PayoutGroup(
          program: row.text(), currency: row.text(), method: try row.coded(PaymentMethod.self),
          count: row.int(), totalMinor: row.int()))
    }
    return groups
  }
}

/// Amounts of one programme and currency that are held for one reason.
struct HeldGroup: Hashable {
  var program: Text
  var currency: Text
  var reason: Text
  var count: Int64
  var totalMinor: Int64

  /// By (program_id, currency, reason).
  static func all(ofRun run: Int64, in database: Database) throws -> [HeldGroup] {
    var groups: [HeldGroup] = []
    let query = """
      SELECT p.program_id, h.currency, h.reason, count(*), sum(h.amount_minor)
      FROM held h CROSS JOIN programs p ON p.no = h.program WHERE h.run = ?1
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      """
    try database.forEachRow(query, [run]) { row in
      groups.append(
        HeldGroup(
          program: row.text(), currency: row.text(), reason: row.text(), count: row.int(),
          totalMinor: row.int()))
    }
    return groups
  }
}

/// Steps up to one tier of one programme.
struct UpgradeGroup: Hashable {
  var program: Text
  var level: Int64
  var tier: Text
  var count: Int64

  /// By (program_id, level).
  static func all(ofRun run: Int64, in database: Database) throws -> [UpgradeGroup] {
    var groups: [UpgradeGroup] = []
    let query = """
      SELECT p.program_id, u.to_level, u.tier, count(*)
      FROM tier_upgrades u CROSS JOIN programs p ON p.no = u.program WHERE u.run = ?1
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      """
    try database.forEachRow(query, [run]) { row in
      groups.append(
        UpgradeGroup(program: row.text(), level: row.int(), tier: row.text(), count: row.int()))
    }
    return groups
  }
}

/// The balances of all accounts of one kind in one currency.
struct AccountTotal: Hashable {
  var account: LedgerAccount
  var currency: Text
  var amountMinor: Int64

  static func all(in database: Database) throws -> [AccountTotal] {
    var totals: [AccountTotal] = []
    let query = """
      SELECT account, currency, sum(amount_minor) FROM balances GROUP BY 1, 2 ORDER BY 1, 2
      """
    try database.forEachRow(query) { row in
      totals.append(
        AccountTotal(
          account: try row.coded(LedgerAccount.self), currency: row.text(),
          amountMinor: row.int()))
    }
    return totals
  }
}

/// What is owed to all affiliates in one currency, by how near it is to them, in minor units.
struct LiabilityTotal: Hashable {
  var currency: Text
  /// Held until payable_at.
  var approvedMinor: Int64 = 0
  var payableMinor: Int64 = 0
  /// In payouts that are neither completed nor given back.
  var inPayoutMinor: Int64 = 0

  /// The rewards that are approved and in no payout.
  static let looseRewards = """
    SELECT c.program, c.currency, c.payable_at, c.reward_minor AS amount_minor
      FROM conversion_spans s CROSS JOIN conversions c ON c.no BETWEEN s.first AND s.last
      WHERE s.loose IS NOT NULL AND c.reward_state = \(Reward.State.approved.rawValue)
    UNION ALL
    SELECT c.program, c.currency, k.payable_at, k.reward_minor
      FROM credits k CROSS JOIN conversions c ON c.no = k.conversion
      WHERE k.reward_state = 1 AND k.payout IS NULL
    UNION ALL
    SELECT program, currency, payable_at, amount_minor FROM rewards
      WHERE state = 1 AND payout IS NULL
    """

  /// Payouts that have been posted and are neither completed nor given back.
  static let isUnsettled = """
    (status IN (\(Payout.Status.pending.rawValue), \(Payout.Status.processing.rawValue), \
    \(Payout.Status.proposed.rawValue))
      OR awaits_retry <> 0)
    """

  /// By currency.
  static func all(of accounts: [FinanceFacts.Account]) throws -> [LiabilityTotal] {
    var totals: [Text: LiabilityTotal] = [:]
    for account in accounts where account.isOwed {
      var total = totals[account.currency] ?? LiabilityTotal(currency: account.currency)
      total.approvedMinor = try sum(total.approvedMinor, account.notYetPayable.minor)
      for age in account.ageing { total.payableMinor = try sum(total.payableMinor, age.minor) }
      for amount in [account.proposed, account.underWay, account.failed] {
        total.inPayoutMinor = try sum(total.inPayoutMinor, amount.minor)
      }
      totals[account.currency] = total
    }
    return totals.values.sorted { $0.currency < $1.currency }
  }
}
