"""What the checks of one table gave, and which of its ids later rows may name."""

from dataclasses import dataclass, field

import polars as pl

from importer.checks import keys
from importer.checks.bound import Bound
from importer.checks.ledger import DROPPED, Ledger
from importer.checks.references import Known
from importer.model.sheet import ROW

KEY = "_key"
GONE = "_gone"  # whether a row takes its record away
MEANT: dict[str, pl.DataType] = {ROW: pl.UInt32(), "value": pl.String(), "meant": pl.String()}


@dataclass
class Outcome:
    """What the checks of one table gave.

    ``passed`` has ``_row``, ``_key``, ``_gone`` and what later checks across files need;
    ``read_keys`` (``_row``, ``_key`` text) the ids of the rows that were judged; ``rows`` reads
    rows by number; ``damaged`` (``_row``, ``cause``) the rows that could not be read for certain;
    ``resolved`` (``_row`` and the derived columns) which records the rows mean. ``meant``: rows
    whose id (``value``) most likely stands for one of the roster's (``meant``), which it isn't.
    ``tally``: of a large file, how many rows have each cell of the columns that name schools.
    ``numbers``: ``_row`` and what ``contracts.numbered`` tells of it, where that was asked for.
    """

    ledger: Ledger
    passed: pl.DataFrame
    known: Known
    read_keys: pl.DataFrame
    rows: keys.Rows
    damaged: pl.DataFrame = field(default_factory=pl.DataFrame)
    resolved: pl.DataFrame | None = None
    tally: dict[str, pl.DataFrame] = field(default_factory=dict)
    meant: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MEANT))
    numbers: pl.DataFrame | None = None

    @property
    def bound(self) -> Bound:
        """The table and its sheet."""
        return self.ledger.bound

    def dropped(self) -> pl.DataFrame:
        """Values that were left out: ``_row``, ``column``."""
        parts = self.ledger.dropped
        return pl.concat(parts).unique() if parts else pl.DataFrame(schema=DROPPED)

    def cleared(self) -> pl.DataFrame:
        """Values of which the file says that there is none: ``_row``, ``column``."""
        parts = self.ledger.cleared
        return pl.concat(parts).unique() if parts else pl.DataFrame(schema=DROPPED)

    def doubted(self) -> pl.DataFrame:
        """Values that are taken only where nothing is stored: ``_row``, ``column``."""
        parts = self.ledger.doubted
        return pl.concat(parts).unique() if parts else pl.DataFrame(schema=DROPPED)

    def skipped(self) -> pl.Series:
        """Rows that say nothing new (u32)."""
        parts = self.ledger.skipped
        return pl.concat(parts).unique() if parts else pl.Series(ROW, [], dtype=pl.UInt32)

    def findings(self) -> pl.DataFrame:
        """All findings of this file."""
        return self.ledger.all_findings()

    def settle(self) -> None:
        """Work out anew which ids later rows may name, after rows were held."""
        held = self.ledger.held_rows()
        out = pl.concat([held[ROW], self.skipped()])
        good = self.passed.select(KEY, GONE, *(target_name(*t) for t in self.known.typed))
        good = good.filter(~self.passed[ROW].is_in(out.implode())) if len(out) else good
        self.known.accepted = good.filter(~pl.col(GONE))[KEY]
        self.known.archived = good.filter(GONE)[KEY]
        for target in self.known.typed:
            self.known.typed[target] = good.filter(target_name(*target))[KEY]
        if self.bound.is_named:
            self.known.held = self._waiting(held)

    def _waiting(self, held: pl.DataFrame) -> pl.DataFrame:
        """The ids of held rows (``key``, ``cause``): rows that name them wait for the same."""
        if held.is_empty():
            return self.known.held.clear()
        self._read_keys_of(held[ROW])
        waiting = held.join(self.read_keys.drop_nulls(KEY).unique(ROW), on=ROW)
        meant = held.join(self.meant, on=ROW).select(key="meant", cause="cause")
        waiting = pl.concat([waiting.select(key=KEY, cause="cause"), meant])
        return waiting.unique("key", keep="first", maintain_order=True)

    def _read_keys_of(self, held: pl.Series) -> None:
        """Read the ids of rows that were held after they had passed: who names them waits too."""
        known = pl.concat([self.read_keys[ROW], self.bound.sheet.damaged])
        rows = held.filter(~held.is_in(known.implode())).unique().sort()
        if len(rows):
            read = self.rows.tidy(rows).select(ROW, keys.key_text(self.bound.key).alias(KEY))
            self.read_keys = pl.concat([self.read_keys, read])


def target_name(column: str, word: str) -> str:
    """The column of ``passed`` that tells which rows have this word there."""
    return f"_t_{column}_{word}"
