"""Where the rows of a drop lie while it is planned: short tables in memory, long ones in a file.

Seven million rows of text are several GiB in memory and 120 MB in a file, of which each step reads
the columns that it needs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

LONG = 300_000
"""Source rows from which on a table is laid into a file. Below, memory is faster and enough."""

Lay = Callable[[pl.LazyFrame, bool], pl.LazyFrame]
"""Writes rows into a file and gives a scan of it; the flag: whether the file may be kept."""


@dataclass(frozen=True)
class Shelf:
    """Where rows lie. ``lay`` None = nothing is ever laid down."""

    lay: Lay | None = None

    def put(self, rows: pl.LazyFrame, length: int, table: str = "") -> pl.LazyFrame:
        """The same rows, worked out once. ``length``: how many there are at least, about.

        ``table``: the canonical table, if these may be all its rows.
        """
        if self.lay is None or not self.is_long(length):
            return rows.collect(engine="streaming").lazy()
        return self.lay(rows, False)

    def is_long(self, length: int) -> bool:
        """Whether a table of so many rows is laid into a file."""
        return self.lay is not None and length >= LONG
