"""People that a row names must be known well enough: a guardian by name and e-mail address."""

from collections.abc import Mapping

import polars as pl

from importer.checks.bound import Bound
from importer.checks.groups import rules_of
from importer.checks.ledger import cause_of
from importer.checks.outcome import Outcome
from importer.checks.superset import blank
from importer.contracts.contract import Rule
from importer.contracts.values import clean
from importer.model.sheet import ROW


def check_complete(outcome: Outcome, outcomes: Mapping[str, Outcome]) -> None:
    """Run the ``complete`` rules of a table: ``columns`` is the one that names a row of another.

    ``rule.through`` are the other table's columns that must be filled then.
    """
    bound = outcome.bound
    for rule in rules_of(bound, "complete"):
        other = outcomes.get(bound.table.columns[rule.columns[0]].ref)
        if other is not None:
            _check(outcome, rule, other.bound)


def _check(outcome: Outcome, rule: Rule, other: Bound) -> None:
    (name,) = rule.columns
    bound = outcome.bound
    naming = bound.sheet.scan().select(ROW, value=clean(bound.raw(name))).drop_nulls().collect()
    lacking = _lacking(rule, other, naming["value"].unique())
    wrong = naming.join(lacking, on="value", maintain_order="left")
    held = outcome.ledger.held_rows()[ROW]
    wrong = wrong.filter(~pl.col(ROW).is_in(held.implode()))
    cause = cause_of(rule.check, pl.col("value"))
    outcome.ledger.find(wrong, rule.check, name, cause=cause)


def _lacking(rule: Rule, other: Bound, named: pl.Series) -> pl.DataFrame:
    """``value`` and ``detail``: those of the ids that lack something, and what."""
    there = [name for name in rule.through if name in other.at]
    empty = {name: blank(pl.col(other.at[name]).str.strip_chars()) for name in there}
    for name in rule.through:
        empty.setdefault(name, pl.lit(value=True))
    spelled = [
        pl.when(is_empty).then(pl.lit(other.spelled.get(name, name)))
        for name, is_empty in empty.items()
    ]
    key = clean(other.raw(other.key[0]))
    rows = other.sheet.scan().filter(pl.any_horizontal(empty.values()))
    rows = rows.select(value=key, detail=pl.concat_str(spelled, separator=", ", ignore_nulls=True))
    rows = rows.filter(pl.col("value").is_in(named.implode()))
    return rows.unique("value", keep="first", maintain_order=True).collect()
