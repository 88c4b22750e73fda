"""Letters that were damaged before the file was sent: found where they are, and nowhere else."""

from pathlib import Path

import polars as pl
import pytest
from check_drops import checked, written

from importer.checks.catalogue import STUDENTS, TEACHERS, clever
from importer.examine import examine
from importer.intake.drops import open_drop
from importer.intake.limits import Limits
from importer.settings import Policy


def _found(tmp_path: Path, **files: str) -> list[tuple[str, str | None, str | None, str | None]]:
    drop = open_drop(written(clever(**files), tmp_path), tmp_path, Limits(), identify=False)
    found = examine(drop, Policy(), None).raw
    return found.select("code", "column", "value", "mended").rows()


@pytest.mark.parametrize(
    ("sent", "mended"),
    [("O\x92Lind", "O’Lind"), ("\x93Bo\x94", "“Bo”"), ("MuÃ±oz", "Muñoz"), ("JosÃ©", "José")],
)
def test_letters_in_the_wrong_encoding_have_a_likely_reading(
    tmp_path: Path, sent: str, mended: str
) -> None:
    found = _found(tmp_path, students=STUDENTS.replace("Lind", sent))
    assert found == [("CELL-228", "Last_name", sent, mended)]


def test_a_lost_letter_in_an_id_holds_the_row(tmp_path: Path) -> None:
    """Nobody can tell whose row it is; and the same person would come twice."""
    reported = checked(clever(students=STUDENTS.replace("S1", "S\ufffd1")), tmp_path)
    lost = reported.findings.filter(pl.col("code") == "CELL-229")
    assert lost.select("severity", "column").rows() == [("ERROR", "Student_id")]


def test_a_question_mark_elsewhere_is_none_of_our_business(tmp_path: Path) -> None:
    found = _found(
        tmp_path,
        schools="School_id,School_name,School_number\n0101,Who?What,1\n",
        students=STUDENTS.replace("Lind", "Lind ?"),
    )
    assert found == []


def test_a_password_may_be_anything(tmp_path: Path) -> None:
    header, row = TEACHERS.splitlines()
    assert _found(tmp_path, teachers=f"{header},Password\n{row},a\x92b\ufffd?c\n") == []
