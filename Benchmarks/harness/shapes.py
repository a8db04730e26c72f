"""Shapes of data: the core's sample, rewritten so that one thing about it is extreme.

A shape keeps the sample's dirt: repeats, bots, torn and malformed rows, refunds. Bytes that are no
UTF-8 pass through unchanged.
"""

import csv
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engines import discard

Row = list[str]
# Changes the cells of a whole row in place, given the places of the columns by name.
Change = Callable[[Row, dict[str, int]], None]
KINDS = ["programs", "affiliates", "codes", "clicks", "orders"]
TRAFFIC = ["clicks", "orders"]


@dataclass(frozen=True)
class Shape:
    """What a shape changes of each kind's rows."""

    note: str
    changes: dict[str, Change] = field(default_factory=dict)
    # How many columns clicks and orders have more.
    columns: int = 0
    # Into how many files clicks and orders go.
    files: int = 1
    shuffled_rows: bool = False


def one_of(count: int) -> Change:
    """Visitors become so many."""

    def change(row: Row, at: dict[str, int]) -> None:
        for name in ("visitor_id", "fingerprint"):
            if name in at and row[at[name]]:
                row[at[name]] = f"v_{zlib.crc32(row[at[name]].encode('latin-1')) % count}"

    return change


def every(**cells: str) -> Change:
    """A column has one value; what is not of the sample's form, such as a malformed id, stays."""

    def change(row: Row, at: dict[str, int]) -> None:
        for name, value in cells.items():
            if name in at and len(row[at[name]]) == len(value):
                row[at[name]] = value

    return change


def one_code(row: Row, at: dict[str, int]) -> None:
    """Codes become the first one, and programs its program; unknown codes stay."""
    if row[at["code"]] and not row[at["code"]].startswith("NOSUCH"):
        row[at["code"]] = "SAVE00000"
    every(program_id="prog_0000")(row, at)


ONE_PROGRAM = {kind: every(program_id="prog_0000") for kind in ["codes", "orders"]}
SHAPES = {
    "few-visitors": Shape(
        "20 visitors with all clicks and orders",
        {"clicks": one_of(20), "orders": one_of(20)},
    ),
    "one-program": Shape("one program with all codes and orders", ONE_PROGRAM),
    "one-code": Shape(
        "one code with all clicks and orders", {"clicks": one_code, "orders": one_code}
    ),
    "many-files": Shape("2,500 files of clicks and as many of orders", files=2_500),
    "wide-rows": Shape("clicks and orders with 40 columns more", columns=40),
    "no-order": Shape("one program, rows in random order", ONE_PROGRAM, shuffled_rows=True),
}


def shaped(name: str, night: Path, target: Path) -> Path:
    """The folder of a night in another shape; made if it is not there yet."""
    if not target.exists():
        part = target.with_name(target.name + ".part")
        discard(part)
        part.mkdir(parents=True)
        for kind in KINDS:
            rewrite(SHAPES[name], kind, night / f"{kind}.csv", part)
        part.rename(target)
    return target


def rewrite(shape: Shape, kind: str, source: Path, target: Path) -> None:
    """Writes a file of a night in another shape."""
    with source.open(newline="", encoding="latin-1") as file:
        reader = csv.reader(file)
        header = next(reader)
        width = len(header)
        rows = changed(reader, shape.changes.get(kind), header)
        if kind not in TRAFFIC:
            write(target / f"{kind}.csv", header, rows)
            return
        if shape.shuffled_rows:
            rows = list(rows)
            random.Random(1).shuffle(rows)
        if shape.columns:
            more = [f"column_{number}" for number in range(shape.columns)]
            rows = widened(rows, width, [f"value {number:04}" for number in range(shape.columns)])
            header = header[:3] + more + header[3:]
        if shape.files == 1:
            write(target / f"{kind}.csv", header, rows)
            return
        whole = list(rows)
        for number in range(shape.files):
            start = len(whole) * number // shape.files
            end = len(whole) * (number + 1) // shape.files
            write(target / f"{kind}-{number:05}.csv", header, whole[start:end])


def changed(rows: Iterator[Row], change: Change | None, header: Row) -> Iterator[Row]:
    at = {name: place for place, name in enumerate(header)}
    for row in rows:
        if change and len(row) == len(header):
            change(row, at)
        yield row


def widened(rows: Iterator[Row], width: int, cells: Row) -> Iterator[Row]:
    for row in rows:
        yield row[:3] + cells + row[3:] if len(row) == width else row


def write(path: Path, header: Row, rows: Iterator[Row] | list[Row]) -> None:
    with path.open("w", newline="", encoding="latin-1") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
