// Sums that a run's reports are made from: orders by day, and what is owed by the day on which it is
// payable. Reports then cost what a night brings, and not what the nights before it brought.
import Pipeline

extension StoreSchema {
  /// The tables, and what `sales_days` has besides.
  static let reportSums = """
    CREATE TABLE order_days (
      day INTEGER NOT NULL, currency TEXT NOT NULL, orders INTEGER NOT NULL,
      credited INTEGER NOT NULL, attributed INTEGER NOT NULL, approved INTEGER NOT NULL,
      in_payout INTEGER NOT NULL, paid INTEGER NOT NULL, gross_minor INTEGER NOT NULL,
      returned_minor INTEGER NOT NULL, commission_minor INTEGER NOT NULL,
      payout_minor INTEGER NOT NULL, PRIMARY KEY (day, currency)) WITHOUT ROWID;
    CREATE TABLE open_rewards (
      program INTEGER NOT NULL, currency TEXT NOT NULL, state INTEGER NOT NULL,
      payable_day INTEGER NOT NULL, rewards INTEGER NOT NULL, amount_minor INTEGER NOT NULL,
      PRIMARY KEY (program, currency, state, payable_day)) WITHOUT ROWID;
    ALTER TABLE sales_days ADD COLUMN credits INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sales_days ADD COLUMN payout_minor INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX sales_days_by_day ON sales_days (day);
    DROP VIEW sales_daily;
    CREATE VIEW sales_daily AS
    SELECT day, program, currency, affiliate, sum(orders) AS orders,
      sum(revenue_minor) AS revenue_minor, sum(rewards) AS rewards,
      sum(earned_minor) AS earned_minor, sum(credits) AS credits,
      sum(payout_minor) AS payout_minor
    FROM (
      SELECT day, program, currency, -1 AS affiliate, orders, revenue_minor, rewards,
        earned_minor, credits, payout_minor
      FROM sales_days
      UNION ALL
      SELECT d.day, d.program, d.currency, CAST(j.key AS INTEGER), json_extract(j.value, '$[0]'),
        json_extract(j.value, '$[1]'), json_extract(j.value, '$[2]'), json_extract(j.value, '$[3]'),
        coalesce(json_extract(j.value, '$[4]'), json_extract(j.value, '$[0]')),
        coalesce(json_extract(j.value, '$[5]'), json_extract(j.value, '$[3]'))
      FROM sales_days d, json_each(d.affiliates) j)
    GROUP BY 1, 2, 3, 4;
    """

  /// Fills them from the rows that they are of. Rows of `sales_days` from before say nothing of
  /// credits: what these are besides orders and earnings goes into further rows.
  static let fillReportSums = """
    INSERT INTO order_days \(ordersByDay);
    INSERT INTO open_rewards \(openRewards);
    INSERT INTO sales_days (day, program, currency, run, orders, revenue_minor, rewards,
      earned_minor, credits, payout_minor, affiliates)
    SELECT day, program, currency, (SELECT coalesce(max(no), 0) FROM runs), 0, 0, 0, 0,
      sum(CASE WHEN affiliate < 0 THEN credits ELSE 0 END),
      sum(CASE WHEN affiliate < 0 THEN payout_minor ELSE 0 END),
      json_group_object(affiliate,
        json_array(0, 0, 0, 0, credits - orders, payout_minor - earned_minor))
        FILTER (WHERE affiliate >= 0 AND (credits <> orders OR payout_minor <> earned_minor))
    FROM (\(salesByDay) ORDER BY 1, 2, 3, 4) GROUP BY 1, 2, 3;
    """

  /// Every credit with its payout.
  static let everyCredit = """
    SELECT \(day("c.occurred_at")) AS day, c.program, c.currency, c.credit_affiliate AS affiliate,
      c.commission_minor, c.payout_minor
    FROM conversions c WHERE c.credits > 0
    UNION ALL
    SELECT \(day("c.occurred_at")), k.program, c.currency, k.credit_affiliate, k.commission_minor,
      k.payout_minor
    FROM credits k JOIN conversions c ON c.no = k.conversion
    """

  /// What `order_days` must hold; in_payout and paid by what stands in an order's own row.
  static let ordersByDay = """
    SELECT day, currency, sum(orders), sum(credited), sum(attributed), sum(approved),
      sum(in_payout), sum(paid), sum(gross), sum(returned), sum(commission), sum(payout)
    FROM (
      SELECT \(day("c.occurred_at")) AS day, c.currency, 1 AS orders, c.credits > 0 AS credited,
        c.status <> \(Conversion.Status.unattributed.rawValue) AS attributed,
        c.status = \(Conversion.Status.approved.rawValue) AS approved,
        coalesce(c.reward_state = \(Reward.State.inPayout.rawValue), 0) AS in_payout,
        coalesce(c.reward_state = \(Reward.State.paid.rawValue), 0) AS paid,
        c.amount_minor AS gross, c.returned_minor AS returned, 0 AS commission, 0 AS payout
      FROM conversions c
      UNION ALL
      SELECT day, currency, 0, 0, 0, 0, 0, 0, 0, 0, commission_minor, payout_minor
      FROM (\(everyCredit)))
    GROUP BY 1, 2
    """

  /// What `open_rewards` must hold.
  static let openRewards = """
    SELECT program, currency, state, \(day("(payable_at - 1)")) AS payable_day, count(*),
      sum(amount_minor)
    FROM (\(everyReward))
    WHERE state IN (\(Reward.State.pending.rawValue), \(Reward.State.approved.rawValue))
    GROUP BY 1, 2, 3, 4
    """
}
