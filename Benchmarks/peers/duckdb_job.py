"""The core job as a DuckDB script: duckdb_job.py INPUT OUTPUT AS_OF THREADS [FORMAT].

Reads INPUT/{programs,codes,clicks,orders}.FORMAT (csv, or jsonl; clicks and orders may be many files, such as
clicks-00001.csv, and have further columns); leaves store.duckdb (clicks and conversions, for later nights),
conversions.csv and payouts.csv in OUTPUT.
"""

import csv
import sys
from datetime import datetime
from glob import glob

import duckdb
from durable import sync_files

# The bot words of the core's rules, as one pattern.
BOTS = (
    "(?i)bot|crawl|spider|slurp|headless|phantomjs|curl/|wget/|python-requests|scrapy"
    "|facebookexternalhit|preview"
)


def source(path: str, form: str, columns: dict[str, str]) -> str:
    """A scan of the files of a kind in which rows that do not fit the columns are skipped."""
    files = sorted(glob(f"{path}.{form}") or glob(f"{path}-*.{form}"))
    if form == "csv":
        with open(files[0], newline="", encoding="utf-8") as file:
            columns = {name: columns.get(name, "VARCHAR") for name in next(csv.reader(file))}
    types = "{" + ",".join(f"'{name}':'{kind}'" for name, kind in columns.items()) + "}"
    if form == "jsonl":
        options = "format='newline_delimited',ignore_errors=true"
        return f"read_json({files},{options},columns={types})"
    options = "auto_detect=false,header=true,delim=',',quote='\"',escape='\"',ignore_errors=true"
    return f"read_csv({files},{options},columns={types})"


def registry(path: str, form: str, columns: dict[str, str]) -> str:
    """A scan of a small file that is sound."""
    if form == "jsonl":
        return source(path, form, columns)
    return f"read_csv('{path}.csv',all_varchar=true)"


def text_columns(names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), "VARCHAR")


PROGRAMS = text_columns(
    "program_id commission_rate affiliate_share attribution_window_days payout_minimum_minor"
    " hold_days payout_term"
) | {"tiers": "JSON"}
CODES = text_columns("code affiliate_id program_id")
CLICKS = text_columns(
    "click_id occurred_at code visitor_id fingerprint ip landing_page referrer"
    " utm_source utm_medium utm_campaign user_agent"
) | {"occurred_at": "TIMESTAMP"}
ORDERS = text_columns(
    "order_id occurred_at program_id code click_id visitor_id customer_id customer_email ip"
    " amount amount_minor currency status refunded_amount sku category updated_at metadata"
) | {"occurred_at": "TIMESTAMP", "updated_at": "TIMESTAMP"}


def main() -> None:
    inputs, output, as_of, threads, form = [*sys.argv[1:], "csv"][:5]
    end = datetime.fromisoformat(as_of).strftime("TIMESTAMP '%Y-%m-%d %H:%M:%S'")
    database = duckdb.connect(f"{output}/store.duckdb")
    run = database.execute
    run(f"SET threads={threads}")
    run("SET preserve_insertion_order=false")
    # Measured: to compress the store takes longer than to write and sync it whole.
    run("SET force_compression='uncompressed'")

    # Terms of the programs; a program's last period that is due at AS_OF, monthly and NET-n.
    run(
        f"""CREATE TEMP TABLE programs AS SELECT program_id,
          round(commission_rate::DECIMAL(9,4)*10000)::BIGINT AS rate_bps,
          round(affiliate_share::DECIMAL(9,4)*10000)::BIGINT AS share_bps,
          attribution_window_days::BIGINT*86400000 AS reach,
          payout_minimum_minor::BIGINT AS minimum,
          to_days(hold_days::INTEGER) AS hold,
          date_trunc('month', {end}
            - to_days(replace(payout_term,'NET-','')::INTEGER))::TIMESTAMP AS period_end,
          tiers::VARCHAR AS tiers
        FROM {registry(inputs + '/programs', form, PROGRAMS)}"""
    )
    run(
        """CREATE TEMP TABLE tiers AS SELECT program_id, tier.min_referrals AS first,
          tier.level AS level, round(tier.commission_rate*10000)::BIGINT AS rate_bps
        FROM (SELECT program_id, unnest(from_json(tiers,
          '[{"level":"BIGINT","min_referrals":"BIGINT","commission_rate":"DECIMAL(9,4)"}]'))
          AS tier FROM programs WHERE tiers IS NOT NULL)"""
    )
    # Programs and codes as enumerations: what is stored and grouped is small integers.
    run(
        f"""CREATE TEMP TABLE registered AS SELECT code, affiliate_id, program_id
        FROM {registry(inputs + '/codes', form, CODES)}"""
    )
    run("CREATE TYPE program AS ENUM (SELECT program_id FROM programs ORDER BY program_id)")
    run("CREATE TYPE code AS ENUM (SELECT code FROM registered ORDER BY code)")
    run("ALTER TABLE programs ALTER program_id TYPE program")
    run("ALTER TABLE tiers ALTER program_id TYPE program")
    run(
        """CREATE TEMP TABLE codes AS SELECT code AS code_text, code::code AS code,
          affiliate_id, program_id::program AS program_id FROM registered"""
    )

    # Accepted clicks: whole rows of a known code, by people, not after AS_OF, each id once.
    run(
        f"""CREATE TABLE clicks AS
        SELECT click_id, program_id, any_value(occurred_at) AS occurred_at,
          any_value(code) AS code, any_value(visitor_id) AS visitor_id
        FROM (SELECT click_id, program_id, occurred_at, c.code,
            coalesce(nullif(visitor_id,''), nullif(fingerprint,'')) AS visitor_id
          FROM {source(inputs + '/clicks', form, CLICKS)} r JOIN codes c ON r.code = code_text
          WHERE occurred_at <= {end}
            AND NOT regexp_matches(coalesce(user_agent,''), '{BOTS}'))
        WHERE visitor_id IS NOT NULL AND click_id <> ''
        GROUP BY click_id, program_id"""
    )

    # Valid orders, the newest row of each.
    run(
        f"""CREATE TEMP TABLE orders AS
        SELECT *, amount_minor - refunded_minor AS net_minor FROM (
          SELECT program_id, order_id, occurred_at, visitor_id, currency, amount_minor,
            CASE WHEN status IN ('refunded','cancelled','chargeback') THEN amount_minor
              ELSE refunded_minor END AS refunded_minor
          FROM (SELECT try_cast(program_id AS program) AS program_id, order_id, occurred_at,
              updated_at, status,
              nullif(visitor_id,'') AS visitor_id,
              coalesce(nullif(currency,''),'USD') AS currency,
              CASE WHEN regexp_full_match(amount,'\\d+(\\.\\d{{1,2}})?')
                THEN (amount::DECIMAL(18,2)*100)::BIGINT
                WHEN coalesce(amount,'')='' AND regexp_full_match(amount_minor,'\\d+')
                THEN amount_minor::BIGINT END AS amount_minor,
              CASE WHEN coalesce(refunded_amount,'')='' THEN 0
                WHEN regexp_full_match(refunded_amount,'\\d+(\\.\\d{{1,2}})?')
                THEN (refunded_amount::DECIMAL(18,2)*100)::BIGINT END AS refunded_minor
            FROM {source(inputs + '/orders', form, ORDERS)}
            WHERE occurred_at <= {end} AND status IN
              ('paid','refunded','partially_refunded','cancelled','chargeback'))
          WHERE program_id IS NOT NULL AND amount_minor IS NOT NULL AND refunded_minor <= amount_minor
          QUALIFY row_number() OVER (PARTITION BY program_id, order_id
            ORDER BY updated_at DESC NULLS LAST) = 1)"""
    )

    # The last click within the window; of clicks at one instant the one with the greatest id.
    run(
        """CREATE TEMP TABLE touches AS
        SELECT program_id, visitor_id, occurred_at AS click_at, max(click_id) AS click_id,
          arg_max(code, click_id) AS code
        FROM clicks SEMI JOIN orders USING (program_id, visitor_id)
        GROUP BY program_id, visitor_id, occurred_at"""
    )
    run(
        """CREATE TABLE conversions AS
        WITH attributed AS (
          SELECT o.program_id, o.order_id, o.occurred_at, currency, amount_minor, refunded_minor,
            net_minor, affiliate_id, code, click_id, click_at, share_bps, p.rate_bps,
            row_number() OVER (PARTITION BY o.program_id, affiliate_id
              ORDER BY o.occurred_at, order_id) - 1 AS before
          FROM orders o ASOF JOIN touches t ON o.program_id = t.program_id
            AND o.visitor_id = t.visitor_id AND o.occurred_at >= t.click_at
          JOIN programs p ON p.program_id = o.program_id
          JOIN codes USING (code)
          WHERE epoch_ms(o.occurred_at) - epoch_ms(click_at) <= reach),
        rated AS (
          SELECT a.* EXCLUDE (rate_bps), coalesce(t.rate_bps, a.rate_bps) AS rate_bps
          FROM attributed a ASOF LEFT JOIN tiers t
            ON a.program_id = t.program_id AND a.before >= t.first),
        earned AS (
          SELECT *, (net_minor*rate_bps + 5000)//10000 AS commission_minor,
            ((net_minor*rate_bps + 5000)//10000*share_bps + 5000)//10000 AS affiliate_payout_minor
          FROM rated)
        SELECT program_id, order_id, occurred_at, 'approved' AS status, affiliate_id, code,
          click_id, click_at, currency, amount_minor, refunded_minor, net_minor, rate_bps,
          commission_minor, affiliate_payout_minor
        FROM earned
        UNION ALL BY NAME
        SELECT program_id, order_id, occurred_at, 'unattributed' AS status, currency,
          amount_minor, refunded_minor, net_minor
        FROM orders ANTI JOIN earned USING (program_id, order_id)"""
    )
    instant = "strftime({0}, '%Y-%m-%dT%H:%M:%S.%gZ') AS {0}"
    run(
        f"""COPY (SELECT program_id, order_id, {instant.format('occurred_at')}, status,
          affiliate_id, code, click_id, {instant.format('click_at')}, currency, amount_minor,
          refunded_minor, net_minor, rate_bps, commission_minor, affiliate_payout_minor
        FROM conversions ORDER BY program_id, order_id)
        TO '{output}/conversions.csv' (HEADER, DELIMITER ',')"""
    )
    run(
        f"""COPY (SELECT program_id, affiliate_id, currency,
            sum(affiliate_payout_minor)::BIGINT AS amount_minor
          FROM conversions JOIN programs USING (program_id)
          WHERE affiliate_id IS NOT NULL AND occurred_at + hold <= period_end
          GROUP BY program_id, affiliate_id, currency, minimum
          HAVING sum(affiliate_payout_minor) >= minimum
          ORDER BY program_id, affiliate_id, currency)
        TO '{output}/payouts.csv' (HEADER, DELIMITER ',')"""
    )
    run("CHECKPOINT")
    database.close()
    sync_files(output)


if __name__ == "__main__":
    main()
