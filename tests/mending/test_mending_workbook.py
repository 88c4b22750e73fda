"""Corrected copies of workbooks: the sender's own, of which only the cells that change change."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from cli_runs import drop
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from importer.mending import notes
from importer.mending.mend import Judge, Mended, look_at, mend
from importer.mending.workbook import MOST_NOTES
from importer.model.errors import UsageError

HEADER = ["FirstName", "LastName", "Grade", "SchoolName", "Username", "Password", "UserID"]
CODES = frozenset({"CELL-203", "CELL-208", "FILE-123"})


def book(count: int = 3) -> Workbook:
    """A sheet as schools send them: widths, a drop-down, a chart, another sheet, passwords."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = "students"
    sheet.append(HEADER)
    for number in range(2, count + 2):
        names = [f"Bo{number}", f"Lind{number}", "03", "Oak School", f"u{number} "]
        sheet.append([*names, f"kestrel-{number}", f"{number:04}"])
    sheet["A1"].font = Font(bold=True)
    sheet.column_dimensions["A"].width = 33
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = "A1:G3"
    rule = DataValidation(type="list", formula1='"1,2,3"')
    rule.add("C2:C100")
    sheet.add_data_validation(rule)
    other = made.create_sheet("Notes to self")
    other.append(["who", "Password"])
    other.append(["keep me", "osprey"])
    other["A9"] = "=1+1"
    chart = BarChart()
    chart.add_data(Reference(other, min_col=1, min_row=9, max_row=9))
    other.add_chart(chart, "D4")
    return made


def mended(made: Workbook, folder: Path, codes: frozenset[str] = CODES) -> Mended:
    folder.mkdir(exist_ok=True)
    path = folder / "roster.xlsx"
    made.save(path)
    sent = look_at(path, folder / "sent", Judge())
    return mend(sent, path, folder / "copies", Judge(), codes)


def opened(copy: Mended) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(copy.files["roster.xlsx"]))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_changed_cells_are_text_coloured_and_tell_what_was_there(tmp_path: Path) -> None:
    made = book()
    made["students"]["C2"] = 3  # a number is a number still
    made["students"]["D1"] = "School Name"
    sheet = opened(copy := mended(made, tmp_path))["students"]
    assert copy.done == {"CELL-203": 2, "CELL-208": 3, "FILE-123": 1} and not copy.left
    changed = sheet["C3"]
    assert (changed.value, changed.data_type, changed.number_format) == ("3", "s", "@")
    assert changed.fill.fgColor.rgb == "FFE2EFDA"
    assert changed.comment is not None and "Before: “03”" in changed.comment.text
    assert (sheet["C2"].value, sheet["C2"].fill.fill_type) == (3, None)
    assert sheet["D1"].value == "SchoolName" and sheet["A1"].font.bold
    assert [cell.value for cell in sheet["E"]] == ["Username", "u2", "u3", "u4"]
    assert [cell.value for cell in sheet["G"]] == ["UserID", "0002", "0003", "0004"]


def test_all_other_parts_of_the_workbook_are_the_senders(tmp_path: Path) -> None:
    copy = mended(book(), tmp_path)
    before, after = parts((tmp_path / "roster.xlsx").read_bytes()), parts(copy.files["roster.xlsx"])
    same = {name for name in before if after[name] == before[name]}
    assert {"xl/charts/chart1.xml", "xl/drawings/drawing1.xml", "xl/workbook.xml"} <= same
    sheet = opened(copy)["students"]
    assert sheet.column_dimensions["A"].width == 33 and sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:G3"
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["C2:C100"]


def test_no_password_is_in_any_part_of_the_copy(tmp_path: Path) -> None:
    copy = mended(book(), tmp_path)
    whole = b"".join(parts(copy.files["roster.xlsx"]).values())
    assert b"kestrel" not in whole and b"osprey" not in whole and b"keep me" in whole
    assert copy.blanked == (("roster.xlsx [students]", "Password"),)


def test_a_password_that_is_also_another_text_leaves_that_alone(tmp_path: Path) -> None:
    made = book()
    made["students"]["F2"] = "Oak School"
    sheet = opened(mended(made, tmp_path))["students"]
    assert (sheet["D2"].value, sheet["F2"].value) == ("Oak School", None)


def test_no_copy_holds_a_password_in_a_note(tmp_path: Path) -> None:
    made = book()
    made["students"]["A2"].comment = Comment("kestrel-2", "Kim")
    path = tmp_path / "roster.xlsx"
    made.save(path)
    content = parts(path.read_bytes())
    assert any(b"kestrel-2" in data for name, data in content.items() if "comment" in name)
    with pytest.raises(UsageError, match="copies of passwords"):
        mended(made, tmp_path)


def test_a_cell_that_a_formula_fills_is_left_and_counted(tmp_path: Path) -> None:
    made = book()
    made["students"]["C2"] = "=1+2"
    path = tmp_path / "roster.xlsx"
    made.save(path)
    content = parts(path.read_bytes())
    name = "xl/worksheets/sheet1.xml"
    # As Excel writes it: with the value that the formula had.
    content[name] = content[name].replace(
        b'<c r="C2"><f>1+2</f><v /></c>', b'<c r="C2" t="str"><f>1+2</f><v>03</v></c>'
    )
    with zipfile.ZipFile(path, "w") as packed:
        for part, data in content.items():
            packed.writestr(part, data)
    sent = look_at(path, tmp_path / "sent", Judge())
    copy = mend(sent, path, tmp_path / "copies", Judge(), CODES)
    assert opened(copy)["students"]["C2"].value == "=1+2"
    assert copy.done["CELL-203"] == 2 and copy.left == {"CELL-203": 1}


def test_a_sheet_with_notes_keeps_them_and_changes_are_coloured(tmp_path: Path) -> None:
    made = book()
    made["students"]["A2"].comment = Comment("call his mother", "Kim")
    sheet = opened(mended(made, tmp_path))["students"]
    assert sheet["A2"].comment is not None and sheet["A2"].comment.text == "call his mother"
    assert sheet["C2"].comment is None and sheet["C2"].fill.fgColor.rgb == "FFE2EFDA"


def test_a_thousand_changes_have_notes_and_all_have_colour(tmp_path: Path) -> None:
    sheet = opened(mended(book(600), tmp_path))["students"]
    changed = [cell for column in "CE" for cell in sheet[column][1:]]
    assert sum(cell.comment is not None for cell in changed) == MOST_NOTES
    assert {cell.fill.fgColor.rgb for cell in changed} == {"FFE2EFDA"}


def test_a_workbook_in_a_folder_is_mended_in_its_place(tmp_path: Path) -> None:
    path = drop(tmp_path / "d", {})
    book().save(path / "roster.xlsx")
    sent = look_at(path, tmp_path / "sent", Judge())
    copy = mend(sent, path, tmp_path / "copies", Judge(), CODES)
    assert set(copy.files) == {"roster.xlsx"}
    assert opened(copy)["students"]["C2"].value == "3"


def test_a_signed_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    book().save(path)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("_xmlsignatures/sig1.xml", "<x/>")
    sent = look_at(path, tmp_path / "sent", Judge())
    with pytest.raises(UsageError, match="signed"):
        mend(sent, path, tmp_path / "copies", Judge(), CODES)


@pytest.mark.parametrize(
    ("part", "content"),
    [("xl/styles.xml", b"<styleSheet/>"), ("xl/styles.xml", b"<"), ("xl/sharedStrings.xml", b"<")],
)
def test_a_workbook_with_odd_parts_is_refused_in_words(
    tmp_path: Path, part: str, content: bytes
) -> None:
    path = tmp_path / "roster.xlsx"
    book().save(path)
    sent = look_at(path, tmp_path / "sent", Judge())
    parts_of = parts(path.read_bytes()) | {part: content}
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in parts_of.items():
            packed.writestr(name, data)
    with pytest.raises(UsageError, match="No corrected copy was made"):
        mend(sent, path, tmp_path / "copies", Judge(), CODES)


@pytest.mark.parametrize(
    "tail",
    [b"</worksheet>", b'<tableParts count="1"/></worksheet>', b"<x:extLst/></x:worksheet>"],
)
def test_notes_are_named_in_the_place_that_the_format_asks_for(tail: bytes) -> None:
    sheet = b"<worksheet><sheetData></sheetData><pageMargins/>" + tail
    assert notes._end(sheet) == len(sheet) - len(tail)
