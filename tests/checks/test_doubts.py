"""A cell of a workbook without a usable value is not a blank one: it clears nothing."""

from pathlib import Path

import polars as pl
import pytest
from check_drops import District, written

from importer import flow
from importer.checks.catalogue import ENROLLMENTS, SECTIONS, STUDENTS, Files, clever
from importer.checks.examples import sheets
from importer.examine import examine
from importer.flow import Planned
from importer.intake.drops import Limits, open_drop
from importer.settings import Policy

HEADER = "School_id,Student_id,Student_email,First_name,Last_name,Grade,Home_language"
ROWS = [
    "0101,S1,bo@oak.example,Bo,Lind,3,Swedish",
    "0101,S2,cy@oak.example,Cy,Ray,4,Swedish",
    "0101,S3,di@oak.example,Di,Fox,5,Irish",
]


def _drop(*rows: str, **others: str) -> Files:
    whole = {n: c for n, c in clever(**others).items() if n != "students.csv"}
    return {**whole, "students.xlsx": "\n".join([HEADER, *rows, ""])}


def _with(cell: str, into: str) -> list[str]:
    """The rows with this cell of the second one replaced."""
    return [ROWS[0], ROWS[1].replace(cell, into), ROWS[2]]


def _plan(folder: Path, before: Files, after: Files) -> Planned:
    district = District(folder)
    district.commit(before)
    path, who = district._next(after)
    return flow.plan_drop(path, district.store, who)


def _found(planned: Planned, code: str) -> list[tuple[object, ...]]:
    found = planned.reported.findings.filter(pl.col("code") == code)
    return found.select("severity", "row", "column", "value").rows()


def _mended(folder: Path, files: Files) -> list[str | None]:
    """What a mechanical fix would write into each such cell."""
    drop = open_drop(written(files, folder / "drop"), folder / "scratch", Limits(), identify=False)
    found = examine(drop, Policy(), None).raw
    return found.filter(pl.col("code").is_in(["FILE-178", "FILE-179"]))["mended"].to_list()


def _codes(planned: Planned) -> set[str]:
    graver = planned.reported.findings.filter(pl.col("severity") != "INFO")
    return set(graver["code"]) - {"FILE-137"}


def _changes(planned: Planned) -> dict[str, dict[str, int]]:
    return {name: count for name, count in planned.change.counts().items() if count}


@pytest.mark.parametrize("cell", ["#N/A", "=A1", "#REF!"])
def test_an_error_clears_nothing(tmp_path: Path, cell: str) -> None:
    planned = _plan(tmp_path, _drop(*ROWS), _drop(*_with("Swedish", cell)))
    assert _changes(planned) == {}
    assert _found(planned, "FILE-151") == [("WARNING", 3, "Home_language", None)]
    assert _codes(planned) == {"FILE-151"}


def test_a_blank_cell_still_says_that_there_is_nothing(tmp_path: Path) -> None:
    planned = _plan(tmp_path, _drop(*ROWS), _drop(*_with("Swedish", "")))
    assert _codes(planned) == set()


def test_an_email_that_is_an_error_stays(tmp_path: Path) -> None:
    """An e-mail is kept in the roster; what becomes of a blank one shows that it would be lost."""
    policy = {"district.toml": '[sync]\nblanks = "replace"\n'}
    blank, error = ({**_drop(*_with("cy@oak.example", cell)), **policy} for cell in ("", "#N/A"))
    cleared = _plan(tmp_path / "a", _drop(*ROWS), blank)
    kept = _plan(tmp_path / "b", _drop(*ROWS), error)
    assert (_changes(cleared), _changes(kept)) == ({"people": {"edit": 1}}, {})


@pytest.mark.parametrize(("cell", "column"), [("Ray", "Last_name"), ("S2", "Student_id")])
def test_where_the_row_needs_the_value_it_is_held(tmp_path: Path, cell: str, column: str) -> None:
    planned = _plan(tmp_path, _drop(*ROWS), _drop(*_with(cell, "#REF!")))
    assert _found(planned, "FILE-151") == [("ERROR", 3, column, None)]
    assert "CELL-201" not in _codes(planned)  # it isn't blank
    assert planned.reported.held["row"].to_list() == [3]
    assert _changes(planned) == {}  # nobody is archived for it


def test_merged_cells_clear_nothing(tmp_path: Path) -> None:
    merged = [*_with("Swedish", ""), "(merged: G2:G3)"]
    planned = _plan(tmp_path, _drop(*ROWS), _drop(*merged))
    assert _changes(planned) == {}
    assert _found(planned, "FILE-178") == [("WARNING", 3, "Home_language", None)]
    assert _mended(tmp_path / "again", _drop(*merged)) == ["Swedish"]


@pytest.mark.parametrize(
    ("cell", "area", "column"), [("S2", "B2:B3", "Student_id"), ("0101", "A2:A3", "School_id")]
)
def test_merged_ids_hold_the_row(tmp_path: Path, cell: str, area: str, column: str) -> None:
    merged = _drop(*_with(cell, ""), f"(merged: {area})")
    planned = _plan(tmp_path, _drop(*ROWS), merged)
    assert _found(planned, "FILE-178") == [("ERROR", 3, column, None)]
    # A school may be meant for both; an id of one's own never is.
    assert _mended(tmp_path / "x", merged) == (["0101"] if column == "School_id" else [None])
    assert _changes(planned) == {}


def _sections(**changed: str) -> Files:
    whole = {n: c for n, c in clever(**changed).items() if n != "sections.csv"}
    return {**whole, "sections.xlsx": changed["sections"]}


def test_a_section_turned_into_a_date_keeps_its_number(tmp_path: Path) -> None:
    before = SECTIONS.replace("T1,1", "T1,10-9")
    after = SECTIONS.replace("T1,1", "T1,2026-10-09") + "(date: D2)\n"
    planned = _plan(tmp_path, clever(sections=before), _sections(sections=after))
    found = [("WARNING", 2, "Section_number", "2026-10-09")]
    assert _found(planned, "FILE-179") == found
    assert _mended(tmp_path / "again", _sections(sections=after)) == ["10-9"]
    assert _changes(planned) == {}


def test_an_id_turned_into_a_date_holds_the_row(tmp_path: Path) -> None:
    ids = {"sections": SECTIONS, "enrollments": ENROLLMENTS}
    before = {name: text.replace("M1", "10-9") for name, text in ids.items()}
    after = {**before, "sections": SECTIONS.replace("M1", "2026-10-09") + "(date: B2)\n"}
    planned = _plan(tmp_path, clever(**before), _sections(**after))
    assert _found(planned, "FILE-179") == [("ERROR", 2, "Section_id", "2026-10-09")]
    assert _changes(planned) == {}  # neither the section nor who is in it is archived


def test_a_date_in_a_column_of_dates_is_nothing_to_say(tmp_path: Path) -> None:
    rows = STUDENTS.replace("Grade\n", "Grade,DOB\n").replace(",3\n", ",3,2017-03-04\n")
    whole = {n: c for n, c in clever().items() if n != "students.csv"}
    district = District(tmp_path)
    reported = district.plan({**whole, "students.xlsx": rows + "(date: G2)\n"})
    assert "FILE-179" not in set(reported.findings["code"])


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    whole = sheets()
    text = str(whole.pop("students.csv")).replace("cray,,", "cray,2026-10-09,")
    files = {**whole, "students.xlsx": text + "(date: F3)\n"}
    reported = District(tmp_path).plan(files)
    found = reported.findings.filter(pl.col("code") == "FILE-179")
    assert found.select("row", "column", "value").rows() == [(3, "Password", None)]
    assert _mended(tmp_path / "again", files) == [None]
    assert "2026-10-09" not in str(reported.findings.rows()) + str(reported.summary)
