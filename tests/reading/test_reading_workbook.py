"""Excel workbooks: values as people see them, under the sheet's row numbers; or a refusal."""

import io
import os
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_workbooks import packed, parts, read_workbook, with_rows, with_texts, written

from importer import flow
from importer.checks.catalogue import clever
from importer.model.findings import FINDINGS
from importer.model.history import Who
from importer.model.sheet import Sheet
from importer.reading import container
from importer.reading.delimited import Reading
from importer.report.reported import Reported

_MANY = os.environ.get("IMPORTER_EXAMPLES")
FUZZ = settings(
    max_examples=int(_MANY or 100),
    derandomize=not _MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
WHO = Who("Zoë", "2026-09-01T06:00:00Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "roster.xlsx"


def _only(path: Path) -> Reading:
    """The one reading of a workbook."""
    readings = read_workbook("roster.xlsx", path)
    assert list(readings) == ["roster.xlsx"]
    return readings["roster.xlsx"]


def _sheet(reading: Reading) -> Sheet:
    assert reading.sheet is not None, reading.findings["detail"].to_list()
    return reading.sheet


def _rows(reading: Reading) -> list[tuple[Any, ...]]:
    return _sheet(reading).scan().collect().rows()


def _doubts(reading: Reading) -> list[tuple[Any, ...]]:
    doubts = _sheet(reading).doubts
    return [] if doubts is None else doubts.rows()


def _found(reading: Reading) -> list[tuple[str, int | None]]:
    return [(code, row) for code, row in reading.findings.select("code", "row").iter_rows()]


def _refusal(path: Path) -> str:
    """Why a workbook isn't read, in the words of FILE-150."""
    reading = _only(path)
    assert reading.sheet is None
    assert _found(reading) == [("FILE-150", None)]
    detail = reading.findings["detail"].item()
    assert isinstance(detail, str)
    return detail


# --- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0012", "0012"),
        (" Zoë ", " Zoë "),
        ("=1+1", "=1+1"),
        (7, "7"),
        (-7, "-7"),
        (7.0, "7"),
        (7.25, "7.25"),
        (0.1 + 0.2, "0.3"),
        (1.2e11, "120000000000"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2012, 3, 4), "2012-03-04"),
        (datetime(2012, 3, 4), "2012-03-04"),  # noqa: DTZ001 - Excel knows no zones
        (datetime(2012, 3, 4, 15, 30), "2012-03-04T15:30:00"),  # noqa: DTZ001
        (time(8, 5), "08:05:00"),
        (timedelta(hours=25, seconds=1), "25:00:01"),
    ],
)
def test_a_value_as_text(path: Path, value: Any, shown: str) -> None:
    written(path, students=[["id", "value"], ["1", value]])
    assert _rows(_only(path)) == [(2, "1", shown)]
    assert _found(_only(path)) == []


@pytest.mark.parametrize(
    ("value", "format_", "shown"),
    [
        (123, "000000", "000123"),
        (1234567, "000000", "1234567"),
        (7, "00", "07"),
        (7.0, "000", "007"),
        (123, "0", "123"),
        (123, "0.00", "123"),
        (7.5, "000", "7.5"),
        (123, "General", "123"),
    ],
)
def test_a_format_of_zeros_fills_up(path: Path, value: float, format_: str, shown: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = "id"
    sheet["A2"] = value
    sheet["A2"].number_format = format_
    book.save(path)
    assert _rows(_only(path)) == [(2, shown)]


def test_errors_and_formulas_without_a_value(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["id", "mail"],
        [1, "#N/A"],
        [2, "a@x.example"],
        [3, "#N/A"],
        [4, "=A2"],
        ["=A3", None],
    ):
        sheet.append(row)
    book.save(path)
    reading = _only(path)
    assert _rows(reading) == [
        (2, "1", None), (3, "2", "a@x.example"), (4, "3", None), (5, "4", None), (6, None, None),
    ]  # fmt: skip
    assert _doubts(reading) == [
        (2, "c1", "none", "#N/A", None),
        (4, "c1", "none", "#N/A", None),
        (5, "c1", "none", "a formula without a value", None),
        (6, "c0", "none", "a formula without a value", None),
    ]
    assert _found(reading) == []  # what follows is for those who know the columns


def test_a_formula_gives_the_value_that_was_kept(path: Path) -> None:
    with_rows(
        path,
        '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c>'
        '<c r="B1" t="str"><v>n</v></c></row>'
        '<row r="2"><c r="A2"><f>3+4</f><v>7</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>',
    )
    assert _rows(_only(path)) == [(2, "7", None)]
    assert _found(_only(path)) == []


def test_an_error_text_of_its_own_is_not_repeated(path: Path) -> None:
    with_rows(
        path,
        '<row r="1"><c r="A1" t="str"><v>id</v></c></row>'
        '<row r="2"><c r="A2" t="e"><v>Zoë Lind</v></c></row>',
    )
    assert _refusal(path) == container.DAMAGED


def test_shared_texts_are_read_whole(path: Path) -> None:
    """Formatted by parts, with spaces at their ends, escaped; how they are spoken is no part."""
    with_texts(
        path,
        "<si><t>id</t></si><si><r><t>Zo</t></r><r><rPr><b/></rPr><t>ë</t></r></si>"
        '<si><t xml:space="preserve"> x </t></si><si><t>a&amp;b</t></si><si><t/></si>'
        '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>',
        *"012345",
    )
    assert _rows(_only(path)) == [(2, "Zoë"), (3, " x "), (4, "a&b"), (6, "東京")]


# --- shape --------------------------------------------------------------------------------------


def test_rows_keep_the_numbers_of_the_sheet(path: Path) -> None:
    written(
        path, students=[[], [None, " "], ["id", "name"], ["1", "a"], [], ["", " "], ["2", "b"], []]
    )
    reading = _only(path)
    assert _sheet(reading).header == ("id", "name")
    assert _rows(reading) == [(4, "1", "a"), (7, "2", "b")]
    assert _sheet(reading).blank.to_list() == [5, 6]
    assert _sheet(reading).rows == 2
    assert _found(reading) == [("FILE-139", 3), ("FILE-133", 5)]


def test_what_stands_beyond_the_header_is_kept(path: Path) -> None:
    written(
        path,
        students=[["id", None, "name"], ["1", "x", "a", "red"], ["2", None, "b", None, "blue"]],
    )
    reading = _only(path)
    assert _sheet(reading).header == ("id", "", "name", "", "")
    assert _rows(reading) == [(2, "1", "x", "a", "red", None), (3, "2", None, "b", None, "blue")]


def test_formatted_empty_cells_are_nothing(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["id"])
    sheet.append(["1"])
    for place in ("D1", "D2", "A9", "XFD9"):
        sheet[place].number_format = "0.00"
    book.save(path)
    reading = _only(path)
    assert (_sheet(reading).header, _rows(reading)) == (("id",), [(2, "1")])
    assert _found(reading) == []


def test_each_sheet_that_holds_anything_is_a_file(path: Path) -> None:
    written(path, students=[["id"], ["1"]], notes=[], teachers=[["id"], ["T1"]])
    readings = read_workbook("roster.xlsx", path)
    assert list(readings) == ["roster.xlsx [students]", "roster.xlsx [teachers]"]
    assert [_rows(r) for r in readings.values()] == [[(2, "1")], [(2, "T1")]]
    assert [_sheet(r).name for r in readings.values()] == list(readings)


def test_a_title_is_shown_without_what_can_t_be_shown(path: Path) -> None:
    written(path, **{"a\u202eb": [["id"], ["1"]], "c": [["id"], ["1"]]})
    assert "roster.xlsx [a?b]" in read_workbook("roster.xlsx", path)


def test_empty_workbooks_and_headers_alone(path: Path) -> None:
    assert _found(_only(written(path, students=[]))) == [("FILE-103", None)]
    reading = _only(written(path, students=[["id", "name"]]))
    assert (_sheet(reading).header, _sheet(reading).rows) == (("id", "name"), 0)
    assert _found(reading) == [("FILE-104", 1)]


def test_a_sheet_may_have_512_columns(path: Path) -> None:
    written(path, students=[["id"], ["x"] * 512])
    assert len(_sheet(_only(path)).header) == 512
    written(path, students=[["id"], ["x"] * 513])
    assert _found(_only(path)) == [("FILE-148", None)]


_TEXTS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="_\ufffe\uffff"
    ),
    max_size=6,
)


@FUZZ
@given(st.lists(st.lists(_TEXTS, max_size=5), max_size=8))
def test_a_grid_of_texts_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    # openpyxl doesn't say of blanks alone that they are to be kept, so they aren't.
    rows = [[text if text.strip(" ") else "" for text in row] for row in rows]
    with TemporaryDirectory() as folder:
        reading = _only(written(Path(folder) / "roster.xlsx", students=rows))
    filled = [(n, row) for n, row in enumerate(rows, 1) if any(value.strip() for value in row)]
    if not filled:
        assert _found(reading) == [("FILE-103", None)]
        return
    sheet = _sheet(reading)
    width = max(_width(row) for _, row in filled)
    padded = [(n, *[*row, *[""] * width][:width]) for n, row in filled]
    assert sheet.header == padded[0][1:]
    assert [tuple(v or "" for v in row) for row in _rows(reading)] == padded[1:]
    numbers = [n for n, _ in filled]
    first, last = min(numbers), max(numbers)
    assert sheet.blank.to_list() == [n for n in range(first + 1, last) if n not in numbers]


def _width(row: list[str]) -> int:
    return max((at for at, value in enumerate(row, 1) if value), default=0)


# --- what is no workbook, or means harm ---------------------------------------------------------


def _zip(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"id,name\n1,a\n", "not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old workbook (.xls)"),
        (b"\xd0\xcf\x11\xe0" + bytes(99) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (_zip(students=b"id,name\n"), "damaged"),
        (b"PK\x05\x06" + bytes(18), "damaged"),
    ],
    ids=["text", "ole", "sealed", "half a zip", "another zip", "an empty zip"],
)
def test_what_is_no_workbook(path: Path, content: bytes, words: str) -> None:
    path.write_bytes(content)
    assert words in _refusal(path)


def _bomb(path: Path) -> None:
    packed(path, {**parts(written(path, s=[["id"]])), "xl/media/x": bytes(20_000_000)})


def _many_parts(path: Path) -> None:
    packed(path, {**parts(written(path, s=[["id"]])), **{f"xl/x{n}": b"" for n in range(1_001)}})


def _long_contents(path: Path) -> None:
    packed(path, {**parts(written(path, s=[["id"]])), **{f"{n:060000}": b"" for n in range(20)}})


def _entities(path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'
    with_rows(path, '<row r="1"><c r="A1" t="str"><v>&e8;</v></c></row>', doctype)


def _late_doctype(path: Path) -> None:
    with_rows(
        path, '<row r="1"/>', f"<!--{random.Random(7).randbytes(50_000).hex()}--><!DOCTYPE x>"
    )


def _utf16_doctype(path: Path) -> None:
    _late_doctype(path)
    content = parts(path)
    text = content["xl/worksheets/sheet1.xml"].decode().replace("?>", ' encoding="utf-16"?>', 1)
    packed(path, {**content, "xl/worksheets/sheet1.xml": text.encode("utf-16")})


def _no_rows(path: Path) -> None:
    content = parts(written(path, s=[["id"]]))
    packed(path, {**content, "xl/worksheets/sheet1.xml": b"<worksheet><rows/></worksheet>"})


def _unknown_style(path: Path) -> None:
    with_rows(path, '<row r="1"><c r="A1" s="99"><v>1</v></c></row>')


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_bomb, "more than 100 times"),
        (_many_parts, "more than 1,000 parts"),
        (_long_contents, "table of contents is too large"),
        (_entities, "document type"),
        (_late_doctype, "document type"),
        (_utf16_doctype, "document type"),
        (_no_rows, "usual form"),
        (_unknown_style, "damaged"),
    ],
)
def test_harm_is_refused(path: Path, make: Callable[[Path], None], words: str) -> None:
    make(path)
    assert words in _refusal(path)


def test_more_than_the_limit_unpacked_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(path, students=[["id"], ["1"]])
    monkeypatch.setattr(container, "_INFLATED", 1 << 10)
    assert "unpacked it is larger than" in _refusal(path)


def _cell(place: str, value: str = "x") -> str:
    return f'<c r="{place}" t="str"><v>{value}</v></c>'


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="2">{_cell("A2")}</row><row r="1">{_cell("A1")}</row>',
        f'<row r="1">{_cell("A1")}</row><row r="1">{_cell("A1")}</row>',
        f'<row r="1">{_cell("A1")}</row><row r="4294967295">{_cell("A4294967295")}</row>',
        f'<row r="1">{_cell("B1")}{_cell("A1")}</row>',
        f'<row r="1">{_cell("A1")}{_cell("A1")}</row>',
        f'<row r="1">{_cell("A7")}</row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1" t="n"><v>one</v></c></row>',
        '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
        '<row r="1"><c r="Å1"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        f'<row r="1">{_cell("A1")}</row></sheetData><sheetData><row r="2">{_cell("A2")}</row>',
        '<row r="one"/>',
        '<row r="1">',
    ],
)
def test_cells_whose_place_or_value_is_in_doubt(path: Path, rows: str) -> None:
    assert "damaged" in _refusal(with_rows(path, rows))


def _strict(content: dict[str, bytes]) -> dict[str, bytes]:
    """The parts in the namespaces of ISO/IEC 29500 Strict, as “Strict Open XML Spreadsheet” has."""
    names = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main":
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships":
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    }  # fmt: skip
    for old, new in names.items():
        content = {part: data.replace(old, new) for part, data in content.items()}
    return content


def _prefixed(content: dict[str, bytes]) -> dict[str, bytes]:
    """The sheet with a prefix before every element, as some libraries write it."""
    sheet = content["xl/worksheets/sheet1.xml"].replace(b'xmlns="', b'xmlns:x="')
    sheet = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", sheet)
    return {**content, "xl/worksheets/sheet1.xml": sheet}


def _backslashed(content: dict[str, bytes]) -> dict[str, bytes]:
    return {part.replace("/", "\\"): data for part, data in content.items()}


@pytest.mark.parametrize("other", [_strict, _prefixed, _backslashed])
def test_other_ways_to_write_a_workbook(
    path: Path, other: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    rows: list[list[Any]] = [["id", "born", "n"], ["0012", date(2012, 3, 4), 7]]
    rows += [["0013", "#N/A", "x"]]
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.worksheets[0]["C2"].number_format = "000"
    book.save(path)
    packed(path, other(parts(path)))
    reading = _only(path)
    assert _rows(reading) == [(2, "0012", "2012-03-04", "007"), (3, "0013", None, "x")]
    assert {(row, kind) for row, _, kind, *_ in _doubts(reading)} == {(2, "date"), (3, "none")}


def test_a_gap_of_a_million_rows_costs_nothing(path: Path) -> None:
    with_rows(path, f'<row r="1">{_cell("A1")}</row><row r="1048576">{_cell("A1048576")}</row>')
    reading = _only(path)
    assert _rows(reading) == [(1_048_576, "x")]
    assert len(_sheet(reading).blank) == 1_048_574


def test_a_refusal_repeats_nothing_of_the_file(path: Path) -> None:
    with_rows(path, '<row r="1"><c r="A1" t="n"><v>Zoë Lind</v></c></row>')
    assert _refusal(path) == container.DAMAGED


_PLACE = st.integers(0, 1 << 20)  # taken modulo a length, which differs by the time of writing


@FUZZ
@given(st.lists(st.tuples(_PLACE, st.integers(0, 255)), max_size=4), _PLACE)
def test_no_changed_byte_makes_it_fail(changes: list[tuple[int, int]], cut: int) -> None:
    with TemporaryDirectory() as folder:
        path = _good(Path(folder))
        content = bytearray(path.read_bytes())
        for place, byte in changes:
            content[place % len(content)] = byte
        path.write_bytes(content[: cut % len(content) + 1] if cut % 2 else content)
        _is_told(path)


@FUZZ
@given(_PLACE, _PLACE, st.binary(max_size=9))
def test_no_damaged_part_makes_it_fail(which: int, cut: int, end: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = _good(Path(folder))
        content = parts(path)
        name = sorted(content)[which % len(content)]
        packed(path, {**content, name: content[name][: cut % len(content[name])] + end})
        _is_told(path)


def _good(folder: Path) -> Path:
    return written(folder / "roster.xlsx", students=[["id", "n"], ["1", 7], ["2", 8.5]])


def _is_told(path: Path) -> None:
    """Whatever became of it, there are sheets that can be used, or words."""
    for reading in read_workbook("roster.xlsx", path).values():
        assert reading.findings.schema == FINDINGS
        if reading.sheet is None:
            assert reading.findings.height == 1
        else:
            reading.sheet.scan().collect()
            reading.sheet.sample()


# --- end to end ---------------------------------------------------------------------------------


def _as_rows(text: str | bytes) -> list[list[str]]:
    assert isinstance(text, str)
    return [line.split(",") for line in text.splitlines()]


_SHEETS = {name.removesuffix(".csv"): _as_rows(text) for name, text in clever().items()}


def _check(path: Path, folder: Path) -> Reported:
    return flow.check(path, folder / "scratch", WHO)


def _faults(reported: Reported) -> list[str]:
    serious = pl.col("severity").is_in(["ERROR", "BLOCK"])
    return reported.findings.filter(serious)["code"].to_list()


def test_a_workbook_of_one_sheet_is_checked_by_itself(path: Path, tmp_path: Path) -> None:
    reported = _check(written(path, Sheet1=_SHEETS["schools"]), tmp_path)
    assert reported.summary["format"]["name"] == "clever"
    assert _faults(reported) == []


def test_a_workbook_of_several_sheets_is_a_set(path: Path, tmp_path: Path) -> None:
    whole = _check(written(path, **_SHEETS), tmp_path)
    assert _faults(whole) == []
    assert {line["file"] for line in whole.summary["files"]} == {
        f"roster.xlsx [{title}]" for title in _SHEETS
    }
    less = {title: rows for title, rows in _SHEETS.items() if title != "enrollments"}
    assert _faults(_check(written(path, **less), tmp_path)) == ["FILE-108"]


def test_a_sheet_is_known_by_its_title_where_a_header_is_misspelt(
    path: Path, tmp_path: Path
) -> None:
    header, *rows = _SHEETS["students"]
    spelt = ["Pupil" if cell == "Student_id" else cell for cell in header]
    reported = _check(written(path, **{**_SHEETS, "students": [spelt, *rows]}), tmp_path)
    found = reported.findings.filter(pl.col("code") == "FILE-120")
    assert found["file"].to_list() == ["roster.xlsx [students]"]


@pytest.mark.parametrize("zipped", [False, True])
def test_workbooks_in_a_folder_or_zip(tmp_path: Path, zipped: bool) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    for title, rows in _SHEETS.items():
        written(folder / f"{title}.xlsx", **{title: rows})
    if zipped:
        with zipfile.ZipFile(tmp_path / "drop.zip", "w") as archive:
            for file in folder.iterdir():
                archive.write(file, file.name)
    reported = _check(tmp_path / "drop.zip" if zipped else folder, tmp_path)
    assert _faults(reported) == []
    assert len(reported.summary["files"]) == len(_SHEETS)


def test_a_row_is_told_by_its_number_in_the_sheet(path: Path, tmp_path: Path) -> None:
    header, row = _SHEETS["students"]
    wrong = [
        "Grade 99" if name == "Grade" else cell for name, cell in zip(header, row, strict=True)
    ]
    reported = _check(written(path, **{**_SHEETS, "students": [[], header, [], wrong]}), tmp_path)
    found = reported.findings.filter(pl.col("code") == "CELL-204")
    assert found.select("file", "row").rows() == [("roster.xlsx [students]", 4)]


def test_an_old_workbook_is_told_to_be_saved_anew(tmp_path: Path) -> None:
    (tmp_path / "roster.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    found = _check(tmp_path / "roster.xls", tmp_path).findings.filter(pl.col("code") == "FILE-102")
    assert ".xlsx" in found["fix"].item()
