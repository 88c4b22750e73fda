"""What is counted in a roster, row by row."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from importer.measured.roster import counted
from importer.model.tables import stored_schema
from importer.readiness.facts import Part, Roster
from importer.settings import Calendar

TODAY = date(2026, 11, 23)
Rows = list[dict[str, Any]]
NOTHING: Mapping[str, Rows] = {}


def roster(
    tables: Mapping[str, Rows] = NOTHING, today: date = TODAY, calendar: Calendar | None = None
) -> Roster:
    """The counts of these rows; what isn't said of a row is empty, and it is active."""
    frames = {
        name: pl.LazyFrame(
            [{"status": "active", **row} for row in tables.get(name, [])],
            schema=stored_schema(name),
            orient="row",
        )
        for name in ("schools", "terms", "people", "roles", "sections", "enrollments")
    }
    rows: Callable[[str], pl.LazyFrame] = frames.__getitem__
    return counted(rows, today, calendar or Calendar())


def people(count: int, role: str = "student", **more: Any) -> dict[str, Rows]:
    """So many people of one role at school S1."""
    ids = [f"{role}{n}" for n in range(count)]
    return {
        "people": [{"person_id": i, **more} for i in ids],
        "roles": [{"person_id": i, "school_id": "S1", "role": role} for i in ids],
    }


def both(*parts: dict[str, Rows]) -> dict[str, Rows]:
    """All of them."""
    names = {name for part in parts for name in part}
    return {name: [row for part in parts for row in part.get(name, [])] for name in names}


def test_heads_are_counted_once() -> None:
    again = {"roles": [{"person_id": "student0", "school_id": "S2", "role": "student"}]}
    parents = people(2, "guardian")
    gone = {"roles": [{**people(4)["roles"][3], "status": "archived"}]}
    teaches = {"roles": [{"person_id": "student1", "school_id": "S1", "role": "teacher"}]}
    found = roster(both(people(3), again, parents, gone, teaches, people(2, "teacher")))
    assert (found.students, found.staff, found.users) == (3, 3, 5)


def test_schools_and_those_with_students() -> None:
    schools: dict[str, Rows] = {
        "schools": [
            {"school_id": "S1", "type": "school", "state": "tx"},
            {"school_id": "S2", "type": None, "state": "TX"},
            {"school_id": "D1", "type": "district", "state": "NM"},
        ]
    }
    found = roster(both(people(1), people(1, "teacher"), schools))
    assert (found.schools, found.with_students, found.states) == (2, 1, {"TX": 2})


def test_addresses_are_counted_in_the_own_role() -> None:
    """A teacher may have the address of a pupil: two of one kind may not."""
    mine = people(3, email="A@oak.example")
    theirs = people(1, "teacher", email="a@oak.example")
    without = people(2, "staff")
    schools = {"schools": [{"school_id": "S1", "name": "Oak"}]}
    found = roster(both(mine, theirs, without, schools))
    assert found.email == Part(4, 6)
    assert found.email_worst == "Oak: 2 of 6 without"
    assert found.shared_email == Part(3, 4)


def place(person: str, section: str = "M1", **more: Any) -> dict[str, Any]:
    return {"section_id": section, "person_id": person, "role": "student", **more}


def test_who_is_in_no_class_may_have_left() -> None:
    placed = {"enrollments": [place("student0"), place("student1", status="archived")]}
    assert roster(both(people(3), placed)).leavers == Part(2, 3)
    assert roster(people(3)).leavers is None  # nobody is in a class: the format has none


@pytest.mark.parametrize(
    ("year", "today", "gone"),
    [
        ("2026", date(2026, 11, 23), True),
        ("2027", date(2026, 11, 23), False),
        ("2027", date(2027, 6, 30), False),
        ("2027", date(2027, 8, 1), True),
        ("soon", date(2026, 11, 23), None),
    ],
)
def test_whose_year_is_past_has_left(year: str, today: date, gone: bool | None) -> None:
    found = roster(people(2, graduation_year=year), today).leavers
    assert found == (None if gone is None else Part(2 * gone, 2))


def test_the_calendar_says_when_the_year_ends() -> None:
    calendar = Calendar(school_year_end=date(2026, 12, 11))  # where school years are calendar years
    assert roster(people(1, graduation_year="2026"), calendar=calendar).leavers == Part(0, 1)


def terms(*spans: tuple[date, date]) -> dict[str, Rows]:
    """Terms T0, T1 …, and a section for each."""
    return {
        "terms": [
            {"term_id": f"T{n}", "start_date": start, "end_date": end}
            for n, (start, end) in enumerate(spans)
        ],
        "sections": [{"section_id": f"M{n}", "term_ids": [f"T{n}"]} for n in range(len(spans))],
    }


FALL, SPRING = (date(2026, 8, 17), date(2026, 12, 18)), (date(2027, 1, 4), date(2027, 6, 11))


def test_sections_with_a_dated_term() -> None:
    found = roster(both(terms(FALL, SPRING[::-1]), {"sections": [{"section_id": "M9"}]}))
    assert (found.sections_dated, found.terms_wrong, found.in_term) == (Part(1, 3), 1, True)
    assert roster({"sections": [{"section_id": "M9"}]}).in_term is None
    assert roster().sections_dated is None


@pytest.mark.parametrize(
    ("today", "now"),
    [
        (date(2026, 12, 25), True),  # between two terms: the next one is near
        (date(2026, 5, 9), True),  # 100 days before the first
        (date(2026, 5, 8), False),
        (date(2027, 6, 11), True),
        (date(2027, 6, 12), False),
    ],
)
def test_a_term_covers_today_or_begins_soon(today: date, now: bool) -> None:
    assert roster(terms(FALL, SPRING), today).in_term is now


def test_days_of_the_year_that_no_term_covers() -> None:
    calendar = Calendar(school_year_start=FALL[0], school_year_end=SPRING[1])
    assert roster(terms(FALL, SPRING), calendar=calendar).gap == 16
    whole = (FALL[0], SPRING[1])
    assert roster(terms(whole, FALL, SPRING), calendar=calendar).gap == 0
    assert roster(terms(FALL, SPRING)).gap == 0  # nobody said when the year is


def test_what_was_edited_on_the_platform() -> None:
    edited = {"sections": [{"section_id": "M1", "local": ["title=x"]}]}
    assert roster(both(people(1, local=["email=y"]), people(1, "teacher"), edited)).edited == 2
    assert roster(people(2, clever_id="c")).clever_ids == 2
