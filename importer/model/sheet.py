"""A sheet: one file as a table of text, with the physical line of every row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath

import polars as pl

ROW = "_row"
_WINDOW = 1 << 19  # bytes per sample window
_WINDOWS = 3
_BLOCK = 1 << 22
_LINES = 100_000  # parsed at once: parsing makes several copies of them

DOUBTS: dict[str, pl.DataType] = {
    ROW: pl.UInt32(),
    "column": pl.String(),  # c0 …
    "kind": pl.String(),  # none, merged or date
    "detail": pl.String(),  # why there is no value, or which cells were merged
    "value": pl.String(),  # of the cell that stands for all merged ones in this column
}
"""Cells of a workbook that aren't what they seem, by row and column.

``none`` and ``merged`` have no value of their own, which is not the same as a blank one; ``date``
was a date for the program that wrote it.
"""


class Misread(Exception):  # noqa: N818 - nothing went wrong: the file has to be read more closely
    """Files (``names``) that were taken on trust are not what the counts of their bytes said."""

    def __init__(self, *names: str) -> None:
        super().__init__("read more closely")
        self.names = frozenset(names)


def position(index: int) -> str:
    """The name of the column at this place; sheets know columns by place, not by header."""
    return f"c{index}"


@dataclass(frozen=True)
class Sheet:
    """A file that was read: header, rows, and which rows can't be trusted.

    Frames have the columns ``_row`` (u32, the physical line, header = line 1) and ``c0`` … in the
    order of the header, all text; a missing or empty value is null (a quoted empty one may be
    ``""``, which means the same).
    ``rows`` counts data rows, damaged ones included, blank ones not. ``damaged`` (u32) are rows
    whose cells may stand in the wrong columns, ``blank`` (u32) rows without any value, ``passed``
    (u32) lines below line 1 that are no rows of the table: a header that stands further down, or
    comes again, and words below the table. ``on_trust``: only the bytes of the file were counted;
    whoever first reads all of its rows must look whether they bear it out (``doubtful``), and
    raise ``Misread`` where they don't.
    """

    name: str
    path: PurePath
    header: tuple[str, ...]
    rows: int
    damaged: pl.Series
    blank: pl.Series
    separator: str = ","
    frame: pl.DataFrame | None = None  # all rows, where they are held in memory
    cut: bool = False  # the file ends inside a row
    best: pl.DataFrame | None = None  # damaged rows (`_row`, c0 …) as they most likely were meant
    passed: pl.Series = field(default_factory=lambda: pl.Series(ROW, [], dtype=pl.UInt32))
    ascii: bool = False  # whether all text is known to be ASCII
    derived: Mapping[str, pl.Expr] = field(default_factory=dict)  # further columns, by name
    doubts: pl.DataFrame | None = None  # cells that aren't what they seem, see DOUBTS
    on_trust: bool = False

    @cached_property
    def ascii_only(self) -> bool:
        """Whether all bytes of the file are known to be ASCII."""
        if self.ascii or self.frame is not None:
            return self.ascii
        with open(str(self.path), "rb") as file:  # noqa: PTH123 - a pure path has no open()
            return all(part.isascii() for part in iter(lambda: file.read(_BLOCK), b""))

    @cached_property
    def ended(self) -> bool:
        """Whether the last line of the file has an end; True for what isn't text."""
        with open(str(self.path), "rb") as file:  # noqa: PTH123 - a pure path has no open()
            if file.read(2) == b"PK":
                return True
            size = file.seek(0, 2)
            file.seek(max(0, size - 2))
            return any(sign in file.read() for sign in (b"\n", b"\r"))

    def names(self) -> list[str]:
        """The names of the value columns."""
        return [position(i) for i in range(len(self.header))]

    def scan(self) -> pl.LazyFrame:
        """All rows whose cells stand in their columns, as a streaming scan."""
        if self.frame is not None:
            return self.frame.lazy().with_columns(**self.derived)
        frame = pl.scan_csv(
            str(self.path),
            has_header=False,
            skip_lines=1,
            separator=self.separator,
            schema=dict.fromkeys(self.names(), pl.String()),
            row_index_name=ROW,
            row_index_offset=2,
            # Rows of another width are known by number and taken out below; or there is none.
            truncate_ragged_lines=not self.on_trust,
            missing_columns="insert",
            extra_columns="raise" if self.on_trust else "ignore",
            raise_if_empty=False,
            glob=False,
        )
        skipped = pl.concat([self.damaged, self.blank])
        if len(skipped):
            frame = frame.filter(~pl.col(ROW).is_in(skipped.implode()))
        return frame.with_columns(**self.derived)

    def doubtful(self) -> pl.Expr:
        """Rows of a sheet taken on trust that may be no rows: blank, or its header once more.

        It looks at every column, without which polars passes over cells beyond the last one.
        """
        place, name = next((n, cell) for n, cell in enumerate(self.header) if cell.strip())
        blank = pl.all_horizontal(pl.col(name).is_null() for name in self.names())
        return blank | pl.col(position(place)).str.ends_with(name).fill_null(value=False)

    def fetch(self, rows: pl.Series) -> pl.DataFrame:
        """The rows on these physical lines (u32, ascending), without parsing the rest."""
        if rows.is_empty():
            nothing = self._parse(pl.Series("line", [], dtype=pl.String))
            return nothing.insert_column(0, rows.cast(pl.UInt32).alias(ROW))
        if self.frame is not None:
            found = self.frame.filter(pl.col(ROW).is_in(rows.implode()))
            return found.with_columns(**self.derived)
        lines = (
            pl.scan_lines(
                str(self.path), name="line", row_index_name=ROW, row_index_offset=1, glob=False
            )
            .filter(pl.col(ROW).is_in(rows.implode()))
            # Making new text keeps the few lines, not the buffers of the whole file.
            .select(ROW, pl.col("line") + "\n")
            .collect(engine="streaming")
        )
        parts = [self._parse(part) for part in _parts(lines["line"])]
        return pl.concat(parts).insert_column(0, lines[ROW])

    def sample(self) -> pl.DataFrame:
        """Whole rows from beginning, middle and end (without ``_row``), to learn values from."""
        if self.frame is not None:
            return self.frame.drop(ROW).head(5000).with_columns(**self.derived)
        with open(str(self.path), "rb") as file:  # noqa: PTH123 - a pure path has no open()
            size = file.seek(0, 2)
            parts = []
            for part in range(_WINDOWS):
                file.seek(part * max(0, size - _WINDOW) // (_WINDOWS - 1))
                # The first line of a window is half a line, or the header.
                parts += file.read(_WINDOW).decode("utf-8", "replace").split("\n")[1:-1]
        lines = pl.Series("line", parts, dtype=pl.String).str.strip_chars_end("\r")
        return self._parse(lines + "\n")

    def sampled(self, place: int) -> pl.Series:
        """The values of a column in the sample, which is read once; each row of it counts once."""
        return self._sample[position(place)]

    @cached_property
    def _sample(self) -> pl.DataFrame:
        return self.sample().unique(maintain_order=True)  # parts of a short file overlap

    def _parse(self, lines: pl.Series) -> pl.DataFrame:
        """Lines (each with its line end) that the line check found well-formed, as a frame."""
        schema = dict.fromkeys(self.names(), pl.String())
        if lines.is_empty():
            return pl.DataFrame(schema=schema).with_columns(**self.derived)
        # A header of our own: polars would strip a byte order mark from the first line.
        header = self.separator.join(schema) + "\n"
        return pl.read_csv(
            header.encode() + lines.str.join("").cast(pl.Binary).item(),
            separator=self.separator,
            schema=schema,
            truncate_ragged_lines=True,
            missing_columns="insert",
            extra_columns="ignore",
        ).with_columns(**self.derived)


def _parts(lines: pl.Series) -> Iterator[pl.Series]:
    """The lines, so many at once; where there are none, one part without any."""
    for start in range(0, max(1, len(lines)), _LINES):
        yield lines[start : start + _LINES]
