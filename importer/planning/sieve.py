"""Rows that a drop says exactly as they are stored, taken out before anything is compared.

Of a roster of millions a night changes one row in a hundred. Every row becomes one number; a number
that is on both sides is a row alike in every column, of which comparing would say nothing. A row
that changed passes for one of these by chance in one of 10¹¹ cases (64 bits against millions).
"""

import polars as pl

from importer.model.mixed import mixed
from importer.model.repeats import apart
from importer.model.tables import TABLES, key_hash, key_text
from importer.planning.assemble import KEY, Incoming
from importer.planning.taking import Taking, later

FROM = 20_000
"""Stored rows from which on it pays; below, comparing all of them takes some milliseconds."""

_LINE = "_line"


def sides(
    table: str, stored: pl.LazyFrame, incoming: Incoming, how: Taking
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What was sent and what is stored, both with ``_k``, without the rows alike.

    Alike are only rows that stand and are sent as such, whose key no unlike row has, and that
    nobody edited on the platform: these give no change, whatever else is known of them.
    """
    both = (incoming.rows, stored)
    if stored.select(pl.len()).collect().item() >= FROM:
        both = _unlike(table, *both, how)
    key = key_text(table).alias(KEY)
    new, old = pl.collect_all([rows.with_columns(key) for rows in both], engine="streaming")
    return new, old


def _unlike(
    table: str, sent: pl.LazyFrame, stored: pl.LazyFrame, how: Taking
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    stands = active = pl.col("status") == "active"
    if how.today:
        stands = active | ((pl.col("status") == "pending") & later(how.today))
    sides = ((sent, _line(table, active, how)), (stored, _line(table, stands, how)))
    one, other = pl.collect_all(
        [rows.select(key_hash(table).alias(KEY), line.alias(_LINE)) for rows, line in sides],
        engine="streaming",
    )
    odd = apart(one[_LINE], other[_LINE]).extend_constant(None, 1)
    unlike = pl.col(_LINE).is_in(odd.implode(), nulls_equal=True)
    keys = pl.concat([side.filter(unlike)[KEY] for side in (one, other)]).unique().implode()
    return sent.filter(key_hash(table).is_in(keys)), stored.filter(key_hash(table).is_in(keys))


def _line(table: str, stands: pl.Expr, how: Taking) -> pl.Expr:
    """The number of a row (u64); null for one that may change though it is sent as it is stored."""
    if how.edited.height:
        stands &= ~key_text(table).is_in(how.edited[KEY].implode())
    return pl.when(stands).then(mixed(pl.col(name) for name in TABLES[table].columns))
