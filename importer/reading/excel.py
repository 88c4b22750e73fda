"""calamine, which this module alone knows: the sheets of a workbook and their cells, as text.

Runs in a process of its own (``intake/isolated.py``), so what it yields is plain and can be JSON.
"""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import PurePath
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook

from importer.reading.cells import LONGEST, Mask, text
from importer.reading.container import DAMAGED, Parts, Refused, judged
from importer.reading.parts import SheetPart, masks, sheet_parts
from importer.reading.scan import Found, look

MAX_TEXT = 1 << 20
_BATCH = 10_000
_TOO_LONG = "a number of more than 15 digits, of which Excel keeps 15"

Message = dict[str, Any]


def sheets(path: str) -> Iterator[Message]:
    """All sheets that are tables; or one message ``refused`` with the reason, which ends them.

    Each sheet begins with ``sheet`` (its title), ``hidden``, ``hidden_rows`` and
    ``hidden_columns`` (ranges) and ``merged`` (areas). Its rows come in batches: ``rows`` (numbers,
    only those with a value or a fault), ``first`` (the column of the first list of ``cells``),
    ``cells`` (lists of texts, one a column, "" for none), and of cells by row and column:
    ``dates``, ``restored`` (zeros that only the format shows), ``faults`` (with the reason in
    words). A sheet that is too large gives ``large`` with the reason. All is counted from 1.
    """
    try:
        with judged(PurePath(path)) as parts:
            yield from _sheets(path, parts)
    except Refused as reason:
        yield {"refused": str(reason)}
    except (OSError, MemoryError):
        raise
    except Exception:  # whatever zipfile and calamine raise over bad bytes; there are many kinds
        yield {"refused": DAMAGED}


def _sheets(path: str, parts: Parts) -> Iterator[Message]:
    styles, known = masks(parts), sheet_parts(parts)
    with io.FileIO(path) as file:  # of a path it would go by the ending of the name
        book = CalamineWorkbook.from_filelike(file)
    if book.sheet_names != [sheet.title for sheet in known]:
        raise Refused(DAMAGED)
    for index, sheet in enumerate(known):
        if sheet.part:
            found = look(parts.chunks(sheet.part), styles)
            yield _about(sheet, found)
            if told := found.objection():
                yield {"large": told}
            else:
                yield from _batches(book.get_sheet_by_index(index), found)


def _about(sheet: SheetPart, found: Found) -> Message:
    return {
        "sheet": sheet.title,
        "hidden": sheet.hidden,
        "hidden_rows": found.hidden_rows,
        "hidden_columns": found.hidden_columns,
        "merged": found.merged,
    }


def _batches(sheet: CalamineSheet, found: Found) -> Iterator[Message]:
    first = sheet.start[1] + 1 if sheet.start else 1
    batch = _Batch(first)
    for number, values in _rows(sheet, found):
        batch.add(number, values, found)
        if batch.long:
            yield {"large": "a cell in it holds more than 1 MiB of text"}
            return
        if len(batch.rows) == _BATCH:
            yield batch.message()
            batch = _Batch(first)
    yield batch.message()


def _rows(sheet: CalamineSheet, found: Found) -> Iterator[tuple[int, list[Any]]]:
    """The rows that have a value or a fault, with their numbers."""
    last, width = 0, 0
    if sheet.start:  # else calamine panics
        width = sheet.width
        for number, values in enumerate(sheet.iter_rows(), 1):
            if values.count("") < len(values) or number in found.faults:
                yield number, values
            last = number
    for number in found.faults:
        if number > last:
            yield number, [""] * width


class _Batch:
    """Rows as their values become texts."""

    def __init__(self, first: int) -> None:
        self.first, self.long = first, False
        self.rows: list[int] = []
        self.texts: list[list[str]] = []
        self.dates: list[tuple[int, int]] = []
        self.restored: list[tuple[int, int]] = []
        self.faults: list[tuple[int, int, str]] = []

    def add(self, row: int, values: list[Any], found: Found) -> None:
        """Take a row; each value becomes a text, in its place."""
        for column, mask in found.masked.get(row, ()):
            self._mask(row, column, values, mask)
        for at, value in enumerate(values):
            if value.__class__ is str:
                self.long = self.long or len(value) > MAX_TEXT
            else:
                values[at] = self._text(row, self.first + at, value)
        self.faults += [(row, column, words) for column, words in found.faults.get(row, ())]
        self.rows.append(row)
        self.texts.append(values)

    def _mask(self, row: int, column: int, values: list[Any], mask: Mask) -> None:
        at = column - self.first
        value = values[at] if 0 <= at < len(values) else ""
        if isinstance(value, float) and value.is_integer() and abs(value) < LONGEST:
            values[at] = mask.shown(int(value))
            if values[at] != text(value):
                self.restored.append((row, column))

    def _text(self, row: int, column: int, value: Any) -> str:
        if isinstance(value, float) and abs(value) >= LONGEST:
            self.faults.append((row, column, _TOO_LONG))
            return ""
        if isinstance(value, date):  # a datetime is one too
            self.dates.append((row, column))
        return text(value)

    def message(self) -> Message:
        """What was gathered."""
        return {
            "rows": self.rows,
            "first": self.first,
            "cells": list(zip(*self.texts, strict=True)),
            "dates": self.dates,
            "restored": self.restored,
            "faults": self.faults,
        }
