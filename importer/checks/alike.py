"""Names of groups that differ only in how they are written: Year 10 and Yr 10."""

import re

import polars as pl

from importer.checks.ledger import Ledger, cause_of
from importer.contracts.contract import Rule
from importer.contracts.values import clean
from importer.model.sheet import ROW

_YEAR = re.compile(r"\b(year|yr|y|grade|gr|class|cl)(?=\b|\d)")


def check_alike(ledger: Ledger, rule: Rule) -> None:
    """Find the rows whose spelling of a name fewer rows use than another spelling of the same.

    The columns of the rule count together, with those that have no header of their own.
    """
    bound = ledger.bound
    columns = [
        column for column in bound.columns() if {column.name, column.part_of} & {*rule.columns}
    ]
    names = [column.name for column in columns]
    cells = (
        bound.sheet.scan()
        .select(ROW, *(clean(bound.said(name).alias(name)) for name in names))
        .unpivot(index=ROW, variable_name="column", value_name="value")
        .drop_nulls("value")
        .collect()
    )
    # Letter case alone makes no second name.
    cells = cells.with_columns(_low=pl.col("value").str.to_lowercase())
    counts = cells.group_by("_low").agg(pl.col("value").min(), _n=pl.len())
    counts = counts.sort("_n", "value", descending=[True, False])
    plain = {low: _plain(low) for low in counts["_low"]}
    counts = counts.with_columns(
        _plain=pl.col("_low").replace_strict(plain, return_dtype=pl.String)
    )
    first = counts.unique("_plain", keep="first", maintain_order=True)
    first = first.select("_plain", _first="_low", detail="value")
    other = counts.join(first, on="_plain").filter(pl.col("_low") != pl.col("_first"))
    found = cells.join(other.select("_low", "detail"), on="_low").sort(ROW).drop("_low")
    for (name,), part in found.group_by("column", maintain_order=True):
        cause = cause_of(rule.check, bound.sheet.name, pl.col("value"))
        ledger.find(part.drop("column"), rule.check, str(name), cause=cause)


def _plain(name: str) -> str:
    """A name without what people write in different ways: letter case, signs, the word year."""
    low = _YEAR.sub("", re.sub(r"[^\w]+", " ", name.casefold()))
    return re.sub(r"(?<!\d)0+(?=\d)|[\s_]+", "", low) or name
