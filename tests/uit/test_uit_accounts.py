"""Rows against the accounts that are there: which one is meant, and when nobody can tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from uit_sheets import Office, educator, in_class, sheets, student

from importer.checks.catalogue import oneroster

CLEVER = {
    "schools.csv": "School_id,School_name,School_number\n0101,Oak School,11\n0102,Elm School,12\n",
    "students.csv": "School_id,Student_id,Student_number,Username,Student_email,First_name,"
    "Last_name,Grade,Contact_name,Contact_type,Contact_email\n"
    "0101,S1,1001,bolind,bo@oak.example,Bo,Lind,3,Eva Lind,Primary,eva@home.example\n"
    "0101,S2,1002,Cray,cy@oak.example,Cy,Ray,8,,,\n"
    "0102,S3,1003,,di@oak.example,Di,Fox,2,,,\n",
    "teachers.csv": "School_id,Teacher_id,Teacher_email,First_name,Last_name,Username\n"
    "0101,T1,ana@oak.example,Ana,Silva,asilva\n",
    "sections.csv": "School_id,Section_id,Teacher_id,Name\n0101,M1,T1,Maths 3a\n",
    "enrollments.csv": "School_id,Section_id,Student_id\n0101,M1,S1\n0101,M1,S2\n",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A workspace with a Clever roster."""
    made = Office(tmp_path)
    assert made.send(CLEVER).committed
    yield made


@pytest.mark.parametrize(
    "told",
    [
        {"UserID": "1001"},
        {"UserID": "S1"},
        {"Username": "bolind"},
        {"Username": "BoLind"},
        {"UserID": "1001", "Username": "bolind"},
    ],
)
def test_a_row_changes_the_account_that_it_names(office: Office, told: dict[str, str]) -> None:
    sent = office.send(sheets([student(Grade="4", **told)]))
    assert sent.codes("ERROR") == set()
    assert sent.of("edit", "people") == {"S1"}
    assert sent.of("add") == set()
    assert len(office.rows("people")) == 5


def test_how_many_rows_were_matched_is_said_once_a_way(office: Office) -> None:
    rows = [student(UserID="1001"), student("Di", "Fox", UserID="1003", SchoolName="Elm School")]
    sent = office.send(sheets([*rows, student("Cy", "Ray", Username="cray", Grade="8")]))
    told = [
        (f["severity"], f["column"], f["rows"]) for f in sent.findings if f["code"] == "LINK-417"
    ]
    assert sorted(told) == [("INFO", "UserID", 2), ("INFO", "Username", 1)]


def test_a_oneroster_identifier_is_a_userid(tmp_path: Path) -> None:
    users = (
        "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,"
        "givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
        "U1,,,true,O1,student,bo,,Bo,Lind,,1001,bo@oak.example,,,,03,\n"
        "U2,,,true,O1,teacher,ana,,Ana,Silva,,77,ana@oak.example,,,,,\n"
    )
    made = Office(tmp_path)
    assert made.send(oneroster(users=users)).committed
    sent = made.send(sheets([student(Grade="4", UserID="1001")], [educator(UserID="77")]))
    assert sent.of("add", "people") == set()
    assert sent.of("edit", "people") == {"U1", "U2"}


@pytest.mark.parametrize("school", ["Oak School", "oak school", "0101", "11"])
def test_a_school_by_name_id_or_number(office: Office, school: str) -> None:
    sent = office.send(sheets([student("Ed", "Ek", UserID="9", SchoolName=school)]))
    assert sent.of("add", "roles") == {"9 / 0101 / student"}
    assert sent.of("add", "schools") == set()


def test_a_school_that_nobody_knows_with_a_hint(office: Office) -> None:
    rows = [student("Ed", "Ek", UserID=str(n), SchoolName="Oak Scool") for n in range(3)]
    sent = office.send(sheets(rows))
    assert sent.found("LINK-418") == [("students.csv", 2, "SchoolName", "Oak Scool")]
    assert "did you mean “Oak School”?" in sent.says("LINK-418")
    assert len(sent.held) == 3
    assert len(office.rows("schools")) == 2


def test_a_new_school_is_named_in_the_settings_first(office: Office) -> None:
    rows = [student("Ed", "Ek", UserID="7", SchoolName="Ash School")]
    assert office.send(sheets(rows)).codes("ERROR") == {"LINK-418"}
    settings = office.store.root / "district.toml"
    named = '[organisations]\n"Ash School" = "Ash"\n'
    settings.write_text(settings.read_text("utf-8").replace("[organisations]\n", named), "utf-8")
    sent = office.send(sheets(rows))
    assert sent.codes("ERROR") == set()
    assert sent.of("add", "schools") == {"ash school"}


@pytest.mark.parametrize(
    ("row", "column", "login"),
    [
        (student("Bo", "Lind"), "FirstName", "Username “bolind”"),
        (student("bo", "LIND"), "FirstName", "Username “bolind”"),
        (student("Ida", "Ek", Email="CY@oak.example"), "Email", "Username “Cray”"),
        (student("Di", "Fox", SchoolName="Elm School"), "FirstName", "UserID “1003”"),
    ],
)
def test_a_row_like_an_account_must_say_whether_it_is(
    office: Office, row: dict[str, str], column: str, login: str
) -> None:
    sent = office.send(sheets([row]))
    assert sent.codes("ERROR") == {"LINK-415"}
    assert [found[2] for found in sent.found("LINK-415")] == [column]
    assert login in sent.says("LINK-415")
    assert sent.changes == []


def test_the_same_name_at_another_school_is_somebody_else(office: Office) -> None:
    sent = office.send(sheets([student("Bo", "Lind", SchoolName="Elm School")]))
    assert sent.codes("ERROR") == set()
    assert len(sent.of("add", "people")) == 1


def test_a_teacher_who_is_a_parent_is_no_double(office: Office) -> None:
    """The contact of a student has the same e-mail, but no account."""
    row = educator("Eva", "Lind", Email="eva@home.example")
    sent = office.send(sheets(educators=[row]))
    assert sent.codes("ERROR") == set()
    assert sent.of("add", "people") == {"email:eva@home.example"}


def test_a_username_of_somebody_else(office: Office) -> None:
    """UserID says one account, Username another: neither is changed."""
    sent = office.send(sheets([student(UserID="1001", Username="cray")]))
    assert sent.found("LINK-421") == [("students.csv", 2, "Username", "cray")]
    assert sent.changes == []


def test_a_newcomer_with_a_username_that_is_taken(office: Office) -> None:
    """Without this Bea would take over Bo's account."""
    row = student("Bea", "Lind", UserID="5555", Username="bolind")
    sent = office.send(sheets([row]))
    assert sent.codes("ERROR") == {"LINK-421"}
    assert "Username “bolind”" in sent.says("LINK-421")
    assert sent.changes == []
    meant = office.send(sheets([{**row, "Action": "E"}]))
    assert meant.of("edit", "people") == {"S1"}


def test_students_and_staff_are_not_taken_for_each_other(office: Office) -> None:
    sent = office.send(
        sheets(
            [student("Ana", "Silva", Username="asilva")],
            [educator("Bo", "Lind", Username="bolind"), educator("Di", "Fox", UserID="S3")],
            [in_class("Art", "bolind", "cray"), in_class("Art", "asilva", "ASilva")],
        )
    )
    assert sent.codes("ERROR") == {"LINK-421"}
    named = {found[3] for found in sent.found("LINK-421")}
    assert named == {"asilva", "bolind", "S3", "ASilva"}
    assert sent.changes == []


def test_class_rows_name_accounts_that_exist_or_come_along(office: Office) -> None:
    rows = [in_class("Art", "asilva", "CRAY"), in_class("Art", "asilva", "", StudentUserID="9")]
    rows += [in_class("Maths 3a", "asilva", "", StudentUserID="1003")]
    rows += [in_class("Art", "asilva", "nobody"), in_class("Art", "nobody", "cray")]
    sent = office.send(sheets([student("Ed", "Ek", UserID="9")], None, rows))
    assert sent.found("LINK-418") == [
        ("classes.csv", 5, "StudentUsername", "nobody"),
        ("classes.csv", 6, "TeacherUsername", "nobody"),
    ]
    assert sent.of("add", "enrollments") == {
        "class:0101:art / S2 / student",
        "class:0101:art / T1 / teacher",
        "class:0101:art / 9 / student",
        "M1 / S3 / student",
    }


def test_two_rows_of_one_account_named_in_two_ways(office: Office) -> None:
    sent = office.send(sheets([student(UserID="1001"), student(Username="bolind", Grade="5")]))
    assert sent.codes("ERROR") == {"ROW-301"}
    assert sent.changes == []


def test_a_username_shared_in_the_upload_holds_both(office: Office) -> None:
    ed = student("Ed", "Ek", UserID="8", Username="new")
    sent = office.send(sheets([ed, student("Al", "Ek", UserID="9", Username="NEW")]))
    assert sent.codes("ERROR") == {"ROW-317"}
    assert sent.held == {("students.csv", 2), ("students.csv", 3)}


def test_the_nightly_drop_archives_nobody_of_a_sheet(office: Office) -> None:
    office.send(sheets([student("Ed", "Ek", UserID="9")], [educator("Eva", "Moss", UserID="88")]))
    again = office.send({**CLEVER, "enrollments.csv": CLEVER["enrollments.csv"] + "\n"})
    assert again.of("archive") == set()
    assert {"9", "88"} <= {p["person_id"] for p in office.rows("people")}


def test_who_a_sheet_edited_still_leaves_with_the_nightly_drop(office: Office) -> None:
    office.send(sheets([student("Cy", "Ray", UserID="1002", Email="new@oak.example")]))
    less = {
        name: "".join(line for line in text.splitlines(True) if "S2" not in line)
        for name, text in CLEVER.items()
    }
    gone = office.send(less, release=True)
    assert "S2" in gone.of("archive", "people")
