"""Planning, case by case: small drops, and what must or must not become of the roster."""

from copy import deepcopy
from pathlib import Path

import pytest
from planning_districts import CLEVER, District, Roster, Row, changed, clever, text
from planning_settings import set_policy

from importer import flow
from importer.model.errors import StalePlanError
from importer.model.history import Run, Who


def _student(number: int, school: str = "0101", **more: str) -> Row:
    return {
        "School_id": school,
        "Student_id": f"00{number}",
        "Student_email": f"s{number}@a.example",
        "First_name": "Bo",
        "Last_name": f"Lind{number}",
        "Grade": "3",
        "DOB": "4/30/2015",
        **more,
    }


def _section(section_id: str, school: str = "0101", teacher: str = "T1", **more: str) -> Row:
    return {
        "School_id": school,
        "Section_id": section_id,
        "Teacher_id": teacher,
        "Name": f"Class {section_id}",
        "Section_number": section_id,
        "Course_name": "Maths",
        "Course_number": "M",
        **more,
    }


def _enrolled(section: str, student: int, school: str = "0101") -> Row:
    return {"School_id": school, "Section_id": section, "Student_id": f"00{student}"}


def _teacher(teacher: str = "T1", school: str = "0101") -> Row:
    return {
        "School_id": school,
        "Teacher_id": teacher,
        "Teacher_email": f"{teacher.lower()}@a.example",
        "First_name": "Ana",
        "Last_name": "Silva",
    }


@pytest.fixture
def district() -> District:
    """Two schools with six students each; all of the first school's are in M1."""
    return {
        "schools": [
            {"School_id": "0101", "School_name": "Oak", "School_number": "1"},
            {"School_id": "0102", "School_name": "Elm", "School_number": "2"},
        ],
        "teachers": [_teacher(), _teacher("T2", "0102")],
        "staff": [
            {
                "School_id": "0101", "Staff_id": "A1", "Staff_email": "kim@a.example",
                "First_name": "Kim", "Last_name": "Ode",
            }
        ],
        "students": [_student(n) for n in range(1, 7)]
        + [_student(n, "0102") for n in range(11, 17)],
        "sections": [_section("M1"), _section("M2"), _section("E1", "0102", "T2")],
        "enrollments": [_enrolled("M1", n) for n in range(1, 7)]
        + [_enrolled("E1", n, "0102") for n in range(11, 17)],
    }  # fmt: skip


@pytest.fixture
def roster(tmp_path: Path, district: District) -> Roster:
    """A workspace in which the district is committed."""
    roster = Roster(tmp_path)
    assert roster.give(district, release=False).committed
    return roster


def _find(district: District, table: str, **wanted: str) -> Row:
    return next(r for r in district[table] if all(r.get(c) == v for c, v in wanted.items()))


# --- a row in error is no missing row -----------------------------------------------------------


def test_a_held_student_keeps_the_contact_that_their_row_would_change(
    tmp_path: Path, district: District
) -> None:
    """The row is left out as a whole: the contact it had before stays, with role and link."""
    pia = {"Contact_name": "Pia Lind", "Contact_type": "Primary", "Contact_email": "p@b.example"}
    for contact in (pia, {**pia, "Contact_sis_id": "C1"}):
        roster = Roster(tmp_path / f"{len(contact)}")
        columns = [*CLEVER["students"], "Contact_sis_id"]
        before = deepcopy(district)
        before["students"][0] |= contact
        files = {**clever(district), "students.csv": text(columns, before["students"])}
        assert roster.send(files).committed
        was = roster.content()
        assert len(was["relationships"]) == 1
        after = deepcopy(before)
        after["students"][0] |= {
            "Contact_email": "new@b.example", "Contact_sis_id": "", "Last_name": "",
        }  # fmt: skip
        sent = roster.send({**files, "students.csv": text(columns, after["students"])})
        assert sent.committed
        assert sent.changes == []
        assert roster.content() == was


def test_a_held_student_without_contact_on_the_row_keeps_the_contact(
    tmp_path: Path, district: District
) -> None:
    roster = Roster(tmp_path)
    before = deepcopy(district)
    before["students"][0] |= {"Contact_name": "Pia Lind", "Contact_type": "Primary"}
    roster.give(before)
    after = deepcopy(district)
    after["students"][0] |= {"Grade": "Grade 3"}
    sent = roster.give(after)
    assert sent.changes == []


def test_an_unreadable_id_archives_nobody_of_that_file(roster: Roster, district: District) -> None:
    """Whose row it is can't be told, so nobody of the file is archived before a person looks."""
    after = deepcopy(district)
    after["students"][0]["Student_id"] = ""
    sent = roster.give(after, release=False)
    assert sent.of("archive") == set()
    listed = [c for c in sent.changes if not c["picked"]]
    assert {c["key"] for c in listed if c["table"] == "people"} == {"001"}
    assert "001" in roster.content()["people"]
    assert "M1 / 001 / student" in roster.content()["enrollments"]


def test_a_short_row_archives_nobody_of_that_file(roster: Roster, district: District) -> None:
    files = clever(district)
    lines = files["enrollments.csv"].splitlines(keepends=True)
    sent = roster.send({**files, "enrollments.csv": "".join([lines[0], "0101,M1\n", *lines[2:]])})
    assert sent.of("archive") == set()
    assert sent.committed
    assert len(roster.content()["enrollments"]) == 15


def test_ids_that_come_twice_are_held_all(roster: Roster, district: District) -> None:
    """Nobody wins by order; neither row is taken and the stored section stays as it is."""
    after = deepcopy(district)
    after["sections"].append(_section("M1", Name="Another name"))
    after["sections"][1]["Name"] = "New name of M2"
    sent = roster.give(after, release=False)
    assert {c["key"] for c in sent.changes} == {"M2"}
    assert ("sections.csv", 2) in sent.held
    assert ("sections.csv", 5) in sent.held


def test_an_identical_row_counts_once(roster: Roster, district: District) -> None:
    after = deepcopy(district)
    after["students"].append(dict(after["students"][0]))
    sent = roster.give(after, release=False)
    assert sent.changes == []
    assert sent.codes() == {"ROW-302"}


# --- values -------------------------------------------------------------------------------------


def test_a_column_that_is_absent_keeps_what_is_stored(roster: Roster, district: District) -> None:
    columns = [c for c in CLEVER["students"] if c not in ("Student_email", "DOB")]
    files = {**clever(district), "students.csv": text(columns, [
        {c: row.get(c, "") for c in columns} for row in district["students"]
    ])}  # fmt: skip
    sent = roster.send(files)
    assert sent.changes == []
    assert roster.content()["people"]["001"]["email"] == "s1@a.example"


def test_a_column_that_is_absent_is_no_edit_beside_one_that_is(
    roster: Roster, district: District
) -> None:
    columns = [c for c in CLEVER["students"] if c != "Student_email"]
    district["students"][0]["Last_name"] = "New"
    rows = [{c: row.get(c, "") for c in columns} for row in district["students"]]
    sent = roster.send({**clever(district), "students.csv": text(columns, rows)})
    assert [(c["key"], c["columns"]) for c in sent.changes] == [("001", ["family_name"])]
    assert roster.content()["people"]["001"]["email"] == "s1@a.example"


def test_a_blank_cell_keeps_what_is_stored(roster: Roster, district: District) -> None:
    district["students"][0]["Student_email"] = ""
    assert roster.give(district, release=False).changes == []
    assert roster.content()["people"]["001"]["email"] == "s1@a.example"


def test_a_blank_cell_clears_where_the_policy_says_so(roster: Roster, district: District) -> None:
    set_policy(roster, '[sync]\nblanks = "replace"\n')
    district["students"][0]["Student_email"] = ""
    sent = roster.give(district, release=False)
    (change,) = sent.changes
    assert (change["columns"], change["before"], change["after"]) == (
        ["email"], ["s1@a.example"], [""],
    )  # fmt: skip
    assert roster.content()["people"]["001"]["email"] == "None"


@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [("Student_email", "bo.a.example", "email"), ("DOB", "30/4/2015", "birth_date")],
)
def test_a_value_that_a_warning_leaves_out_keeps_what_is_stored(
    roster: Roster, district: District, column: str, value: str, stored: str
) -> None:
    was = roster.content()["people"]["001"][stored]
    district["students"][0][column] = value
    sent = roster.give(district, release=False)
    assert {f["severity"] for f in sent.findings} == {"WARNING"}
    assert sent.changes == []
    district["students"][0]["Last_name"] = "New"
    again = roster.give(district, release=False)
    assert [(c["key"], c["columns"]) for c in again.changes] == [("001", ["family_name"])]
    assert roster.content()["people"]["001"][stored] == was


def test_a_value_that_a_warning_leaves_out_when_the_person_comes_back(
    roster: Roster, district: District
) -> None:
    """Reactivated with the e-mail address that was stored, since the new one can't be read."""
    bo = district["students"].pop(0)
    district["enrollments"] = [e for e in district["enrollments"] if e["Student_id"] != "001"]
    roster.give(district)
    district["students"].append({**bo, "Student_email": "bo.a.example"})
    sent = roster.give(district)
    assert "001" in sent.of("reactivate", "people")
    assert roster.content()["people"]["001"]["email"] == "s1@a.example"


def test_row_order_never_decides_what_a_course_is_called(
    tmp_path: Path, district: District
) -> None:
    """Two sections of one course number that name the course in two ways."""
    one, other = Roster(tmp_path / "1"), Roster(tmp_path / "2")
    district["sections"][0]["Course_name"] = "Maths I"
    district["sections"][1]["Course_name"] = "Maths II"
    one.give(district)
    other.give({**district, "sections": district["sections"][::-1]})
    assert one.content()["courses"] == other.content()["courses"]


def test_row_order_never_decides_what_a_shared_contact_is_called(
    tmp_path: Path, district: District
) -> None:
    """Two students name one contact, by its own id, in two ways."""
    files = clever(district)
    columns = [*CLEVER["students"], "Contact_sis_id"]
    contact = {"Contact_type": "Primary", "Contact_sis_id": "C1", "Contact_name": "Pia Lind"}
    district["students"][0] |= {**contact, "Contact_email": "pia@b.example"}
    district["students"][1] |= {**contact, "Contact_email": "p.lind@b.example"}
    contents = []
    for number, rows in enumerate((district["students"], district["students"][::-1])):
        roster = Roster(tmp_path / str(number))
        roster.send({**files, "students.csv": text(columns, rows)})
        contents.append(roster.content()["people"])
    assert contents[0] == contents[1]


# --- files that are absent or bare --------------------------------------------------------------


def test_staff_that_was_not_sent_stays(roster: Roster, district: District) -> None:
    files = clever(district)
    del files["staff.csv"]
    sent = roster.send(files)
    assert (sent.committed, sent.changes) == (True, [])
    assert "A1" in roster.content()["people"]


def test_staff_that_was_sent_without_a_person_is_archived(
    roster: Roster, district: District
) -> None:
    other = {"Staff_id": "A2", "First_name": "Uma", "Staff_email": "uma@oak.example"}
    district["staff"] = [{**district["staff"][0], **other}]
    sent = roster.give(district)
    assert sent.of("archive", "people") == {"A1"}
    assert sent.of("archive", "roles") == {"A1 / 0101 / staff"}


def test_a_teacher_who_is_staff_too_stays_while_staff_is_not_sent(
    tmp_path: Path, district: District
) -> None:
    """The file that isn't there says nothing; the staff role it once gave is untouched."""
    both = {**district["staff"][0], "Staff_id": "T3", "Staff_email": "t3@a.example"}
    both |= {"First_name": "Ana", "Last_name": "Silva"}
    district["staff"].append(both)
    roster = Roster(tmp_path)
    roster.give({**district, "teachers": [*district["teachers"], _teacher("T3")]})
    roles = {key for key in roster.content()["roles"] if key.startswith("T3")}
    assert roles == {"T3 / 0101 / teacher", "T3 / 0101 / staff"}
    files = clever(district)
    del files["staff.csv"]
    sent = roster.send(files, release=True)
    assert sent.of("archive", "roles") == {"T3 / 0101 / teacher"}
    assert sent.of("archive", "people") == set()
    assert "T3 / 0101 / staff" in roster.content()["roles"]


@pytest.mark.parametrize("bare", ["teachers", "students", "sections", "enrollments"])
def test_a_bare_file_archives_once_a_person_says_so(
    roster: Roster, district: District, bare: str
) -> None:
    was = roster.content()
    sent = roster.give({**district, bare: []}, release=False)
    assert not sent.committed
    assert f"*:{bare}" in sent.waiting
    assert roster.content() == was


def test_a_bare_enrollments_file_that_is_approved(roster: Roster, district: District) -> None:
    roster.give({**district, "enrollments": []}, release=True)
    assert {key for key in roster.content()["enrollments"] if "student" in key} == set()
    assert len(roster.content()["people"]) == 15


def test_all_of_a_school_gone_is_put_on_hold(roster: Roster, district: District) -> None:
    small = deepcopy(district)
    small["students"] = [s for s in small["students"] if s["School_id"] != "0102"]
    small["enrollments"] = [e for e in small["enrollments"] if e["School_id"] != "0102"]
    sent = roster.give(small, release=False)
    assert not sent.committed
    assert sent.waiting == ["0102:people"]  # what hangs on them is no stop of its own
    assert not any(scope.startswith("0101") for scope in sent.waiting)


def test_a_school_of_one_student_that_would_lose_everything_is_held(
    tmp_path: Path, district: District
) -> None:
    district["schools"].append({"School_id": "0103", "School_name": "Ash", "School_number": "3"})
    more = deepcopy(district)
    more["students"].append(_student(21, "0103"))
    roster = Roster(tmp_path)
    assert roster.give(more, release=False).committed
    sent = roster.give(district, release=False)
    assert not sent.committed
    assert sent.waiting == ["0103:schools"]


# --- moves --------------------------------------------------------------------------------------


def test_another_school_is_one_move(roster: Roster, district: District) -> None:
    bo = _find(district, "students", Student_id="001")
    bo["School_id"] = "0102"
    district["enrollments"][0] = _enrolled("E1", 1, "0102")
    sent = roster.give(district, release=False)
    (move,) = [c for c in sent.changes if c["table"] == "roles"]
    assert (move["action"], move["from_key"], move["key"]) == (
        "move", "001 / 0101 / student", "001 / 0102 / student",
    )  # fmt: skip
    assert (move["columns"], move["before"], move["after"]) == (["school_id"], ["0101"], ["0102"])
    assert sent.committed
    assert "001 / 0101 / student" in roster.content("archived")["roles"]
    assert "001 / 0102 / student" in roster.content()["roles"]
    assert "001 / 0101 / student" not in roster.content()["roles"]


def test_another_section_of_the_course_is_one_move(roster: Roster, district: District) -> None:
    _find(district, "enrollments", Student_id="001")["Section_id"] = "M2"
    sent = roster.give(district, release=False)
    (move,) = sent.changes
    assert (move["action"], move["from_key"], move["key"]) == (
        "move", "M1 / 001 / student", "M2 / 001 / student",
    )  # fmt: skip
    assert "M1 / 001 / student" in roster.content("archived")["enrollments"]
    assert "M2 / 001 / student" in roster.content()["enrollments"]


def test_a_section_of_another_course_is_no_move(tmp_path: Path, district: District) -> None:
    district["sections"][1] |= {"Course_number": "A", "Course_name": "Art"}
    roster = Roster(tmp_path)
    roster.give(district)
    _find(district, "enrollments", Student_id="001")["Section_id"] = "M2"
    sent = roster.give(district, release=False)
    assert sorted(c["action"] for c in sent.changes) == ["add", "archive"]


def test_a_whole_section_that_moves_is_no_loss(roster: Roster, district: District) -> None:
    """Six of twelve enrollments move to the other section of the course: no guard says a word."""
    for number in range(1, 7):
        _find(district, "enrollments", Student_id=f"00{number}")["Section_id"] = "M2"
    sent = roster.give(district, release=False)
    assert sent.committed
    assert {c["action"] for c in sent.changes} == {"move"}
    assert len(sent.changes) == 6


def test_moving_back_is_a_move_too(roster: Roster, district: District) -> None:
    """The row that is entered was archived before; it is still one change with two ends."""
    there = deepcopy(district)
    for row in there["enrollments"][:6]:
        row["Section_id"] = "M2"
    _find(there, "students", Student_id="001")["School_id"] = "0102"
    assert roster.give(there, release=False).committed
    back = roster.give(
        {
            **district,
            "schools": [*district["schools"], {**district["schools"][0], "School_id": "9"}],
        },
        release=False,
    )
    moved = {
        (c["action"], c["from_key"], c["key"]) for c in back.changes if c["table"] != "schools"
    }
    assert moved == {
        ("move", "001 / 0102 / student", "001 / 0101 / student"),
        *(("move", f"M2 / 00{n} / student", f"M1 / 00{n} / student") for n in range(1, 7)),
    }
    assert back.committed
    assert "M1 / 001 / student" in roster.content()["enrollments"]
    assert "M2 / 001 / student" in roster.content("archived")["enrollments"]


def test_after_a_move_a_person_counts_for_the_new_school(
    roster: Roster, district: District
) -> None:
    """The guards look at the school a person is at, not at the one that was left."""
    _find(district, "students", Student_id="001")["School_id"] = "0102"
    district["enrollments"] = district["enrollments"][1:]
    roster.give(district)
    district["students"] = [s for s in district["students"] if s["Student_id"] != "001"]
    sent = roster.give(district)
    (gone,) = [c for c in sent.changes if (c["action"], c["table"]) == ("archive", "people")]
    assert (gone["key"], gone["school_id"]) == ("001", "0102")


# --- again, stale, back -------------------------------------------------------------------------


def test_a_plan_against_an_older_commit_is_refused(roster: Roster, district: District) -> None:
    first, second = deepcopy(district), deepcopy(district)
    first["students"][0]["Last_name"] = "First"
    second["students"][0]["Last_name"] = "Second"
    planned: list[Run] = []
    for name, state in (("first", first), ("second", second)):
        folder = roster.folder / name
        folder.mkdir()
        for file, content in clever(state).items():
            (folder / file).write_text(content)
        who = Who("test", f"2026-11-23T07:00:0{len(planned)}Z")
        planned.append(flow.plan_drop(folder, roster.store, who).run)
    flow.commit(roster.store, planned[0], who)
    with pytest.raises(StalePlanError):
        flow.commit(roster.store, planned[1], who)
    with pytest.raises(StalePlanError):
        flow.commit(roster.store, planned[0], who)
    assert roster.content()["people"]["001"]["family_name"] == "First"
    assert len(roster.store.commits()) == 2


def test_a_commit_without_changes_leaves_every_table_as_it_was(
    roster: Roster, district: District
) -> None:
    was = roster.hashes()
    files = clever(district)
    sent = roster.send({**files, "schools.csv": files["schools.csv"] + "\n"})
    assert (sent.committed, sent.changes) == (True, [])
    assert roster.hashes() == was


def test_archived_with_everything_and_back_again(roster: Roster, district: District) -> None:
    """The same person comes back, not a second one; an archived row is kept, not lost."""
    was = roster.content()
    less = deepcopy(district)
    less["students"] = less["students"][1:]
    less["enrollments"] = less["enrollments"][1:]
    gone = roster.give(less, release=False)
    assert gone.committed
    assert gone.of("archive") == {"001", "001 / 0101 / student", "M1 / 001 / student"}
    assert "001" in roster.content("archived")["people"]
    files = clever(district)
    back = roster.send({**files, "staff.csv": files["staff.csv"] + "\n"})
    assert back.of("reactivate") == gone.of("archive")
    assert len(back.changes) == 3
    assert roster.content() == was


def test_an_older_drop_again_is_put_on_hold(roster: Roster, district: District) -> None:
    after = deepcopy(district)
    after["students"][0]["Last_name"] = "New"
    assert roster.give(after, release=False).committed
    sent = roster.give(district, release=False)
    assert not sent.committed
    assert "PLAN-506" in sent.codes()


def test_a_section_that_goes_takes_its_enrollments_with_it(
    roster: Roster, district: District
) -> None:
    """The enrollments file still names them: they are held there, and archived with the section."""
    district["sections"] = [s for s in district["sections"] if s["Section_id"] != "M1"]
    sent = roster.give(district, release=True)
    assert "M1" in sent.of("archive", "sections")
    gone = {key for key in sent.of("archive", "enrollments") if key.startswith("M1")}
    assert len(gone) == 7
    assert not [key for key in roster.content()["enrollments"] if key.startswith("M1")]


def test_swapped_e_mail_addresses_do_not_depend_on_the_order(
    tmp_path: Path, district: District
) -> None:
    """B17, B18: both are applied, whichever row comes first."""
    swapped = deepcopy(district)
    one, other = swapped["students"][:2]
    one["Student_email"], other["Student_email"] = other["Student_email"], one["Student_email"]
    results = []
    for number, rows in enumerate((swapped["students"], swapped["students"][::-1])):
        roster = Roster(tmp_path / str(number))
        roster.give(district)
        results.append(changed(roster.give({**swapped, "students": rows}, release=False)))
    assert results[0] == results[1]
    assert len(results[0]) == 2
