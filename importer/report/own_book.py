"""The sender's own workbook, opened to be annotated, where nothing of it would be lost by that."""

import re
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from importer.contracts.header import normal
from importer.model.own_sheets import BEFORE, NOT_READ
from importer.report.sent import Sent, SentFile, secret_spellings

MOST_ROWS = 20_000
"""Rows of a drop whose workbook is kept: loading and saving 10,000 rows takes some 2 seconds."""

_MOST_BYTES = 64 << 20  # of all sheets unpacked; 20,000 rows of 20 columns take some 20 MB
_MOST_MERGED = 100_000  # cells: openpyxl makes an object of each
_FIRST_ROWS = 40  # in which a header is looked for, as in reading
_WORKBOOK = re.compile(r"\.xlsx(?: \[([^\[\]]*)\])?$", re.IGNORECASE)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"')

_LOST = {
    r"xl/(?:charts|chartsheets|diagrams|media|drawings/drawing\d*\.xml)": "pictures or charts",
    r"xl/(?:pivotTables|pivotCache|slicers|slicerCaches|timelines)": "pivot tables",
    r"xl/(?:ctrlProps|activeX|embeddings)": "controls or embedded files",
    r"xl/threadedComments": "conversations",
    r"xl/(?:connections\.xml|queryTables|model|richData|externalLinks)": "links to other data",
    r"_xmlsignatures": "a signature",
}
"""Parts of a workbook that openpyxl drops, or can't write again as they were."""

_LOST_IN_SHEETS = re.compile(rb"<x14:(?:dataValidation|conditionalFormatting|sparklineGroup)\b")


@dataclass(frozen=True)
class OwnBook:
    """The sender's workbook; None where it isn't kept, and ``why`` then, if it was one."""

    book: Workbook | None = None
    why: str = ""


@dataclass(frozen=True)
class Place:
    """Where the table of a sent file stands: the sheet, the row of its header."""

    sheet: Worksheet
    head: int


def opened(sent: Sent) -> OwnBook:
    """The workbook that all files of a drop are sheets of, without secrets and our own sheets."""
    paths = {file.sheet.path for file in sent.files}
    if len(paths) != 1 or not all(_WORKBOOK.search(file.sheet.name) for file in sent.files):
        return OwnBook()
    path = paths.pop()
    if sum(file.sheet.rows for file in sent.files) > MOST_ROWS:
        return OwnBook(why="it is long")
    if lost := _would_lose(path):
        return OwnBook(why=f"it has {lost}, which would be lost")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which hold no data
        book = load_workbook(str(path), rich_text=True)
    for sheet in [s for s in book.worksheets if any(c.value == NOT_READ for c in s[1])]:
        book.remove(sheet)
    if any(place(book, file) is None for file in sent.files):
        return OwnBook(why="its tables were not found again")
    _empty(book, sent.files)
    return OwnBook(book)


def _would_lose(path: PurePath) -> str:
    """What of a workbook that was judged fit to read would be lost; empty if nothing."""
    with zipfile.ZipFile(str(path)) as archive:
        names = archive.namelist()
        for pattern, words in _LOST.items():
            if any(re.match(pattern, name) for name in names):
                return words
        sheets = [n for n in names if re.match(r"xl/worksheets/[^/]+\.xml$", n)]
        if sum(archive.getinfo(name).file_size for name in sheets) > _MOST_BYTES:
            return "more cells than can be kept"
        for data in map(archive.read, sheets):
            if _LOST_IN_SHEETS.search(data):
                return "rules of newer versions of Excel"
            if sum(map(_area, _MERGED.findall(data))) > _MOST_MERGED:
                return "very large merged cells"
    return ""


def _area(cells: bytes) -> int:
    left, top, right, bottom = range_boundaries(cells.decode())
    return (int(right or 0) - int(left or 0) + 1) * (int(bottom or 0) - int(top or 0) + 1)


def place(book: Workbook, file: SentFile) -> Place | None:
    """Where the rows of a file stand; None where they aren't found, or importer's columns are."""
    title = _WORKBOOK.search(file.sheet.name)
    wanted = {n: cell for n, cell in enumerate(file.sheet.header) if cell.strip()}
    for sheet in book.worksheets:
        shown = "".join(sign if sign.isprintable() else "?" for sign in sheet.title)
        if title and title[1] is not None and title[1] != shown:
            continue
        for row in sheet.iter_rows(max_row=_FIRST_ROWS):
            texts = [str(cell.value) if cell.value is not None else "" for cell in row]
            if tuple(texts[: len(BEFORE)]) == BEFORE:
                return None
            if wanted and all(n < len(texts) and texts[n] == c for n, c in wanted.items()):
                return Place(sheet, row[0].row or 1)
    return None


def _empty(book: Workbook, files: Iterable[SentFile]) -> None:
    """Empty the secret columns, those of sheets that are no part of the drop by their names."""
    known = {}
    for file in files:
        if found := place(book, file):
            known[found.sheet.title] = found
            for name in file.secret:
                _empty_below(found.sheet, found.head, int(name[1:]) + 1)
    spelled = secret_spellings()
    for sheet in (s for s in book.worksheets if s.title not in known):
        heads = [
            (cell.row, cell.column)
            for row in sheet.iter_rows(max_row=_FIRST_ROWS)
            for cell in row
            if isinstance(cell.value, str) and normal(cell.value) in spelled
        ]
        for row, column in heads:
            _empty_below(sheet, row or 1, column or 1)


def _empty_below(sheet: Worksheet, head: int, column: int) -> None:
    for (cell,) in sheet.iter_rows(min_row=head + 1, min_col=column, max_col=column):
        if isinstance(cell, Cell):  # the others of merged ones hold nothing
            cell.value, cell.comment = None, None
