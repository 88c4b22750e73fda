"""The worst that can be sent, by command line: always words, the right exit code, no bug."""

import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from cli_runs import Ran, run
from uit_sheets import educator, in_class, sheets, student, text

ALL = sheets(
    [student(UserID="1"), student("Cy", "Ray", UserID="2")],
    [educator(Username="asilva")],
    [in_class("Art", "asilva", "", StudentUserID="1")],
)
STUDENTS = ALL["students.csv"]
HEADER = STUDENTS.splitlines(keepends=True)[0]
PULSE = (
    "Email Address,First Name,Last Name,Year Level,Class,,\nbo@oak.example,Bo,Lind,10,10R,Chess,\n"
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace in the folder where commands run; nothing there may be called a bug."""
    monkeypatch.chdir(tmp_path)
    assert run("init", "w").code == 0
    yield tmp_path
    assert not list(tmp_path.rglob("importer-bug.log"))


def _sync(place: Path, files: dict[str, str | bytes]) -> Ran:
    folder = place / f"drop{len(list(place.glob('drop*')))}"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    checked = run("check", folder)
    assert checked.code in (0, 1)
    return run("sync", folder, "-w", "w")


@pytest.mark.parametrize(
    ("files", "code", "words"),
    [
        ({"students.csv": STUDENTS[:-20]}, 3, "cut off"),
        ({"students.csv": STUDENTS + '"Zo'}, 3, "cut off"),
        ({"students.csv": STUDENTS[:30]}, 3, "no column SchoolName"),
        ({"students.csv": ""}, 1, "is empty"),
        ({"students.csv": HEADER}, 0, "no rows"),
        ({n: c.splitlines(True)[0] for n, c in ALL.items()}, 0, "no rows"),
        ({**ALL, "classes.csv": ""}, 0, "is empty"),
        ({"students.csv": STUDENTS.replace("SchoolName", "Building")}, 3, "no column SchoolName"),
        ({**ALL, "students.csv": STUDENTS.replace("SchoolName", "x")}, 3, "no column SchoolName"),
        ({"a.csv": STUDENTS, "b.csv": STUDENTS}, 3, "comes twice"),
        ({"students.csv": STUDENTS, "b.csv": STUDENTS, "e.csv": ALL["educators.csv"]}, 3, "twice"),
        ({"classes.csv": ALL["classes.csv"]}, 0, "“Oak School” in SchoolName is not known"),
        ({"students.csv": STUDENTS.replace(",", ";")}, 0, "semicolon"),
        ({"students.csv": STUDENTS.encode("utf-16")}, 0, "UTF-16"),
        ({"students.csv": b"\x89PNG\r\n\x1a\n" + bytes(200)}, 1, "students.csv"),
        ({"students.xlsx": b"PK\x03\x04 not a workbook"}, 1, "students.xlsx"),
        ({"students.csv": HEADER + ",,,,,,,,,\n" * 5}, 0, "blank row"),
    ],
)  # fmt: skip
def test_broken_files(place: Path, files: dict[str, str | bytes], code: int, words: str) -> None:
    ran = _sync(place, files)
    assert words in " ".join(ran.said.split())
    assert ran.code == code, ran.said


@pytest.mark.parametrize(
    "name",
    ["=cmd()|'/c calc'!A0", "Robert'); DROP TABLE students;--", "😀" * 60, "B" * 300, "../../etc",
     "\u202egnp", "{file} {row}", "%s", "<b>Bo</b>", "NULL"],
)  # fmt: skip
def test_names_that_bite(place: Path, name: str) -> None:
    row = student(name, "Ek", UserID="1", Grade="13")
    good = student(name, "Ek", UserID="2")
    ran = _sync(place, {"students.csv": text([row, good], HEADER.strip().split(","))})
    assert ran.code == 0
    assert run("show", "1", "-w", "w").code == 0
    assert run("roster", "-w", "w", "--table", "people", "--csv").code == 0
    assert run("overview", "-w", "w", "--html", "o.html").code == 0
    handed = next((place / "w" / "runs").glob("*/rejected/students.csv")).read_text("utf-8-sig")
    assert not handed.splitlines()[1].startswith("=")


def test_formulas_in_a_workbook(place: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "students"
    for line in (
        ["FirstName", "LastName", "Grade", "SchoolName", "UserID"],
        ["Bo", "=A2", 3, "Oak School", 1001],
        ["Cy", "Ray", 0, "Oak School", 1002.0],
    ):
        book.worksheets[0].append(line)
    book.save(place / "book.xlsx")
    ran = _sync(place, {"book.xlsx": (place / "book.xlsx").read_bytes()})
    assert ran.code == 0
    assert "formula" in ran.said
    listed = run("roster", "-w", "w", "--table", "people", "--csv").out
    assert "1002" in listed
    assert "1001" not in listed


def test_sheets_of_another_kind(place: Path) -> None:
    """A Pulse sheet or a lone Clever file where User Import Tool sheets go: nobody is lost."""
    assert _sync(place, dict(ALL)).code == 0
    pulse = _sync(place, {"students.csv": PULSE})
    assert "Pulse upload" in pulse.said
    clever = _sync(
        place, {"students.csv": "School_id,Student_id,Last_name,First_name\n0101,S1,Lind,Bo\n"}
    )
    assert clever.code == 3
    listed = run("roster", "-w", "w", "--table", "people", "--csv").out
    assert {"blind", "cray", "asilva"} <= set(listed.replace("\n", ",").split(","))


def test_ten_thousand_students(place: Path) -> None:
    """The published limit of one file. As CSV, ``sync`` takes 4 seconds on two busy cores."""
    rows = [
        student(f"First{n}", f"Last{n % 700}", UserID=str(n), Grade=str(n % 12 + 1))
        for n in range(10_000)
    ]
    (place / "all.csv").write_text(text(rows, []))
    begun = time.monotonic()
    ran = run("sync", "all.csv", "-w", "w")
    assert time.monotonic() - begun < 60  # a tenfold of what it takes
    assert ran.code == 0, ran.said
    listed = run("roster", "-w", "w", "--table", "people", "--csv").out
    assert len(listed.splitlines()) == 10_001
