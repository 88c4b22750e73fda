"""Eight mistakes that a store of numbered commit files can make; the harness must find them all.

They are made in the process that works, never in the product.
"""

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import crash_work
import polars as pl
from crash_work import Workload

from importer.model.history import Commit, StoredTable
from importer.store import commits, durable, rosters
from importer.store.sealed import seal

Made = Callable[[Workload], Workload]


def _patched(module: Any, name: str, value: Any) -> Made:
    def made(workload: Workload) -> Workload:
        vars(module)[name] = value
        return workload

    return made


def _in_place(root: Path, frame: pl.DataFrame) -> StoredTable:
    """The roster file is written under its final name."""
    temp = root / "staging" / "unfinished-x"
    temp.touch(0o600)
    rosters.write_parquet(frame, temp)
    sha256 = durable.sha256_of(temp)
    data = temp.read_bytes()
    temp.unlink()
    final = rosters.roster_path(root, sha256)
    if final.exists():
        rosters._check(root, sha256)
    else:
        durable.write_new(final, data)
        durable.sync(final.parent)
    return StoredTable(sha256, frame.height, frame.height)


def _record_first(workload: Workload) -> Workload:
    """The roster files get their names only after the commit record has its own."""
    waiting: list[tuple[Path, bytes]] = []

    def put(root: Path, frame: pl.DataFrame) -> StoredTable:
        stored = _in_place(root, frame)
        final = rosters.roster_path(root, stored.sha256)
        waiting.append((final, final.read_bytes()))
        final.unlink()
        return stored

    def add(root: Path, commit: Commit) -> None:
        place = commits.commit_path(root, commit.number)
        durable.create_whole(place, seal(commit.record()), root / "staging")
        for final, data in waiting:
            durable.create_whole(final, data, root / "staging")

    vars(rosters)["put"] = put
    vars(commits)["add"] = add
    return workload


def _early(workload: Workload) -> Workload:
    """The drop leaves the inbox before the commit record is there."""
    vars(crash_work)["importing"] = _importing_early
    return workload


def _importing_early(folder_: Path, day: str) -> None:
    _whole(folder_, day, early=True)


_whole = crash_work.importing
_sync, _fsync = durable.sync, os.fsync


def _sync_folders_only(path: Path) -> None:
    if path.is_dir():
        _sync(path)


def _sync_files_only(path: Path) -> None:
    if not path.is_dir():
        _sync(path)


def _record_without_sync(final: Path, data: bytes, staging: Path) -> None:
    with durable.staged_file(staging) as temp:
        temp.write_bytes(data)
        durable.publish(temp, final)


def _no_folder_sync(workload: Workload) -> Workload:
    for module in (durable, rosters):
        vars(module)["sync"] = _sync_files_only
    return workload


SEEDS: dict[str, tuple[str, Made]] = {
    "roster file written in place": ("second commit", _patched(rosters, "put", _in_place)),
    "commit record before the roster files": ("second commit", _record_first),
    "drop taken away before the commit": ("second commit", _early),
    "no sync at all": ("second commit", _patched(os, "fsync", lambda fd: None)),
    "roster file not synced": ("second commit", _patched(rosters, "sync", _sync_folders_only)),
    "commit record not synced": (
        "second commit", _patched(commits, "create_whole", _record_without_sync)),
    "folder not synced": ("second commit", _no_folder_sync),
    "commit record renamed over another": (
        "without a lock", _patched(commits, "create_whole", durable.replace_whole)),
}  # fmt: skip
"""Mistake → the workload that shows it, and how it is made."""


def with_mistake(name: str) -> Workload:
    """The workload of a mistake, in a process that makes it from now on."""
    workload, made = SEEDS[name]
    return dataclasses.replace(made(crash_work.WORKLOADS[workload]))
