"""What a coordinator sends: three sheets in any clothes, and what becomes of wrong rows."""

from pathlib import Path

import pytest
from uit_sheets import Office, educator, in_class, offices, sheets, student, workbook

ALL = sheets(
    [student(UserID="1001"), student("Cy", "Ray", Grade="8", Username="CyRay")],
    [educator(Username="asilva", UserID="77")],
    [in_class("Maths", "asilva", "cyray"), in_class("Maths", "asilva", "", StudentUserID="1001")],
)
COUNTS = {"schools": 1, "people": 3, "roles": 3, "sections": 1, "enrollments": 3}


def _counts(office: Office) -> dict[str, int]:
    return {name: len(rows) for name, rows in office.content().items() if rows}


def test_three_csv_files(tmp_path: Path) -> None:
    office = Office(tmp_path)
    sent = office.send(ALL)
    assert sent.committed
    assert sent.codes("ERROR", "BLOCK") == set()
    assert _counts(office) == COUNTS


@pytest.mark.parametrize("kind", ["workbook", "both", "renamed"])
def test_the_same_in_other_clothes(kind: str) -> None:
    dressed: dict[str, dict[str, str | bytes]] = {
        "workbook": {"autumn.xlsx": workbook(ALL)},
        "both": {
            "people.xlsx": workbook({n: ALL[n] for n in ("students.csv", "educators.csv")}),
            "classes.csv": ALL["classes.csv"],
        },
        "renamed": {f"Oak {name}": content for name, content in ALL.items()},
    }
    with offices(2) as [one, other]:
        one.send(ALL)
        other.send(dressed[kind])
        assert one.content() == other.content()


def test_one_sheet_alone(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for name, content in ALL.items():
        assert office.send({name: content}).committed
    assert _counts(office) == COUNTS


def test_the_published_educator_header_to_the_letter(tmp_path: Path) -> None:
    header = "FirstName,LastName,Email,SchoolName,TeacherRole,ProctorRole,Username,Password,UserID"
    row = "Ana,Silva,ana@oak.example,Oak School,TRUE,TRUE,asilva,secret-word,77"
    office = Office(tmp_path)
    sent = office.send({"upload.csv": f"{header}\n{row}\n"})
    assert sent.findings == []
    assert [r["role"] for r in office.rows("roles")] == ["proctor", "teacher"]


def test_headers_with_spaces_and_other_names() -> None:
    plain = {
        "students.csv": "First name,LAST NAME, Grade Level ,School,Student ID,Email Address\n"
        "Bo,Lind,3,Oak School,1,bo@oak.example\n",
        "educators.csv": "First Name,Last Name,Email,School Name,TEACHERROLE,Proctor Role,User ID\n"
        "Ana,Silva,ana@oak.example,Oak School,true,false,77\n",
        "classes.csv": "School,Class,Teacher ID,Student ID\nOak School,Art,77,1\n",
    }
    with offices() as [office]:
        sent = office.send(plain)
        assert sent.codes("ERROR", "WARNING", "BLOCK") == set()
        assert _counts(office) == {**COUNTS, "people": 2, "roles": 2, "enrollments": 2}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (student(Grade="13"), "CELL-204"),
        (student(Grade="Grade 3"), "CELL-204"),
        (student(Grade=""), "CELL-201"),
        (student(LastName=""), "CELL-201"),
        (student(SchoolName=""), "CELL-201"),
        (student(Username="bo lind"), "CELL-218"),
        (student(Username="bo@lind"), "CELL-218"),
        (student(Action="delete"), "CELL-204"),
    ],
)
def test_a_wrong_student_row_is_held_and_the_others_go_on(row: dict[str, str], code: str) -> None:
    with offices() as [office]:
        sent = office.send(sheets([{**row, "UserID": "1"}, student("Cy", "Ray", UserID="2")]))
        assert sent.committed
        assert sent.codes("ERROR") == {code}
        assert sent.held == {("students.csv", 2)}
        assert [p["person_id"] for p in office.rows("people")] == ["2"]


@pytest.mark.parametrize("grade", ["K", "0", "PK", "TK", "1", "12", "07", "k"])
def test_grades_that_are_taken(grade: str) -> None:
    with offices() as [office]:
        assert office.send(sheets([student(Grade=grade)])).codes("ERROR") == set()
        word = {"0": "K", "k": "K", "07": "7"}.get(grade, grade)
        assert [p["grades"] for p in office.rows("people")] == [[word]]


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ({"TeacherRole": "FALSE"}, "ROW-316"),
        ({"TeacherRole": ""}, "ROW-316"),
        ({"TeacherRole": "maybe", "ProctorRole": "TRUE"}, "CELL-204"),
        ({"Email": ""}, "CELL-201"),
        ({"Email": "ana at oak"}, "CELL-205"),
    ],
)
def test_a_wrong_educator_row_is_held(flags: dict[str, str], code: str) -> None:
    with offices() as [office]:
        sent = office.send(sheets(educators=[educator(UserID="77", **flags)]))
        assert sent.codes("ERROR") == {code}
        assert office.rows("people") == []


def test_letters_of_any_script_and_spaces_are_fine_in_names() -> None:
    names = [
        ("Zoë", "O'Neil-Müller"),
        ("李", "小龙"),
        ("Ana María", "de la Cruz Jr."),
        ("Al", "Ek2"),
    ]
    with offices() as [office]:
        sent = office.send(sheets([student(*n, UserID=str(i)) for i, n in enumerate(names)]))
        assert "CELL-218" not in sent.codes()
        assert {(p["given_name"], p["family_name"]) for p in office.rows("people")} == {*names}


def test_other_characters_in_names_are_warned() -> None:
    odd = ["=cmd()", "Robert'); DROP", "😀", "Bo (new)", "a,b"]
    with offices() as [office]:
        sent = office.send(sheets([student(n, "Ek", UserID=str(i)) for i, n in enumerate(odd)]))
        assert [found[3] for found in sent.found("CELL-218")] == odd
        assert sent.held == set()


def test_rows_wait_with_a_held_row_that_they_name() -> None:
    """One cause, told once; a second finding would send the coordinator to the wrong sheet."""
    held = [student(UserID="1", Grade="13"), student("Cy", "Ray", UserID="2", Username="cray")]
    held += [student("Di", "Fox", UserID="3", Username="CRAY")]
    classes = [in_class("Art", "asilva", "", StudentUserID=n) for n in "123"]
    classes += [in_class("Art", "asilva", "cray"), in_class("Art", "eva", "", StudentUserID="4")]
    with offices() as [office]:
        sent = office.send(
            sheets(
                [*held, student("Ed", "Ek", UserID="4")],
                [educator(Username="asilva"), educator("Eva", "Moss", Username="eva", Email="")],
                classes,
            )
        )
        assert sent.codes("ERROR") == {"CELL-204", "ROW-317", "CELL-201"}
        assert {row for file, row in sent.held if file == "classes.csv"} == {2, 3, 4, 5, 6}
        assert not [f for f in sent.findings if f["file"] == "classes.csv"]


def test_passwords_go_nowhere() -> None:
    word = "hunter-number-2"
    rows = [student(UserID="1", Password=word), student("Cy", "Ray", Grade="13", Password=word)]
    with offices() as [office]:
        sent = office.send(sheets(rows, [educator(Password=word, TeacherRole="")]))
        assert sorted(sent.handed) == ["educators.csv", "students.csv"]
        written = [p for p in (office.folder / "workspace").rglob("*") if p.is_file()]
        raw = office.folder / "workspace" / "drops"
        told = [p for p in written if raw not in p.parents and word.encode() in p.read_bytes()]
        assert told == []
        assert not any(word in content for content in sent.handed.values())


def test_an_educator_of_two_schools_has_a_row_for_each(tmp_path: Path) -> None:
    rows = [educator(UserID="77"), educator(UserID="77", SchoolName="Elm School")]
    office = Office(tmp_path)
    sent = office.send(sheets(educators=rows))
    assert sent.codes() == {"ROW-321"}
    assert {r["school_id"] for r in office.rows("roles")} == {"oak school", "elm school"}
    differing = [rows[0], {**rows[1], "LastName": "Sylva"}]
    assert office.send(sheets(educators=differing)).codes("ERROR") == {"ROW-303"}


def test_one_school_however_its_name_is_capitalised(tmp_path: Path) -> None:
    names = ["Oak School", "OAK SCHOOL", "oak school "]
    office = Office(tmp_path)
    office.send(sheets([student(UserID=str(i), SchoolName=n) for i, n in enumerate(names)]))
    assert len(office.rows("schools")) == 1


def test_two_spellings_of_a_new_school_are_asked_about(tmp_path: Path) -> None:
    names = ["Oak School", "Oak School", "Oak-School"]
    office = Office(tmp_path)
    sent = office.send(sheets([student(UserID=str(i), SchoolName=n) for i, n in enumerate(names)]))
    assert sent.found("ROW-318") == [("students.csv", 4, "SchoolName", "Oak-School")]


def test_a_sheet_that_cannot_be_loaded_is_one_cause_for_those_who_name_its_people(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path)
    rows = [in_class("Maths 3a", "asilva", name) for name in ("bo", "cy", "di")]
    files = dict(
        sheets(
            [student(Username=n) for n in ("bo", "cy", "di")], [educator(Username="asilva")], rows
        )
    )
    files["students.csv"] = str(files["students.csv"]).replace("SchoolName", "Where")
    sent = office.send(files)
    assert not sent.committed
    assert sent.found("LINK-418") == [("classes.csv", 2, "StudentUsername", "bo")]
    assert "could not be read" in sent.says("LINK-418")
