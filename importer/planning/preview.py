"""The preview: one hash over all that a commit would do, and the commit has to do just that."""

import hashlib
import io

import polars as pl

from importer.model.changes import ChangeSet
from importer.model.tables import ORIGIN, TABLES, empty, key_text

_SLICE = 100_000  # rows written at a time


def preview(change: ChangeSet) -> str:
    """The sha-256, in hex, of the picked changes with the rows that they write.

    Numbers of changes, the order of rows and files, and where a row came from don't matter.
    """
    digest = hashlib.sha256()
    for table in TABLES:
        rows = _canonical(change, table)
        if rows.height:
            digest.update(f"{table} {rows.height}\n".encode())
        for part in rows.iter_slices(_SLICE):
            written = io.BytesIO()
            part.write_ndjson(written)
            digest.update(written.getbuffer())
    return digest.hexdigest()


def _canonical(change: ChangeSet, table: str) -> pl.DataFrame:
    """The picked changes of a table by key: action, both keys, and the row that is written."""
    picked = change.changes.filter(pl.col("table") == table, pl.col("picked"))
    rows = change.after.get(table, empty(table))
    told = rows.drop([c for c in ORIGIN if c != "status"]).with_columns(_k=key_text(table))
    whole = picked.select("action", "from_key", _k="key").join(told, on="_k", how="left")
    return whole.sort("_k", "action", "from_key")
