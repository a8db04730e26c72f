"""The command line of `Benchmarks/run`."""

import argparse
import subprocess
import sys
from pathlib import Path

import engines
from cases import CASES, SIZES, Bench
from engines import ASIDE, FOLDER, PEERS, ROOT, Peer, Refbatch, discard
from measure import Comparison, MeasurementError
from shapes import SHAPES
from table import machine_facts, render

DESCRIPTION = """\
Runs refbatch and other engines on the same job, in turn (A B A B ...), on data that
`refbatch generate --core` makes, checks that they agree on every payout and every conversion,
and prints one table; the same goes to Benchmarks/results/SIZE.md (SIZE-SHAPE.md). docs/performance.md says how
things are measured and why."""

EPILOG = """\
cases:
  peers    refbatch beside each peer on a first night of 90 days
  jsonl    the same night as JSONL, beside DuckDB
  link     archive: link beside archive: copy
  threads  two threads beside one
  clicks   a night of clicks alone beside a two-thread count of the same file's newlines
  idle     the same files a second time: nothing to do
  nights   the 31st night and the payday after it (each a tenth of the size), beside a first night
           of the same files
  store    200 orders on a store of 10 million conversions (size S: 18,000)

sizes: S 100,000 clicks and 10,000 orders; M 5 million and 500,000; L 20 million and 2 million.
Room needed: about 4 GiB for M, 15 GiB for L, 30 GiB for nights and store.

shapes: other data than the sample's, made from it: what an engine may be slow at. Only DuckDB's
script reads all of them; wide-rows take 4 GiB more at size M.
@SHAPES@

The peers' packages are installed, at pinned versions, with pip into a virtual environment under
the working folder; the peer python needs none.""".replace(
    "@SHAPES@", "\n".join(f"  {name:13}{shape.note}" for name, shape in SHAPES.items())
)


def main() -> int:
    options = arguments()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    try:
        bench = prepare(options, work)
        comparisons: list[Comparison] = []
        for name in options.cases:
            comparisons += CASES[name](bench)
        title = f"refbatch, size {options.size}"
        if options.shape:
            title += f", {options.shape}: {SHAPES[options.shape].note}"
        text = render(title, facts(bench, options), comparisons)
    except MeasurementError as error:
        print(f"Benchmarks/run: {error}", file=sys.stderr)
        return 1
    finally:
        discard(work / f"size-{options.size}" / ASIDE)
        if not options.keep:
            leftovers = [path for path in work.iterdir() if path.is_dir() and path.name != "venv"]
            discard(*leftovers)
    results = FOLDER / "results"
    results.mkdir(exist_ok=True)
    name = f"{options.size}-{options.shape}" if options.shape else options.size
    (results / f"{name}.md").write_text(text, encoding="utf-8")
    print(text, end="")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/run",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--size", choices=list(SIZES), default="S", help="default: S")
    parser.add_argument(
        "--peers",
        type=words_of(list(PEERS)),
        default=["duckdb", "polars", "chdb"],
        help=f"of {','.join(PEERS)}; default: duckdb,polars,chdb",
    )
    parser.add_argument(
        "--cases",
        type=words_of(list(CASES)),
        default=["peers"],
        help="default: peers; all of them: all",
    )
    parser.add_argument(
        "--shape", choices=list(SHAPES), help="measure data of another shape, beside DuckDB"
    )
    parser.add_argument("--pairs", type=positive, default=5, help="default: 5")
    parser.add_argument("--threads", type=positive, default=2, help="of each engine; default: 2")
    parser.add_argument(
        "--binary", type=Path, help="a refbatch to measure instead of a release build of this clone"
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=FOLDER / ".build-work",
        help="folder for data, workspaces and the virtual environment, on a local disk; "
        "default: Benchmarks/.build-work",
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep data for the next time, and use what is there"
    )
    options = parser.parse_args()
    if options.shape:
        options.peers = ["duckdb"]
    return options


def words_of(allowed: list[str]):
    """A reader of comma-separated words."""

    def read(text: str) -> list[str]:
        words = allowed if text == "all" else text.split(",")
        for word in words:
            if word not in allowed:
                raise argparse.ArgumentTypeError(f"{word}: expected some of {','.join(allowed)}")
        return words

    return read


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a whole number above 0")
    return int(text)


def prepare(options: argparse.Namespace, work: Path) -> Bench:
    """Builds what is to be measured and installs what it is measured with."""
    if options.binary and not options.binary.is_file():
        raise MeasurementError(f"{options.binary}: no such file; leave --binary out to build it")
    binary = options.binary.resolve() if options.binary else engines.build("refbatch", ROOT)
    if not options.keep:
        discard(*(path for path in work.iterdir() if path.is_dir() and path.name != "venv"))
    peers = needed_peers(options)
    folder = work / f"size-{options.size}"
    folder.mkdir(exist_ok=True)
    # Of a measurement that was killed.
    discard(folder / ASIDE)
    return Bench(
        refbatch=Refbatch(binary, options.threads),
        size=SIZES[options.size],
        peers=[PEERS[name] for name in options.peers],
        python=engines.environment(work / "venv", peers),
        pairs=options.pairs,
        work=folder,
        shape=options.shape,
    )


def needed_peers(options: argparse.Namespace) -> list[Peer]:
    """The peers that the cases run."""
    names = set(options.peers) if "peers" in options.cases else set()
    if "jsonl" in options.cases:
        names.add("duckdb")
    return [PEERS[name] for name in sorted(names)]


def facts(bench: Bench, options: argparse.Namespace) -> list[str]:
    """What was measured, for the head of the table."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    shown = subprocess.run(command, capture_output=True, text=True)
    commit = shown.stdout.strip() or "unknown commit"
    lines = [*machine_facts(), f"- refbatch {commit}, {options.threads} threads for each engine"]
    installed = engines.versions(bench.python, needed_peers(options))
    if installed:
        lines.append("- " + ", ".join(installed))
    size = bench.size
    lines.append(
        f"- {size.clicks:,} clicks, {size.orders:,} orders, {size.programs} programs, "
        f"{size.affiliates:,} affiliates, {size.codes:,} codes; {options.pairs} pairs"
    )
    return lines
