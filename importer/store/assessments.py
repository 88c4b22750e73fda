"""Readiness reports: ``readiness/000001.json`` and up, each written once, shown as it was made."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from importer.model.audit import Event
from importer.model.errors import StorageError
from importer.model.readiness import Readiness
from importer.store import durable
from importer.store.sealed import read_sealed, seal

FOLDER = "readiness"
_NAME = re.compile(r"([0-9]{6})\.json")


def add(root: Path, readiness: Readiness) -> Path:
    """Keep a report under its ``id``; the path of its record."""
    with durable.plain_errors("The readiness report could not be kept"):
        with contextlib.suppress(FileExistsError):
            durable.make_folder(root / FOLDER)
        durable.sync(root)
        path = root / FOLDER / f"{int(readiness.id):06}.json"
        durable.create_whole(path, seal(readiness.record()), root / "staging")
    return path


def read(root: Path, number: int) -> Readiness:
    """One report; ``StorageError`` if there is none of this number, or it was changed."""
    path = root / FOLDER / f"{number:06}.json"
    if not path.is_file():
        there = ", ".join(map(str, present(root))) or "none"
        raise StorageError(f"There is no readiness report {number}.", f"Kept are: {there}.")
    return _of(path)


def _of(path: Path) -> Readiness:
    record = read_sealed(path)
    try:
        return Readiness.of(record)
    except (TypeError, KeyError, AttributeError, ValueError):
        told = f"{path.parent.name}/{path.name} was made by another version of importer."
        raise StorageError(told, "Show it with that version, or make a new report.") from None


def present(root: Path) -> list[int]:
    """The numbers of all reports, ascending."""
    if not (root / FOLDER).is_dir():
        return []
    with durable.plain_errors(f"The folder {FOLDER} could not be read"):
        names = [path.name for path in (root / FOLDER).iterdir()]
    return sorted(int(found[1]) for found in map(_NAME.fullmatch, names) if found)


def event_of(path: Path) -> Event:
    """The audit's line for a report."""
    readiness = _of(path)
    return Event(readiness.at, readiness.by, "readiness", reason=readiness.verdict.title)


def faults(root: Path) -> Iterator[str]:
    """Reports that can't be read."""
    for number in present(root):
        try:
            read(root, number)
        except StorageError as error:
            yield str(error)
