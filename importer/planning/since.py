"""A quick sync: only what the source changed since an earlier drop of its own.

A row that both drops say alike is left alone, whatever the roster has: a change that a person
didn't want doesn't come back, and what was changed elsewhere isn't written over. A row is gone only
if the earlier drop had it. What one of the two drops doesn't say in full is compared as always.
"""

from collections.abc import Callable, Mapping

import polars as pl

from importer.model.tables import TABLES, empty, key_text
from importer.planning.compare import held_keys
from importer.planning.incoming import KEY, Incoming

_PLACE = ["origin_table", "origin_row"]


def leave_alone(
    now: Mapping[str, Incoming],
    last: Mapping[str, Incoming],
    stored: Callable[[str], pl.LazyFrame],
) -> dict[str, pl.Series]:
    """Keys (text) by canonical table of the rows that ``last``, the earlier drop, said alike.

    Stored rows that neither drop names are put out of reach (``Incoming.beyond``).
    """
    same = {}
    for table, told in now.items():
        before = last.get(table, Incoming(table, empty(table).lazy))
        same[table] = _alike(told, before)
        quiet = _unnamed(told, before, stored(table))
        told.beyond = pl.concat([told.beyond, quiet]).unique()
    return same


def set_aside(changes: dict[str, pl.DataFrame], same: Mapping[str, pl.Series]) -> None:
    """Unpick the changes of rows that the source didn't change, so that nothing hangs on them."""
    for table in changes.keys() & same.keys():
        alike = pl.col("key").is_in(same[table].implode())
        changes[table] = changes[table].with_columns(picked=pl.col("picked") & ~alike)


def take_out(
    changes: dict[str, pl.DataFrame],
    after: dict[str, pl.LazyFrame],
    same: Mapping[str, pl.Series],
) -> None:
    """Take the changes that were set aside from the lists. What goes with another change stays."""
    for table in changes.keys() & same.keys():
        aside = ~pl.col("picked") & pl.col("key").is_in(same[table].implode())
        changes[table] = changes[table].filter(~aside)
        if table in after:
            kept = key_text(table).is_in(changes[table]["key"].implode())
            after[table] = after[table].filter(kept)


def _alike(now: Incoming, last: Incoming) -> pl.Series:
    """Keys of the rows of full lists that both drops say alike, in every column.

    Not those of which a value couldn't be read: what it was nobody knows. Nor those of a file that
    has other columns now: a new blank column says something.
    """
    full = {
        name
        for name in now.full & last.full
        if now.says.get(name, set()) == last.says.get(name, set())
    }
    content = [*TABLES[now.table].columns, "status", "origin_table"]
    one, other = (_readable(told, full).select(content) for told in (now, last))
    key = list(TABLES[now.table].key)
    both = one.join(other, on=key, how="inner", suffix="_last")
    differs = [pl.col(c).ne_missing(pl.col(f"{c}_last")) for c in content if c not in key]
    alike = both.filter(~pl.any_horizontal(differs)).select(key_text(now.table).alias(KEY))
    return alike.collect(engine="streaming")[KEY]


def _readable(told: Incoming, full: set[str]) -> pl.LazyFrame:
    """The rows of these source tables of which every value could be read."""
    rows = told.rows.filter(pl.col("origin_table").is_in(sorted(full)))
    return rows.join(told.dropped.lazy(), on=_PLACE, how="anti") if told.dropped.height else rows


def _unnamed(now: Incoming, last: Incoming, stored: pl.LazyFrame) -> pl.Series:
    """Keys of stored rows of full lists that neither drop has, not even as a row left out."""
    old = stored.with_columns(key_text(now.table).alias(KEY))
    held = held_keys(last, old)
    of_full = pl.col("origin_table").is_in(sorted(now.full))
    rest = old.filter(of_full, ~pl.col(KEY).is_in(held.implode())).select(KEY)
    for told in (now, last):
        named = told.rows.select(key_text(now.table).alias(KEY))
        rest = rest.join(named, on=KEY, how="anti", maintain_order="left")
    return rest.collect(engine="streaming")[KEY]
