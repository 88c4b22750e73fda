"""The picked changes of a plan, carried out: a canonical table as it is afterwards."""

from collections.abc import Callable
from functools import partial

import polars as pl

from importer.model.changes import ACTIONS, ChangeSet
from importer.model.tables import ID_SEPARATOR, TABLES, empty, key_hash, key_text, stored_schema
from importer.planning import crosswalk

_WRITING = ("edit", "reactivate", "add", "move", "pending", "begin")


def apply(table: str, stored: pl.LazyFrame, change: ChangeSet) -> pl.LazyFrame | None:
    """The canonical table after the picked changes; None where nothing of it changes.

    ``stored`` has the ids of before; the picked re-keys come first. Archived rows stay, with status
    ``archived`` and the origin that last had them, unless the change brings a row of its own; only
    what is withdrawn goes. Both come of an undo.
    """
    if table in change.whole:
        return pl.concat([stored, change.whole[table]])
    ids = crosswalk.of(change)
    stored = crosswalk.with_new_ids(table, stored, ids)
    picked = change.changes.filter(pl.col("table") == table, pl.col("picked"))
    if picked.is_empty() and not crosswalk.concerns(table, ids):
        return None
    keys = {action: picked.filter(pl.col("action") == action)["key"] for action in ACTIONS}
    left = picked.filter(pl.col("action") == "move")["from_key"]
    archived = pl.concat([keys["archive"], left])
    rows = change.after.get(table, empty(table).lazy())
    gone = pl.col("status").is_in(["archived", "completed"])
    brought = rows.filter(gone).select(key_text(table)).collect(engine="streaming").to_series()
    brought = keys["archive"].filter(keys["archive"].is_in(brought.implode()))
    replaced = pl.concat([*(keys[action] for action in _WRITING), brought])
    out = pl.concat([replaced, keys["withdraw"]])
    key, of = _told_by(table, stored, pl.concat([out, archived]))
    goes, ends = (key.is_in(of(those).implode()) for those in (out, archived))
    status = pl.when(ends).then(pl.lit("archived")).otherwise("status").alias("status")
    kept = stored.filter(~goes).with_columns(status)
    written = rows.filter(key_text(table).is_in(replaced.implode()))
    columns = list(stored_schema(table))
    return pl.concat([kept.select(columns), written.select(columns)])


def _told_by(
    table: str, stored: pl.LazyFrame, keys: pl.Series
) -> tuple[pl.Expr, Callable[[pl.Series], pl.Series]]:
    """What tells the stored rows of these keys (text) from all others; what it is of a key.

    That is the hash of the key: to write out the keys of millions of rows takes five times as long.
    Where two of these keys, or another row's, have one hash by chance, it is the text.
    """
    number, hashes = key_hash(table), _hashes(table, keys)
    near = stored.filter(number.is_in(hashes.implode())).select(key_text(table))
    found = near.collect(engine="streaming").to_series()
    if hashes.n_unique() == keys.n_unique() and found.is_in(keys.implode()).all():
        return number, partial(_hashes, table)
    return key_text(table), lambda those: those


def _hashes(table: str, keys: pl.Series) -> pl.Series:
    """The ``key_hash`` of keys that are known as texts."""
    parts = keys.str.split(ID_SEPARATOR).list
    named = {name: parts.get(n, null_on_oob=True) for n, name in enumerate(TABLES[table].key)}
    return pl.DataFrame(named).select(key_hash(table)).to_series()
