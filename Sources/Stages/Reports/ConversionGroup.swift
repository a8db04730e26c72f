// The orders that a run brought or changed, grouped by everything that a report counts them by.
import Pipeline

/// Orders alike in status, reason, evidence, model, flags and currency.
struct ConversionGroup: Hashable {
  var status: Conversion.Status
  var reason: UnattributedReason?
  var evidence: Evidence?
  var model: AttributionModel?
  var flags: FraudFlags
  var currency: Text
  var count: Int64
  var grossMinor: Int64
  var refundedMinor: Int64
  /// Of all credits.
  var commissionMinor: Int64
  var payoutMinor: Int64

  /// Whether their latest accepted rows stand in files of the run; else the run only changed them.
  var isBrought: Bool

  /// What the run brought or changed.
  static func all(ofRun run: Int64, in database: Database) throws -> [ConversionGroup] {
    var groups: [ConversionGroup] = []
    let query = """
      SELECT c.status, c.reason, c.evidence, c.model, c.flags, c.currency, count(*),
        sum(c.amount_minor), sum(c.returned_minor),
        coalesce(sum(c.commission_minor), 0) + coalesce(sum(CASE WHEN c.credits > 1 THEN
          (SELECT sum(k.commission_minor) FROM credits k WHERE k.conversion = c.no) END), 0),
        coalesce(sum(c.payout_minor), 0) + coalesce(sum(CASE WHEN c.credits > 1 THEN
          (SELECT sum(k.payout_minor) FROM credits k WHERE k.conversion = c.no) END), 0),
        coalesce(c.file >= (SELECT min(no) FROM files WHERE run = ?1), 0) AS is_brought
      FROM conversions c WHERE c.run = ?1
      GROUP BY 1, 2, 3, 4, 5, 6, is_brought ORDER BY 1, 2, 3, 4, 5, 6, is_brought
      """
    try database.forEachRow(query, [run]) { row in
      groups.append(
        ConversionGroup(
          status: try row.coded(Conversion.Status.self),
          reason: try row.optionalCoded(UnattributedReason.self),
          evidence: try row.optionalCoded(Evidence.self),
          model: try row.optionalCoded(AttributionModel.self),
          flags: FraudFlags(rawValue: UInt8(clamping: row.int())), currency: row.text(),
          count: row.int(), grossMinor: row.int(), refundedMinor: row.int(),
          commissionMinor: row.int(), payoutMinor: row.int(), isBrought: row.bool()))
    }
    return groups
  }
}

/// What some orders of one currency come to.
struct CurrencyTotal: Hashable {
  var currency: Text
  var orders: Int64 = 0
  /// Of them, those with a winner.
  var conversions: Int64 = 0
  var grossMinor: Int64 = 0
  var refundedMinor: Int64 = 0
  var commissionMinor: Int64 = 0
  var payoutMinor: Int64 = 0

  init(_ currency: Text) { self.currency = currency }

  var netMinor: Int64 { grossMinor - refundedMinor }
  var platformFeeMinor: Int64 { commissionMinor - payoutMinor }

  mutating func add(
    orders: Int64, conversions: Int64, gross: Int64, refunded: Int64, commission: Int64,
    payout: Int64
  ) throws {
    self.orders += orders
    self.conversions += conversions
    grossMinor = try sum(grossMinor, gross)
    refundedMinor = try sum(refundedMinor, refunded)
    commissionMinor = try sum(commissionMinor, commission)
    payoutMinor = try sum(payoutMinor, payout)
  }
}

extension ReportFacts {
  /// What the run's orders come to, by currency.
  func totalsByCurrency() throws -> [CurrencyTotal] {
    var totals: [Text: CurrencyTotal] = [:]
    for group in conversions {
      let isAttributed = group.status != .unattributed
      try totals[group.currency, default: CurrencyTotal(group.currency)].add(
        orders: group.count, conversions: isAttributed ? group.count : 0, gross: group.grossMinor,
        refunded: group.refundedMinor, commission: group.commissionMinor,
        payout: group.payoutMinor)
    }
    return totals.values.sorted { $0.currency < $1.currency }
  }

  /// How many of the run's orders each word is said of, by word.
  func counts(_ words: (ConversionGroup) -> [String]) -> [(word: Text, count: Int64)] {
    var counts: [Text: Int64] = [:]
    for group in conversions {
      for word in words(group) { counts[Text(word), default: 0] += group.count }
    }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
