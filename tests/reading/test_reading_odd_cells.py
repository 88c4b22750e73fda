"""What a sheet holds besides values: errors, masks, merged, dated and hidden cells. All is said."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_workbooks import read_workbook, with_rows

from importer.model.sheet import Sheet
from importer.reading.cells import mask
from importer.reading.delimited import Reading
from importer.reading.places import letters


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "roster.xlsx"


class Book:
    """A workbook of one sheet that can be changed before it is read."""

    def __init__(self, *rows: list[Any]) -> None:
        self.book = openpyxl.Workbook()
        self.sheet: Any = self.book.worksheets[0]
        for row in rows:
            self.sheet.append(row)

    def read(self, path: Path) -> Reading:
        self.book.save(path)
        (reading,) = read_workbook(path.name, path).values()
        return reading


def _sheet(reading: Reading) -> Sheet:
    assert reading.sheet is not None, reading.findings["detail"].to_list()
    return reading.sheet


def _rows(reading: Reading) -> list[tuple[Any, ...]]:
    return _sheet(reading).scan().collect().rows()


def _doubts(reading: Reading) -> list[tuple[Any, ...]]:
    doubts = _sheet(reading).doubts
    return [] if doubts is None else doubts.rows()


def _said(reading: Reading) -> list[tuple[Any, ...]]:
    return reading.findings.select("code", "row", "column", "detail", "rows").rows()


# --- numbers behind a mask ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format_", "number", "shown"),
    [
        ("000000", 123, "000123"),
        ("000000", 1234567, "1234567"),
        ("000000", 0, "000000"),
        ("000000", -5, "-000005"),
        ("000-00", 123, "001-23"),
        ("000-00", 123456, "1234-56"),
        ("00000\\-0000", 21390042, "02139-0042"),
        ('"S"0000', 17, "S0017"),
        ("[$-409]0000", 17, "0017"),
        ("0000;[Red]-0000", 17, "0017"),
        ("(000) 000-0000", 6175550123, "(617) 555-0123"),
    ],
)
def test_a_mask_of_zeros(format_: str, number: int, shown: str) -> None:
    found = mask(format_)
    assert found is not None and found.shown(number) == shown


@pytest.mark.parametrize(
    "format_",
    ["General", "0", "0.00", "#,##0", "00%", "yyyy", "00/00", "@", "0E+00", "", '"x', "\\"],
)
def test_other_formats_are_no_mask(format_: str) -> None:
    assert mask(format_) is None


@given(st.integers(0, 10**15 - 1), st.lists(st.sampled_from(["0", "-", " ", '"A"', "\\x"])))
def test_a_mask_keeps_every_digit(number: int, pieces: list[str]) -> None:
    found = mask("00" + "".join(pieces))
    assert found is not None
    digits = "".join(sign for sign in found.shown(number) if sign.isdigit())
    assert int(digits) == number and len(digits) >= found.pieces.count(None)


def test_restored_zeros_are_said_once_a_column(path: Path) -> None:
    book = Book(["id", "room", "n"], [7, 8, 9], [17, 8, 9], [1234, "8", 9])
    for place in ("A2", "A3", "A4", "B2"):
        book.sheet[place].number_format = "000"
    reading = book.read(path)
    assert _rows(reading) == [(2, "007", "008", "9"), (3, "017", "8", "9"), (4, "1234", "8", "9")]
    assert _said(reading) == [
        ("FILE-180", 2, "id", None, 2), ("FILE-180", 2, "room", None, 1),
    ]  # fmt: skip


def test_a_number_that_excel_cut_has_no_value(path: Path) -> None:
    reading = Book(["id"], [999_999_999_999_999], [1_000_000_000_000_000], [1.5e300]).read(path)
    assert _rows(reading) == [(2, "999999999999999"), (3, None), (4, None)]
    assert [(row, kind) for row, _, kind, *_ in _doubts(reading)] == [(3, "none"), (4, "none")]


# --- dates --------------------------------------------------------------------------------------


def test_dates_are_known_as_such(path: Path) -> None:
    born, seen = date(2012, 3, 4), datetime(2026, 9, 1, 8, 30)  # noqa: DTZ001 - Excel knows no zones
    reading = Book(["id", "born"], ["1", born], ["2", "2012-03-05"], ["3", seen]).read(path)
    assert _doubts(reading) == [(2, "c1", "date", None, None), (4, "c1", "date", None, None)]
    assert _said(reading) == []


def test_the_other_epoch(path: Path) -> None:
    book = Book(["born"], [date(2012, 3, 4)])
    book.book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
    assert _rows(book.read(path)) == [(2, "2012-03-04")]


# --- merged cells -------------------------------------------------------------------------------


def test_merged_cells_name_the_one_that_has_the_value(path: Path) -> None:
    book = Book(
        ["school", "id", "a", "b"], ["Oak", "1"], [None, "2"], [None, "3"], ["Elm", "4", "x"]
    )
    book.sheet.merge_cells("A2:A4")
    book.sheet.merge_cells("C5:D5")
    assert _doubts(book.read(path)) == [
        (3, "c0", "merged", "A2:A4", "Oak"),
        (4, "c0", "merged", "A2:A4", "Oak"),
        (5, "c3", "merged", "C5:D5", None),
    ]


def test_merged_cells_around_the_table_are_nothing(path: Path) -> None:
    book = Book(["School roster", None], ["id", "n"], ["1", "a"], [None, None])
    for area in ("A1:B1", "A4:B6", "D1:F9"):
        book.sheet.merge_cells(area)
    (reading,) = read_workbook(path.name, _saved(book, path), frozenset({"id", "n"})).values()
    assert _doubts(reading) == []


def test_merged_areas_one_over_the_other_end(path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 400))
    areas = '<mergeCell ref="A1:XFD1048576"/>' * 4000
    reading = read_workbook(
        path.name, with_rows(path, rows, after=f"<mergeCells>{areas}</mergeCells>")
    )
    assert _sheet(reading[path.name]).rows == 398


# --- what can't be seen -------------------------------------------------------------------------


def test_hidden_rows_are_read_and_said(path: Path) -> None:
    book = Book(["id"], *([str(n)] for n in range(2, 31)))
    for row in (1, 3, 5, 6, 7, 40):
        book.sheet.row_dimensions[row].hidden = True
    reading = book.read(path)
    assert _sheet(reading).rows == 29
    assert _said(reading) == [("FILE-175", 3, None, "3, 5–7", 4)]


def test_many_hidden_rows_are_not_all_named(path: Path) -> None:
    book = Book(["id"], *([str(n)] for n in range(2, 31)))
    for row in range(3, 31, 2):
        book.sheet.row_dimensions[row].hidden = True
    assert _said(book.read(path)) == [("FILE-175", 3, None, "3, 5, 7, 9, 11 …", 14)]


def test_hidden_columns_are_read_and_named_by_their_header(path: Path) -> None:
    book = Book(["id", "note", None, "old"], ["1", "x", "y"])
    for name in "BCDEF":
        book.sheet.column_dimensions[name].hidden = True
    reading = book.read(path)
    assert _rows(reading) == [(2, "1", "x", "y", None)]
    assert _said(reading) == [("FILE-176", 1, "note", None, 1), ("FILE-176", 1, "C", None, 1)]


# --- errors and formulas ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('t="e"><v>#REF!</v>', "#REF!"),
        ('t="e"><f>A1</f><v>#N/A</v>', "#N/A"),
        ("><f>A1</f>", "a formula without a value"),
        ("><f>A1</f><v/>", "a formula without a value"),
        ('t="n"><f>A1</f><v></v>', "a formula without a value"),
        ('><f t="shared" si="0"/>', "a formula without a value"),
        ('t="str"><f>A1</f><v></v>', None),
        ("><f>A1</f><v>0</v>", None),
        ('t="str"><v>x</v>', None),
        ("/>", None),
    ],
)
def test_cells_without_a_usable_value(path: Path, cell: str, told: str | None) -> None:
    end = "" if cell == "/>" else "</c>"
    with_rows(
        path,
        '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>n</v></c></row>'
        f'<row r="2"><c r="A2"><v>1</v></c><c r="B2" {cell}{end}</row>',
    )
    (reading,) = read_workbook(path.name, path).values()
    assert [detail for *_, detail, _ in _doubts(reading)] == ([told] if told else [])


def test_a_formula_of_another_part_of_the_sheet_is_no_cell_s(path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="str"><v>id</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    with_rows(path, rows, after="<extLst><ext><f>A1</f></ext></extLst>")
    (reading,) = read_workbook(path.name, path).values()
    assert _doubts(reading) == []


def test_a_table_of_errors_alone_is_not_called_empty(path: Path) -> None:
    reading = Book(["#N/A"], ["#REF!"]).read(path)
    assert reading.findings.select("code", "detail").rows() == [
        ("FILE-150", "it holds no value, only errors and formulas")
    ]


@pytest.mark.parametrize(
    ("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA"), (16384, "XFD")]
)
def test_letters_of_columns(number: int, name: str) -> None:
    assert letters(number) == name


def _saved(book: Book, path: Path) -> Path:
    book.book.save(path)
    return path
