"""Review: which changes are carried out after a person unchecked some, and what went along."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from importer.model.changes import ChangeSet
from importer.model.decision import Decision, ids_of
from importer.planning.closure import Stored, closed, ties
from importer.planning.selectors import chosen

UNCHECKED, ALONG = "unchecked", "along"
OFF = {"id": pl.UInt32(), "how": pl.String(), "by": pl.UInt32()}
"""Changes that stand unchecked. ``how``: ``UNCHECKED`` by a person, or ``ALONG`` with change
``by``, without which it can't be, or has no reason to be."""


@dataclass(frozen=True)
class Reviewed:
    """A plan after its review: the changes with their picks, and ``off`` (``OFF``)."""

    change: ChangeSet
    off: pl.DataFrame


def reviewed(
    change: ChangeSet, words: Sequence[tuple[Sequence[str], Sequence[str]]], stored: Stored
) -> Reviewed:
    """The plan after what people said of it, with all that has to go along.

    ``words``: of each decision what it unchecks and what it checks again, as selectors; the later
    word on a change counts. What planning itself left out stays out. ``stored``: the tables that
    the plan was made against.
    """
    picked = change.changes.filter("picked")["id"]
    off = kept = pl.Series("id", [], dtype=pl.UInt32)
    for uncheck, again in words:
        for selectors, on in ((uncheck, False), (again, True)):
            ids = chosen(change, selectors)
            off = _without(off, ids) if on else _with(off, ids.filter(ids.is_in(picked.implode())))
            kept = _with(kept, ids) if on else _without(kept, ids)
    if off.is_empty():
        return Reviewed(change, pl.DataFrame(schema=OFF))
    along = closed(ties(change, stored), off, kept)
    said = off.to_frame().select("id", how=pl.lit(UNCHECKED), by=pl.lit(None, pl.UInt32))
    told = pl.concat([said, along.select("id", how=pl.lit(ALONG), by="by")]).cast(OFF).sort("id")  # type: ignore[arg-type]
    return Reviewed(without(change, told["id"]), told)


def without(change: ChangeSet, off: pl.Series) -> ChangeSet:
    """The plan with these changes listed, but not carried out."""
    left = pl.col("picked") & ~pl.col("id").is_in(off.implode())
    return replace(change, changes=change.changes.with_columns(picked=left))


def standing(change: ChangeSet, decisions: Sequence[Decision]) -> ChangeSet:
    """The plan as its newest decision left it."""
    return without(change, ids_of(decisions[-1].off)) if decisions else change


def _with(ids: pl.Series, more: pl.Series) -> pl.Series:
    return pl.concat([ids, more]).unique()


def _without(ids: pl.Series, less: pl.Series) -> pl.Series:
    return ids.filter(~ids.is_in(less.implode()))
