"""The core job in plain Python: python_job.py INPUT OUTPUT AS_OF THREADS.

The csv module and dictionaries, one thread. Reads
INPUT/{programs,codes,clicks,orders}.csv; leaves clicks.csv (the accepted ones, for later
nights), conversions.csv and payouts.csv in OUTPUT.
"""

import csv
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from durable import sync_files

BOTS = re.compile(
    "bot|crawl|spider|slurp|headless|phantomjs|curl/|wget/|python-requests|scrapy"
    "|facebookexternalhit|preview"
)
AMOUNT = re.compile(r"(\d+)(?:\.(\d{1,2}))?")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
WHOLE = {"refunded", "cancelled", "chargeback"}
CONVERSIONS = (
    "program_id order_id occurred_at status affiliate_id code click_id click_at currency"
    " amount_minor refunded_minor net_minor rate_bps commission_minor affiliate_payout_minor"
).split()
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def rows(path: str, columns: list[str]) -> Iterator[list[str]]:
    """The columns of each whole row, as text."""
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        reader = csv.reader(file)
        header = next(reader)
        places = [header.index(name) for name in columns]
        for row in reader:
            if len(row) == len(header):
                yield [row[place] for place in places]


def millis(text: str) -> int | None:
    """Milliseconds since 1970, or None for what is no instant."""
    if not INSTANT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment - EPOCH) // timedelta(milliseconds=1)


def minor(text: str) -> int | None:
    """Minor units of an amount in major units, or None for what is none."""
    found = AMOUNT.fullmatch(text)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None


def printed(instant: int) -> str:
    moment = EPOCH + timedelta(milliseconds=instant)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + f".{instant % 1000:03d}Z"


def terms(path: str, as_of: datetime) -> dict[str, tuple]:
    """Of each program: rate, share, window, minimum, last payable instant, tiers."""
    columns = (
        "program_id commission_rate affiliate_share attribution_window_days payout_minimum_minor"
        " payout_term hold_days tiers"
    ).split()
    found = {}
    for name, rate, share, window, minimum, term, hold, tiers in rows(path, columns):
        due = as_of - timedelta(days=int(term.removeprefix("NET-")))
        end = due.replace(day=1, hour=0, minute=0, second=0) - timedelta(days=int(hold))
        steps = [
            (tier["min_referrals"], round(tier["commission_rate"] * 10_000))
            for tier in json.loads(tiers or "[]")
        ]
        found[name] = (
            round(float(rate) * 10_000),
            round(float(share) * 10_000),
            int(window) * 86_400_000,
            int(minimum),
            (end - EPOCH) // timedelta(milliseconds=1),
            sorted(steps),
        )
    return found


def valid_orders(path: str, programs: dict, end: int) -> dict[tuple, tuple]:
    """By program and order: the newest valid row."""
    columns = (
        "program_id order_id occurred_at visitor_id amount amount_minor currency status"
        " refunded_amount updated_at"
    ).split()
    found: dict[tuple, tuple] = {}
    for row in rows(path, columns):
        program, order, at, visitor, amount, cents, currency, status, refund, updated = row
        instant = millis(at)
        if program not in programs or "\ufffd" in order or instant is None or instant > end:
            continue
        if status not in WHOLE and status not in {"paid", "partially_refunded"}:
            continue
        total = minor(amount) if amount else int(cents) if cents.isdecimal() else None
        back = total if status in WHOLE else minor(refund) if refund else 0
        if total is None or back is None or back > total:
            continue
        version = (millis(updated) or 0) if updated else -1
        if (program, order) not in found or found[program, order][0] < version:
            found[program, order] = (version, instant, visitor, currency or "USD", total, back)
    return found


def keep_clicks(
    path: str, kept: str, codes: dict, wanted: set, end: int
) -> dict[tuple, list]:
    """Writes the accepted clicks; returns those of wanted (program, visitor), in order."""
    columns = "click_id occurred_at code visitor_id fingerprint user_agent".split()
    seen: set[tuple] = set()
    touches: dict[tuple, list] = {}
    agents: dict[str, bool] = {}
    with open(kept, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow("click_id program_id occurred_at code visitor_id".split())
        for click, at, code, visitor, fingerprint, agent in rows(path, columns):
            visitor = visitor or fingerprint
            if code not in codes or not visitor or "\ufffd" in click:
                continue
            is_bot = agents.get(agent)
            if is_bot is None:
                is_bot = agents[agent] = bool(BOTS.search(agent.lower()))
            instant = millis(at)
            program = codes[code][0]
            if is_bot or instant is None or instant > end or (program, click) in seen:
                continue
            seen.add((program, click))
            writer.writerow((click, program, instant, code, visitor))
            if (program, visitor) in wanted:
                touches.setdefault((program, visitor), []).append((instant, click, code))
    for clicks in touches.values():
        clicks.sort()
    return touches


def main() -> None:
    inputs, output, as_of = sys.argv[1:4]
    moment = datetime.fromisoformat(as_of).replace(tzinfo=timezone.utc)
    end = (moment - EPOCH) // timedelta(milliseconds=1)
    programs = terms(f"{inputs}/programs.csv", moment)
    columns = ["code", "program_id", "affiliate_id"]
    codes = {code: (name, who) for code, name, who in rows(f"{inputs}/codes.csv", columns)}
    orders = valid_orders(f"{inputs}/orders.csv", programs, end)
    wanted = {(program, row[2]) for (program, _), row in orders.items() if row[2]}
    touches = keep_clicks(
        f"{inputs}/clicks.csv", f"{output}/clicks.csv", codes, wanted, end
    )

    counts: dict[tuple, int] = {}
    sums: dict[tuple, int] = {}
    lines = []
    for (program, order), row in sorted(orders.items(), key=lambda item: (item[1][1], item[0])):
        _, instant, visitor, currency, total, back = row
        net = total - back
        rate, share, window, _, payable, steps = programs[program]
        clicks = touches.get((program, visitor), [])
        place = bisect_right(clicks, (instant, "\U0010ffff")) - 1
        head = (program, order, printed(instant))
        if place < 0 or instant - clicks[place][0] > window:
            lines.append((*head, "unattributed", "", "", "", "", currency, total, back, net))
            continue
        at, click, code = clicks[place]
        affiliate = codes[code][1]
        before = counts.get((program, affiliate), 0)
        counts[program, affiliate] = before + 1
        for first, step in steps:
            rate = step if before >= first else rate
        commission = (net * rate + 5_000) // 10_000
        payout = (commission * share + 5_000) // 10_000
        money = (currency, total, back, net, rate, commission, payout)
        lines.append((*head, "approved", affiliate, code, click, printed(at), *money))
        if instant <= payable:
            key = (program, affiliate, currency)
            sums[key] = sums.get(key, 0) + payout
    lines.sort()
    write(f"{output}/conversions.csv", CONVERSIONS, lines)
    paid = [(*key, amount) for key, amount in sums.items() if amount >= programs[key[0]][3]]
    names = ["program_id", "affiliate_id", "currency", "amount_minor"]
    write(f"{output}/payouts.csv", names, sorted(paid))
    sync_files(output)


def write(path: str, header: list[str], lines: list[tuple]) -> None:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for line in lines:
            writer.writerow(line + ("",) * (len(header) - len(line)))


if __name__ == "__main__":
    main()
