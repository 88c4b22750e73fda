"""Cells of a sheet that aren't what they seem: without a value, merged, dates, masked numbers."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from importer.model.sheet import DOUBTS, ROW, position
from importer.reading.places import letters
from importer.reading.scan import Area

_MOST_MERGED = 1 << 20  # cells; more come about only where merged areas lie one over the other

Cell = tuple[int, int]


class Odd:
    """What the messages of one sheet say of single cells, by row and column from 1.

    ``faults``: row, column and the reason why there is no value to use; ``dates``; ``restored``:
    numbers whose zeros only their format shows; ``merged``: areas of which one cell has the value.
    """

    def __init__(self, merged: Sequence[Sequence[int]]) -> None:
        self.merged: list[Area] = [(area[0], area[1], area[2], area[3]) for area in merged]
        self.faults: list[tuple[int, int, str]] = []
        self.dates: list[Cell] = []
        self.restored: list[Cell] = []

    def take(self, message: Mapping[str, Any]) -> None:
        """Take a batch."""
        self.faults += message["faults"]
        self.dates += message["dates"]
        self.restored += message["restored"]

    def faulty_rows(self, own: int) -> list[int]:
        """The rows with a fault in one of the sender's columns."""
        return [row for row, column, _ in self.faults if column > own]


def doubts(odd: Odd, frame: pl.DataFrame, own: int) -> pl.DataFrame | None:
    """The columns of ``DOUBTS`` for the rows and columns of ``frame``; None if there is none."""
    width = frame.width - 1
    found = [
        *((row, column, "none", words, None) for row, column, words in odd.faults),
        *((row, column, "date", None, None) for row, column in odd.dates),
        *_covered(odd, frame, own),
    ]
    rows = [
        (row, position(column - own - 1), *rest)
        for row, column, *rest in found
        if own < column <= own + width
    ]
    if not rows:
        return None
    whole = pl.DataFrame(rows, schema=DOUBTS, orient="row")
    return whole.filter(pl.col(ROW).is_in(frame[ROW].implode()))


def _covered(odd: Odd, frame: pl.DataFrame, own: int) -> Iterator[tuple[Any, ...]]:
    """The cells of merged areas that have no value of their own, with that of the first."""
    rows, left = frame[ROW].to_list(), _MOST_MERGED
    for top, first, bottom, end in odd.merged:
        last = min(end, own + frame.width - 1)
        words = f"{letters(first)}{top}:{letters(last)}{bottom}"
        start = bisect_left(rows, top)
        for at in range(start, bisect_right(rows, bottom)):
            for column in range(max(first, own + 1), last + 1):
                if (rows[at], column) == (top, first):
                    continue
                left -= 1
                if left < 0:
                    return
                same = column == first and rows[start] == top
                value = frame[position(column - own - 1)][start] if same else None
                yield rows[at], column, "merged", words, value
