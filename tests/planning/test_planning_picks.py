"""What a policy picks: kinds of changes, tables, fields; and nothing hangs on what isn't there."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_districts import GOOD_EDITS, District, Roster, districts, edited
from planning_rosters import LAWS, rosters
from planning_settings import dangling, files_of, set_policy, two_schools

from importer.model.changes import KINDS
from importer.model.tables import TABLES
from importer.planning.organisations import organisations

DROPPABLE = [
    f"{name}.{column}"
    for name, table in TABLES.items()
    for column in table.columns
    if column not in table.key
]


def _sync(**lists: list[str]) -> str:
    told = (f"{key} = [{', '.join(repr(v) for v in values)}]" for key, values in lists.items())
    return "[sync]\n" + "\n".join(told) + "\n"


def _drop_fields(*fields: str) -> str:
    return f"drop_fields = [{', '.join(repr(field) for field in fields)}]\n"


# --- kinds of changes ---------------------------------------------------------------------------


@LAWS
@given(st.data())
def test_only_the_kinds_that_are_synced_happen_and_nothing_dangles(data: st.DataObject) -> None:
    before = data.draw(districts())
    after = data.draw(edited(before, (*GOOD_EDITS, "remove teacher's section"), 6))
    other = data.draw(edited(after, GOOD_EDITS))
    kinds = data.draw(st.sets(st.sampled_from(KINDS), min_size=1))
    with rosters() as [roster]:
        roster.give(before)
        items = data.draw(st.sampled_from([["users"], ["sections"], ["users", "sections"]]))
        set_policy(roster, _sync(changes=sorted(kinds), items=items))
        for district in (after, other):
            sent = roster.give(district)
            assert {c["action"] for c in sent.changes if c["picked"]} <= kinds
            assert all(
                "not synced" in c["because"] for c in sent.changes if c["action"] not in kinds
            )
            assert dangling(roster.content()) == []


@LAWS
@given(st.data())
def test_all_kinds_are_no_choice(data: st.DataObject) -> None:
    before = data.draw(districts())
    after = data.draw(edited(before, GOOD_EDITS))
    with rosters(2) as [plain, chosen]:
        set_policy(chosen, _sync(changes=[*reversed(KINDS)], items=["sections", "users"]))
        sent = [[roster.give(d).changes for d in (before, after)] for roster in (plain, chosen)]
        assert sent[0] == sent[1]


def _later() -> District:
    """S1 renamed, S3 gone, S9 new in M1, section M9 new with S1 in it."""
    after = two_schools()
    after["students"][0]["Last_name"] = "Renamed"
    new = {**after["students"][3], "Student_id": "S9", "Student_email": "s9@a.example"}
    after["students"] = [s for s in after["students"] if s["Student_id"] != "S3"] + [new]
    after["sections"].append({**after["sections"][0], "Section_id": "M9", "Name": "M9"})
    kept = [e for e in after["enrollments"] if e["Student_id"] != "S3"]
    more = [
        {"School_id": "0101", "Section_id": section, "Student_id": student}
        for section, student in (("M1", "S9"), ("M9", "S1"))
    ]
    after["enrollments"] = kept + more
    return after


def _after(tmp_path: Path, policy: str) -> tuple[Roster, dict[str, dict[str, Any]]]:
    """The changes of the later drop by key, under this policy."""
    roster = Roster(tmp_path)
    assert roster.send(files_of(two_schools())).committed
    set_policy(roster, policy)
    sent = roster.send(files_of(_later()), release=True)
    assert sent.committed
    return roster, {c["key"]: c for c in sent.changes}


def test_without_additions_nothing_hangs_on_them(tmp_path: Path) -> None:
    roster, changes = _after(tmp_path, _sync(changes=["edit", "move", "archive", "reactivate"]))
    assert changes["S1"]["picked"]
    assert not changes["S9"]["picked"]
    assert changes["S9"]["because"] == (
        "it is not in the roster yet (policy: additions are not synced)"
    )
    assert "S9" not in roster.content()["people"]
    assert "S3" in roster.content("archived")["people"]


def test_without_archives_everybody_stays(tmp_path: Path) -> None:
    roster, changes = _after(tmp_path, _sync(changes=["add", "edit"]))
    assert changes["S3"]["because"].endswith("(policy: archives are not synced)")
    there = roster.content()
    assert "E1 / S3 / student" in there["enrollments"]
    assert "S9" in there["people"]


def test_a_move_into_a_section_that_is_not_added_is_not_made(tmp_path: Path) -> None:
    """S1 goes from M1 to M9 of the same title; M9 isn't added, so S1 stays in M1."""
    roster = Roster(tmp_path)
    before = two_schools()
    roster.send(files_of(before))
    after = two_schools()
    after["sections"].append({**after["sections"][0], "Section_id": "M9"})
    after["enrollments"][0]["Section_id"] = "M9"
    set_policy(roster, _sync(changes=["move", "archive"]))
    sent = roster.send(files_of(after), release=True)
    [move] = [c for c in sent.changes if c["action"] == "move"]
    assert (move["key"], move["picked"]) == ("M9 / S1 / student", False)
    assert move["because"].endswith(
        "not picked, because the section it belongs to is not in the roster"
    )
    assert "M1 / S1 / student" in roster.content()["enrollments"]


def test_nobody_stays_in_a_section_that_is_gone(tmp_path: Path) -> None:
    """The move isn't made, but the section that S1 would leave is archived: so is the place."""
    roster = Roster(tmp_path)
    roster.send(files_of(two_schools()))
    after = two_schools()
    after["sections"][0] |= {"Section_id": "M9", "Name": "Maths 3z"}
    after["enrollments"][0]["Section_id"] = "M9"
    set_policy(roster, _sync(changes=["archive"]))
    sent = roster.send(files_of(after), release=True)
    assert "M1 / S1 / student" in sent.of("archive", "enrollments")
    assert dangling(roster.content()) == []


# --- items --------------------------------------------------------------------------------------


def test_users_alone_leave_sections_alone(tmp_path: Path) -> None:
    roster, changes = _after(tmp_path, _sync(items=["users"]))
    tables = {c["table"] for c in changes.values() if c["action"] != "archive"}
    assert tables <= {"people", "roles", "relationships", "schools"}
    assert "M9" not in roster.content()["sections"]
    assert dangling(roster.content()) == []


def test_sections_alone_leave_users_alone(tmp_path: Path) -> None:
    roster, changes = _after(tmp_path, _sync(items=["sections"]))
    assert not {c["table"] for c in changes.values()} & {"people", "roles", "relationships"}
    assert changes["M9 / S1 / student"]["picked"]
    assert changes["M1 / S9 / student"]["because"].endswith(
        "not picked, because the person it belongs to is not in the roster"
    )
    assert dangling(roster.content()) == []


def test_users_come_first(tmp_path: Path) -> None:
    roster = Roster(tmp_path, _sync(items=["sections"]))
    sent = roster.send(files_of(two_schools()))
    assert (sent.committed, "PLAN-518" in sent.codes()) == (False, True)
    set_policy(roster, _sync(items=["users"]))
    assert roster.send(files_of(two_schools())).committed
    set_policy(roster, _sync(items=["sections"]))
    assert roster.send(files_of(two_schools())).committed
    assert dangling(roster.content()) == []
    assert len(roster.content()["enrollments"]) == 9


# --- fields -------------------------------------------------------------------------------------


@LAWS
@given(st.data())
def test_a_dropped_field_never_changes_what_is_stored(data: st.DataObject) -> None:
    before = data.draw(districts())
    after = data.draw(edited(before, GOOD_EDITS))
    fields = data.draw(st.sets(st.sampled_from(DROPPABLE), min_size=1, max_size=12))
    with rosters(2) as [plain, dropping]:
        plain.give(before)
        dropping.give(before)
        was = dropping.content()
        set_policy(dropping, _drop_fields(*sorted(fields)))
        plain.give(after)
        dropping.give(after)
        full, now = plain.content(), dropping.content()
        for table, rows in now.items():
            assert rows.keys() == full[table].keys()
            gone = {f.partition(".")[2] for f in fields if f.startswith(f"{table}.")}
            for key, row in rows.items():
                old = was[table].get(key, dict.fromkeys(row, "None"))
                assert row == {c: old[c] if c in gone else full[table][key][c] for c in row}


def test_a_dropped_field_is_in_no_change(tmp_path: Path) -> None:
    roster, changes = _after(tmp_path, _drop_fields("people.family_name", "people.email"))
    assert "S1" not in changes
    people = roster.content()["people"]
    assert people["S1"]["family_name"] == "Lind"
    assert (people["S9"]["family_name"], people["S9"]["email"]) == ("None", "None")


# --- all or nothing -----------------------------------------------------------------------------


@pytest.mark.parametrize(("skip", "waiting"), [("true", []), ("false", ["*:drop"])])
def test_rows_with_errors(tmp_path: Path, skip: str, waiting: list[str]) -> None:
    roster = Roster(tmp_path, f"skip_errors = {skip}\n")
    assert roster.send(files_of(two_schools())).committed
    after = _later()
    after["students"][1]["Last_name"] = ""
    sent = roster.send(files_of(after))
    assert [w for w in sent.waiting if w == "*:drop"] == waiting
    assert ("PLAN-514" in sent.codes()) == bool(waiting)


def test_all_or_nothing_takes_a_drop_of_no_known_format_for_what_it_is(tmp_path: Path) -> None:
    roster = Roster(
        tmp_path, "skip_errors = false\nportal = 'single'\n" + _sync(items=["sections"])
    )
    sent = roster.send({"pets.csv": "name,age\nRex,3\n"})
    assert (sent.committed, sent.run.kind, sent.waiting) == (False, "", [])


# --- organisations ------------------------------------------------------------------------------


def _schools(*rows: tuple[str, str | None, str | None]) -> pl.DataFrame:
    names = {"school_id": pl.String, "name": pl.String, "parent_id": pl.String}
    return pl.DataFrame(rows, schema=names, orient="row")


def test_organisations_are_created_below_those_they_belong_to() -> None:
    schools = _schools(
        ("D", "Lake", None), ("X", "Dept", "D"), ("1", "Oak", "X"), ("2", "Oak", "D")
    )
    told = organisations(schools, {"D": "Lake Group"}, create=True)
    assert told.rows() == [
        ("D", "Lake Group", None, "mapped"),
        ("X", "Dept", "Lake Group", "auto-created"),
        ("1", "Oak", "Dept", "auto-created"),
        ("2", "Oak (2)", "Lake Group", "auto-created"),  # two schools are never one by name alone
    ]


def test_organisations_that_nobody_named() -> None:
    schools = _schools(("D", "Lake", None), ("X", None, "D"), ("1", "Oak", "X"))
    told = organisations(schools, {"D": "Lake", "1": "Oak"}, create=False)
    assert told.rows() == [
        ("D", "Lake", None, "mapped"),
        ("X", None, "Lake", "unmapped"),
        ("1", "Oak", "Lake", "mapped"),
    ]


def test_schools_above_each_other_end_somewhere() -> None:
    told = organisations(_schools(("1", "A", "2"), ("2", "B", "1"), ("3", "C", "3")), {}, True)
    assert told["parent_organisation"].to_list() == ["B", "A", None]


def test_unmapped_schools_are_told_by_id_up_to_five(tmp_path: Path) -> None:
    policy = "auto_create_organisations = false\n[organisations]\n'0101' = 'Oak'\n"
    district = two_schools()
    district["schools"] += [
        {"School_id": f"N{n}", "School_name": "New", "School_number": f"9{n}"} for n in range(6)
    ]
    sent = Roster(tmp_path, policy).send(files_of(district))
    assert sent.committed
    [told] = [f["message"] for f in sent.findings if f["code"] == "PLAN-515"]
    assert told.endswith("product: 7 schools, 0102, N0, N1, N2, N3 and 2 more.")


@pytest.mark.parametrize(
    ("listed", "waiting"),
    [('["0101"]', []), ("[]", ["*:schools"]), ('["101"]', ["*:schools"])],
)
def test_a_single_portal_takes_one_school(tmp_path: Path, listed: str, waiting: list[str]) -> None:
    policy = f"portal = 'single'\n[share]\nschools = {listed}\n"
    sent = Roster(tmp_path, policy).send(files_of(two_schools()))
    assert sent.waiting == waiting
    assert ("PLAN-516" in sent.codes()) == bool(waiting)
