"""Further numbers of known records that lost their zeros: the record is right, its number isn't.

A sample tells whether a column is looked at as a whole; a single cell in a long file may pass.
"""

import polars as pl

from importer.checks.bound import Bound
from importer.checks.ledger import cause_of
from importer.checks.outcome import Outcome
from importer.checks.plain_ids import plain, what_happened
from importer.checks.roster import Committed
from importer.contracts.contract import Make
from importer.contracts.targets import IDS
from importer.contracts.values import clean
from importer.model.sheet import ROW
from importer.model.tables import TABLES


def lost_in_numbers(outcome: Outcome, committed: Committed | None) -> None:
    """Find numbers that differ from the record's own by what spreadsheets do; those stay stored."""
    if committed is None or committed.empty:
        return
    bound = outcome.bound
    for make in bound.table.makes:
        columns = _numbers(bound, make)
        if not columns:
            continue
        stored = committed.active(make.table).select(
            pl.col(TABLES[make.table].key[0]).alias("key"), *columns.values()
        )
        whole = bound.sheet.scan()
        sample = bound.sheet.sample().lazy().with_columns(pl.lit(0, pl.UInt32).alias(ROW))
        for name, canonical in columns.items():
            known = stored.select("key", stored=canonical)
            if _changed(bound, sample, name, known).head(1).collect().height:
                _say(outcome, name, _changed(bound, whole, name, known).collect())


def _numbers(bound: Bound, make: Make) -> dict[str, str]:
    """Column of the file → canonical column, of the numbers that go with the table's own id."""
    key = TABLES[make.table].key[0]
    if len(bound.key) != 1 or make.columns.get(key) != bound.key[0]:
        return {}
    ids = IDS.get(make.table, set()) - {key}
    return {
        text: column
        for column, text in make.columns.items()
        if column in ids and text in bound.at and text != bound.key[0]
    }


def _changed(bound: Bound, rows: pl.LazyFrame, name: str, known: pl.LazyFrame) -> pl.LazyFrame:
    """``_row``, ``value`` and ``stored`` of the cells that a spreadsheet has changed."""
    key, value = (clean(bound.raw(column)) for column in (bound.key[0], name))
    both = rows.select(ROW, key=key, value=value).drop_nulls().join(known, on="key")
    other = both.filter(pl.col("value") != pl.col("stored"))
    return other.filter(plain(pl.col("value")) == plain(pl.col("stored")))


def _say(outcome: Outcome, name: str, cells: pl.DataFrame) -> None:
    stored = pl.col("stored")
    detail = pl.format("“{}”: {}", stored, what_happened(pl.col("value"), stored))
    found = cells.sort(ROW).select(ROW, "value", detail=detail, mended=stored)
    cause = cause_of("ROW-331", outcome.bound.sheet.name, name)
    outcome.ledger.find(found, "ROW-331", name, cause=cause, drops=(name,))
