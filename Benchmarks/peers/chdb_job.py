"""The core job as a chDB script: chdb_job.py INPUT OUTPUT AS_OF THREADS.

Reads INPUT/{programs,codes,clicks,orders}.csv; leaves clicks.parquet and conversions.parquet
(for later nights), conversions.csv and payouts.csv in OUTPUT.
"""

import os
import sys

from chdb import session
from durable import sync_files

BOTS = (
    "['bot','crawl','spider','slurp','headless','phantomjs','curl/','wget/','python-requests',"
    "'scrapy','facebookexternalhit','preview']"
)
CLICKS = (
    "click_id occurred_at code visitor_id fingerprint ip landing_page referrer"
    " utm_source utm_medium utm_campaign user_agent"
).split()
ORDERS = (
    "order_id occurred_at program_id code click_id visitor_id customer_id customer_email ip"
    " amount amount_minor currency status refunded_amount sku category updated_at metadata"
).split()
CONVERSIONS = (
    "program_id, order_id, {at} AS occurred_at, status, affiliate_id, code, click_id,"
    " {click} AS click_at, currency, amount_minor, refunded_minor, net_minor, rate_bps,"
    " commission_minor, affiliate_payout_minor"
)
# Instants as milliseconds since 1970, and NULL for what is none.
# The reader alone would take 25:61 for two o'clock of the next day.
MILLIS = (
    "if(substring({0}, 12, 2) < '24' AND substring({0}, 15, 2) < '60',"
    " toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull({0}, 3, 'UTC')), NULL)"
)
PRINTED = "replaceOne(toString(fromUnixTimestamp64Milli({0}, 'UTC')), ' ', 'T') || 'Z'"
# Minor units of an amount in major units, exactly.
MINOR = (
    "if(match({0}, '^\\\\d+(\\\\.\\\\d{{1,2}})?$'),"
    " toInt64(toDecimal64OrZero({0}, 2) * 100), NULL)"
)


def source(path: str, columns: list[str]) -> str:
    """A scan of a file, the columns as text."""
    structure = ", ".join(f"{name} String" for name in columns)
    return f"file('{path}.csv', 'CSVWithNames', '{structure}')"


def main() -> None:
    inputs, output = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    as_of, threads = sys.argv[3:5]
    end = f"toDateTime('{as_of.replace('T', ' ')}', 'UTC')"
    end_millis = f"toInt64(toUnixTimestamp({end})) * 1000"
    engine = session.Session()
    run = engine.query
    run(f"SET max_threads = {threads}")
    # Rows that do not fit the columns are skipped.
    run("SET input_format_allow_errors_ratio = 0.05")
    run("SET input_format_allow_errors_num = 1000000")
    run("SET input_format_csv_allow_variable_number_of_columns = 0")
    run("SET input_format_skip_unknown_fields = 1")
    run("SET output_format_parquet_string_as_string = 1, engine_file_truncate_on_insert = 1")
    run("SET join_use_nulls = 1")
    run("CREATE DATABASE job ENGINE = Atomic")

    # Terms of the programs; a program's last period that is due at AS_OF, monthly and NET-n.
    rows = source(
        f"{inputs}/programs",
        "program_id commission_rate affiliate_share attribution_window_days"
        " payout_minimum_minor payout_term hold_days tiers".split(),
    )
    run(
        f"""CREATE TABLE job.programs ENGINE = Memory AS SELECT program_id,
          toInt64(toDecimal64(commission_rate, 4) * 10000) AS program_bps,
          toInt64(toDecimal64(affiliate_share, 4) * 10000) AS share_bps,
          toInt64(attribution_window_days) * 86400000 AS reach,
          toInt64(payout_minimum_minor) AS minimum,
          toInt64(toUnixTimestamp(toDateTime(toStartOfMonth({end}
            - toIntervalDay(toInt64(substring(payout_term, 5)))), 'UTC'))) * 1000
            - toInt64(hold_days) * 86400000 AS payable_before,
          tiers FROM {rows}"""
    )
    run(
        """CREATE TABLE job.tiers ENGINE = Memory AS SELECT program_id,
          JSONExtractInt(tier, 'min_referrals') AS first,
          toInt64(toDecimal64(JSONExtractRaw(tier, 'commission_rate'), 4) * 10000) AS tier_bps
        FROM (SELECT program_id, arrayJoin(JSONExtractArrayRaw(tiers)) AS tier
          FROM job.programs WHERE tiers <> '')"""
    )
    rows = source(f"{inputs}/codes", "code affiliate_id program_id".split())
    run(f"CREATE TABLE job.codes ENGINE = Memory AS SELECT * FROM {rows}")

    # Accepted clicks: whole rows of a known code, by people, not after AS_OF, each id once.
    run(
        f"""CREATE TABLE job.clicks ENGINE = Memory AS
        SELECT click_id, program_id, any(at) AS occurred_at, any(code) AS code,
          any(visitor) AS visitor_id
        FROM (SELECT click_id, code, if(visitor_id = '', fingerprint, visitor_id) AS visitor,
            assumeNotNull({MILLIS.format('occurred_at')} AS instant) AS at
          FROM {source(inputs + '/clicks', CLICKS)}
          WHERE instant <= {end_millis} AND NOT multiSearchAnyCaseInsensitive(user_agent, {BOTS})
            AND visitor <> '' AND click_id <> '' AND isValidUTF8(click_id)) c
        INNER JOIN job.codes USING (code) GROUP BY click_id, program_id"""
    )
    run(
        f"""INSERT INTO FUNCTION file('{output}/clicks.parquet', 'Parquet')
        SELECT * FROM job.clicks"""
    )

    # Valid orders, the newest row of each.
    run(
        f"""CREATE TABLE job.orders ENGINE = Memory AS
        SELECT program_id, order_id, assumeNotNull(at) AS occurred_at, visitor_id, coin AS currency,
          assumeNotNull(whole) AS amount_minor, assumeNotNull(refund) AS refunded_minor,
          amount_minor - refunded_minor AS net_minor
        FROM (SELECT program_id, order_id, visitor_id, at, updated, coin, whole,
            if(status IN ('refunded', 'cancelled', 'chargeback'), whole, part) AS refund
          FROM (SELECT program_id, order_id, visitor_id, status,
              {MILLIS.format('occurred_at')} AS at, {MILLIS.format('updated_at')} AS updated,
              if(currency = '', 'USD', currency) AS coin,
              if(amount = '', if(match(amount_minor, '^\\d+$'), toInt64OrNull(amount_minor), NULL),
                {MINOR.format('amount')}) AS whole,
              if(refunded_amount = '', 0, {MINOR.format('refunded_amount')}) AS part
            FROM {source(inputs + '/orders', ORDERS)}
            WHERE isValidUTF8(order_id)
              AND status IN ('paid', 'refunded', 'partially_refunded', 'cancelled', 'chargeback')
              AND program_id IN (SELECT program_id FROM job.programs))
          WHERE at <= {end_millis} AND whole IS NOT NULL AND refund <= whole)
        ORDER BY updated DESC NULLS LAST LIMIT 1 BY program_id, order_id"""
    )

    # The last click within the window; of clicks at one instant the one with the greatest id.
    run(
        """CREATE TABLE job.touches ENGINE = Memory AS
        SELECT program_id, visitor_id, occurred_at AS click_at, max(click_id) AS last_id,
          argMax(code, click_id) AS code
        FROM job.clicks WHERE (program_id, visitor_id) IN
          (SELECT program_id, visitor_id FROM job.orders)
        GROUP BY program_id, visitor_id, occurred_at"""
    )
    run(
        """CREATE TABLE job.paid ENGINE = Memory AS
        SELECT *, intDiv(net_minor * rate_bps + 5000, 10000) AS commission_minor,
          intDiv(commission_minor * share_bps + 5000, 10000) AS affiliate_payout_minor
        FROM (SELECT r.*, coalesce(t.tier_bps, r.program_bps) AS rate_bps FROM
          (SELECT a.*, toInt64(row_number() OVER (PARTITION BY program_id, affiliate_id
              ORDER BY occurred_at, order_id)) - 1 AS before
            FROM (SELECT o.program_id AS program_id, o.order_id AS order_id,
                o.occurred_at AS occurred_at, o.currency AS currency,
                o.amount_minor AS amount_minor, o.refunded_minor AS refunded_minor,
                o.net_minor AS net_minor, t.click_at AS click_at, t.last_id AS click_id,
                t.code AS code, c.affiliate_id AS affiliate_id, p.program_bps AS program_bps,
                p.share_bps AS share_bps, p.reach AS reach,
                p.minimum AS minimum, p.payable_before AS payable_before
              FROM job.orders o ASOF JOIN job.touches t ON o.program_id = t.program_id
                AND o.visitor_id = t.visitor_id AND o.occurred_at >= t.click_at
              INNER JOIN job.programs p ON p.program_id = o.program_id
              INNER JOIN job.codes c ON c.code = t.code) a
            WHERE occurred_at - click_at <= reach) r
          ASOF LEFT JOIN job.tiers t ON r.program_id = t.program_id AND r.before >= t.first)"""
    )
    columns = CONVERSIONS.format(at="occurred_at", click="click_at")
    run(
        f"""CREATE TABLE job.conversions ENGINE = Memory AS SELECT * FROM (
        SELECT {columns} FROM (SELECT *, 'approved' AS status FROM job.paid)
        UNION ALL
        SELECT program_id, order_id, occurred_at, 'unattributed', NULL, NULL, NULL, NULL,
          currency, amount_minor, refunded_minor, net_minor, NULL, NULL, NULL
        FROM job.orders WHERE (program_id, order_id) NOT IN
          (SELECT program_id, order_id FROM job.paid))
        ORDER BY program_id, order_id"""
    )
    run(
        f"""INSERT INTO FUNCTION file('{output}/conversions.parquet', 'Parquet')
        SELECT * FROM job.conversions"""
    )
    plain = (
        " SETTINGS format_custom_field_delimiter = ',', format_custom_escaping_rule = 'Raw',"
        " format_csv_null_representation = '', format_tsv_null_representation = ''"
    )
    printed = CONVERSIONS.format(
        at=PRINTED.format("c.occurred_at"), click=PRINTED.format("c.click_at")
    )
    run(
        f"""INSERT INTO FUNCTION file('{output}/conversions.csv', 'CustomSeparatedWithNames')
        SELECT {printed} FROM job.conversions c ORDER BY program_id, order_id {plain}"""
    )
    run(
        f"""INSERT INTO FUNCTION file('{output}/payouts.csv', 'CustomSeparatedWithNames')
        SELECT program_id, affiliate_id, currency, sum(affiliate_payout_minor) AS amount_minor
        FROM job.paid WHERE occurred_at <= payable_before
        GROUP BY program_id, affiliate_id, currency, minimum HAVING amount_minor >= minimum
        ORDER BY program_id, affiliate_id, currency {plain}"""
    )
    engine.close()
    sync_files(output)


if __name__ == "__main__":
    main()
