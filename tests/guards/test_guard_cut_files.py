"""A file that was cut is held and named, however little of it is missing."""

from pathlib import Path

import pytest
from cli_runs import Ran, drop, run, workspace

from importer.checks.catalogue import clever

STUDENTS = "School_id,Student_id,Last_name,First_name,Grade,Student_email\n" + "".join(
    f"0101,N{n},Ode{n},Kim,3,n{n}@oak.example\n" for n in range(60)
)
LAST = "0101,N59,Ode59,Kim,3,n59@oak.example"


def _sent(tmp_path: Path, number: int, students: str) -> Ran:
    files = {**clever(), "students.csv": students}
    files["enrollments.csv"] = "School_id,Section_id,Student_id\n0101,M1,N1\n"
    return run("sync", drop(tmp_path / f"{number}", files), "-w", tmp_path / "w", "--json")


def _codes(ran: Ran) -> set[str]:
    return {cause["code"] for cause in ran.data()["causes"] if cause["severity"] == "BLOCK"}


@pytest.fixture(autouse=True)
def monday(tmp_path: Path) -> None:
    """A workspace in which the whole file is committed."""
    workspace(tmp_path / "w")
    assert _sent(tmp_path, 0, STUDENTS).code == 0


@pytest.mark.parametrize("missing", [1, 2, 12, 17, 18, 20, len(LAST)])
def test_wherever_the_last_row_is_cut(tmp_path: Path, missing: int) -> None:
    ran = _sent(tmp_path, 1, STUDENTS[:-missing])
    assert ran.code == 3
    assert _codes(ran) & {"FILE-137", "PLAN-541"}, "it is said that the file was cut off"


def test_a_sender_that_never_ends_the_last_row_is_taken_at_its_word(tmp_path: Path) -> None:
    first = _sent(tmp_path, 1, STUDENTS[:-1])
    assert first.code == 3
    words = ["--override", "*:people", "--reason", "that is how they write now"]
    there = ["-w", str(tmp_path / "w")]
    assert run("approve", str(first.data()["run"]), *there, *words).code == 0
    assert run("commit", str(first.data()["run"]), *there).code == 0
    assert _sent(tmp_path, 2, STUDENTS.replace("Ode1,", "Oda1,")[:-1]).code == 0


def test_another_kind_of_line_end_is_one_too(tmp_path: Path) -> None:
    assert _sent(tmp_path, 1, STUDENTS.replace("\n", "\r\n")).code == 0
    assert _sent(tmp_path, 2, STUDENTS + "\n\n").code == 0
