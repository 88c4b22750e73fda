"""What follows from ids that changed: one cause, not a stop for each table that it touches."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from importer.model import changes as change_set
from importer.model.changes import ChangeSet
from importer.planning.crosswalk import IDS
from importer.planning.touching import touching


def explained(change: ChangeSet, pairs: pl.DataFrame) -> pl.DataFrame:
    """The changes that are there because ids changed: ``id`` of the change, ``table``, ``key``.

    ``pairs``: ``table``, ``old``, ``new``. They explain archives of what has an old id, adds and
    moves of what has a new one, and edits that put a new id for its old one and nothing else.
    """
    found = [change_set.empty()]
    if pairs.height:
        olds, news = (pairs.select("table", id=side) for side in ("old", "new"))
        for table, rows in _by_table(change.changes).items():
            gone = (rows["action"] == "archive") & touching(table, rows, change.after, olds)
            enters = rows["action"].is_in(["add", "reactivate", "move"])
            come = enters & touching(table, rows, change.after, news)
            found += [rows.filter(gone | come), _edits(table, rows, pairs)]
    return pl.concat(part.select("id", "table", "key") for part in found)


def unexplained(change: ChangeSet, pairs: pl.DataFrame) -> ChangeSet:
    """The change set without what the pairs explain, as guards look at it."""
    if pairs.is_empty():
        return change
    known = explained(change, pairs)["id"]
    return replace(change, changes=change.changes.filter(~pl.col("id").is_in(known.implode())))


def _by_table(changes: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    tables = changes["table"].unique()  # changes are in the order of tables: each part is a slice
    return {table: changes.filter(pl.col("table") == table) for table in sorted(tables)}


def _edits(table: str, rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Edits of which every column is an id that changed from an old one to its new one."""
    edits = rows.filter(pl.col("action") == "edit")
    cells = edits.select("id", "columns", "before", "after").explode("columns", "before", "after")
    of = pl.col("columns").replace_strict(dict(IDS[table]), default=None, return_dtype=pl.String)
    known = pairs.select(_of="table", before="old", after="new", _known=pl.lit(value=True))
    told = cells.with_columns(_of=of).join(known, on=["_of", "before", "after"], how="left")
    whole = told.group_by("id").agg(pl.col("_known").fill_null(False).all())
    return edits.join(whole.filter("_known").select("id"), on="id", how="semi")
