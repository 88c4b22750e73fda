"""Every column of what was sent against what is stored, by kind and school: counts, then cells.

Measured on the rows that are in both, so that who comes and who goes changes nothing. A column
that a file doesn't have is not compared; a value that couldn't be read counts as empty here.
"""

from dataclasses import dataclass

import polars as pl

from importer.model.changes import text_of
from importer.model.tables import TABLES, key_text
from importer.planning.assemble import KEY
from importer.planning.guards.case import Case

WATCHED = ("people", "sections", "courses", "schools")
COUNTS = ("rows", "filled", "emptied", "gained", "changed")
_OLD = "_old"


@dataclass(frozen=True)
class Health:
    """``counts``: ``kind``, ``school_id``, ``column`` and ``COUNTS``.

    ``pairs``: the rows in both, incoming columns beside stored ones (``…_old``), ``kind``,
    ``school_id``; lazy, since only suspicious columns are looked at closer.
    """

    table: str
    counts: pl.DataFrame
    pairs: pl.LazyFrame

    def cells(self, column: str, kind: str) -> pl.DataFrame:
        """``key``, ``school_id``, ``before``, ``after`` (text) of a column in a kind."""
        dtype = TABLES[self.table].columns[column]
        rows = self.pairs.filter(pl.col("kind") == kind).select(
            "school_id",
            key=KEY,
            before=text_of(column + _OLD, dtype),
            after=text_of(column, dtype),
        )
        return rows.collect(engine="streaming")


def health(case: Case, table: str) -> Health | None:
    """The health of a table; None where the drop says nothing of it or nothing is stored."""
    told = case.told.get(table)
    there = case.stored(table).filter(pl.col("status") == "active")
    if told is None or _none(there) or _none(told.rows):
        return None
    old = case.details if table == "people" else there.with_columns(kind=pl.lit(table))
    said = {c: [t for t, cs in told.says.items() if c in cs] for c in TABLES[table].columns}
    others = {*TABLES[table].key, "school_id"}  # who changes the school is judged by itself
    columns = [c for c, tables in said.items() if tables and c not in others]
    if not columns:
        return None
    key = key_text(table).alias(KEY)
    new = told.rows.filter(pl.col("status") == "active")
    placed = ["school_id"] if "school_id" in TABLES[table].columns else []
    new = new.select(key, "origin_table", *placed, *columns)
    then = old.select(key, "kind", pl.col("school_id").alias("_school"), *columns)
    pairs = new.join(then, on=KEY, suffix=_OLD)
    if placed and table == "sections":  # a course is one of a school
        same = pl.col("school_id").eq_missing("_school") | pl.lit("course_id" not in columns)
        pairs = pairs.filter(same)
    shown = pairs.with_columns(
        pl.when(pl.col("origin_table").is_in(said[c])).then(c).otherwise(c + _OLD).alias(c)
        for c in columns
    )
    counts = shown.group_by("kind", "_school").agg(
        pl.len().alias("rows"), *(expr for c in columns for expr in _counts(c))
    )
    wide = counts.collect(engine="streaming")
    rows = [
        wide.select(
            "kind",
            pl.col("_school").alias("school_id"),
            pl.lit(c).alias("column"),
            pl.col("rows").cast(pl.Int64),
            *(pl.col(f"{c}:{name}").cast(pl.Int64).alias(name) for name in COUNTS[1:]),
        )
        for c in columns
    ]
    pairs = shown.drop("school_id", strict=False).rename({"_school": "school_id"})
    return Health(table, pl.concat(rows), pairs)


def _none(rows: pl.LazyFrame) -> bool:
    return rows.select("status").head(1).collect().is_empty()


def _counts(column: str) -> list[pl.Expr]:
    new, old = pl.col(column), pl.col(column + _OLD)
    there, was = new.is_not_null(), old.is_not_null()
    counts = (was, was & ~there, there & ~was, was & there & new.ne_missing(old))
    return [e.sum().alias(f"{column}:{name}") for e, name in zip(counts, COUNTS[1:], strict=True)]
