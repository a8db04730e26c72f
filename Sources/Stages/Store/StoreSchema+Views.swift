// Views that show packed tables in plain columns, for people and for exports.
import Pipeline

extension StoreSchema {
  private typealias Marks = ConversionMarks
  private typealias Rest = ConversionRest.Name

  /// A key out of `keys`: the place of its twelve bytes depends on which ones stand before it.
  private static func key(
    _ field: ConversionMarks.Field, after: [ConversionMarks.Field]
  ) -> String {
    let before = (["0"] + after.map { $0.sql("r.marks") }).joined(separator: " + ")
    return "CASE WHEN \(field.sql("r.marks")) THEN substr(r.keys, 9 + 12 * (\(before)), 12) END"
  }

  private static func currency(_ column: String) -> String {
    "char(\(column) >> 16, \(column) >> 8 & 255, \(column) & 255)"
  }

  /// NULL where the order has no credit.
  private static func credited(_ expression: String) -> String {
    "CASE WHEN r.credit_code IS NOT NULL THEN \(expression) END"
  }

  /// NULL where the first commission has no reward.
  private static func rewarded(_ expression: String) -> String {
    "CASE WHEN \(Marks.rewardState.sql("r.marks")) THEN \(expression) END"
  }

  private static let keyColumns = """
    substr(r.keys, 1, 8) AS content,
      \(key(Marks.hasVisitor, after: [])) AS visitor,
      \(key(Marks.hasCustomer, after: [Marks.hasVisitor])) AS customer,
      \(key(Marks.hasEmail, after: [Marks.hasVisitor, Marks.hasCustomer])) AS email,
      \(key(Marks.hasEmailDomain, after: [Marks.hasVisitor, Marks.hasCustomer, Marks.hasEmail]))
        AS email_domain,
      \(key(Marks.hasIP, after:
        [Marks.hasVisitor, Marks.hasCustomer, Marks.hasEmail, Marks.hasEmailDomain])) AS ip
    """

  private static func orderColumns(run: String) -> String {
    """
    r.no, r.program, r.order_id, \(run), r.occurred_at,
      CASE WHEN \(Marks.hasUpdatedAt.sql("r.marks"))
        THEN r.occurred_at + coalesce(\(Rest.updated.sql("r.rest")), 0) END AS updated_at,
      r.origin >> 32 AS file, r.origin & 4294967295 AS line,
      CASE WHEN \(Marks.codeIsCredited.sql("r.marks"))
        THEN (SELECT k.code FROM codes k WHERE k.no = r.credit_code) ELSE r.code END AS code,
      r.click_id, \(currency("r.currency")) AS currency, r.amount_minor,
      \(Rest.refunded.sql("r.rest")) AS refunded_minor,
      CASE WHEN \(Marks.orderStatus.sql("r.marks")) IN (1, 3, 4) THEN r.amount_minor
        ELSE coalesce(\(Rest.refunded.sql("r.rest")), 0) END AS returned_minor,
      \(Marks.orderStatus.sql("r.marks")) AS order_status, r.sku, r.category,
      \(keyColumns)
    """
  }

  private static func judgedColumns(closed: String) -> String {
    """
    \(Marks.status.sql("r.marks")) AS status, \(Marks.reason.optionalSQL("r.marks")) AS reason,
      \(Marks.evidence.optionalSQL("r.marks")) AS evidence,
      \(Marks.model.optionalSQL("r.marks")) AS model, r.fraud & 63 AS flags,
      r.fraud >> 6 AS score_bps, \(Marks.codeCounts.sql("r.marks")) AS code_counts,
      \(Marks.decided.sql("r.marks")) AS decided, \(closed) AS closed,
      \(Marks.meetsLimit.sql("r.marks")) AS limited, r.generation,
      coalesce(\(Rest.credits.sql("r.rest")), r.credit_code IS NOT NULL) AS credits
    """
  }

  private static let creditColumns = """
    r.credit_code, r.credit_affiliate,
      \(credited("coalesce(r.credit_click_id, r.click_id, '')")) AS credit_click_id,
      r.occurred_at - r.click_before AS credit_click_at,
      \(credited("coalesce(\(Rest.weight.sql("r.rest")), 1)")) AS weight,
      CASE WHEN NOT \(Marks.isFlat.sql("r.marks")) THEN r.terms & 16383 END AS rate_bps,
      \(Rest.flat.sql("r.rest")) AS flat_minor,
      \(credited(Marks.rule.sql("r.marks"))) AS rate_rule, r.tier,
      r.terms >> 14 & 16383 AS share_bps, \(Rest.inviter.sql("r.rest")) AS inviter,
      \(credited("coalesce(\(Rest.fee.sql("r.rest")), 0)")) AS fee_bps, r.commission_minor,
      r.payout_minor, \(credited("coalesce(\(Rest.override.sql("r.rest")), 0)")) AS override_minor
    """

  private static func rewardColumns(state: String, payout: String) -> String {
    """
    \(state) AS reward_state,
      \(rewarded("coalesce(\(Rest.reward.sql("r.rest")), r.payout_minor)")) AS reward_minor,
      \(rewarded(
        "r.occurred_at + coalesce(\(Rest.payable.sql("r.rest")), (r.terms >> 28) * 86400000)"))
        AS payable_at, \(payout)
    """
  }

  /// The views as they were first, when a row of an order named its payout itself.
  static let firstViews = """
    CREATE VIEW conversions AS SELECT
      \(orderColumns(run: "r.run")),
      \(judgedColumns(closed: Marks.closed.sql("r.marks"))),
      \(creditColumns),
      \(rewardColumns(
        state: Marks.rewardState.optionalSQL("r.marks"),
        payout: """
          r.payout_no,
            (SELECT o.payout_id FROM payouts o WHERE o.no = r.payout_no) AS payout
          """))
    FROM conversion_rows r;
    CREATE VIEW clicks_daily AS
    SELECT d.day, d.program, CAST(j.key AS INTEGER) AS code,
      sum(CASE j.type WHEN 'array' THEN json_extract(j.value, '$[0]') ELSE j.value END) AS clicks,
      sum(CASE j.type WHEN 'array' THEN json_extract(j.value, '$[1]') ELSE 0 END) AS filtered,
      max(d.run) AS run
    FROM clicks_days d, json_each(d.codes) j GROUP BY 1, 2, 3;
    """

  /// Orders with the payouts that carry their first commissions. A payout's state is that of what it
  /// carries; it changed when the payout was made, and again when it arrived.
  static let conversionsView = """
    CREATE VIEW conversions AS SELECT
      \(orderColumns(
        run: """
          CASE WHEN p.no IS NULL THEN r.run ELSE coalesce(max(r.run,
            CASE o.status WHEN \(completed) THEN o.run ELSE o.made_run END), r.run) END AS run
          """)),
      \(judgedColumns(closed: "(p.no IS NOT NULL OR \(Marks.closed.sql("r.marks")))")),
      \(creditColumns),
      \(rewardColumns(
        state: """
          CASE WHEN p.no IS NULL THEN \(Marks.rewardState.optionalSQL("r.marks"))
            WHEN o.status = \(completed) THEN \(Reward.State.paid.rawValue)
            ELSE \(Reward.State.inPayout.rawValue) END
          """,
        payout: "p.payout AS payout_no, o.payout_id AS payout"))
    FROM conversion_rows r LEFT JOIN payout_rows p ON p.no = r.no
    LEFT JOIN payouts o ON o.no = p.payout;
    """

  private static let completed = Payout.Status.completed.rawValue
}
