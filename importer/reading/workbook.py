"""Excel workbooks: each sheet that isn't empty is a table of text, under its own row numbers."""

import errno
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import polars as pl

from importer.model import findings
from importer.model.own_sheets import BEFORE, NOT_READ
from importer.model.sheet import ROW, Sheet
from importer.reading.container import DAMAGED, Refused, judge
from importer.reading.delimited import Reading, refused, structure_findings
from importer.reading.excel import Cells, letters, sheets
from importer.reading.grid import Grid


def read_workbook(name: str, path: PurePath) -> dict[str, Reading]:
    """Read a workbook; never raises for what is in it.

    One reading per sheet that holds anything, by file name: a single one has the workbook's
    ``name``, several are “roster.xlsx [students]”. Sheets that importer wrote to explain others
    are no tables, and its own columns beside sent rows are left out. A workbook that can't be read
    gives one reading without a sheet, with FILE-150.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which hold no data
            judge(path)
            tables = _tables(path)
    except Refused as reason:
        return {name: refused(name, "FILE-150", str(reason))}
    except Exception as error:  # whatever openpyxl raises over bad parts; there are many kinds
        if isinstance(error, OSError) and error.errno == errno.EIO:
            raise  # the disk, not the workbook
        return {name: refused(name, "FILE-150", DAMAGED)}
    if not tables:
        return {name: refused(name, "FILE-103")}
    several = len(tables) > 1
    labels = {f"{name} [{title}]" if several else name: table for title, table in tables.items()}
    return {label: table.reading(label, path) for label, table in labels.items()}


def _tables(path: PurePath) -> dict[str, "_Table"]:
    """The sheets that aren't empty and don't only explain, by title."""
    tables: dict[str, _Table] = {}
    for title, rows in sheets(path):
        shown = "".join(sign if sign.isprintable() else "?" for sign in title)
        if shown in tables:
            raise Refused("two of its sheets have the same name")
        table = _table(rows)
        if table.header_row and NOT_READ not in table.header:
            tables[shown] = table
    return tables


def _table(rows: Iterable[tuple[int, Cells]]) -> "_Table":
    table = _Table()
    for row, (texts, faults) in rows:
        if not table.header_row:
            table.own = len(BEFORE) if tuple(texts[: len(BEFORE)]) == BEFORE else 0
        sent = {place: words for place, words in faults.items() if place > table.own}
        for place, words in sent.items():
            table.fault(row, place, words)
        values = texts[table.own :] if table.own else texts
        if any(value and value.strip() for value in values) or (table.header_row and sent):
            table.take(row, values)
        if table.grid.objection():
            break
    return table


@dataclass
class _Table:
    """The rows of one sheet as they are met; the first ``own`` columns are importer's."""

    own: int = 0
    header_row: int = 0
    header: list[str] = field(default_factory=list)
    grid: Grid = field(default_factory=lambda: Grid(0))
    faults: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)

    def take(self, row: int, texts: list[str | None]) -> None:
        """Take a row that has values; the first is the header."""
        if self.header_row:
            self.grid.add(row, texts)
            return
        self.header_row, self.header = row, [value or "" for value in texts]
        self.grid.width = len(texts)

    def fault(self, row: int, place: int, words: str) -> None:
        """Note a cell without a usable value: the first row of its kind, and how many."""
        first, count = self.faults.get((place, words), (row, 0))
        self.faults[place, words] = (first, count + 1)

    def reading(self, name: str, path: PurePath) -> Reading:
        """The sheet with what is to say about it."""
        if told := self.grid.objection():
            return refused(name, "FILE-148", told)
        frame, none = self.grid.frame(), pl.Series(ROW, [], dtype=pl.UInt32)
        last = self.header_row if frame.is_empty() else frame[ROW][-1]
        every = pl.Series(ROW, range(self.header_row + 1, last + 1), dtype=pl.UInt32)
        blank = every.filter(~every.is_in(frame[ROW].implode()))
        # Values beyond the header are columns without a name: nothing is lost in silence.
        header = (*self.header, *[""] * (self.grid.width - len(self.header)))
        sheet = Sheet(name, path, header, frame.height, none, blank, frame=frame)
        ragged = pl.DataFrame(schema={ROW: pl.UInt32, "fields": pl.UInt32})
        notes = findings.frame(self._notes(name))
        return Reading(sheet, pl.concat([notes, structure_findings(sheet, ragged, len(header))]))

    def _notes(self, file: str) -> Iterator[dict[str, Any]]:
        about = {"file": file, "row": self.header_row}
        if self.header_row > 1:
            yield {**about, "code": "FILE-139", "severity": "INFO"}
        for (place, words), (first, count) in self.faults.items():
            yield {
                "file": file,
                "code": "FILE-151",
                "severity": "WARNING",
                "row": first,
                "column": letters(place),
                "detail": words,
                "rows": count,
            }
