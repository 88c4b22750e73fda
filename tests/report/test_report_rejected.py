"""Held rows handed back: the sender's own cells, nothing computed, nothing secret, none missing."""

import csv
import io
import tempfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_drops import PASSWORD, check, reported, students, write

from importer import flow
from importer.checks.catalogue import ENROLLMENTS, SECTIONS, clever
from importer.model.history import Who
from importer.model.sheet import ROW
from importer.reading.delimited import read
from importer.report.reported import Reported
from importer.report.safe import for_spreadsheet


def handed(report: Reported, name: str = "students.csv") -> list[list[str]]:
    """The lines of a file that was handed back."""
    text = report.rejected()[name].decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def values(path: Path) -> dict[int, list[str]]:
    """Row → cells, as importer reads a file; a missing value is an empty one."""
    sheet = read(path.name, path, path.stat().st_size).sheet
    assert sheet is not None
    frame = sheet.scan().collect().select(ROW, *sheet.names())
    return {row: [cell or "" for cell in cells] for row, *cells in frame.iter_rows()}


def test_held_rows_come_back_with_what_is_wrong(tmp_path: Path) -> None:
    sent = students(
        f"0101,S1,,Bo,Lind,3,,{PASSWORD}1",
        f"0101,S2,no-address,=1+1,O'Hara,Grade 7,,{PASSWORD}2",
    )
    report = reported(tmp_path / "d", students=sent, enrollments=ENROLLMENTS + "0101,M1,S2\n")
    assert set(report.rejected()) == {"students.csv", "enrollments.csv"}
    head, row = handed(report)
    assert head == [*sent.split("\n")[0].split(","), "Problems"]
    assert row[:-1] == ["0101", "S2", "no-address", "'=1+1", "O'Hara", "Grade 7", "", ""]
    assert row[-1].startswith("Row 3: Error: “Grade 7” is not") and "Warning: “no-add" in row[-1]
    assert handed(report, "enrollments.csv")[1][3].startswith("Row 3: Waits for: students.csv, row")
    assert report.rejected()["students.csv"].startswith(b"\xef\xbb\xbfSchool_id,")


def test_nothing_is_handed_back_where_nothing_is_held(tmp_path: Path) -> None:
    assert reported(tmp_path / "d", students=students("0101,S1,x,Bo,Lind,3,,")).rejected() == {}


def test_no_secret_is_handed_back(tmp_path: Path) -> None:
    rows = [
        f"0101,S2,,,Ode,3,,{PASSWORD}2",
        f"0101,S3,,Kim,Ode,3,{PASSWORD}3",
        f"0101,S4,,Kim,Ode,3,,{PASSWORD}4,x",
    ]
    report = reported(tmp_path / "d", students=students(*rows, "0101,S1,,Bo,Lind,3,,"))
    lines = handed(report)
    assert len(lines) == 4 and PASSWORD not in str(lines)
    assert lines[2][:-1] == [""] * 8 and lines[2][-1].startswith(
        "Row 3: Error: This row has 7 of 8"
    )


def test_what_was_handed_back_and_sent_again_has_one_column_of_problems(tmp_path: Path) -> None:
    sent = students("0101,S2,,,Ode,3,,")
    first = reported(tmp_path / "a", students=sent)
    again = reported(tmp_path / "b", students=first.rejected()["students.csv"])
    assert handed(again)[0] == handed(first)[0]


@pytest.mark.parametrize(
    ("name", "made"),
    [("Schüler 1.CSV", "Sch_ler_1.csv"), ("=1+1.txt", "1_1.txt.csv"), ("学生.csv", "file.csv")],
)
def test_a_file_that_is_handed_back_has_a_plain_name(tmp_path: Path, name: str, made: str) -> None:
    folder = write(tmp_path / "d", clever(students=students("0101,S2,,,Ode,3,,")))
    (folder / "students.csv").rename(folder / name)
    assert set(check(folder).rejected()) == {made, "enrollments.csv"}


def test_files_whose_plain_names_are_one_are_told_apart(tmp_path: Path) -> None:
    files = clever(students=students("0101,S2,,,Ode,3,,"), sections=SECTIONS + ",M2,T1,1\n")
    folder = write(tmp_path / "d", files)
    (folder / "students.csv").rename(folder / "ä.csv")
    (folder / "sections.csv").rename(folder / "ö.csv")
    assert set(check(folder).rejected()) == {"file-1.csv", "file.csv", "enrollments.csv"}


def test_a_file_with_too_many_held_rows_is_left_out(tmp_path: Path) -> None:
    sent = students(*(f"0101,S{n},,,Ode,3,," for n in range(3)))
    report = reported(tmp_path / "d", students=sent, sections=SECTIONS + ",M2,T1,1\n")
    assert set(report.rejected(2)) == {"sections.csv", "enrollments.csv"}
    assert set(report.rejected(3)) == {"sections.csv", "enrollments.csv", "students.csv"}


texts = st.one_of(
    # Cells that are mostly control characters make a file binary data, and nothing is read of it.
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8),
    st.sampled_from(["", "=1+1", "'=x", "+1-555-0100", 'a"b', "a,b", " x ", "a\nb", "-", "\ufeff"]),
)
sent_rows = st.lists(
    st.tuples(
        st.sampled_from(["0101", "999", ""]), texts, texts, st.sampled_from(["3", "Grade 7"])
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(sent_rows)
def test_what_is_handed_back_and_what_is_taken_are_all_that_was_sent(
    rows: list[tuple[str, str, str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        written = io.StringIO()
        out = csv.writer(written, lineterminator="\n")
        out.writerow(["School_id", "Student_id", "First_name", "Last_name", "Grade"])
        for number, (school, first, last, grade) in enumerate(rows):
            out.writerow([school, f"S{number}", first, last, grade])
        report = reported(Path(name) / "d", students=written.getvalue())
        mine = report.held.filter(file="students.csv")["row"].unique().sort().to_list()
        total = next(f["rows"] for f in report.summary["files"] if f["file"] == "students.csv")
        sent = values(Path(name) / "d" / "students.csv")
        assert len(sent) == total
        if not mine:
            assert "students.csv" not in report.rejected()
            return
        (Path(name) / "back.csv").write_bytes(report.rejected()["students.csv"])
        back = list(values(Path(name) / "back.csv").values())
        assert [cells[:-1] for cells in back] == [
            [for_spreadsheet(cell) for cell in sent[row]] for row in mine
        ]
        taken = {row: cells for row, cells in sent.items() if row not in mine}
        assert len(taken) + len(back) == total


def test_rows_handed_back_are_read_again_without_a_word_about_their_problems(
    tmp_path: Path,
) -> None:
    report = reported(tmp_path / "d", students=students("0101,S1,,Kim,Ode,Grade 7,,"))
    text = report.rejected()["students.csv"].decode("utf-8-sig").replace("Grade 7", "7", 1)
    again = reported(tmp_path / "again", students=text)
    assert "FILE-122" not in set(again.findings["code"])
    assert again.held.is_empty()


def test_a_damaged_row_is_handed_back_with_its_line_as_it_was_sent(tmp_path: Path) -> None:
    bad = SECTIONS + '0101,M2\n0101,M"3,T1,1,x\n'
    report = reported(tmp_path / "d", sections=bad.encode() + b"0101,M4\xe9,T1\n")
    told = [row[-1] for row in handed(report, "sections.csv")[1:]]
    assert [line.partition(" As sent: ")[2] for line in told] == [
        "0101,M2", '0101,M"3,T1,1,x', "0101,M4\\xe9,T1",
    ]  # fmt: skip


def test_a_damaged_row_has_its_best_reading(tmp_path: Path) -> None:
    report = reported(tmp_path / "d", sections=SECTIONS + "0101,M2,T1,1,x\n0101,M3\n")
    (file,) = [f for f in report.sent.files if f.sheet.name == "sections.csv"]
    best = pl.DataFrame({ROW: [3], "c0": ["0101"], "c1": ["M2"], "c2": ["T1"], "c3": ["1,x"]})
    read_so = replace(file, sheet=replace(file.sheet, best=best.cast({ROW: pl.UInt32})))
    one = replace(report, sent=replace(report.sent, files=(read_so,)))
    first, second = handed(one, "sections.csv")[1:]
    assert first[:-1] == ["0101", "M2", "T1", "1,x"] and "most likely" in first[-1]
    assert "most likely" not in second[-1]


FORMULAS = ("=1+1", "'=x", "''=x", "-5", "'", "'x", "+1 555 010 0100", "@b")


@pytest.mark.parametrize("value", FORMULAS)
def test_corrected_rows_go_in_alone_with_the_values_that_were_sent(
    tmp_path: Path, value: str
) -> None:
    """The rows of a file handed back are right by themselves once their faults are mended."""
    sent = students("0101,S1,,Bo,Lind,3,,", f"0101,S2,,{value},Ode,Grade 7,,")
    first = reported(tmp_path / "d", students=sent)
    path = tmp_path / "students.csv"
    text = first.rejected()["students.csv"].decode("utf-8-sig")
    path.write_text(text.replace("Grade 7", "7", 1), "utf-8-sig")
    again = flow.check(path, tmp_path / "scratch", Who("test", "2026-11-22T01:14:00Z"))
    assert again.held.is_empty() and again.summary["totals"]["ERROR"] == 0
    (file,) = again.sent.files
    assert file.sheet.scan().collect()["c3"].to_list() == [value]
    guarded = for_spreadsheet(value) != value
    assert ("FILE-197" in set(again.findings["code"])) is guarded
