"""Causes before symptoms: findings with one root get one number, in the order to mend them."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks.ledger import cause_of
from importer.model.findings import SEVERITIES

CAUSES = ("cause", "severity", "code", "file", "rows", "blocks", "values")


@dataclass(frozen=True)
class Causes:
    """``findings`` and ``held`` with cause numbers 1, 2, … in the order to mend them.

    ``causes`` has one row per cause: ``cause``, ``code``, ``severity``, ``file``, ``rows`` that
    carry the fault, ``blocks``: rows that are held because of it, ``values``: of how many values
    beyond those that are told it stands.
    """

    findings: pl.DataFrame
    held: pl.DataFrame
    causes: pl.DataFrame


def number(
    findings: pl.DataFrame, held: pl.DataFrame, rank: Mapping[str, int], leading: int = 0
) -> Causes:
    """Number the causes. ``rank``: file → its place in the order to mend; unknown files first.

    Causes given as 0 … ``leading`` - 1 come first among their severity, in that order.
    """
    by_default = cause_of(pl.col("code"), pl.col("file"), pl.col("column"))
    severities = {name: place for place, name in enumerate(SEVERITIES)}
    files = dict(rank) or {"": 0}
    # Only what is sorted by and summed is moved about, of what may be millions of findings.
    order = ["_severity", "_lead", "_file", "row", "column"]
    given = findings.select(
        pl.coalesce("cause", by_default).alias("cause"), "rows", "row", "column",
        _at=pl.int_range(pl.len(), dtype=pl.UInt32),
        _severity=pl.col("severity").replace_strict(severities, return_dtype=pl.UInt8),
        _lead=pl.min_horizontal(pl.coalesce("cause", by_default), pl.lit(leading, pl.UInt64)),
        _file=pl.col("file").replace_strict(files, default=-1, return_dtype=pl.Int32),
    ).sort(order, maintain_order=True, nulls_last=False)  # fmt: skip
    causes = given.group_by("cause", maintain_order=True).agg(
        pl.first("_at", "_severity", "_lead", "_file"), pl.sum("rows")
    )
    blocks = held.group_by("cause").agg(blocks=pl.len())
    causes = causes.join(blocks, on="cause", how="left").with_columns(pl.col("blocks").fill_null(0))
    causes = causes.sort(
        "_severity", "_lead", "_file", "blocks", "rows",
        descending=[False, False, False, True, True], maintain_order=True,
    )  # fmt: skip
    numbers = pl.int_range(1, causes.height + 1, dtype=pl.UInt64, eager=True)
    number_ = pl.col("cause").replace_strict(
        causes["cause"], numbers, default=None, return_dtype=pl.UInt64
    )
    placed = given.select("_at", number_).sort("cause", maintain_order=True)
    told = findings[causes["_at"]].select("code", "severity", "file", "values")
    causes = causes.with_columns(told, cause=numbers).select(CAUSES)
    ordered = findings[placed["_at"]].with_columns(placed["cause"])
    return Causes(ordered, held.with_columns(number_), causes)
