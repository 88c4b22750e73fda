"""Dates of a row against those of what it belongs to: an enrollment within its class's terms."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks.bound import Bound
from importer.checks.ledger import Ledger
from importer.checks.outcome import Outcome
from importer.checks.superset import blank
from importer.contracts.contract import Rule, Table
from importer.contracts.values import clean, parsed_date
from importer.model.sheet import ROW

WINDOW = {"_k": pl.UInt64(), "_first": pl.String(), "_last": pl.String()}


@dataclass(frozen=True)
class Windows:
    """The time that each parent spans (``WINDOW``: hash of its id, ISO dates; the end is outside).

    ``late`` and ``early`` are the latest begin and the earliest end of all: who keeps to both is
    within any of them.
    """

    spans: pl.DataFrame
    late: str
    early: str


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
    named = listed.with_columns(_s=each).explode("_s").with_columns(clean(pl.col("_s")))
    spans = (
        named.join(times, on="_s")
        .group_by(pl.col(parent.bound.key[0]).hash().alias("_k"))
        .agg(pl.min("_first"), pl.max("_last"))
        .collect(engine="streaming")
    )
    if spans.is_empty():
        return None
    return Windows(spans, *spans.select(pl.max("_first"), pl.min("_last")).row(0))


def _columns(bound: Bound, *names: str) -> pl.LazyFrame:
    return bound.sheet.scan().select(clean(bound.raw(name)) for name in names).drop_nulls()


def suspect(rule: Rule, bound: Bound, window: Windows) -> pl.Expr:
    """Rows whose dates don't fit every window; all others need no second look."""
    begin, end = (pl.col(bound.at[name]) for name in rule.columns)
    early = ~blank(begin) & ((begin < window.late) | (begin >= window.early))
    return early | (~blank(end) & ((end > window.early) | (end <= window.late)))


def check_within(ledger: Ledger, rule: Rule, window: Windows, doubtful: bool) -> None:
    """Find rows whose dates leave their parent's time. ``doubtful``: whether any is suspect."""
    if not doubtful:
        return
    bound = ledger.bound
    begin, end = rule.columns
    rows = (
        bound.sheet.scan()
        .filter(suspect(rule, bound, window))
        .select(ROW, *(clean(bound.raw(n)) for n in (rule.through[0], begin, end)))
        .with_columns(_k=pl.col(rule.through[0]).hash())
        .join(window.spans.lazy(), on="_k")
    )
    first, last = pl.col("_first"), pl.col("_last")
    outside = {
        begin: (pl.col(begin) < first) | (pl.col(begin) >= last),
        end: (pl.col(end) > last) | (pl.col(end) <= first),
    }
    wrong = rows.filter(pl.any_horizontal(outside.values())).collect(engine="streaming").sort(ROW)
    for name, test in outside.items():
        valid = parsed_date(pl.col(name), "%Y-%m-%d").is_not_null()
        shown = wrong.filter(test, valid).select(
            ROW, value=name, detail=pl.format("{} to {}", "_first", "_last")
        )
        ledger.find(shown, rule.check, name)
