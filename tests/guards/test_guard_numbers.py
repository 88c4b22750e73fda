"""Losses and growth by number: which stop a drop, for which school, and which don't."""

import random
from datetime import date

import pytest
from guard_cases import Row, case, gone, in_season, people, stops

from importer.model.history import Commit, StoredTable
from importer.planning.guards.limits import Limits, learned
from importer.planning.guards.season import season
from importer.settings import Guards, read


def _some(count: int, of: int, school: str = "A") -> list[str]:
    """Ids of students of a school, here and there in the file."""
    return [
        f"s{school}{n}"
        for n in sorted(random.Random(f"{count} {of} {school}").sample(range(of), count))
    ]


def test_a_first_load_is_free() -> None:
    new: list[Row] = [
        {"action": "add", "table": "people", "key": f"s{n}", "school_id": "A"} for n in range(5000)
    ]
    assert stops(case({}, new)) == []


def test_no_changes_no_stops() -> None:
    assert stops(case(people({"A": 10}), [])) == []


@pytest.mark.parametrize(
    ("lost", "before", "held"),
    [
        (4, 20, False),  # under the floor of 5
        (5, 20, True),
        (5, 50, False),  # exactly 10 % is not more than 10 %
        (6, 50, True),
        (50, 500, False),
        (51, 500, True),
        (2, 2, True),  # everything, however little
        (4, 4, True),
        (1, 2, False),
        (3, 4, False),
    ],
)
def test_what_a_school_may_lose(lost: int, before: int, held: bool) -> None:
    others = {"B": 2000, "C": 2000, "D": 2000}
    stored = people({"A": before, **others})
    told = stops(case(stored, gone(_some(lost, before), "A")))
    codes = {("PLAN-543", "A")} if lost == before else {("PLAN-501", "A")}
    assert set(told) == (codes if held else set())


def test_a_schools_only_teacher_is_not_everybody() -> None:
    stored = people({"A": 40, "B": 400})
    for name, rows in people({"A": 1, "B": 20}, "teacher").items():
        stored[name] = stored[name] if name == "schools" else stored[name] + rows
    assert stops(case(stored, gone(["tA0"], "A"))) == []


def test_all_teachers_of_a_school_are_counted_apart_from_its_students() -> None:
    stored = people({"A": 400, "B": 400, "C": 400})
    for name, rows in people({"A": 4, "B": 20, "C": 20}, "teacher").items():
        stored[name] = stored[name] if name == "schools" else stored[name] + rows
    assert stops(case(stored, gone([f"tA{n}" for n in range(4)], "A"))) == [("PLAN-501", "A")]


@pytest.mark.parametrize(("lost", "held"), [(24, False), (26, False), (75, True)])
def test_what_a_district_may_lose(lost: int, held: bool) -> None:
    """Spread thinly over many schools, so that none of them stands out."""
    schools = {f"S{n}": 40 for n in range(25)}
    stored = people(schools)
    left = [
        row
        for n in range(25)
        for row in gone(_some(lost // 25 + (n < lost % 25), 40, f"S{n}"), f"S{n}")
    ]
    assert stops(case(stored, left)) == ([("PLAN-502", "*")] if held else [])


@pytest.mark.parametrize("rows", [8, 60, 150, 400, 1000, 5000])
def test_the_floor_of_a_small_district_is_beyond_chance(rows: int) -> None:
    """A district that loses 2 % a day by chance reaches its floor less than once in 10,000 days."""
    floor = Limits().floor(rows)
    days = random.Random(rows)
    if rows <= 400:
        reached = sum(sum(days.random() < 0.02 for _ in range(rows)) >= floor for _ in range(2000))
        assert reached <= 2
    assert 3 <= floor <= Guards().district_floor


def test_many_schools_at_once_are_one_stop() -> None:
    stored = people({f"S{n}": 50 for n in range(10)})
    left = [row for n in range(10) for row in gone(_some(12, 50, f"S{n}"), f"S{n}")]
    assert stops(case(stored, left)) == [("PLAN-502", "*")]


def test_what_goes_with_a_person_is_no_stop_of_its_own() -> None:
    stored = people({"A": 100, "B": 1000, "C": 1000})
    lost = _some(30, 100)
    more: list[Row] = [
        {"action": "archive", "table": "roles", "key": f"{one}\x1fA\x1fstudent", "school_id": "A"}
        for one in lost
    ]
    assert stops(case(stored, gone(lost, "A") + more)) == [("PLAN-501", "A")]


def test_limits_are_the_districts_own() -> None:
    stored = people({"A": 10, "B": 100, "C": 100})
    left = gone(["sA1", "sA2", "sA3", "sA5", "sA7", "sA8"], "A")
    assert stops(case(stored, left)) == [("PLAN-501", "A")]
    assert stops(case(stored, left, Guards(school_floor=7))) == []
    assert stops(case(stored, left, Guards(school_loss=0.6))) == []


def test_while_a_year_changes_a_school_may_lose_half() -> None:
    stored = people({"A": 100, "B": 100, "C": 100})
    some = case(stored, gone(_some(40, 100), "A"))
    assert stops(some) == [("PLAN-501", "A")]
    assert stops(in_season(some, "the start of the school year")) == []
    most = case(stored, gone(_some(60, 100), "A"))
    assert stops(in_season(most, "the start of the school year")) == [("PLAN-501", "A")]


CALENDAR = """
[calendar]
school_year_start = 2026-08-17
school_year_end = 2027-06-11
[[calendar.semesters]]
name = "Fall"
start = 2026-08-17
end = 2026-12-18
[[calendar.semesters]]
name = "Spring"
start = 2027-01-04
end = 2027-06-11
"""


@pytest.mark.parametrize(
    ("day", "turning"),
    [
        ("2026-08-10", True),  # before the first day
        ("2026-08-31", True),  # two weeks after it
        ("2026-09-01", False),
        ("2026-12-15", False),
        ("2026-12-16", True),  # two days before the last day of the semester
        ("2027-01-18", True),
        ("2027-01-19", False),
        ("2027-06-09", True),
        ("2027-07-20", True),
        ("2028-01-10", False),  # a calendar that nobody kept up says nothing
    ],
)
def test_the_season_by_the_calendar(day: str, turning: bool) -> None:
    assert season(read(CALENDAR).calendar, date.fromisoformat(day)).turning is turning


def _commit(number: int, active: int, lost: int) -> Commit:
    tables = {"people": StoredTable("", active, active)}
    counts = {"people": {"archive": lost}}
    return Commit(number, "", "", "", "", "", "2026-10-01", tables, counts)


def test_limits_are_learned_after_five_drops() -> None:
    few = [_commit(n, 1000, 4) for n in range(5)]
    assert learned(Guards(), few).loss("people").share == Guards().district_loss
    quiet = learned(Guards(), [*few, _commit(5, 1000, 4)]).loss("people")
    assert (quiet.share, quiet.source) == (0.02, "the last 5 drops")
    lively = [_commit(n, 1000, lost) for n, lost in enumerate([0, 30, 70, 20, 60, 40, 50])]
    assert learned(Guards(), lively).loss("people").share == 0.10  # never beyond what is published


def test_a_limit_that_was_set_is_not_learned_away() -> None:
    commits = [_commit(n, 1000, 4) for n in range(9)]
    assert learned(Guards(district_loss=0.07), commits).loss("people").share == 0.07
    assert learned(Guards(learn=False), commits).loss("people").share == 0.05
