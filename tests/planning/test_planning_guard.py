"""The guards by themselves: which changes stop a drop, for which school, and which don't."""

import polars as pl
import pytest

from importer.model.changes import CHANGES, ChangeSet
from importer.planning.guard import ALL, Stop, guard
from importer.settings import Guards

LIMITS = Guards()  # 10 % of a school from 5, 5 % of the district from 25, growth 25 %


def _changes(*parts: tuple[int, str, str, str | None], **more: object) -> ChangeSet:
    """So many changes of an action in a table, counted for a school."""
    rows = [
        {"action": action, "table": table, "school_id": school, "picked": True, **more}
        for count, action, table, school in parts
        for _ in range(count)
    ]
    frame = pl.DataFrame(rows, schema_overrides=CHANGES, infer_schema_length=None)
    missing = [pl.lit(None, dtype).alias(n) for n, dtype in CHANGES.items() if n not in frame]
    return ChangeSet(1, "drop", frame.with_columns(missing).select(list(CHANGES)), {})


def _stops(change: ChangeSet, table: str = "people", **schools: int) -> list[tuple[str, str]]:
    active = {table: {ALL: sum(schools.values()), **schools}}
    return [(stop.code, stop.school) for stop in guard(change, active, LIMITS)]


def test_a_first_load_is_free() -> None:
    change = _changes((5000, "add", "people", "A"))
    assert guard(change, {"people": {ALL: 0}}, LIMITS) == []
    assert guard(change, {}, LIMITS) == []


def test_no_changes_no_stops() -> None:
    assert _stops(_changes(), A=10) == []


@pytest.mark.parametrize(
    ("lost", "before", "held"),
    [
        (4, 20, False),  # under the floor of 5
        (5, 20, True),
        (5, 50, False),  # exactly 10 % is not more than 10 %
        (6, 50, True),
        (50, 500, False),
        (51, 500, True),
        (1, 1, True),  # everything, however little
        (2, 2, True),
        (4, 4, True),
        (1, 2, False),
        (3, 4, False),
    ],
)
def test_what_a_school_may_lose(lost: int, before: int, held: bool) -> None:
    stops = _stops(_changes((lost, "archive", "people", "A")), A=before, B=5000)
    assert stops == ([("PLAN-501", "A")] if held else [])


def test_each_school_by_itself() -> None:
    change = _changes((20, "archive", "people", "A"), (3, "archive", "people", "B"))
    assert _stops(change, A=30, B=1000, C=1000) == [("PLAN-501", "A")]


def test_what_it_says() -> None:
    change = _changes((1200, "archive", "people", "0101"))
    stops = guard(change, {"people": {ALL: 90_000, "0101": 1500}}, LIMITS)
    assert stops == [
        Stop("PLAN-501", "0101", "people", "1,200 of 1,500 people of school 0101", 1200)
    ]


def test_new_ones_do_not_make_up_for_what_a_school_loses() -> None:
    """All ids of one school changed: as many are added as are lost, and that is the fault."""
    change = _changes((30, "archive", "people", "A"), (30, "add", "people", "A"))
    assert ("PLAN-501", "A") in _stops(change, A=30, B=1000)


@pytest.mark.parametrize(
    ("lost", "before", "held"),
    [(24, 400, False), (25, 500, False), (26, 500, True), (500, 9000, True)],
)
def test_what_a_district_may_lose(lost: int, before: int, held: bool) -> None:
    """Spread thinly over many schools, so that none of them stands out."""
    change = _changes(*((1, "archive", "people", f"S{n}") for n in range(lost)))
    schools = {f"S{n}": before // lost + 1 for n in range(lost)}
    active = {"people": {ALL: before, **schools}}
    codes = [stop.code for stop in guard(change, active, LIMITS)]
    assert codes == (["PLAN-502"] if held else [])


def test_a_person_without_a_school_counts_for_the_district() -> None:
    change = _changes((100, "archive", "people", None))
    assert _stops(change, A=1000) == [("PLAN-502", ALL)]


@pytest.mark.parametrize(
    ("new", "before", "held"),
    [(24, 10, False), (25, 10, True), (250, 1000, False), (251, 1000, True)],
)
@pytest.mark.parametrize("action", ["add", "reactivate"])
def test_growth(new: int, before: int, held: bool, action: str) -> None:
    stops = _stops(_changes((new, action, "people", "A")), A=before)
    assert stops == ([("PLAN-503", ALL)] if held else [])


def test_moves_count_for_nothing() -> None:
    change = _changes((500, "move", "enrollments", "A"))
    assert _stops(change, "enrollments", A=500, B=1) == []


def test_what_is_not_picked_counts_for_nothing() -> None:
    change = _changes((500, "archive", "people", "A"))
    unpicked = change.changes.with_columns(picked=pl.lit(False))
    assert guard(ChangeSet(1, "", unpicked, {}), {"people": {ALL: 500, "A": 500}}, LIMITS) == []


def test_each_table_by_itself() -> None:
    change = _changes((6, "archive", "people", "A"), (6, "archive", "enrollments", "A"))
    active = {"people": {ALL: 10, "A": 10}, "enrollments": {ALL: 1000, "A": 1000}}
    assert [(s.code, s.table) for s in guard(change, active, LIMITS)] == [("PLAN-501", "people")]


def test_limits_are_the_district_s_own() -> None:
    change = _changes((6, "archive", "people", "A"))
    active = {"people": {ALL: 10, "A": 10}}
    assert guard(change, active, Guards(school_floor=7)) == []
    assert guard(change, active, Guards(school_loss=0.6)) == []
    assert len(guard(change, active, Guards(school_loss=0.59))) == 1


# --- columns ------------------------------------------------------------------------------------


def _edits(count: int, column: str, before: str, after: str, others: int = 0) -> ChangeSet:
    one = {"columns": [column], "before": [before], "after": [after]}
    edits = _changes((count, "edit", "people", "A"), **one).changes
    more = {"columns": ["middle_name"], "before": [""], "after": ["x"]}
    rest = _changes((others, "edit", "people", "A"), **more).changes
    return ChangeSet(1, "", pl.concat([edits, rest]) if others else edits, {})


@pytest.mark.parametrize(
    ("count", "before", "held"),
    [(24, 25, False), (25, 100, True), (100, 1000, False), (101, 1000, True)],
)
def test_a_column_that_changes_almost_everywhere(count: int, before: int, held: bool) -> None:
    stops = _stops(_edits(count, "email", "a@x.example", "b@x.example"), A=before)
    assert stops == ([("PLAN-507", ALL)] if held else [])


@pytest.mark.parametrize(
    ("count", "before", "held"),
    [(24, 25, False), (25, 100, True), (50, 1000, False), (51, 1000, True)],
)
def test_a_column_that_would_be_emptied(count: int, before: int, held: bool) -> None:
    stops = _stops(_edits(count, "email", "a@x.example", ""), A=before)
    assert stops == ([("PLAN-508", ALL)] if held else [])


def test_many_edits_of_many_columns_are_no_single_column() -> None:
    assert _stops(_edits(20, "email", "a", "b", others=20), A=100) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("3", "4"), ("03", "04"), ("Kindergarten", "1"), ("KG", "01"), ("9", "10"), ("PK", "KG"),
     ("TransitionalKindergarten", "Kindergarten")],
)  # fmt: skip
def test_the_new_school_year_passes_and_is_named(before: str, after: str) -> None:
    stops = guard(_edits(90, "grades", before, after), {"people": {ALL: 100, "A": 100}}, LIMITS)
    assert [(s.code, s.severity) for s in stops] == [("PLAN-510", "INFO")]


@pytest.mark.parametrize(("before", "after"), [("3", "3x"), ("4", "3"), ("3", "5"), ("x", "y")])
def test_other_grades_are_no_promotion(before: str, after: str) -> None:
    stops = guard(_edits(90, "grades", before, after), {"people": {ALL: 100, "A": 100}}, LIMITS)
    assert [(s.code, s.severity) for s in stops] == [("PLAN-507", "BLOCK")]


def test_promotion_with_some_who_stay_behind_or_skip() -> None:
    def mixed(odd: int) -> list[str]:
        ups = _edits(100 - odd, "grades", "3", "4").changes
        odds = _edits(odd, "grades", "3", "5").changes
        change = ChangeSet(1, "", pl.concat([ups, odds]), {})
        return [stop.code for stop in guard(change, {"people": {ALL: 100, "A": 100}}, LIMITS)]

    assert mixed(10) == ["PLAN-510"]
    assert mixed(11) == ["PLAN-507"]
