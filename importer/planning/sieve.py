"""Rows that a drop says exactly as they are stored, taken out before anything is compared.

Of a roster of millions a night changes one row in a hundred. Every row becomes one number; a number
that is on both sides is a row alike in every column, of which comparing would say nothing. A row
that changed passes for one of these by chance in one of 10¹¹ cases (64 bits against millions).
"""

import polars as pl

from importer.model.repeats import repeated
from importer.model.tables import key_text
from importer.planning.assemble import KEY, LINE, Incoming, Numbered, numbered
from importer.planning.taking import Taking, later

FROM = 20_000
"""Stored rows from which on it pays; below, comparing all of them takes some milliseconds."""


def sides(
    table: str, stored: pl.LazyFrame, incoming: Incoming, how: Taking
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What was sent and what is stored, both with ``_k``, without the rows alike.

    Alike are only rows that stand and are sent as such, whose key no other row has, and that nobody
    edited on the platform: these give no change, whatever else is known of them.
    """
    if stored.select(pl.len()).collect().item() >= FROM:
        both = _unlike(table, stored, incoming, how)
    else:
        both = (incoming.rows, stored)
    key = key_text(table).alias(KEY)
    new, old = pl.collect_all([rows.with_columns(key) for rows in both], engine="streaming")
    return new, old


def _unlike(
    table: str, stored: pl.LazyFrame, incoming: Incoming, how: Taking
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    there = numbered(table, stored, _stands(table, how))
    parts, twice = _sent(incoming)
    twice = pl.concat([twice, repeated(there.numbers[KEY])])
    again = pl.col(KEY).is_in(twice.implode())
    lines = [
        pl.concat([part.numbers.filter(~again)[LINE] for part in side]) for side in (parts, [there])
    ]
    odd = _odd(*lines).extend_constant(None, 1)
    unlike = pl.col(LINE).is_in(odd.implode(), nulls_equal=True) | again
    found = [part.at(part.numbers.filter(unlike)) for part in (*parts, there)]
    return pl.concat(found[:-1]), found[-1]


def _sent(incoming: Incoming) -> tuple[list[Numbered], pl.Series]:
    """What was sent as numbers, and the keys in it that several rows have.

    Where the numbers are told by the files, none has: which row of a key counts is for the rows.
    """
    if incoming.numbered:
        parts = incoming.numbered()
        twice = repeated(pl.concat([part.numbers[KEY] for part in parts]))
        if twice.is_empty():
            return parts, twice
    laid = numbered(incoming.table, incoming.rows, pl.col("status") == "active")
    return [laid], repeated(laid.numbers[KEY])


def _stands(table: str, how: Taking) -> pl.Expr:
    """Stored rows that stay as they are if they are sent so."""
    stands = pl.col("status") == "active"
    if how.today:
        stands |= (pl.col("status") == "pending") & later(how.today)
    if how.edited.height:
        stands &= ~key_text(table).is_in(how.edited[KEY].implode())
    return stands


def _odd(one: pl.Series, other: pl.Series) -> pl.Series:
    """The numbers that one side has and the other hasn't. Each side has each number once."""
    sides = [side.drop_nulls().alias(LINE).sort().to_frame().lazy() for side in (one, other)]
    merged = sides[0].merge_sorted(sides[1], key=LINE).collect()[LINE]
    alone = [(merged != merged.shift(step)).fill_null(value=True) for step in (1, -1)]
    return merged.filter(alone[0] & alone[1])
