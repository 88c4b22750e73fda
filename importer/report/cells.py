"""Workbooks for people: sheets, looks and cells. Only here is openpyxl known.

Every text is written as text, never as a formula, a number or an error. Sheets are streamed to
disk row by row (openpyxl's write-only mode), so that a long workbook needs little memory.
"""

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from importer.report.safe import for_terminal, for_xml

Page = Any
Cell = Any
"""A sheet and a cell being written; openpyxl's types don't know all that a streamed one has."""

LONGEST = 32_767
"""UTF-16 units that a cell can hold (Excel specifications and limits)."""

_LONGEST_TITLE = 31  # likewise, of a sheet's name
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # a spreadsheet reads _x0041_ as A
_FILLS = {"BLOCK": "FFC7CE", "ERROR": "FFC7CE", "WARNING": "FFE699", "INFO": "DDEBF7"}
_LOOKS: dict[str, tuple[Font, PatternFill, Alignment]] = {
    "text": (Font(), PatternFill(), Alignment(vertical="top")),
    "wrapped": (Font(), PatternFill(), Alignment(vertical="top", wrap_text=True)),
    "bold": (Font(bold=True), PatternFill(), Alignment(vertical="top")),
    "head": (
        Font(bold=True),
        PatternFill("solid", fgColor="E7E6E6"),
        Alignment(vertical="top", wrap_text=True),
    ),
    "link": (
        Font(color="0563C1", underline="single"),
        PatternFill(),
        Alignment(vertical="top", wrap_text=True),
    ),
    **{
        severity: (Font(), PatternFill("solid", fgColor=colour), Alignment(vertical="top"))
        for severity, colour in _FILLS.items()
    },
}


class Book:
    """A workbook being written: its sheets in the order in which they are begun."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._book.properties.creator = "importer"
        self._titles = {"history"}  # Excel keeps this name for itself
        self._styles: dict[str, Any] = {}

    def page(self, title: str, widths: Iterable[float]) -> Page:
        """Begin a sheet; its name is made fit for Excel and unlike all others."""
        page: Page = self._book.create_sheet(self._title(title))
        for place, width in enumerate(widths, 1):
            page.column_dimensions[get_column_letter(place)].width = width
        return page

    def text(self, page: Page, text: str, look: str = "text") -> Cell:
        """A cell with this text as it is; what a cell can't hold is written out or cut."""
        cell = self._cell(page, look)
        if text:
            cell._value = _ESCAPE.sub("_x005F_", shortened(for_xml(text)))
            cell.data_type = "s"
        return cell

    def number(self, page: Page, number: int, look: str = "text") -> Cell:
        """A cell with a number."""
        cell = self._cell(page, look)
        cell._value = number
        return cell

    def line(self, page: Page, texts: Sequence[str], look: str = "text") -> None:
        """Write a row of texts."""
        page.append([self.text(page, text, look) for text in texts])

    def content(self) -> bytes:
        """The finished workbook."""
        written = io.BytesIO()
        self._book.save(written)
        return written.getvalue()

    def _cell(self, page: Page, look: str) -> Cell:
        cell: Cell = WriteOnlyCell(page)
        if look not in self._styles:
            cell.font, cell.fill, cell.alignment = _LOOKS[look]
            cell.number_format = "@"
            self._styles[look] = cell._style
        # All cells of one look share its style: setting it anew for each takes most of the time.
        cell._style = self._styles[look]
        return cell

    def _title(self, wanted: str) -> str:
        plain = _NOT_IN_TITLES.sub("_", for_terminal(wanted).replace("\\", "_"))
        plain = plain.strip().strip("'") or "file"
        title, number = _cut(plain, _LONGEST_TITLE).rstrip("'"), 1
        while title.casefold() in self._titles:
            number += 1
            end = f" ({number})"
            title = _cut(plain, _LONGEST_TITLE - len(end)) + end
        self._titles.add(title.casefold())
        return title


def note(cell: Cell, text: str) -> None:
    """Pin a note to a cell."""
    cell.comment = Comment(shortened(for_terminal(text)), "importer", height=120, width=320)


def link(cell: Cell, page: Page, row: int, column: int) -> None:
    """Make a cell lead to another one of the workbook."""
    sheet = page.title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref="", location=f"'{sheet}'!{get_column_letter(column)}{row}")


def freeze(page: Page, row: int, column: int = 0) -> None:
    """Keep the first rows and columns in sight. To be said before anything is written."""
    page.freeze_panes = f"{get_column_letter(column + 1)}{row + 1}"


def filtered(page: Page, first: int, last: int, columns: int) -> None:
    """Put filters on the header in row ``first``."""
    page.auto_filter.ref = f"A{first}:{get_column_letter(columns)}{last}"


def shortened(text: str) -> str:
    """The text, its end replaced by … where no cell could hold it."""
    return _cut(text, LONGEST - 1) + "…" if too_long(text) else text


def too_long(text: str) -> bool:
    """Whether no cell can hold this text."""
    return len(text) > LONGEST // 2 and len(text.encode("utf-16-le")) // 2 > LONGEST


def _cut(text: str, units: int) -> str:
    """The beginning of a text, at most so many UTF-16 units, no character halved."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")
