"""Long tables: laid into files, sieved by hashes, taken whole on a first load, and previewed.

What is done for millions of rows has to say what is done for few: small districts go both ways.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_districts import (
    BAD_EDITS,
    GOOD_EDITS,
    District,
    Roster,
    Sent,
    clever,
    districts,
    edited,
)
from planning_rosters import LAWS, rosters

from importer import flow, holds, reviews
from importer.contracts import numbered
from importer.model import changes
from importer.model.changes import ChangeSet
from importer.model.history import Who
from importer.model.tables import empty, key_text
from importer.planning import compare, shelf, sieve
from importer.planning import preview as hashed
from importer.planning.apply import apply
from importer.planning.preview import preview

_EDITS = (*GOOD_EDITS, *BAD_EDITS)


@contextmanager
def _as_if_long() -> Iterator[None]:
    """Every table counts as long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "LONG", 0)
        patch.setattr(numbered, "FROM", 0)
        patch.setattr(sieve, "FROM", 1)
        patch.setattr(compare, "AT_ONCE", 2)
        patch.setattr(hashed, "LONG", 1)
        yield


@st.composite
def _days(draw: st.DrawFn) -> list[District]:
    """A district on four days, the last one as it was on the second."""
    first = draw(districts())
    second = draw(edited(first, _EDITS))
    return [first, second, draw(edited(second, _EDITS)), second]


def _listed(roster: Roster, sent: Sent) -> list[tuple[Any, ...]]:
    """Every change of the run, without its number and the place of a row."""
    planned = reviews.as_planned(roster.store, sent.run).changes.drop("id")
    return sorted(tuple(map(str, row)) for row in planned.iter_rows())


def _accounts(roster: Roster, sent: Sent) -> bytes:
    """What is kept about new accounts."""
    path = roster.store.root / "runs" / sent.run.id / "new-accounts.csv"
    return path.read_bytes() if path.exists() else b""


def _stored(roster: Roster) -> dict[str, list[tuple[Any, ...]]]:
    """All that the roster has, with where it came from."""
    head = roster.store.head()
    tables = head.tables if head else {}
    return {
        name: sorted(
            tuple(map(str, row)) for row in roster.store.table(name, head).collect().rows()
        )
        for name in tables
    }


@LAWS
@given(_days())
def test_a_long_table_gives_what_a_short_one_does(days: list[District]) -> None:
    with rosters(2) as (short, long):
        for district in days:
            one = short.give(district)
            with _as_if_long():
                other = long.give(district)
                assert _listed(long, other) == _listed(short, one)
            assert (other.findings, other.held) == (one.findings, one.held)
            assert _accounts(long, other) == _accounts(short, one)
            assert (other.committed, other.waiting) == (one.committed, one.waiting)
            assert _stored(long) == _stored(short)


@LAWS
@given(districts())
def test_a_first_load_is_kept_as_rows_and_listed_when_asked(district: District) -> None:
    with rosters(1) as (roster,), _as_if_long():
        run = flow.plan_drop(*_drop(roster, district)).run
        kept, listed = reviews.as_kept(roster.store, run), reviews.as_planned(roster.store, run)
        assert "roles" in kept.whole
        assert not {"roles", "enrollments", "relationships"} & set(kept.changes["table"])
        assert kept.counts() == listed.counts() == run.counts
        assert preview(kept) == preview(listed)
        assert listed.changes["id"].to_list() == list(range(1, listed.changes.height + 1))
        scanned = reviews.scan_changes(roster.store, run.id).collect()
        assert scanned.equals(listed.changes)
        every, _ = reviews.scan_all(roster.store, [run])
        assert every is not None
        assert every.drop("run").collect().equals(listed.changes)


@LAWS
@given(districts())
def test_a_first_load_shows_the_first_of_each_kind_by_key(district: District) -> None:
    with rosters(1) as (roster,), _as_if_long(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "SHOWN", 3)
        run = flow.plan_drop(*_drop(roster, district)).run
        kept, listed = reviews.as_kept(roster.store, run), reviews.as_planned(roster.store, run)
        kinds = listed.changes.partition_by("table", "action", as_dict=True)
        first = {kind: sorted(rows["key"])[:3] for kind, rows in kinds.items()}
        shown = {(table, action): list(rows["key"]) for table, action, _, rows in kept.groups()}
        assert shown == first


def _drop(roster: Roster, district: District) -> tuple[Any, ...]:
    path = roster.folder / "drop"
    path.mkdir()
    for name, content in clever(district).items():
        (path / name).write_text(content)
    return path, roster.store, Who("test", "2026-11-23T06:00:00Z")


@LAWS
@given(districts(), st.data())
def test_who_unchecks_a_row_of_a_first_load_leaves_out_just_that(
    district: District, data: st.DataObject
) -> None:
    with rosters(1) as (roster,), _as_if_long():
        path, store, who = _drop(roster, district)
        run = flow.plan_drop(path, store, who).run
        before = reviews.as_planned(store, run).changes
        chosen = data.draw(st.sampled_from(before["id"].to_list()))
        done = reviews.decide(store, run, reviews.Word([str(chosen)], reason="no"), who)
        off = before.filter(pl.col("id").is_in(done.off["id"].implode()))
        if run.blocks:
            holds.approve(store, run, run.blocks, "a test says so", who)
        made = flow.commit(store, run, who, expected=preview(done.change))
        there = {
            (name, key)
            for name in made.tables
            for key in store.table(name, made).select(key_text(name)).collect().to_series()
        }
        wanted = before.join(off, on="id", how="anti").filter("picked")
        assert there == set(wanted.select("table", "key").iter_rows())


@LAWS
@given(districts(), st.data())
def test_a_preview_of_long_tables_knows_any_difference_but_order(
    district: District, data: st.DataObject
) -> None:
    with rosters(1) as (roster,), _as_if_long():
        run = flow.plan_drop(*_drop(roster, district)).run
        kept = reviews.as_kept(roster.store, run)
        roles, people = kept.whole["roles"].collect(), kept.after["people"].collect()
        one, other = (data.draw(st.integers(0, frame.height - 1)) for frame in (roles, people))
        named = kept.changes["key"] == people[other, "person_id"]
        unpicked = kept.changes.with_columns(picked=pl.col("picked") & ~named)
        seen = [
            preview(kept),
            preview(_roles(kept, roles[:one].vstack(roles[one + 1 :]))),
            preview(_roles(kept, _with(roles, one, status="pending"))),
            preview(_roles(kept, _with(roles, one, school_id="Q", source_id="R"))),
            preview(_roles(kept, _with(roles, one, school_id="R", source_id="Q"))),
            preview(_people(kept, _with(people, other, given_name="Q", family_name="R"))),
            preview(_people(kept, _with(people, other, given_name="R", family_name="Q"))),
            preview(_people(kept, _with(people, other, grades=["Q", "R"]))),
            preview(replace(kept, changes=unpicked)),
        ]
        assert len(set(seen)) == len(seen)
        mixed = _roles(kept, roles.sample(fraction=1, shuffle=True, seed=one))
        mixed = _people(mixed, people.reverse())
        mixed = replace(mixed, changes=kept.changes.reverse().with_columns(id=pl.lit(7, pl.UInt32)))
        assert preview(mixed) == seen[0]


def _roles(change: ChangeSet, rows: pl.DataFrame) -> ChangeSet:
    return replace(change, whole={**change.whole, "roles": rows.lazy()})


def _people(change: ChangeSet, rows: pl.DataFrame) -> ChangeSet:
    return replace(change, after={**change.after, "people": rows.lazy()})


def _with(rows: pl.DataFrame, place: int, **cells: str | list[str]) -> pl.DataFrame:
    here = pl.int_range(pl.len()) == place
    said = [pl.when(here).then(pl.lit(v)).otherwise(c).alias(c) for c, v in cells.items()]
    return rows.with_columns(said)


@LAWS
@given(districts(), st.booleans())
def test_the_files_of_a_first_run_are_stored_where_they_say_what_its_changes_do(
    district: District, long: bool
) -> None:
    with rosters(1) as (roster,), _as_if_long() if long else nullcontext():
        path, store, who = _drop(roster, district)
        run = flow.plan_drop(path, store, who).run
        if run.blocks:
            holds.approve(store, run, run.blocks, "a test says so", who)
        made = flow.commit(store, run, who)
        change = reviews.as_planned(store, run)
        for table, stored in made.tables.items():
            wanted = apply(table, empty(table).lazy(), change)
            assert wanted is not None
            there = store.table(table, made).collect()
            assert there.sort(key_text(table)).equals(wanted.collect().sort(key_text(table)))
            assert (stored.rows, stored.active) == (
                there.height, there.filter(pl.col("status") == "active").height
            )  # fmt: skip
        assert {table.sha256 for table in made.tables.values()} <= set(run.files.values())
