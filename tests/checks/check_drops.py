"""The examples of the catalogue as drops on disk, and what importer says about them."""

import csv
from pathlib import Path

import openpyxl

from importer import flow
from importer.checks.catalogue import Check, Files
from importer.model.history import Who
from importer.report.reported import Reported
from importer.settings import TEMPLATE
from importer.store.folder import FolderStore

POLICY = "district.toml"


def written(files: Files, folder: Path) -> Path:
    """The drop of these files: a folder, or the zip itself where the example is one."""
    files = {name: content for name, content in files.items() if name != POLICY}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".xlsx") and isinstance(content, str):
            _write_workbook(path, content)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    only = next(iter(files)) if len(files) == 1 else ""
    return folder / only if only.endswith(".zip") else folder


def _write_workbook(path: Path, rows: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, line in enumerate(csv.reader(rows.splitlines()), 1):
        for column, value in enumerate(line, 1):
            sheet.cell(row, column, value or None)  # openpyxl takes “#N/A” for the error
    book.save(path)


def on(day: int) -> Who:
    return Who("Zoë", f"2026-09-{day:02}T06:00:00Z")


def checked(files: Files, folder: Path) -> Reported:
    """What a check without a workspace says."""
    return flow.check(written(files, folder / "drop"), folder / "scratch", on(1))


class District:
    """A workspace that example drops are sent to, one a day."""

    def __init__(self, folder: Path) -> None:
        """Open the district of this folder, or found it."""
        self.folder, self.day = folder, len(list(folder.glob("day *")))
        place = folder / "workspace"
        self.store = FolderStore.open(place) if self.day else FolderStore.create(place, TEMPLATE)

    def _next(self, files: Files) -> tuple[Path, Who]:
        self.day += 1
        policy = files.get(POLICY, TEMPLATE)
        assert isinstance(policy, str)
        (self.store.root / POLICY).write_text(policy, "utf-8")
        return written(files, self.folder / f"day {self.day}"), on(self.day)

    def commit(self, files: Files) -> None:
        path, who = self._next(files)
        done = flow.sync(path, self.store, who)
        assert done.commit, f"on hold for {done.waiting}"

    def plan(self, files: Files) -> Reported:
        path, who = self._next(files)
        return flow.plan_drop(path, self.store, who).reported


def reports(check: Check, folder: Path) -> tuple[Reported, Reported]:
    """What importer says about the right and the wrong example of a check."""
    if check.before is None and not check.code.startswith("PLAN"):
        return checked(check.right, folder / "right"), checked(check.wrong, folder / "wrong")
    district = District(folder)
    if check.before is not None:
        district.commit(check.before)
    right = district.plan(check.right)
    if check.code == "PLAN-506":  # `wrong` is the older drop only once a newer one was committed
        district.commit(check.right)
    return right, district.plan(check.wrong)
