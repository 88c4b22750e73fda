"""The Pulse upload: accounts are e-mail addresses, groups stand beyond the header."""

from pathlib import Path

import pytest
from uit_sheets import Office, offices, workbook

HEAD = "Email Address,First Name,Last Name,Year Level,Class,,\n"
ROWS = (
    "bo@oak.example,Bo,Lind,Year 10,10R,Chess,\n"
    "cy@oak.example,Cy,Ray,Year 10,10R,Choir,Chess\n"
    "di@oak.example,Di,Fox,Year 10,10B\n"
)
STAFF = "Email Address,First Name,Last Name,Class\nana@oak.example,Ana,Silva,10R,10B\n"
DIRECTORY = (
    "Email Address,First Name,Last Name,Job Title\n"
    "ana@oak.example,Ana,Silva,Head\nzo@oak.example,Zo,Ek,Cook\n"
)
ALL = {
    "students.csv": HEAD + ROWS,
    "teaching_staff.csv": STAFF,
    "staff_directory.csv": DIRECTORY,
}
SCHOOLS = "School_id,School_name,School_number\n0101,Oak School,11\n"
CLEVER = {
    "schools.csv": SCHOOLS,
    "students.csv": "School_id,Student_id,Student_email,First_name,Last_name,Grade,Contact_name,"
    "Contact_type,Contact_email\n"
    "0101,S1,BO@oak.example,Bo,Lind,3,Ana Silva,Primary,ana@oak.example\n",
    "teachers.csv": "School_id,Teacher_id,Teacher_email,First_name,Last_name\n"
    "0101,T1,ana@oak.example,Ana,Silva\n",
    "sections.csv": "School_id,Section_id,Teacher_id,Name\n0101,M1,T1,Maths\n",
    "enrollments.csv": "School_id,Section_id,Student_id\n0101,M1,S1\n",
}


def _groups(office: Office, person: str) -> set[str]:
    titles = {s["section_id"]: s["title"] for s in office.rows("sections")}
    return {titles[e["section_id"]] for e in office.rows("enrollments") if e["person_id"] == person}


def test_people_and_groups(tmp_path: Path) -> None:
    office = Office(tmp_path)
    sent = office.send(ALL)
    assert sent.findings == []
    assert _groups(office, "email:cy@oak.example") == {"10R", "Choir", "Chess"}
    assert _groups(office, "email:di@oak.example") == {"10B"}
    assert _groups(office, "email:ana@oak.example") == {"10R", "10B"}
    roles = {(r["person_id"], r["role"]) for r in office.rows("roles")}
    assert ("email:ana@oak.example", "teacher") in roles
    assert ("email:ana@oak.example", "staff") in roles
    assert ("email:zo@oak.example", "staff") in roles


def test_a_workbook_says_the_same() -> None:
    with offices(2) as [one, other]:
        one.send(ALL)
        assert other.send({"pulse.xlsx": workbook(ALL)}).committed
        assert one.content() == other.content()


@pytest.mark.parametrize("name", ["students.csv", "teaching_staff.csv", "staff_directory.csv"])
def test_a_sheet_alone(name: str) -> None:
    with offices() as [office]:
        sent = office.send({name: ALL[name]})
        assert sent.run.kind == "pulse"
        assert sent.codes("ERROR", "BLOCK") == set()
        assert sent.committed


def test_the_groups_of_the_newest_sheet_count(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.send(ALL)
    sent = office.send({"students.csv": HEAD + "cy@oak.example,Cy,Ray,Year 10,10B,Chess\n"})
    assert _groups(office, "email:cy@oak.example") == {"10B", "Chess"}
    assert _groups(office, "email:bo@oak.example") == {"10R", "Chess"}
    assert sent.of("archive", "people") == set()


def test_the_same_sheet_sorted_otherwise_changes_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.send(ALL)
    again = office.send({"students.csv": HEAD + "".join(reversed(ROWS.splitlines(True)))})
    assert again.changes == []


def test_two_spellings_of_a_group(tmp_path: Path) -> None:
    odd = ROWS.replace("10B", "Yr 10R") + "ed@oak.example,Ed,Ek,Year 10,10r,CHESS\n"
    sent = Office(tmp_path).send({"students.csv": HEAD + odd})
    assert sent.found("ROW-318") == [("students.csv", 4, "Class", "Yr 10R")]  # case is no spelling
    assert "“10R”" in sent.says("ROW-318")


def test_a_further_header_is_warned(tmp_path: Path) -> None:
    """There the upload fails; here the column is left out, and said so."""
    text = (
        "Email Address,First Name,Last Name,Year Level,Class,House\nbo@oak.example,B,L,10,10R,Red\n"
    )
    office = Office(tmp_path)
    sent = office.send({"students.csv": text})
    assert [(f["severity"], f["column"]) for f in sent.findings] == [("WARNING", "House")]
    assert _groups(office, "email:bo@oak.example") == {"10R"}


def test_an_address_twice_holds_both_rows(tmp_path: Path) -> None:
    twice = HEAD + ROWS + "Bo@oak.example,Bob,Lindt,Year 9,9A\n"
    sent = Office(tmp_path).send({"students.csv": twice})
    assert sent.held == {("students.csv", 2), ("students.csv", 5)}
    assert {found[3] for found in sent.found("ROW-301")} == {"bo@oak.example", "Bo@oak.example"}


@pytest.mark.parametrize("email", ["", "bo", "bo@oak", "bo lind@oak.example"])
def test_without_an_address_there_is_no_account(email: str) -> None:
    with offices() as [office]:
        sent = office.send({"students.csv": HEAD + ROWS + f"{email},Ed,Ek,Year 9,9A\n"})
        assert sent.held == {("students.csv", 5)}


def test_a_student_is_not_staff(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.send(ALL)
    sent = office.send({"staff_directory.csv": DIRECTORY + "bo@oak.example,Bo,Lind,Cook\n"})
    assert sent.codes("ERROR") == {"LINK-421"}
    assert sent.held == {("staff_directory.csv", 4)}


def test_the_only_school_of_the_roster_is_taken(tmp_path: Path) -> None:
    """An address is matched whatever its case, and never with a contact of a student."""
    office = Office(tmp_path)
    office.send(CLEVER)
    sent = office.send(ALL)
    assert sent.codes("ERROR") == set()
    assert {r["school_id"] for r in office.rows("roles")} == {"0101"}
    known = {p["person_id"] for p in office.rows("people")}
    assert {"S1", "T1"} <= known
    assert not {"email:bo@oak.example", "email:ana@oak.example"} & known


def test_several_schools_are_told_in_words(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.send({**CLEVER, "schools.csv": SCHOOLS + "0102,Elm School,12\n"})
    sent = office.send({"students.csv": HEAD + ROWS})
    assert sent.codes("ERROR") == {"LINK-414"}
    assert len(sent.held) == 3
    assert "the school of this sheet" in sent.says("LINK-414")
    assert "(Elm School, Oak School)" in sent.says("LINK-414")
    assert "workspace of one school" in sent.says("LINK-414")
    assert sent.changes == []


def test_the_nightly_drop_archives_nobody_of_a_sheet(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.send(CLEVER)
    office.send(ALL)
    again = office.send({**CLEVER, "students.csv": CLEVER["students.csv"] + "\n"})
    assert again.of("archive") == set()
