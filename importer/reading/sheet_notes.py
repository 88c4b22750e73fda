"""What is worth saying of a sheet that was read: hidden rows, hidden columns, restored zeros."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl

from importer.model.sheet import ROW, Sheet, position
from importer.reading.odd_cells import Odd
from importer.reading.places import letters

_SAID = 5  # ranges of hidden rows that are named


def notes(
    about: Mapping[str, Any], odd: Odd, sheet: Sheet, header_row: int, own: int
) -> Iterator[dict[str, Any]]:
    """Records of findings. ``about``: the first message of the sheet."""
    file: dict[str, Any] = {"file": sheet.name, "severity": "INFO"}
    if header_row > 1:
        yield {**file, "code": "FILE-139", "row": header_row}
    if hidden := _hidden_rows(about["hidden_rows"], sheet):
        detail, first, count = hidden
        yield {**file, "code": "FILE-175", "row": first, "detail": detail, "rows": count}
    for column in _hidden_columns(about["hidden_columns"], sheet, own):
        yield {**file, "code": "FILE-176", "row": header_row, "column": _named(sheet, column, own)}
    restored = [(row, column) for row, column in odd.restored if row > header_row and column > own]
    counts = Counter(column for _, column in restored)
    for column, count in sorted(counts.items()):
        first = min(row for row, at in restored if at == column)
        named = _named(sheet, column, own)
        yield {**file, "code": "FILE-180", "row": first, "column": named, "rows": count}


def _hidden_rows(ranges: Sequence[Sequence[int]], sheet: Sheet) -> tuple[str, int, int] | None:
    """The hidden rows that were read: in words, the first of them, and how many."""
    if not ranges or sheet.frame is None:
        return None
    hidden = pl.any_horizontal(pl.col(ROW).is_between(first, last) for first, last in ranges)
    rows = sheet.frame.filter(hidden)[ROW].to_list()
    return (_in_words(rows), rows[0], len(rows)) if rows else None


def _in_words(rows: Sequence[int]) -> str:
    """Row numbers as “5, 7–9”."""
    runs = [
        [row for _, row in run]
        for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0])
    ]
    said = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return ", ".join(said[:_SAID]) + (" …" if len(said) > _SAID else "")


def _hidden_columns(ranges: Sequence[Sequence[int]], sheet: Sheet, own: int) -> Iterator[int]:
    """The hidden columns in which something stands, from 1."""
    width = own + len(sheet.header)
    hidden = {
        column
        for first, last in ranges
        for column in range(max(first, own + 1), min(last, width) + 1)
    }
    for column in sorted(hidden):
        name = position(column - own - 1)
        if sheet.frame is not None and sheet.frame[name].null_count() < sheet.frame.height:
            yield column


def _named(sheet: Sheet, column: int, own: int) -> str:
    """A column by its header, or by its letters where it has none."""
    return sheet.header[column - own - 1].strip() or letters(column)
