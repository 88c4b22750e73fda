"""A corrected copy of a workbook: the sender's own, of which only the cells that change change.

The cells are replaced in the XML of their sheet and every other part is copied as it is. Saving it
with a library would lose charts, pictures and the values of all formulas.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from xml.sax.saxutils import escape

from importer.contracts.header import normal
from importer.mending.edits import Edits
from importer.mending.looks import Looks
from importer.mending.markup import Element, Splice, cells, elements, spliced
from importer.mending.notes import pin
from importer.mending.package import Package, Unmendable, opened
from importer.model.own_sheets import BEFORE
from importer.report.safe import for_xml

MOST_NOTES = 1_000
"""Changed cells of a workbook with a note; the others only have a colour."""

_TITLE = re.compile(r"\.xls[xm] \[([^\[\]]*)\]$", re.IGNORECASE)
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # a spreadsheet reads _x0041_ as A
_FIRST_ROWS = 40  # in which the header is looked for, as in reading
_TEXT_NODE = re.compile(rb">([^<>]+)<")
_LONGEST_NOTE = 200

Texts = Mapping[int, Mapping[int, str]]
Place = tuple[int, int]
Left = tuple[str, int, int]
"""The name of a sheet in findings, a row, a column from 0."""


@dataclass(frozen=True)
class SheetEdits:
    """What changes in one sheet of a workbook: its name in findings, its header, the edits.

    ``was``: what the cells say now, by row and column from 0, for their notes.
    """

    name: str
    header: tuple[str, ...]
    edits: Edits
    was: Mapping[Place, str]


def corrected(
    path: PurePath, sheets: Sequence[SheetEdits], secret: frozenset[str]
) -> tuple[bytes, frozenset[Left]]:
    """The workbook with the edits, and the cells that were left as they are.

    ``Unmendable`` where it can't be made. Changed cells are text, coloured, and tell in a note
    what was there. Secret cells are emptied and their texts wiped out; in sheets that aren't among
    ``sheets`` those below a header whose ``normal`` form is in ``secret``. A cell that a formula
    fills is left as it is.
    """
    package = opened(path)
    shared = _Shared(package)
    look = Looks(package.parts[_one(package, "styles")])
    pages = [_Page(package, shared, sheet) for sheet in sheets]
    left = MOST_NOTES
    hidden: list[Element] = []
    for page in pages:
        hidden += page.write(look)
        notes = dict(list(page.notes.items())[:left])
        left -= len(notes) if pin(package, page.part, notes) else 0
    package.parts[_one(package, "styles")] = look.content()
    for part in {*package.sheets.values()} - {page.part for page in pages}:
        hidden += _emptied(package, shared, part, secret)
    if hidden:
        shared.wipe(hidden)
    return package.content(), frozenset(left for page in pages for left in page.left)


def _one(package: Package, kind: str) -> str:
    """The part of this kind that the workbook names."""
    book = next(iter(package.sheets.values())).partition("/worksheets/")[0]
    for name in package.parts:
        if name.casefold() == f"{book}/{kind}.xml".casefold():
            return name
    raise Unmendable("it lacks a part that workbooks have")


def _emptied(
    package: Package, shared: "_Shared", part: str, secret: frozenset[str]
) -> list[Element]:
    """Empty the cells below secret headers of another sheet; returns them."""
    data = package.parts[part]
    below: dict[int, int] = {}
    hidden = []
    for row, column, cell in shared.cells(part):
        if below.get(column, row) < row and not cell.empty(data):
            hidden.append(cell)
        elif row <= _FIRST_ROWS and secret and normal(shared.text(cell)) in secret:
            below.setdefault(column, row)
    gone = [(cell.start, cell.end, _written(cell, None, "")) for cell in hidden]
    package.parts[part] = spliced(data, gone)
    return hidden


class _Shared:
    """The texts that cells of a workbook share."""

    def __init__(self, package: Package) -> None:
        self.package = package
        names = (name for name in package.parts if name.casefold().endswith("/sharedstrings.xml"))
        self.part = next(names, "")
        data = package.parts.get(self.part, b"")
        self.items = elements(data, frozenset({"si"})) if data else []
        self._cells: dict[str, list[tuple[int, int, Element]]] = {}

    def cells(self, part: str) -> list[tuple[int, int, Element]]:
        """The cells of a sheet as it was opened: row, column, element."""
        if part not in self._cells:
            self._cells[part] = list(cells(self.package.parts[part]))
        return self._cells[part]

    def text(self, cell: Element) -> str:
        """What a cell says, as it is stored."""
        if cell.attributes.get("t") == "s" and cell.text.strip().isdigit():
            at = int(cell.text)
            return self.items[at].text if at < len(self.items) else ""
        return cell.text

    def wipe(self, hidden: Sequence[Element]) -> None:
        """Take out the texts of emptied cells that no other cell shares."""
        texts = {self.text(cell) for cell in hidden} - {""}
        gone, empty = self._places(hidden), set(map(id, hidden))
        for part in self.package.sheets.values():
            gone -= self._places(c for _, _, c in self.cells(part) if id(c) not in empty)
        data = self.package.parts.get(self.part, b"")
        splices = [
            (e.start, e.end, f"<{e.prefix}si><{e.prefix}t/></{e.prefix}si>".encode())
            for n, e in enumerate(self.items)
            if n in gone
        ]
        if splices:
            self.package.parts[self.part] = spliced(data, splices)
        self._refuse_traces(texts)

    def _places(self, found: Iterable[Element]) -> set[int]:
        shared = (cell.text.strip() for cell in found if cell.attributes.get("t") == "s")
        return {int(text) for text in shared if text.isdigit()}

    def _refuse_traces(self, texts: set[str]) -> None:
        """Pivot tables, notes and the like may hold copies of what cells say."""
        wanted = {escape(text).encode() for text in texts}
        sheets = {*self.package.sheets.values(), self.part}
        for name, data in self.package.parts.items():
            if name not in sheets and wanted & set(_TEXT_NODE.findall(data)):
                raise Unmendable("a part of it besides its sheets holds copies of passwords")


class _Page:
    """One sheet of the workbook and what changes in it."""

    def __init__(self, package: Package, shared: _Shared, sheet: SheetEdits) -> None:
        self.package, self.shared, self.sheet = package, shared, sheet
        self.notes: dict[Place, str] = {}
        self.left: list[Left] = []
        self.part, self.head, self.before = self._found()

    def _found(self) -> tuple[str, int, int]:
        """The part of the sheet, the row of its header, and how many columns are importer's."""
        title = _TITLE.search(self.sheet.name)
        for name, part in self.package.sheets.items():
            shown = "".join(sign if sign.isprintable() else "?" for sign in name)
            if (title and title[1] != shown) or "/worksheets/" not in part:
                continue
            if place := self._header(self._first_rows(part)):
                return part, *place
        raise Unmendable("its header was not found again")

    def _first_rows(self, part: str) -> Texts:
        rows: dict[int, dict[int, str]] = {}
        for row, column, cell in self.shared.cells(part):
            if row > _FIRST_ROWS:
                break
            rows.setdefault(row, {})[column] = self.shared.text(cell)
        return rows

    def _header(self, rows: Texts) -> tuple[int, int] | None:
        wanted = {n: cell for n, cell in enumerate(self.sheet.header) if cell.strip()}
        for row, texts in rows.items():
            before = (
                len(BEFORE) if [texts.get(n + 1) for n in range(len(BEFORE))] == [*BEFORE] else 0
            )
            if wanted and all(texts.get(n + before + 1) == cell for n, cell in wanted.items()):
                return row, before
        return None

    def write(self, look: Looks) -> list[Element]:
        """Change the cells; returns those that were emptied."""
        edits, data = self.sheet.edits, self.package.parts[self.part]
        splices: list[Splice] = []
        hidden = []
        for row, column, cell in self.shared.cells(self.part):
            at = column - self.before - 1
            if row < self.head or at < 0:
                continue
            if row > self.head and at in edits.secret:
                if not cell.empty(data):
                    hidden.append(cell)
                    splices.append((cell.start, cell.end, _written(cell, None, "")))
                continue
            told = edits.header.get(at) if row == self.head else edits.cells.get(row, {}).get(at)
            if told is not None and "f" in cell.holds:
                self.left.append((self.sheet.name, row, at))
            elif told is not None:
                style = look.changed(cell.attributes.get("s", "0"))
                splices.append((cell.start, cell.end, _written(cell, told, style)))
                self.notes[row, column] = self._note(row, at)
        self.package.parts[self.part] = spliced(data, splices)
        return hidden

    def _note(self, row: int, at: int) -> str:
        was = self.sheet.was.get((row, at), "")
        shown = was if len(was) <= _LONGEST_NOTE else was[: _LONGEST_NOTE - 1] + "…"
        return for_xml(f"Changed by importer. Before: “{shown}”")


def _written(cell: Element, text: str | None, style: str) -> bytes:
    """A cell in its place with this text, or without one; ``style`` empty: its own."""
    lead, attributes = cell.prefix, dict(cell.attributes)
    attributes.pop("t", None)
    if style:
        attributes["s"] = style
    told = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    if text is None:
        return f"<{lead}c{told}/>".encode()
    shown = escape(_ESCAPE.sub("_x005F_", for_xml(text)))
    inside = f'<{lead}is><{lead}t xml:space="preserve">{shown}</{lead}t></{lead}is>'
    return f'<{lead}c{told} t="inlineStr">{inside}</{lead}c>'.encode()
