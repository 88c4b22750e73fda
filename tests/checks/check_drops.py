"""The examples of the catalogue as drops on disk, and what importer says about them."""

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from importer import flow, reviews, undo
from importer.checks.catalogue import MAPPING, Check, Files
from importer.contracts import confirmed_file
from importer.contracts.load import contracts
from importer.model.history import Who
from importer.report.reported import Reported
from importer.settings import TEMPLATE
from importer.store.folder import FolderStore

POLICY = "district.toml"
APART = (POLICY, MAPPING)
_AFTER_RIGHT = ("PLAN-506", "PLAN-532", "PLAN-552")  # `wrong` is wrong only after `right`


def written(files: Files, folder: Path) -> Path:
    """The drop of these files: a folder, or the zip itself where the example is one."""
    files = {name: content for name, content in files.items() if name not in APART}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".xlsx") and isinstance(content, str):
            _write_workbook(path, content)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    only = next(iter(files)) if len(files) == 1 else ""
    return folder / only if only.endswith(".zip") else folder


def _write_workbook(path: Path, text: str) -> None:
    """A workbook of these rows; “(merged: A2:A3)” and the like say what rows can't."""
    book = openpyxl.Workbook()
    sheet, row = book.worksheets[0], 0
    for line in text.splitlines():
        if told := re.fullmatch(r"\((.+): (.+)\)", line):
            if told[1] in ("sheet", "hidden sheet"):
                sheet, row = book.create_sheet(told[2]), 0
                sheet.sheet_state = "hidden" if told[1] == "hidden sheet" else "visible"
            else:
                _tell(sheet, told[1], told[2])
            continue
        row += 1
        for column, value in enumerate(next(csv.reader([line]), []), 1):
            sheet.cell(row, column, value or None)  # openpyxl takes “#N/A” for the error
    book.save(path)


def _tell(sheet: Any, what: str, where: str) -> None:
    match what, where.split():
        case "hidden", ["row", number]:
            sheet.row_dimensions[int(number)].hidden = True
        case "hidden", ["column", name]:
            sheet.column_dimensions[name].hidden = True
        case "merged", [area]:
            sheet.merge_cells(area)
        case "date", [place]:
            sheet[place] = date.fromisoformat(sheet[place].value)
        case "number", [place, "as", format_]:
            sheet[place] = int(sheet[place].value)
            sheet[place].number_format = format_
        case _:
            raise ValueError(f"nobody knows how to write ({what}: {where})")


def on(day: int) -> Who:
    return Who("Zoë", f"2026-09-{day:02}T06:00:00Z")


def checked(files: Files, folder: Path) -> Reported:
    """What a check without a workspace says."""
    said = files.get(MAPPING, "")
    assert isinstance(said, str)
    confirmed = confirmed_file.read(said, contracts())
    path = written(files, folder / "drop")
    return flow.check(path, folder / "scratch", on(1), confirmed=confirmed)


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
        said = files.get(MAPPING, "")
        assert isinstance(said, str)
        self.store.put_mapping(said, on(self.day))
        return written(files, self.folder / f"day {self.day}"), on(self.day)

    def commit(self, files: Files) -> None:
        path, who = self._next(files)
        done = flow.sync(path, self.store, who)
        assert done.commit, f"on hold for {done.waiting}"

    def undo(self) -> None:
        """Take the newest commit back."""
        head = self.store.head()
        assert head is not None
        run = undo.keep(self.store, undo.plan_undo(self.store, head.number), on(self.day))
        flow.commit(self.store, run, on(self.day), f"undo of {head.number}: Zoë had a bad file")

    def commit_without(self, selector: str) -> None:
        """Commit the plan that is there, without these changes."""
        run = self.store.runs()[-1]
        reviews.decide(self.store, run, reviews.Word([selector], [], "Cy isn't ours"), on(self.day))
        flow.commit(self.store, run, on(self.day))

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
    if check.code in _AFTER_RIGHT:
        district.commit(check.right)
    if check.code == "PLAN-560":  # `wrong` comes again after it was undone
        district.commit(check.wrong)
        district.undo()
    if check.code == "PLAN-561":  # `wrong` comes again after something in it was unchecked
        district.plan(check.wrong)
        district.commit_without("people")
    return right, district.plan(check.wrong)
