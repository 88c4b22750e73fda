"""Where the table stands in a file, and what a damaged row most likely was meant to be."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from importer.contracts.load import known_names
from importer.model.sheet import Sheet
from importer.reading import delimited, records
from importer.reading.delimited import Reading, read, read_wide
from importer.reading.dialect import Dialect
from importer.reading.mending import Mender, split

HEADER = "School_id,Student_id,Student_email,First_name,Last_name,Grade"
ROWS = [f"0101,S{n},p{n}@oak.example,Bo,Lind,{n}" for n in range(1, 9)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "students.csv"


def _read(path: Path, *lines: str, end: str = "\n") -> Reading:
    path.write_bytes((end.join(lines) + end).encode())
    return read(path.name, path, path.stat().st_size, known_names())


def _sheet(reading: Reading) -> Sheet:
    assert reading.sheet is not None
    return reading.sheet


def _numbers(reading: Reading) -> list[int]:
    return [row[0] for row in _sheet(reading).scan().collect().rows()]


def _found(reading: Reading) -> list[tuple[str, int | None, int]]:
    return list(reading.findings.select("code", "row", "rows").iter_rows())


def _best(reading: Reading) -> dict[int, list[Any]]:
    best = _sheet(reading).best
    return {} if best is None else {row[0]: list(row[1:]) for row in best.rows()}


# --- one table in a file ------------------------------------------------------------------------


def test_the_header_once_more_is_no_person(path: Path) -> None:
    """Two exports set end to end: the rows of both are read, the header between them isn't one."""
    reading = _read(path, HEADER, *ROWS[:3], HEADER, *ROWS[3:5])
    assert _found(reading) == [("FILE-161", 5, 1)]
    assert _numbers(reading) == [2, 3, 4, 6, 7]
    assert _sheet(reading).passed.to_list() == [5]
    assert _sheet(reading).rows == 5


def test_a_second_table_is_not_read_under_the_first_header(path: Path) -> None:
    other = [
        "School_id,School_name,School_number,Low_grade,High_grade,Principal",
        "1,Oak,1,1,5,Kim",
    ]
    reading = _read(path, HEADER, *ROWS[:3], "", *other)
    assert ("FILE-162", 6, 1) in _found(reading)
    assert _numbers(reading) == [2, 3, 4]
    assert _sheet(reading).damaged.to_list() == [6, 7]


@pytest.mark.parametrize("title", ["Students of Oak School", "Students of Oak School,,,,,"])
def test_words_above_the_header_are_passed_over(path: Path, title: str) -> None:
    reading = _read(path, title, "", HEADER, *ROWS[:2])
    assert _sheet(reading).header == tuple(HEADER.split(","))
    assert _found(reading) == [("FILE-139", 3, 1), ("FILE-163", 1, 1)]
    assert _numbers(reading) == [4, 5]


def test_a_title_above_unknown_names_is_seen_by_its_shape(path: Path) -> None:
    rows = [f"a{n},b{n},c,d,e" for n in range(5)]
    reading = _read(path, "Report,,,,", "one,two,three,four,five", *rows)
    assert _sheet(reading).header == ("one", "two", "three", "four", "five")
    assert ("FILE-163", 1, 1) in _found(reading)


def test_a_header_of_two_rows(path: Path) -> None:
    reading = _read(path, "ID,ID,Mail,Name,Name,Year", HEADER, *ROWS[:2])
    assert _sheet(reading).header == tuple(HEADER.split(","))
    assert _numbers(reading) == [3, 4]
    assert {code for code, *_ in _found(reading)} & {"FILE-163", "FILE-164"}
    again = _read(path, HEADER, HEADER, *ROWS[:2])
    assert _found(again) == [("FILE-164", 1, 2)]
    assert _sheet(again).header == tuple(HEADER.split(","))


def test_a_file_without_a_header_is_said_to_have_none(path: Path) -> None:
    assert ("FILE-165", 1, 1) in _found(_read(path, *ROWS))


def test_names_that_are_years_are_no_missing_header(path: Path) -> None:
    rows = [f"Room {n},x,y,z" for n in range(5)]
    assert _found(_read(path, "Room,2024,2025,2026", *rows)) == []


def test_words_below_the_table(path: Path) -> None:
    reading = _read(path, HEADER, *ROWS[:3], "", "Total students: 3", "Printed by Kim Ode")
    assert ("FILE-168", 6, 2) in _found(reading)
    assert _sheet(reading).damaged.is_empty()
    assert _numbers(reading) == [2, 3, 4]


def test_a_lone_value_below_the_table_is_a_damaged_row(path: Path) -> None:
    """An id may be all that is left of somebody; only words are nobody."""
    reading = _read(path, HEADER, *ROWS[:3], "", "0101")
    assert ("FILE-130", 6, 1) in _found(reading)


def test_the_end_of_a_file_that_was_cut_off_is_no_remark(path: Path) -> None:
    path.write_text("\n".join([HEADER, *ROWS[:3], "", "Oak School"]))
    reading = read(path.name, path, path.stat().st_size, known_names())
    assert ("FILE-137", 6, 1) in _found(reading)


def test_mixed_line_ends_are_named_once(path: Path) -> None:
    path.write_bytes(f"{HEADER}\r\n{ROWS[0]}\n{ROWS[1]}\r\n".encode())
    reading = read(path.name, path, path.stat().st_size, known_names())
    assert _found(reading) == [("FILE-167", 2, 1)]
    assert _numbers(reading) == [2, 3]


# --- a header that isn't as wide as its rows ----------------------------------------------------


@pytest.mark.parametrize(
    ("header", "detail", "likely"),
    [
        (HEADER.replace("First_name,", "First_name"), "5 names, and its rows have 6", None),
        (HEADER.replace("First_name,", "First_name,,"), "7 names, and its rows have 6", HEADER),
    ],
)
def test_a_header_that_fits_no_row_holds_all_of_them(
    path: Path, header: str, detail: str, likely: str | None
) -> None:
    reading = _read(path, header, *ROWS)
    assert _found(reading) == [("FILE-170", 1, 8)]
    assert reading.findings["detail"].to_list() == [detail]
    assert _numbers(reading) == []
    assert _sheet(reading).header == tuple(header.split(","))
    assert _sheet(reading).damaged.to_list() == list(range(2, 10))
    assert reading.likely is not None
    assert reading.likely.scan().collect().height == 8
    if likely:
        assert reading.likely.header == tuple(likely.split(","))


def test_columns_without_a_name_that_no_row_has(path: Path) -> None:
    reading = _read(path, HEADER + ",,", *ROWS)
    assert _found(reading) == [("FILE-171", 1, 2)]
    assert _numbers(reading) == list(range(2, 10))


def test_cells_beyond_the_header_may_be_meant(path: Path) -> None:
    """Where a format has columns without a name, wider rows are no damage."""
    path.write_text("\n".join([HEADER, *(row + ",red" for row in ROWS)]) + "\n")
    reading = read_wide(path.name, path, path.stat().st_size, known_names())
    assert _found(reading) == []
    assert _sheet(reading).rows == 8


def test_a_header_whose_quotes_do_not_add_up_is_offered(path: Path) -> None:
    reading = _read(path, HEADER.replace("First", '"First'), *ROWS)
    assert reading.sheet is None
    assert reading.likely is not None
    assert reading.likely.header[3] == '"First_name'
    assert reading.likely.rows == 8


# --- other signs --------------------------------------------------------------------------------


def test_apostrophes_as_quotes(path: Path) -> None:
    rows = [f"'0101','S{n}','p@oak.example','Bo','O''Neil, Jr.','{n}'" for n in range(4)]
    reading = _read(path, HEADER, *rows)
    assert _found(reading) == [("FILE-169", 1, 1)]
    assert _sheet(reading).scan().collect()["c4"].to_list() == ["O'Neil, Jr."] * 4


def test_names_with_apostrophes_are_names(path: Path) -> None:
    rows = [f"0101,S{n},,D'Arcy,O'Neil,{n}" for n in range(5)]
    assert _found(_read(path, HEADER, *rows)) == []


def test_a_space_after_each_separator(path: Path) -> None:
    rows = [f'0101, S{n}, "p@oak.example", "Bo, Jr.", Lind, 3' for n in range(4)]
    reading = _read(path, HEADER.replace(",", ", "), *rows)
    assert _found(reading) == [("FILE-172", 1, 1)]
    assert _sheet(reading).scan().collect()["c3"].to_list() == ["Bo, Jr."] * 4


@pytest.mark.parametrize("sign", ";\t|")
def test_a_row_with_another_separator(path: Path, sign: str) -> None:
    reading = _read(path, HEADER, ROWS[0], ROWS[1].replace(",", sign), ROWS[2])
    assert _found(reading) == [("FILE-166", 3, 1)]
    assert _best(reading) == {3: ROWS[1].split(",")}


# --- best readings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "best"),
    [
        ("0101,S1,bo@oak.example,Bo,Lind", ["0101", "S1", "bo@oak.example", "Bo", "Lind", None]),
        ("0101,S1,,bo@oak.example,Bo,Lind,3", ["0101", "S1", "bo@oak.example", "Bo", "Lind", "3"]),
        ("0101,S1,b@o.example,Bo,Lind,3,,", ["0101", "S1", "b@o.example", "Bo", "Lind", "3"]),
        ("0101,S1,b@o.eu,Bo,Cruz, Jr.,3", ["0101", "S1", "b@o.eu", "Bo", "Cruz, Jr.", "3"]),
        ('0101,S1,"b@o.example,Bo,Lind,3', ["0101", "S1", '"b@o.example', "Bo", "Lind", "3"]),
        ('0101,S1,,5"10,"Lind, Jr.",3', ["0101", "S1", None, '5"10', "Lind, Jr.", "3"]),
        (r'0101,S1,,"Bo \"B\"","Lind, Jr.",3', ["0101", "S1", None, 'Bo "B"', "Lind, Jr.", "3"]),
        ('0101,S1,"b@o.example""Bo","Lind",3', ["0101", "S1", "b@o.example", "Bo", "Lind", "3"]),
    ],
    ids=["short", "extra", "trailing", "comma", "open", "stray", "backslash", "lost separator"],
)  # fmt: skip
def test_what_a_damaged_row_was_meant_to_be(path: Path, line: str, best: list[Any]) -> None:
    """It is held all the same, and everything else is read as ever."""
    reading = _read(path, HEADER, *ROWS[:4], line, *ROWS[4:])
    assert _best(reading) == {6: best}
    assert _sheet(reading).damaged.to_list() == [6]
    assert _numbers(reading) == [2, 3, 4, 5, 7, 8, 9, 10]


def test_a_row_far_too_long_has_no_best_reading(path: Path) -> None:
    assert _best(_read(path, HEADER, *ROWS, ROWS[0] * 4)) == {}


def test_a_line_is_split_only_if_it_has_signs_enough() -> None:
    assert split('a,"b', Dialect(), 3) is None
    assert split('a,"b,c', Dialect(), 3) == ["a", '"b', "c"]


def test_a_mender_needs_no_rows_to_learn_from() -> None:
    assert Mender(Dialect(), 2).best("a,b,") == ["a", "b"]


def test_lines_with_very_many_signs_cost_no_time(path: Path) -> None:
    reading = _read(path, HEADER, *ROWS, '",' * 20_000, "," * 20_000 + "x")
    assert _sheet(reading).damaged.to_list() == [10, 11]
    assert _best(reading) == {}


# --- limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_line_without_end_is_named_before_anything_is_parsed(path: Path, end: str) -> None:
    reading = _read(path, HEADER, ROWS[0], "x" * (1 << 21), end=end)
    assert reading.sheet is None
    assert reading.findings.select("code", "detail").rows() == [
        ("FILE-148", "row 3 is longer than 1 MiB")
    ]


def test_a_file_of_very_many_damaged_rows_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_ODD", 10)
    reading = _read(path, HEADER, *ROWS, *["x,y"] * 11)
    assert reading.sheet is None
    assert _found(reading)[0][0] == "FILE-148"


def test_a_large_file_is_streamed_and_a_damaged_one_says_where(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else changes: the same rows, wherever they are read from."""
    whole = _read(path, HEADER, *ROWS)
    monkeypatch.setattr(delimited, "LARGEST", 10)
    streamed = _read(path, HEADER, *ROWS)
    assert _sheet(streamed).frame is None
    assert _sheet(streamed).scan().collect().equals(_sheet(whole).scan().collect())
    monkeypatch.setattr(delimited, "CAREFUL_BYTES", 10)
    short = _read(path, HEADER, *ROWS, "0101,S9")
    assert _found(short) == [("FILE-130", 10, 1)]
    stray = _read(path, HEADER, *ROWS, '0101,"S9')
    assert stray.sheet is None
    assert "row 10 needs a closer look" in stray.findings["detail"][0]


def test_blank_lines_without_end_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MOST_LINES", 100)
    reading = _read(path, HEADER, *[""] * 200)
    assert reading.sheet is None
    assert reading.findings["code"].to_list() == ["FILE-148"]


def test_no_row_is_in_two_places(path: Path) -> None:
    """Each line is a row, damaged, blank or passed over, and only one of these."""
    lines = ["Title", "", HEADER, *ROWS[:3], "a,b", "", HEADER, *ROWS[3:5], "", "The end of it"]
    sheet = _sheet(_read(path, *lines))
    rows = sheet.scan().collect()["_row"]
    every = pl.concat([rows, sheet.damaged, sheet.blank, sheet.passed]).to_list()
    assert sorted({1, *every}) == list(range(1, len(lines) + 1))
    assert len(rows) + len(sheet.damaged) == sheet.rows


def test_what_polars_drops_at_the_end_hides_no_short_row(path: Path) -> None:
    """A separator too many in the last line must not make up for one too few further up."""
    path.write_text("\n".join([HEADER, ROWS[0], "0101,S2,x@oak.example,Bo,Lind", ROWS[2] + ","]))
    reading = read(path.name, path, path.stat().st_size, known_names())
    assert [(code, row) for code, row, _ in _found(reading)][:2] == [
        ("FILE-130", 3),
        ("FILE-131", 4),
    ]
