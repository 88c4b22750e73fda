"""Rows of text gathered into one frame, as wide as the widest of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from importer.model.sheet import ROW, position

MAX_COLUMNS = 512
MAX_CELLS = 50_000_000  # a million rows of 50 columns; every empty cell takes 16 bytes as well
_BATCH = 100_000


@dataclass
class Grid:
    """Collects rows; ``width`` grows with them, ``rows`` counts them."""

    width: int
    rows: int = 0
    _frames: list[pl.DataFrame] = field(default_factory=list)
    _waiting: list[tuple[int | str | None, ...]] = field(default_factory=list)

    def add(self, row: int, cells: Sequence[str | None]) -> None:
        """Take a row with its number; an empty cell becomes null."""
        self.width = max(self.width, len(cells))
        self.rows += 1
        self._waiting.append((row, *(cell or None for cell in cells)))
        if len(self._waiting) == _BATCH:
            self._flush()

    def objection(self) -> str:
        """Why the grid is too large to be held in memory, as the detail of FILE-148."""
        if self.width > MAX_COLUMNS:
            return f"a row has {self.width:,} values"
        if self.rows * self.width > MAX_CELLS:
            return f"it has more than {MAX_CELLS:,} cells"
        return ""

    def frame(self) -> pl.DataFrame:
        """The rows with ``_row`` (u32) and ``c0`` … as text; short rows end with nulls."""
        self._flush()
        return pl.concat(self._frames, how="diagonal")

    def _flush(self) -> None:
        names = [position(index) for index in range(self.width)]
        schema = {ROW: pl.UInt32(), **dict.fromkeys(names, pl.String())}
        whole = self.width + 1
        rows = [row + (None,) * (whole - len(row)) for row in self._waiting]
        self._frames.append(pl.DataFrame(rows, schema=schema, orient="row"))
        self._waiting = []
