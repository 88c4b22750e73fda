"""One streaming look at the XML of a sheet, for what calamine doesn't tell.

Which cells hold an error or a formula that was never calculated (both are "" there), which show
their number behind a mask, what is hidden or merged, and how far the cells reach: calamine makes
a grid of that size, and a 2 KB file can ask for one that ends the process (tafia/calamine#693).
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

from importer.reading.cells import Mask
from importer.reading.container import DAMAGED, Refused
from importer.reading.parts import Attributes, local, parse
from importer.reading.places import LAST_COLUMN, Columns, letters, number

MAX_COLUMNS = 512
MAX_ROWS = 200_000  # with a value
MAX_CELLS = 1 << 25  # that a sheet may span; each takes 24 bytes in calamine, 16 in polars

_LAST_ROW = 1_048_576  # of every sheet that Excel can open
_DIGITS = "0123456789"
_TRUE = ("1", "true")
_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
_UNCALCULATED = "a formula without a value"
_AFTER = {  # what may follow the rows; a formula in there is no cell's
    "autoFilter", "conditionalFormatting", "customSheetViews", "dataConsolidate",
    "dataValidations", "extLst", "hyperlinks", "mergeCells", "protectedRanges", "scenarios",
    "sheetCalcPr", "sheetProtection", "sortState",
}  # fmt: skip

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 1."""


@dataclass
class Found:
    """What the look told; rows and columns are counted from 1.

    ``faults``: row → columns without a value to use and why, in words that hold nothing of them.
    ``masked``: row → columns and their masks. Hidden rows and columns are ranges.
    """

    faults: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    masked: dict[int, list[tuple[int, Mask]]] = field(default_factory=dict)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    area: Area | None = None  # of the cells that have a value
    rows: int = 0  # that have a value; one more than ``MAX_ROWS`` ends the look

    def objection(self) -> str:
        """Why the sheet is too large to be read, as the detail of FILE-148."""
        if self.rows > MAX_ROWS:
            return f"it has more than {MAX_ROWS:,} rows"
        if self.area is None:
            return ""
        top, left, bottom, right = self.area
        if right > MAX_COLUMNS:
            return f"there is a value in column {letters(right)}, and {MAX_COLUMNS} are the limit"
        if (bottom - top + 1) * (right - left + 1) > MAX_CELLS:
            return f"its values lie so far apart that they span more than {MAX_CELLS:,} cells"
        return ""


def look(chunks: Iterable[bytes], masks: Mapping[str, Mask | None] | None) -> Found:
    """Go through the sheet once. ``Refused`` where places of cells are in doubt, or it is no sheet.

    ``masks``: what ``parts.masks`` gives.
    """
    scan = _Scan(masks)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    scan.listen = lambda on: setattr(parser, "CharacterDataHandler", scan.text if on else None)
    met = scan.handlers
    parser.StartElementHandler = lambda name, attributes: met[name](attributes)
    parser.StartCdataSectionHandler = scan.cdata
    with suppress(_Enough):
        parse(parser, chunks)
        scan.end()
    return scan.found


class _Enough(Exception):  # noqa: N818 - nothing went wrong in the look
    """There are more rows than are read, so the rest is not looked at."""


class _Handlers(dict[str, Callable[[Attributes], None]]):
    """Name of an element, whatever its prefix → what to do with it."""

    def __missing__(self, name: str) -> Callable[[Attributes], None]:
        self[name] = self.get(local(name), _nothing)
        return self[name]


def _nothing(_: Attributes) -> None:
    pass


class _Scan:
    """Where the look is: row and column, and whether the cell needs a second look."""

    def __init__(self, masks: Mapping[str, Mask | None] | None) -> None:
        self.found, self.masks = Found(), masks
        self.row, self.row_name, self.column = 0, "", 0
        self.top, self.left, self.bottom, self.right = 0, LAST_COLUMN + 1, 0, 0
        self.columns, self.sheets = Columns(), 0
        self.kind: str | None = None
        self.special, self.formula, self.value, self.said = False, False, False, ""
        self.listen: Callable[[bool], None] = lambda on: None
        self.handlers = _Handlers(
            c=self._cell, v=self._value, row=self._row, f=self._formula, sheetData=self._data,
            col=self._col, mergeCell=self._merge, **dict.fromkeys(_AFTER, self._after),
        )  # fmt: skip
        self.handlers["is"] = self._value

    def cdata(self) -> None:
        """Refuse values that are written so: calamine skips them, but for texts in their place."""
        if self.column and self.kind != "inlineStr":
            self._doubt()

    def _doubt(self) -> None:
        """Refuse what may be read in two ways."""
        raise Refused(DAMAGED)

    def _data(self, _: Attributes) -> None:
        self.sheets += 1
        if self.sheets > 1:
            self._doubt()

    def _row(self, attributes: Attributes) -> None:
        if self.special:
            self._settle()
        name = attributes.get("r")
        row = self.row + 1 if name is None else number(name)
        if not self.row < row <= _LAST_ROW:
            self._doubt()
        self.row, self.row_name, self.column = row, str(row), 0
        if attributes.get("hidden") in _TRUE:
            _extend(self.found.hidden_rows, row)

    def _cell(self, attributes: Attributes) -> None:
        if self.special:
            self._settle()
        before = self.column
        place, kind, style = attributes.get("r"), attributes.get("t"), attributes.get("s")
        if place is None:
            self.column += 1
        else:
            name = place.rstrip(_DIGITS)
            self.column = self.columns[name]
            if place[len(name) :] != self.row_name:
                self._doubt()
        if self.column <= before:  # cells go from left to right
            self._doubt()
        if style and self.masks is not None:
            if style not in self.masks:
                self._doubt()
            mask = self.masks[style]
            if mask and kind in (None, "n"):
                self.found.masked.setdefault(self.row, []).append((self.column, mask))
        self.kind, self.special = kind, kind == "e"

    def _formula(self, attributes: Attributes) -> None:
        if self.column:
            self.special = self.formula = True

    def _value(self, _: Attributes) -> None:
        if self.special:
            self.value = True
            self.listen(True)
        if self.column > self.right:  # noqa: PLR1730 - max() takes three times as long
            self.right = self.column
        if self.column < self.left:  # noqa: PLR1730
            self.left = self.column
        if self.bottom != self.row:
            self.top, self.bottom = self.top or self.row, self.row
            self.found.rows += 1
            if self.found.rows > MAX_ROWS:
                raise _Enough

    def text(self, said: str) -> None:
        """What stands in a cell that needs a second look."""
        self.said += said

    def _settle(self) -> None:
        """Judge the cell that needed a second look."""
        self.listen(False)
        said = self.said.strip()
        if self.kind == "e":
            self._fault(said if said in _ERRORS else "an error")
        elif self.formula and not said and not (self.value and self.kind == "str"):
            self._fault(_UNCALCULATED)
        self.special, self.formula, self.value, self.said = False, False, False, ""

    def _fault(self, words: str) -> None:
        self.found.faults.setdefault(self.row, []).append((self.column, words))

    def _after(self, _: Attributes) -> None:
        if self.special:
            self._settle()
        self.column = 0

    def _col(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in _TRUE:
            first, last = (number(attributes.get(name, "")) for name in ("min", "max"))
            self.found.hidden_columns.append((first, last))

    def _merge(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        ends = [self._place(end) for end in (first, last or first)]
        self.found.merged.append((*ends[0], *ends[1]))

    def _place(self, place: str) -> tuple[int, int]:
        name = place.rstrip(_DIGITS)
        return number(place[len(name) :]), self.columns[name]

    def end(self) -> None:
        """Settle what is open; a part without sheet data is no sheet."""
        if self.special:
            self._settle()
        if not self.sheets:
            raise Refused("a sheet in it is not in the usual form of Excel workbooks")
        if self.right:
            self.found.area = (self.top, self.left, self.bottom, self.right)


def _extend(ranges: list[tuple[int, int]], row: int) -> None:
    if ranges and ranges[-1][1] == row - 1:
        ranges[-1] = (ranges[-1][0], row)
    else:
        ranges.append((row, row))
