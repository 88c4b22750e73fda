"""importer template: where the blank sheet goes, and the way of a sheet that comes back."""

from pathlib import Path

import openpyxl
import pytest
from cli_runs import drop, run

from importer.checks.catalogue import STUDENTS, clever


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("args", "files"),
    [
        (["user-import-tool"], ["user-import-tool.xlsx"]),
        (["students"], ["students.xlsx"]),
        (["user-import-tool/students"], ["students.xlsx"]),
        (["classes", "--format", "csv"], ["classes.csv"]),
        (["pulse/teaching_staff", "-o", "Staff.XLSX"], ["Staff.XLSX"]),
        (["clever/teachers", "-o", "."], ["teachers.xlsx"]),
        (["oneroster-1.2/users", "--format", "csv", "-o", "in/it.csv"], ["in/it.csv"]),
        (
            ["user-import-tool", "--format", "csv", "-o", "new"],
            ["new/students.csv", "new/educators.csv", "new/classes.csv"],
        ),
    ],
)
def test_a_sheet_is_written_where_it_should_be(args: list[str], files: list[str]) -> None:
    assert run("template", *args, "--json").data()["files"] == files
    assert [path for path in files if not Path(path).stat().st_size] == []
    there = [str(path.relative_to(Path.cwd())) for path in Path.cwd().rglob("*") if path.is_file()]
    assert sorted(there) == sorted(files)


def test_it_says_what_to_do_next() -> None:
    told = run("template", "students", "-o", "my sheet.xlsx").out
    assert "Wrote my sheet.xlsx." in told and "importer check 'my sheet.xlsx'" in told


@pytest.mark.parametrize("args", [["students"], ["user-import-tool", "--format", "csv"]])
def test_nothing_is_replaced_unless_it_is_said(args: list[str]) -> None:
    for name in ("students.xlsx", "students.csv"):
        Path(name).write_text("filled in")
    ran = run("template", *args, "-o", ".")
    assert ran.code == 2 and "--force" in ran.err
    assert {p.name: p.read_text() for p in Path().iterdir()} == {
        "students.xlsx": "filled in", "students.csv": "filled in",
    }  # fmt: skip
    assert run("template", *args, "-o", ".", "--force").code == 0
    written = "students.xlsx" if len(args) == 1 else "students.csv"
    assert b"filled in" not in Path(written).read_bytes()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["studens"], "Did you mean students"),
        (["pulse/student"], "Did you mean pulse/students"),
        (["lunch menu"], "There are: "),
        (["oneroster-1.2"], "oneroster-1.2/users"),  # its manifest is nothing to fill in
        (["clever/resources"], "clever/students"),
        (["user-import-tool", "--format", "csv"], "-o FOLDER"),
        (["students", "-o", "students.csv"], "--format"),
        (["students", "--format", "csv", "-o", "students.xlsx"], "--format"),
    ],
)
def test_what_cannot_be_meant_is_refused(args: list[str], words: str) -> None:
    ran = run("template", *args)
    assert ran.code == 2 and words in ran.err
    assert list(Path().iterdir()) == []


def test_a_folder_for_files_is_no_file() -> None:
    Path("there").write_text("")
    ran = run("template", "user-import-tool", "--format", "csv", "-o", "there")
    assert ran.code == 2 and "not a folder" in ran.err


@pytest.mark.parametrize("kind", ["user-import-tool", "pulse/students", "clever"])
def test_a_blank_sheet_is_recognised(kind: str) -> None:
    run("template", kind, "-o", "blank.xlsx")
    summary = run("check", "blank.xlsx", "--json").data()
    assert summary["format"]["name"] == kind.partition("/")[0]
    assert {cause["code"] for cause in summary["causes"]} <= {"FILE-104", "FILE-111", "PLAN-505"}


def corrected(path: Path, cells: dict[tuple[str, str, int], str]) -> None:
    """Change cells of a workbook in place: sheet, column by its header, line → text."""
    book = openpyxl.load_workbook(path)
    for (sheet, column, line), value in cells.items():
        place = [cell.value for cell in book[sheet][1]].index(column) + 1
        book[sheet].cell(line, place, value)
    book.save(path)


def test_a_findings_workbook_corrected_in_place_is_right() -> None:
    rows = STUDENTS + "0101,S2,s2@oak.example,Kim,Ode,Grade 7\n\n0101,S3,s3@oak.example,,Mo,3\n"
    faulty = drop(Path("drop"), clever(students=rows))
    assert run("check", faulty, "--xlsx", "findings.xlsx").code == 1
    again = run("check", "findings.xlsx", "--json")
    assert {c["code"] for c in again.data()["causes"]} == {"CELL-201", "CELL-204", "FILE-133"}
    assert again.data()["totals"]["rows"] == 7
    corrected(
        Path("findings.xlsx"),
        {("students.csv", "Grade", 3): "7", ("students.csv", "First_name", 5): "Al"},
    )
    ran = run("check", "findings.xlsx", "--json")
    assert {c["code"] for c in ran.data()["causes"]} <= {"FILE-133"}  # the row is still blank
    assert ran.code == 0 and ran.data()["totals"]["held"] == 0
    assert ran.data()["totals"]["rows"] == 7


def test_the_findings_of_a_filled_in_workbook_can_be_corrected_too() -> None:
    run("template", "user-import-tool", "-o", "sent.xlsx")
    people = {"FirstName": "Ana", "LastName": "Silva", "Grade": "Grade 3", "SchoolName": "Oak",
              "UserID": "0017"}  # fmt: skip
    corrected(Path("sent.xlsx"), {("students", n, 2): v for n, v in people.items()})
    book = openpyxl.load_workbook("sent.xlsx")
    del book["educators"], book["classes"]
    book.save("sent.xlsx")
    assert run("check", "sent.xlsx", "--xlsx", "findings.xlsx").code == 1
    corrected(Path("findings.xlsx"), {("students", "Grade", 2): "3"})
    summary = run("check", "findings.xlsx", "--json").data()
    assert summary["causes"] == [] and summary["format"]["name"] == "user-import-tool"
    assert summary["totals"]["rows"] == 1
