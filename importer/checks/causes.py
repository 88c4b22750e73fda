"""Causes before symptoms: findings with one root get one number, in the order to mend them."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from importer.checks.ledger import cause_of
from importer.model.findings import SEVERITIES

CAUSES = ("cause", "severity", "code", "file", "rows", "blocks")


@dataclass(frozen=True)
class Causes:
    """``findings`` and ``held`` with cause numbers 1, 2, … in the order to mend them.

    ``causes`` has one row per cause: ``cause``, ``code``, ``severity``, ``file``, ``rows`` that
    carry the fault, ``blocks``: rows that are held because of it.
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
    given = findings.with_columns(pl.coalesce("cause", by_default).alias("cause"))
    order = {name: place for place, name in enumerate(SEVERITIES)}
    given = given.with_columns(
        _severity=pl.col("severity").replace_strict(order, return_dtype=pl.UInt8),
        _lead=pl.min_horizontal("cause", pl.lit(leading, pl.UInt64)),
        _file=pl.col("file").replace_strict(
            dict(rank) or {"": 0}, default=-1, return_dtype=pl.Int32
        ),
    )
    given = given.sort(
        "_severity", "_lead", "_file", "row", "column", maintain_order=True, nulls_last=False
    )
    causes = given.group_by("cause", maintain_order=True).agg(
        pl.first("code", "severity", "file", "_severity", "_lead", "_file"), pl.sum("rows")
    )
    blocks = held.group_by("cause").agg(blocks=pl.len())
    causes = causes.join(blocks, on="cause", how="left").with_columns(pl.col("blocks").fill_null(0))
    causes = causes.sort(
        "_severity", "_lead", "_file", "blocks", "rows",
        descending=[False, False, False, True, True], maintain_order=True,
    )  # fmt: skip
    numbers = causes.select("cause", _n=pl.int_range(1, pl.len() + 1, dtype=pl.UInt64))

    def renamed(frame: pl.DataFrame) -> pl.DataFrame:
        joined = frame.join(numbers, on="cause", how="left", maintain_order="left")
        return joined.with_columns(pl.col("_n").alias("cause")).select(frame.columns)

    findings_out = renamed(given.drop("_severity", "_lead", "_file"))
    ordered = findings_out.sort("cause", maintain_order=True).select(findings.columns)
    return Causes(ordered, renamed(held), renamed(causes).select(CAUSES))
