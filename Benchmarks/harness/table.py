"""The one table of a measurement."""

import os
import platform
import statistics
from datetime import date
from pathlib import Path

from measure import Comparison, median

HEADER = [
    "case", "A", "B", "A wall s", "B wall s", "A CPU s", "B CPU s", "A peak MiB", "B peak MiB",
    "A ÷ B wall", "pair by pair",
]


def render(title: str, facts: list[str], comparisons: list[Comparison]) -> str:
    """Markdown: facts of the machine, the table, and what was checked."""
    lines = [f"# {title}", "", *facts, ""]
    lines += ["Walls as median (least to greatest); the ratio is the median of the pairs'.", ""]
    lines += ["| " + " | ".join(HEADER) + " |", "|" + " --- |" * len(HEADER)]
    lines += ["| " + " | ".join(cells(comparison)) + " |" for comparison in comparisons]
    notes = [f"- {each.case}, {each.other or each.name}: {each.note}" for each in comparisons]
    noted = [note for note, each in zip(notes, comparisons) if each.note]
    if noted:
        lines += ["", "Agreement, checked before any figure counted:", "", *noted]
    return "\n".join(lines) + "\n"


def cells(comparison: Comparison) -> list[str]:
    ratios = comparison.ratios()
    ours, theirs = comparison.ours, comparison.theirs
    return [
        comparison.case, comparison.name, comparison.other or "–",
        spread(ours), spread(theirs),
        middle(ours, "cpu", 2), middle(theirs, "cpu", 2),
        middle(ours, "peak", 0), middle(theirs, "peak", 0),
        f"{statistics.median(ratios):.3f}" if ratios else "–",
        " ".join(f"{ratio:.3f}" for ratio in ratios) or "–",
    ]


def spread(samples: list) -> str:
    if not samples:
        return "–"
    walls = [sample.wall for sample in samples]
    return f"{statistics.median(walls):.3f} ({min(walls):.3f}–{max(walls):.3f})"


def middle(samples: list, part: str, digits: int) -> str:
    return f"{median(samples, part):.{digits}f}" if samples else "–"


def machine_facts() -> list[str]:
    """What the figures belong to."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"- {date.today().isoformat()}, {cores} cores, {processor()}, {memory:.0f} GiB, "
        f"Linux {platform.release()}, Python {platform.python_version()}",
    ]


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()
