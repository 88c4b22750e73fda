"""Who runs against whom. A new contender is one more entry in `contenders`."""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks import verdicts
from benchmarks.places import ROOT
from benchmarks.verdicts import Verdict

FLOOR = "read"
START = "start"

FRESH = "fresh"
SYNCED = "synced"


@dataclass(frozen=True)
class Contender:
    """One command to be measured.

    command: its words; `{dir}` stands for the folder, `{next}` for the same district a day later,
    `{workspace}` for a workspace of its own.
    verdict: what is wrong with its outcome, if anything; None: only its exit code is judged.
    workspace: what was done in the workspace before: nothing (`FRESH`), or the folder synced
    (`SYNCED`); empty where none is needed.
    sound: it is for folders without faults. formats: those it is for; empty means all.
    """

    name: str
    about: str
    command: tuple[str, ...]
    verdict: Verdict | None = None
    workspace: str = ""
    sound: bool = False
    formats: tuple[str, ...] = ()

    def words(self, places: Mapping[str, object]) -> list[str]:
        """The command, with `places` for what stands in braces."""
        return [word.format(**places) for word in self.command]

    def fits(self, format_: str, faults: float) -> bool:
        """Whether it is for folders of this format and this share of faulty rows."""
        return (not self.formats or format_ in self.formats) and not (self.sound and faults)


def _floor(mode: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "benchmarks.floor", mode, "{dir}")


def importer_command(given: str | None) -> tuple[str, ...]:
    """The words that start importer; by default that of this interpreter."""
    return tuple(shlex.split(given)) if given else (sys.executable, "-m", "importer")


def contenders(importer: Sequence[str]) -> list[Contender]:
    """All contenders, in the order in which they are shown."""
    check = (*importer, "check", "--json", "{dir}")
    sync = (*importer, "sync", "--json", "-w", "{workspace}")
    today, tomorrow = (*sync, "{dir}"), (*sync, "{next}")
    return [
        Contender(START, "python and `import polars`, nothing else", _floor(START)),
        Contender(FLOOR, "`pl.read_csv` of every file, frames kept (the floor)", _floor(FLOOR)),
        Contender("read-drop", "the same, one frame at a time", _floor("read-drop")),
        Contender("check", "`check`", check, verdicts.checked),
        _sync("first", "`sync`, first load", today, verdicts.first, FRESH),
        _sync("daily", "`sync`, the day after", tomorrow, verdicts.daily, SYNCED),
        _sync("again", "`sync`, the same again", today, verdicts.again, SYNCED),
    ]


def _sync(
    name: str, about: str, command: tuple[str, ...], verdict: Verdict, workspace: str
) -> Contender:
    """A sync of those districts whose changes are known."""
    return Contender(name, about, command, verdict, workspace, sound=True, formats=("oneroster",))


def environment() -> dict[str, str]:
    """The environment of every child: this checkout comes first on the path.

    Users have compiled bytecode, so nothing may keep a child from writing it.
    """
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "NO_COLOR": "1"}
