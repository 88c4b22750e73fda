"""Who runs against whom. A new contender is one more entry in `contenders`."""

import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.places import ROOT

FLOOR = "read"
START = "start"
FOLDER = "{dir}"


@dataclass(frozen=True)
class Contender:
    """One command to be measured.

    command: its words; `{dir}` stands for the folder and is appended if absent.
    judges: it says by its exit code whether the folder has errors (0 no, 1 yes).
    formats: the formats it can read; empty means all.
    """

    name: str
    about: str
    command: tuple[str, ...]
    judges: bool = False
    formats: tuple[str, ...] = ()

    def words(self, folder: Path) -> list[str]:
        """The command for one folder."""
        words = self.command if FOLDER in " ".join(self.command) else (*self.command, FOLDER)
        return [word.replace(FOLDER, str(folder)) for word in words]

    def expected(self, faulty: bool) -> int:
        """The right exit code."""
        return 1 if self.judges and faulty else 0


def _floor(mode: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "benchmarks.floor", mode)


def check_command(given: str | None) -> tuple[str, ...]:
    """The words of the check command; by default importer of this interpreter."""
    if given:
        return tuple(shlex.split(given))
    return (sys.executable, "-m", "importer", "check")


def contenders(check: Sequence[str]) -> list[Contender]:
    """All contenders, in the order in which they are shown."""
    return [
        Contender(START, "python and `import polars`, nothing else", _floor(START)),
        Contender(
            FLOOR, "bare `pl.read_csv` of every file, frames kept (the floor)", _floor(FLOOR)
        ),
        Contender("read-drop", "the same, one frame at a time", _floor("read-drop")),
        Contender("check", "`importer check` as a command", tuple(check), judges=True),
    ]


def environment() -> dict[str, str]:
    """The environment of every child: this checkout comes first on the path."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "NO_COLOR": "1"}
