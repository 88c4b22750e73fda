"""What lies between two commits, in the words of a plan: from their stored tables alone."""

from collections.abc import Callable

import polars as pl

from importer.model.tables import TABLES, key_text
from importer.planning.incoming import KEY
from importer.planning.listing import OLD, change_rows, edits
from importer.planning.moves import pair_enrollments, pair_roles

Stored = Callable[[str], pl.LazyFrame]
"""A canonical table of one commit, in the stored schema."""


def difference(table: str, one: Stored, other: Stored) -> pl.DataFrame:
    """The changes (``changes.CHANGES``) that lead from a table of ``one`` to that of ``other``.

    Ids are not set. A row that was there and isn't stored any more was withdrawn by an undo. One
    that came and left in between is archived. Where a row came from is that of ``other``.
    """
    old, new = (stored(table).with_columns(key_text(table).alias(KEY)) for stored in (one, other))
    only_new = new.join(old.select(KEY), on=KEY, how="anti", maintain_order="left")
    only_old = old.join(new.select(KEY), on=KEY, how="anti", maintain_order="left")
    content = [c for c in TABLES[table].columns if c not in TABLES[table].key]
    both = new.join(old, on=KEY, how="inner", suffix=OLD, maintain_order="left")
    differs = [pl.col(c).ne_missing(pl.col(c + OLD)) for c in (*content, "status")]
    came, went, hit = pl.collect_all(
        [only_new, only_old, both.filter(pl.any_horizontal(differs))], engine="streaming"
    )
    here = pl.col("status") == "active"
    was = pl.col("status" + OLD) == "active"
    found = pl.concat(
        [
            change_rows(table, came.filter(here)),
            edits(table, hit.filter(here == was), "edit", ""),
            edits(table, hit.filter(here, ~was), "reactivate", ""),
            change_rows(
                table,
                pl.concat([hit.filter(~here, was).select(came.columns), came.filter(~here)]),
                action=pl.lit("archive"),
            ),
            change_rows(table, went, action=pl.lit("withdraw")),
        ]
    )
    return _paired(table, found, one, other)


def _paired(table: str, found: pl.DataFrame, one: Stored, other: Stored) -> pl.DataFrame:
    """Moves as such: a row left and a row entered."""
    if found.is_empty() or table not in ("roles", "enrollments"):
        return found
    moved = pair_roles(found) if table == "roles" else pair_enrollments(found, _courses(one, other))
    return moved.with_columns(because=pl.lit(""))


def _courses(one: Stored, other: Stored) -> pl.DataFrame:
    course = pl.coalesce("course_id", "title").alias("course")
    both = [stored("sections").select("section_id", course) for stored in (other, one)]
    return pl.concat(both).unique("section_id", keep="first", maintain_order=True).collect()
