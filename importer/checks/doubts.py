"""Cells of a workbook that aren't what they seem: no value to use, merged, or turned into a date.

A value that is missing for such a reason is not a blank one: it never clears what is stored.
"""

import polars as pl

from importer.checks import exact
from importer.checks.bound import Bound
from importer.checks.ledger import Ledger
from importer.contracts.contract import Column
from importer.model.sheet import ROW

_CODES = {"none": "FILE-151", "merged": "FILE-178", "date": "FILE-179"}
_FREE = ("text", "id", "guid")  # every other type tells by itself what is no value of it
_OWN = ("id", "guid", "email", "user_id")  # what one row has and no other


def check_doubts(ledger: Ledger) -> None:
    """Note each such cell; its value is left out, and where the row needs one, the row is held."""
    bound = ledger.bound
    doubts = bound.sheet.doubts
    if doubts is None:
        return
    for column in bound.columns():
        here = doubts.filter(pl.col("column") == bound.at[column.name])
        held = exact.needed(bound, column) or column.name in bound.key
        severity = "ERROR" if held else "WARNING"
        for (kind,), cells in here.group_by("kind", maintain_order=True):
            found = _MENDED[str(kind)](bound, column, cells)
            code = _CODES[str(kind)]
            ledger.find(found, code, column.name, severity=severity, drops=(column.name,))


def _merged(bound: Bound, column: Column, cells: pl.DataFrame) -> pl.DataFrame:
    """Cells that a merged one covers; it may be meant for all of them."""
    own = column.type in _OWN and not column.ref
    return cells.select(ROW, "detail", mended=pl.lit(None, pl.String) if own else pl.col("value"))


def _none(bound: Bound, column: Column, cells: pl.DataFrame) -> pl.DataFrame:
    return cells.select(ROW, "detail")


def _dates(bound: Bound, column: Column, cells: pl.DataFrame) -> pl.DataFrame:
    """The dates in a column of free text; ``mended`` is what was most likely written."""
    if column.type not in _FREE or column.words:
        return cells.select(ROW).clear()
    name = bound.at[column.name]
    values = bound.sheet.fetch(cells[ROW].sort()).select(ROW, value=name)
    day = pl.col("value").str.head(10).str.to_date(strict=False)
    written = pl.format("{}-{}", day.dt.month(), day.dt.day())
    return cells.select(ROW).join(values, on=ROW).with_columns(mended=written)


_MENDED = {"none": _none, "merged": _merged, "date": _dates}
