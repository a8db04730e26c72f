"""Whether a peer reached the same payouts and conversions as refbatch, to the cent.

A program of its own, so that the memory it takes is not counted for what is measured.
"""

import csv
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAYOUT_COLUMNS = ["program_id", "affiliate_id", "currency", "amount_minor"]
CONVERSION_COLUMNS = [
    "program_id",
    "order_id",
    "occurred_at",
    "status",
    "affiliate_id",
    "code",
    "click_id",
    "click_at",
    "currency",
    "amount_minor",
    "refunded_minor",
    "net_minor",
    "rate_bps",
    "commission_minor",
    "affiliate_payout_minor",
]
# What a peer leaves empty for an order that nobody is paid for, and refbatch prints as zero.
EARNED_COLUMNS = ["rate_bps", "commission_minor", "affiliate_payout_minor"]


@dataclass(frozen=True)
class Outcome:
    """The facts of one engine's result, to be equal for all."""

    payouts: int
    total_minor: int
    payouts_digest: str
    conversions: int
    attributed: int
    conversions_digest: str

    def __str__(self) -> str:
        return (
            f"{self.payouts} payouts over {self.total_minor / 100:.2f} USD "
            f"(sha256 {self.payouts_digest[:12]}), {self.conversions} conversions, "
            f"{self.attributed} of them attributed (sha256 {self.conversions_digest[:12]})"
        )


def outcome(payouts: Path, conversions: Path) -> Outcome:
    """The facts of the two files of an engine."""
    paid = sorted(rows(payouts, PAYOUT_COLUMNS))
    converted = sorted(map(plain_conversion, rows(conversions, CONVERSION_COLUMNS)))
    status = CONVERSION_COLUMNS.index("status")
    return Outcome(
        payouts=len(paid),
        total_minor=sum(int(row[3]) for row in paid),
        payouts_digest=digest(paid),
        conversions=len(converted),
        attributed=sum(row[status] == "approved" for row in converted),
        conversions_digest=digest(converted),
    )


def rows(path: Path, columns: list[str]) -> Iterator[list[str]]:
    """The wanted columns of a CSV file's rows."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        places = [header.index(name) for name in columns]
        for row in reader:
            yield [row[place] for place in places]


def plain_conversion(row: list[str]) -> list[str]:
    """A conversion's row without the freedom that engines take: .000, and empty for nothing."""
    row = [cell.replace(".000Z", "Z") for cell in row]
    if row[CONVERSION_COLUMNS.index("status")] == "unattributed":
        for name in EARNED_COLUMNS:
            row[CONVERSION_COLUMNS.index(name)] = ""
    return row


def digest(table: list[list[str]]) -> str:
    """SHA-256 of sorted rows."""
    total = hashlib.sha256()
    for row in table:
        total.update(",".join(row).encode() + b"\n")
    return total.hexdigest()


def difference(ours: Path, theirs: Path, columns: list[str], limit: int = 10) -> str:
    """The first rows that only one of two files has."""
    plain = plain_conversion if columns is CONVERSION_COLUMNS else list
    mine, other = (set(map(tuple, map(plain, rows(path, columns)))) for path in (ours, theirs))
    lines = [f"  refbatch alone: {','.join(row)}" for row in sorted(mine - other)[:limit]]
    lines += [f"  peer alone:     {','.join(row)}" for row in sorted(other - mine)[:limit]]
    return "\n".join(lines)


def main() -> int:
    """agreement.py RUN OUTPUT: a run's folder of refbatch, and a peer's."""
    run, output = map(Path, sys.argv[1:3])
    pairs = [
        (run / "payouts" / "payouts.csv", output / "payouts.csv", PAYOUT_COLUMNS),
        (run / "extracts" / "conversions.csv", output / "conversions.csv", CONVERSION_COLUMNS),
    ]
    ours = outcome(pairs[0][0], pairs[1][0])
    theirs = outcome(pairs[0][1], pairs[1][1])
    if ours == theirs:
        print(f"equal: {ours}")
        return 0
    print(f"refbatch: {ours}\npeer:     {theirs}")
    for mine, other, columns in pairs:
        print(difference(mine, other, columns))
    return 1


if __name__ == "__main__":
    sys.exit(main())
