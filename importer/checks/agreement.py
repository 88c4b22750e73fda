"""Rows that say what their parent says: one look at two cells proves several rules at once.

An enrollment names its class and says again which school that is, and its dates lie in the class's
terms. Where nearly all rows agree with what they belong to, one set of hashes of right pairs tells
so, instead of a set for each of the two columns and for each of the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks import groups, superset
from importer.checks.around import Around
from importer.checks.bound import Bound
from importer.checks.keys import key_hash
from importer.checks.windows import Windows, fits
from importer.contracts.contract import Rule

AGREED = "_agreed"
_MOST = 0.9  # share of the sample that must agree: every other row is judged by the exact rules


@dataclass(frozen=True)
class Agreement:
    """``row`` is true only where nothing is wrong with ``columns`` and by ``rules`` (codes)."""

    row: pl.Expr
    columns: frozenset[str]
    rules: frozenset[str]


def agreement(bound: Bound, around: Around, sample: pl.DataFrame) -> Agreement | None:
    """How rows of this table agree with their parents; None where that isn't told or not usual.

    ``sample``: rows of the sheet, see ``Sheet.sample``.
    """
    for rule in groups.rules_of(bound, "belongs"):
        columns = [bound.table.columns[name] for name in rule.columns]
        said = around.said.get(rule.check)
        if said is None or any(c.list or c.reads or c.ref not in around.known for c in columns):
            continue
        right = said.rows
        for column, name in zip(columns, ("_parent", "_own"), strict=True):
            ids = superset.right_ids(column, around.known[column.ref])
            right = right.filter(pl.col(name).hash().is_in(ids.implode()))
        within = _within(bound, rule, around.windows)
        found = _agreed(bound, rule, right, within)
        if sample.height and sample.select(found.row.mean()).item() >= _MOST:
            return found
    return None


def _within(
    bound: Bound, rule: Rule, windows: Mapping[str, Windows]
) -> tuple[Rule, Windows] | None:
    """The rule over times of the same parents, where these are few."""
    for other in groups.rules_of(bound, "within"):
        window = windows.get(other.check)
        if other.through[0] == rule.columns[0] and window and window.few:
            return other, window
    return None


def _agreed(
    bound: Bound, rule: Rule, right: pl.DataFrame, within: tuple[Rule, Windows] | None
) -> Agreement:
    pair = key_hash([pl.col(bound.at[name]) for name in rule.columns])
    pairs = right.select(
        key_hash([pl.col("_parent"), pl.col("_own")]).alias("_pair"),
        pl.col("_parent").hash().alias("_k"),
    )
    if within is None:
        row = pair.is_in(pairs["_pair"].implode())
        return Agreement(row, frozenset(rule.columns), frozenset({rule.check}))
    timed, window = within
    begin, end = (bound.said(name) for name in timed.columns)
    tests, rest = [], pairs
    for first, last, keys in window.each:
        spanned = pl.col("_k").is_in(keys.implode())
        here, rest = rest.filter(spanned)["_pair"], rest.filter(~spanned)
        tests.append(pair.is_in(here.implode()) & fits(begin, end, first, last))
    if rest.height:  # parents of which no time is known: nothing to compare with
        tests.append(pair.is_in(rest["_pair"].implode()))
    row = pl.any_horizontal(tests)
    return Agreement(row, frozenset(rule.columns), frozenset({rule.check, timed.check}))
