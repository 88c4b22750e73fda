"""Purges: first the record of what is to go, then it goes, then a record that it is gone.

A process that dies in between leaves the first record without the second; ``finish`` completes it.
Whole folders leave their place by one rename, so that nothing is ever there by half.
"""

import errno
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from importer.model.audit import Event
from importer.model.errors import StorageError
from importer.model.retention import Purge
from importer.store import commits, durable
from importer.store.sealed import read_as, read_sealed, seal

_RECORD = re.compile(r"([0-9]{6})\.json")
_DONE = re.compile(r"([0-9]{6})-done\.json")


def add(root: Path, purge: Purge) -> Path:
    """Write down what is to go; the path of the record."""
    with durable.plain_errors("The purge could not be written down; nothing was removed"):
        folder = root / "purges"
        if not folder.is_dir():
            durable.make_folder(folder)
        durable.sync(root)
        path = folder / f"{purge.number:06}.json"
        durable.create_whole(path, seal(purge.record()), root / "staging")
    return path


def carry_out(root: Path, purge: Purge) -> Path:
    """Remove what a purge names, all of it or what an earlier try left; gives the second record.

    What a later commit or run uses again stays: it isn't what the purge meant any more.
    """
    with durable.plain_errors("Not all could be removed; start the purge again"):
        _remove(root, purge, *_used_again(root, purge))
        path = root / "purges" / f"{purge.number:06}-done.json"
        done = {"number": purge.number, "at": purge.at, "actor": purge.actor}
        if not path.exists():
            durable.create_whole(path, seal(done), root / "staging")
    return path


def _remove(root: Path, purge: Purge, drops: set[str], rosters: set[str]) -> None:
    away = durable.staged_folder(root / "staging")
    try:
        folders = [("drops", name) for name in purge.drops if name not in drops]
        for kind, name in folders + [("runs", name) for name in purge.runs]:
            if (root / kind / name).is_dir():
                (root / kind / name).rename(away / f"{kind}-{name}")
        for sha256 in purge.rosters:
            if sha256 not in rosters:
                (root / "rosters" / f"{sha256}.parquet").unlink(missing_ok=True)
        for kind in ("drops", "runs", "rosters"):
            durable.sync(root / kind)
    finally:
        durable.discard(away)
    if away.exists():
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    durable.sync(root / "staging")


def _used_again(root: Path, purge: Purge) -> tuple[set[str], set[str]]:
    """Drops and rosters that the head needs, or what was committed since the purge was begun."""
    numbers = commits.present(root)
    made = [commits.read_commit(root, number) for number in numbers]
    later = [commit for commit in made if commit.at > purge.at] + made[-1:]
    rosters = {stored.sha256 for commit in later for stored in commit.tables.values()}
    return {commit.drop for commit in later if commit.at > purge.at}, rosters


def measured(
    root: Path, purge: Purge, drops: list[str], runs: list[str], rosters: list[str]
) -> Purge:
    """``purge`` with what is to go: the hashes of the runs' records, and how much it all is."""
    with durable.plain_errors("What is to go could not be read"):
        shas = {run: durable.sha256_of(root / "runs" / run / "run.json") for run in runs}
        places = [root / "drops" / drop for drop in drops] + [root / "runs" / run for run in runs]
        files = [path for place in places for path in place.rglob("*") if path.is_file()]
        files += [root / "rosters" / f"{sha256}.parquet" for sha256 in rosters]
        size = sum(path.stat().st_size for path in files)
    return replace(purge, drops=drops, runs=shas, rosters=rosters, files=len(files), bytes=size)


def ages(folder: Path) -> dict[str, str]:
    """The names in a folder, without an ending, and when each was changed (UTC, ISO 8601)."""
    with durable.plain_errors(f"The folder {folder.name} could not be read"):
        there = [(path.stem, path.stat().st_mtime) for path in folder.iterdir()]
    return {
        name: datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for name, at in there
    }


def every(root: Path) -> list[Purge]:
    """All purges, the oldest first."""
    return [_read(path) for path in present(root) if _RECORD.fullmatch(path.name)]


def unfinished(root: Path) -> list[Purge]:
    """Purges that were begun and not completed."""
    done = {path.name for path in present(root) if _DONE.fullmatch(path.name)}
    return [purge for purge in every(root) if f"{purge.number:06}-done.json" not in done]


def present(root: Path) -> list[Path]:
    """The records of all purges."""
    folder = root / "purges"
    if not folder.is_dir():
        return []
    with durable.plain_errors("The folder purges could not be read"):
        ours = (p for p in folder.iterdir() if _RECORD.fullmatch(p.name) or _DONE.fullmatch(p.name))
        return sorted(ours)


def event_of(path: Path) -> Event:
    """The audit's line for a record: that a purge was begun, or that it was completed."""
    if _DONE.fullmatch(path.name):
        record = read_sealed(path)
        return Event(record["at"], record["actor"], "purged")
    purge = _read(path)
    return Event(purge.at, purge.actor, "purge", automatic=purge.automatic, counts=purge.counts())


def what_removed(root: Path, kind: str, name: str) -> str:
    """“removed by purge 1 on 2026-11-22”, if a purge names it; else nothing.

    ``kind``: drops, runs or rosters; a record that can't be read tells nothing.
    """
    for path in present(root):
        try:
            purge = _read(path) if _RECORD.fullmatch(path.name) else None
        except StorageError:
            continue
        if purge and name in getattr(purge, kind):
            return f"removed by purge {purge.number} on {purge.at[:10]}"
    return ""


def faults(root: Path) -> Iterator[str]:
    """Records of purges that can't be read."""
    for path in present(root):
        try:
            event_of(path)
        except StorageError as error:
            yield str(error)


def _read(path: Path) -> Purge:
    return read_as(path, lambda record: Purge(**record))
