"""The cases: what is run beside what, on which data."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import engines
import shapes
from engines import (
    FOLDER, REGISTRY, Peer, Refbatch, fresh_run, kind_of, peer_run, set_aside,
)
from measure import Comparison, MeasurementError, Step, in_turn, measure, warm

DAY = "2026-03-31"
# The instant that DAY ends at, as the peers take it.
AS_OF = "2026-04-01T00:00:00"


@dataclass(frozen=True)
class Size:
    """How large a night is, and the store of the case `store`."""

    clicks: int
    orders: int
    programs: int
    affiliates: int
    codes: int
    stored_orders: int

    def registry(self) -> list[str]:
        return [
            "--programs", str(self.programs), "--affiliates", str(self.affiliates),
            "--codes", str(self.codes), "--seed", "1",
        ]


# About 92 of 100 order rows make a conversion; the others repeat, amend or are malformed.
SIZES = {
    "S": Size(100_000, 10_000, 20, 800, 2_000, 20_000),
    "M": Size(5_000_000, 500_000, 200, 8_000, 20_000, 10_900_000),
    "L": Size(20_000_000, 2_000_000, 200, 8_000, 20_000, 10_900_000),
}


@dataclass(frozen=True)
class Bench:
    """Everything that a case needs."""

    refbatch: Refbatch
    size: Size
    peers: list[Peer]
    python: Path
    pairs: int
    work: Path
    # A shape that nights are rewritten into.
    shape: str | None = None

    @property
    def log(self) -> Path:
        return self.work / "last-command.log"

    @property
    def workspace(self) -> Path:
        return self.work / "workspace"

    def night(self, form: str = "csv") -> Path:
        """The folder of a first night of 90 days, in the page cache."""
        folder = self.work / f"data-{form}"
        size = self.size
        self.refbatch.generate(
            folder, "--clicks", str(size.clicks), "--orders", str(size.orders), "--days", "90",
            "--date", DAY, "--format", form, *size.registry(),
        )
        night = folder / "night-01"
        if self.shape:
            if form != "csv":
                raise MeasurementError("shapes are made as CSV only: leave out the case jsonl")
            night = shapes.shaped(self.shape, night, self.work / f"shape-{self.shape}")
        warm(night)
        return night

    def first_night(self, night: Path, name: str = "refbatch", threads: int | None = None) -> Step:
        """refbatch on a whole night and an empty workspace."""
        words = self.refbatch.arguments(self.workspace, files(night), DAY, threads)
        return fresh_run(name, words, self.workspace, night)

    def prepare(self, command: list[str]) -> None:
        """Runs refbatch without measuring it."""
        measure(command, self.log)


def files(night: Path, kinds: list[str] | None = None) -> list[Path]:
    """The files of a night, the registry first; many of one kind as one glob."""
    order = [*REGISTRY, "clicks", "orders"]
    found: dict[str, Path] = {}
    for path in night.iterdir():
        kind = kind_of(path)
        found[kind] = night / f"{kind}-*{path.suffix}" if kind in found else path
    return [found[kind] for kind in kinds or order if kind in found]


def beside_peers(bench: Bench) -> list[Comparison]:
    """refbatch and each peer on a first night, results compared."""
    return [beside(bench, peer, "csv") for peer in bench.peers]


def as_jsonl(bench: Bench) -> list[Comparison]:
    """The same night as JSONL, beside DuckDB."""
    return [beside(bench, engines.PEERS["duckdb"], "jsonl")]


def beside(bench: Bench, peer: Peer, form: str) -> Comparison:
    night = bench.night(form)
    output = bench.work / "peer"
    ours = bench.first_night(night)
    theirs = peer_run(peer, bench.python, night, output, AS_OF, bench.refbatch.threads, form)
    # One unmeasured pair warms both programs up and shows that they agree.
    for step in (ours, theirs):
        step.before()
        measure(step.command, bench.log)
    note = agreement(published(bench.workspace), output)
    expected = digest(output / "payouts.csv")

    def check() -> None:
        if digest(output / "payouts.csv") != expected:
            raise MeasurementError(f"{peer.name} paid otherwise than before")

    case = "first night" if form == "csv" else f"first night, {form}"
    checked = Step(theirs.name, theirs.command, theirs.before, check, theirs.reads)
    comparison = in_turn(case, ours, checked, bench.pairs, bench.log)
    comparison.note = note
    set_aside(bench.workspace, output)
    return comparison


def published(workspace: Path) -> Path:
    """The output folder of the only run."""
    (run,) = (workspace / "out").iterdir()
    return run


def agreement(run: Path, output: Path) -> str:
    """What both reached, compared by a process of its own, which may take memory."""
    script = FOLDER / "harness" / "agreement.py"
    done = subprocess.run(
        [sys.executable, str(script), str(run), str(output)], capture_output=True, text=True
    )
    if done.returncode != 0:
        raise MeasurementError(done.stdout + done.stderr)
    return done.stdout.strip()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def linked_archive(bench: Bench) -> list[Comparison]:
    """`archive: link` beside the copy that is the default."""
    night = bench.night()
    schedule = bench.work / "link.json"
    inputs = [{"kind": path.name.split(".")[0], "path": str(path)} for path in files(night)]
    settings = {"archive": "link"}
    text = {"workspace": str(bench.workspace), "inputs": inputs, "settings": settings}
    schedule.write_text(json.dumps(text, indent=2))
    command = bench.refbatch.scheduled(schedule, DAY)
    link = fresh_run("refbatch, archive: link", command, bench.workspace, night)
    copy = bench.first_night(night, "refbatch, archive: copy")
    return [in_turn("archive", link, copy, bench.pairs, bench.log)]


def threads(bench: Bench) -> list[Comparison]:
    """Two threads beside one."""
    night = bench.night()
    two = bench.first_night(night, "refbatch, 2 threads", 2)
    one = bench.first_night(night, "refbatch, 1 thread", 1)
    return [in_turn("threads", two, one, bench.pairs, bench.log)]


def click_phase(bench: Bench) -> list[Comparison]:
    """A night of clicks alone beside the count of their newlines."""
    night = bench.night()
    chosen = files(night, [*REGISTRY, "clicks"])
    words = bench.refbatch.arguments(bench.workspace, chosen, DAY)
    ours = fresh_run("refbatch, clicks alone", words, bench.workspace, night)
    counter = engines.build("NewlineCount", FOLDER)
    count = [str(counter), str(night / "clicks.csv"), str(bench.refbatch.threads)]
    theirs = Step("newline count", count, reads=(night,))
    return [in_turn("clicks", ours, theirs, bench.pairs, bench.log)]


def nothing_new(bench: Bench) -> list[Comparison]:
    """The same files a second time."""
    step = bench.first_night(bench.night())
    step.before()
    bench.prepare(step.command)
    again = Step("refbatch, nothing new", step.command, reads=(*step.reads, bench.workspace))
    return [in_turn("no new input", again, None, bench.pairs, bench.log)]


def later_nights(bench: Bench) -> list[Comparison]:
    """The 31st of equal nights, and the next one, which ends a month and pays what they earned."""
    size = bench.size
    folder = bench.work / "data-nights"
    first_day = date.fromisoformat(DAY) - timedelta(days=1)
    bench.refbatch.generate(
        folder, "--clicks", str(size.clicks // 10), "--orders", str(size.orders // 10),
        "--nights", "32", "--date", first_day.isoformat(), *size.registry(),
    )
    history = bench.work / "history"
    set_aside(history)

    def night(number: int) -> tuple[Path, str]:
        day = first_day + timedelta(days=number - 1)
        return folder / f"night-{number:02d}", day.isoformat()

    def keep(number: int) -> None:
        data, day = night(number)
        bench.prepare(bench.refbatch.arguments(history, files(data), day))

    def compare(number: int, label: str) -> Comparison:
        data, day = night(number)
        warm(data)
        last = files(data)
        ours = Step(
            f"refbatch, {label}", bench.refbatch.arguments(bench.workspace, last, day),
            before=lambda: branch(history, bench.workspace), reads=(data, bench.workspace),
        )
        whole = [*files(night(1)[0], REGISTRY), *last]
        words = bench.refbatch.arguments(bench.workspace, whole, day)
        first = fresh_run(
            "refbatch, first night", words, bench.workspace, data, night(1)[0]
        )
        return in_turn(label, ours, first, bench.pairs, bench.log)

    for number in range(1, 31):
        keep(number)
    ordinary = compare(31, "31st night")
    keep(31)
    payday = compare(32, "payday")
    set_aside(history, bench.workspace, keeps_linked=False)
    return [ordinary, payday]


def large_store(bench: Bench) -> list[Comparison]:
    """200 orders on a store of millions of conversions."""
    size = bench.size
    folder = bench.work / "data-store"
    bench.refbatch.generate(
        folder, "--clicks", str(size.stored_orders // 10), "--orders", str(size.stored_orders),
        "--days", "90", "--nights", "2", "--date", DAY, *size.registry(),
    )
    history = bench.work / "history"
    set_aside(history)
    bench.prepare(bench.refbatch.arguments(history, files(folder / "night-01"), DAY))
    night = bench.work / "few"
    night.mkdir(exist_ok=True)
    copy_rows(folder / "night-02" / "orders.csv", night / "orders.csv", 200)
    day = (date.fromisoformat(DAY) + timedelta(days=1)).isoformat()
    step = Step(
        "refbatch, 200 orders", bench.refbatch.arguments(bench.workspace, files(night), day),
        before=lambda: branch(history, bench.workspace), reads=(night, bench.workspace),
    )
    comparison = in_turn("large store", step, None, bench.pairs, bench.log)
    set_aside(history, bench.workspace, keeps_linked=False)
    return [comparison]


def copy_rows(source: Path, target: Path, count: int) -> None:
    """The first records of a CSV file that are UTF-8."""
    with (
        source.open(newline="", encoding="utf-8", errors="replace") as rows,
        target.open("w", newline="", encoding="utf-8") as kept,
    ):
        writer = csv.writer(kept, lineterminator="\n")
        for number, row in enumerate(csv.reader(rows)):
            if number > count:
                break
            writer.writerow(row)


def branch(history: Path, workspace: Path) -> None:
    """A workspace as it was: what is never changed by links, the rest copied.

    The store's pages are in the page cache afterwards, as on any night.
    """
    set_aside(workspace)
    unchanging = {"archive", "clicks", "ledger", "out", "rejects"}
    workspace.mkdir()
    for path in history.iterdir():
        if path.name in unchanging:
            shutil.copytree(path, workspace / path.name, copy_function=os.link)
        elif path.is_dir():
            shutil.copytree(path, workspace / path.name)
        else:
            shutil.copy2(path, workspace / path.name)


CASES: dict[str, Callable[[Bench], list[Comparison]]] = {
    "peers": beside_peers,
    "jsonl": as_jsonl,
    "link": linked_archive,
    "threads": threads,
    "clicks": click_phase,
    "idle": nothing_new,
    "nights": later_nights,
    "store": large_store,
}
