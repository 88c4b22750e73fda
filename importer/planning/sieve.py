"""Rows that a drop says exactly as they are stored, taken out before anything is compared.

Of a roster of millions a night changes one row in a hundred. Every row becomes one number; a number
that is on both sides is a row alike in every column, of which comparing would say nothing. A row
that changed passes for one of these by chance in one of 10¹¹ cases (64 bits against millions).
"""

from dataclasses import dataclass

import polars as pl

from importer.model.repeats import apart
from importer.model.tables import STANDING, key_hash, key_text
from importer.planning.incoming import KEY, LINE, Incoming, as_numbers
from importer.planning.taking import Taking, later

FROM = 20_000
"""Stored rows from which on it pays; below, comparing all of them takes some milliseconds."""

FETCHED = 300_000
"""Rows that are fetched from their file one by one; where more differ, all are laid out."""

MOST = 200_000
"""Rows that are remembered as unlike; where more are, judges look at the whole table."""

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

    Alike are only rows that stand and are sent as such, whose key no unlike row has, and that
    nobody edited on the platform: these give no change, whatever else is known of them. Of stored
    rows that don't stand any more those are there whose key was sent.
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
    standing = stored.filter(pl.col("status").is_in(STANDING))  # of years of others few matter
    sent, there = incoming.as_numbers(), as_numbers(table, standing, _stands(table, how))
    odd = apart(sent.numbers[LINE], there.numbers[LINE]).extend_constant(None, 1)
    differs = pl.col(LINE).is_in(odd.implode(), nulls_equal=True)
    keys = pl.concat([side.numbers.filter(differs)[KEY] for side in (sent, there)]).unique()
    if incoming.numbered and len(keys) > FETCHED:
        incoming.numbered = None
        return _unlike(table, stored, incoming, how)
    found = sent.having(keys).collect(engine="streaming")
    # A file's own numbers are those of text that isn't cleaned: other rows may have its keys.
    told = found.select(key_hash(table).alias(KEY)).to_series()
    if len(more := told.filter(~told.is_in(keys.implode()))):
        keys = pl.concat([keys, more]).unique()
        found = sent.having(keys).collect(engine="streaming")
    return found.lazy(), stored.filter(key_hash(table).is_in(keys.implode()))


def _stands(table: str, how: Taking) -> pl.Expr:
    """Stored rows that stay as they are if they are sent so."""
    stands = pl.col("status") == "active"
    if how.today:
        stands |= (pl.col("status") == "pending") & later(how.today)
    if how.edited.height:
        stands &= ~key_text(table).is_in(how.edited[KEY].implode())
    return stands
