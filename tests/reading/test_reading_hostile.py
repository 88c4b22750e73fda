"""Workbooks made to do harm: each ends as words, in bounded time, and never takes importer along.

They are read apart, as drops are. Large ones are in benchmarks/hostile_workbooks.py.
"""

import io
import random
import struct
import time
import zipfile
from pathlib import Path

import pytest
from reading_workbooks import packed, parts, read_workbook, with_rows, with_texts, written

from importer import flow
from importer.intake import isolated
from importer.model.died import Died
from importer.model.history import Who
from importer.reading import scan, workbook
from importer.reading.delimited import Reading

SHEET = "xl/worksheets/sheet1.xml"
SECONDS = 20  # several times what is promised (5): the machine of the tests may be busy


def _read(path: Path) -> dict[str, Reading]:
    begun = time.monotonic()
    readings = workbook.read_workbook(
        path.name, path, lambda name: isolated.each("importer.reading.excel:sheets", [name])
    )
    assert time.monotonic() - begun < SECONDS
    return readings


def _words(path: Path) -> str:
    """Why it isn't read."""
    ((_, reading),) = _read(path).items()
    assert reading.sheet is None
    return f"{reading.findings['code'].item()} {reading.findings['detail'].item()}"


def _cell(place: str) -> str:
    return f'<c r="{place}"><v>1</v></c>'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "roster.xlsx"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        # The first two abort a process that calamine reads them in (tafia/calamine#693).
        (f'<row r="1">{_cell("A1")}</row><row r="1048576">{_cell("XFD1048576")}</row>', "XFD"),
        ("".join(f'<row r="{n}">{_cell(f"A{n}")}</row>' for n in range(1, 3000))
         + f'<row r="3000">{_cell("XFD3000")}</row>', "XFD"),
        (f'<row r="1">{_cell("A1")}</row><row r="1048576">{_cell("IV1048576")}</row>', "far apart"),
    ],
    ids=["far cell", "one wide row", "a large area"],
)  # fmt: skip
def test_cells_far_away(path: Path, rows: str, words: str) -> None:
    padded = f"<!--{random.Random(1).randbytes(len(rows) // 100).hex()}-->"  # lest it be a bomb
    assert words in _words(with_rows(path, rows, padded))


def test_a_dimension_that_lies_is_not_believed(path: Path) -> None:
    content = parts(written(path, s=[["id"], ["1"]]))
    far = content[SHEET].replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    assert far != content[SHEET]
    ((_, reading),) = _read(packed(path, {**content, SHEET: far})).items()
    assert reading.sheet is not None and reading.sheet.rows == 1


def test_rows_and_cells_without_a_value_cost_little(path: Path) -> None:
    empty = "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(2, 50_000))
    with_rows(path, f'<row r="1">{_cell("A1")}</row>{empty}')
    ((_, reading),) = _read(path).items()
    assert reading.sheet is not None and reading.sheet.header == ("1",)


@pytest.mark.parametrize("rows", [100, 101])
def test_more_rows_than_the_limit(path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(scan, "MAX_ROWS", 100)
    written(path, s=[[n] for n in range(rows)])
    (reading,) = read_workbook(path.name, path).values()
    assert reading.findings["code"].to_list() == (["FILE-148"] if rows > 100 else [])


def test_a_text_of_any_size(path: Path) -> None:
    long = random.Random(1).randbytes(600_000).hex()
    with_texts(path, f"<si><t>id</t></si><si><t>{long}</t></si>", "0", "1")
    assert _words(path) == "FILE-148 a cell in it holds more than 1 MiB of text"


@pytest.mark.parametrize(
    ("texts", "words"),
    [("<si/>" * 10_000_001, "two million"), ("<si><t/></si>" * 5_000_000, "packed more than")],
)
def test_millions_of_texts(path: Path, texts: str, words: str) -> None:
    noise = random.Random(1).randbytes(600_000).hex() if words == "two million" else ""
    assert words in _words(with_texts(path, f"<!--{noise}-->{texts}", "0"))


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/theme/theme1.xml"])
@pytest.mark.parametrize(
    "doctype",
    ['<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>', '<!DOCTYPE x SYSTEM "http://x/">'],
)
def test_no_part_may_name_other_files(path: Path, part: str, doctype: str) -> None:
    content = parts(written(path, s=[["id"], ["1"]]))
    head, end, rest = content[part].partition(b"?>")
    head, rest = (head + end, rest) if end else (b"", head)
    packed(path, {**content, part: head + doctype.encode() + rest})
    assert "document type" in _words(path)


@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/workbook.xml", SHEET, "_rels/.rels", "[Content_Types].xml"]
)
def test_a_part_that_is_missing(path: Path, part: str) -> None:
    content = parts(with_texts(path, "<si><t>id</t></si><si><t>n</t></si>", "0", "1"))
    del content[part]
    packed(path, content)
    if part == "[Content_Types].xml":  # nobody needs it to read
        assert all(reading.sheet for reading in _read(path).values())
    else:
        assert _words(path).startswith("FILE-150")


@pytest.mark.parametrize("name", [SHEET, SHEET.upper(), SHEET.replace("/", "\\"), f"/{SHEET}"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice(path: Path, name: str) -> None:
    written(path, s=[["id"], ["1"]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, parts(path)[SHEET])
    assert "the same name" in _words(path)


def test_parts_that_lie_one_over_the_other(path: Path) -> None:
    """Every entry of the table of contents points to the same bytes (CVE-2024-0450)."""
    written(path, s=[["id"], ["1"]])
    with zipfile.ZipFile(path) as archive:
        start, infos = archive.start_dir, archive.infolist()
    data = bytearray(path.read_bytes())
    entries = [i for i in range(start, len(data)) if data[i : i + 4] == b"PK\x01\x02"]
    assert len(entries) == len(infos)
    for entry in entries[1:]:
        struct.pack_into("<L", data, entry + 42, struct.unpack_from("<L", data, entries[0] + 42)[0])
    path.write_bytes(data)
    assert "lie one over the other" in _words(path) or "damaged" in _words(path)


def test_relations_in_a_circle(path: Path) -> None:
    content = parts(written(path, s=[["id"], ["1"]]))
    rels = content["xl/_rels/workbook.xml.rels"]
    for target in (b"/xl/workbook.xml", b"/xl/_rels/workbook.xml.rels", b"../../../../etc/passwd"):
        turned = rels.replace(b"/xl/worksheets/sheet1.xml", target)
        assert turned != rels
        packed(path, {**content, "xl/_rels/workbook.xml.rels": turned})
        assert _words(path).startswith("FILE-150")


def test_cut_off_anywhere(tmp_path: Path) -> None:
    """At every KiB."""
    whole = written(
        tmp_path / "whole.xlsx", s=[["id", "n"], *([str(n), n * 7919] for n in range(2000))]
    )
    data = whole.read_bytes()
    assert len(data) > 20 << 10
    for size in range(0, len(data), 1 << 10):
        cut = tmp_path / "cut.xlsx"
        cut.write_bytes(data[:size])
        (reading,) = read_workbook(cut.name, cut).values()
        assert reading.findings["code"].to_list() == ["FILE-150"], size


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("xl/workbook.bin", "a binary workbook (.xlsb)"),
        ("content.xml", "an OpenDocument spreadsheet (.ods)"),
        ("word/document.xml", "a Word document"),
    ],
)
def test_other_documents_are_named(path: Path, name: str, words: str) -> None:
    assert words in _words(packed(path, {name: b"<x/>"}))


def test_a_sealed_part(path: Path) -> None:
    written(path, s=[["id"], ["1"]])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.start_dir
    data[start + 8] |= 1
    path.write_bytes(data)
    assert "password" in _words(path)


@pytest.mark.parametrize("reason", ["time", "memory", "crash", "error"])
def test_whatever_happens_apart_is_words(path: Path, reason: str) -> None:
    readings = workbook.read_workbook("roster.xlsx", path, lambda _: iter([Died(reason)]))
    assert readings["roster.xlsx"].findings["code"].to_list() == ["FILE-150"]


def test_a_failing_disk_is_no_fault_of_the_workbook(path: Path) -> None:
    with pytest.raises(OSError, match="disk"):
        workbook.read_workbook("roster.xlsx", path, lambda _: iter([Died("disk")]))


def test_a_drop_with_such_a_workbook_is_checked_to_its_end(tmp_path: Path) -> None:
    far = f'<row r="1">{_cell("A1")}</row><row r="1048576">{_cell("XFD1048576")}</row>'
    (tmp_path / "drop").mkdir()
    with_rows(tmp_path / "drop" / "students.xlsx", far)
    written(tmp_path / "drop" / "schools.xlsx", s=[["School_id", "School_name"], ["1", "Oak"]])
    who = Who("Zoë", "2026-09-01T06:00:00Z")
    reported = flow.check(tmp_path / "drop", tmp_path / "scratch", who)
    assert "FILE-148" in reported.findings["code"].to_list()
