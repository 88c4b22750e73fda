"""Cases D: enrollments, and what becomes of them with the people and sections they join."""

from pathlib import Path

import pytest
from case_drops import District, check, delta, header, row

from importer import flow
from importer.checks.catalogue import (
    ENROLLMENTS,
    ENROLLMENTS_1,
    SCHOOLS,
    SECTIONS,
    STUDENTS,
    TEACHERS,
    USERS_1,
    clever,
    oneroster,
)
from importer.checks.examples import ROLES_2, USERS_2, oneroster_12
from importer.model.errors import StorageError
from importer.model.history import Who
from importer.settings import TEMPLATE

_DAY_2, _DAY_3 = "2026-09-02T06:00:00Z", "2026-09-03T06:00:00Z"
_SIX = [f"S{n}" for n in range(1, 7)]


def _students(*ids: str) -> str:
    return header(STUDENTS) + "".join(f"0101,{i},{i}@oak.example,Bo,Lind,3\n" for i in ids)


def _enrolled(*pairs: str) -> str:
    """Enrollments of Clever: ``M1 S1`` is a row."""
    return header(ENROLLMENTS) + "".join(
        f"0101,{section},{student}\n" for section, student in (pair.split() for pair in pairs)
    )


def _in_m1(*ids: str) -> str:
    return _enrolled(*(f"M1 {i}" for i in ids))


def _all_in_m1(*ids: str) -> dict[str, str | bytes]:
    return clever(students=_students(*ids), enrollments=_in_m1(*ids))


def test_D01_rows_that_lead_nowhere(tmp_path: Path) -> None:
    """No class, no user, an unknown status, an unknown role, an unknown agent: by file, row."""
    observer = "U3,,,true,O1,guardian,pia,,Pia,Lind,,,pia@home.example,,,U77,,\n"
    rows = [
        "E1,,,,O1,U1,student,,,\n",
        "E2,,,K1,O1,,student,,,\n",
        "E3,semi-active,,K1,O1,U1,student,,,\n",
        "E4,,,K1,O1,U1,cheerleader,,,\n",
    ]
    drop = oneroster(users=USERS_1 + observer, enrollments=header(ENROLLMENTS_1) + "".join(rows))
    district = District(tmp_path)
    told = district.sync(drop)
    assert told.found("ERROR") == [
        ("ERROR", "CELL-201", "enrollments.csv", 2, "classSourcedId", None),
        ("ERROR", "CELL-201", "enrollments.csv", 3, "userSourcedId", None),
        ("ERROR", "CELL-204", "enrollments.csv", 4, "status", "semi-active"),
        ("ERROR", "CELL-204", "enrollments.csv", 5, "role", "cheerleader"),
    ]
    assert ("WARNING", "LINK-407", "users.csv", 4, "agentSourcedIds", "U77") in told.found()
    assert told.held() == {("enrollments.csv", line) for line in (2, 3, 4, 5)}
    assert district.stored("enrollments") == {}
    assert district.stored("relationships") == {}


def test_D02_section_of_another_school(tmp_path: Path) -> None:
    """An unknown school, an unknown section, a section that isn't the school's: each is said."""
    elm = "0102,Elm School,2\n"
    rows = "0109,M1,S1\n0101,M9,S1\n0102,M1,S2\n0101,M1,S3\n"
    drop = clever(
        schools=SCHOOLS + elm,
        students=_students("S1", "S2", "S3"),
        enrollments=header(ENROLLMENTS) + rows,
    )
    told = check(drop, tmp_path)
    assert told.found() == [
        ("ERROR", "LINK-401", "enrollments.csv", 2, "School_id", "0109"),
        ("ERROR", "LINK-403", "enrollments.csv", 3, "Section_id", "M9"),
        ("WARNING", "LINK-420", "enrollments.csv", 4, "School_id", "0102"),
    ]
    assert told.says("LINK-420") == "School_id is “0102”, but M1 belongs to 0101."
    assert told.held() == {("enrollments.csv", 2), ("enrollments.csv", 3)}


def test_D05_user_known_from_before(tmp_path: Path) -> None:
    """The user isn't in today's files but in the roster: accepted."""
    district = District(tmp_path)
    district.commit(oneroster(enrollments=ENROLLMENTS_1.replace(row(ENROLLMENTS_1, 2), "")))
    told = district.sync(
        delta(enrollments=header(ENROLLMENTS_1) + f"E1,active,{_DAY_2},K1,O1,U1,student,,,\n")
    )
    assert told.found() == []
    assert told.did() == {("add", "enrollments", "K1 / U1 / student")}


def test_D06_enrollment_comes_back(tmp_path: Path) -> None:
    """Taken away one day, sent again the next: the same record, active again, no second one."""
    district = District(tmp_path)
    district.commit(_all_in_m1(*_SIX))
    district.commit(clever(students=_students(*_SIX), enrollments=_in_m1(*_SIX[1:])))
    assert set(district.stored("enrollments", "archived")) == {"M1 / S1 / student"}
    # A little different from the first day, whose drop would be known.
    again = clever(students=_students(*_SIX), enrollments=_in_m1(*reversed(_SIX)))
    told = district.sync(again)
    assert told.did() == {("reactivate", "enrollments", "M1 / S1 / student")}
    assert district.stored("enrollments", "archived") == {}
    assert len(district.stored("enrollments")) == 7  # the teacher too


def _user_archived(folder: Path) -> District:
    district = District(folder)
    district.commit(oneroster())
    gone = row(USERS_1, 2).replace("U1,,,", f"U1,tobedeleted,{_DAY_2},")
    more = "U3,active," + _DAY_2 + row(USERS_1, 2)[4:].replace("bo", "cy")
    district.commit(delta(users=header(USERS_1) + gone + more))
    assert set(district.stored("people", "archived")) == {"U1"}
    assert set(district.stored("enrollments", "archived")) == {"K1 / U1 / student"}
    return district


def test_D08_user_and_enrollment_archived(tmp_path: Path) -> None:
    """Both are archived, the enrollment is sent again alone: an error says that the user is."""
    district = _user_archived(tmp_path)
    back = header(ENROLLMENTS_1) + f"E1,active,{_DAY_3},K1,O1,U1,student,,,\n"
    told = district.sync(delta(enrollments=back))
    assert told.found("ERROR") == [
        ("ERROR", "LINK-419", "enrollments.csv", 2, "userSourcedId", "U1")
    ]
    assert "“U1” in userSourcedId is archived" in told.says("LINK-419")
    assert told.held() == {("enrollments.csv", 2)}
    assert told.did() == set()
    assert "K1 / U1 / student" in district.stored("enrollments", "archived")


def test_D09_user_archived(tmp_path: Path) -> None:
    """A new enrollment of an archived user: an error, and nothing is added."""
    district = _user_archived(tmp_path)
    new = header(ENROLLMENTS_1) + f"E9,active,{_DAY_3},K1,O1,U1,proctor,,,\n"
    told = district.sync(delta(enrollments=new))
    assert told.found("ERROR") == [
        ("ERROR", "LINK-419", "enrollments.csv", 2, "userSourcedId", "U1")
    ]
    assert told.did() == set()


def test_D09b_user_archived_by_the_same_drop(tmp_path: Path) -> None:
    """The drop that archives the user also enrols them: the enrollment is an error."""
    district = District(tmp_path)
    district.commit(oneroster())
    gone = row(USERS_1, 2).replace("U1,,,", f"U1,tobedeleted,{_DAY_2},")
    new = header(ENROLLMENTS_1) + f"E9,active,{_DAY_2},K1,O1,U1,proctor,,,\n"
    told = district.sync(delta(users=header(USERS_1) + gone, enrollments=new))
    assert told.found("ERROR") == [
        ("ERROR", "LINK-419", "enrollments.csv", 2, "userSourcedId", "U1")
    ]
    assert told.did("add", "reactivate") == set()


def test_D12_student_and_teacher_of_one_section(tmp_path: Path) -> None:
    """One person, one section, two roles: both are kept."""
    both = ENROLLMENTS_1 + "E3,,,K1,O1,U2,student,,,\n"
    district = District(tmp_path)
    assert district.sync(oneroster(enrollments=both)).found() == []
    assert {"K1 / U2 / student", "K1 / U2 / teacher"} <= set(district.stored("enrollments"))


def test_D13_two_custom_roles_in_one_section(tmp_path: Path) -> None:
    """One person with two roles of the sender's own in one section: two records that differ."""
    own = "E3,,,K1,O1,U2,ext:coach,,,\nE4,,,K1,O1,U2,ext:mentor,,,\n"
    district = District(tmp_path)
    district.commit(oneroster_12(enrollments=ENROLLMENTS_1 + own))
    assert {"K1 / U2 / ext:coach", "K1 / U2 / ext:mentor"} <= set(district.stored("enrollments"))
    told = district.sync(oneroster_12(enrollments=ENROLLMENTS_1 + row(own, 1)))
    assert told.did() == {("archive", "enrollments", "K1 / U2 / ext:mentor")}


def test_D14_guardian_of_two_students_of_a_course(tmp_path: Path) -> None:
    """A contact of two students of one section is one person, linked to each of them."""
    contact = ",Contact_name,Contact_type,Contact_sis_id\n"
    rows = [f"0101,{i},{i}@oak.example,Bo,Lind,3,Pia Lind,Primary,C1\n" for i in ("S1", "S2")]
    students = STUDENTS.splitlines()[0] + contact + "".join(rows)
    district = District(tmp_path)
    district.commit(clever(students=students, enrollments=_in_m1("S1", "S2")))
    assert set(district.stored("relationships")) == {
        "S1 / contact:C1 / Other",
        "S2 / contact:C1 / Other",
    }
    assert "contact:C1" in district.stored("people")


def test_D16_the_same_deletion_twice(tmp_path: Path) -> None:
    """One enrollment is deleted in two runs: the second changes nothing and is no error."""
    district = District(tmp_path)
    district.commit(oneroster(enrollments=ENROLLMENTS_1 + "E3,,,K1,O1,U1,proctor,,,\n"))
    gone = header(ENROLLMENTS_1) + "E3,tobedeleted,{},K1,O1,U1,proctor,,,\n"
    first = district.sync(delta(enrollments=gone.format(_DAY_2)))
    assert first.did() == {("archive", "enrollments", "K1 / U1 / proctor")}
    second = district.sync(delta(enrollments=gone.format(_DAY_3)))
    assert second.committed
    assert second.found() == []
    assert second.did() == set()


@pytest.mark.parametrize("skip_errors", [True, False])
def test_D21_last_row_is_wrong(skip_errors: bool, tmp_path: Path) -> None:
    """The rows before it are applied; where the district takes all or nothing, none is."""
    policy = (
        TEMPLATE if skip_errors else TEMPLATE.replace("skip_errors = true", "skip_errors = false")
    )
    assert ("skip_errors = false" in policy) != skip_errors
    district = District(tmp_path, policy)
    told = district.sync(
        clever(students=_students("S1", "S2"), enrollments=_enrolled("M1 S1", "M1 S2", "M1 S9"))
    )
    assert told.found("ERROR") == [("ERROR", "LINK-404", "enrollments.csv", 4, "Student_id", "S9")]
    assert told.committed == skip_errors
    kept = {"M1 / S1 / student", "M1 / S2 / student", "M1 / T1 / teacher"}
    assert set(district.stored("enrollments")) == (kept if skip_errors else set())
    assert told.waiting == (() if skip_errors else ("*:drop",))


@pytest.mark.parametrize("order", ["1234", "4321", "2413"])
def test_D22_role_changed_whatever_the_order(order: str, tmp_path: Path) -> None:
    """Four students become aides of the sender's own kind: four active records in any order."""
    people = "1234"
    users = "".join(row(USERS_2, 2).replace("U1", f"P{n}").replace("bo", f"bo{n}") for n in people)
    roles = "".join(f"RP{n},,,P{n},primary,student,,,O1,\n" for n in people)
    whole = {"users": USERS_2 + users, "roles": ROLES_2 + roles}
    taught = ENROLLMENTS_1 + "".join(f"X{n},,,K1,O1,P{n},student,,,\n" for n in people)
    district = District(tmp_path)
    district.commit(oneroster_12(**whole, enrollments=taught))
    aides = ENROLLMENTS_1 + "".join(f"X{n},,,K1,O1,P{n},ext:aide,,,\n" for n in order)
    told = district.sync(oneroster_12(**whole, enrollments=aides))
    assert told.committed
    assert {key for _, _, key in told.did("archive")} == {f"K1 / P{n} / student" for n in people}
    assert {key for _, _, key in told.did("add")} == {f"K1 / P{n} / ext:aide" for n in people}
    theirs = [key for key in district.stored("enrollments") if " / P" in key]
    assert sorted(theirs) == [f"K1 / P{n} / ext:aide" for n in people]


def test_D24_two_users_of_one_id(tmp_path: Path) -> None:
    """Two rows of one id that say different things: an error on both, neither is taken."""
    twice = USERS_1 + row(USERS_1, 2).replace("Bo,Lind", "Cy,Ray").replace("bo", "cy")
    district = District(tmp_path)
    told = district.sync(oneroster(users=twice))
    assert told.found("ERROR") == [
        ("ERROR", "ROW-301", "users.csv", line, "sourcedId", "U1") for line in (2, 4)
    ]
    assert {("users.csv", 2), ("users.csv", 4)} <= told.held()
    assert set(district.stored("people")) == {"U2"}


def test_D25_four_wrong_values(tmp_path: Path) -> None:
    """A role, a status, a class and a date that aren't: three errors and a warning."""
    rows = [
        "E1,,,K1,O1,U1,wizard,,,\n",
        "E2,retired,,K1,O1,U1,student,,,\n",
        "E3,,,K7,O1,U1,student,,,\n",
        "E4,,,K1,O1,U1,student,,13/45/2022,\n",
    ]
    district = District(tmp_path)
    told = district.sync(oneroster(enrollments=header(ENROLLMENTS_1) + "".join(rows)))
    bulk = ("CELL-216",)  # any status in a full list
    assert sorted(found for found in told.found() if found[1] not in bulk) == [
        ("ERROR", "CELL-204", "enrollments.csv", 2, "role", "wizard"),
        ("ERROR", "CELL-204", "enrollments.csv", 3, "status", "retired"),
        ("ERROR", "LINK-403", "enrollments.csv", 4, "classSourcedId", "K7"),
        ("WARNING", "CELL-206", "enrollments.csv", 5, "beginDate", "13/45/2022"),
    ]
    stored = district.stored("enrollments")
    assert set(stored) == {"K1 / U1 / student"}
    assert stored["K1 / U1 / student"]["begin_date"] is None


def test_D26_role_is_blank(tmp_path: Path) -> None:
    """The role is blank in the second of three rows: this row is named, all rows are looked at."""
    rows = "E1,,,K1,O1,U1,student,,,\nE2,,,K1,O1,U2,,,,\nE3,,,K1,O1,U2,wizard,,,\n"
    told = check(oneroster(enrollments=header(ENROLLMENTS_1) + rows), tmp_path)
    assert told.found("ERROR") == [
        ("ERROR", "CELL-201", "enrollments.csv", 3, "role", None),
        ("ERROR", "CELL-204", "enrollments.csv", 4, "role", "wizard"),
    ]


def test_D29_one_school_row_too_many(tmp_path: Path) -> None:
    """Eleven school rows, two of one id: one cause, and under it all 2,902 rows that wait."""
    ids = [f"{n:04}" for n in range(1, 11)]
    schools = header(SCHOOLS) + "".join(f"{i},School {i},{i}\n" for i in ids)
    schools += "0001,Another School,77\n"
    drop = clever(
        schools=schools,
        teachers=header(TEACHERS) + "".join(
            f"{i},T{i}-{n},t{i}{n}@a.example,Ana,Silva\n" for i in ids for n in range(20)
        ),
        students=header(STUDENTS) + "".join(
            f"{i},S{i}-{n},s{i}{n}@a.example,Bo,Lind,3\n" for i in ids for n in range(400)
        ),
        sections=header(SECTIONS) + "".join(
            f"{i},M{i}-{n},T{i}-{n % 20},{n}\n" for i in ids for n in range(80)
        ),
        enrollments=header(ENROLLMENTS) + "".join(
            f"{i},M{i}-{(n + 7 * k) % 80},S{i}-{n}\n" for i in ids for n in range(400)
            for k in range(6)
        ),
    )  # fmt: skip
    told = check(drop, tmp_path)
    assert {found[1:5] for found in told.found("ERROR")} == {
        ("ROW-301", "schools.csv", line, "School_id") for line in (2, 12)
    }
    (cause,) = [c for c in told.reported.summary["causes"] if c["severity"] == "ERROR"]
    assert cause["blocks"] == 2 + 20 + 400 + 80 + 2400 == 2902
    assert cause["held_by_file"] == {
        "schools.csv": 2, "teachers.csv": 20, "students.csv": 400, "sections.csv": 80,
        "enrollments.csv": 2400,
    }  # fmt: skip
    assert told.reported.held["cause"].unique().to_list() == [cause["id"]]


def test_D30_student_changes_section(tmp_path: Path) -> None:
    """Another section of the same course: a move, not somebody who left and somebody new."""
    sections = (
        "School_id,Section_id,Teacher_id,Section_number,Course_name\n"
        "0101,M1,T1,1,Maths 3\n0101,M2,T1,2,Maths 3\n"
    )
    base = {"sections": sections, "students": _students(*_SIX)}
    district = District(tmp_path)
    district.commit(clever(**base, enrollments=_in_m1(*_SIX)))
    moved = _in_m1(*_SIX[1:]) + "0101,M2,S1\n"
    told = district.sync(clever(**base, enrollments=moved))
    assert told.did() == {("move", "enrollments", "M2 / S1 / student")}
    (change,) = told.changes
    assert change["from_key"].startswith("M1")
    stored = district.stored("enrollments")
    assert "M2 / S1 / student" in stored
    assert "M1 / S1 / student" not in stored


def test_D32_commit_does_what_the_plan_says(tmp_path: Path) -> None:
    """What is planned is kept with its hash, and a commit changes exactly that."""
    district = District(tmp_path)
    district.commit(_all_in_m1(*_SIX))
    today = clever(students=_students(*_SIX[1:], "S7"), enrollments=_in_m1(*_SIX[1:], "S7"))
    planned = district.plan(today)
    before = {name: district.stored(name) for name in ("people", "enrollments")}
    done = flow.commit(district.store, planned.run, Who("Kim", _DAY_3))
    for name, was in before.items():
        now = district.stored(name)
        table = planned.change.changes.filter(table=name)
        said = {
            kind: {key.replace("\x1f", " / ") for key in table.filter(action=kind)["key"]}
            for kind in ("add", "archive", "edit", "move", "reactivate")
        }
        assert said["add"] == set(now) - set(was)
        assert said["archive"] == set(was) - set(now)
        assert said["add"]
        assert not said["edit"] | said["move"] | said["reactivate"]
        assert {key: was[key] for key in set(was) & set(now)} == {
            key: now[key] for key in set(was) & set(now)
        }
    assert done.counts == planned.change.counts()


def test_D32b_a_plan_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    """The changes on disk are no longer those that were planned: nothing is committed."""
    district = District(tmp_path)
    planned = district.plan(clever())
    (kept,) = (district.store.root / "runs" / planned.run.id).glob("changes.*")
    kept.write_bytes(kept.read_bytes() + b"\0")
    with pytest.raises(StorageError, match="was changed or is damaged"):
        flow.commit(district.store, planned.run, Who("Kim", _DAY_2))
    assert district.store.head() is None
