"""Whether the dates of a column begin with the day or the month, decided by all its rows together.

A format says one order. A file in which some dates can only be read in the other one, and hardly
any only in the format's, is read in the other. Only files with such dates are counted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from importer.checks.bound import Bound
from importer.checks.ledger import Ledger
from importer.contracts.contract import Column
from importer.contracts.values import any_date, clean, dates_written, turned
from importer.model.sheet import ROW

_SLIPS = 0.02  # up to this share of the dates that tell, those of the smaller side are slips
_FEW = 3  # … and so are fewer than this
# Right days are 12 or less in 12 of 30.4: all of five different ones in one column of a hundred.
_ENOUGH = 5
_GLANCE = 2_000  # rows of a sample; if one of them tells, the column needs no count


@dataclass(frozen=True)
class Votes:
    """How many dates of a column can be read in which order.

    ``own``: only as the format says; ``other``: only the other way; ``both``: in both, with another
    meaning; ``different``: how many texts there are among those.
    """

    own: int = 0
    other: int = 0
    both: int = 0
    different: int = 0

    @property
    def mixed(self) -> bool:
        """Whether neither side are mere slips."""
        return min(self.own, self.other) >= max(_FEW, _SLIPS * (self.own + self.other))

    @property
    def turned(self) -> bool:
        """Whether the column is in the other order."""
        return self.other > self.own and not self.mixed


@dataclass(frozen=True)
class Order:
    """What was decided.

    ``bound``: the table as its dates are to be read; ``more``: rows that are doubtful in that
    order; ``votes``: of the columns that are not as the format says.
    """

    bound: Bound
    more: pl.Series = field(default_factory=lambda: pl.Series(ROW, [], dtype=pl.UInt32))
    votes: Mapping[str, Votes] = field(default_factory=dict)


def settled(bound: Bound, doubtful: Callable[[], pl.DataFrame]) -> Order:
    """Decide the order of each column of dates.

    ``doubtful`` gives rows (raw, the contract's names) among which are all that the format's order
    can't read.
    """
    columns = _asked(bound)
    if not columns:
        return Order(bound)
    rows = doubtful()
    if rows.is_empty() or not any(_other(rows, column) for column in columns):
        return Order(bound)
    votes = {column.name: counted(bound, column) for column in columns}
    told = [v for v in votes.values() if v.own or v.other]
    if all(v.turned for v in told):  # a column that tells nothing follows those that do
        votes = {n: v if v.own or v.other else replace(v, other=1) for n, v in votes.items()}
    odd = {name: v for name, v in votes.items() if v.turned or v.mixed}
    swapped = {n: turned(bound.table.columns[n]) for n, v in odd.items() if v.turned}
    habits = {n: replace(bound.habits[n], mixed=True) for n, v in odd.items() if v.mixed}
    table = replace(bound.table, columns={**bound.table.columns, **swapped})
    read = replace(bound, table=table, habits={**bound.habits, **habits})
    return Order(read, _unread(read, list(swapped)), odd)


def _asked(bound: Bound) -> list[Column]:
    """The columns whose dates could be read in another order than the format's."""
    return [c for c in bound.columns() if c.type == "date" and turned(c).formats != c.formats]


def _other(rows: pl.DataFrame, column: Column) -> bool:
    """Whether there is a date that can only be read in the other order."""
    value = clean(pl.col(column.name))
    only = any_date(value, turned(column)).is_not_null() & any_date(value, column).is_null()
    return bool(rows.select(only.any()).item())


def counted(bound: Bound, column: Column) -> Votes:
    """The votes of all rows of the file."""
    cells = bound.sheet.scan().select(value=clean(bound.raw(column.name)))
    return _votes(cells, column)


def _votes(cells: pl.LazyFrame, column: Column) -> Votes:
    value = pl.col("value")
    first, second = any_date(value, column), any_date(value, turned(column))
    own, other = first.is_not_null(), second.is_not_null()
    both = own & other & (first != second)
    counts = cells.select(
        (own & ~other).sum().alias("own"),
        (other & ~own).sum().alias("other"),
        both.sum().alias("both"),
        value.filter(both).n_unique().alias("different"),
    )
    return Votes(*counts.collect(engine="streaming").row(0))


def _unread(bound: Bound, names: list[str]) -> pl.Series:
    """The rows with a date that can't be read in the order that was decided."""
    values = {name: clean(bound.raw(name)) for name in names}
    dates = [any_date(v, bound.table.columns[name]) for name, v in values.items()]
    wrong = [
        value.is_not_null() & date.is_null()
        for value, date in zip(values.values(), dates, strict=True)
    ]
    rows = bound.sheet.scan().filter(pl.any_horizontal(pl.lit(False), *wrong)).select(ROW)
    return rows.collect(engine="streaming")[ROW]


def say_order(ledger: Ledger, order: Order, sample: pl.DataFrame) -> None:
    """Say which columns are read in the other order, and where none can be told."""
    for name, votes in order.votes.items():
        column = order.bound.table.columns[name]
        if votes.turned:
            _say(ledger, column, "CELL-231", votes.both + votes.other)
        else:
            rows = _both(order.bound, column)
            rows = rows.with_columns(detail=pl.lit("left out"))
            ledger.find(rows, "CELL-232", name, drops=(name,))
    if not order.votes:
        _undecided(ledger, sample)


def _say(ledger: Ledger, column: Column, code: str, count: int) -> None:
    rows = _both(ledger.bound, column).head(1)
    if rows.is_empty():  # all are clear; the first one shows it
        value = clean(ledger.bound.raw(column.name))
        cells = ledger.bound.sheet.scan().select(ROW, value=value).drop_nulls()
        rows = cells.head(1).collect()
    shown = rows.with_columns(
        detail=pl.lit(dates_written(column, ordered=True)), rows=pl.lit(count)
    )
    ledger.find(shown, code, column.name)


def _both(bound: Bound, column: Column) -> pl.DataFrame:
    """``_row`` and ``value`` of the dates that mean one day or another."""
    value = pl.col("value")
    cells = bound.sheet.scan().select(ROW, value=clean(bound.raw(column.name)))
    two = any_date(value, column) != any_date(value, turned(column))
    return cells.filter(two).collect(engine="streaming")


def _undecided(ledger: Ledger, sample: pl.DataFrame) -> None:
    """Columns of a file none of whose dates tells the order: said once for each."""
    bound = ledger.bound
    columns = _asked(bound)
    for rows in (sample.head(_GLANCE), sample):
        seen = {c.name: _votes(_cells(bound, c, rows), c) for c in columns}
        if any(v.own for v in seen.values()) or all(v.different < _ENOUGH for v in seen.values()):
            return
    whole = {c.name: counted(bound, c) for c in columns}
    if any(v.own for v in whole.values()):
        return
    for column in columns:
        if whole[column.name].different >= _ENOUGH:
            read = f"read as {dates_written(column, ordered=True)}"
            rows = _both(bound, column)
            shown = rows.head(1).with_columns(detail=pl.lit(read), rows=pl.lit(rows.height))
            ledger.find(shown, "CELL-232", column.name)


def _cells(bound: Bound, column: Column, rows: pl.DataFrame) -> pl.LazyFrame:
    return rows.lazy().select(value=clean(pl.col(bound.at[column.name])))
