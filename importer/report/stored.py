"""Stored rows as people speak of them: what a row is called, which group a role belongs to."""

from collections.abc import Callable

import polars as pl

from importer.model.tables import STANDING, TABLES

Tables = Callable[[str], pl.LazyFrame]
"""Gives a canonical table in the stored schema."""

GROUPS = ("students", "teachers", "staff", "guardians")
_GROUP_OF = {
    "student": "students",
    "teacher": "teachers",
    "guardian": "guardians",
    "parent": "guardians",
    "relative": "guardians",
}
ACTIVE = pl.col("status") == "active"
STANDS = pl.col("status").is_in(STANDING)
_TITLES = {
    "people": ("given_name", "family_name"),
    "schools": ("name",),
    "sections": ("title",),
    "courses": ("title",),
    "terms": ("name",),
}


def group() -> pl.Expr:
    """The group of a role: all roles that are neither pupil, teacher nor family are staff."""
    return pl.col("role").replace_strict(_GROUP_OF, default="staff", return_dtype=pl.String)


def title(table: str) -> pl.Expr:
    """What people call a row of ``table``."""
    return pl.concat_str(_TITLES[table], separator=" ", ignore_nulls=True).alias("title")


def titles(tables: Tables, table: str, ids: pl.Series) -> dict[str, str]:
    """What people call the rows of these ids: id → name."""
    key = TABLES[table].key[0]
    known = tables(table).filter(pl.col(key).is_in(ids.unique().implode()))
    return dict(known.select(key, title(table)).collect(engine="streaming").iter_rows())
