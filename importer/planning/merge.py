"""Two people of the roster who are one: what hangs on the other goes over."""

from collections.abc import Mapping

import polars as pl

from importer.model.tables import TABLES, key_text
from importer.planning.crosswalk import IDS
from importer.planning.incoming import KEY
from importer.planning.listing import change_rows

_HANGS = ("roles", "enrollments", "relationships")


def merged(
    keep: str, other: str, stored: Mapping[str, pl.LazyFrame]
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.LazyFrame]]:
    """The changes by table (``changes.CHANGES``, ids not set yet) and the rows that they write.

    A row of ``other`` that ``keep`` lacks moves to ``keep``; one that both have is archived. What
    ``keep`` says of itself stays as it is.
    """
    because = pl.lit(f"{other} and {keep} are one person")
    people = stored["people"].filter(pl.col("person_id") == other).with_columns(
        key_text("people").alias(KEY)
    )  # fmt: skip
    gone = change_rows("people", people.collect(), action=pl.lit("archive"), because=because)
    changes, after = {"people": gone}, {}
    for table in _HANGS:
        rows, written = _over(table, keep, other, stored[table], because)
        if rows.height:
            changes[table], after[table] = rows, written.lazy()
    return changes, after


def _over(
    table: str, keep: str, other: str, stored: pl.LazyFrame, because: pl.Expr
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of one table that name ``other``: moved where ``keep`` lacks them, else archived."""
    columns = [name for name, of in IDS[table].items() if of == "people"]
    active = stored.filter(pl.col("status") == "active").with_columns(key_text(table).alias(KEY))
    theirs = active.filter(pl.any_horizontal(pl.col(name) == other for name in columns)).collect()
    own = active.filter(pl.any_horizontal(pl.col(name) == keep for name in columns)).collect()
    written = theirs.with_columns(pl.col(columns).replace({other: keep}))
    written = written.with_columns(_new=key_text(table)).sort(KEY)
    itself = pl.lit(value=len(columns) > 1) & (pl.col(columns[0]) == pl.col(columns[-1]))
    lacks = ~pl.col("_new").is_in(own[KEY].implode()) & ~itself & pl.col("_new").is_first_distinct()
    moves = written.filter(lacks)
    stays = theirs.filter(~pl.col(KEY).is_in(moves[KEY].implode()))
    name = next(c for c in TABLES[table].key if c in columns)
    moved = change_rows(
        table,
        moves,
        action=pl.lit("move"),
        key=pl.col("_new"),
        from_key=pl.col(KEY),
        columns=pl.concat_list(pl.lit(name)),
        before=pl.concat_list(pl.lit(other)),
        after=pl.concat_list(pl.lit(keep)),
        because=because,
    )
    dropped = change_rows(table, stays, action=pl.lit("archive"), because=because)
    return pl.concat([moved, dropped]), moves.drop(KEY, "_new")
