"""The ids that are shorter than their column's usual ones (``lengths.py``), said as a doubt."""

import polars as pl

from importer.checks.ledger import Ledger
from importer.contracts.values import clean
from importer.model.sheet import ROW

_DIGITS = "^[0-9]+$"


def short_ids(ledger: Ledger, known: pl.Series) -> None:
    """Find ids shorter than the usual ones. ``known``: hashes of ids that the roster has so."""
    bound = ledger.bound
    for column in bound.columns():
        habits = bound.habits.get(column.name)
        if habits is None or not habits.length:
            continue
        value = pl.col("value")
        cells = bound.sheet.scan().select(ROW, value=clean(bound.raw(column.name)))
        short = cells.filter(value.str.contains(_DIGITS), value.str.len_bytes() < habits.length)
        found = short.collect(engine="streaming")
        told = ledger.held_rows()[ROW]
        found = found.filter(
            ~value.hash().is_in(known.implode()), ~pl.col(ROW).is_in(told.implode())
        )
        usual = found.with_columns(
            detail=pl.lit(str(habits.length)), mended=value.str.zfill(habits.length)
        )
        ledger.find(usual, "CELL-237", column.name)
