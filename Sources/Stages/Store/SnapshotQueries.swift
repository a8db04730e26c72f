// The queries of a snapshot, each compiled once for all the programmes that a thread reads.
import Pipeline

/// The compiled queries of one connection.
final class SnapshotQueries {
  /// Conversions by programme and a span of time, through the spans that meet it.
  let open: Statement
  let named: Statement
  let numbered: Statement
  /// What of open conversions may point at a click, by programme and a span of time.
  let evidence: Statement
  /// The latest instant of an order of a programme.
  let lastOrder: Statement
  /// The greatest id of an order of a programme.
  let greatestOrder: Statement
  let limited: Statement
  let credits: Statement
  let contents: Statement
  let near: Statement
  /// Codes, instants and ids of a programme's conversions.
  let uses: Statement
  /// The same, of conversions whose last judgement met a limit.
  let limitedUses: Statement
  /// The same of a code by the further credits of conversions.
  let furtherUses: Statement
  let referralUses: Statement
  let waiting: Statement
  let payout: Statement
  let closed: Statement
  let looseRewards: Statement
  let orderRewards: Statement
  let payoutRewards: Statement
  /// Spans with first commissions that are approved, in no payout, and payable by an instant.
  let looseSpans: Statement
  /// First commissions by a range of rows.
  let looseConversions: Statement
  /// What affiliates are owed in a programme, by currency.
  let owed: Statement
  let looseCredits: Statement
  let payoutConversions: Statement
  let payoutCredits: Statement
  let referral: Statement
  let standings: Statement
  let payoutNames: PayoutNames

  /// From the spans of a programme to those of their rows that lie in a time; ?1, ?2 and ?3.
  private static let inSpans = """
    FROM conversion_spans s CROSS JOIN conversion_rows c ON c.no BETWEEN s.first AND s.last
    """
  private static let isInTime = """
    WHERE s.program = ?1 AND s.latest >= ?2 AND s.earliest <= ?3
    AND c.occurred_at >= ?2 AND c.occurred_at <= ?3
    """
  private static let withPayout = "LEFT JOIN payout_rows p ON p.no = c.no"

  init(_ database: Database) throws {
    let columns = PackedConversion.selected
    let isOpen = "\(ConversionMarks.closed.sql("c.marks")) = 0"
    open = try database.prepare(
      """
      SELECT \(columns) \(Self.inSpans) \(Self.withPayout) \(Self.isInTime)
      AND \(isOpen) AND p.no IS NULL ORDER BY c.no
      """)
    let conversion = "SELECT \(columns) FROM conversion_rows c \(Self.withPayout) WHERE"
    named = try database.prepare("\(conversion) c.program = ? AND c.order_id = ?")
    numbered = try database.prepare("\(conversion) c.no = ?")
    evidence = try database.prepare(
      """
      SELECT c.no, c.occurred_at, c.marks, c.keys, c.code, c.click_id, c.credit_code,
      c.click_before
      \(Self.inSpans) \(Self.withPayout) \(Self.isInTime) AND \(isOpen) AND p.no IS NULL
      """)
    lastOrder = try database.prepare(
      "SELECT max(latest) FROM conversion_spans WHERE program = ?")
    greatestOrder = try database.prepare(
      "SELECT max(order_id) FROM conversion_rows WHERE program = ?")
    let limits = StoreSchema.limitedCondition
    limited = try database.prepare(
      """
      \(conversion) c.program = ? AND \(limits) AND c.occurred_at >= ? AND \(isOpen)
      AND p.no IS NULL ORDER BY c.no
      """)
    credits = try database.prepare(
      "SELECT \(StoredCredit.columns) FROM credits WHERE conversion = ? ORDER BY place")
    contents = try database.prepare(
      "SELECT content FROM order_rows WHERE program = ? AND order_id = ?")
    near = try database.prepare(
      """
      SELECT c.no, c.order_id, c.occurred_at, c.marks, c.keys, c.credit_affiliate, c.rest
      \(Self.inSpans) \(Self.isInTime)
      """)
    let use = "c.credit_code, c.occurred_at, c.order_id"
    uses = try database.prepare(
      """
      SELECT \(use) FROM conversion_spans s
      CROSS JOIN conversion_rows c ON c.no BETWEEN s.first AND s.last
      WHERE s.program = ? AND c.credit_code IS NOT NULL
      """)
    limitedUses = try database.prepare(
      """
      SELECT \(use) FROM conversion_rows c
      WHERE c.program = ? AND \(limits) AND c.credit_code IS NOT NULL
      """)
    furtherUses = try database.prepare(
      """
      SELECT k.credit_code, c.occurred_at, c.order_id FROM credits k
      CROSS JOIN conversion_rows c ON c.no = k.conversion
      WHERE k.credit_code = ? AND k.program = ?
      """)
    referralUses = try database.prepare(
      "SELECT code, occurred_at FROM referrals WHERE program = ?")
    waiting = try database.prepare(
      "SELECT \(Payout.columns) FROM payouts WHERE program = ? AND awaits_retry = 1 ORDER BY no")
    payout = try database.prepare(
      "SELECT \(Payout.columns) FROM payouts WHERE payout_id = ? AND program = ?")
    closed = try database.prepare("SELECT last_closed FROM periods WHERE program = ?")
    let reward = "SELECT \(Reward.columns) FROM rewards WHERE"
    looseRewards = try database.prepare("\(reward) program = ? AND state <= 1 ORDER BY no")
    orderRewards = try database.prepare("\(reward) program = ? AND order_id = ? ORDER BY no")
    payoutRewards = try database.prepare("\(reward) payout = ? ORDER BY no")
    let first = """
      c.order_id, c.occurred_at, c.currency, c.generation, c.credit_affiliate, c.marks, c.terms,
      c.payout_minor, c.rest
      """
    looseSpans = try database.prepare(
      """
      SELECT first, loose FROM conversion_spans
      WHERE program = ? AND payable_from <= ? AND loose IS NOT NULL ORDER BY first
      """)
    looseConversions = try database.prepare(
      "SELECT c.no, \(first) FROM conversion_rows c WHERE c.no BETWEEN ? AND ? ORDER BY c.no")
    owed = try database.prepare(
      "SELECT affiliate, currency, owed_minor FROM totals WHERE program = ? AND affiliate >= 0")
    payoutConversions = try database.prepare(
      """
      SELECT c.no, \(first) FROM payout_rows p CROSS JOIN conversion_rows c ON c.no = p.no
      WHERE p.payout = ? ORDER BY c.no
      """)
    let further = """
      SELECT k.conversion, k.place, c.order_id, c.occurred_at, c.currency, c.generation,
        k.credit_affiliate, k.reward_state, k.reward_minor, k.payable_at, k.payout
      FROM credits k CROSS JOIN conversion_rows c ON c.no = k.conversion
      """
    let inOrder = "ORDER BY k.conversion, k.place"
    looseCredits = try database.prepare(
      "\(further) WHERE k.program = ? AND k.reward_state = 1 AND k.payout IS NULL \(inOrder)")
    payoutCredits = try database.prepare("\(further) WHERE k.payout = ? \(inOrder)")
    referral = try database.prepare(
      "SELECT \(Referral.columns) FROM referrals WHERE referral_id = ? AND program = ?")
    standings = try database.prepare(
      "SELECT affiliate, count, level FROM standings WHERE program = ?")
    payoutNames = try PayoutNames(database)
  }
}
