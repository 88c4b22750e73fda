"""[share]: what is out of scope is not added, changed or archived, and a changed filter is told."""

from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_districts import (
    GOOD_EDITS,
    SCHOOLS,
    District,
    Roster,
    districts,
    edited,
    package,
)
from planning_rosters import LAWS, rosters
from planning_settings import files_of, set_policy, share, shared_keys, stored, two_schools

from importer.model import grades

FILTERS = st.tuples(
    st.lists(st.sampled_from(SCHOOLS), max_size=2, unique=True),
    st.sampled_from([(), ("3",), ("Kindergarten",), ("Kindergarten", "3")]),
)
_RANGE = {(): ("", ""), ("3",): ("1", "5"), ("Kindergarten",): ("", "KG")}


def _toml(filters: tuple[list[str], tuple[str, ...]]) -> str:
    low, high = _RANGE.get(filters[1], ("PK", "12"))
    return share(filters[0], low, high)


@LAWS
@given(st.data())
def test_rows_out_of_scope_stay_as_they_are(data: st.DataObject) -> None:
    before = data.draw(districts())
    after = data.draw(edited(before, GOOD_EDITS))
    filters = data.draw(FILTERS)
    with rosters() as [roster]:
        roster.give(before)
        was, content = stored(roster), roster.content()
        set_policy(roster, _toml(filters))
        roster.give(after)
        now = stored(roster)
        inside = shared_keys(content, *filters)
        out = [(t, k) for t in was for k in was[t] if (t, k) not in inside]
        assert [(t, k) for t, k in out if now[t].get(k) != was[t][k]] == []


@LAWS
@given(districts(), FILTERS)
def test_only_what_is_shared_comes_in(
    district: District, filters: tuple[list[str], tuple[str, ...]]
) -> None:
    with rosters(2) as [whole, part]:
        whole.give(district)
        set_policy(part, _toml(filters))
        part.give(district)
        content = whole.content()
        inside = shared_keys(content, *filters)
        kept = {
            t: {k: r for k, r in rows.items() if (t, k) in inside} for t, rows in content.items()
        }
        assert part.content() == kept


@LAWS
@given(st.data())
def test_a_filter_that_shares_everything_is_no_filter(data: st.DataObject) -> None:
    before = data.draw(districts())
    after = data.draw(edited(before, GOOD_EDITS))
    with rosters(2) as [plain, filtered]:
        set_policy(filtered, share([*SCHOOLS], "IT", "PostGraduate"))
        sent = [[roster.give(d).changes for d in (before, after)] for roster in (plain, filtered)]
        assert sent[0] == sent[1]
        assert plain.hashes() == filtered.hashes()


# --- cases --------------------------------------------------------------------------------------


def _loaded(tmp_path: Path, policy: str) -> dict[str, set[str]]:
    roster = Roster(tmp_path, policy)
    assert roster.send(files_of(two_schools())).committed
    return {table: set(rows) for table, rows in roster.content().items()}


def test_one_school(tmp_path: Path) -> None:
    there = _loaded(tmp_path, share(["0101"]))
    assert there["schools"] == {"0101"}
    assert there["people"] == {"S1", "S2", "S4", "T1", "contact:C1"}
    assert "contact:C1 / 0102 / guardian" not in there["roles"]
    assert there["relationships"] == {"S1 / contact:C1 / Other"}
    assert there["sections"] == {"M1", "M8", "M0"}
    assert not [key for key in there["enrollments"] if key.startswith("E1")]


@pytest.mark.parametrize(("low", "high"), [("KG", "5"), ("k", "05"), ("", "Kindergarten")])
def test_a_range_of_grades(tmp_path: Path, low: str, high: str) -> None:
    there = _loaded(tmp_path, share([], low, high))
    third = {"S1", "S3", "contact:C1"} if high != "Kindergarten" else set()
    assert there["people"] == {"S4", "T1", "T2", *third}  # who has no grade is shared
    assert there["sections"] == ({"M1", "E1", "M0"} if third else {"M0"})
    assert "M0 / S4 / student" in there["enrollments"]
    assert "M0 / S2 / student" not in there["enrollments"]


def test_subjects(tmp_path: Path) -> None:
    there = _loaded(tmp_path, '[share]\nsubjects = ["MATH"]\n')
    assert there["sections"] == {"M1", "E1", "M0"}  # one without a subject is shared
    assert len(there["people"]) == 7


def test_who_is_no_longer_shared_is_not_archived(tmp_path: Path) -> None:
    roster = Roster(tmp_path)
    roster.send(files_of(two_schools()))
    set_policy(roster, share(["0101"]))
    after = two_schools()
    for table in ("students", "enrollments", "sections", "teachers"):
        after[table] = [row for row in after[table] if row["School_id"] == "0101"]
    after["students"][0]["Last_name"] = "Renamed"
    sent = roster.send(files_of(after), release=True)
    assert sent.of("archive") == set()
    assert sent.of("edit") == {"S1"}


def test_a_student_who_leaves_the_shared_school_leaves_it_and_stays(tmp_path: Path) -> None:
    """The role at the shared school is gone from the list; who they are now isn't shared."""
    roster = Roster(tmp_path, share(["0101"]))
    roster.send(files_of(two_schools()))
    after = two_schools()
    after["students"][1] |= {"School_id": "0102", "Last_name": "Renamed"}
    after["enrollments"] = [e for e in after["enrollments"] if e["Student_id"] != "S2"]
    sent = roster.send(files_of(after), release=True)
    assert sent.of("archive", "roles") == {"S2 / 0101 / student"}
    assert roster.content()["people"]["S2"]["family_name"] == "Lind"
    assert not [c for c in sent.changes if "0102" in c["key"]]


def test_the_schools_around_a_shared_one_are_shared(tmp_path: Path) -> None:
    orgs = [
        {"sourcedId": "D", "name": "Lake", "type": "district"},
        {"sourcedId": "O1", "name": "Oak", "type": "school", "parentSourcedId": "D"},
        {"sourcedId": "O2", "name": "Elm", "type": "school", "parentSourcedId": "D"},
    ]
    users = [
        {
            "sourcedId": user, "enabledUser": "true", "orgSourcedIds": org, "role": role,
            "username": user, "givenName": "Bo", "familyName": "Lind", "agentSourcedIds": agents,
        }
        for user, org, role, agents in [
            ("A1", "D", "administrator", ""), ("U1", "O1", "student", "G1"),
            ("U2", "O2", "student", ""), ("G1", "O1", "parent", "U1"), ("G2", "O1", "parent", ""),
        ]
    ]  # fmt: skip
    courses = [
        {"sourcedId": course, "title": course, "orgSourcedId": org}
        for course, org in (("CD", "D"), ("C2", "O2"))
    ]
    roster = Roster(tmp_path, share(["O1"]))
    sent = roster.send(package("bulk", {"orgs": orgs, "users": users, "courses": courses}))
    assert sent.committed
    there = roster.content()
    assert set(there["schools"]) == {"D", "O1"}
    assert set(there["people"]) == {"A1", "U1", "G1"}  # G2 belongs to nobody who is shared
    assert set(there["courses"]) == {"CD"}


# --- a changed filter ---------------------------------------------------------------------------


def test_a_changed_filter_shows_both_readings_and_stands_once_approved(tmp_path: Path) -> None:
    roster = Roster(tmp_path)
    roster.send(files_of(two_schools()))
    set_policy(roster, share(["0101"], "KG", "5"))
    after = deepcopy(two_schools())
    after["students"][0]["Last_name"] = "Renamed"
    sent = roster.send(files_of(after))
    assert (sent.committed, sent.waiting) == (False, ["*:share"])
    [told] = [f["message"] for f in sent.findings if f["code"] == "PLAN-517"]
    assert told.endswith(
        "before: all schools (7 people); now: schools 0101, grades KG to 5 (4 people)."
    )
    assert roster.send(files_of(after), release=True).committed
    after["students"][0]["Last_name"] = "Again"
    assert roster.send(files_of(after)).waiting == []
    head = roster.store.head()
    assert head and head.share == {
        "schools": ["0101"], "lowest_grade": "KG", "highest_grade": "5",
    }  # fmt: skip
    set_policy(roster, share())
    assert roster.send(files_of(after)).waiting == ["*:share"]


def test_another_spelling_is_no_other_filter(tmp_path: Path) -> None:
    roster = Roster(tmp_path, share(["0101", "0102"], "KG", "5"))
    roster.send(files_of(two_schools()))
    set_policy(roster, share(["0102", "0101"], "Kindergarten", "05"))
    after = two_schools()
    after["students"][0]["Last_name"] = "Renamed"
    assert roster.send(files_of(after)).committed


def test_the_first_drop_under_a_filter_is_no_change(tmp_path: Path) -> None:
    sent = Roster(tmp_path, share(["0101"])).send(files_of(two_schools()))
    assert "PLAN-517" not in sent.codes()


def test_grades_stand_in_the_order_of_school_life() -> None:
    words = ["IT", "Preschool", "PK", "Kindergarten", "1", "02", "9", "10", "12", "13", "PS"]
    places = [grades.place(word) for word in words]
    assert places == sorted(set(places), key=lambda p: (p is None, p))
    for same in (("KG", "k", " Kindergarten "), ("3", "03"), ("TK", "PreKindergarten")):
        assert len({grades.place(word) for word in same}) == 1
    assert {grades.place(w) for w in ("", "Ungraded", "Other", "Grade 3", "14", "٣")} == {None}
