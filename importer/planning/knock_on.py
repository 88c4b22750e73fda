"""Knock-on changes: what hangs on an archived person or section is archived with it, and listed."""

from collections.abc import Callable, Mapping

import polars as pl

from importer.model import changes as change_set
from importer.model.tables import STANDING, TABLES, key_text
from importer.planning.incoming import KEY
from importer.planning.listing import change_rows, leaving
from importer.planning.picks import HANGS_ON, WORDS

_TAKES_ALONG = ("people", "sections")  # what belongs to a school is sent, or not, by itself


def knock_on(
    changes: dict[str, pl.DataFrame],
    after: dict[str, pl.LazyFrame],
    beyond: Mapping[str, pl.Series],
    stored: Callable[[str], pl.LazyFrame],
) -> None:
    """Add to ``changes`` the archives that follow from picked archives of people and sections.

    ``beyond``: keys out of scope by table, which stay as they are.
    """
    for table, parents in HANGS_ON.items():
        here = changes.get(table, change_set.empty())
        for column, parent in parents:
            theirs = changes.get(parent, change_set.empty())
            gone = theirs.filter(pl.col("action") == "archive", pl.col("picked"))["key"]
            if parent not in _TAKES_ALONG or gone.is_empty():
                continue
            settled = _settled(here, beyond.get(table)).hash()
            free = ~key_text(table).hash().is_in(settled.implode())
            rows = _hanging(table, column, gone, stored(table).filter(free))
            if rows.is_empty():
                continue
            because = pl.lit(f"the {WORDS[parent]} it belongs to is archived")
            more = change_rows(table, rows, action=leaving(), because=because)
            # An edit of a row that goes away with its parent says nothing.
            here = here.filter(~pl.col("key").is_in(rows[KEY].implode()))
            here = pl.concat([here, more])
            if table in after:
                after[table] = after[table].filter(~key_text(table).is_in(rows[KEY].implode()))
        if here.height:
            changes[table] = here


def _hanging(table: str, column: str, gone: pl.Series, stored: pl.LazyFrame) -> pl.DataFrame:
    """The active and pending stored rows of those who are gone: what is listed of them."""
    rows = stored.filter(pl.col("status").is_in(STANDING), pl.col(column).is_in(gone.implode()))
    placed = ["school_id"] if "school_id" in TABLES[table].columns else []
    told = rows.select(key_text(table).alias(KEY), "status", "origin_file", "origin_row", *placed)
    return told.collect(engine="streaming")


def _settled(here: pl.DataFrame, beyond: pl.Series | None) -> pl.Series:
    """Keys that are archived already or left by a move, and those that stay as they are."""
    gone = pl.col("action").is_in(["archive", "withdraw"])
    archived = here.select("key", "action").filter(gone)["key"]
    left = here.filter(pl.col("action") == "move", pl.col("picked"))["from_key"]
    return pl.concat([archived, left, *([] if beyond is None else [beyond])])
