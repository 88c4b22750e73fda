"""The preview: one hash over all that a commit would do, and the commit has to do just that."""

import hashlib
import io
from dataclasses import replace

import polars as pl

from importer.model.changes import COMES, ChangeSet
from importer.model.tables import ORIGIN, TABLES, empty, key_text, stored_schema

LONG = 50_000
"""Changes of a table from which on they are not written out and sorted to be hashed."""

_SEEDS = (1, 2)


def preview(change: ChangeSet) -> str:
    """The sha-256, in hex, of the picked changes with the rows that they write.

    Numbers of changes, the order of rows and files, and where a row came from don't matter.
    """
    digest = hashlib.sha256()
    counts = change.counts()
    for table in (table for table in TABLES if table in counts):
        picked, count = _picked(change, table), sum(counts[table].values())
        digest.update(f"{table} {count}\n".encode())
        if count >= LONG:
            digest.update(_mixed(change, table, picked))
            continue
        if table in change.whole:
            listed = replace(change, whole={table: change.whole[table]}).in_full()
            digest.update(_written_out(listed, table))
        else:
            digest.update(_written_out(change, table))
    return digest.hexdigest()


def _picked(change: ChangeSet, table: str) -> pl.DataFrame:
    here = change.changes.lazy().filter(pl.col("table") == table, pl.col("picked"))
    return here.select("action", "from_key", "key").collect()


def _told() -> list[str]:
    return [name for name in ORIGIN if name != "status"]


def _written_out(change: ChangeSet, table: str) -> bytes:
    """The picked changes of a table by key: action, both keys, and the row that is written."""
    picked = _picked(change, table)
    if picked.is_empty():
        return b""
    rows = change.after.get(table, empty(table).lazy()).drop(_told())
    rows = rows.with_columns(_k=key_text(table))
    lines = picked.lazy().select("action", "from_key", _k="key")
    whole = lines.join(rows, on="_k", how="left").collect()
    written = io.BytesIO()
    whole.sort("_k", "action", "from_key").write_ndjson(written)
    return written.getvalue()


def _mixed(change: ChangeSet, table: str, picked: pl.DataFrame) -> bytes:
    """The same as numbers, one for each change and each row, which are mixed in any order."""
    rows = change.after.get(table, empty(table).lazy())
    written = [rows.filter(key_text(table).hash().is_in(picked["key"].hash().implode()))]
    if table in change.whole:
        written.append(change.whole[table])
    other = picked.lazy().filter(~pl.col("action").is_in(COMES))
    content = [name for name in stored_schema(table) if name not in _told()]
    asked = [
        _one_number(other, ["action", "from_key", "key"]),
        _one_number(pl.concat([part.select(content) for part in written]), content),
    ]
    found = [numbers.row(0) for numbers in pl.collect_all(asked, engine="streaming")]
    return repr([sorted(change.counts()[table].items()), found]).encode()


def _one_number(rows: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """What rows say, in whatever order: each as a number of the numbers of its cells."""
    cells = (pl.col(name).hash(place) for place, name in enumerate(columns))
    row = rows.select(_row=pl.sum_horizontal(cells))
    return row.select(pl.col("_row").hash(seed).bitwise_xor().alias(str(seed)) for seed in _SEEDS)
