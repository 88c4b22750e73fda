"""The order of day and month is decided by all dates of a column together."""

from datetime import date
from pathlib import Path

import polars as pl
from damage_drops import checked, said, stored, with_column

US = [f"{month}/{day}/2012" for month in (1, 2, 3, 4) for day in (3, 14, 25, 28)]
THEIRS = ["/".join([*d.split("/")[1::-1], "2012"]) for d in US]
CODES = ("CELL-206", "CELL-231", "CELL-232", "CELL-233")


def dates(folder: Path, *values: str) -> list[tuple[object, ...]]:
    return said(checked(with_column("DOB", *values), folder), *CODES)


def test_dates_as_the_format_asks(tmp_path: Path) -> None:
    assert dates(tmp_path, *US) == []


def test_a_day_first_district_is_read(tmp_path: Path) -> None:
    # One of the sixteen, 3/3/2012, is the same day in both orders.
    assert dates(tmp_path / "a", *THEIRS) == [("INFO", "CELL-231", "3/1/2012", 15)]
    people = stored(tmp_path / "b", "people", with_column("DOB", *THEIRS))
    assert people["S0"]["birth_date"] == date(2012, 1, 3)
    assert people["S1"]["birth_date"] == date(2012, 1, 14)


def test_a_slip_in_a_day_first_district(tmp_path: Path) -> None:
    """It is left out, not read as the contract would."""
    values = [*THEIRS, *THEIRS, "4/30/2012"]
    assert ("WARNING", "CELL-206", "4/30/2012", 1) in dates(tmp_path / "a", *values)
    people = stored(tmp_path / "b", "people", with_column("DOB", *values))
    assert people["S32"]["birth_date"] is None


def test_a_slip_in_a_month_first_district(tmp_path: Path) -> None:
    assert dates(tmp_path, *US, *US, "30/4/2012") == [("WARNING", "CELL-206", "30/4/2012", 1)]


def test_two_orders(tmp_path: Path) -> None:
    """What fits only the rarer order is an error; what fits both is left out."""
    told = checked(with_column("DOB", *US, "30/4/2012", "29/4/2012", "28/4/2012"), tmp_path)
    assert said(told, *CODES) == [
        ("ERROR", "CELL-233", "30/4/2012", 3),
        ("WARNING", "CELL-232", "1/3/2012", 3),
    ]
    assert told.held.filter(pl.col("file") == "students.csv")["row"].to_list() == [18, 19, 20]


def test_nothing_tells(tmp_path: Path) -> None:
    values = [f"{month}/3/2012" for month in (1, 2, 4, 5, 6)]
    assert dates(tmp_path / "a", *values) == [("WARNING", "CELL-232", "1/3/2012", 5)]
    # Fewer may be so by chance.
    assert dates(tmp_path / "b", *values[:4]) == []
    assert dates(tmp_path / "c", *values, "2012-04-30", "4/30/2012") == []


def test_a_count_of_days(tmp_path: Path) -> None:
    told = checked(with_column("DOB", "41000", "41000.75", "4/30/2012"), tmp_path)
    assert said(told, "CELL-234", "CELL-206") == [("WARNING", "CELL-234", "41000", 2)]
    (message,) = told.findings.filter(pl.col("code") == "CELL-234")["message"]
    assert "2012-04-01" in message and "2016-04-02" in message


def test_dates_of_one_order_with_iso_dates_among_them(tmp_path: Path) -> None:
    assert dates(tmp_path, "30/4/2012", "2012-04-30", "29/4/2012") == [
        ("INFO", "CELL-231", "30/4/2012", 2)
    ]
