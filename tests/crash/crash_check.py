"""What must hold of a folder wherever the work in it ended."""

import contextlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crash_work import DROPS, Seen, Workload, id_of, opened

from importer.model.errors import ImporterError
from importer.store import kept

KILLED = -9
CLEAN_UP_FAILED = 7


@dataclass(frozen=True)
class Promise:
    """What a workload may leave: what is seen before and after it, and the drops that lay there."""

    workload: Workload
    old: Seen
    new: Seen
    drops: frozenset[str]

    def broken(self, folder: Path, code: int) -> Iterator[str]:
        """What is wrong after the work ended with an exit code; ``KILLED`` if it was killed."""
        try:
            yield from self._state(folder)
            seen = self.workload.seen(folder)
        except (ImporterError, OSError) as error:
            yield f"can't be read: {error}"
            return
        if seen not in (self.old, self.new):
            yield f"neither old nor new: {seen}"
        done = (0, CLEAN_UP_FAILED) if self.workload.commits else (0,)
        if code in done and seen != self.new:
            yield f"exit {code}, but it is not there"
        if self.workload.commits and code not in (*done, KILLED) and seen != self.old:
            yield f"exit {code}, but it is there"
        if code not in (0, 3, 4, CLEAN_UP_FAILED, KILLED):
            yield f"exit {code} is no answer"

    def broken_again(self, folder: Path, code: int) -> Iterator[str]:
        """What is wrong after the same was done once more, without a fault."""
        if code:
            yield f"the next run ends with {code}"
        yield from (f"after the next run: {told}" for told in self.broken(folder, 0))
        try:
            yield from _left(folder)
        except ImporterError as error:
            yield f"can't be worked in: {error}"

    def _state(self, folder: Path) -> Iterator[str]:
        if not (folder / "district" / "district.toml").exists():
            return  # not yet a workspace
        store = opened(folder)
        yield from store.verify()
        yield from _lost(folder, self.drops)
        yield from _open_to_others(folder / "district")


def _lost(folder: Path, drops: frozenset[str]) -> Iterator[str]:
    """Each drop lies whole in the inbox, or is kept and committed."""
    store = opened(folder)
    for day in drops:
        place = folder / "district" / "inbox" / day
        there = {p.name: p.read_text() for p in place.iterdir()} if place.is_dir() else {}
        if there == DROPS[day]:
            continue
        safe = False
        with contextlib.suppress(OSError):
            safe = kept.id_of_kept(store.root, id_of(day)) == id_of(day)
        if not safe:
            yield f"the drop of {day} is lost"
        elif not any(commit.drop == id_of(day) for commit in store.commits()):
            yield f"the drop of {day} was taken away and is not committed"


def _open_to_others(root: Path) -> Iterator[str]:
    for path in [root, *root.rglob("*")]:
        if stat.S_IMODE(path.lstat().st_mode) & 0o077:
            yield f"{path.relative_to(root)} is open to others"


def _left(folder: Path) -> Iterator[str]:
    """What is left over, and what the audit doesn't tell of."""
    store = opened(folder)
    with store.lock():  # who takes it sweeps; a writer without the lock has not
        yield from (f"left over: {path.name}" for path in (store.root / "staging").iterdir())
    told = {event.of for event in store.audit()}
    records = [f"commits/{commit.number:06}.json" for commit in store.commits()]
    records += [f"runs/{run.id}/run.json" for run in store.runs()]
    yield from (f"the audit doesn't tell of {name}" for name in records if name not in told)
