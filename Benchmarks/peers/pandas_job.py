"""The core job as a pandas script: pandas_job.py INPUT OUTPUT AS_OF THREADS.

Reads INPUT/{programs,codes,clicks,orders}.csv; leaves clicks.parquet and conversions.parquet
(for later nights), conversions.csv and payouts.csv in OUTPUT.
"""

import json
import sys
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
from durable import sync_files

BOTS = (
    "bot|crawl|spider|slurp|headless|phantomjs|curl/|wget/|python-requests|scrapy"
    "|facebookexternalhit|preview"
)
INSTANT = "%Y-%m-%dT%H:%M:%S"
CONVERSIONS = (
    "program_id order_id occurred_at status affiliate_id code click_id click_at currency"
    " amount_minor refunded_minor net_minor rate_bps commission_minor affiliate_payout_minor"
).split()


def read(path: str, columns: list[str]) -> pd.DataFrame:
    """The columns as text; rows that are too long are left out."""
    return pd.read_csv(
        path,
        dtype="str",
        keep_default_na=False,
        na_filter=False,
        usecols=columns,
        on_bad_lines="skip",
        encoding_errors="replace",
    ).fillna("")


def millis(texts: pd.Series) -> pd.Series:
    """Milliseconds since 1970; missing for what is no instant."""
    whole = texts.str.endswith("Z") & (texts.str.len() == 20)
    seconds = pd.to_datetime(texts.where(whole), format=INSTANT + "Z", errors="coerce")
    parts = pd.to_datetime(texts.where(~whole), format=INSTANT + ".%fZ", errors="coerce")
    instants = seconds.fillna(parts).astype("datetime64[ms]")
    return instants.astype("int64").where(instants.notna()).astype("Int64")


def minor(texts: pd.Series) -> pd.Series:
    """Minor units of an amount in major units, exactly; missing for what is none."""
    parts = texts.str.extract(r"^(\d+)(?:\.(\d{1,2}))?$")
    whole = pd.to_numeric(parts[0]).astype("Int64")
    rest = pd.to_numeric(parts[1].fillna("").str.ljust(2, "0")).astype("Int64")
    return whole * 100 + rest


def terms(path: str, as_of: datetime) -> tuple[pd.DataFrame, pd.DataFrame]:
    columns = (
        "program_id commission_rate affiliate_share attribution_window_days payout_minimum_minor"
        " payout_term hold_days tiers"
    ).split()
    programs, tiers = [], []
    for row in read(path, columns).itertuples():
        due = as_of - timedelta(days=int(row.payout_term.removeprefix("NET-")))
        end = due.replace(day=1, hour=0, minute=0, second=0) - timedelta(days=int(row.hold_days))
        programs.append(
            {
                "program_id": row.program_id,
                "program_bps": round(float(row.commission_rate) * 10_000),
                "share_bps": round(float(row.affiliate_share) * 10_000),
                "reach": int(row.attribution_window_days) * 86_400_000,
                "minimum": int(row.payout_minimum_minor),
                "payable_before": int((end - datetime(1970, 1, 1)).total_seconds()) * 1_000,
            }
        )
        for tier in json.loads(row.tiers or "[]"):
            bps = round(float(tier["commission_rate"]) * 10_000)
            tiers.append(
                {"program_id": row.program_id, "first": tier["min_referrals"], "tier_bps": bps}
            )
    return pd.DataFrame(programs), pd.DataFrame(tiers).sort_values("first")


def accepted_clicks(path: str, codes: pd.DataFrame, end: int) -> pd.DataFrame:
    """Whole rows of a known code, by people, not after AS_OF, each id once."""
    names = "click_id occurred_at code visitor_id fingerprint user_agent".split()
    clicks = read(path, names)
    agents = clicks.user_agent.drop_duplicates()
    bots = agents[agents.str.lower().str.contains(BOTS)]
    clicks = clicks[~clicks.user_agent.isin(bots) & ~clicks.click_id.str.contains("\ufffd")]
    clicks = clicks.merge(codes[["code", "program_id"]], on="code")
    clicks["visitor_id"] = clicks.visitor_id.where(clicks.visitor_id != "", clicks.fingerprint)
    clicks["occurred_at"] = millis(clicks.occurred_at)
    clicks = clicks[(clicks.visitor_id != "") & (clicks.occurred_at <= end).fillna(False)]
    kept = "program_id click_id occurred_at code visitor_id".split()
    clicks = clicks[kept].drop_duplicates(["program_id", "click_id"])
    return clicks.assign(occurred_at=clicks.occurred_at.astype("int64"))


def valid_orders(path: str, programs: pd.DataFrame, end: int) -> pd.DataFrame:
    """Valid orders, the newest row of each."""
    names = (
        "order_id occurred_at program_id visitor_id amount amount_minor currency status"
        " refunded_amount updated_at"
    ).split()
    orders = read(path, names)
    whole = orders.status.isin(["refunded", "cancelled", "chargeback"])
    known = whole | orders.status.isin(["paid", "partially_refunded"])
    digits = orders.amount_minor.where(orders.amount_minor.str.fullmatch(r"\d+"))
    stated = pd.to_numeric(digits).astype("Int64")
    orders["amount_minor"] = minor(orders.amount).where(orders.amount != "", stated)
    refunded = minor(orders.refunded_amount).where(orders.refunded_amount != "", 0)
    orders["refunded_minor"] = refunded.where(~whole, orders.amount_minor)
    orders["occurred_at"] = millis(orders.occurred_at)
    orders["updated_at"] = millis(orders.updated_at).fillna(-1)
    orders["currency"] = orders.currency.where(orders.currency != "", "USD")
    orders = orders[
        known
        & orders.program_id.isin(programs.program_id)
        & ~orders.order_id.str.contains("\ufffd")
        & (orders.occurred_at <= end).fillna(False)
        & (orders.refunded_minor <= orders.amount_minor).fillna(False)
    ]
    orders = orders.sort_values("updated_at").drop_duplicates(
        ["program_id", "order_id"], keep="last"
    )
    orders["net_minor"] = orders.amount_minor - orders.refunded_minor
    numbers = ["occurred_at", "amount_minor", "refunded_minor", "net_minor"]
    return orders.astype(dict.fromkeys(numbers, "int64"))


def attributed(
    orders: pd.DataFrame,
    clicks: pd.DataFrame,
    codes: pd.DataFrame,
    programs: pd.DataFrame,
    tiers: pd.DataFrame,
) -> pd.DataFrame:
    """Orders with the last click within the window, and what is earned by them."""
    pairs = orders[["program_id", "visitor_id"]].drop_duplicates()
    touches = clicks.merge(pairs, on=["program_id", "visitor_id"])
    touches = touches.sort_values(["occurred_at", "click_id"])
    touches["click_at"] = touches.occurred_at
    won = pd.merge_asof(
        orders[orders.visitor_id != ""].sort_values("occurred_at"),
        touches,
        on="occurred_at",
        by=["program_id", "visitor_id"],
    ).dropna(subset=["click_id"])
    won = won.merge(programs, on="program_id")
    won = won[won.occurred_at - won.click_at <= won.reach]
    won = won.merge(codes[["code", "affiliate_id"]], on="code")
    won = won.sort_values(["occurred_at", "order_id"])
    won["before"] = won.groupby(["program_id", "affiliate_id"]).cumcount()
    won = pd.merge_asof(
        won.sort_values("before"), tiers, left_on="before", right_on="first", by="program_id"
    )
    won["rate_bps"] = won.tier_bps.fillna(won.program_bps).astype("int64")
    won["commission_minor"] = (won.net_minor * won.rate_bps + 5_000) // 10_000
    won["affiliate_payout_minor"] = (won.commission_minor * won.share_bps + 5_000) // 10_000
    return won.assign(status="approved")


def printed(instants: pd.Series) -> pd.Series:
    times = pd.to_datetime(instants.astype("Int64"), unit="ms")
    texts = np.datetime_as_string(times.to_numpy().astype("datetime64[ms]"), unit="ms")
    return pd.Series(texts, index=instants.index).where(times.notna(), "").add("Z").replace("Z", "")


def main() -> None:
    inputs, output, as_of, threads = sys.argv[1:5]
    pa.set_cpu_count(int(threads))
    moment = datetime.fromisoformat(as_of)
    end = int((moment - datetime(1970, 1, 1)).total_seconds()) * 1_000
    programs, tiers = terms(f"{inputs}/programs.csv", moment)
    codes = read(f"{inputs}/codes.csv", ["code", "affiliate_id", "program_id"])
    clicks = accepted_clicks(f"{inputs}/clicks.csv", codes, end)
    clicks.to_parquet(f"{output}/clicks.parquet", index=False)
    orders = valid_orders(f"{inputs}/orders.csv", programs, end)
    won = attributed(orders, clicks, codes, programs, tiers)

    payable = won[won.occurred_at <= won.payable_before]
    keys = ["program_id", "affiliate_id", "currency"]
    sums = payable.groupby([*keys, "minimum"], as_index=False).affiliate_payout_minor.sum()
    sums = sums.rename(columns={"affiliate_payout_minor": "amount_minor"})
    sums = sums[sums.amount_minor >= sums.minimum].sort_values(keys)
    sums.drop(columns="minimum").to_csv(f"{output}/payouts.csv", index=False)

    key = ["program_id", "order_id"]
    lost = orders.merge(won[key], on=key, how="left", indicator=True)
    lost = lost[lost._merge == "left_only"].assign(status="unattributed")
    conversions = pd.concat([won, lost]).reindex(columns=CONVERSIONS).sort_values(key)
    earned = ["rate_bps", "commission_minor", "affiliate_payout_minor"]
    conversions = conversions.astype(dict.fromkeys(earned, "Int64"))
    conversions.to_parquet(f"{output}/conversions.parquet", index=False)
    conversions["occurred_at"] = printed(conversions.occurred_at)
    conversions["click_at"] = printed(conversions.click_at)
    conversions.to_csv(f"{output}/conversions.csv", index=False)
    sync_files(output)


if __name__ == "__main__":
    main()
