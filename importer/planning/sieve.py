"""Rows that a drop says exactly as they are stored, taken out before anything is compared.

Of a roster of millions a night changes one row in a hundred. Every row becomes one number; a number
that is on both sides is a row alike in every column, of which comparing would say nothing. A row
that changed passes for one of these by chance in one of 10¹¹ cases (64 bits against millions).
"""

from dataclasses import dataclass

import polars as pl

from importer.model.repeats import repeated
from importer.model.tables import STANDING, TABLES, key_hash, key_text
from importer.planning.assemble import KEY, Incoming
from importer.planning.taking import Taking, later

FROM = 20_000
"""Stored rows from which on it pays; below, comparing all of them takes some milliseconds."""

MOST = 200_000
"""Rows that are remembered as unlike; where more are, judges look at the whole table."""

_LINE = "_line"
_ASKED = {"roles": ["person_id"], "enrollments": ["school_id", "role"]}
"""What judges ask of the rows of long tables; of the others they may ask all."""


@dataclass(frozen=True)
class Unlike:
    """All rows of a table that aren't sent just as they stand, and some that are.

    ``sent`` and ``stored`` (those that stand), with ``status``. Of every other row that is sent as
    active the same one stands in the roster, and no row that stands is missing beside them.
    """

    sent: pl.DataFrame
    stored: pl.DataFrame


def unlike(table: str, sent: pl.DataFrame, stored: pl.DataFrame) -> Unlike | None:
    """What ``sides`` left of a table, if that is little; else None."""
    stands = stored.filter(pl.col("status").is_in(STANDING))
    if sent.height + stands.height > MOST:
        return None
    asked = [*_ASKED[table], "status"] if table in _ASKED else pl.all()
    return Unlike(sent.select(asked), stands.select(asked))


def sides(
    table: str, stored: pl.LazyFrame, incoming: Incoming, how: Taking
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What was sent and what is stored, both with ``_k``, without the rows alike.

    Alike are only rows that stand and are sent as such, whose key no other row has, and that nobody
    edited on the platform: these give no change, whatever else is known of them.
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
    twice = pl.concat([repeated(one[KEY]), repeated(other[KEY])])
    again = pl.col(KEY).is_in(twice.implode())
    odd = _odd(*(side.filter(~again)[_LINE] for side in (one, other))).extend_constant(None, 1)
    unlike = pl.col(_LINE).is_in(odd.implode(), nulls_equal=True) | again
    found, there = (  # by their keys: to work out all lines once more takes three times as long
        rows.filter(key_hash(table).is_in(numbers.filter(unlike)[KEY].implode()))
        for rows, numbers in ((sent, one), (stored, other))
    )
    return found, there


def _line(table: str, stands: pl.Expr, how: Taking) -> pl.Expr:
    """The number of a row (u64); null for one that may change though it is sent as it is stored."""
    parts = []
    for name, dtype in TABLES[table].columns.items():
        listed = pl.col(name).list
        parts += [listed.join("\x1f"), listed.len()] if dtype == pl.List else [pl.col(name)]
    if how.edited.height:
        stands &= ~key_text(table).is_in(how.edited[KEY].implode())
    number = pl.struct(part.alias(str(place)) for place, part in enumerate(parts)).hash()
    return pl.when(stands).then(number)


def _odd(one: pl.Series, other: pl.Series) -> pl.Series:
    """The numbers that one side has and the other hasn't. Each side has each number once."""
    sides = [side.drop_nulls().alias(_LINE).sort().to_frame().lazy() for side in (one, other)]
    merged = sides[0].merge_sorted(sides[1], key=_LINE).collect()[_LINE]
    alone = [(merged != merged.shift(step)).fill_null(value=True) for step in (1, -1)]
    return merged.filter(alone[0] & alone[1])
