"""Zeros that a spreadsheet took away: nobody leaves, nobody comes anew."""

from pathlib import Path

import polars as pl
from damage_drops import (
    checked,
    drop,
    enrolled,
    planned,
    said,
    stored,
    students,
    with_column,
)

from importer.checks.catalogue import (
    ENROLLMENTS_1,
    SCHOOLS,
    USERS_1,
    clever,
    manifest,
    oneroster,
)

FEW = ("00123", "00456", "7")


def test_students_whose_zeros_are_gone_in_all_files(tmp_path: Path) -> None:
    """One cause for all of them; nobody is archived, nobody added."""
    told, changes = planned(tmp_path, drop(*FEW), drop("123", "456", "7"))
    assert changes == set()
    assert said(told, "ROW-330") == [("ERROR", "ROW-330", "123", 2)]
    held = set(told.held.select("file", "row").rows())
    assert held == {(f, n) for f in ("students.csv", "enrollments.csv") for n in (2, 3)}
    assert told.held["cause"].n_unique() == 1


def test_students_whose_zeros_are_gone_in_their_own_file_only(tmp_path: Path) -> None:
    """The enrollments that still have them wait for the same cause."""
    after = drop("123", "456", "7", enrollments=enrolled(*FEW))
    told, changes = planned(tmp_path, drop(*FEW), after)
    assert changes == set()
    assert told.held["cause"].n_unique() == 1
    assert said(told, "LINK-404") == []


def test_enrollments_whose_zeros_are_gone(tmp_path: Path) -> None:
    """The id that exists is offered."""
    told, changes = planned(tmp_path, drop(*FEW), drop(*FEW, enrollments=enrolled("123", "456")))
    assert said(told, "LINK-404") == [
        ("ERROR", "LINK-404", "123", 1),
        ("ERROR", "LINK-404", "456", 1),
    ]
    assert (
        "“00123” exists: the zeros in front are gone"
        in told.findings["message"].str.join("").item()
    )
    assert ("archive", "people", "00123") not in changes


def test_a_school_whose_zero_is_gone_takes_nothing_with_it(tmp_path: Path) -> None:
    files = {"schools": SCHOOLS.replace("0101", "101")}
    told, changes = planned(tmp_path, drop(*FEW), drop(*FEW, **files))
    assert changes == set()
    assert said(told, "ROW-330") == [("ERROR", "ROW-330", "101", 1)]
    assert told.held["cause"].n_unique() == 1


def test_users_of_oneroster(tmp_path: Path) -> None:
    before = oneroster(
        users=USERS_1.replace("U1", "0012"), enrollments=ENROLLMENTS_1.replace("U1", "0012")
    )
    after = oneroster(
        users=USERS_1.replace("U1", "12"), enrollments=ENROLLMENTS_1.replace("U1", "12")
    )
    told, changes = planned(tmp_path, before, after)
    assert said(told, "ROW-330") == [("ERROR", "ROW-330", "12", 1)]
    assert changes == set()


def test_a_delta_row_whose_zeros_are_gone_adds_nobody(tmp_path: Path) -> None:
    users = USERS_1.replace("U1", "0012")
    before = oneroster(users=users, enrollments=ENROLLMENTS_1.replace("U1", "0012"))
    header, row, _ = USERS_1.splitlines()
    row = row.replace("U1,,,", "12,active,2026-09-02T06:00:00Z,")
    after = oneroster(
        manifest=manifest(users="delta", enrollments="absent"),
        users=f"{header}\n{row}\n",
        enrollments=None,
    )
    told, changes = planned(tmp_path, before, after)
    assert said(told, "ROW-330") == [("ERROR", "ROW-330", "12", 1)]
    assert changes == set()


def test_two_records_that_may_be_meant(tmp_path: Path) -> None:
    """Nothing is offered, and neither of the two is archived."""
    told, changes = planned(tmp_path, drop("0123", "00123", "7"), drop("123", "7"))
    ((severity, _, value, rows),) = said(told, "ROW-330")
    assert (severity, value, rows) == ("ERROR", "123", 1)
    assert "nobody can tell" in told.findings.filter(pl.col("code") == "ROW-330")["message"].item()
    assert changes == set()


def test_other_spellings_of_spreadsheets(tmp_path: Path) -> None:
    """Any form that a spreadsheet gives an id is the same id; the record is held by it."""
    _, changes = planned(tmp_path, drop("00123", "A-1", "7"), drop("'00123", "A–1", "7"))
    assert changes == set()


def test_digits_that_are_gone_archive_nobody(tmp_path: Path) -> None:
    """Nobody can tell who 1.23457E+11 is, so of its section nobody leaves either."""
    before = drop("123456789012", "123456789013", "7")
    told, changes = planned(tmp_path, before, drop("1.23457E+11", "1.23457E+11", "7"))
    assert said(told, "CELL-221", "ROW-301") == [("ERROR", "CELL-221", "1.23457E+11", 2)]
    assert changes == set()


def test_an_archived_record_is_only_a_warning(tmp_path: Path) -> None:
    _, gone = planned(tmp_path / "a", drop("00123", "7"), drop("7"))
    assert ("archive", "people", "00123") in gone
    told, changes = planned(tmp_path / "b", drop("00123", "7"), drop("7"), drop("7", "123"))
    assert said(told, "ROW-330") == [("WARNING", "ROW-330", "123", 1)]
    assert ("add", "people", "123") in changes


def test_new_students_are_new(tmp_path: Path) -> None:
    """Numbers that nobody has, with and without zeros, also where others have left."""
    told, changes = planned(tmp_path, drop("00123", "998", "999"), drop("998", "1000", "00321"))
    assert said(told, "ROW-330", "CELL-237") == []
    assert {c for c in changes if c[1] == "people"} == {
        ("add", "people", "1000"),
        ("add", "people", "00321"),
        ("archive", "people", "00123"),
        ("archive", "people", "999"),
    }


def test_two_ids_that_differ_by_zeros_stay_two(tmp_path: Path) -> None:
    told, changes = planned(tmp_path, drop("123", "0123"), drop("123", "0123", "7"))
    assert said(told, "ROW-330") == []
    assert {key for _, _, key in changes} == {"7", "7 / 0101 / student", "M1 / 7 / student"}


def test_the_number_of_a_known_student_stays_stored(tmp_path: Path) -> None:
    """The id is right, the number beside it lost its zeros: a warning, and the old number."""
    before, after = (with_column("Student_number", n, "77") for n in ("00123", "123"))
    told, changes = planned(tmp_path, before, after)
    assert said(told, "ROW-331") == [("WARNING", "ROW-331", "123", 1)]
    assert changes == set()


def test_a_number_that_really_changes_is_taken(tmp_path: Path) -> None:
    before, after = (with_column("Student_number", n, "77") for n in ("00123", "124"))
    told, changes = planned(tmp_path, before, after)
    assert (said(told, "ROW-331"), changes) == ([], {("edit", "people", "S0")})


# --- told by the file alone ---------------------------------------------------------------------


def test_ids_shorter_than_all_that_are_filled_up_with_zeros(tmp_path: Path) -> None:
    ids = [f"{n:05}" for n in range(9_000, 11_000, 5)]
    told = checked(clever(students=students(*ids, "77", "8"), enrollments=enrolled("77")), tmp_path)
    assert said(told, "CELL-237") == [("WARNING", "CELL-237", "77", 2)]
    assert told.held.is_empty()


def test_a_whole_column_that_lost_its_zeros(tmp_path: Path) -> None:
    """A tenth of the numbers is shorter, and each digit comes first in a tenth of the others."""
    ids = [str(n * 7919 % 100_000) for n in range(1, 1000)]
    told = checked(clever(students=students(*ids), enrollments=enrolled(ids[0])), tmp_path)
    assert [row[:2] for row in said(told, "CELL-237")] == [("WARNING", "CELL-237")]


def test_numbers_given_out_in_turn_grow(tmp_path: Path) -> None:
    ids = [str(n) for n in range(900, 1900)]
    told = checked(clever(students=students(*ids), enrollments=enrolled("900")), tmp_path)
    assert said(told, "CELL-237") == []


def test_short_ids_that_the_roster_has_are_right(tmp_path: Path) -> None:
    ids = [f"{n:05}" for n in range(9_000, 11_000, 5)]
    told, _ = planned(tmp_path, drop(*ids, "77"), drop(*ids, "77", "20000"))
    assert said(told, "CELL-237") == []


def test_zip_codes(tmp_path: Path) -> None:
    """Too short ones are said, and don't replace what is stored; foreign ones are fine."""
    told = checked(with_column("Student_zip", "2139", "601-1234", "02139", "SW1A 1AA"), tmp_path)
    assert said(told, "CELL-236") == [("WARNING", "CELL-236", "2139", 2)]
    schools = "School_id,School_name,School_number,School_zip\n0101,Oak,1,{}\n"
    after = stored(
        tmp_path / "b",
        "schools",
        clever(schools=schools.format("02139")),
        clever(schools=schools.format("2139")),
    )
    assert after["0101"]["zip"] == "02139"
