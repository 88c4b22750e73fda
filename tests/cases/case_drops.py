"""A case's tiny drop on disk, sent for real, and what importer says about it and does with it."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from importer import flow, settings
from importer.checks.catalogue import MODES, Files, manifest
from importer.model.history import Who
from importer.model.tables import ID_SEPARATOR, TABLES
from importer.report.reported import Reported
from importer.store.folder import FolderStore

Found = tuple[str, str, str, int | None, str | None, str | None]
"""Severity, code, file, row, column, value."""

Did = tuple[str, str, str]
"""Action, canonical table, key."""


@dataclass(frozen=True)
class Told:
    """What one drop gave: the report; in a workspace also the changes and whether they stand."""

    reported: Reported
    changes: tuple[Mapping[str, Any], ...] = ()
    committed: bool = False
    waiting: tuple[str, ...] = ()

    def found(self, *severities: str) -> list[Found]:
        """The findings in the order of the report; without ``severities`` all of them."""
        names = ("severity", "code", "file", "row", "column", "value")
        rows = self.reported.findings.select(names).rows()
        return [row for row in rows if not severities or row[0] in severities]

    def says(self, code: str) -> str:
        """The message of the first finding of a code."""
        return str(self._first(code)["message"])

    def fix(self, code: str) -> str:
        """What to do about the first finding of a code."""
        return str(self._first(code)["fix"])

    def _first(self, code: str) -> Mapping[str, Any]:
        return self.reported.findings.filter(pl.col("code") == code).row(0, named=True)

    def held(self) -> set[tuple[str, int]]:
        """The rows that are left out: file and row."""
        return set(self.reported.held.select("file", "row").rows())

    def did(self, *actions: str) -> set[Did]:
        """The changes that a commit carries out."""
        return {
            (change["action"], change["table"], change["key"].replace(ID_SEPARATOR, " / "))
            for change in self.changes
            if change["picked"] and (not actions or change["action"] in actions)
        }


def check(files: Files, folder: Path) -> Told:
    """What a check without a workspace says."""
    drop = written(files, folder / "drop")
    return Told(flow.check(drop, folder / "scratch", _on(1)))


def written(files: Files, folder: Path) -> Path:
    """The files as a folder on disk."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes(content))
    return folder


def zipped(files: Files, path: Path) -> Path:
    """The files as a zip on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, _bytes(content))
    return path


def check_zip(files: Files, folder: Path) -> Told:
    """What a check says about the files as a zip."""
    drop = zipped(files, folder / "drop.zip")
    return Told(flow.check(drop, folder / "scratch", _on(1)))


def delta(**files: str) -> Files:
    """A OneRoster 1.1 package that only says what changed: these files, all others are absent."""
    modes = {**dict.fromkeys(MODES, "absent"), **dict.fromkeys(files, "delta")}
    return {"manifest.csv": manifest(**modes), **{f"{n}.csv": text for n, text in files.items()}}


def header(text: str) -> str:
    """The header line of a table."""
    return text[: text.index("\n") + 1]


def row(text: str, number: int) -> str:
    """A line of a table, its end included; the header is number 1."""
    return text.splitlines(keepends=True)[number - 1]


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _on(day: int) -> Who:
    return Who("Zoë", f"2026-09-{day:02}T06:00:00Z")


class District:
    """A workspace that a case's drops are sent to, one a day."""

    def __init__(self, folder: Path, policy: str = settings.TEMPLATE) -> None:
        self.folder, self.day = folder, 0
        self.store = FolderStore.create(folder / "workspace", policy)

    def sync(self, files: Files) -> Told:
        """Check, plan and, where nothing needs a person's word, commit."""
        path, who = self._next(files)
        done = flow.sync(path, self.store, who)
        return _told(done.planned, bool(done.commit), tuple(done.waiting))

    def plan(self, files: Files) -> flow.Planned:
        """Check and plan, commit nothing."""
        path, who = self._next(files)
        return flow.plan_drop(path, self.store, who)

    def commit(self, files: Files) -> None:
        """The prior of a case: a drop that must go through."""
        done = self.sync(files)
        assert done.committed, f"on hold for {done.waiting}: {done.found('BLOCK')}"

    def stored(self, table: str, status: str = "active") -> dict[str, dict[str, Any]]:
        """Key → row of the newest commit."""
        rows = self.store.table(table, self.store.head()).filter(pl.col("status") == status)
        return {
            " / ".join(row[part] for part in TABLES[table].key): row
            for row in rows.collect().iter_rows(named=True)
        }

    def _next(self, files: Files) -> tuple[Path, Who]:
        self.day += 1
        return written(files, self.folder / f"day {self.day}"), _on(self.day)


def _told(planned: flow.Planned, committed: bool, waiting: tuple[str, ...]) -> Told:
    changes = tuple(planned.change.changes.iter_rows(named=True))
    return Told(planned.reported, changes, committed, waiting)
