"""Which changes have to do with a record, by its id in any of their columns."""

from collections.abc import Mapping

import polars as pl

from importer.model import changes as change_set
from importer.model.tables import ID_SEPARATOR, TABLES, key_text
from importer.planning.crosswalk import IDS, RECORDS

_LEFT = "; not picked, because the re-key that it needs is not"


def touching(
    table: str, changes: pl.DataFrame, after: Mapping[str, pl.LazyFrame], ids: pl.DataFrame
) -> pl.Series:
    """For each change of one table whether it touches one of the records ``ids``.

    ``ids``: ``table``, ``id``. It does by its key, the key that it comes from, or a row of
    ``after`` (canonical table → rows that the changes write) that names the id.
    """
    wanted = {name: ids.filter(pl.col("table") == name)["id"] for name in RECORDS}
    wanted = {name: named for name, named in wanted.items() if len(named)}
    key, found = TABLES[table].key, [pl.lit(value=False)]
    for place, column in enumerate(key):
        if (of := IDS[table].get(column)) in wanted:
            for name in ("key", "from_key"):
                part = pl.col(name).str.split(ID_SEPARATOR).list.get(place, null_on_oob=True)
                found.append(part.is_in(wanted[of].implode()).fill_null(False))
    written = _naming(table, after, wanted)
    if len(written):
        found.append(pl.col("key").is_in(written.implode()))
    hit = changes.lazy().select(pl.any_horizontal(found).alias("_hit"))
    return hit.collect(engine="streaming").to_series()  # keys in parts are many times the changes


def _naming(
    table: str, after: Mapping[str, pl.LazyFrame], wanted: Mapping[str, pl.Series]
) -> pl.Series:
    """The keys of rows that name an id in a column outside their key."""
    found = []
    for column, of in IDS[table].items():
        if column in TABLES[table].key or of not in wanted:
            continue
        if isinstance(TABLES[table].columns[column], pl.List):
            here = pl.element().is_in(wanted[of].implode())
            inside = pl.col(column).list.eval(here).list.any()
        else:
            inside = pl.col(column).is_in(wanted[of].implode())
        found.append(inside.fill_null(False))
    rows = after.get(table)
    if rows is None or not found:
        return pl.Series("key", [], dtype=pl.String)
    named = rows.filter(pl.any_horizontal(found)).select(key_text(table))
    return named.collect(engine="streaming").to_series()


def leave(
    changes: dict[str, pl.DataFrame],
    after: Mapping[str, pl.LazyFrame],
    ids: pl.DataFrame,
    because: str,
) -> None:
    """Unpick every change that touches one of the records ``ids`` (``table``, ``id``)."""
    if ids.is_empty():
        return
    for table, rows in changes.items():
        off = rows["picked"] & touching(table, rows, after, ids)
        if off.any():
            changes[table] = change_set.unpicked(rows, pl.lit(off), because)


def close_rekeys(changes: dict[str, pl.DataFrame], after: Mapping[str, pl.LazyFrame]) -> None:
    """Unpick what touches the ids of a re-key that is not picked, other re-keys included.

    Both ids count: under the old one the record stays, and the new one isn't there.
    """
    known = 0
    while (ids := _not_rekeyed(changes)).height > known:
        known = ids.height
        leave(changes, after, ids, _LEFT)


def _not_rekeyed(changes: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The ids of re-keys that are not picked: ``table``, ``id``."""
    whole = pl.concat([rows.lazy() for rows in (change_set.empty(), *changes.values())])
    off = whole.filter(pl.col("action") == "re-key", ~pl.col("picked"))
    both = pl.concat([off.select("table", id=name) for name in ("key", "from_key")])
    return both.unique().collect(engine="streaming")
