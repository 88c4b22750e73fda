"""Verify: hash again everything that any commit names, and every run that is kept."""

from collections.abc import Iterator
from pathlib import Path

from importer.model.errors import StorageError
from importer.model.history import Commit
from importer.store import assessments, commits, events, kept, purges, runs
from importer.store.durable import sha256_of
from importer.store.rosters import roster_path


def problems(root: Path) -> list[str]:
    """What is not as the commits promise, in plain words; empty = all is well.

    Names files and commits only, never a person. Drops that were removed are no problem.
    """
    readable, found = _chain(root)
    found += _rosters(root, readable)
    found += _drops(root, readable)
    found += runs.faults(root)
    found += _future(root, readable)
    found += events.faults(root)
    found += purges.faults(root)
    found += assessments.faults(root)
    return found


def removed(root: Path) -> list[str]:
    """Notes about drops that are no longer kept, which retention may have done rightly."""
    readable, _ = _chain(root)
    return [
        f"The files of drop {drop_id[:12]} (commit {number}) were "
        f"{purges.what_removed(root, 'drops', drop_id) or 'removed'}."
        for drop_id, number in _first_use(readable).items()
        if not kept.is_kept(root, drop_id)
    ]


def purged(root: Path) -> Iterator[str]:
    """Notes about commits whose rosters a purge removed."""
    readable, _ = _chain(root)
    gone: dict[str, list[int]] = {}
    for commit in readable:
        for stored in commit.tables.values():
            missing = not roster_path(root, stored.sha256).is_file()
            if missing and (by := purges.what_removed(root, "rosters", stored.sha256)):
                gone.setdefault(by, []).append(commit.number)
    for by, numbers in gone.items():
        first, last = min(numbers), max(numbers)
        told = f"commits {first} to {last}" if first < last else f"commit {first}"
        yield f"Rosters of {told} were {by}."


def _chain(root: Path) -> tuple[list[Commit], list[str]]:
    """The records that can be read, and what is wrong with the others or between them."""
    readable: list[Commit] = []
    found: list[str] = []
    numbers = commits.present(root)
    for number in range(1, max(numbers, default=0) + 1):
        try:
            commit = commits.read_commit(root, number)
            parent = commits.record_sha(root, number - 1) if number - 1 in numbers else ""
        except StorageError as error:
            found.append(str(error) if number in numbers else _missing(number))
            continue
        if commit.parent != parent and number - 1 in {0, *numbers}:
            found.append(
                f"Commit {number} was made after another record than the"
                f" commits/{number - 1:06}.json that is there now: one of the two was changed."
            )
        readable.append(commit)
    return readable, found


def _future(root: Path, readable: list[Commit]) -> Iterator[str]:
    """Runs that were planned against a commit that isn't there any more."""
    newest = max((commit.number for commit in readable), default=0)
    for run_id, base in runs.bases(root):
        if base > newest:
            yield f"Run {run_id} was planned against commit {base}, which is missing."


def _missing(number: int) -> str:
    return f"commits/{number:06}.json is missing, though later records are there."


def _rosters(root: Path, readable: list[Commit]) -> Iterator[str]:
    seen: set[str] = set()
    for commit in readable:
        for table, stored in commit.tables.items():
            if stored.sha256 in seen:
                continue
            seen.add(stored.sha256)
            path = roster_path(root, stored.sha256)
            fault = _roster_fault(path, stored.sha256)
            gone = not path.is_file() and purges.what_removed(root, "rosters", stored.sha256)
            if fault and not gone:
                yield f"The roster file of {table} in commit {commit.number} {fault}."


def _roster_fault(path: Path, sha256: str) -> str:
    if not path.is_file():
        return "is missing"
    try:
        return "" if sha256_of(path) == sha256 else "is damaged or was changed"
    except OSError:
        return "can't be read"


def _drops(root: Path, readable: list[Commit]) -> Iterator[str]:
    for drop_id, number in _first_use(readable).items():
        if not kept.is_kept(root, drop_id):
            continue
        try:
            fault = "" if kept.id_of_kept(root, drop_id) == drop_id else "are no longer the same"
        except OSError:
            fault = "can't be read"
        if fault:
            yield f"The kept files of drop {drop_id[:12]} (commit {number}) {fault}."


def _first_use(readable: list[Commit]) -> dict[str, int]:
    """Each drop with the first commit that names it; an undo may name none."""
    used: dict[str, int] = {}
    for commit in readable:
        if commit.drop:
            used.setdefault(commit.drop, commit.number)
    return used
