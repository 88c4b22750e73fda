"""Parents that go round in a circle: none of them has a place in the hierarchy."""

import polars as pl

from importer.checks.ledger import Ledger, cause_of
from importer.checks.outcome import KEY
from importer.contracts.contract import Column
from importer.contracts.values import clean
from importer.model.sheet import ROW

_SHOWN = 6  # ids of a circle that are printed


def check_circles(ledger: Ledger, column: Column) -> pl.DataFrame:
    """Find the rows whose parents lead back to themselves (``column`` names the parent).

    A row that is its own parent only loses the value: some systems write it for “none” (trimesters
    of a PowerSchool export). A longer circle holds its rows; returns their ``_row`` and ``_key``.
    """
    bound = ledger.bound
    pairs = (
        bound.sheet.scan()
        .select(ROW, id=clean(pl.col(bound.at[bound.key[0]])), value=clean(bound.raw(column.name)))
        .drop_nulls()
        .unique("id", keep="first", maintain_order=True)
        .collect()
    )
    itself = pairs.filter(pl.col("id") == pl.col("value"))
    own = itself.with_columns(detail=pl.format("{} is its own parent", "id"))
    ledger.find(own.drop("id"), "LINK-412", column.name, severity="WARNING", drops=(column.name,))
    held = [pl.DataFrame(schema={ROW: pl.UInt32(), KEY: pl.String()})]
    for circle in _circles(pairs.filter(pl.col("id") != pl.col("value"))):
        told = " → ".join([*circle[:_SHOWN], *(["…"] if len(circle) > _SHOWN else []), circle[0]])
        rows = pairs.filter(pl.col("id").is_in(circle)).with_columns(detail=pl.lit(told))
        cause = cause_of("LINK-412", bound.sheet.name, circle[0])
        ledger.find(rows.drop("id"), "LINK-412", column.name, severity="ERROR", cause=cause)
        held.append(rows.select(ROW, pl.col("id").alias(KEY)))
    return pl.concat(held)


def _circles(pairs: pl.DataFrame) -> list[list[str]]:
    """The circles in ``id`` → ``value``, each from its smallest id on."""
    left = -1
    while pairs.height != left:  # what hangs on nothing, or on which nothing hangs, is in no circle
        left = pairs.height
        pairs = pairs.filter(
            pl.col("value").is_in(pairs["id"].implode()),
            pl.col("id").is_in(pairs["value"].implode()),
        )
    parents, circles = dict(pairs.select("id", "value").iter_rows()), []
    while parents:
        circle = [min(parents)]
        while (parent := parents.pop(circle[-1])) != circle[0]:
            circle.append(parent)
        circles.append(circle)
    return circles
