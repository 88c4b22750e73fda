"""Case by case what the reader of delimited text makes of broken and odd files."""

import codecs
import gzip
import io
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from importer.model.sheet import ROW, Sheet
from importer.reading.delimited import Reading, read

HEADER = "id,name\n"
_ROW_TYPE = pl.UInt32()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def _read(folder: Path, content: str | bytes) -> Reading:
    path = folder / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read("people.csv", path, path.stat().st_size)


def _sheet(reading: Reading) -> Sheet:
    assert reading.sheet is not None
    return reading.sheet


def _rows(reading: Reading) -> list[tuple[Any, ...]]:
    """The rows that can be trusted: line and cells."""
    return _sheet(reading).scan().collect().rows()


def _found(reading: Reading) -> list[tuple[str, int | None]]:
    return [(code, row) for code, row in reading.findings.select("code", "row").iter_rows()]


def _detail(reading: Reading, code: str) -> list[str]:
    return reading.findings.filter(pl.col("code") == code)["detail"].to_list()


# --- good files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("bom", [b"", codecs.BOM_UTF8])
def test_a_plain_file(folder: Path, end: str, last: bool, bom: bytes) -> None:
    text = end.join(["id,name", "0012,Zoë", '7,"Cruz, Jr."', "8,"]) + (end if last else "")
    reading = _read(folder, bom + text.encode())
    assert _sheet(reading).header == ("id", "name")
    assert _rows(reading) == [(2, "0012", "Zoë"), (3, "7", "Cruz, Jr."), (4, "8", None)]
    assert _sheet(reading).rows == 3
    assert _found(reading) == ([("FILE-154", None)] if bom else [])
    assert not _sheet(reading).cut


def test_mixed_line_ends(folder: Path) -> None:
    reading = _read(folder, "id,name\r\n1,a\n2,b\r\n3,c\n")
    assert _rows(reading) == [(2, "1", "a"), (3, "2", "b"), (4, "3", "c")]
    assert _found(reading) == [("FILE-167", 2)]
    assert reading.findings["rows"].to_list() == [2]


def test_text_stays_text(folder: Path) -> None:
    """Nothing is guessed: zeros, exponents, dates, NA and spaces come as they were sent."""
    values = ["00123", "1.23457E+11", "10-9", "NA", "null", " 7 ", "12345678901234567890", "TRUE"]
    reading = _read(folder, HEADER + "".join(f"{value},x\n" for value in values))
    assert [row[1] for row in _rows(reading)] == values


def test_quotes_of_every_kind(folder: Path) -> None:
    reading = _read(folder, 'id,name\n"1","a ""b"" c"\n2,""\n"",x\n"3,4","5,,6"\n')
    assert _rows(reading) == [(2, "1", 'a "b" c'), (3, "2", ""), (4, "", "x"), (5, "3,4", "5,,6")]
    assert _found(reading) == []


# --- rows of another width ----------------------------------------------------------------------


def test_short_and_long_rows_are_known_by_their_lines(folder: Path) -> None:
    reading = _read(folder, "a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11,12\n13\n14,15,16\n")
    assert _sheet(reading).damaged.to_list() == [3, 5, 6]
    assert _rows(reading) == [
        (2, "1", "2", "3"), (4, "6", "7", "8"), (7, "14", "15", "16"),
    ]  # fmt: skip
    assert _found(reading) == [("FILE-130", 3), ("FILE-131", 5), ("FILE-130", 6)]
    assert _detail(reading, "FILE-130") == ["2 of 3", "1 of 3"]
    assert _detail(reading, "FILE-131") == ["4 of 3"]
    assert _sheet(reading).rows == 6
    assert not _sheet(reading).cut


def test_ragged_rows_between_quoted_ones(folder: Path) -> None:
    reading = _read(folder, 'a,b\n"1,1",2\n3\n"4","5"\n6,7,"8,9"\n10,11\n')
    assert _sheet(reading).damaged.to_list() == [3, 5]
    assert _rows(reading) == [(2, "1,1", "2"), (4, "4", "5"), (6, "10", "11")]


def test_a_comma_too_many_at_the_end(folder: Path) -> None:
    reading = _read(folder, "a,b\n1,2,\n3,4\n")
    assert _found(reading) == [("FILE-131", 2)]


@pytest.mark.parametrize("rows", [b"1,2\n3", b'1,2\n3,"4', b"1,2\n3,4,5"])
def test_a_file_that_ends_inside_a_row(folder: Path, rows: bytes) -> None:
    reading = _read(folder, b"a,b\n" + rows)
    assert _sheet(reading).cut
    assert ("FILE-137", 3) in _found(reading)
    assert _sheet(reading).damaged.to_list() == [3]
    assert _rows(reading) == [(2, "1", "2")]


@pytest.mark.parametrize("rows", [b"1,2\n3,4", b"1,2\n3\n", b"1,2\n3,4\n\n", b"1,2\n3\n4,5"])
def test_a_file_that_does_not_end_inside_a_row(folder: Path, rows: bytes) -> None:
    assert not _sheet(_read(folder, b"a,b\n" + rows)).cut


# --- blank lines --------------------------------------------------------------------------------


def test_blank_lines_keep_the_line_numbers(folder: Path) -> None:
    reading = _read(folder, "a,b\n\n1,2\n\n \n3,4\n\n")
    assert _rows(reading) == [(3, "1", "2"), (6, "3", "4")]
    assert _sheet(reading).blank.to_list() == [2, 4, 5, 7]
    assert _sheet(reading).rows == 2
    assert _found(reading) == [("FILE-133", 2)]
    assert reading.findings["rows"].to_list() == [4]


@pytest.mark.parametrize("quoted", ["", '"x",y\n'])
def test_rows_of_separators_only_are_blank(folder: Path, quoted: str) -> None:
    reading = _read(folder, f"a,b\n1,2\n,\n3,4\n,\n,5\n{quoted}")
    assert _sheet(reading).blank.to_list() == [3, 5]
    assert _rows(reading)[2] == (6, None, "5")
    assert _sheet(reading).rows == (4 if quoted else 3)


def test_blank_lines_in_a_file_of_one_column(folder: Path) -> None:
    reading = _read(folder, "a\n\n1\n\n2\n")
    assert _rows(reading) == [(3, "1"), (5, "2")]
    assert _sheet(reading).blank.to_list() == [2, 4]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blank_lines_before_the_header(folder: Path, end: str) -> None:
    reading = _read(folder, end.join(["", " ", "a,b", "1,2", "3", "4,5", ""]))
    assert _sheet(reading).header == ("a", "b")
    assert _rows(reading) == [(4, "1", "2"), (6, "4", "5")]
    assert ("FILE-139", 3) in _found(reading)
    assert ("FILE-130", 5) in _found(reading)


def test_rows_of_separators_only_are_one_thing_on_either_way(folder: Path) -> None:
    """A row without a value is counted alike by the fast reader and by the careful one."""
    fast = _read(folder, "a,b\n1,2\n,\n3,4\n")
    counts = [(_sheet(fast).rows, _sheet(fast).blank.to_list())]
    slow = _read(folder, 'a,b\n1,2\n,\n3,"4\n5"\n')
    counts += [(_sheet(slow).rows, _sheet(slow).blank.to_list())]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("content", ["\n", "\r\n\r\n", "  \n\t\n", "\ufeff", "\ufeff\n", " "])
def test_nothing_but_white(folder: Path, content: str) -> None:
    reading = _read(folder, content)
    assert reading.sheet is None
    assert _found(reading) == [("FILE-103", None)]


def test_zero_bytes(folder: Path) -> None:
    reading = _read(folder, b"")
    assert reading.sheet is None
    assert _found(reading) == [("FILE-103", None)]


@pytest.mark.parametrize("content", ["id,name", "id,name\n", "\ufeffid,name\r\n", "id,name\n\n\n"])
def test_a_header_without_rows(folder: Path, content: str) -> None:
    reading = _read(folder, content)
    assert _sheet(reading).rows == 0
    assert _rows(reading) == []
    assert "FILE-104" in {code for code, _ in _found(reading)}


# --- headers ------------------------------------------------------------------------------------


def test_headers_that_are_the_same_are_kept_apart(folder: Path) -> None:
    reading = _read(folder, "id,name,id,,\n1,a,2,,x\n")
    assert _sheet(reading).header == ("id", "name", "id", "", "")
    assert _rows(reading) == [(2, "1", "a", "2", None, "x")]


def test_headers_stay_as_they_are_spelt(folder: Path) -> None:
    reading = _read(folder, ' id ,"Last, first","say ""x"""\n1,2,3\n')
    assert _sheet(reading).header == (" id ", "Last, first", 'say "x"')


def test_a_header_whose_quotes_do_not_add_up(folder: Path) -> None:
    reading = _read(folder, 'id,"name\n1,2\n')
    assert reading.sheet is None
    assert [code for code, _ in _found(reading)] == ["FILE-132"]
    assert reading.findings.select("row", "column").rows() == [(1, "2")]


_WIDE = ",".join(f"c{n}" for n in range(600)) + "\n" + "1" + ",1" * 599 + "\n"


@pytest.mark.parametrize(
    "content",
    [
        _WIDE.encode(),
        codecs.BOM_UTF8 + _WIDE.encode(),
        b"\n" + _WIDE.encode(),
        b"sep=,\n" + _WIDE.encode(),
        _WIDE.encode("utf-16"),
        _WIDE.replace("\n", "\r").encode(),
        (_WIDE + '"a\nb"' + ",1" * 599 + "\n").encode(),
        _WIDE.encode() + b"\xe9" + b",1" * 599 + b"\n",
    ],
    ids=["plain", "bom", "blank-first", "sep", "utf-16", "cr", "quoted-break", "cp1252"],
)
def test_more_columns_than_the_limit(folder: Path, content: bytes) -> None:
    """512 columns, however the file is read (rulings, limits)."""
    reading = _read(folder, content)
    assert reading.sheet is None
    assert "FILE-148" in {code for code, _ in _found(reading)}


def test_as_many_columns_as_the_limit(folder: Path) -> None:
    reading = _read(folder, ",".join(f"c{n}" for n in range(512)) + "\n" + "1" + ",1" * 511 + "\n")
    assert len(_sheet(reading).header) == 512


# --- encodings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16(folder: Path, encoding: str) -> None:
    reading = _read(folder, "id,name\r\n1,Zoë\r\n2,Ana\r\n".encode(encoding))
    assert _rows(reading) == [(2, "1", "Zoë"), (3, "2", "Ana")]
    assert _found(reading) == [("FILE-106", None)]


def test_utf_16_big_endian_with_a_mark(folder: Path) -> None:
    content = codecs.BOM_UTF16_BE + "id,name\n1,Zoë\n".encode("utf-16-be")
    assert _rows(_read(folder, content)) == [(2, "1", "Zoë")]


def test_rows_in_windows_1252_among_others_are_named(folder: Path) -> None:
    lines = ["id,name", "1,Zoë", "2,Ana", "3,Núñez", "4,Bo"]
    content = b"\n".join(
        line.encode("cp1252" if "ú" in line else "utf-8") for line in lines
    )  # one row only
    reading = _read(folder, content + b"\n")
    assert _found(reading) == [("FILE-105", 4)]
    place = f"byte 0xFA at offset {content.index(0xFA)}"
    told = "ú in Windows-1252, while other rows are UTF-8"
    assert _detail(reading, "FILE-105") == [f"{place}: {told}"]
    assert reading.findings["column"].to_list() == ["name"]
    assert reading.findings["severity"].to_list() == ["ERROR"]
    assert _rows(reading) == [(2, "1", "Zoë"), (3, "2", "Ana"), (4, "3", "Núñez"), (5, "4", "Bo")]


def test_a_mark_inside_the_file_is_no_mark(folder: Path) -> None:
    """Two exports set end to end: the second one's mark is an invisible sign in an id."""
    reading = _read(folder, "id,name\n\ufeff1,a\n\ufeff2,b\n3,c\n")
    assert _rows(reading) == [(2, "\ufeff1", "a"), (3, "\ufeff2", "b"), (4, "3", "c")]


def test_a_mark_inside_the_file_when_rows_are_fetched(folder: Path) -> None:
    sheet = _sheet(_read(folder, "id,name\n1,a\n\ufeff2,b\n3,c\n"))
    assert sheet.fetch(pl.Series(ROW, [3], dtype=_ROW_TYPE)).rows() == [(3, "\ufeff2", "b")]


# --- no text at all -----------------------------------------------------------------------------


def _zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("people.csv", HEADER)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(HEADER.encode(), mtime=0), "gzip"),
        (_zipped(), "zip"),
        (b"\x28\xb5\x2f\xfd\x00\x00", "zstandard"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<!DOCTYPE html>\n<html>", "web page"),
        (b"\n  <HTML><body>a,b", "web page"),
        (b'<?xml version="1.0"?>', "web page"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
    ],
    ids=["gzip", "zip", "zstd", "bzip2", "xls", "pdf", "html", "html-later", "xml", "png"],
)
def test_another_kind_of_file(folder: Path, content: bytes, words: str) -> None:
    reading = _read(folder, content)
    assert reading.sheet is None
    assert _found(reading) == [("FILE-102", None)]
    assert words in _detail(reading, "FILE-102")[0]


def test_binary_data(folder: Path) -> None:
    reading = _read(folder, bytes(range(256)) * 4)
    assert reading.sheet is None
    assert _found(reading) == [("FILE-101", None)]


def test_nul_far_down_in_a_text(folder: Path) -> None:
    """Taken out and said; nobody's id silently becomes another one."""
    rows = "".join(f"{n},name of {n}\n" for n in range(6000))
    reading = _read(folder, HEADER + rows + "x\0y,z\n")
    assert ("FILE-134", 6002) in _found(reading)
    assert _rows(reading)[-1] == (6002, "xy", "z")


# --- separators ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("separator", "name"), [(";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")]
)
def test_other_separators(folder: Path, separator: str, name: str) -> None:
    lines = ["id,name,note", "1,Ana,", "2,Bo,x"]
    content = "".join(line.replace(",", separator) + "\n" for line in lines)
    reading = _read(folder, content)
    assert _sheet(reading).header == ("id", "name", "note")
    assert _rows(reading) == [(2, "1", "Ana", None), (3, "2", "Bo", "x")]
    assert _found(reading) == [("FILE-138", 1)]
    assert _detail(reading, "FILE-138") == [name]


def test_commas_inside_values_of_a_file_with_semicolons(folder: Path) -> None:
    reading = _read(folder, 'id;"a, b, c, d";note\n1;2,5;"x;y"\n')
    assert _rows(reading) == [(2, "1", "2,5", "x;y")]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", "sep=;\r"])
def test_the_first_line_of_excel(folder: Path, line: str) -> None:
    reading = _read(folder, f"{line}\nid;name\n1;a\n2\n")
    assert _sheet(reading).header == ("id", "name")
    assert _rows(reading) == [(3, "1", "a")]
    assert _sheet(reading).damaged.to_list() == [4]
    assert ("FILE-139", 2) in _found(reading)


# --- line breaks and quotes ---------------------------------------------------------------------


def test_lines_that_end_with_cr_only(folder: Path) -> None:
    reading = _read(folder, "id,name\r1,a\r2\r3,c\r")
    assert _rows(reading) == [(2, "1", "a"), (4, "3", "c")]
    assert ("FILE-136", None) in _found(reading)
    assert ("FILE-130", 3) in _found(reading)


@pytest.mark.parametrize("rows", ["1\r,a\n2,b\n", "1,a\r\r\n2,b\n", "1,a\r2,b\n3,c\n"])
def test_a_lone_cr_in_a_row_is_never_swallowed(folder: Path, rows: str) -> None:
    """A row that holds a CR which ends no line is told, or keeps it; it isn't quietly removed."""
    reading = _read(folder, HEADER + rows)
    told = "\r" in str([repr(cell) for row in _rows(reading) for cell in row]).replace("\\r", "\r")
    assert _found(reading) or told


def test_a_lone_cr_reads_the_same_when_fetched(folder: Path) -> None:
    sheet = _sheet(_read(folder, HEADER + "1,a\r\r\n2,b\n"))
    frame = sheet.scan().collect()
    assert sheet.fetch(frame[ROW]).rows() == frame.rows()


def test_line_breaks_inside_values(folder: Path) -> None:
    reading = _read(folder, 'id,name\n1,"a\nb"\n2,c\n3,"d\n\n\ne"\n4,f\n5\n')
    assert _rows(reading) == [(2, "1", "a\nb"), (4, "2", "c"), (5, "3", "d\n\n\ne"), (9, "4", "f")]
    assert ("FILE-135", 2) in _found(reading)
    assert ("FILE-130", 10) in _found(reading)


def test_a_stray_quote_costs_its_own_line_only(folder: Path) -> None:
    reading = _read(folder, 'id,name\n1,5" pipe\n2,b\n3,"Bo" Lind\n4,d\n5,"open\n6,f\n7,g\n')
    assert _sheet(reading).damaged.to_list() == [2, 4, 6]
    assert _rows(reading) == [(3, "2", "b"), (5, "4", "d"), (7, "6", "f"), (8, "7", "g")]
    assert [found for found in _found(reading) if found[0] == "FILE-132"] == [
        ("FILE-132", 2), ("FILE-132", 4), ("FILE-132", 6),
    ]  # fmt: skip


def test_two_stray_quotes_do_not_swallow_the_rows_between(folder: Path) -> None:
    reading = _read(folder, 'id,name\n1,"open\n2,b\n3,c"\n4,d\n')
    seen = {row[0] for row in _rows(reading)} | set(_sheet(reading).damaged.to_list())
    assert {2, 5} <= seen
    joined = [row for row in _rows(reading) if "\n" in str(row[2])]
    assert joined == [] or ("FILE-135", 2) in _found(reading)


# --- big files ----------------------------------------------------------------------------------


_BIG = """
    import resource, sys, time
    from pathlib import Path
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    from importer.reading.delimited import read
    path = Path(sys.argv[1])
    begun = time.process_time()
    reading = read(path.name, path, path.stat().st_size)
    used = time.process_time() - begun
    sheet = reading.sheet
    rows = sheet.scan().collect().height
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(sheet.rows, rows, len(sheet.damaged), int(used), peak)
"""


@pytest.mark.parametrize("end", ["\n", "\r"], ids=["unclosed-quote", "cr-only"])
def test_a_file_of_20_mb_that_polars_alone_would_choke_on(folder: Path, end: str) -> None:
    """A quote that is never closed, or no LF at all: bounded time and memory."""
    row = "0012,Ana,0101,ana.silva@school.example,some more text to fill the line\n"
    count = 20_000_000 // len(row)
    path = folder / "big.csv"
    text = "id,name,school,email,note\n" + ('1,"Bo,0101,x,y\n' if end == "\n" else "") + row * count
    path.write_text(text.replace("\n", end), newline="")
    done = subprocess.run(  # its own limits, not ours
        [sys.executable, "-c", textwrap.dedent(_BIG), str(path)],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    rows, good, damaged, seconds, megabytes = map(int, done.stdout.split())
    assert (good, damaged) == (count, 1 if end == "\n" else 0)
    assert rows == good + damaged
    assert seconds <= 20
    assert megabytes <= 1500
