"""One sheet of a workbook as a table: header, rows, and the cells that aren't what they seem."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import polars as pl

from importer.model import findings
from importer.model.own_sheets import BEFORE, NOT_READ
from importer.model.sheet import ROW, Sheet, position
from importer.reading.delimited import Reading, refused, structure_findings
from importer.reading.header_row import FIRST_ROWS, by_names
from importer.reading.odd_cells import Odd, doubts
from importer.reading.sheet_notes import notes

Row = tuple[str | None, ...]


class Worksheet:
    """The messages of one sheet (``excel.sheets``) as they come.

    ``named``: its header was found by ``known`` names. The first ``own`` columns are importer's
    and no part of the table.
    """

    def __init__(self, about: Mapping[str, Any], known: frozenset[str]) -> None:
        self.title = "".join(sign if sign.isprintable() else "?" for sign in about["sheet"])
        self.hidden, self.named = bool(about["hidden"]), False
        self._about, self._known = about, known
        self._large, self._explains, self._own = "", False, 0
        self._header_row, self._header = 0, _trimmed(())
        self._frames: list[pl.DataFrame] = []
        self._odd = Odd(about["merged"])

    @property
    def is_table(self) -> bool:
        """Whether it holds anything, and doesn't only explain."""
        return bool(self._large or self._header_row)

    @property
    def only_faults(self) -> bool:
        """Whether there are cells, and none of them has a value to use."""
        return bool(self._odd.faults) and not self.is_table

    def take(self, message: Mapping[str, Any]) -> None:
        """Take a batch of rows, or the reason why there are none."""
        self._large = message.get("large", self._large)
        if not message.get("rows"):
            return
        columns = {position(message["first"] - 1 + at): c for at, c in enumerate(message["cells"])}
        schema = {ROW: pl.UInt32(), **dict.fromkeys(columns, pl.String())}
        frame = pl.DataFrame({ROW: message["rows"], **columns}, schema=schema)
        if not self._header_row and not self._explains:
            self._find_header(frame, message["first"])
        self._frames.append(frame)
        self._odd.take(message)

    def _find_header(self, frame: pl.DataFrame, first: int) -> None:
        """The row of known names among the first, else the first row that holds anything."""
        held = frame.filter(_holds_anything()).head(FIRST_ROWS)
        rows = [(row, (*[""] * (first - 1), *cells)) for row, *cells in held.iter_rows()]
        if not rows:
            return
        start, top = rows[0]
        self._explains = NOT_READ in top
        if self._explains:
            return
        self._own = len(BEFORE) if top[: len(BEFORE)] == BEFORE else 0
        near = [cells[self._own :] for row, cells in rows if row < start + FIRST_ROWS]
        place = by_names(near[:1] if self._own else near, self._known)
        self.named = place is not None
        self._header_row, self._header = rows[place or 0][0], _trimmed(near[place or 0])

    def reading(self, name: str, path: PurePath) -> Reading:
        """The sheet with what is to say about it."""
        if self._large:
            return refused(name, "FILE-148", self._large)
        frame = self._rows()
        header = (*self._header, *[""] * (frame.width - 1 - len(self._header)))
        last = self._header_row if frame.is_empty() else frame[ROW][-1]
        every = pl.Series(ROW, range(self._header_row + 1, last + 1), dtype=pl.UInt32)
        blank, none = every.filter(~every.is_in(frame[ROW].implode())), every.clear()
        sheet = Sheet(
            name, path, header, frame.height, none, blank,
            frame=frame, doubts=doubts(self._odd, frame, self._own),
        )  # fmt: skip
        said = findings.frame(notes(self._about, self._odd, sheet, self._header_row, self._own))
        ragged = pl.DataFrame(schema={ROW: pl.UInt32, "fields": pl.UInt32})
        return Reading(sheet, pl.concat([said, structure_findings(sheet, ragged, len(header))]))

    def _rows(self) -> pl.DataFrame:
        """The rows below the header, from its first column to the last with a value."""
        whole = pl.concat(self._frames).filter(pl.col(ROW) > self._header_row)
        there = {int(name[1:]): name for name in whole.columns[1:]}
        used = [at for at, name in there.items() if (whole[name] != "").any()]
        # Values beyond the header are columns without a name: nothing is lost in silence.
        width = max(self._own + len(self._header), *(at + 1 for at in used), 0)
        texts = [
            (pl.col(there[at]) if at in there else pl.lit("")).alias(position(at - self._own))
            for at in range(self._own, width)
        ]
        faulty = pl.Series(ROW, self._odd.faulty_rows(self._own), dtype=pl.UInt32)
        rows = whole.select(ROW, *texts)
        rows = rows.filter(_holds_anything() | pl.col(ROW).is_in(faulty.implode()))
        return rows.with_columns(pl.when(pl.exclude(ROW) != "").then(pl.exclude(ROW)))


def _holds_anything() -> pl.Expr:
    return pl.any_horizontal(pl.exclude(ROW).str.strip_chars() != "")


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells up to the last one with a text."""
    width = max((at for at, cell in enumerate(cells, 1) if cell), default=0)
    return tuple(cells[:width])
