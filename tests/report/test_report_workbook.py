"""The workbook: the sender's own cells as text, what is wrong beside them, and no secret."""

import io
import re
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from report_drops import PASSWORD, check, reported, students, write

from importer.checks.catalogue import CATALOGUE, ENROLLMENTS, SECTIONS, clever, manifest, oneroster
from importer.report.cells import Book
from importer.report.problems import problems
from importer.report.reported import Reported

RED, AMBER, BLUE = "00FFC7CE", "00FFE699", "00DDEBF7"
GOOD = f"0101,S1,bo@oak.example,Bo,Lind,3,4/30/2015,{PASSWORD}1"


def opened(report: Reported) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(report.workbook()))


def parts(report: Reported) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(report.workbook())) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def table(sheet: Worksheet, head: int = 1) -> list[dict[str, Cell]]:
    names = [str(cell.value) for cell in sheet[head]]
    return [dict(zip(names, row, strict=True)) for row in sheet.iter_rows(min_row=head + 1)]  # type: ignore[arg-type]


def causes(book: Workbook) -> list[dict[str, Cell]]:
    """The lines of the summary's table."""
    sheet = book["Summary"]
    head = next(row for row in range(1, 30) if sheet.cell(row, 1).value == "No.")
    assert sheet.freeze_panes == f"A{head + 1}"
    return table(sheet, head)


def fill(cell: Cell) -> str | None:
    return cell.fill.fgColor.rgb if cell.fill.fill_type else None


def test_a_sheet_shows_the_file_as_it_was_sent(tmp_path: Path) -> None:
    sent = students(GOOD, "", "0101,S2,  x@oak.example,José,Núñez,03,4/30/2015,")
    sheet = opened(reported(tmp_path / "d", students=sent))["students.csv"]
    assert [cell.value for cell in sheet[1]] == ["Problems", "Row", *sent.split("\n")[0].split(",")]
    assert sheet.freeze_panes == "C2" and sheet.auto_filter.ref == "A1:J4"
    rows = table(sheet)
    assert [row["Row"].value for row in rows] == [2, 3, 4]
    assert [row["Grade"].value for row in rows] == ["3", None, "03"]
    assert rows[2]["Student_email"].value == "  x@oak.example"
    assert rows[0]["Problems"].value is None
    assert "blank row" in str(rows[1]["Problems"].value)  # the finding has a line to stand on
    assert {cell.number_format for cell in sheet["H"] if cell.value} == {"@"}


def test_a_row_tells_all_its_faults_and_shows_where(tmp_path: Path) -> None:
    bad = students(GOOD, "0101,S2,no-address,,Ode,Grade 7,31/31/2015,")
    sheet = opened(reported(tmp_path / "d", students=bad))["students.csv"]
    row = table(sheet)[1]
    lines = str(row["Problems"].value).split("\n")
    assert len(lines) == 4
    assert sum(line.startswith("Error: ") for line in lines) == 2
    assert sum(line.startswith("Warning: ") for line in lines) == 2
    assert any("Grade 7" in line and "Use one of: " in line for line in lines)
    shown = {name: fill(cell) for name, cell in row.items() if fill(cell)}
    assert shown == {"Row": RED, "First_name": RED, "Grade": RED, "DOB": AMBER,
                     "Student_email": AMBER}  # fmt: skip
    noted = row["Grade"].comment
    assert noted is not None and "Grade 7" in noted.text and "First_name" not in noted.text


def test_a_row_that_waits_for_another_says_for_what(tmp_path: Path) -> None:
    bad = students(GOOD, "0101,S2,,Kim,Ode,Grade 7,,", "999,S3,,Al,Mo,3,,", "999,S4,,Bea,Mo,3,,")
    waiting = ENROLLMENTS + "0101,M1,S2\n"
    book = opened(reported(tmp_path / "d", students=bad, enrollments=waiting))
    told = str(table(book["enrollments.csv"])[1]["Problems"].value)
    assert told.startswith("Waits for: students.csv, row 3: “Grade 7”")
    rows = table(book["students.csv"])
    assert "(In 2 rows of this file; this is the first.)" in str(rows[2]["Problems"].value)
    assert str(rows[3]["Problems"].value).startswith("Error, as in row 4: No school")
    assert fill(rows[2]["School_id"]) == RED and fill(rows[3]["School_id"]) is None


FORMULAS = ("=1+1", "+1", "@x", "-1+1", "#N/A", "TRUE", "2026-01-01", "1e5", "=cmd|' /C calc'!A0")


def test_nothing_becomes_a_formula_or_a_number(tmp_path: Path) -> None:
    rows = [f"0101,S{n},,{text},{text},Grade 7,," for n, text in enumerate(FORMULAS)]
    report = reported(tmp_path / "d", students=students(*rows, header=HOSTILE_HEADER))
    sheets = {name: text for name, text in parts(report).items() if "worksheets/sheet" in name}
    assert len(sheets) == 8 and not any(re.search("<f[ >/]", text) for text in sheets.values())
    sheet = opened(report)["students.csv"]
    names = [cell.value for cell in sheet[1]]
    assert [row["First_name"].value for row in table(sheet)] == list(FORMULAS)
    assert {row["First_name"].data_type for row in table(sheet)} == {"s"}
    assert names[-1] == "=2+2" and sheet.cell(1, len(names)).data_type == "s"


HOSTILE_HEADER = "School_id,Student_id,Student_email,First_name,Last_name,Grade,DOB,=2+2"


def test_what_no_cell_can_hold_is_written_out_or_cut(tmp_path: Path) -> None:
    long = "😀" * 20_000  # 40,000 UTF-16 units
    rows = ["0101,S1,,a\x1b[2Jb\x07,_x0041_,3,,", f"0101,S2,,{long},Mo,3,,"]
    report = reported(tmp_path / "d", students=students(*rows))
    shown = table(opened(report)["students.csv"])
    assert shown[0]["First_name"].value == "a\\x1b[2Jb\\x07"
    cut = str(shown[1]["First_name"].value)
    assert cut == "😀" * 16_383 + "…" and len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert "First_name is too long" in str(shown[1]["Problems"].value)
    # Excel reads _x0041_ as A; _x005F_ stands for the first underscore.
    assert any("<t>_x005F_x0041_</t>" in text for text in parts(report).values())


@pytest.mark.parametrize("header", ["Password", " PASSWORD ", "password"])
@pytest.mark.parametrize("careful", [False, True])
def test_no_secret_is_in_the_workbook(tmp_path: Path, header: str, careful: bool) -> None:
    rows = [
        GOOD,
        f"0101,S2,no-address,,Ode,Grade 7,31/31/2015,{PASSWORD}2",
        f"0101,S3,,Kim,Ode,3,{PASSWORD}3",  # a comma is missing: it stands under another header
        f"0101,S4,,Kim,Ode,3,,{PASSWORD}4,more",
    ]
    if careful:  # such quotes make importer read the whole file by the slow parser
        rows.append(f'0101,S5,"Ki"m,Ode,3,,,{PASSWORD}5')
    sent = students(*rows).replace("Password", header)
    texts = "".join(parts(reported(tmp_path / "d", students=sent)).values())
    assert "S2" in texts and PASSWORD not in texts


def test_no_secret_of_a_file_that_could_not_be_loaded(tmp_path: Path) -> None:
    """Its header lacks a column that must be there: any other one may be the secret."""
    sent = students(GOOD).replace("Student_id", "Pupil").replace("Password", "Parole")
    report = reported(tmp_path / "d", students=sent)
    assert "students.csv" in opened(report).sheetnames
    assert PASSWORD not in "".join(parts(report).values())


def test_a_damaged_row_is_shown_as_it_reads_where_nothing_is_secret(tmp_path: Path) -> None:
    report = reported(tmp_path / "d", sections=SECTIONS + "0101,M2,T1\n")
    row = table(opened(report)["sections.csv"])[1]
    assert row["Section_id"].value == "M2" and row["Section_number"].value is None
    assert "look whether they are" in str(row["Problems"].value) and fill(row["Row"]) == RED


def test_the_summary_leads_to_the_first_cell_of_each_cause(tmp_path: Path) -> None:
    bad = students(GOOD, "0101,S2,,Kim,Ode,Grade 7,,", "0101,S3,x,Al,Mo,3,,").replace("DOB", "Born")
    files = {"students": bad, "sections": SECTIONS + "0101,M2,T1\n"}
    report = reported(tmp_path / "d", **files)
    book = opened(report)
    lines = {str(line["Code"].value): line for line in causes(book)}
    assert list(lines) == [cause["code"] for cause in report.summary["causes"]]
    found = {}
    for code, line in lines.items():
        link = line["First place"].hyperlink
        assert link is not None and link.location is not None
        sheet, _, cell = link.location.rpartition("!")
        found[code] = book[sheet.strip("'")][cell].value
    assert found == {
        "CELL-204": "Grade 7", "CELL-205": "x", "CELL-202": None, "FILE-130": 3, "FILE-122": "Born",
    }  # fmt: skip
    first = report.summary["causes"][0]
    line = causes(book)[0]
    assert [line[n].value for n in ("Severity", "What is wrong", "How to fix it", "File")] == [
        "Error", first["says"], first["fix"], first["file"],
    ]  # fmt: skip
    assert (line["Rows"].value, line["Holds rows"].value) == (first["rows"], first["blocks"])


def test_the_summary_says_what_it_is_about(tmp_path: Path) -> None:
    report = reported(tmp_path / "d", students=students("0101,S1,,Kim,Ode,Grade 7,,"))
    top = [str(row[0].value) for row in opened(report)["Summary"].iter_rows(max_row=8)]
    assert report.summary["verdict"]["sentence"] in top[0] and top[0].startswith("Needs fixing: ")
    assert any("Clever CSV" in line for line in top)
    assert any("5 rows, 2 held" in line for line in top)


def test_help_and_accepted_values(tmp_path: Path) -> None:
    book = opened(reported(tmp_path / "d", students=students("0101,S1,,Kim,Ode,Grade 7,,")))
    assert book.sheetnames[0] == "Summary" and book.sheetnames[-2:] == ["Help", "Accepted values"]
    (helped,) = [row for row in table(book["Help"]) if row["Code"].value == "CELL-204"]
    assert helped["Name"].value == CATALOGUE["CELL-204"].name
    assert helped["It says"].value == "“(value)” is not a word that (column) may have."
    words = {(r["File"].value, r["Column"].value): r for r in table(book["Accepted values"])}
    grade = words["students.csv", "Grade"]
    assert "PostGraduate" in str(grade["Words"].value) and "03 = 3" in str(grade["Also read"].value)


def test_a_thousand_cells_have_notes_and_all_have_colour(tmp_path: Path) -> None:
    rows = [f"0101,S{n},x,Kim,Ode,Grade {n},," for n in range(600)]
    sheet = opened(reported(tmp_path / "d", students=students(*rows)))["students.csv"]
    cells = [cell for row in table(sheet) for cell in (row["Grade"], row["Student_email"])]
    assert sum(cell.comment is not None for cell in cells) == 1_000
    assert [fill(cell) for cell in cells] == [RED, AMBER] * 600
    assert all("Grade" in str(row["Problems"].value) for row in table(sheet))


@pytest.mark.parametrize(("count", "shown"), [(20_001, 20_001), (100_001, 2)])
def test_long_files(tmp_path: Path, count: int, shown: int) -> None:
    """A file of over 100,000 rows shows those with problems, and says so."""
    good = [f"0101,M1,S{n}" for n in range(count - 2)]
    people = [f"0101,S{n},,Kim,Ode,3,," for n in range(count - 2)]
    lines = ["School_id,Section_id,Student_id", *good, "0101,M9,S1", "0101,M1,nobody", ""]
    files = {"students": students(*people), "enrollments": "\n".join(lines)}
    report = reported(tmp_path / "d", **files)
    book = openpyxl.load_workbook(io.BytesIO(report.workbook()), read_only=True)
    rows = list(book["enrollments.csv"].iter_rows(values_only=True))
    told = "Only rows with problems are shown, 100,000 at most, of 100,001."
    if shown < count:
        assert rows.pop(0)[0] == told
        summary = [row[0] for row in book["Summary"].iter_rows(max_row=9, values_only=True)]
        assert f"enrollments.csv: {told}" in summary
    assert rows[0][:3] == ("Problems", "Row", "School_id") and len(rows) == 1 + shown
    assert [row[1:] for row in rows[-2:]] == [
        (count, "0101", "M9", "S1"), (count + 1, "0101", "M1", "nobody"),
    ]  # fmt: skip


def test_rows_with_faults_of_their_own_come_before_rows_that_wait(tmp_path: Path) -> None:
    bad = students(GOOD, *(f"0101,S{n},,Kim,Ode,Grade 7,," for n in (2, 3, 4)))
    sent = ENROLLMENTS + "0101,M1,S2\n0101,M1,S3\n0101,M1,S4\n0101,M1,nobody\n"
    report = reported(tmp_path / "d", students=bad, enrollments=sent)
    file = next(f for f in report.sent.files if f.sheet.name == "enrollments.csv")
    found = problems(file, report.findings, report.held)
    assert found["_row"].to_list() == [3, 4, 5, 6] and found["held"].all()
    few = problems(file, report.findings, report.held, most=2)
    assert few.equals(found.filter(pl.col("_row").is_in([3, 6]))) and few.height == 2


def test_a_manifest_has_a_sheet_and_a_file_of_no_known_kind_has_none(tmp_path: Path) -> None:
    files = oneroster(manifest=manifest(users="perhaps"), strange="name,passphrase\nKim,kestrel\n")
    book = opened(check(write(tmp_path / "d", files)))
    assert "strange.csv" not in book.sheetnames
    (line,) = [line for line in causes(book) if line["Code"].value == "FILE-145"]
    assert line["First place"].hyperlink is not None
    (row,) = [row for row in table(book["manifest.csv"]) if row["Problems"].value]
    assert row["value"].value == "perhaps" and row["propertyName"].value == "file.users"
    (line,) = [line for line in causes(book) if line["File"].value == "strange.csv"]
    assert line["First place"].hyperlink is None


HOSTILE_NAMES = ("a[1]:*?'x'.csv", "A" * 60 + ".csv", "A" * 60 + "b.csv", "Summary", "history",
                 "'quoted'", "=1+1.csv", "😀" * 20, " ", "a\u202eb", "SUMMARY", "''")  # fmt: skip


def test_sheets_have_names_that_excel_takes() -> None:
    book = Book()
    book.page("Summary", [1])
    titles = [book.page(name, [1]).title for name in HOSTILE_NAMES]
    _names_are_fit(["Summary", *titles])
    assert titles[1] != titles[2] and titles[3] == "Summary (2)"


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_sheets_have_names_that_excel_takes_whatever_is_sent(names: list[str]) -> None:
    book = Book()
    _names_are_fit([book.page(name, [1]).title for name in names])


def _names_are_fit(titles: list[str]) -> None:
    assert len({title.casefold() for title in titles}) == len(titles)
    for title in titles:
        assert 0 < len(title.encode("utf-16-le")) // 2 <= 31
        assert not set(title) & set("[]:*?/\\") and title.strip("'") == title
        assert not {unicodedata.category(sign) for sign in title} & {"Cc", "Cf", "Cs"}
        assert title.casefold() != "history"


def test_a_file_with_a_hostile_name_has_its_sheet_and_link(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", clever(students=students("0101,S1,,Kim,Ode,Grade 7,,")))
    (folder / "students.csv").rename(folder / "it's [my] students: all.csv")
    book = opened(check(folder))
    assert "it's _my_ students_ all.csv" in book.sheetnames
    link = causes(book)[0]["First place"].hyperlink
    assert link is not None and link.location == "'it''s _my_ students_ all.csv'!H2"
