// Sums that the run keeps, so that nobody who only wants a figure reads every order or click:
// sales by day, totals of an affiliate in a programme, counts of a code, traffic by day.
import Pipeline

extension StoreSchema {
  /// The tables of sums. Those by day hold what each run changed: one adds up over the runs.
  static let sums = """
    CREATE TABLE sales_days (
      no INTEGER PRIMARY KEY, day INTEGER NOT NULL, program INTEGER NOT NULL,
      currency TEXT NOT NULL, run INTEGER NOT NULL, orders INTEGER NOT NULL,
      revenue_minor INTEGER NOT NULL, rewards INTEGER NOT NULL, earned_minor INTEGER NOT NULL,
      affiliates TEXT NOT NULL);
    CREATE INDEX sales_days_by_program ON sales_days (program, day);
    CREATE TABLE totals (
      affiliate INTEGER NOT NULL, program INTEGER NOT NULL, currency TEXT NOT NULL,
      orders INTEGER NOT NULL, revenue_minor INTEGER NOT NULL, commissions INTEGER NOT NULL,
      pending_minor INTEGER NOT NULL, owed_minor INTEGER NOT NULL,
      in_payout_minor INTEGER NOT NULL, paid_minor INTEGER NOT NULL,
      PRIMARY KEY (affiliate, program, currency)) WITHOUT ROWID;
    CREATE TABLE code_totals (
      code INTEGER PRIMARY KEY, clicks INTEGER NOT NULL, orders INTEGER NOT NULL,
      leads_pending INTEGER NOT NULL, leads_approved INTEGER NOT NULL,
      leads_rejected INTEGER NOT NULL);
    CREATE TABLE traffic_names (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE traffic_days (
      no INTEGER PRIMARY KEY, day INTEGER NOT NULL, program INTEGER NOT NULL,
      run INTEGER NOT NULL, sources TEXT NOT NULL, pages TEXT NOT NULL);
    CREATE INDEX traffic_days_by_program ON traffic_days (program, day);
    CREATE INDEX clicks_days_by_program ON clicks_days (program, day);
    CREATE INDEX tier_upgrades_by_affiliate ON tier_upgrades (affiliate);
    -- Settings of the last run that an answer may depend on: names and values of a schedule.
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE VIEW sales_daily AS
    SELECT day, program, currency, affiliate, sum(orders) AS orders,
      sum(revenue_minor) AS revenue_minor, sum(rewards) AS rewards,
      sum(earned_minor) AS earned_minor
    FROM (
      SELECT day, program, currency, -1 AS affiliate, orders, revenue_minor, rewards, earned_minor
      FROM sales_days
      UNION ALL
      SELECT d.day, d.program, d.currency, CAST(j.key AS INTEGER), json_extract(j.value, '$[0]'),
        json_extract(j.value, '$[1]'), json_extract(j.value, '$[2]'), json_extract(j.value, '$[3]')
      FROM sales_days d, json_each(d.affiliates) j)
    GROUP BY 1, 2, 3, 4;
    CREATE VIEW traffic_daily AS
    SELECT d.day, d.program, d.kind, n.name, sum(d.count) AS clicks
    FROM (
      SELECT t.day, t.program, 'source' AS kind, CAST(j.key AS INTEGER) AS name, j.value AS count
      FROM traffic_days t, json_each(t.sources) j
      UNION ALL
      SELECT t.day, t.program, 'page', CAST(j.key AS INTEGER), j.value
      FROM traffic_days t, json_each(t.pages) j) d
    JOIN traffic_names n ON n.no = d.name GROUP BY 1, 2, 3, 4;
    """

  /// Fills the sums from the rows that they are of: for a workspace of an earlier version. Sources
  /// and pages of earlier clicks are not in the store; their days stay empty.
  static let fillSums = """
    INSERT INTO sales_days (day, program, currency, run, orders, revenue_minor, rewards,
      earned_minor, affiliates)
    SELECT day, program, currency, (SELECT coalesce(max(no), 0) FROM runs),
      sum(CASE WHEN affiliate < 0 THEN orders ELSE 0 END),
      sum(CASE WHEN affiliate < 0 THEN revenue_minor ELSE 0 END),
      sum(CASE WHEN affiliate < 0 THEN rewards ELSE 0 END),
      sum(CASE WHEN affiliate < 0 THEN earned_minor ELSE 0 END),
      json_group_object(affiliate, json_array(orders, revenue_minor, rewards, earned_minor))
        FILTER (WHERE affiliate >= 0)
    FROM (\(salesByDay) ORDER BY 1, 2, 3, 4) GROUP BY 1, 2, 3;
    INSERT INTO totals \(totalsByAffiliate);
    INSERT INTO code_totals \(countsByCode);
    """

  /// The UTC day of a column, also before 1970.
  static func day(_ column: String) -> String {
    "((\(column) - 86399999 * (\(column) < 0)) / 86400000)"
  }

  /// Gross less refunds where an order is pending or approved; a rejected one counts 0.
  private static let revenue = """
    CASE WHEN c.status IN (\(Conversion.Status.pending.rawValue), \
    \(Conversion.Status.approved.rawValue)) THEN c.amount_minor - c.returned_minor ELSE 0 END
    """
  private static let isAttributed = "c.status <> \(Conversion.Status.unattributed.rawValue)"

  /// Each credit of each attributed order.
  private static let credited = """
    SELECT c.no, c.credit_affiliate AS affiliate, c.credit_code AS code FROM conversions c
    WHERE \(isAttributed)
    UNION ALL SELECT k.conversion, k.credit_affiliate, k.credit_code FROM credits k
    """

  /// Every reward in plain columns.
  static let everyReward = """
    SELECT c.program, c.credit_affiliate AS affiliate, 0 AS type, c.currency,
      c.reward_minor AS amount_minor, c.reward_state AS state, c.occurred_at, c.payable_at
    FROM conversions c WHERE c.reward_state IS NOT NULL
    UNION ALL
    SELECT k.program, k.credit_affiliate, 0, c.currency, k.reward_minor, k.reward_state,
      c.occurred_at, k.payable_at
    FROM credits k JOIN conversions c ON c.no = k.conversion WHERE k.reward_state IS NOT NULL
    UNION ALL
    SELECT program, affiliate, type, currency, amount_minor, state, occurred_at, payable_at
    FROM rewards
    """

  private static let earns = """
    w.state NOT IN (\(Reward.State.reversed.rawValue), \(Reward.State.rejected.rawValue))
    """

  /// What `sales_daily` must hold, from the rows themselves; affiliate −1 is the programme.
  static let salesByDay = """
    SELECT day, program, currency, affiliate, sum(orders) AS orders,
      sum(revenue_minor) AS revenue_minor, sum(rewards) AS rewards,
      sum(earned_minor) AS earned_minor, sum(credits) AS credits,
      sum(payout_minor) AS payout_minor
    FROM (
      SELECT \(day("c.occurred_at")) AS day, c.program, c.currency, -1 AS affiliate, 1 AS orders,
        \(revenue) AS revenue_minor, 0 AS rewards, 0 AS earned_minor, 0 AS credits,
        0 AS payout_minor
      FROM conversions c WHERE \(isAttributed)
      UNION ALL
      SELECT \(day("c.occurred_at")), c.program, c.currency, k.affiliate, 1, \(revenue), 0, 0, 0, 0
      FROM (SELECT DISTINCT no, affiliate FROM (\(credited))) k JOIN conversions c ON c.no = k.no
      UNION ALL
      SELECT \(day("w.occurred_at")), w.program, w.currency, w.affiliate, 0, 0, 1, w.amount_minor,
        0, 0
      FROM (\(everyReward)) w WHERE \(earns)
      UNION ALL
      SELECT \(day("w.occurred_at")), w.program, w.currency, -1, 0, 0, 1, w.amount_minor, 0, 0
      FROM (\(everyReward)) w WHERE \(earns)
      UNION ALL
      SELECT day, program, currency, affiliate, 0, 0, 0, 0, 1, payout_minor FROM (\(everyCredit))
      UNION ALL
      SELECT day, program, currency, -1, 0, 0, 0, 0, 1, payout_minor FROM (\(everyCredit)))
    GROUP BY 1, 2, 3, 4
    """

  private static func sum(_ state: Reward.State) -> String {
    "sum(CASE WHEN state = \(state.rawValue) THEN amount_minor ELSE 0 END)"
  }

  /// What `totals` must hold; affiliate −1 is the programme.
  static let totalsByAffiliate = """
    SELECT affiliate, program, currency, sum(orders), sum(revenue_minor), sum(commissions),
      sum(pending), sum(owed), sum(in_payout), sum(paid)
    FROM (
      SELECT affiliate, program, currency, orders, revenue_minor, 0 AS commissions, 0 AS pending,
        0 AS owed, 0 AS in_payout, 0 AS paid FROM (\(salesByDay))
      UNION ALL
      SELECT affiliate, program, currency, 0, 0, sum(type = 0), \(sum(.pending)),
        \(sum(.approved)), \(sum(.inPayout)), \(sum(.paid))
      FROM (\(everyReward)) GROUP BY 1, 2, 3
      UNION ALL
      SELECT -1, program, currency, 0, 0, sum(type = 0), \(sum(.pending)),
        \(sum(.approved)), \(sum(.inPayout)), \(sum(.paid))
      FROM (\(everyReward)) GROUP BY 1, 2, 3)
    GROUP BY 1, 2, 3
    """

  /// What `code_totals` must hold.
  static let countsByCode = """
    SELECT code, sum(clicks), sum(orders), sum(pending), sum(approved), sum(rejected)
    FROM (
      SELECT code, clicks, 0 AS orders, 0 AS pending, 0 AS approved, 0 AS rejected FROM clicks_daily
      UNION ALL
      SELECT code, 0, 1, 0, 0, 0 FROM (SELECT DISTINCT no, code FROM (\(credited)))
      UNION ALL
      SELECT code, 0, 0, status = \(Referral.Status.pending.rawValue),
        status = \(Referral.Status.approved.rawValue),
        status = \(Referral.Status.rejected.rawValue) FROM referrals)
    GROUP BY 1
    """
}
