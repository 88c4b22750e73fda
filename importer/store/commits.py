"""The history: ``commits/000001.json`` and up, each created exclusively, the newest is the head."""

import hashlib
import re
from pathlib import Path

from importer.model.errors import CommittedError, StalePlanError, StorageError
from importer.model.history import Commit
from importer.store.durable import UnconfirmedError, create_whole, plain_errors, storage_error
from importer.store.sealed import damaged, read_as, seal

_NAME = re.compile(r"(?!000000)([0-9]{6})\.json")


def commit_path(root: Path, number: int) -> Path:
    """Where a commit record lies."""
    return root / "commits" / f"{number:06}.json"


def present(root: Path) -> list[int]:
    """The numbers of all records that are there, ascending; other names are not ours."""
    with plain_errors("The folder commits could not be read"):
        names = [entry.name for entry in (root / "commits").iterdir()]
    return sorted(int(found[1]) for found in map(_NAME.fullmatch, names) if found)


def newest(root: Path) -> int:
    """The number of the head, 0 without commits; ``StorageError`` if a number is missing."""
    found = present(root)
    for expected, number in enumerate(found, start=1):
        if number != expected:
            raise StorageError(
                f"commits/{expected:06}.json is missing, though later records are there.",
                "Restore this file from a backup; until then nothing can be committed.",
            )
    return len(found)


def read_commit(root: Path, number: int) -> Commit:
    """One commit; ``StorageError`` if its record is missing, cut, changed or misnamed."""
    path = commit_path(root, number)
    if not path.is_file():
        raise StorageError(f"There is no commit {number}.", "`importer history` lists the commits.")
    commit = read_as(path, Commit.of)
    if commit.number != number:
        raise damaged(f"commits/{path.name}")
    return commit


def record_sha(root: Path, number: int) -> str:
    """The sha-256 of a record's bytes, which the next record names as its parent."""
    with plain_errors(f"The record of commit {number} could not be read"):
        return hashlib.sha256(commit_path(root, number).read_bytes()).hexdigest()


def add(root: Path, commit: Commit) -> None:
    """Make ``commit`` the head, or leave everything as it was.

    Raises ``StalePlanError`` if it does not follow the head, and ``StorageError`` if a roster
    file that it names is missing or the disk refuses; ``CommittedError`` if it is there, but the
    disk did not confirm it, so that a power cut may still take it. The link to the final name is
    the one moment at which the commit happens.
    """
    head = newest(root)
    parent = record_sha(root, head) if head else ""
    if (commit.number, commit.parent) != (head + 1, parent):
        raise _stale()
    for table, stored in commit.tables.items():
        if not (root / "rosters" / f"{stored.sha256}.parquet").is_file():
            raise StorageError(f"The roster file of {table} is missing; nothing was committed.")
    try:
        create_whole(commit_path(root, commit.number), seal(commit.record()), root / "staging")
    except FileExistsError:
        raise _stale() from None
    except UnconfirmedError as error:
        told = storage_error(
            f"Commit {commit.number} is made, but the disk did not confirm it", error
        )
        raise CommittedError(str(told), told.fix) from error
    except OSError as error:
        raise storage_error("Nothing was committed, the record can't be written", error) from error


def _stale() -> StalePlanError:
    return StalePlanError(
        "Somebody else committed meanwhile, so this plan no longer fits.",
        "Plan again: `importer plan …`.",
    )
