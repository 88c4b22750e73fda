"""What a drop says: accepted rows of source tables, and the canonical rows that they make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from importer.contracts.mapping import Source
from importer.model.tables import TABLES, key_hash, row_hash

KEY, LINE = "_k", "_line"
_PLACED = {"origin_table": pl.String, "origin_row": pl.UInt32, "column": pl.String}


@dataclass(frozen=True)
class Accepted:
    """One source table after checking.

    ``sent``: all rows as they stand in the file, under the contract's names. ``rows``: accepted
    rows, ``_row`` and clean text under the contract's names. ``held``: rows that are left out but
    whose key can be read, in the same shape. ``dropped``: single values left out (``_row``,
    ``column``). ``keyless``: some row was left out whose key can't be read. ``mode``: bulk (a full
    list) or delta. ``cleared``: values that a word of the format takes away (``_row``, ``column``).
    ``tally``: column → its cells and ``n``, the rows that have each, where that is known already;
    and ``held``, where so many rows are left out that ``held`` is empty and ``keyless`` true.
    ``length``: how many rows the file has. ``numbers``: of the accepted rows ``_row`` and what
    ``contracts.numbered`` tells, where each is known; ``at`` gives the rows with these ``_row``.
    """

    source: Source
    mode: str
    sent: pl.LazyFrame
    rows: pl.LazyFrame
    held: pl.DataFrame
    dropped: pl.DataFrame
    keyless: bool
    cleared: pl.DataFrame | None = None
    tally: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    length: int = 0
    numbers: pl.DataFrame | None = None
    at: Callable[[pl.Series], pl.LazyFrame] | None = None


@dataclass(frozen=True)
class Numbered:
    """Canonical rows as numbers: ``numbers`` has ``_k`` (of the key) and ``_line`` (u64).

    ``_line`` is that of the content, null where the row doesn't stand. ``having`` gives the rows
    (stored schema) whose keys have some numbers.
    """

    numbers: pl.DataFrame
    having: Callable[[pl.Series], pl.LazyFrame]


def as_numbers(table: str, rows: pl.LazyFrame, stands: pl.Expr) -> Numbered:
    """Canonical rows as numbers; ``stands``: which have one for their content."""
    line = pl.when(stands).then(row_hash({c: pl.col(c) for c in TABLES[table].columns}, table))
    told = rows.select(key_hash(table).alias(KEY), line.alias(LINE)).collect(engine="streaming")
    return Numbered(told, lambda keys: rows.filter(key_hash(table).is_in(keys.implode())))


@dataclass
class Incoming:
    """The roster that a drop describes, for one canonical table.

    ``lay`` works out its rows, in the stored schema, when somebody asks for them (``rows``).
    ``numbered``: the same rows as numbers, where files told them. ``long``: whether the rows lie
    in a file then. ``says``: source table → canonical columns that it provides.
    ``dropped``: ``origin_table``, ``origin_row``, ``column`` (canonical) of values left out;
    ``cleared``: the same of values that the file says are to be taken away.
    ``exact``: keys (text) of rows that are held; ``owners``: conditions on stored rows that are
    held; ``full``: source tables that sent a full list; ``refresh``: conditions on stored rows
    that a delta row sent anew; ``keyless``: source tables with rows that nobody can name;
    ``completing``: those that only add columns to stored rows; ``guests``: those of sheets that
    people fill in by hand: their blanks clear nothing, and a row that another source brought
    stays that source's; ``beyond``: keys (text) of rows out of scope, which are not even looked at.
    """

    table: str
    lay: Callable[[], pl.LazyFrame]
    long: bool = False
    numbered: Callable[[], Numbered] | None = None
    says: dict[str, set[str]] = field(default_factory=dict)
    dropped: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_PLACED))
    cleared: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_PLACED))
    exact: list[pl.Series] = field(default_factory=list)
    owners: list[pl.DataFrame] = field(default_factory=list)
    full: set[str] = field(default_factory=set)
    refresh: list[pl.DataFrame] = field(default_factory=list)
    keyless: set[str] = field(default_factory=set)
    completing: set[str] = field(default_factory=set)
    guests: set[str] = field(default_factory=set)
    beyond: pl.Series = field(default_factory=lambda: pl.Series(KEY, [], dtype=pl.String))
    _rows: pl.LazyFrame | None = field(default=None, init=False)

    @property
    def rows(self) -> pl.LazyFrame:
        """All rows; they are laid down when they are first asked for, and read again each time."""
        if self._rows is None:
            self._rows = self.lay()
        return self._rows

    @rows.setter
    def rows(self, rows: pl.LazyFrame) -> None:
        self._rows, self.numbered = rows, None

    def as_numbers(self) -> Numbered:
        """The rows as numbers: as their files told them, else worked out from the rows."""
        if self.numbered:
            return self.numbered()
        return as_numbers(self.table, self.rows, pl.col("status") == "active")

    def without(self, columns: set[str]) -> None:
        """Take columns for not sent: new rows have none, stored values stay."""
        if not columns:
            return
        gone = [pl.lit(None, TABLES[self.table].columns[c]).alias(c) for c in sorted(columns)]
        self.rows = self.rows.with_columns(gone)
        self.says = {name: said - columns for name, said in self.says.items()}
