"""Every column of what was sent against what is stored, by kind and school: counts, then cells.

Measured on the rows that are in both, so that who comes and who goes changes nothing. A column
that a file doesn't have is not compared; a value that couldn't be read counts as empty here.
"""

from dataclasses import dataclass

import polars as pl

from importer.model.changes import text_of
from importer.model.tables import TABLES, key_text
from importer.planning.guards.case import Case
from importer.planning.incoming import KEY

WATCHED = ("people", "sections", "courses", "schools")
COUNTS = ("rows", "filled", "emptied", "gained", "changed")
_OLD = "_old"
_BY = ["kind", "school_id"]


@dataclass(frozen=True)
class Health:
    """``counts``: ``kind``, ``school_id``, ``column`` and ``COUNTS``, of columns that matter.

    ``pairs``: the rows in both, incoming columns beside stored ones (``…_old``), ``kind``,
    ``school_id``; lazy, since only suspicious columns are looked at closer. ``unlike``: those of
    them in which anything differs, and maybe others. ``columns``: all that are compared.
    """

    table: str
    columns: list[str]
    counts: pl.DataFrame
    pairs: pl.LazyFrame
    unlike: pl.LazyFrame

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


def health(case: Case, table: str, least: int) -> Health | None:
    """The health of a table; None where the drop says nothing of it or nothing is stored.

    Columns matter in which at least so many values of a kind went or changed. Where the rows that
    differ are known, all others are only counted, and only for such columns.
    """
    told = case.told.get(table)
    there = case.stored(table).filter(pl.col("status") == "active")
    if told is None or _none(there) or _none(told.rows):
        return None
    said = {c: [t for t, cs in told.says.items() if c in cs] for c in TABLES[table].columns}
    others = {*TABLES[table].key, "school_id"}  # who changes the school is judged by itself
    said = {c: tables for c, tables in said.items() if tables and c not in others}
    if not said:
        return None
    pairs = unlike = _pairs(table, said, told.rows, _with_kind(case, table, there))
    few = case.unlike.get(table)
    if few is not None:
        stood = few.stored.lazy().filter(pl.col("status") == "active")
        unlike = _pairs(table, said, few.sent.lazy(), _with_kind(case, table, stood))
        unlike = unlike.collect().lazy()
    wide = _changes(unlike, list(said)).collect(engine="streaming")
    columns = _that_matter(wide, list(said), least)
    if few is not None and columns:
        alike = [_filled(_with_kind(case, table, rows), columns) for rows in (there, stood)]
        every, gone = pl.collect_all(alike, engine="streaming")
        wide = pl.concat([wide, every, gone.with_columns(-pl.exclude(_BY))], how="diagonal")
        wide = wide.group_by(_BY).sum()
    return Health(table, list(said), _long(wide.sort(_BY), columns), pairs, unlike)


def _with_kind(case: Case, table: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    return case.roll.placed(rows) if table == "people" else rows.with_columns(kind=pl.lit(table))


def _pairs(
    table: str, said: dict[str, list[str]], sent: pl.LazyFrame, stored: pl.LazyFrame
) -> pl.LazyFrame:
    """The active rows in both. ``said``: column → the source tables that say it."""
    key, columns = key_text(table).alias(KEY), list(said)
    new = sent.filter(pl.col("status") == "active")
    placed = ["school_id"] if "school_id" in TABLES[table].columns else []
    new = new.select(key, "origin_table", *placed, *columns)
    then = stored.select(key, "kind", pl.col("school_id").alias("_school"), *columns)
    pairs = new.join(then, on=KEY, suffix=_OLD)
    if placed and table == "sections":  # a course is one of a school
        same = pl.col("school_id").eq_missing("_school") | pl.lit("course_id" not in columns)
        pairs = pairs.filter(same)
    shown = pairs.with_columns(
        pl.when(pl.col("origin_table").is_in(said[c])).then(c).otherwise(c + _OLD).alias(c)
        for c in columns
    )
    return shown.drop("school_id", strict=False).rename({"_school": "school_id"})


def _none(rows: pl.LazyFrame) -> bool:
    return rows.select("status").head(1).collect().is_empty()


def _changes(pairs: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """By kind and school the ``rows``, and ``column:filled`` and so on of each column."""
    counts = [expr.cast(pl.Int64) for c in columns for expr in _counts(c)]
    return pairs.group_by(_BY).agg(pl.len().cast(pl.Int64).alias("rows"), *counts)


def _counts(column: str) -> list[pl.Expr]:
    new, old = pl.col(column), pl.col(column + _OLD)
    there, was = new.is_not_null(), old.is_not_null()
    counts = (was, was & ~there, there & ~was, was & there & new.ne_missing(old))
    return [e.sum().alias(f"{column}:{name}") for e, name in zip(counts, COUNTS[1:], strict=True)]


def _filled(stored: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """The same of stored rows: how many there are, and have a value."""
    filled = [pl.col(c).is_not_null().sum().cast(pl.Int64).alias(f"{c}:filled") for c in columns]
    return stored.group_by(_BY).agg(pl.len().cast(pl.Int64).alias("rows"), *filled)


def _that_matter(wide: pl.DataFrame, columns: list[str], least: int) -> list[str]:
    """The columns of which ``least`` values of a kind went or changed."""
    by = wide.group_by("kind").agg(pl.exclude(_BY).sum())
    return [
        c for c in columns
        if any((by[f"{c}:{name}"] >= least).any() for name in ("emptied", "changed"))
    ]  # fmt: skip


def _long(wide: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """A row for each kind, school and column."""
    rows = [
        wide.select(
            *_BY,
            pl.lit(c).alias("column"),
            "rows",
            *(pl.col(f"{c}:{name}").alias(name) for name in COUNTS[1:]),
        )
        for c in columns
    ]
    empty = {"kind": pl.String, "school_id": pl.String, "column": pl.String}
    return pl.concat([pl.DataFrame(schema=empty | dict.fromkeys(COUNTS, pl.Int64)), *rows])
