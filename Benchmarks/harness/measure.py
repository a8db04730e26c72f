"""One process measured, and pairs of them in turn."""

import os
import shlex
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


class MeasurementError(Exception):
    """A command that was to be measured failed, or its result is wrong."""


@dataclass(frozen=True)
class Sample:
    """What one process took: seconds, CPU seconds of all its threads, MiB at its peak."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Step:
    """A command, what has to be there before it, and what is to be done after it.

    Neither is measured.
    """

    name: str
    command: list[str]
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    # Folders that the command reads, which are in the page cache when it starts.
    reads: tuple[Path, ...] = ()


@dataclass
class Comparison:
    """Two commands run in turn: A B A B, or A alone."""

    case: str
    name: str
    other: str = ""
    ours: list[Sample] = field(default_factory=list)
    theirs: list[Sample] = field(default_factory=list)
    note: str = ""

    def ratios(self) -> list[float]:
        return [a.wall / b.wall for a, b in zip(self.ours, self.theirs)]


def measure(command: list[str], log: Path) -> Sample:
    """Runs a command with its output in a file; the peak is that of the direct child.

    A child starts with the peak of the process that spawned it, so this one has to stay small:
    it reads no large file into memory.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 1, str(log), flags, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    if status != 0:
        tail = log.read_text(errors="replace")[-3_000:]
        code = os.waitstatus_to_exitcode(status)
        raise MeasurementError(f"exit code {code}: {shlex.join(command)}\n{tail}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def once(step: Step, log: Path) -> Sample:
    """Runs a step from a settled machine: nothing is left to be written by those before it."""
    step.before()
    os.sync()
    # Some hosts take the page cache away from a machine within seconds.
    for folder in step.reads:
        warm(folder)
    sample = measure(step.command, log)
    step.after()
    return sample


def in_turn(case: str, ours: Step, theirs: Step | None, pairs: int, log: Path) -> Comparison:
    """A B A B and so on."""
    comparison = Comparison(case, ours.name, theirs.name if theirs else "")
    for pair in range(1, pairs + 1):
        comparison.ours.append(once(ours, log))
        if theirs:
            comparison.theirs.append(once(theirs, log))
        report(comparison, pair, pairs)
    return comparison


def report(comparison: Comparison, pair: int, pairs: int) -> None:
    """One line of progress."""
    text = f"{comparison.case} {pair}/{pairs}: {comparison.name} {comparison.ours[-1].wall:.3f} s"
    if comparison.theirs:
        text += f", {comparison.other} {comparison.theirs[-1].wall:.3f} s"
    print(text, file=sys.stderr, flush=True)


def median(samples: list[Sample], part: str) -> float:
    return statistics.median(getattr(sample, part) for sample in samples)


def warm(folder: Path) -> None:
    """Reads every file once, so that all engines find them in the page cache."""
    buffer = bytearray(1 << 20)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb", buffering=0) as file:
                while file.readinto(buffer):
                    pass
