"""Districts to measure on, made once and kept."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.contenders import environment
from benchmarks.places import MAKE, ROOT, made_path


@dataclass(frozen=True)
class Case:
    """One folder to measure on: format, students, share of faulty rows, seed."""

    format: str
    students: int
    faults: float
    seed: int

    @property
    def name(self) -> str:
        """The folder's name."""
        return f"{self.format}_{self.students}_{self.faults:g}_seed{self.seed}"

    @property
    def title(self) -> str:
        """The heading of its table."""
        return (
            f"{self.format}, {self.students:,} students, {self.faults * 100:g} % of the rows faulty"
        )


def cases(
    formats: list[str], students: list[int], faults: list[float], seed: int
) -> Iterator[Case]:
    """Every combination."""
    for kind, size, share in product(formats, students, faults):
        yield Case(kind, size, share, seed)


def _made(folder: Path) -> dict[str, Any] | None:
    """What is known about a folder, if it was finished by this version of the generator."""
    if not made_path(folder).exists():
        return None
    made: dict[str, Any] = json.loads(made_path(folder).read_text())
    return made if made.get("make") == MAKE else None


def provide(case: Case, store: Path) -> tuple[Path, dict[str, Any]]:
    """The folder of a case and its description; made now unless it is there already.

    The generator runs in a process of its own: a process inherits the peak memory
    of the one that starts it, so polars must never be loaded in the runner.
    """
    folder = store / case.name
    made = _made(folder)
    if made is None:
        print(f"making {folder.name} …", file=sys.stderr)
        words = [sys.executable, "-m", "benchmarks.district", str(folder), "--replace"]
        words += ["--format", case.format, "--students", str(case.students)]
        words += ["--faults", str(case.faults), "--seed", str(case.seed)]
        subprocess.run(words, cwd=ROOT, env=environment(), check=True, stdout=sys.stderr)
        made = _made(folder)
    if made is None:
        raise RuntimeError(f"{folder} was not finished")
    return folder, made


def warm(folder: Path) -> None:
    """Read every file once, so that nobody pays for the first access to the disk."""
    for file in folder.glob("*.csv"):
        with file.open("rb") as handle:
            while handle.read(1 << 24):
                pass
