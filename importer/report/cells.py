"""Workbooks for people: sheets, looks and cells. Only here is openpyxl known.

Every text is written as text, never as a formula, a number or an error. Sheets are streamed to
disk row by row (openpyxl's write-only mode), so that a long workbook needs little memory.
"""

import io
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from importer.report.safe import for_terminal, for_xml

Cell = Any
"""A cell being written; openpyxl's types don't know all that a streamed one has."""

Refusal = Literal["stop", "warning"]

LONGEST = 32_767
"""UTF-16 units that a cell can hold (Excel specifications and limits)."""

_LINE, _MOST_LINES = 15, 20  # points that a line is high; Excel ends at 409
_LETTERS = 1.1  # of a text in the width of a digit, by which widths are told
_LONGEST_TITLE = 31  # likewise, of a sheet's name
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # a spreadsheet reads _x0041_ as A
_LAST_ROW = 1_048_576
_LONGEST_PROMPT, _LONGEST_PROMPT_TITLE = 255, 32  # likewise, of what is told at a cell
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
    "needed": (
        Font(bold=True),
        PatternFill("solid", fgColor="C6E0B4"),
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

_WRAPPED = {name for name, (_, _, alignment) in _LOOKS.items() if alignment.wrap_text}


class Book:
    """A workbook being written: its sheets in the order in which they are begun.

    ``base``: a workbook of somebody else that gets further sheets.
    """

    def __init__(self, base: Workbook | None = None) -> None:
        self._book = base or Workbook(write_only=True)
        if base is None:
            self._book.properties.creator = "importer"
        # Excel keeps the name “History” for itself.
        self._titles = {"history", *(title.casefold() for title in self._book.sheetnames)}
        self._styles: dict[tuple[str, bool], Any] = {}

    def hide(self, page: "Page") -> None:
        """Keep a sheet that only programs need out of sight."""
        self._book[page.title].sheet_state = "hidden"

    def page(
        self,
        title: str,
        widths: Sequence[float],
        head: int = 1,
        fixed: int = 0,
        place: int | None = None,
    ) -> "Page":
        """Begin a sheet; its name is made fit for Excel and unlike all others.

        ``head``: its line with the header, down to which, as the first ``fixed`` columns, all
        stays in sight. ``place``: where among the sheets it stands, else behind them.
        """
        sheet = self._book.create_sheet(self._title(title), place)
        return Page(sheet, widths, (head, fixed), self._styles)

    def content(self) -> bytes:
        """The finished workbook."""
        written = io.BytesIO()
        self._book.save(written)
        return written.getvalue()

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


class Page:
    """A sheet being written, line after line."""

    def __init__(
        self,
        sheet: Any,
        widths: Sequence[float],
        fixed: tuple[int, int],
        styles: dict[tuple[str, bool], Any],
    ) -> None:
        self._sheet, self._widths, self._styles = sheet, widths, styles
        self.head, columns = fixed
        self.lines = 0
        for place, width in enumerate(widths, 1):
            column = sheet.column_dimensions[get_column_letter(place)]
            # What is typed into an empty cell stays as it is typed: 007, 1-2, 3/4/2012.
            column.width, column.number_format = width, "@"
        sheet.freeze_panes = f"{get_column_letter(columns + 1)}{self.head + 1}"
        sheet.print_title_rows = f"{self.head}:{self.head}"
        sheet.page_setup.orientation = "landscape"
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToHeight = 0  # printed as wide as a page, as long as it gets

    @property
    def title(self) -> str:
        """The name of the sheet."""
        return str(self._sheet.title)

    def text(self, text: str, look: str = "text") -> Cell:
        """A cell with this text as it is; what a cell can't hold is written out or cut."""
        cell = self._cell(look, number=False)
        if text:
            cell._value = _ESCAPE.sub("_x005F_", shortened(for_xml(text)))
            cell.data_type = "s"
        return cell

    def number(self, number: int, look: str = "text") -> Cell:
        """A cell with a number."""
        cell = self._cell(look, number=True)
        cell._value = number
        return cell

    def write(self, line: Sequence[Cell | None], wrapped: int = 0) -> None:
        """Write a line, high enough for its first ``wrapped`` cells.

        Not every program finds the height out by itself.
        """
        self.lines += 1
        high = max(map(_height, line[:wrapped], self._widths), default=1)
        if high > 1:
            self._sheet.row_dimensions[self.lines].height = _LINE * min(high, _MOST_LINES)
        self._sheet.append(line)
        if self._sheet.parent.write_only:
            self._sheet.row_dimensions.pop(self.lines, None)  # it is written, and would add up
            return
        for cell in (cell for cell in line if cell is not None and cell.hyperlink):
            cell.hyperlink.ref = cell.coordinate  # only now it has its place

    def texts(self, texts: Sequence[str], look: str = "text") -> None:
        """Write a line of texts."""
        wrapped = len(texts) if look in _WRAPPED else 0
        self.write([self.text(text, look) for text in texts], wrapped)

    def filters(self) -> None:
        """Put filters on the header, for all lines written below it."""
        last = f"{get_column_letter(len(self._widths))}{max(self.lines, self.head)}"
        self._sheet.auto_filter.ref = f"A{self.head}:{last}"

    def ask(self, column: int, title: str, text: str, choices: "Choices | None" = None) -> None:
        """Tell at every cell of a column, below the header, what goes in; offer its words."""
        rule = DataValidation(
            promptTitle=_cut(title, _LONGEST_PROMPT_TITLE),
            prompt=shortened(text, _LONGEST_PROMPT),
            showInputMessage=True,
        )
        if choices:
            rule.type, rule.formula1, rule.allow_blank = "list", choices.formula, True
            rule.showErrorMessage = choices.refusal is not None
            rule.errorStyle = choices.refusal
        letter = get_column_letter(column)
        rule.add(f"{letter}{self.head + 1}:{letter}{_LAST_ROW}")
        self._sheet.data_validations.append(rule)

    def _cell(self, look: str, *, number: bool) -> Cell:
        cell: Cell = WriteOnlyCell(self._sheet)
        if (look, number) not in self._styles:
            cell.font, cell.fill, cell.alignment = _LOOKS[look]
            cell.number_format = "General" if number else "@"
            if number:
                cell.alignment = Alignment(vertical="top", horizontal="center")
            self._styles[look, number] = cell._style
        # All cells of one look share its style: setting it anew for each takes most of the time.
        cell._style = self._styles[look, number]
        return cell


@dataclass(frozen=True)
class Choices:
    """Words to choose from: a formula of a drop-down.

    ``refusal``: what another word gets: stop, a warning that can be passed, or nothing.
    """

    formula: str
    refusal: Refusal | None = None


def placed(page: Page, column: int, words: Sequence[str]) -> str:
    """The words, which stand in a column of a sheet below its header, as a formula."""
    letter, first = get_column_letter(column), page.head + 1
    title = page.title.replace("'", "''")
    return f"'{title}'!${letter}${first}:${letter}${first + len(words) - 1}"


def _height(cell: Cell | None, width: float) -> int:
    """Lines of text that a wrapped cell takes, about."""
    if cell is None or not isinstance(cell._value, str):
        return 1
    return sum(1 + int(len(line) // (width * _LETTERS)) for line in cell._value.split("\n"))


def note(cell: Cell, text: str) -> None:
    """Pin a note to a cell."""
    cell.comment = Comment(shortened(for_terminal(text)), "importer", height=120, width=320)


def link(cell: Cell, title: str, line: int, column: int) -> None:
    """Make a cell lead to another one of the workbook, in the sheet of this name."""
    title = title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref="", location=f"'{title}'!{get_column_letter(column)}{line}")


def show_first(book: Workbook) -> None:
    """Open a workbook at its first sheet; two sheets that are open are both written to."""
    book.active = 0
    for place, sheet in enumerate(book.worksheets):
        sheet.sheet_view.tabSelected = place == 0


def like(cell: Cell, other: Cell) -> None:
    """Give a cell the look of another one of its workbook."""
    cell._style = copy(other._style)


def put(cell: Cell, text: str) -> None:
    """Put a text into a cell of a workbook that isn't streamed, as text."""
    cell.number_format = "@"
    cell._value = _ESCAPE.sub("_x005F_", shortened(for_xml(text)))
    cell.data_type = "s"


def colour(cell: Cell, severity: str) -> None:
    """Give a cell the colour of a severity; all else about its look stays."""
    cell.fill = _LOOKS[severity][1]


def shortened(text: str, most: int = LONGEST) -> str:
    """The text, its end replaced by … where no cell (or no prompt) could hold it."""
    return _cut(text, most - 1) + "…" if too_long(text, most) else text


def too_long(text: str, most: int = LONGEST) -> bool:
    """Whether no cell can hold this text."""
    return len(text) > most // 2 and len(text.encode("utf-16-le")) // 2 > most


def _cut(text: str, units: int) -> str:
    """The beginning of a text, at most so many UTF-16 units, no character halved."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")
