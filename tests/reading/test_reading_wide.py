"""Rows that go on beyond their header: the cells beyond are columns without a name."""

import csv
import io
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from importer.reading import grid
from importer.reading.delimited import Reading, read, read_wide

_MANY = os.environ.get("IMPORTER_EXAMPLES")
FUZZ = settings(
    max_examples=int(_MANY or 150),
    derandomize=not _MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
_CELLS = [
    "",
    "1",
    "0012",
    "é",
    " ",
    '"x"',
    '"a,b"',
    '"a ""q"" b"',
    '"',
    "a\rb",
    '"a\nb"',
    '5"',
    "\xa0",
]


def _wide(path: Path, content: str | bytes) -> Reading:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_wide("groups.csv", path, path.stat().st_size)


def _told(reading: Reading) -> dict[str, Any]:
    """All that a reading says, in a form that can be compared; an empty text is none."""
    sheet = reading.sheet
    if sheet is None:
        return {"findings": reading.findings.rows()}
    rows = sheet.scan().with_columns(pl.col(sheet.names()).replace("", None)).collect().rows()
    return {
        "findings": sorted(map(repr, reading.findings.rows())),
        "header": sheet.header,
        "rows": rows,
        "count": sheet.rows,
        "damaged": sheet.damaged.to_list(),
        "blank": sheet.blank.to_list(),
        "separator": sheet.separator,
        "cut": sheet.cut,
    }


def _found(reading: Reading) -> list[tuple[str, int | None]]:
    return [(code, row) for code, row in reading.findings.select("code", "row").iter_rows()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "groups.csv"


def test_groups_without_a_header_become_columns(path: Path) -> None:
    told = _told(_wide(path, "id,name\n1,a,red,blue\n2,b\n\n3,c,green\n"))
    assert told["header"] == ("id", "name", "", "")
    assert told["rows"] == [
        (2, "1", "a", "red", "blue"), (3, "2", "b", None, None), (5, "3", "c", "green", None),
    ]  # fmt: skip
    assert (told["count"], told["damaged"], told["blank"]) == (3, [], [4])


def test_a_row_without_a_named_column_is_still_too_short(path: Path) -> None:
    reading = _wide(path, "id,name,grade\n1\n2,b,3,red\n3,c\n4,d,5\n")
    assert _found(reading) == [("FILE-130", 2), ("FILE-130", 4)]
    assert reading.findings["detail"].to_list() == ["1 of 3", "2 of 3"]
    told = _told(reading)
    assert told["damaged"] == [2, 4]
    assert told["rows"] == [(3, "2", "b", "3", "red"), (5, "4", "d", "5", None)]


def test_a_row_may_end_before_columns_without_a_name(path: Path) -> None:
    told = _told(_wide(path, "id,name,,\n1,a\n2,b,x\n3\n4,c,x,y\n"))
    assert told["header"] == ("id", "name", "", "")
    assert told["rows"] == [
        (2, "1", "a", None, None), (3, "2", "b", "x", None), (5, "4", "c", "x", "y"),
    ]  # fmt: skip
    assert told["damaged"] == [4]


def test_a_column_between_named_ones_has_to_be_there(path: Path) -> None:
    assert _told(_wide(path, "id,,name\n1,x\n2,x,b,y\n"))["damaged"] == [2]


def test_quotes_and_encodings_are_as_ever(path: Path) -> None:
    text = 'id;name\n1;"Cruz; Jr.";"a ""b"""\n2;"open;x\n3;Zoë\n'
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        told = _told(_wide(path, text.encode(encoding)))
        assert told["rows"] == [(2, "1", "Cruz; Jr.", 'a "b"'), (4, "3", "Zoë", None)]
        assert told["damaged"] == [3]


def test_a_stray_return_is_no_short_row(path: Path) -> None:
    reading = _wide(path, "id,\n1\rx\n2,b,c\n")
    assert ("FILE-149", 2) in _found(reading)
    assert _told(reading)["damaged"] == [2]


def test_the_end_of_a_file_is_cut_or_it_isn_t(path: Path) -> None:
    assert _told(_wide(path, "id,name\n1,a,x\n2"))["cut"]
    assert not _told(_wide(path, "id,name\n1,a,x\n2,b,y,z"))["cut"]


def test_the_widest_row_has_a_limit(path: Path) -> None:
    reading = _wide(path, "id,name\n1,a" + ",x" * grid.MAX_COLUMNS + "\n")
    assert reading.sheet is None
    assert _found(reading) == [("FILE-148", None)]
    assert _told(_wide(path, "id\n1" + ",x" * (grid.MAX_COLUMNS - 1) + "\n"))["count"] == 1


def test_one_wide_row_does_not_make_every_row_wide_without_end(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "MAX_CELLS", 1_000)
    reading = _wide(path, "id\n1" + ",x" * 99 + "\n" + "2\n" * 10)
    assert reading.sheet is None
    assert _found(reading) == [("FILE-148", None)]
    assert _told(_wide(path, "id\n1" + ",x" * 9 + "\n" + "2\n" * 10))["count"] == 11


def test_rows_of_different_width_over_many_batches(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "_BATCH", 2)
    lines = ["1,a", "2,b,x,y", "3,c", "4,d,z", "5,e,x,y,z", "6,f"]
    told = _told(_wide(path, "\n".join(["id,name", *lines])))
    expected = [line.split(",") + [None] * (4 - line.count(",")) for line in lines]
    assert told["rows"] == [(n, *cells) for n, cells in enumerate(expected, 2)]


# --- laws ---------------------------------------------------------------------------------------


@st.composite
def _tables(draw: st.DrawFn, most: int) -> str:
    """A header of names and lines that are as wide, now and then narrower, or up to ``most``."""
    width = draw(st.integers(1, 3))
    lines = [",".join(["id", "name", "note"][:width])]
    for _ in range(draw(st.integers(0, 6))):
        fields = draw(st.sampled_from([width, width, draw(st.integers(0, max(width, most)))]))
        lines.append(",".join(draw(st.sampled_from(_CELLS)) for _ in range(fields)))
    return "\n".join(lines) + draw(st.sampled_from(["\n", ""]))


@FUZZ
@given(_tables(most=0))
@example('id,name\n1,a\n2\n"3",""\n')
def test_without_cells_beyond_the_header_it_reads_as_ever(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "groups.csv"
        path.write_bytes(text.encode())
        usual = read("groups.csv", path, path.stat().st_size)
        assume("FILE-131" not in set(usual.findings["code"]))
        assert _told(read_wide("groups.csv", path, path.stat().st_size)) == _told(usual)


_PLAIN = st.sampled_from(["1", "0012", "é", "a b", "a,b", 'a "q" b', "x;y"])


@FUZZ
@given(st.lists(st.lists(_PLAIN, min_size=2, max_size=6), max_size=6), st.sampled_from([",", "\t"]))
def test_it_reads_what_the_padded_file_says(rows: list[list[str]], separator: str) -> None:
    """As if somebody had filled up the header and every row with empty cells."""
    widest = max((len(row) for row in rows), default=2)
    ragged = [["id", "name"], *rows]
    padded = [row + [""] * (widest - len(row)) for row in ragged]
    with TemporaryDirectory() as folder:
        wide = _told(_wide(Path(folder) / "a.csv", _csv(ragged, separator)))
        full = _told(_wide(Path(folder) / "b.csv", _csv(padded, separator)))
    assert wide == full


def _csv(rows: list[list[str]], separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue()
