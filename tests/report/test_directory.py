"""The overview counts what is in the roster: people once, schools in their hierarchy."""

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from directory_rosters import STORIES, Rows, person, role, roster, taking
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.model.errors import UsageError
from importer.report.directory import Directory, SchoolEntry, directory
from importer.report.listing import LISTS, listing
from importer.report.stored import GROUPS
from importer.roster_view import open_view

SCHOOLS = st.sampled_from(["1", "11", "111"])
STATUS = st.sampled_from(["active", "active", "archived"])
ROLES = st.sampled_from(["student", "teacher", "staff", "aide", "guardian", "parent", "relative"])
ROSTERS = st.fixed_dictionaries(
    {
        "schools": st.just([{"school_id": "1", "name": "Oak"}, {"school_id": "11", "name": "Elm"}]),
        "roles": st.lists(
            st.builds(role, st.sampled_from("ABCD"), SCHOOLS, ROLES, STATUS),
            unique_by=lambda row: (row["person_id"], row["school_id"], row["role"]),
        ),
        "sections": st.lists(
            st.fixed_dictionaries(
                {
                    "section_id": st.integers(1, 30).map(str),
                    "school_id": st.none() | SCHOOLS,
                    "status": STATUS,
                }
            ),
            unique_by=lambda row: str(row["section_id"]),
        ),
        "enrollments": st.lists(
            st.builds(taking, st.sampled_from("XYZ"), st.sampled_from("ABCD"), school_id=SCHOOLS),
            unique_by=lambda row: (row["section_id"], row["person_id"]),
        ),
    }
)


def independent(rows: Rows, schools: Collection[str | None] | None) -> dict[str, int]:
    """The same counts with sets, row by row; ``schools`` None = all, rows without a school too."""
    found: dict[str, set[Any]] = defaultdict(set)
    here = [
        (table, row)
        for table, listed in rows.items()
        for row in listed
        if schools is None or row.get("school_id") in schools
    ]
    for table, row in here:
        live = row.get("status", "active") == "active"
        if table == "roles":
            found["here" if live else "once"].add(row["person_id"])
            if live:
                group = {"student": "students", "teacher": "teachers"}.get(row["role"], "staff")
                if row["role"] in {"guardian", "parent", "relative"}:
                    group = "guardians"
                found[group].add(row["person_id"])
        elif table == "sections":
            found["sections" if live else "old"].add(row["section_id"])
        elif table == "enrollments" and live:
            found["enrollments"].add((row["section_id"], row["person_id"], row["role"]))
    archived = len(found["once"] - found["here"]) + len(found["old"])
    names = (*GROUPS, "sections", "enrollments")
    return {**{name: len(found[name]) for name in names}, "archived": archived}


@settings(deadline=None)
@given(ROSTERS)
def test_counts_are_those_of_an_independent_count(rows: Rows) -> None:
    told = directory(roster(rows), None, [])
    assert told["totals"] == independent(rows, None)
    for entry in told["schools"]:
        assert entry["counts"] == independent(rows, [entry["school_id"]])
    listed = {entry["school_id"] for entry in told["schools"]}
    used = {row["school_id"] for name in ("roles", "sections") for row in rows[name]}
    active = {row["school_id"] for row in rows["roles"] if row["status"] == "active"}
    assert {"1", "11"} | active <= listed <= {"1", "11", "111"} | used


@settings(deadline=None)
@given(ROSTERS, st.sets(st.sampled_from(["1", "11"]), min_size=1))
def test_chosen_schools_are_counted_together(rows: Rows, chosen: set[str]) -> None:
    told = directory(roster(rows), None, [], sorted(chosen))
    assert told["totals"] == independent(rows, chosen)
    assert {entry["school_id"] for entry in told["schools"]} == chosen


@pytest.mark.parametrize("story", STORIES)
def test_the_overview_of_a_sample_is_its_roster(story: str, tmp_path: Path) -> None:
    store = STORIES[story](tmp_path / "w")
    head = store.head()
    tables = ("roles", "sections", "enrollments")
    rows = {name: store.table(name, head).collect().to_dicts() for name in tables}
    view = open_view(store)
    told = view.overview()
    assert told["totals"] == independent(rows, None)
    for entry in told["schools"]:
        assert entry["counts"] == independent(rows, [entry["school_id"]])
    people = {what: view.listing(what)["total"] for what in LISTS}
    assert people == {what: independent(rows, None)[what] for what in LISTS}


def test_two_roles_of_one_group_count_once_and_of_two_groups_twice() -> None:
    rows = {"roles": [role("A", "1", "aide"), role("A", "1", "staff"), role("A", "1", "teacher"),
                      role("A", "2", "teacher")]}  # fmt: skip
    told = directory(roster(rows), None, [])
    assert (told["totals"]["staff"], told["totals"]["teachers"]) == (1, 1)
    assert [entry["counts"]["teachers"] for entry in told["schools"]] == [1, 1]


def _school(school_id: str, parent_id: str | None = None, kind: str = "school") -> dict[str, Any]:
    return {"school_id": school_id, "name": f"n{school_id}", "type": kind, "parent_id": parent_id}


def _order(*schools: dict[str, Any]) -> list[tuple[str, int]]:
    told = directory(roster({"schools": list(schools)}), None, [])
    return [(entry["school_id"], entry["depth"]) for entry in told["schools"]]


def test_a_district_stands_above_its_schools() -> None:
    order = _order(
        _school("c"), _school("a", "d"), _school("b", "d"), _school("d", None, "district"),
        _school("x", "a", "department"),
    )  # fmt: skip
    assert order == [("d", 0), ("a", 1), ("x", 2), ("b", 1), ("c", 0)]


def test_a_parent_that_is_not_there_or_goes_in_a_circle_hides_no_school() -> None:
    assert _order(_school("a", "nowhere")) == [("a", 0)]
    circle = _order(_school("a", "b"), _school("b", "a"), _school("c", "c"))
    assert sorted(school for school, _ in circle) == ["a", "b", "c"]


def test_a_school_that_only_others_name_is_listed_as_unknown() -> None:
    told = directory(roster({"roles": [role("A", "9", "student")]}), None, [])
    assert [(entry["school_id"], entry["status"]) for entry in told["schools"]] == [
        ("9", "unknown")
    ]


def test_the_mapped_organisation_is_told() -> None:
    tables = roster({"schools": [_school("1"), _school("2")]})
    told = directory(tables, None, [], (), {"2": "Elm portal"})
    assert [entry["organisation"] for entry in told["schools"]] == ["", "Elm portal"]


@pytest.mark.parametrize("wanted", ["010", "lakeview elementary", "0101 "])
def test_an_unknown_school_is_refused_with_what_may_be_meant(wanted: str) -> None:
    tables = roster({"schools": [{"school_id": "0101", "name": "Lakeview Elementary"}]})
    with pytest.raises(UsageError) as refused:
        directory(tables, None, [], [wanted])
    assert refused.value.fix == "Did you mean: 0101 (Lakeview Elementary)?"


def test_an_empty_roster_has_an_overview() -> None:
    told: Directory = directory(roster({}), None, [])
    assert told["schools"] == [] and set(told["totals"].values()) == {0}
    for what in LISTS:
        assert listing(roster({}), what, [], 5) == {"what": what, "total": 0, "rows": []}


SMALL: Rows = {
    "schools": [{"school_id": "1", "name": "Oak"}, {"school_id": "2", "name": "Elm"}],
    "people": [
        person("S1", "Bo Ray", grades=["3"], email="bo@oak.example", username="bo"),
        person("S2", "ana ray"), person("S3", "Cy Abel"), person("T1", "Kim Ode"),
        person("T2", "Lu Orr"),
    ],
    "roles": [role("S1", "1", "student"), role("S1", "2", "student"), role("S2", "1", "student"),
              role("S3", "1", "student", "archived"), role("T1", "1", "teacher"),
              role("T2", "1", "teacher")],
    "sections": [{"section_id": "M", "title": "Maths", "school_id": "1", "number": "7"},
                 {"section_id": "A", "title": "Art", "school_id": "2", "status": "archived"}],
    "enrollments": [taking("M", "S1"), taking("M", "S2", status="archived"),
                    taking("A", "S1", status="archived"),
                    taking("M", "T2", "teacher", is_primary=False),
                    taking("M", "T1", "teacher", is_primary=True)],
}  # fmt: skip


def test_lists_tell_who_is_active_by_name() -> None:
    told = listing(roster(SMALL), "students", [], None)
    assert told["total"] == 2
    assert told["rows"] == [
        {"name": "ana ray", "id": "S2", "grade": None, "sections": 0, "schools": "Oak",
         "username": None, "email": None},
        {"name": "Bo Ray", "id": "S1", "grade": "3", "sections": 1, "schools": "Oak, Elm",
         "username": "bo", "email": "bo@oak.example"},
    ]  # fmt: skip
    assert listing(roster(SMALL), "sections", [], None)["rows"] == [
        {"title": "Maths", "id": "M", "number": "7", "students": 1, "school": "Oak",
         "teachers": "Kim Ode, Lu Orr"},
    ]  # fmt: skip


def test_a_limit_shows_the_first_and_counts_all() -> None:
    told = listing(roster(SMALL), "students", [], 1)
    assert (told["total"], [row["id"] for row in told["rows"]]) == (2, ["S2"])


def test_a_list_can_be_of_one_school() -> None:
    told = listing(roster(SMALL), "students", ["2"], None)
    assert [row["id"] for row in told["rows"]] == ["S1"]
    assert listing(roster(SMALL), "sections", ["2"], None)["total"] == 0


def _entry(told: Directory, school: str) -> SchoolEntry:
    return next(entry for entry in told["schools"] if entry["school_id"] == school)


def test_who_moved_is_archived_at_the_old_school_only() -> None:
    rows = {"roles": [role("A", "1", "student", "archived"), role("A", "2", "student")]}
    told = directory(roster(rows), None, [])
    assert _entry(told, "1")["counts"]["archived"] == 1
    assert _entry(told, "2")["counts"]["archived"] == told["totals"]["archived"] == 0
