"""Two change sets of one drop, made under different settings: what only one of them has."""

from dataclasses import dataclass

import polars as pl

from importer.model import changes as change_set
from importer.model.changes import ChangeSet
from importer.model.tables import TABLES, key_text
from importer.planning.incoming import KEY
from importer.planning.listing import OLD, edits

_SAME = ["table", "action", "key", "from_key", "picked"]


@dataclass(frozen=True)
class Apart:
    """What two change sets don't share, as ``changes.CHANGES``.

    ``only_one`` and ``only_other``: changes that the other doesn't have, or has picked where this
    one hasn't. ``otherwise``: changes that both have and that write other values; before → after is
    from ``one`` to ``other``.
    """

    only_one: pl.DataFrame
    only_other: pl.DataFrame
    otherwise: pl.DataFrame


def apart(one: ChangeSet, other: ChangeSet) -> Apart:
    """Compare two change sets."""
    shared = one.changes.join(other.changes, on=_SAME, how="semi", nulls_equal=True)
    found = [change_set.empty()]
    for table in TABLES:
        if table in one.after and table in other.after:
            keys = shared.filter(table=table)["key"]
            found.append(_otherwise(table, keys, one.after[table], other.after[table], shared))
    return Apart(
        one.changes.join(other.changes, on=_SAME, how="anti", nulls_equal=True),
        other.changes.join(one.changes, on=_SAME, how="anti", nulls_equal=True),
        pl.concat(found),
    )


def _otherwise(
    table: str, keys: pl.Series, one: pl.LazyFrame, other: pl.LazyFrame, shared: pl.DataFrame
) -> pl.DataFrame:
    """The rows that both write under these keys with other values."""
    content = [c for c in TABLES[table].columns if c not in TABLES[table].key]
    mine, theirs = (
        frame.with_columns(key_text(table).alias(KEY)).filter(pl.col(KEY).is_in(keys.implode()))
        for frame in (one, other)
    )
    both = theirs.join(mine, on=KEY, suffix=OLD, maintain_order="left")
    differs = [pl.col(c).ne_missing(pl.col(c + OLD)) for c in content]
    rows = edits(table, both.filter(pl.any_horizontal(differs)).collect(), "edit", "")
    actions = shared.filter(table=table).select("key", "action", "from_key", "picked")
    bare = rows.drop("action", "from_key", "picked")
    joined = bare.join(actions, on="key", how="left", maintain_order="left")
    return joined.select(list(change_set.CHANGES))
