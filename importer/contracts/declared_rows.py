"""Rules over several columns, rows of one id, and references, told for pandera in other words.

Each check hangs on the column that a finding names, and looks at the whole frame.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from importer.contracts.contract import Column, Contract, Rule, Table, Target
from importer.contracts.declared_harm import shortened
from importer.contracts.declared_values import any_day, counted, meant, nothing_of, parts
from importer.contracts.values import clean
from importer.model.tables import ID_SEPARATOR


@dataclass(frozen=True)
class Sent:
    """A table, and the columns of it that a frame has."""

    contract: Contract
    table: Table
    columns: tuple[str, ...]

    def say(self, name: str) -> pl.Expr:
        """What a column says; nothing where it isn't sent."""
        there = name in self.columns
        return counted(self.contract, self.table.columns[name]) if there else pl.lit(None)

    def day(self, name: str) -> pl.Expr:
        """The day that a column says, as the number yyyymmdd."""
        return any_day(self.say(name), self.table.columns[name])

    @property
    def key(self) -> pl.Expr:
        """The id of a row; null where a part of it is missing, or was cut by a spreadsheet."""
        key = pl.concat_str([clean(pl.col(n)) for n in self.table.key], separator=ID_SEPARATOR)
        return pl.when(~shortened(key)).then(key)

    def row(self, *without: str) -> pl.Expr:
        """All that a row says, but in some columns."""
        known = [self.table.columns[name] for name in self.columns if name not in without]
        said = (meant(clean(pl.col(c.name)), c.reads, c.list).alias(c.name) for c in known)
        return pl.struct(pl.lit(0).alias("_"), *said)


Wrong = Callable[[Sent], pl.Expr]
"""Gives the expression of whether a row breaks a rule; null is no."""


def _finds(
    code: str, contract: Contract, table: Table, asked: tuple[str, ...], wrong: Wrong
) -> pa.Check:
    """A check that finds the rows that are ``wrong``, where all columns ``asked`` for are sent."""

    def passes(data: PolarsData) -> pl.LazyFrame:
        names = data.lazyframe.collect_schema().names()
        sent = Sent(contract, table, tuple(n for n in names if n in table.columns))
        if not set(asked) <= set(sent.columns):
            return data.lazyframe.select(pl.repeat(value=True, n=pl.len()))
        return data.lazyframe.select(~wrong(sent).fill_null(value=False))

    return pa.Check(passes, name=code)


def over_rows(contract: Contract, table: Table, name: str) -> list[pa.Check]:
    """The rules over several columns of one row whose findings stand in this column."""
    return [
        _finds(rule.check, contract, table, rule.columns, _KINDS[rule.kind](rule, name))
        for rule in table.rules
        if rule.kind in _KINDS and name in _places(rule)
    ]


def _places(rule: Rule) -> tuple[str, ...]:
    """The columns that a rule finds faults in."""
    if rule.kind in ("needs", "together"):
        return rule.columns
    return rule.columns[:1] if rule.kind == "year_of_end" else rule.columns[1:]


def _needs(rule: Rule, name: str) -> Wrong:
    def wrong(sent: Sent) -> pl.Expr:
        given = pl.any_horizontal(sent.say(other).is_not_null() for other in rule.when_any)
        return given & sent.say(name).is_null()

    return wrong


def _together(rule: Rule, name: str) -> Wrong:
    (other,) = (column for column in rule.columns if column != name)
    return lambda sent: sent.say(name).is_null() & sent.say(other).is_not_null()


def _order(rule: Rule, name: str) -> Wrong:
    first, second = rule.columns
    return lambda sent: sent.day(second) < sent.day(first)


def _year_of_end(rule: Rule, name: str) -> Wrong:
    year, end = rule.columns

    def wrong(sent: Sent) -> pl.Expr:
        asked = sent.say(rule.only["column"]).str.to_lowercase() == rule.only["is"].lower()
        told = pl.when(sent.say(year).str.contains("^[0-9]{4}$")).then(sent.say(year))
        return asked & (told.cast(pl.Int32, strict=False) != sent.day(end) // 10_000)

    return wrong


def _same_length(rule: Rule, name: str) -> Wrong:
    def wrong(sent: Sent) -> pl.Expr:
        one, two = (sent.say(n).str.count_matches(",", literal=True) for n in rule.columns)
        return one != two

    return wrong


_KINDS: dict[str, Callable[[Rule, str], Wrong]] = {
    "needs": _needs,
    "together": _together,
    "order": _order,
    "year_of_end": _year_of_end,
    "same_length": _same_length,
}


def over_keys(contract: Contract, table: Table) -> list[pa.Check]:
    """What rows of one id may not differ in: ROW-301, or ROW-303 where they may repeat it.

    pandera's own ``unique`` also refuses those that say the same. An id that is made of columns of
    the file, rather than sent, is not told.
    """
    may = table.repeats
    if not _sends_key(table):
        return []

    def differ(sent: Sent) -> pl.Expr:
        if may is None:
            return (sent.row().n_unique().over(sent.key) > 1) & sent.key.is_not_null()
        stable = sent.row(*table.key, *may.columns).n_unique().over(sent.key)
        return (stable > 1) & sent.key.is_not_null() & sent.row().is_first_distinct()

    return [_finds("ROW-303" if may else "ROW-301", contract, table, table.key, differ)]


def again(contract: Contract, table: Table) -> list[pa.Check]:
    """ROW-302: rows that say what an earlier row says; a finding of whole rows."""

    def wrong(sent: Sent) -> pl.Expr:
        return sent.key.is_not_null() & ~sent.row().is_first_distinct()

    return [_finds("ROW-302", contract, table, table.key, wrong)] if _sends_key(table) else []


def _sends_key(table: Table) -> bool:
    return bool(table.key) and not any(table.columns[name].derive for name in table.key)


def links(
    contract: Contract, table: Table, column: Column, others: Mapping[str, pl.DataFrame]
) -> list[pa.Check]:
    """References of a column: to an id that is there, and there to a row of the right kind."""
    named = (column.ref, *column.also)
    if not column.ref or any(name not in others and name != table.name for name in named):
        return []

    def ids(own: pl.LazyFrame, kind: Target | None = None) -> pl.Series:
        frames = {**{name: frame.lazy() for name, frame in others.items()}, table.name: own}
        asked = clean(pl.col(kind.column)) == kind.is_ if kind else pl.lit(value=True)
        keys = (clean(pl.col(contract.tables[name].key[0])).alias("id") for name in named)
        found = (frames[n].filter(asked).select(key) for n, key in zip(named, keys, strict=True))
        return pl.concat(found).drop_nulls().collect().to_series()

    def refers(code: str, kind: Target | None = None) -> pa.Check:
        def passes(data: PolarsData) -> pl.LazyFrame:
            known, right = ids(data.lazyframe), ids(data.lazyframe, kind)

            def good(value: pl.Expr) -> pl.Expr:
                fine = value.is_in(right.implode())
                return fine | ~value.is_in(known.implode()) if kind else fine

            value = meant(clean(pl.col(data.key)), column.reads, column.list)
            nothing = nothing_of(contract, column)
            missing = value.is_null() | (value == nothing) if nothing else value.is_null()
            each = parts(value).list.eval(good(pl.element())).list.all()
            return data.lazyframe.select(missing | (each if column.list else good(value)))

        return pa.Check(passes, name=code)

    target = column.target
    return [refers(column.link), *([refers(target.check, target)] if target else [])]
