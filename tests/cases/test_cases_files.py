"""Cases A: whole files. What stops a file, what is only said of it, and what passes unseen."""

import codecs
from pathlib import Path

from case_drops import District, check, check_zip

from importer.checks.catalogue import (
    COURSES_1,
    ENROLLMENTS,
    ORGS_1,
    STUDENTS,
    clever,
    oneroster,
)

_FOUR = STUDENTS + "0101,S2,cy@oak.example,Cy,Ray,3\n0101,S3,di@oak.example,Di,Fox,4\n"


def test_A01_header_of_no_known_file(tmp_path: Path) -> None:
    """The header names no column that any format has: the nearest kind and what it lacks."""
    told = check({"list.csv": "course_id,randomness,smelly\nC1,7,no\n"}, tmp_path)
    assert told.found() == [("ERROR", "FILE-110", "list.csv", None, None, None)]
    assert "The nearest is Section.csv of Microsoft School Data Sync 1" in told.says("FILE-110")
    assert "it has no SIS ID, School SIS ID, Section Name" in told.says("FILE-110")


def test_A02_byte_that_is_not_utf_8(tmp_path: Path) -> None:
    """A Latin-1 byte in one name: only its row is left out, and the byte can be found."""
    drop = clever(students=_FOUR.encode().replace(b"Ray", b"R\xa0y"))
    told = check(drop, tmp_path)
    assert told.found("ERROR") == [("ERROR", "FILE-105", "students.csv", 3, "Last_name", None)]
    assert f"byte 0xA0 at offset {_FOUR.index('Ray') + 1}" in told.says("FILE-105")
    assert "U+00A0 in Windows-1252, á in DOS code page 850" in told.says("FILE-105")
    assert told.held() == {("students.csv", 3)}
    handed_back = told.reported.rejected()["students.csv"].decode()
    assert "R\xa0y" in handed_back  # read as the guess says


def test_A04_columns_without_a_name(tmp_path: Path) -> None:
    """Two empty header cells at the end, with junk below them: imported, and said."""
    drop = clever(schools="School_id,School_name,School_number,,\n0101,Oak,1,x,7\n")
    told = check(drop, tmp_path)
    assert told.found() == [("INFO", "FILE-126", "schools.csv", 1, None, None)]
    assert "2 columns without a name" in told.says("FILE-126")
    assert not told.held()


def test_A05_quote_left_open_in_the_header(tmp_path: Path) -> None:
    """The header can't be read: row 1, and the column where the quote begins."""
    drop = clever(schools='School_id,"School_name,School_number\n0101,Oak,1\n')
    told = check(drop, tmp_path)
    assert ("ERROR", "FILE-132", "schools.csv", 1, "2", None) in told.found("ERROR")
    assert ("BLOCK", "PLAN-504", "schools.csv", None, None, None) in told.found("BLOCK")


def test_A06_quote_left_open_in_a_row(tmp_path: Path) -> None:
    """A quote left open in row 2: this row alone is left out."""
    first = '0101,S0,"al@oak.example,Al,Lee,3\n'
    header, rest = _FOUR.split("\n", 1)
    told = check(clever(students=f"{header}\n{first}{rest}"), tmp_path)
    assert told.found("BLOCK", "ERROR") == [("ERROR", "FILE-132", "students.csv", 2, None, None)]
    assert told.held() == {("students.csv", 2)}


def test_A06b_quote_left_open_in_a_late_row(tmp_path: Path) -> None:
    """The same after 100 good rows: found before anything is applied, its record untouched."""
    good = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode,3\n" for n in range(100))
    district = District(tmp_path)
    district.commit(clever(students=STUDENTS.splitlines()[0] + "\n" + good + _row("S1")))
    torn = STUDENTS.splitlines()[0] + "\n" + good + _row("S1").replace("Bo", '"Bo')
    told = district.sync(clever(students=torn))
    assert ("ERROR", "FILE-132", "students.csv", 102, None, None) in told.found("ERROR")
    assert told.held() >= {("students.csv", 102)}
    assert told.did() == set()
    assert len(district.stored("people")) == 102


def _row(student: str) -> str:
    return f"0101,{student},bo@oak.example,Bo,Lind,3\n"


def test_A08_other_file_type_in_the_zip(tmp_path: Path) -> None:
    """A text note beside the files: passed over with a warning."""
    told = check_zip({**clever(), "notes.txt": "call Kim\n"}, tmp_path)
    assert told.found() == [("WARNING", "FILE-107", "notes.txt", None, None, None)]


def test_A09_file_of_zero_bytes(tmp_path: Path) -> None:
    """An empty enrollments file is never “everybody left”: said, on hold, nothing is archived."""
    district = District(tmp_path)
    district.commit(clever())
    told = district.sync(clever(enrollments=""))
    assert ("ERROR", "FILE-103", "enrollments.csv", None, None, None) in told.found()
    assert told.waiting == ("*:enrollments",)
    assert told.did() == set()
    assert "M1 / S1 / student" in district.stored("enrollments")


def test_A10_header_without_rows(tmp_path: Path) -> None:
    """Two courses last time, only the header today: on hold with the reason, nothing archived."""
    two = COURSES_1 + "C2,,,Y27,Art,A,03,O1,,\n"
    district = District(tmp_path)
    district.commit(oneroster(courses=two))
    told = district.sync(oneroster(courses=COURSES_1.splitlines()[0] + "\n"))
    assert ("BLOCK", "PLAN-505", "courses.csv", None, None, None) in told.found("BLOCK")
    assert "would archive every record of its kind" in told.says("PLAN-505")
    assert not told.committed
    assert set(district.stored("courses")) == {"C1", "C2"}


def test_A12_row_of_commas_only(tmp_path: Path) -> None:
    """A row of nothing but commas is no row: passed over, not counted, no error."""
    told = check(clever(students=STUDENTS + ",,,,,\n"), tmp_path)
    assert told.found() == [("INFO", "FILE-133", "students.csv", 3, None, None)]
    assert told.reported.summary["files"][2]["rows"] == 1


def test_A13_columns_in_another_order(tmp_path: Path) -> None:
    """Columns are read by name: another order is no change."""
    district = District(tmp_path)
    district.commit(clever())
    turned = "Last_name,First_name,Grade,Student_id,Student_email,School_id\n"
    told = district.sync(clever(students=turned + "Lind,Bo,3,S1,bo@oak.example,0101\n"))
    assert told.found() == []
    assert told.did() == set()


def test_A14_unknown_column(tmp_path: Path) -> None:
    """A column that the format doesn't have: its values are ignored, and it is said."""
    drop = clever(sections="School_id,Section_id,Teacher_id,Section_number,Mood\n0101,M1,T1,1,~\n")
    told = check(drop, tmp_path)
    assert told.found() == [("INFO", "FILE-122", "sections.csv", 1, "Mood", None)]
    assert not told.held()


def test_A16_byte_order_mark(tmp_path: Path) -> None:
    """An invisible mark before the first header is taken away, and said."""
    told = check(oneroster(orgs=codecs.BOM_UTF8 + ORGS_1.encode()), tmp_path)
    assert told.found() == [("INFO", "FILE-154", "orgs.csv", None, None, None)]
    assert not told.held()


def test_A17_one_column_more(tmp_path: Path) -> None:
    """One column more at the end of orgs.csv: a warning, all rows are taken."""
    more = ORGS_1.replace("parentSourcedId\n", "parentSourcedId,mascot\n")
    more = more.replace("district,,\n", "district,,,\n").replace("1,D\n", "1,D,Owl\n")
    told = check(oneroster(orgs=more), tmp_path)
    assert told.found() == [("WARNING", "FILE-122", "orgs.csv", 1, "mascot", None)]
    assert not told.held()


def test_A18_file_of_the_manifest_is_absent(tmp_path: Path) -> None:
    """The manifest announces users.csv, which isn't there: stop."""
    district = District(tmp_path)
    told = district.sync(oneroster(users=None))
    assert ("BLOCK", "FILE-143", "users.csv", None, None, None) in told.found("BLOCK")
    assert not told.committed
    assert "*:users" in told.waiting


def test_A20_package_in_a_folder_of_the_zip(tmp_path: Path) -> None:
    """One folder inside the zip holds all the files: taken, with a warning."""
    told = check_zip({f"export/{n}": c for n, c in oneroster().items()}, tmp_path)
    assert told.found() == [("WARNING", "FILE-146", "export", None, None, None)]
    assert told.reported.summary["format"]["name"] == "oneroster-1.1"


def test_A21_header_twice(tmp_path: Path) -> None:
    """One header on two columns: the file isn't loaded, the run stops, both places are named."""
    drop = clever(schools="School_id,School_name,Address,School_name\n0101,Oak,Elm 1,Elm\n")
    told = District(tmp_path).sync(drop)
    assert ("ERROR", "FILE-121", "schools.csv", 1, "School_name", None) in told.found("ERROR")
    assert "columns 2 and 4" in told.says("FILE-121")
    assert not told.committed
    assert "*:schools" in told.waiting


def test_A21b_file_twice(tmp_path: Path) -> None:
    """One file twice: neither is taken, the run stops, both names are said."""
    told = District(tmp_path).sync({**clever(), "Students.csv": STUDENTS})
    assert ("ERROR", "FILE-109", "Students.csv", None, None, None) in told.found("ERROR")
    assert "students.csv" in told.reported.findings["message"].str.join(" ")[0]
    assert not told.committed


def test_A21c_archive_beside_the_files(tmp_path: Path) -> None:
    """The same files once more as a zip in the folder: it is said, and not read as a table."""
    packed = check_zip(clever(), tmp_path / "packed")
    assert packed.found() == []
    again = (tmp_path / "packed" / "drop.zip").read_bytes()
    told = check({**clever(), "again.zip": again}, tmp_path)
    assert {(f[1], f[2]) for f in told.found()} == {
        ("FILE-102", "again.zip"),
        ("FILE-107", "again.zip"),
    }
    assert "zip archive" in told.says("FILE-102")


def test_A22_invisible_character_in_a_header(tmp_path: Path) -> None:
    """A header that holds U+200B is read, and the character is named."""
    drop = clever(students=STUDENTS.replace("Student_id", "Student\u200b_id"))
    told = check(drop, tmp_path)
    assert [f[:4] for f in told.found()] == [("WARNING", "FILE-155", "students.csv", 1)]
    assert "U+200B" in told.says("FILE-155")
    assert "Student_id" in told.says("FILE-155")
    assert not told.held()


def test_A22b_school_ids_without_their_zeros(tmp_path: Path) -> None:
    """No school id of the students has its zero: this is the cause that is told, not a limit."""
    many = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode,3\n" for n in range(60))
    district = District(tmp_path)
    district.commit(clever(students=STUDENTS + many))
    told = district.sync(clever(students=(STUDENTS + many).replace("0101,", "101,")))
    errors = told.found("ERROR")
    assert errors == [("ERROR", "LINK-401", "students.csv", 2, "School_id", "101")]
    assert "“0101” exists: the zeros in front are gone" in told.says("LINK-401")
    assert told.did() == set()
    assert not told.committed
    texts = told.reported.findings.select("message", "fix").rows()
    assert not [text for pair in texts for text in pair if "limit" in text]
    assert len(district.stored("people")) == 62


def test_A22c_header_with_a_slip(tmp_path: Path) -> None:
    """A header with a slip of the pen: the missing column and the unknown one are both named."""
    district = District(tmp_path)
    district.commit(clever())
    told = district.sync(clever(enrollments=ENROLLMENTS.replace("Student_id", "Studnet_id")))
    assert ("ERROR", "FILE-120", "enrollments.csv", 1, "Student_id", None) in told.found()
    assert ("INFO", "FILE-122", "enrollments.csv", 1, "Studnet_id", None) in told.found()
    assert told.did() == set()
    assert not told.committed
