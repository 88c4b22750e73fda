"""Rows that belong together: at most one of them may, or at least one of them must, be so.

Hashes tell which rows to look at; the texts decide.
"""

from collections.abc import Callable

import polars as pl

from importer.checks.bound import Bound
from importer.checks.keys import key_hash, key_text
from importer.checks.ledger import Ledger
from importer.contracts.contract import Rule
from importer.model.sheet import ROW

GROUP = "_group"
_NEVER = "9999"


def rules_of(bound: Bound, *kinds: str) -> list[Rule]:
    """The rules of these kinds for which the file has all columns."""
    rules = [rule for rule in bound.table.rules if rule.kind in kinds]
    return [rule for rule in rules if all(name in bound.at for name in _columns(rule))]


def _columns(rule: Rule) -> tuple[str, ...]:
    return (*rule.columns, rule.only["column"]) if "column" in rule.only else rule.columns


def rule_hash(rule: Rule, value: Callable[[str], pl.Expr]) -> pl.Expr:
    """One u64 for what rows of a rule share; null for rows that the rule leaves out."""
    together = key_hash([value(name) for name in rule.columns])
    return pl.when(is_so(rule, value)).then(together) if rule.kind == "one" else together


def is_so(rule: Rule, value: Callable[[str], pl.Expr]) -> pl.Expr:
    """Whether a row says what the rule counts."""
    return value(rule.only["column"]).str.to_lowercase() == rule.only["is"].lower()


def check_one(ledger: Ledger, rule: Rule, tidy: pl.DataFrame) -> None:
    """At most one row of a group may say so at a time; the later ones are found.

    ``tidy`` has the rows (``_row``) with clean values. Where the rule names dates, only rows that
    overlap count; an end is the first day after.
    """
    column = rule.only["column"]
    so = tidy.filter(is_so(rule, pl.col), ~ledger.left_out(column)).with_columns(
        key_text(rule.columns).alias(GROUP)
    )
    so = so.drop_nulls(GROUP).with_columns(_begin=pl.lit(""), _end=pl.lit(_NEVER))
    if rule.dates and set(rule.dates) <= set(so.columns):
        begin, end = rule.dates
        so = so.with_columns(_begin=pl.col(begin).fill_null(""), _end=pl.col(end).fill_null(_NEVER))
    so = so.sort("_begin", ROW)
    before = pl.col("_end").cum_max().shift(1).over(GROUP)
    again = so.with_columns(_until=before, detail=pl.col(ROW).first().over(GROUP))
    again = again.filter(pl.col("_until") > pl.col("_begin")).sort(ROW)
    shown = again.select(ROW, value=pl.col(column), detail=pl.col("detail").cast(pl.String))
    ledger.find(shown, rule.check, column)


def lacking(passed: pl.DataFrame, index: int) -> pl.Series:
    """Rows of groups in which no row says so (``passed``: ``_g<index>``, ``_f<index>``)."""
    group, flag = f"_g{index}", f"_f{index}"
    there = passed[group].filter(passed[flag]).unique()
    return passed[ROW].filter(~passed[group].is_in(there.implode()))


def check_some(ledger: Ledger, rule: Rule, tidy: pl.DataFrame, there: pl.Series) -> None:
    """At least one row of each group must say so; the first row of a group that lacks it is found.

    ``there``: hashes of the groups in which some row says so, as far as raw values tell.
    """
    grouped = tidy.with_columns(key_text(rule.columns).alias(GROUP)).drop_nulls(GROUP)
    grouped = grouped.with_columns(_so=is_so(rule, pl.col).fill_null(False))
    known = rule_hash(rule, pl.col).is_in(there.implode())
    # A row that is left out may have been the one that says so.
    held = pl.col(ROW).is_in(ledger.held_rows()[ROW].implode()).any().over(GROUP)
    without = grouped.filter(~pl.col("_so").any().over(GROUP), ~known, ~held)
    first = without.sort(ROW).unique(GROUP, keep="first", maintain_order=True)
    ledger.find(first.select(ROW, value=pl.col(rule.columns[0])), rule.check, rule.columns[0])
