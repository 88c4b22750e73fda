"""The reader against Python's own csv module, on files made of nasty pieces."""

import csv
import io
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from importer.model.findings import FINDINGS
from importer.model.sheet import ROW, Sheet
from importer.reading.delimited import Reading, read

# More examples for a night: IMPORTER_EXAMPLES=5000 pytest tests/reading
_MANY = os.environ.get("IMPORTER_EXAMPLES")
FUZZ = settings(
    max_examples=int(_MANY or 150),
    derandomize=not _MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

_CELLS = [
    *(b"", b"1", b"0012", b"a b", b" ", b"x;y", "é".encode(), "李".encode()),
    *(b'"x"', b'"a,b"', b'""', b'"a ""q"" b"'),
]
_NASTY = [
    *(b'"', b",", b"\r", b"\n", b"\r\n", b'"a\nb"', b'"a\r\nb"', b'5"', b'"a"b'),
    *(b"\xe9", b"\xef\xbb\xbf", b"\0", b"\t", "\u00a0".encode(), "\u2028".encode(), b"\x1c"),
]
_ENDS = [b"\n", b"\n", b"\n", b"\r\n", b"\r\n", b""]


@st.composite
def _files(draw: st.DrawFn, nasty: list[bytes], most: int = 8) -> bytes:
    """A header of one to three columns and some lines, mostly of that width."""
    width = draw(st.integers(1, 3))
    start = draw(st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf", b"\n", b" \r\n"]))
    lines = [start + b",".join([b"id", b"name", b"note"][:width])]
    cell = st.sampled_from(_CELLS)
    for _ in range(draw(st.integers(0, most))):
        fields = width if draw(st.integers(0, 4)) else draw(st.integers(0, 4))
        row = [draw(cell) for _ in range(fields)]
        if row and nasty and not draw(st.integers(0, 2)):
            at = draw(st.integers(0, len(row) - 1))
            row[at] = draw(st.sampled_from([b"", row[at]])) + draw(st.sampled_from(nasty))
        lines.append(b",".join(row))
    end = draw(st.sampled_from(_ENDS[:5]))
    return end.join(lines) + draw(st.sampled_from([end, b""]))


def _read(content: bytes) -> tuple[Reading, list[tuple[Any, ...]], bool]:
    """What was read, the rows that are trusted, and whether fetching gives the same ones."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "f.csv"
        path.write_bytes(content)
        reading = read("f.csv", path, len(content))
        if reading.sheet is None:
            return reading, [], True
        frame = reading.sheet.scan().collect()
        return reading, frame.rows(), _fetched(reading.sheet, frame)


def _fetched(sheet: Sheet, frame: pl.DataFrame) -> bool:
    sheet.sample()  # must be able to
    some = [frame[ROW], frame[ROW][1:], frame[ROW][::2], *(frame[ROW][n : n + 1] for n in range(3))]
    return all(
        sheet.fetch(rows).rows() == frame.filter(pl.col(ROW).is_in(rows.implode())).rows()
        for rows in some
    )


def _by_csv(content: bytes) -> list[tuple[int, list[str]]] | None:
    """Line and cells of each row by a strict reading; None where csv sees a fault."""
    try:
        text = content.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows, before = [], 0
        for cells in reader:
            # A line break inside a value is said (FILE-135); which of the two kinds isn't kept.
            rows.append((before + 1, [cell.replace("\r\n", "\n") for cell in cells]))
            before = reader.line_num
    except (UnicodeDecodeError, csv.Error):
        return None
    return rows


def _filled(cells: list[str]) -> bool:
    return any(cell.strip() for cell in cells)


@FUZZ
@given(st.binary(max_size=60) | st.lists(st.sampled_from(_NASTY + _CELLS + _ENDS)).map(b"".join))
@example(b"x^> ")  # polars would unpack it
def test_no_bytes_make_it_fail(content: bytes) -> None:
    reading, _, _ = _read(content)
    assert reading.findings.schema == FINDINGS
    refusals = ["FILE-101", "FILE-102", "FILE-103", "FILE-132", "FILE-148"]
    in_header = (pl.col("code") == "FILE-132") & pl.col("column").is_not_null()
    whole = pl.col("code").is_in(refusals) & (pl.col("row").is_null() | in_header)
    assert (reading.sheet is None) == (reading.findings.filter(whole).height == 1)


@FUZZ
@given(_files(_NASTY))
@example(b"id,name\n1\r,a\n")
@example(b"id,name\n\r,1")
@example(b"id,name\n1\n2,3,")
@example(b"id,name\n1,a\r\r\n2,b\n")
@example(b"id,name\n\xef\xbb\xbf1,a\n2,b\n")
def test_what_is_read_without_a_doubt_is_what_csv_reads(content: bytes) -> None:
    wanted = _by_csv(content)
    assume(wanted is not None)
    assert wanted is not None
    reading, rows, _ = _read(content)
    sheet = reading.sheet
    said = {"FILE-134", "FILE-161", "FILE-163", "FILE-164", "FILE-168"}
    if sheet is None or len(sheet.damaged) or said & set(reading.findings["code"]):
        return  # it said so
    told = [(line, cells) for line, cells in wanted if _filled(cells)]
    assert list(sheet.header) == told[0][1]
    got = [(row[0], [cell or "" for cell in row[1:]]) for row in rows]
    assert [row for row in got if _filled(row[1])] == told[1:]


@FUZZ
@given(_files([*_NASTY, b"\xc3"]))
@example(b"id,name\n1,a\r\r\n2,b\n")
@example(b"id,name\n1,a\n\xef\xbb\xbf2,b\n")
def test_fetched_rows_are_the_rows_of_the_scan(content: bytes) -> None:
    _, _, same = _read(content)
    assert same


@FUZZ
@given(_files([p for p in _NASTY if p not in (b"\n", b"\r", b"\r\n") and b"\n" not in p]))
def test_every_line_is_accounted_for(content: bytes) -> None:
    """rows + blank + header + lines above it = physical lines; no line in two of them."""
    reading, rows, _ = _read(content)
    sheet = reading.sheet
    assume(sheet is not None)
    assert sheet is not None
    # Not where a value goes over several lines, nor where nul bytes look like UTF-16.
    assume(not {"FILE-135", "FILE-106"} & set(reading.findings["code"]))
    assume(not content.endswith(b"\0"))  # a last line of zero bytes is none
    physical = content.count(b"\n") + (not content.endswith(b"\n"))
    found = reading.findings.filter(pl.col("code") == "FILE-139")["row"].to_list()
    header = found[0] if found else 1
    assert header + sheet.rows + len(sheet.blank) == physical
    numbers = [row[0] for row in rows]
    every = sorted([*numbers, *sheet.damaged.to_list(), *sheet.blank.to_list()])
    assert every == list(range(header + 1, physical + 1))
    assert len(numbers) + len(sheet.damaged) == sheet.rows


@FUZZ
@given(_files(_NASTY), st.sampled_from(["utf-16", "utf-16-le"]))
def test_utf_16_is_read_as_utf_8_is(content: bytes, encoding: str) -> None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return
    assume(text.isascii() and not {"\0", "\x1c"} & set(text))
    one, rows, _ = _read(content)
    other, again, _ = _read(text.encode(encoding))
    assert (one.sheet is None) == (other.sheet is None)
    if one.sheet and other.sheet:
        assert one.sheet.header == other.sheet.header
        plain, wide = ([[c or "" for c in row[1:]] for row in r] for r in (rows, again))
        assert [row for row in plain if _filled(row)] == [row for row in wide if _filled(row)]
        assert one.sheet.damaged.to_list() == other.sheet.damaged.to_list()
