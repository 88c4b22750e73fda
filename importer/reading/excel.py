"""openpyxl, which this module alone knows: the sheets of a workbook and their cells.

Of a sheet only the rows are parsed, each cell with its place. openpyxl's own iteration fills gaps
of any size with rows, and can't tell an empty cell from a formula that was never calculated.
"""

import io
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from xml.etree.ElementTree import iterparse

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils import get_column_letter as letters
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser

from importer.reading.cells import text, zeros
from importer.reading.container import DAMAGED, Refused

__all__ = ["Cells", "letters", "sheets"]

Cells = tuple[list[str | None], dict[int, str]]
"""The texts of a row up to its last value; and by place (from 1) why a cell has none to use."""

_LAST_ROW = 1_048_576  # of every sheet that Excel can open
_UNCALCULATED = "a formula without a value"


def sheets(path: PurePath) -> Iterator[tuple[str, Iterator[tuple[int, Cells]]]]:
    """Title and rows of each sheet; the rows must be taken before the next sheet.

    Rows have their number and cells; rows that the file leaves out are left out. Raises ``Refused``
    and, for parts that openpyxl can't parse, nearly anything.
    """
    with io.FileIO(str(path)) as raw, io.BufferedReader(raw) as file:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        if not book.worksheets:
            raise Refused("it has no sheet")
        for sheet in book.worksheets:
            yield sheet.title, _rows(book, sheet)


def _rows(book: Any, sheet: Any) -> Iterator[tuple[int, Cells]]:
    # The names with an underscore are openpyxl's own; its last release is of 2024.
    with sheet._get_source() as source:
        parser = _Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        digits, before = _Digits(sheet), 0
        for row, cells in parser.rows():
            if not before < row <= _LAST_ROW:
                raise Refused(DAMAGED)
            before = row
            yield row, _cells(row, cells, digits)


def _cells(row: int, cells: list[dict[str, Any]], digits: "_Digits") -> Cells:
    texts: list[str | None] = []
    faults: dict[int, str] = {}
    for cell in cells:
        place = cell["column"]
        if words := _fault(cell):
            faults[place] = words
            continue
        value = text(cell["value"], digits[cell["style_id"]])
        if value is None:
            continue
        if place <= len(texts) or cell["row"] != row:  # cells go from left to right
            raise Refused(DAMAGED)
        texts += [None] * (place - 1 - len(texts))
        texts.append(value)
    return texts, faults


def _fault(cell: dict[str, Any]) -> str:
    """Why a cell has no value to use, in words that hold nothing of the cell."""
    if cell["data_type"] != "e":
        return ""
    if cell["value"] is None:
        return _UNCALCULATED
    return str(cell["value"]) if cell["value"] in ERROR_CODES else "an error"


class _Digits(dict[int, int]):
    """How many digits a style fills numbers up to, looked up once."""

    def __init__(self, sheet: Any) -> None:
        super().__init__()
        self._sheet = sheet

    def __missing__(self, style: int) -> int:
        cell = ReadOnlyCell(self._sheet, 1, 1, None, style_id=style)
        self[style] = zeros(cell.number_format)
        return self[style]


class _Parser(WorkSheetParser):
    """The rows of one sheet: number, and cells as dicts of row, column, value, type and style."""

    def rows(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """All rows; ``Refused`` if the part holds no sheet data as Excel writes it."""
        element: Any
        for _, element in iterparse(self.source):  # noqa: S314 - judge() refuses document types
            if element.tag == ROW_TAG:
                yield self.parse_row(element)
                element.clear()
                self.row_dimensions.clear()
            elif element.tag == DATA_TAG:
                return
        raise Refused("a sheet in it is not in the usual form of Excel workbooks")

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """A cell; one whose formula was never calculated is an error."""
        cell: dict[str, Any] = super().parse_cell(element)
        empty = cell["value"] is None and cell["data_type"] == "n"
        if empty and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "e"
        return cell
