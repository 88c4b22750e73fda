"""Laws: what is taken on trust, or told at once for several rules, changes no finding."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer import accept
from importer.checked import check
from importer.checks import agreement, keys, parts
from importer.checks import most as limits
from importer.contracts.values import clean
from importer.model.history import Who
from importer.model.sheet import Sheet
from importer.planning import overview
from importer.reading import delimited
from importer.reading.streamed import odd_lines

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.district import Plan, generate

ME = Who("someone", "2026-09-01T06:00:00Z")
STUDENTS = 60
Line = list[str]


def told(folder: Path, *patches: tuple[object, str, object]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The findings and the held rows of a check, with some names of modules replaced."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as scratch:
        for module, name, value in patches:
            patch.setattr(module, name, value)
        reported = check(folder, Path(scratch), ME)
        return reported.findings.sort(pl.all()), reported.held.sort(pl.all())


def same(one: tuple[pl.DataFrame, ...], other: tuple[pl.DataFrame, ...]) -> None:
    for mine, theirs in zip(one, other, strict=True):
        assert mine.equals(theirs), (mine.head(), theirs.head())


def district(folder: Path, seed: int, faults: float = 0.02) -> Path:
    generate(folder, Plan(STUDENTS, "oneroster", faults, seed))
    return folder / "enrollments.csv"


# --- clean text ----------------------------------------------------------------------------------

_CELLS = st.one_of(st.none(), st.text("aB, \t\u00a0\u00e9e\u0301\u212b\u1100\u1161", max_size=6))


@given(st.lists(_CELLS, max_size=8))
def test_composing_only_what_is_not_ascii_cleans_all_the_same(cells: list[str | None]) -> None:
    frame = pl.DataFrame({"v": pl.Series(cells, dtype=pl.String)})
    text = pl.col("v").str.strip_chars().str.normalize("NFC")
    every = frame.select(pl.when(text != "").then(text).alias("v"))
    assert frame.select(clean(pl.col("v"))).equals(every)
    assert frame.lazy().select(clean(pl.col("v"))).collect(engine="streaming").equals(every)


# --- rows that agree with their parents ---------------------------------------------------------

CLASS, SCHOOL, BEGIN, END = 3, 4, 8, 9
DATES = ["", "2026-01-01", "2026-10-10", "2027-02-02", "2031-01-01", "2027-02-30", "soon"]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 999), data=st.data())
def test_rows_that_agree_are_told_as_by_each_rule(seed: int, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        file = district(Path(place) / "d", seed)
        lines = [line.split(",") for line in file.read_text().splitlines()]
        for _ in range(data.draw(st.integers(0, 30))):
            row = data.draw(st.integers(1, len(lines) - 1))
            column = data.draw(st.sampled_from([CLASS, SCHOOL, BEGIN, END]))
            others = [lines[data.draw(st.integers(1, len(lines) - 1))][column], "", "NONE"]
            lines[row][column] = data.draw(
                st.sampled_from(DATES if column in (BEGIN, END) else others)
            )
        file.write_text("\n".join(map(",".join, lines)) + "\n")
        at_once = told(file.parent, (agreement, "_MOST", 0.0))
        same(at_once, told(file.parent, (agreement, "_MOST", 2.0)))


# --- files taken on the counts of their bytes ---------------------------------------------------


def _lacks(cells: Line) -> str:
    return ",".join(cells[:-1])


def _has_more(cells: Line) -> str:
    return ",".join([*cells, ""])


def _blank(cells: Line) -> str:
    return "," * (len(cells) - 1)


def _quoted(cells: Line) -> str:
    return ",".join(f'"{cell}"' for cell in cells)


def _parted(cells: Line) -> str:
    return ",".join([*cells[:-1], '"a,b"'])


def _cut(cells: Line) -> str:
    return ",".join(cells)[:20]


DAMAGE: dict[str, Callable[[Line], str]] = {
    "a cell less": _lacks,
    "a cell more": _has_more,
    "separators alone": _blank,
    "quoted": _quoted,
    "quoted, a separator inside": _parted,
    "quoted, quotes inside": lambda cells: ",".join([*cells[:-1], '"a ""b"" c"']),
    "quoted, a line end inside": lambda cells: ",".join([*cells[:-1], '"a\nb"']),
    "quoted, a cell less": lambda cells: _quoted(cells[:-1]),
    "quoted, nothing inside": lambda cells: _quoted([""] * len(cells)),
    "a quote left open": lambda cells: ",".join([*cells[:-1], '"a']),
    "a quote in the middle": lambda cells: ",".join([*cells[:-1], 'a"b"']),
    "a blank after the quote": lambda cells: ",".join([*cells[:-1], '"a" ']),
    "quoted, a header again": lambda cells: _quoted(HEADER.split(",")),
    "cut": _cut,
    "nothing": lambda cells: "",
    "CR inside": lambda cells: ",".join([*cells[:-1], "a\rb"]),
    "not UTF-8": lambda cells: ",".join(["\udcff", *cells[1:]]),
    "a header again": lambda cells: HEADER,
    "a key in front of a comma at the end": lambda cells: ",".join(cells[:-1]) + ",",
}
HEADER = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate"
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 9),
    damage=st.lists(st.tuples(st.integers(0, 9999), st.sampled_from(list(DAMAGE))), max_size=3),
    ends=st.booleans(),
)
def test_a_file_taken_on_trust_is_read_as_line_by_line(
    seed: int, damage: list[tuple[int, str]], ends: bool
) -> None:
    with tempfile.TemporaryDirectory() as place:
        file = district(Path(place) / "d", seed)
        lines = file.read_text().splitlines()
        for at, kind in damage:
            row = 1 + at % (len(lines) - 1)
            lines[row] = DAMAGE[kind](lines[row].split(","))
        text = "\n".join(lines) + ("\n" if ends else "")
        file.write_bytes(text.encode(errors="surrogateescape"))
        streamed = (delimited, "LARGEST", 0)
        closely = (delimited, "counted", lambda *_: None)
        same(told(file.parent, streamed), told(file.parent, streamed, closely))


def test_a_plain_file_is_taken_on_trust_and_one_with_lines_that_even_out_is_not() -> None:
    def misread(lines: list[str]) -> bool:
        with tempfile.TemporaryDirectory() as place:
            file = district(Path(place) / "d", 1, faults=0.0)
            file.write_text("\n".join([HEADER, *lines * 50]) + "\n")
            looked: list[Path] = []

            def closely(*asked: Any) -> Any:
                looked.append(asked[0])
                return odd_lines(*asked)

            told(file.parent, (delimited, "LARGEST", 0), (delimited, "odd_lines", closely))
            return any(str(path).endswith("enrollments.csv") for path in looked)

    good = "e1,,,c,s,u,student,,,"
    quoted = 'e1,,,c,s,u,student,,"a,""b""",'
    assert not misread([good])
    assert not misread([good, quoted])
    assert misread([good, quoted, good + ",", good[:-1]])
    assert misread([good, quoted + ",", good[:-1]])
    assert misread([good, good + ",", good[:-1]])


# --- schools ------------------------------------------------------------------------------------


def test_schools_are_counted_alike_however_a_file_is_read_and_however_much_of_it_is_held() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = district(Path(place) / "d", 5, faults=0.4).parent
        streamed, countless = (delimited, "LARGEST", 0), (keys.Rows, "MOST", 3)
        in_memory, on_disk = schools(folder), schools(folder, streamed)
        counted = schools(folder, streamed, countless)
        largest = (delimited, "LARGEST", (folder / "orgs.csv").stat().st_size)
        told = schools(folder, largest)  # by the ids of a table that is held in memory
    assert sum(line["held"] for line in in_memory) > 3
    assert on_disk == in_memory
    assert told == in_memory
    for mine, theirs in zip(counted, in_memory, strict=True):
        # Here rows whose own id is wrong count, too.
        assert mine["held"] >= theirs["held"]
        assert {**mine, "held": 0} == {**theirs, "held": 0}


def test_of_a_clean_file_no_row_is_fetched_to_tell_its_schools() -> None:
    def fetched(*faulty: str) -> int:
        with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
            file = district(Path(place) / "d", 5, faults=0.0)
            lines = file.read_text().splitlines()
            header, row = lines[0].split(","), lines[1].split(",")
            for name in faulty:
                row[header.index(name)] = "elsewhere"
            file.write_text("\n".join([lines[0], ",".join(row), *lines[2:]]) + "\n")
            rows: list[int] = []
            whole = Sheet.fetch

            def fetch(sheet: Sheet, asked: pl.Series) -> pl.DataFrame:
                rows.extend(asked if sheet.name == file.name else [])
                return whole(sheet, asked)

            patch.setattr(Sheet, "fetch", fetch)
            told(file.parent, (delimited, "LARGEST", file.stat().st_size - 1))
            return len(rows)

    assert fetched() == 0
    assert fetched("schoolSourcedId") == 1


def test_of_wrong_schools_those_with_most_rows_are_told() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = district(Path(place) / "d", 5, faults=0.4).parent
        whole, few = schools(folder), schools(folder, (overview, "_UNNAMED", 2))
    named = [line for line in whole if line["name"]]
    wrong = [line for line in whole if not line["name"]]
    assert named and len(wrong) > 2
    assert [line for line in few if line["name"]] == named
    assert len([line for line in few if not line["name"]]) == 2


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 999))
def test_held_rows_are_counted_from_the_columns_that_tell_their_school(seed: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = district(Path(place) / "d", seed, faults=0.3).parent
        whole = schools(folder, (accept, "_telling", lambda source: source.present))
        assert any(line["held"] for line in whole)
        assert schools(folder) == whole


def schools(folder: Path, *patches: tuple[object, str, object]) -> list[Any]:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as scratch:
        for module, name, value in patches:
            patch.setattr(module, name, value)
        found = check(folder, Path(scratch), ME).summary["schools"]
    return sorted(found or [], key=lambda line: str(line["school_id"]))


# --- lists of places ----------------------------------------------------------------------------


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 999), most=st.integers(0, 40))
def test_places_beyond_the_limit_are_counted(seed: int, most: int) -> None:
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as scratch:
        folder = district(Path(place) / "d", seed, faults=0.5).parent
        whole = check(folder, Path(scratch), ME)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(limits, "MOST_LISTED", most)
            short = check(folder, Path(scratch), ME)
    assert short.held.equals(whole.held)
    assert short.summary["totals"] == whole.summary["totals"]
    assert short.summary["files"] == whole.summary["files"]
    by = ["code", "severity", "file", "column", "cause"]
    counted = [r.findings.group_by(by).agg(pl.sum("rows")).sort(by) for r in (whole, short)]
    assert counted[0].equals(counted[1])
    assert short.findings.height < whole.findings.height


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 999), most=st.integers(0, 12), chunk=st.integers(20, 400))
def test_causes_beyond_the_limit_are_counted(seed: int, most: int, chunk: int) -> None:
    """Which rows are held, and how many of each fault there are, doesn't depend on the limit."""
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as scratch:
        folder = district(Path(place) / "d", seed, faults=0.5).parent
        whole = check(folder, Path(scratch), ME)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(limits, "MOST_CAUSES", most)
            patch.setattr(parts, "AT_ONCE", chunk)
            short = check(folder, Path(scratch), ME)
    held = [r.held.select("file", "row").sort(pl.all()) for r in (whole, short)]
    assert held[0].equals(held[1])
    assert short.summary["totals"] == whole.summary["totals"]
    assert short.summary["files"] == whole.summary["files"]
    by = ["code", "severity", "file", "column"]
    counted = [r.findings.group_by(by).agg(pl.sum("rows")).sort(by) for r in (whole, short)]
    assert counted[0].equals(counted[1])
    further = short.findings.filter(pl.col("message").str.contains(" further values in "))
    assert further.height and further.select(by).is_unique().all()
    for line in further.iter_rows(named=True):
        mine = [r.findings.filter(*(pl.col(c) == line[c] for c in by)) for r in (whole, short)]
        causes = [found["cause"].n_unique() for found in mine]
        assert causes[1] == most + 1
        assert line["message"].startswith(f"{causes[0] - most:,} further values in ")
        told = next(c for c in short.summary["causes"] if c["id"] == line["cause"])
        assert told["says"] == told["says_redacted"] == line["message"]
        assert told["rows"] == line["rows"]
        assert told["blocks"] == short.held.filter(cause=line["cause"]).height
    # Nobody could mend what only counts.
    assert " further values in " not in short.summary["verdict"]["sentence"]
