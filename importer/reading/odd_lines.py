"""The lines of a table that aren't good rows by themselves, looked at one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from importer.model.sheet import ROW
from importer.reading.dialect import Dialect
from importer.reading.grid import Grid
from importer.reading.layout import same, starts_table
from importer.reading.mending import Mender

OTHER_TABLE = "FILE-162"
_MOST_JOINED = 50  # physical lines that one quoted value may span
MOST_MENDED = 5_000
"""Damaged rows with a best reading: nobody looks at more of them one by one."""

RAGGED: dict[str, pl.DataType] = {
    ROW: pl.UInt32(),
    "fields": pl.UInt32(),  # null: the quotes don't add up; 0: a stray carriage return
    "code": pl.String(),  # what is the matter, where ``fields`` doesn't tell
    "detail": pl.String(),
}


@dataclass(frozen=True)
class Shape:
    """What rows look like: the header's cells, how many a row has, and the fewest that do."""

    dialect: Dialect
    header: Sequence[str]
    width: int
    fewest: int
    known: frozenset[str]
    wide: bool = False  # cells beyond the width are columns without a name

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether these are the cells of a whole row."""
        return len(cells) == self.width or (self.wide and len(cells) >= self.fewest)


@dataclass
class Rows:
    """What became of the lines below the header; all rows by their physical lines.

    ``frame`` and ``best`` have ``_row``, ``c0`` …; ``ragged`` see RAGGED; ``swept``: damaged rows
    that hang on the finding above them; ``joined`` where a value goes on over lines; ``again`` the
    header once more, ``notes`` words below the table: both are passed over. ``told``: why there are
    too many cells to be held.
    """

    grid: Grid
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)
    best: pl.DataFrame | None = None
    ragged: list[tuple[int, int | None, str | None, str | None]] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    swept: list[int] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    told: str = ""


@dataclass
class Walk:
    """Goes through the odd lines in order. ``until``: where another table begins."""

    lines: list[str]
    start: int
    shape: Shape
    good: pl.Series
    rows: Rows
    until: int = 1 << 31
    within: list[int] = field(default_factory=list)  # lines that go on with a value
    readings: dict[int, list[str]] = field(default_factory=dict)

    def through(self, odd: list[int]) -> None:
        """Take the odd lines, counted from the first one below the header."""
        after = 0
        for at in odd:
            if at >= after and not self.rows.told:
                after = at + self._line(at)
                self.within += range(at + 1, after)
            if self.until <= at:
                self._sweep(at)
                break

    def blank(self, blank: pl.Series) -> list[int]:
        """The blank rows, without lines that are part of a value."""
        found = blank.arg_true()
        taken = pl.Series(self.within, dtype=found.dtype)
        found = found.filter(~found.is_in(taken.implode()) & (found < self.until))
        return sorted([*self.rows.blank, *(found + self.start + 1).to_list()])

    def _line(self, at: int) -> int:
        """Take the record that begins here; how many lines it has."""
        row, text, rows = self.start + at + 1, self.lines[self.start + at], self.rows
        if "\r" in text:  # nobody can tell whether a row should end here
            rows.ragged.append((row, 0, None, None))
            return 1
        cells, used = self._record(at)
        rows.joined += [row] * (used > 1)
        if cells is None:
            self._damaged(row, text, None)
        elif self.shape.dialect.quote not in text and not any(cell.strip() for cell in cells):
            rows.blank.append(row)
        elif starts_table(cells, self.shape.header, self.shape.known):
            self._table(at, row, cells)
        elif self.shape.fits(cells):
            rows.grid.add(row, cells)
            rows.told = rows.grid.objection() if self.shape.wide else ""
        else:
            self._damaged(row, text, len(cells))
        return used

    def _record(self, at: int) -> tuple[list[str] | None, int]:
        """The cells of the record that begins here (None: bad quotes), and how many lines it has.

        A value goes on over lines only if the record then has the right width, no line within it
        is a row by itself, and first and last line aren't two rows with a stray quote each.
        """
        dialect, begin = self.shape.dialect, self.start + at
        text = self.lines[begin]
        cells = dialect.cells(text)
        if cells is not None or text.count(dialect.quote) % 2 == 0:
            return cells, 1
        most = min(_MOST_JOINED, len(self.lines) - begin)
        for used in range(2, most + 1):
            line = self.lines[begin + used - 1]
            if self.good[at + used - 1] or "\r" in line:
                break
            text += "\n" + line
            if text.count(dialect.quote) % 2 == 0:
                cells = dialect.cells(text)
                if cells is None or not self.shape.fits(cells) or self._two_rows(begin, line):
                    break
                return cells, used
        return None, 1

    def _two_rows(self, begin: int, last: str) -> bool:
        """Whether the first and the last line of a record would each be a row without its quote."""
        sep = self.shape.dialect.separator
        enough = self.shape.width - 1
        return 0 < enough <= min(self.lines[begin].count(sep), last.count(sep))

    def _table(self, at: int, row: int, cells: list[str]) -> None:
        """The header once more, or that of another table, which nobody asked for here."""
        if same(cells, self.shape.header) == 1:
            self.rows.again.append(row)
        else:
            self.until = at

    def _sweep(self, at: int) -> None:
        """Everything from here on belongs to another table."""
        numbered = enumerate(self.lines[self.start + at :], self.start + at + 1)
        below = [row for row, line in numbered if line.strip(" \t" + self.shape.dialect.separator)]
        self.rows.ragged.append((below[0], 1, OTHER_TABLE, None))
        self.rows.swept = below[1:]

    def _damaged(self, row: int, text: str, fields: int | None) -> None:
        mender = Mender(self.shape.dialect, self.shape.width)
        other = mender.otherwise(text) if len(self.readings) < MOST_MENDED else None
        if other:
            self.readings[row] = other
        code = "FILE-166" if other else None
        self.rows.ragged.append((row, fields, code, None))
