"""Undo: the change set that takes one commit back, at any age, and what stands against it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from importer.model import changes as change_set
from importer.model.changes import ACTIONS, CHANGES, ChangeSet
from importer.model.tables import TABLES, stored_schema
from importer.planning.crosswalk import with_new_ids
from importer.planning.undo_rows import CONFLICTS, K, Sides, inverse
from importer.planning.undo_ties import hanging, settled

Rows = Callable[[str], pl.LazyFrame]


@dataclass(frozen=True)
class Times:
    """The roster before a commit, after it, and now; the number of the commit and of the newest.

    ``rekeys``: ``table``, ``old``, ``new``: the ids that the commit changed.
    """

    before: Rows
    done: Rows
    now: Rows
    number: int
    head: int
    rekeys: pl.DataFrame


@dataclass(frozen=True)
class Undone:
    """What an undo would do, and the conflicts (``undo_rows.CONFLICTS``) that it meets."""

    change: ChangeSet
    conflicts: pl.DataFrame


def undo(times: Times, tables: list[str], take_back: bool = False) -> Undone:
    """Take a commit back. ``tables``: those that it changed.

    Where a later commit changed the same, that stays, unless ``take_back``. Rows that would be
    left hanging in the air are conflicts too: they keep what they hang on, or are archived.
    """
    times, taken = _with_old_ids(times)
    rows: dict[str, pl.DataFrame] = {}
    conflicts = [pl.DataFrame(schema=CONFLICTS), taken]
    for table in tables:
        sides = Sides(*(at(table) for at in (times.before, times.done, times.now)))
        found = inverse(table, sides, take_back)
        rows[table] = found.rows
        conflicts.append(found.conflicts)
    while (more := hanging(rows, times.before, times.now)).height:
        conflicts.append(more.select(list(CONFLICTS)))
        settled(rows, more, times.now, take_back)
    whole = pl.concat(conflicts).unique(maintain_order=True)
    return Undone(_change_set(rows, times), whole)


def _with_old_ids(times: Times) -> tuple[Times, pl.DataFrame]:
    """The later tables with the ids of before the commit: all else is compared under them.

    An id that another record got since can't be given back: it stays, as a conflict.
    """
    nothing = pl.DataFrame(schema=CONFLICTS)
    if times.rekeys.is_empty():
        return times, nothing
    back, stay = _free(times.rekeys, times.now)
    turned = stay.select("table", old="new", new="old")
    before, done, now = (
        lambda table, at=at, pairs=pairs: _renamed(table, at(table), pairs)
        for at, pairs in ((times.before, turned), (times.done, back), (times.now, back))
    )
    told = stay.select("table", key="old", column=pl.lit(""), why=pl.lit(_TAKEN))
    taken = pl.concat([nothing, told], how="diagonal").select(list(CONFLICTS))
    return Times(before, done, now, times.number, times.head, back), taken


def _free(pairs: pl.DataFrame, now: Rows) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The re-keys that can be turned back, and those that can't: their old id is in use.

    Of a swap each id is free once the other one is; so what can't be may stop others.
    """
    used = pl.concat(
        now(table).select(table=pl.lit(table), old=own).join(part.lazy(), on=["table", "old"])
        for table, own in _OWN.items()
        if not (part := pairs.filter(pl.col("table") == table)).is_empty()
    ).collect()
    back = pairs
    while True:
        leaving = back.select("table", old="new")
        taken = used.join(leaving, on=["table", "old"], how="anti").select("table", "old")
        left = back.join(taken, on=["table", "old"], how="anti")
        if left.height == back.height:
            return back, pairs.join(back, on=["table", "old"], how="anti")
        back = left


def _renamed(table: str, rows: pl.LazyFrame, pairs: pl.DataFrame) -> pl.LazyFrame:
    """A table in which every column that holds a changed id has the id of before."""
    return with_new_ids(table, rows, pairs.select("table", old="new", new="old"))


_TAKEN = "its former id belongs to somebody else since"
_OWN = {"schools": "school_id", "terms": "term_id", "courses": "course_id",
        "people": "person_id", "sections": "section_id"}  # fmt: skip


def _change_set(rows: Mapping[str, pl.DataFrame], times: Times) -> ChangeSet:
    because = f"undo of commit {times.number}"
    listed = [_changes(table, frame, because) for table, frame in rows.items()]
    listed.append(_rekeys(times.rekeys, because))
    whole = pl.concat([change_set.empty(), *listed])
    order = pl.col("table").replace_strict({t: n for n, t in enumerate(TABLES)})
    rank = pl.col("action").replace_strict({a: n for n, a in enumerate(ACTIONS)})
    whole = whole.sort(order, rank, "key").with_columns(
        id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32)
    )
    after = {
        table: frame.lazy()
        .filter(pl.col("_action") != "withdraw")
        .select(list(stored_schema(table)))
        for table, frame in rows.items()
        if frame.height
    }
    return ChangeSet(times.head, "", whole, after)


def _changes(table: str, rows: pl.DataFrame, because: str) -> pl.DataFrame:
    school = "school_id" if "school_id" in rows.columns else None
    told = rows.select(
        id=pl.lit(0),
        action="_action",
        table=pl.lit(table),
        key=K,
        from_key=pl.lit(None),
        school_id=pl.col(school) if school else pl.lit(None),
        columns="_columns",
        before="_before",
        after="_after",
        because=pl.lit(because),
        source_file="origin_file",
        source_row="origin_row",
        picked=pl.lit(True),
    )
    return told.cast(CHANGES)  # type: ignore[arg-type]


def _rekeys(pairs: pl.DataFrame, because: str) -> pl.DataFrame:
    """Each re-key the other way round; applied first, as every re-key is."""
    empty = pl.lit([], pl.List(pl.String))
    told = pairs.select(
        id=pl.lit(0),
        action=pl.lit("re-key"),
        table="table",
        key="old",
        from_key="new",
        school_id=pl.lit(None),
        columns=empty,
        before=empty,
        after=empty,
        because=pl.lit(because),
        source_file=pl.lit(None),
        source_row=pl.lit(None),
        picked=pl.lit(True),
    )
    return told.cast(CHANGES)  # type: ignore[arg-type]
