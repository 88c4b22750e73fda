"""Workbooks that importer wrote itself and that come back: what is ours is no roster."""

import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_workbooks import read_workbook, written

from importer import flow
from importer.checks.catalogue import STUDENTS, clever
from importer.model.history import Who
from importer.model.own_sheets import BEFORE, NOT_READ
from importer.model.sheet import ROW

OWN = list(BEFORE)


def test_a_sheet_that_says_that_it_is_not_read_is_no_table(tmp_path: Path) -> None:
    path = written(
        tmp_path / "b.xlsx",
        students=[["id", "name"], ["1", "Ana"]],
        Help=[["Column", NOT_READ], ["id", "the number"]],
        Summary=[["All clear", None, None, NOT_READ]],
    )
    assert list(read_workbook("b.xlsx", path)) == ["b.xlsx"]


@pytest.mark.parametrize("title", ["Help", "Lists", "Summary", "Accepted values"])
def test_a_sheet_of_somebody_else_is_read_whatever_its_name(tmp_path: Path, title: str) -> None:
    rows = [["id"], [NOT_READ]]  # only the first line counts
    path = written(tmp_path / "b.xlsx", **{"students": [["id"], ["1"]], title: rows})
    assert list(read_workbook("b.xlsx", path)) == ["b.xlsx [students]", f"b.xlsx [{title}]"]


def test_our_columns_beside_sent_rows_are_left_out(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        [*OWN, "id", "name"],
        ["Error: x", "7", "1", "Ana"],
        [None, "8"],
        [None, 9, "2", "Bo"],
    ]
    path = written(tmp_path / "b.xlsx", students=rows)
    (reading,) = read_workbook("b.xlsx", path).values()
    assert reading.sheet is not None and reading.sheet.frame is not None
    assert reading.sheet.header == ("id", "name")
    assert reading.sheet.frame.rows() == [(2, "1", "Ana"), (4, "2", "Bo")]
    assert reading.findings.select("code", "row").rows() == [("FILE-133", 3)]


def test_what_is_wrong_with_our_columns_is_nobodys_business(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([*OWN, "id"])
    sheet.append(["=1/0", "=A2", "1"])
    sheet.append([None, None, "=A3"])
    book.save(path)
    (reading,) = read_workbook("b.xlsx", path).values()
    assert reading.sheet is not None and reading.sheet.doubts is not None
    assert reading.sheet.doubts.select(ROW, "column").rows() == [(3, "c0")]


@pytest.mark.parametrize("header", [["Problems", "id"], ["Row", "Problems"], ["id", *OWN]])
def test_columns_that_only_sound_alike_are_the_senders(tmp_path: Path, header: list[str]) -> None:
    path = written(tmp_path / "b.xlsx", students=[header, ["1", "2", "3"]])
    (reading,) = read_workbook("b.xlsx", path).values()
    assert reading.sheet is not None and list(reading.sheet.header[: len(header)]) == header


seen = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=12)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(seen, seen), min_size=1, max_size=4))
def test_a_findings_workbook_gives_the_sent_rows_back(names: list[tuple[str, str]]) -> None:
    rows = pl.DataFrame(
        [["0101", f"S{n}", None, *name, "Grade 7"] for n, name in enumerate(names)],
        schema=STUDENTS.split("\n", maxsplit=1)[0].split(","),
        orient="row",
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in clever(students=rows.write_csv()).items():
            (folder / file).write_text(str(text), "utf-8", newline="")
        report = flow.check(folder, folder, Who("test", "2026-11-22T01:14:00Z"))
        (folder / "f.xlsx").write_bytes(report.workbook())
        back = read_workbook("f.xlsx", folder / "f.xlsx")
    sheet = back["f.xlsx [students.csv]"].sheet
    assert sheet is not None and sheet.frame is not None
    assert list(sheet.header) == rows.columns
    # openpyxl doesn't say of blanks alone that they are to be kept, so they aren't.
    blank_as_none = [tuple(v if (v or "").strip(" ") else None for v in row) for row in rows.rows()]
    assert sheet.frame.drop(ROW).rows() == blank_as_none
    assert set(back) == {f"f.xlsx [{file}]" for file in clever()}
