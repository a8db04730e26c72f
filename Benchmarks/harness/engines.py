"""refbatch and its peers: what they need, and the commands that run them."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from measure import MeasurementError, Step

FOLDER = Path(__file__).resolve().parent.parent
ROOT = FOLDER.parent
REGISTRY = ["programs", "affiliates", "codes"]


@dataclass(frozen=True)
class Peer:
    """A script that does the core job, and the packages it needs, pinned."""

    name: str
    packages: tuple[str, ...]

    @property
    def script(self) -> Path:
        return FOLDER / "peers" / f"{self.name}_job.py"


PEERS = {
    peer.name: peer
    for peer in [
        Peer("duckdb", ("duckdb==2.0.0",)),
        Peer("polars", ("polars==2.1.0",)),
        Peer("chdb", ("chdb==4.4.0",)),
        Peer("pandas", ("pandas==3.1.1", "pyarrow==26.0.1")),
        Peer("python", ()),
    ]
}


def build(product: str, package: Path) -> Path:
    """A release build of a product; its path."""
    command = ["swift", "build", "-c", "release", "--static-swift-stdlib"]
    command += ["--package-path", str(package)]
    run([*command, "--product", product])
    shown = run([*command, "--show-bin-path"], capture=True)
    return Path(shown.strip()) / product


def run(command: list[str], capture: bool = False) -> str:
    """Runs a command that is not measured."""
    output = subprocess.PIPE if capture else sys.stderr
    done = subprocess.run(command, stdout=output, text=True)
    if done.returncode != 0:
        raise MeasurementError(f"exit code {done.returncode}: {' '.join(command)}")
    return done.stdout or ""


def environment(folder: Path, peers: list[Peer]) -> Path:
    """A virtual environment with what the peers need; its Python."""
    python = folder / "bin" / "python"
    packages = sorted({package for peer in peers for package in peer.packages})
    stamp = folder / "packages.json"
    if stamp.exists() and set(packages) <= set(json.loads(stamp.read_text())):
        return python
    run([sys.executable, "-m", "venv", "--clear", str(folder)])
    if packages:
        run([str(python), "-m", "pip", "install", "--quiet", *packages])
    stamp.write_text(json.dumps(packages))
    return python


@dataclass(frozen=True)
class Refbatch:
    """The product's binary, and how many threads it is given."""

    binary: Path
    threads: int

    def generate(self, folder: Path, *options: str) -> None:
        """Sample data of the core, if it is not there yet."""
        if folder.exists():
            return
        part = folder.with_name(folder.name + ".part")
        discard(part)
        run([str(self.binary), "generate", "--core", "--quiet", "--out", str(part), *options])
        part.rename(folder)

    def arguments(
        self, workspace: Path, files: list[Path], as_of: str, threads: int | None = None
    ) -> list[str]:
        """A run over files that are named after their kinds."""
        words = [str(self.binary), "run", "--workspace", str(workspace), "--quiet"]
        words += ["--as-of", as_of, "--threads", str(threads or self.threads)]
        for file in files:
            words += ["--input", f"{kind_of(file)}={file}"]
        return words

    def scheduled(self, schedule: Path, as_of: str) -> list[str]:
        words = [str(self.binary), "run", str(schedule), "--quiet"]
        return [*words, "--as-of", as_of, "--threads", str(self.threads)]


def kind_of(file: Path) -> str:
    """The kind of records that a file is named after: clicks.csv, or one of clicks-00001.csv."""
    return file.name.split(".")[0].split("-")[0]


def fresh_run(name: str, command: list[str], workspace: Path, *reads: Path) -> Step:
    """A step that starts without its workspace."""
    return Step(name, command, before=lambda: set_aside(workspace), reads=reads)


def peer_run(
    peer: Peer, python: Path, night: Path, output: Path, as_of: str, threads: int, form: str
) -> Step:
    """A step that runs a peer's script into an empty folder."""

    def prepare() -> None:
        set_aside(output)
        output.mkdir(parents=True)

    words = [str(python), str(peer.script), str(night), str(output), as_of, str(threads)]
    if form != "csv":
        words.append(form)
    return Step(peer.name, words, before=prepare, reads=(night,))


def discard(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


# Where set-aside folders go, beside those that are measured.
ASIDE = "aside"
asides = itertools.count(1)


def set_aside(*folders: Path, keeps_linked: bool = True) -> None:
    """Takes folders out of the way of the next run without deleting a file.

    ext4 does not give a deleted file's inode away again for a minute and more, and whenever a file
    is made it looks at each that it passes over: what was deleted just before a run would be
    measured with it. The room is given back all the same: files are cut to nothing, those with
    another name only where nobody needs them any more, that is without `keeps_linked`.
    """
    for folder in folders:
        if not folder.exists():
            continue
        kept = folder.parent / ASIDE / str(next(asides))
        kept.parent.mkdir(exist_ok=True)
        folder.rename(kept)
        for path in kept.rglob("*"):
            if path.is_symlink() or not path.is_file():
                continue
            if keeps_linked and path.stat().st_nlink > 1:
                continue
            path.chmod(0o600)
            os.truncate(path, 0)


def versions(python: Path, peers: list[Peer]) -> list[str]:
    """The peers' packages as they are installed."""
    names = [package.split("==")[0] for peer in peers for package in peer.packages]
    if not names:
        return []
    script = (
        "import sys, importlib.metadata as m\n"
        "print(', '.join(f'{n} {m.version(n)}' for n in sys.argv[1:]))"
    )
    return run([str(python), "-c", script, *names], capture=True).strip().split(", ")
