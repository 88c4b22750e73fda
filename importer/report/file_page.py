"""The sheet of one sent file: its own rows and columns, and on the left what is wrong with each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from importer.model.findings import SEVERITIES
from importer.model.own_sheets import BEFORE
from importer.model.sheet import ROW
from importer.report import cells
from importer.report.cells import Book, Cell, Page
from importer.report.problems import labelled, problems
from importer.report.safe import for_terminal
from importer.report.sent import SentFile

MOST_ROWS = 100_000
"""Rows of a file that a sheet shows; of a longer file it shows those with problems."""

LONG = f"Only rows with problems are shown, {MOST_ROWS:,} at most, of"

MOST_NOTES = 1_000
"""Cells of a workbook with a note: 50,000 of them take twice the time, seven times the memory."""

_BEFORE_WIDTHS = (50.0, 9.0)
_FIRST = len(BEFORE) + 1  # where the sender's own begin
_WIDTH = 18.0
_HEADER = 1  # the row that findings about the header carry


@dataclass(frozen=True)
class Shown:
    """A sheet that was written: its name, its header's line, and where a row and a column are.

    ``beside``: the column that tells of a row as a whole.
    """

    title: str
    head: int
    lines: Mapping[int, int]
    columns: Mapping[str, int]
    beside: int = _FIRST - 1

    def place(self, row: int | None, column: str | None) -> tuple[int, int]:
        """Line and column of the sheet; the header or the row's number where there is no cell."""
        line = self.lines.get(row or _HEADER, self.head)
        return line, self.columns.get((column or "").strip(), self.beside if row else 1)


@dataclass
class Flags:
    """The findings of a file: the worst severity of a row, severity and texts of a cell.

    Cells are known by row of the file and column of the sheet.
    """

    rows: dict[int, str] = field(default_factory=dict)
    cells: dict[int, dict[int, tuple[str, str]]] = field(default_factory=dict)

    def add(self, row: int, column: int | None, severity: str, text: str) -> None:
        """Note a finding."""
        self.rows[row] = _worse(self.rows.get(row, severity), severity)
        if column is not None:
            row_cells = self.cells.setdefault(row, {})
            before, texts = row_cells.get(column, (severity, ""))
            row_cells[column] = (_worse(before, severity), f"{texts}\n{text}" if texts else text)


class FilePages:
    """Writes the sheets of files, one after the other, into a workbook."""

    def __init__(self, book: Book, findings: pl.DataFrame, held: pl.DataFrame) -> None:
        self.book, self.findings, self.held = book, findings, held
        self.notes_left = MOST_NOTES

    def write(self, file: SentFile) -> Shown:
        """Write the sheet of a file."""
        most = MOST_ROWS if is_long(file) else None
        found = problems(file, self.findings, self.held, most)
        rows = file.rows(found[ROW]) if is_long(file) else file.whole(found[ROW])
        header = file.sheet.header
        head = 2 if is_long(file) else 1
        widths = [*_BEFORE_WIDTHS, *(_WIDTH for _ in header)]
        page = self.book.page(file.sheet.name, widths, head, _FIRST - 1)
        if is_long(file):
            page.texts([f"{LONG} {file.sheet.rows:,}."], "bold")
        columns = columns_of(header, _FIRST)
        flags = flagged(self.findings, file.sheet.name, rows[ROW], columns)
        names = [*BEFORE, *header]
        page.write(list(self._cells(page, names, 1, flags.cells.get(_HEADER, {}), "head")))
        texts = dict(found.select(ROW, "texts").iter_rows())
        for row, *values in rows.select(ROW, *file.names()).iter_rows():
            told = _told(texts.get(row, []), values, header)
            before = [page.text(told, "wrapped") if told else None]
            before.append(page.number(row, flags.rows.get(row, "text")))
            sent = self._cells(page, values, _FIRST, flags.cells.get(row, {}))
            page.write([*before, *sent], wrapped=1)
        page.filters()
        lines = {row: at for at, row in enumerate(rows[ROW], head + 1)}
        return Shown(page.title, page.head, lines, columns)

    def _cells(
        self,
        page: Page,
        values: Sequence[str | None],
        first: int,
        flagged: Mapping[int, tuple[str, str]],
        look: str = "text",
    ) -> Iterator[Cell | None]:
        """The values as cells; faulty ones are coloured and, while there are notes left, noted."""
        for column, value in enumerate(values, first):
            if column not in flagged:
                yield page.text(value, look) if value else None
                continue
            severity, text = flagged[column]
            cell = page.text(value or "", severity)
            if self.notes_left:
                self.notes_left -= 1
                cells.note(cell, text)
            yield cell


def flagged(
    findings: pl.DataFrame, file: str, rows: pl.Series, columns: Mapping[str, int]
) -> Flags:
    """The findings of a file that stand on these rows or the header; ``columns``: see ``Flags``."""
    flags, at = Flags(), pl.col("row")
    shown = (at == _HEADER) | at.is_in(rows.implode())
    mine = findings.filter((pl.col("file") == file) & shown)
    asked = mine.select("row", "column", "severity", labelled().alias("text"))
    for row, column, severity, text in asked.iter_rows():
        place = columns.get(column.strip()) if column is not None else None
        flags.add(row, place, severity, text)
    return flags


def _told(texts: Sequence[str], values: Sequence[str | None], header: Sequence[str]) -> str:
    """What is wrong with a row, a line each, and which of its values are cut."""
    cut = [
        f"{for_terminal(name)} is too long for a cell of a workbook; its end isn't shown here."
        for name, value in zip(header, values, strict=True)
        if value is not None and cells.too_long(value)
    ]
    return "\n".join([*map(for_terminal, texts), *cut])


def is_long(file: SentFile) -> bool:
    """Whether a sheet shows only those rows of the file that have problems."""
    return file.sheet.rows > MOST_ROWS


def columns_of(header: Sequence[str], first: int) -> dict[str, int]:
    """Header → column of the sheet, from ``first`` on; where one comes twice, the first."""
    places: dict[str, int] = {}
    for column, cell in enumerate(header, first):
        places.setdefault(cell.strip(), column)
    return places


def _worse(one: str, other: str) -> str:
    return min(one, other, key=SEVERITIES.index)
