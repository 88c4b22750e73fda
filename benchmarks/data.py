"""Districts to measure on, made once and kept."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.places import MAKE, ROOT, made_path

CHANGES = 0.01  # of people and enrollments, from one day to the next


@dataclass(frozen=True)
class Case:
    """One folder to measure on: format, students, share of faulty rows, seed, day 1 or 2.

    format: oneroster, clever, or students: clever with a single row a student, without contacts.
    """

    format: str
    students: int
    faults: float
    seed: int
    day: int = 1

    @property
    def name(self) -> str:
        """The folder's name."""
        day = f"_day{self.day}" if self.day > 1 else ""
        return f"{self.format}_{self.students}_{self.faults:g}_seed{self.seed}{day}"

    @property
    def title(self) -> str:
        """The heading of its table."""
        return (
            f"{self.format}, {self.students:,} students, {self.faults * 100:g} % of the rows faulty"
        )


@dataclass(frozen=True)
class District:
    """A made folder, what is known about it, and the same district a day later, if asked for."""

    folder: Path
    about: dict[str, Any]
    after: Path | None = None

    @cached_property
    def changes(self) -> dict[str, dict[str, int]]:
        """Rows that are new, gone and edited the day after, by file."""
        words = [sys.executable, "-m", "benchmarks.changes", str(self.folder), str(self.after)]
        told = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
        changes: dict[str, dict[str, int]] = json.loads(told.stdout)
        return changes


def cases(
    formats: list[str], students: list[int], faults: list[float], seed: int
) -> Iterator[Case]:
    """Every combination."""
    for kind, size, share in product(formats, students, faults):
        yield Case(kind, size, share, seed)


def provide(case: Case, store: Path, after: bool) -> District:
    """The folder of a case, and of the day after it; made now unless they are there already."""
    day_two = _folder(replace(case, day=2), store)[0] if after else None
    folder, about = _folder(case, store)
    for each in filter(None, (folder, day_two)):
        _warm(each)
    return District(folder, about, day_two)


def _folder(case: Case, store: Path) -> tuple[Path, dict[str, Any]]:
    """One folder and what is known about it.

    The generator runs in a process of its own: a process inherits the peak memory
    of the one that starts it, so polars must never be loaded in the runner.
    """
    folder = store / case.name
    made = _made(folder)
    if made is None:
        print(f"making {folder.name} …", file=sys.stderr)
        words = [sys.executable, "-m", "benchmarks.district", str(folder), "--replace"]
        plain = case.format == "students"
        words += ["--format", "clever", "--no-contacts"] if plain else ["--format", case.format]
        words += ["--students", str(case.students)]
        words += ["--faults", str(case.faults), "--seed", str(case.seed)]
        words += ["--day", str(case.day), "--changes", str(CHANGES)]
        subprocess.run(words, cwd=ROOT, check=True, stdout=sys.stderr)
        made = _made(folder)
    if made is None:
        raise RuntimeError(f"{folder} was not finished")
    return folder, made


def _made(folder: Path) -> dict[str, Any] | None:
    """What is known about a folder, if it was finished by this version of the generator."""
    if not made_path(folder).exists():
        return None
    made: dict[str, Any] = json.loads(made_path(folder).read_text())
    return made if made.get("make") == MAKE else None


def _warm(folder: Path) -> None:
    """Read every file once, so that nobody pays for the first access to the disk."""
    for file in folder.glob("*.csv"):
        with file.open("rb") as handle:
            while handle.read(1 << 24):
                pass
