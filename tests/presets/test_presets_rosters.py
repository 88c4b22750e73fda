"""What the drops of School Data Sync, IXL and Remind make of the roster."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl
import pytest

from importer import flow, settings
from importer.checks.sync_packages import _REMIND, _SDS_1, _sds
from importer.contracts.load import contracts
from importer.model.history import Who
from importer.settings import Policy
from importer.store.folder import FolderStore

CLASSES = {
    "classes.csv": "sourcedId,orgSourcedId,title\nM1,O1,Maths\n",
    "enrollments.csv": "classSourcedId,userSourcedId,role\nM1,S1,student\nM1,T1,professor\n",
}
USERS = "sourcedId,username,givenName,familyName,email\n"
PEOPLE = USERS + "S1,bo@oak.example,Bo,Lind,\nT1,ana@oak.example,Ana,Silva,\n"
ROLES = "userSourcedId,orgSourcedId,role,grade\nS1,O1,student,{}\nT1,O1,professor,\n"


def sds(**changed: str) -> dict[str, str]:
    """A drop of version 2.1 with a class, a student and a professor."""
    files = {**_sds(users=PEOPLE, roles=ROLES.format("3"), **changed), **CLASSES}
    return {name: text for name, text in files.items() if name != "relationships.csv"}


class Sent:
    """Drops sent one after another to one workspace."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._number = folder, 0
        self._store = FolderStore.create(folder / "workspace", settings.TEMPLATE)
        self.done: flow.Synced

    def send(self, files: Mapping[str, str | bytes]) -> "Sent":
        """Send a drop; it may be on hold."""
        self._number += 1
        drop = self._folder / f"drop{self._number}"
        drop.mkdir()
        for name, text in files.items():
            (drop / name).write_text(str(text), "utf-8")
        who = Who("Zoë", f"2026-09-01T06:00:0{self._number}Z")
        self.done = flow.sync(drop, self._store, who)
        return self

    def rows(self, table: str, *columns: str) -> set[tuple[object, ...]]:
        """Active rows of the roster."""
        commit = self._store.commits()[-1]
        rows = self._store.table(table, commit).filter(pl.col("status") == "active")
        return set(rows.select(columns).collect().rows())

    def codes(self) -> set[str]:
        """What was found in the last drop."""
        return set(self.done.planned.reported.findings["code"])

    def changes(self) -> set[tuple[str, str]]:
        """Action and table of what the last drop changed."""
        found = self.done.planned.change.changes.select("action", "table")
        return set(found.unique().rows())


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    return Sent(tmp_path)


def without(files: Mapping[str, str | bytes], names: Iterable[str]) -> dict[str, str | bytes]:
    return {name: text for name, text in files.items() if name not in names}


# --- School Data Sync ---------------------------------------------------------------------------


def test_words_of_microsoft_become_those_of_the_roster(sent: Sent) -> None:
    sent.send(sds(orgs="sourcedId,name,type\nO1,Oak,university\n"))
    assert sent.rows("roles", "person_id", "role") == {("S1", "student"), ("T1", "teacher")}
    assert ("M1", "T1", "teacher") in sent.rows("enrollments", "section_id", "person_id", "role")
    assert sent.rows("schools", "school_id", "type") == {("O1", "school")}


def test_a_grade_with_a_zero_in_front_is_the_same_grade(sent: Sent) -> None:
    sent.send(sds())
    sent.send({**sds(), "roles.csv": ROLES.format("03")})
    assert sent.changes() == set()


@pytest.mark.parametrize("capitals", ["professor", "PROFESSOR"])
def test_a_role_left_out_protects_the_one_that_it_means(sent: Sent, capitals: str) -> None:
    """A professor is a teacher in the roster, also where the row can't be taken."""
    sent.send(sds())
    wrong = ROLES.format("3").replace("T1,O1,professor", f"T1,O9,{capitals}")
    sent.send({**sds(), "roles.csv": wrong})
    assert "LINK-401" in sent.codes()
    assert ("archive", "roles") not in sent.changes()


def test_a_district_that_goes_from_2_to_2_1_keeps_its_records(sent: Sent) -> None:
    users = "sourcedId,orgSourcedIds,givenName,familyName,username,password,role,grade\n"
    second = {
        "orgs.csv": "sourcedId,name,type,parentSourcedId\nO1,Oak School,school,\n",
        "users.csv": f"{users}S1,O1,Bo,Lind,bo@oak.example,,Student,3\n"
        "T1,O1,Ana,Silva,ana@oak.example,,Professor,\n",
        "classes.csv": CLASSES["classes.csv"],
        "enrollments.csv": "classSourcedId,userSourcedId,role\nM1,S1,Student\nM1,T1,Professor\n",
    }
    sent.send(second)
    before = {t: sent.rows(t, *keys) for t, keys in KEYS.items()}
    sent.send(sds())
    assert sent.changes() == set()
    assert {t: sent.rows(t, *keys) for t, keys in KEYS.items()} == before
    fewer = ROLES.format("3").replace("T1,O1,professor,\n", "")
    sent.send({**sds(), "roles.csv": fewer})
    assert sent.changes() == {("archive", "roles")}  # a role that came with version 2


KEYS = {
    "people": ("person_id", "username"),
    "roles": ("person_id", "school_id", "role"),
    "enrollments": ("section_id", "person_id", "role"),
}


def test_a_file_without_the_one_that_belongs_with_it_is_on_hold(sent: Sent) -> None:
    sent.send(_SDS_1)
    sent.send(without(_SDS_1, ["StudentEnrollment.csv"]))
    assert "FILE-196" in sent.codes()
    assert sent.done.commit is None


def test_files_that_may_be_left_out_archive_nothing(sent: Sent) -> None:
    """Only people this time: classes and enrollments stay as they are."""
    sent.send(sds())
    sent.send(without(sds(), CLASSES))
    assert sent.changes() == set()
    assert not {"FILE-196", "FILE-108"} & sent.codes()


def test_what_names_a_file_that_is_not_there_is_told(sent: Sent) -> None:
    classes = "sourcedId,orgSourcedId,title,courseSourcedId\nM1,O1,Maths,C1\n"
    sent.send({**sds(), "classes.csv": classes})
    assert "LINK-422" in sent.codes()
    assert sent.done.commit is not None


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        ("8/31/2026", "10/1/2026", False),
        ("10/1/2026", "9/1/2026", True),
        ("2026-10-01", "20260901", True),
        ("20260831", "2026-10-01", False),
    ],
)
def test_dates_in_any_form_are_put_in_order(begin: str, end: str, found: bool, sent: Sent) -> None:
    header = "SIS ID,School SIS ID,Section Name,Term SIS ID,Term StartDate,Term EndDate"
    sections = f"{header}\nM1,O1,Maths,Y1,{begin},{end}\n"
    sent.send({**_SDS_1, "Section.csv": sections})
    assert ("ROW-306" in sent.codes()) == found
    assert "CELL-206" not in sent.codes()


def test_a_teacher_of_two_schools_has_a_row_for_each(sent: Sent) -> None:
    teachers = "SIS ID,School SIS ID,Username\nT1,O1,ana\nT1,O2,ana\n"
    sent.send({**_SDS_1, "School.csv": "SIS ID,Name\nO1,Oak\nO2,Elm\n", "Teacher.csv": teachers})
    found = {row for row in sent.rows("roles", "person_id", "school_id") if row[0] == "T1"}
    assert found == {("T1", "O1"), ("T1", "O2")}
    assert "ROW-317" not in sent.codes()


def test_guardians_of_version_1_are_known_by_their_address(sent: Sent) -> None:
    people = "Email,First Name,Last Name,Phone,SIS ID\nKim@Home.example,Kim,Lind,,\n"
    links = "SIS ID,Email,Role\nS1,Kim@Home.example,\n"
    sent.send({**_SDS_1, "user.csv": people, "guardianrelationship.csv": links})
    assert sent.rows("relationships", "person_id", "related_id", "type") == {
        ("S1", "guardian:kim@home.example", "Other")
    }
    lower = {"user.csv": people.lower().replace("email,first name", "Email,First Name")}
    links = links.replace("Kim@Home", "kim@home")
    sent.send({**_SDS_1, **lower, "guardianrelationship.csv": links})
    assert {action for action, _ in sent.changes()} <= {"edit"}


# --- Remind and IXL -----------------------------------------------------------------------------


def test_whose_id_it_is_tells_who_teaches(sent: Sent) -> None:
    sent.send({**_REMIND, "classes.csv": str(_REMIND["classes.csv"]).replace(",T1,", ",,")})
    assert sent.rows("enrollments", "person_id", "role") == {("S1", "student"), ("T1", "teacher")}


def test_an_enrollment_of_a_student_who_is_left_out_stays(sent: Sent) -> None:
    sent.send(_REMIND)
    bad = str(_REMIND["students.csv"]).replace("O1,S1", "O9,S1")
    sent.send({**_REMIND, "students.csv": bad})
    assert not {change for change in sent.changes() if change[0] == "archive"}


def test_a_guardian_of_two_students_is_one_person(sent: Sent) -> None:
    header, row = str(_REMIND["students.csv"]).splitlines()
    row = row.removesuffix(",,,,") + ",Kim,Lind,kim@home.example,"
    sent.send({**_REMIND, "students.csv": f"{header}\n{row}\n{row.replace('S1,Bo', 'S2,Io')}\n"})
    assert sent.rows("relationships", "person_id", "related_id") == {
        ("S1", "guardian:kim@home.example"),
        ("S2", "guardian:kim@home.example"),
    }
    assert len(sent.rows("people", "person_id")) == 4


def test_ixl_archives_nobody_and_moves_who_is_elsewhere(sent: Sent) -> None:
    teachers = (
        "School ID,Teacher ID,First Name,Last Name,E-mail,Username\nO1,T1,A,B,a@o.example,a\n"
    )
    students = "School ID,Student ID,Student Number,First Name,Last Name,Grade\n"
    drop = {
        "Schools.csv": "School ID\nO1\nO2\n",
        "Teachers.csv": teachers,
        "Students.csv": f"{students}O1,S1,1,Bo,Lind,3\nO1,S2,2,Cy,Ray,3\n",
        "Sections.csv": "Section ID,Teacher ID\nM1,T1\n",
        "Enrollments.csv": "Section ID,Student ID\nM1,S1\nM1,S2\n",
    }
    sent.send(drop)
    sent.send(
        {
            **drop,
            "Students.csv": f"{students}O2,S1,1,Bo,Lind,3\n",
            "Enrollments.csv": "Section ID,Student ID\nM1,S1\n",
        }
    )
    told = sent.rows("roles", "person_id", "school_id")
    assert told == {("T1", "O1"), ("S1", "O2"), ("S2", "O1")}
    assert ("M1", "S2") in sent.rows("enrollments", "section_id", "person_id")


# --- all contracts ------------------------------------------------------------------------------


def test_every_password_is_a_secret() -> None:
    columns = [
        column
        for contract in contracts().values()
        for table in contract.tables.values()
        for column in table.columns.values()
    ]
    passwords = [column for column in columns if "password" in column.name.lower()]
    assert passwords
    assert all(column.secret for column in passwords)


def test_only_a_profile_judges_by_the_book(tmp_path: Path) -> None:
    """A format that takes something graver than others do is no profile."""
    who = Who("Zoë", "2026-09-01T06:00:00Z")
    (tmp_path / "Schools.csv").write_text("School ID\nO1\n")
    told = flow.check(tmp_path / "Schools.csv", tmp_path / "x", who, Policy(format="ixl/schools"))
    assert told.summary["verdict"]["sentence"] == "The row can be imported."
