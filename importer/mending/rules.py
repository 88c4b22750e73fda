"""Fix once: what a person accepted, as rules for the values of a column that come again.

The words of a list always do; of other columns, values in more than one row. A birth date or a
street of one pupil is no rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from importer.checks.bound import Bound
from importer.contracts.confirmed import ValueRule
from importer.contracts.guarded import guarded
from importer.examine import Examined
from importer.model.history import Who


@dataclass(frozen=True)
class Remembered:
    """``rules`` to keep, and ``refused``: table and column → why nothing is remembered of it."""

    rules: tuple[ValueRule, ...]
    refused: dict[tuple[str, str], str]


def remembered(examined: Examined, accepted: pl.DataFrame, who: Who) -> Remembered:
    """The rules that the accepted places make; ``accepted`` has the columns of ``places.PLACES``.

    A rule speaks of a value or of an item of a list. Ids, names, e-mails and user names are never
    rewritten without a person looking at each, so nothing is remembered of them.
    """
    rules: dict[tuple[str, str, str], ValueRule] = {}
    refused: dict[tuple[str, str], str] = {}
    cells = accepted.filter("cell").with_columns(value=pl.coalesce("item", "before"))
    for outcome in examined.checked.outcomes.values():
        bound = outcome.bound
        mine = cells.filter(pl.col("file") == bound.sheet.name)
        table = f"{bound.contract.name}/{bound.table.name}"
        for name, found in _by_column(bound, mine):
            if why := guarded(bound.contract, bound.table, name):
                refused[table, name] = why
                continue
            for value, becomes, code in found.select("value", "after", "code").iter_rows():
                # Spaces around a value are taken away of every value, without a rule.
                raw = value.strip()
                if raw != becomes:
                    rule = ValueRule(table, name, raw, becomes, who.actor, who.at, code)
                    rules.setdefault((table, name, raw), rule)
    return Remembered(tuple(rules.values()), refused)


def _by_column(bound: Bound, cells: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for name, at in bound.at.items():
        if not bound.table.columns[name].derive:
            column = bound.table.columns[name]
            again = pl.lit(value=True) if column.words else pl.col("len") > 1
            mine = cells.filter(pl.col("at") == int(at[1:])).drop_nulls(["value", "after"])
            told = mine.group_by("value", "after", "code", maintain_order=True).len()
            if mine.height:
                yield name, told.filter(again & (column.type != "date"))
