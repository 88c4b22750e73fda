"""Headers that nobody knows: what is suggested, what is selected beforehand, and what never is."""

import polars as pl
import pytest
from header_spellings import SPELLINGS

from importer.contracts.contract import Contract, Table
from importer.contracts.header import matched
from importer.contracts.load import contracts
from importer.contracts.suggest import MAYBE, SURE, Suggestion, suggested

LIST = [(table, header, meant) for table, of in SPELLINGS.items() for header, meant in of.items()]
NEVER = (
    "Guardian Email", "Parent_email", "Teacher Email", "Mother's Email", "Emergency Contact Email",
    "Old Student ID", "Student ID 2",
)  # fmt: skip


def _table(name: str) -> tuple[Contract, Table]:
    format_, _, table = name.partition("/")
    return contracts()[format_], contracts()[format_].tables[table]


def _one(name: str, header: str, *values: str) -> Suggestion | None:
    """What is suggested for this header alone; its name alone counts if there are no values."""
    column = pl.Series(values, dtype=pl.String)
    found = suggested(*_table(name), (header,), (lambda _: column) if values else None)
    return found[0] if found else None


def test_the_list_holds_only_headers_that_no_alias_knows() -> None:
    assert len(LIST) >= 60
    for table, header, meant in LIST:
        assert matched(*_table(table), (header,)) == [None]
        assert meant in ("", *_table(table)[1].columns)


def test_what_names_alone_select_beforehand_is_right_but_for_one() -> None:
    told = {(t, h, meant): _one(t, h) for t, h, meant in LIST}
    sure = [(header, meant, s.column) for (_, header, meant), s in told.items() if s and s.sure]
    assert [header for header, meant, column in sure if meant != column] == ["Graded"]
    assert len(sure) == 1 + 46  # of 58 that mean a column; the others need an alias or a person


def test_values_unmask_the_one() -> None:
    offer = _one("clever/students", "Graded", "yes", "no", "yes")
    assert offer and not offer.sure and "words of Grade" in offer.doubt
    real = _one("clever/students", "Grades", "3", "Kindergarten", "11")
    assert real and real.sure


def test_suggestions_below_that_are_never_selected() -> None:
    found = [s for s in (_one(table, header) for table, header, _ in LIST) if s]
    assert {s.sure for s in found if s.likeness < SURE} == {False}
    assert min(s.likeness for s in found) >= MAYBE


@pytest.mark.parametrize("header", NEVER)
def test_another_persons_column_is_not_even_suggested(header: str) -> None:
    for table in ("clever/students", "user-import-tool/students", "pulse/students"):
        assert _one(table, header) is None


@pytest.mark.parametrize(
    ("header", "values", "doubt"),
    [
        ("Student Emial", ["5550100", "5550101"], "e-mail"),
        ("Studnet ID", ["ana@oak.example", "bo@oak.example"], "e-mail"),
        ("Studnet ID", ["8/17/2015", "9/1/2015"], "dates"),
        ("Studnet ID", ["Ana Silva", "Bo Lind"], "texts"),
        ("Fist Name", ["ana@oak.example"], "e-mail"),
        ("Fist Name", ["17", "18"], "numbers"),
        ("Graduation Yr", ["June", "May"], "years"),
        ("Studnet ID", ["", " "], "no values"),
    ],
)
def test_values_of_another_kind_are_a_doubt(header: str, values: list[str], doubt: str) -> None:
    offer = _one("clever/students", header, *values)
    assert offer and not offer.sure and doubt in offer.doubt


def test_a_key_whose_values_come_again_is_doubtful() -> None:
    again = _one("clever/sections", "Sectoin ID", *["S1", "S2"] * 10)
    assert again and not again.sure and "again" in again.doubt
    assert (alone := _one("clever/sections", "Sectoin ID", "S1", "S2")) and alone.sure


def test_two_that_are_alike_are_left_to_a_person() -> None:
    header = ("Studnet_id", "Student_idd", "Fist_name")
    offers = {s.header: s for s in suggested(*_table("clever/students"), header)}
    assert sorted(s.column for s in offers.values()) == ["First_name", "Student_id"]
    assert not any(s.sure for s in offers.values() if s.column == "Student_id")
    assert offers["Fist_name"].sure


def test_a_column_that_is_there_is_not_suggested_again() -> None:
    assert suggested(*_table("clever/students"), ("Student_id", "Studnet_id")) == []
