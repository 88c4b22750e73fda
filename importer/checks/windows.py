"""Dates of a row against those of what it belongs to: an enrollment within its class's terms."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks.bound import Bound
from importer.checks.keys import Rows
from importer.checks.ledger import Ledger
from importer.checks.outcome import Outcome
from importer.checks.superset import blank
from importer.contracts.contract import Rule, Table
from importer.contracts.values import clean, parsed_date
from importer.model.sheet import ROW

_MOST_WINDOWS = 8  # spans up to which each row is told by its own in the pass over the file


@dataclass(frozen=True)
class Windows:
    """The time that each parent spans.

    ``spans``: ``_k``, the hash of its id, ``_first`` and ``_last``, ISO dates; the end is outside.
    ``late`` and ``early`` are the latest begin and the earliest end of all: who keeps to both is
    within any of them. ``each``: the different spans, with the hashes of those that have it.
    """

    spans: pl.DataFrame
    late: str
    early: str
    each: list[tuple[str, str, pl.Series]]

    @property
    def few(self) -> bool:
        """Whether there are so few spans that each row is told by its own."""
        return len(self.each) <= _MOST_WINDOWS


def windows(rule: Rule, table: Table, outcomes: Mapping[str, Outcome]) -> Windows | None:
    """What a ``within`` rule compares with; None where the files to compare with aren't there.

    ``rule.through`` is the way: column that names the parent, the parent's column that lists its
    sessions, the sessions' columns of begin and end.
    """
    to_parent, to_sessions, begin, end = rule.through
    parent = outcomes.get(table.columns[to_parent].ref)
    if parent is None or to_sessions not in parent.bound.at:
        return None
    sessions = outcomes.get(parent.bound.table.columns[to_sessions].ref)
    if sessions is None or not {begin, end} <= set(sessions.bound.at):
        return None
    times = _columns(sessions.bound, sessions.bound.key[0], begin, end).rename(
        {sessions.bound.key[0]: "_s", begin: "_first", end: "_last"}
    )
    for name in ("_first", "_last"):  # a date that can't be read bounds nothing
        times = times.filter(parsed_date(pl.col(name), "%Y-%m-%d").is_not_null())
    times = times.filter(pl.col("_first") <= pl.col("_last"))  # nor one that ends before it begins
    listed = _columns(parent.bound, parent.bound.key[0], to_sessions)
    each = pl.col(to_sessions).str.split(",")
    named = listed.with_columns(_s=each).explode("_s").with_columns(pl.col("_s").str.strip_chars())
    spans = (
        named.join(times, on="_s")
        .group_by(pl.col(parent.bound.key[0]).hash().alias("_k"))
        .agg(pl.min("_first"), pl.max("_last"))
        .collect(engine="streaming")
    )
    if spans.is_empty():
        return None
    late, early = spans.select(pl.max("_first"), pl.min("_last")).row(0)
    alike = spans.group_by("_first", "_last").agg("_k").sort("_first", "_last")
    same = [(first, last, pl.Series(keys, dtype=pl.UInt64)) for first, last, keys in alike.rows()]
    return Windows(spans, late, early, same)


def _columns(bound: Bound, *names: str) -> pl.LazyFrame:
    values = [clean(bound.said(n).alias(n), bound.sheet.ascii_only) for n in names]
    return bound.sheet.scan().select(values).drop_nulls()


def suspect(rule: Rule, bound: Bound, window: Windows) -> pl.Expr:
    """Rows whose dates don't fit the window of their parent; all others need no second look.

    Where there are many windows: the rows that don't fit every one of them.
    """
    parent, begin, end = (bound.said(n) for n in (rule.through[0], *rule.columns))
    if not window.few:
        return ~fits(begin, end, window.late, window.early)
    fitting = [
        parent.hash().is_in(keys.implode()) & fits(begin, end, first, last)
        for first, last, keys in window.each
    ]
    return ~pl.any_horizontal(blank(begin) & blank(end), *fitting)


def fits(begin: pl.Expr, end: pl.Expr, first: str, last: str) -> pl.Expr:
    """Whether two dates, where there are any, lie in a span (ISO dates; the end is outside)."""
    after = blank(begin) | ((begin >= first) & (begin < last))
    return after & (blank(end) | ((end <= last) & (end > first)))


def few(doubtful: pl.Series) -> pl.Series:
    """The doubtful rows, if they are so few that reading them alone is cheaper than all anew."""
    return doubtful if len(doubtful) <= Rows.MOST else doubtful.clear()


def check_within(
    ledger: Ledger, rule: Rule, window: Windows, doubtful: pl.Series, fetched: Rows
) -> None:
    """Find rows whose dates leave their parent's time. ``doubtful``: the suspect rows (u32)."""
    if doubtful.is_empty():
        return
    bound, (begin, end) = ledger.bound, rule.columns
    names = (rule.through[0], begin, end)
    if len(few(doubtful)):
        raw = fetched.raw(doubtful).lazy().select(ROW, *(bound.read(n, pl.col(n)) for n in names))
    else:
        raw = bound.sheet.scan().filter(suspect(rule, bound, window))
        raw = raw.select(ROW, *(bound.said(name).alias(name) for name in names))
    # As they stand in the file most rows show that they fit; few are left to be looked at.
    doubts = _placed(raw, names[0], window).filter(
        pl.col("_first").is_null() | pl.any_horizontal(_outside(begin, end).values())
    )
    left = doubts.select(ROW, *(clean(pl.col(name)) for name in names)).collect(engine="streaming")
    rows = _placed(left.lazy(), names[0], window).sort(ROW).collect()
    for name, test in _outside(begin, end).items():
        valid = parsed_date(pl.col(name), "%Y-%m-%d").is_not_null()
        shown = rows.filter(test, valid).select(
            ROW, value=name, detail=pl.format("{} to {}", "_first", "_last")
        )
        ledger.find(shown, rule.check, name)


def _placed(rows: pl.LazyFrame, parent: str, window: Windows) -> pl.LazyFrame:
    """The rows with the time that their parent spans, null where it isn't known."""
    keyed = rows.with_columns(_k=pl.col(parent).hash())
    return keyed.join(window.spans.lazy(), on="_k", how="left")


def _outside(begin: str, end: str) -> dict[str, pl.Expr]:
    """Column → whether its date lies outside the time of the parent."""
    first, last = pl.col("_first"), pl.col("_last")
    return {
        begin: (pl.col(begin) < first) | (pl.col(begin) >= last),
        end: (pl.col(end) > last) | (pl.col(end) <= first),
    }
