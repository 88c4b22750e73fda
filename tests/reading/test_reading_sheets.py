"""Which sheet of a workbook is the table, and in which row its header stands."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from reading_workbooks import Rows, read_workbook, written

from importer import flow
from importer.checks.catalogue import STUDENTS, clever
from importer.model.history import Who
from importer.model.sheet import Sheet
from importer.report.reported import Reported

KNOWN = frozenset({"student_id", "first_name", "last_name", "grade"})
HEADER = ["Student ID", "First name", "Last-Name"]
WHO = Who("Zoë", "2026-09-01T06:00:00Z")
SHEETS: dict[str, Rows] = {
    file.removesuffix(".csv"): [line.split(",") for line in str(text).splitlines()]
    for file, text in clever().items()
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "roster.xlsx"


def _sheets(path: Path) -> dict[str, Sheet]:
    readings = read_workbook(path.name, path, KNOWN)
    return {name: reading.sheet for name, reading in readings.items() if reading.sheet}


def _said(path: Path) -> list[tuple[Any, ...]]:
    readings = read_workbook(path.name, path, KNOWN).values()
    return [
        row
        for reading in readings
        for row in reading.findings.select("code", "severity", "row", "detail").rows()
    ]


def _hidden(path: Path, *titles: str) -> Path:
    book = openpyxl.load_workbook(path)
    for title in titles:
        book[title].sheet_state = "veryHidden" if title.startswith("Very") else "hidden"
    book.save(path)
    return path


# --- where the header stands --------------------------------------------------------------------


@pytest.mark.parametrize("above", [0, 1, 5, 29])
def test_a_header_is_found_below_a_banner(path: Path, above: int) -> None:
    banner = [["Oak School"], ["as of 1 September", "", "grade"], [], *[["…"]] * 40][:above]
    written(path, s=[*banner, HEADER, ["1", "Ana", "Silva"], [], ["2", "Bo", "Lind"]])
    (sheet,) = _sheets(path).values()
    assert sheet.header == tuple(HEADER)
    assert sheet.scan().collect()["_row"].to_list() == [above + 2, above + 4]
    told = [("FILE-139", "INFO", above + 1, None)] if above else []
    assert _said(path) == [*told, ("FILE-133", "INFO", above + 3, None)]


def test_below_thirty_rows_no_header_is_looked_for(path: Path) -> None:
    written(path, s=[*[["…"]] * 30, HEADER, ["1", "Ana", "Silva"]])
    (sheet,) = _sheets(path).values()
    assert sheet.header[0] == "…" and sheet.rows == 31


def test_without_known_names_the_first_row_is_the_header(path: Path) -> None:
    written(path, s=[["Pupil", "Form"], ["1", "7b"]])
    (sheet,) = _sheets(path).values()
    assert sheet.header == ("Pupil", "Form")


def test_a_table_may_begin_in_another_column(path: Path) -> None:
    written(path, s=[["", "", *HEADER], ["", "", "1", "Ana", "Silva"]])
    (sheet,) = _sheets(path).values()
    assert sheet.header == ("", "", *HEADER)
    assert sheet.scan().collect().row(0) == (2, None, None, "1", "Ana", "Silva")


# --- hidden sheets ------------------------------------------------------------------------------


def test_a_hidden_sheet_is_not_read_beside_a_table(path: Path) -> None:
    written(path, students=[HEADER, ["1"]], Old=[HEADER, ["9"]], VeryOld=[["red"], ["blue"]])
    _hidden(path, "Old", "VeryOld")
    assert list(_sheets(path)) == ["roster.xlsx"]
    assert _said(path) == [
        ("FILE-177", "WARNING", None, "“Old” was not read"),
        ("FILE-177", "INFO", None, "“VeryOld” was not read"),
    ]


def test_a_hidden_sheet_is_read_if_it_is_the_only_table(path: Path) -> None:
    written(path, Notes=[["How to"]], data=[HEADER, ["1", "Ana", "Silva"]])
    _hidden(path, "data")
    assert [s.header for s in _sheets(path).values()] == [("How to",), tuple(HEADER)]
    (first, *_) = _said(path)
    told = "“data” was read, since no other one is a known table"
    assert first == ("FILE-177", "WARNING", None, told)


# --- which sheets are tables --------------------------------------------------------------------


def _checked(path: Path) -> Reported:
    return flow.check(path, path.parent / "scratch", WHO)


def _codes(reported: Reported, *severities: str) -> list[tuple[str, str]]:
    found = reported.findings
    return [
        (code, file)
        for code, severity, file in found.select("code", "severity", "file").iter_rows()
        if severity in severities
    ]


def test_one_table_among_notes_is_a_table_by_itself(path: Path) -> None:
    """A sheet of instructions doesn't make a set of which files are missing."""
    notes = [["How to fill this in"], ["Column", "Meaning"], ["Grade", "1 to 12"]]
    reported = _checked(written(path, Instructions=notes, Sheet2=SHEETS["schools"], Sums=[["7"]]))
    assert _codes(reported, "ERROR", "BLOCK", "WARNING") == []
    assert _codes(reported, "INFO") == [
        ("FILE-182", "roster.xlsx [Instructions]"), ("FILE-182", "roster.xlsx [Sums]"),
    ]  # fmt: skip
    assert reported.summary["format"]["name"] == "clever"


def test_several_tables_stay_several(path: Path) -> None:
    reported = _checked(written(path, **SHEETS, Notes=[["Made by Zoë"]]))
    assert _codes(reported, "ERROR", "BLOCK", "WARNING") == []
    assert _codes(reported, "INFO") == [("FILE-182", "roster.xlsx [Notes]")]


def test_a_sheet_that_looks_like_a_roster_is_missed_aloud(path: Path) -> None:
    other = [["First name", "Last name", "Colour"], ["Ana", "Silva", "red"]]
    reported = _checked(written(path, **SHEETS, Helpers=other))
    assert _codes(reported, "WARNING") == [("FILE-107", "roster.xlsx [Helpers]")]


def test_a_banner_above_every_sheet_changes_nothing(path: Path) -> None:
    raised = {title: [["Oak School"], [], *rows] for title, rows in SHEETS.items()}
    reported = _checked(written(path, **raised))
    assert _codes(reported, "ERROR", "BLOCK", "WARNING") == []
    assert {code for code, _ in _codes(reported, "INFO")} == {"FILE-139"}


@pytest.mark.parametrize("name", ["students.xls", "students.xlsb", "students.ods", "students.xltx"])
def test_a_workbook_under_another_ending_is_read(tmp_path: Path, name: str) -> None:
    rows = [line.split(",") for line in STUDENTS.splitlines()]
    written(tmp_path / "students.xlsx", s=rows).rename(tmp_path / name)
    assert _codes(_checked(tmp_path / name), "ERROR", "BLOCK") == []
