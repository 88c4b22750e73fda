"""Laws of re-keys: no order counts, there and back is where one was, and half a re-key is none."""

import random
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from planning_rosters import LAWS

from importer.model.changes import CHANGES, ChangeSet
from importer.model.drop import DropFile
from importer.model.tables import TABLES, stored_schema
from importer.planning import crosswalk, picks
from importer.planning.crosswalk import rekeyed
from importer.planning.explained import explained, unexplained
from importer.planning.plan import apply, numbered
from importer.planning.rekey_rows import judged
from importer.rekey_file import rekeys as read

_PEOPLE, _SECTIONS, _FREE = ["a", "b", "c", "d"], ["M", "N", "O"], ["x", "y", "z"]


def _table(name: str, rows: list[dict[str, object]]) -> pl.LazyFrame:
    whole = [{"status": "active", "origin_table": "t", **row} for row in rows]
    return pl.DataFrame(whole, schema=stored_schema(name), orient="row").lazy()


@st.composite
def rosters(draw: st.DrawFn) -> dict[str, pl.LazyFrame]:
    """Four people in three sections of one school, each where chance puts them."""
    places = draw(st.lists(st.tuples(st.sampled_from(_SECTIONS), st.sampled_from(_PEOPLE)),
                           unique=True, max_size=8))  # fmt: skip
    related = draw(st.sampled_from(_PEOPLE[1:]))
    rows: dict[str, list[dict[str, object]]] = {
        "schools": [{"school_id": "1"}],
        "terms": [{"term_id": "T"}],
        "people": [{"person_id": p, "given_name": p.upper()} for p in _PEOPLE],
        "roles": [{"person_id": p, "school_id": "1", "role": "student"} for p in _PEOPLE],
        "sections": [
            {"section_id": s, "school_id": "1", "term_ids": ["T"], "parent_section_id": "M"}
            for s in _SECTIONS
        ],
        "enrollments": [
            {"section_id": s, "person_id": p, "role": "student", "school_id": "1"}
            for s, p in places
        ],
        "relationships": [{"person_id": "a", "related_id": related, "type": "guardian"}],
    }
    return {name: _table(name, rows.get(name, [])) for name in TABLES}


@st.composite
def rekeys(draw: st.DrawFn) -> list[tuple[str, str, str]]:
    """Rows of a re-key file that can be: chains, swaps and rings among them."""
    found = []
    for kind, ids in (
        ("person", _PEOPLE),
        ("section", _SECTIONS),
        ("school", ["1"]),
        ("term", ["T"]),
    ):
        olds = draw(st.lists(st.sampled_from(ids), unique=True))
        news = draw(st.permutations([*olds, *_FREE]))[: len(olds)]
        found += [(old, new, kind) for old, new in zip(olds, news, strict=True) if old != new]
    return found


def _frame(rows: list[tuple[str, str, str]]) -> pl.DataFrame:
    told = pl.DataFrame(
        rows, schema={"old": pl.String, "new": pl.String, "type": pl.String}, orient="row"
    )
    return told.with_row_index("row", 2)


_NONE = pl.DataFrame(schema={"table": pl.String, "old": pl.String, "new": pl.String})


def _crosswalk(rows: list[tuple[str, str, str]], roster: dict[str, pl.LazyFrame]) -> pl.DataFrame:
    said = judged(_frame(rows), "rekey.csv", roster.__getitem__, _NONE)
    assert said.wrong == 0, said.notes
    return said.crosswalk


def _content(roster: dict[str, pl.LazyFrame]) -> dict[str, list[tuple[object, ...]]]:
    return {name: sorted(rows.collect().rows(), key=repr) for name, rows in roster.items()}


def _planned(walk: pl.DataFrame, roster: dict[str, pl.LazyFrame]) -> dict[str, pl.DataFrame]:
    return crosswalk.changes(walk, rekeyed(roster.__getitem__, walk))


def _applied(
    changes: dict[str, pl.DataFrame], roster: dict[str, pl.LazyFrame]
) -> dict[str, pl.LazyFrame]:
    frames = list(changes.values())
    if not frames:
        return roster
    change = ChangeSet(1, "", numbered(pl.concat(frames)), {})
    after = {name: apply(name, rows, change) for name, rows in roster.items()}
    return {n: roster[n] if rows is None else rows for n, rows in after.items()}


@LAWS
@given(rosters(), rekeys(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    roster: dict[str, pl.LazyFrame], rows: list[tuple[str, str, str]], chance: random.Random
) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    one, other = (_crosswalk(order, roster) for order in (rows, mixed))
    assert one.drop("row").sort(pl.all()).equals(other.drop("row").sort(pl.all()))
    assert _content(_applied(_planned(one, roster), roster)) == _content(
        _applied(_planned(other, roster), roster)
    )


@LAWS
@given(rosters(), rekeys())
def test_there_and_back_is_the_same_roster(
    roster: dict[str, pl.LazyFrame], rows: list[tuple[str, str, str]]
) -> None:
    there = _applied(_planned(_crosswalk(rows, roster), roster), roster)
    back = [(new, old, kind) for old, new, kind in rows]
    again = _applied(_planned(_crosswalk(back, there), there), there)
    assert _content(again) == _content(roster)


@LAWS
@given(rosters(), rekeys(), rekeys())
def test_two_crosswalks_are_one(
    roster: dict[str, pl.LazyFrame],
    rows: list[tuple[str, str, str]],
    more: list[tuple[str, str, str]],
) -> None:
    first = _crosswalk(rows, roster)
    between = {name: rekeyed(roster.__getitem__, first)(name) for name in TABLES}
    said = judged(_frame(more), "rekey.csv", between.__getitem__, _NONE)
    whole = crosswalk.after(first, said.crosswalk)
    twice = {name: rekeyed(between.__getitem__, said.crosswalk)(name) for name in TABLES}
    once = {name: rekeyed(roster.__getitem__, whole)(name) for name in TABLES}
    assert _content(once) == _content(twice)


@LAWS
@given(rosters(), rekeys(), st.randoms(use_true_random=False))
def test_a_part_of_the_picks_never_gives_two_records_one_id(
    roster: dict[str, pl.LazyFrame], rows: list[tuple[str, str, str]], chance: random.Random
) -> None:
    """What stays picked can be carried out, and nothing picked changes nothing."""
    changes = _planned(_crosswalk(rows, roster), roster)
    keep = chance.choice([0.0, 0.5, 0.8])
    for table, frame in changes.items():
        picked = pl.Series([chance.random() < keep for _ in range(frame.height)], dtype=pl.Boolean)
        changes[table] = frame.with_columns(picked=picked)
    picks.close(changes, {}, roster.__getitem__, list(TABLES))
    after = _applied(changes, roster)
    for name, rows_after in after.items():
        whole = rows_after.collect()
        assert not whole.select(pl.struct(TABLES[name].key).is_duplicated().any()).item()
        assert whole.height == roster[name].collect().height
    if not any(frame["picked"].any() for frame in changes.values()):
        assert _content(after) == _content(roster)


def test_what_ids_explain_is_told_and_nothing_else() -> None:
    """Of a section that was re-keyed: its archive and add, the moves into it, edits of that id."""
    walk = pl.DataFrame({"table": ["sections"], "old": ["M"], "new": ["X"]})
    to = {"before": ["M"], "after": ["X"]}
    more = {"before": ["a", "M"], "after": ["b", "X"]}
    place = "{}\x1fa\x1fstudent".format
    rows: list[dict[str, object]] = [
        {"action": "archive", "table": "sections", "key": "M"},
        {"action": "add", "table": "sections", "key": "X"},
        {
            "action": "move", "table": "enrollments",
            "key": place("X"), "from_key": place("M"),
        },
        {"action": "archive", "table": "enrollments", "key": place("N")},
        {
            "action": "edit", "table": "sections", "key": "N",
            "columns": ["parent_section_id"], **to,
        },
        {
            "action": "edit", "table": "sections", "key": "O",
            "columns": ["title", "parent_section_id"], **more,
        },
    ]  # fmt: skip
    lists: dict[str, list[str]] = {"columns": [], "before": [], "after": []}
    told = [{"id": n, "picked": True, **lists, **row} for n, row in enumerate(rows)]
    whole = pl.DataFrame(told, schema=CHANGES, orient="row")
    change = ChangeSet(1, "", whole, {})
    assert sorted(explained(change, walk)["id"]) == [0, 1, 2, 4]
    assert sorted(unexplained(change, walk).changes["id"]) == [3, 5]


def test_a_re_key_file_without_its_columns_says_so(tmp_path: Path) -> None:
    path = tmp_path / "rekey.csv"
    path.write_text("old,new\n1,2\n", "utf-8")
    said = read(DropFile(path.name, path, path.stat().st_size), lambda name: _table(name, []))
    assert said.notes["code"].to_list() == ["PLAN-527"]
    assert said.crosswalk.is_empty()
