"""Excel workbooks: each sheet that isn't empty is a table of text, under its own row numbers.

What is in them is read elsewhere (``excel.py``, in a process of its own); here it becomes sheets.
"""

import errno
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any

import polars as pl

from importer.model import findings
from importer.model.died import Died
from importer.reading.container import DAMAGED
from importer.reading.delimited import Reading, refused
from importer.reading.worksheet import Worksheet

Opened = Callable[[str], Iterator[Any]]
"""Path of a workbook → what ``excel.sheets`` yields for it, and ``Died`` if it could not go on."""

_DIED = {
    "time": "reading it takes too long, as only a workbook made to do harm does",
    "memory": "reading it takes too much memory, as only a workbook made to do harm does",
}


def read_workbook(
    name: str, path: PurePath, opened: Opened, known: frozenset[str] = frozenset()
) -> dict[str, Reading]:
    """Read a workbook; never raises for what is in it.

    One reading per sheet that holds anything, by file name: a single one has the workbook's
    ``name``, several are “roster.xlsx [students]”. Sheets that importer wrote to explain others
    are no tables, and its own columns beside sent rows are left out; hidden sheets are read only
    if no other has a header of ``known`` names. A workbook that can't be read gives one reading
    without a sheet, with FILE-150.
    """
    sheets, objection = _gathered(opened(str(path)), known)
    if objection:
        return {name: refused(name, "FILE-150", objection)}
    titles = [sheet.title for sheet in sheets]
    if len(set(titles)) < len(titles):
        return {name: refused(name, "FILE-150", "two of its sheets have the same name")}
    taken, notes = _chosen([sheet for sheet in sheets if sheet.is_table])
    if not taken and any(sheet.only_faults for sheet in sheets):
        return {name: refused(name, "FILE-150", "it holds no value, only errors and formulas")}
    if not taken:
        return {name: refused(name, "FILE-103")}
    labels = [f"{name} [{sheet.title}]" if len(taken) > 1 else name for sheet in taken]
    readings = {
        label: sheet.reading(label, path) for label, sheet in zip(labels, taken, strict=True)
    }
    return _with_notes(readings, notes)


def _gathered(messages: Iterator[Any], known: frozenset[str]) -> tuple[list[Worksheet], str]:
    """The sheets, and why the workbook isn't read after all."""
    sheets: list[Worksheet] = []
    for message in messages:
        if isinstance(message, Died):
            if message.reason == "disk":
                raise OSError(errno.EIO, "the disk failed")
            return [], _DIED.get(message.reason, DAMAGED)
        if told := message.get("refused"):
            return [], str(told)
        if "sheet" in message:
            sheets.append(Worksheet(message, known))
        else:
            sheets[-1].take(message)
    return sheets, ""


def _chosen(sheets: list[Worksheet]) -> tuple[list[Worksheet], list[dict[str, Any]]]:
    """The sheets to read, and what is to say of the hidden ones."""
    shown = [sheet for sheet in sheets if not sheet.hidden]
    hidden = [sheet for sheet in sheets if sheet.hidden]
    wanted: list[Worksheet] = []
    if not any(sheet.named for sheet in shown):
        wanted = [sheet for sheet in hidden if sheet.named] or ([] if shown else hidden)
    notes = [_about_hidden(sheet, sheet in wanted) for sheet in hidden]
    return [sheet for sheet in sheets if sheet in (*shown, *wanted)], notes


def _about_hidden(sheet: Worksheet, read: bool) -> dict[str, Any]:
    told = "was read, since no other one is a known table" if read else "was not read"
    # A hidden sheet of lists and sums is common; one that looks like a roster may be missed.
    severity = "WARNING" if sheet.named else "INFO"
    return {"code": "FILE-177", "severity": severity, "detail": f"“{sheet.title}” {told}"}


def _with_notes(readings: dict[str, Reading], notes: list[dict[str, Any]]) -> dict[str, Reading]:
    """What is said of the workbook stands beside what is said of its first sheet."""
    label, first = next(iter(readings.items()))
    said = findings.frame({**note, "file": label} for note in notes)
    return {**readings, label: Reading(first.sheet, pl.concat([said, first.findings]))}
