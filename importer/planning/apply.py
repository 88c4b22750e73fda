"""The picked changes of a plan, carried out: a canonical table as it is afterwards."""

import polars as pl

from importer.model.changes import ACTIONS, ChangeSet
from importer.model.tables import empty, key_text, stored_schema
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
    key = key_text(table)
    status = pl.when(key.is_in(archived.implode())).then(pl.lit("archived")).otherwise("status")
    kept = stored.filter(~key.is_in(out.implode())).with_columns(status.alias("status"))
    written = rows.filter(key.is_in(replaced.implode()))
    columns = list(stored_schema(table))
    return pl.concat([kept.select(columns), written.select(columns)])
