"""Invented incidents: the wrong ones are held with their cause first, the others pass.

`python -m benchmarks.incidents --seeds 3` plays more of them, at more sizes.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from guard_ways import both_ways

sys.path.insert(0, str(Path(__file__).parents[2]))  # benchmarks/ is no part of the package

from benchmarks.incidents.bad import BAD
from benchmarks.incidents.district import District, week
from benchmarks.incidents.legit import LEGIT, TERM_CHANGES
from benchmarks.incidents.play import MIDTERM, TURN, Feed, Size, files_of, started

Began = tuple[Feed, District]
SMALL = Size(3, 120)


@pytest.fixture(autouse=True)
def judged_twice() -> Iterator[None]:
    """Whatever becomes of a drop, looking at all rows says the same of it."""
    with both_ways():
        yield


@pytest.fixture(scope="module")
def began(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Began]:
    """A copy of a district that has committed two drops: by seed and what it declares."""
    kept: dict[tuple[int, bool, bool], Began] = {}

    def start(seed: int, calendar: bool = False, terms: bool = False) -> Began:
        key = (seed, calendar, terms)
        if key not in kept:
            folder = tmp_path_factory.mktemp("began")
            kept[key] = started(folder, seed, SMALL, calendar=calendar, terms=terms)
        feed, district = kept[key]
        return feed.again(tmp_path_factory.mktemp("again")), district.copy()

    return start


def _seed(name: str) -> int:
    return 3 + sum(name.encode()) % 2


@pytest.mark.parametrize("name", sorted(BAD))
def test_wrong_ones_are_held_with_their_cause(name: str, began: Callable[..., Began]) -> None:
    feed, district = began(_seed(name))
    played = feed.send(files_of(BAD[name].breaks(district)), MIDTERM)
    assert played.held
    assert played.first in BAD[name].causes, played.says


@pytest.mark.parametrize("name", sorted(LEGIT))
def test_right_ones_pass(name: str, began: Callable[..., Began]) -> None:
    feed, district = began(_seed(name))
    played = feed.send(files_of(LEGIT[name](district)), MIDTERM)
    if name in TERM_CHANGES:
        assert (played.held, played.stops) == (True, ("PLAN-542",))
        assert "[calendar]" in played.fix
    else:
        assert not played.held, played.says


@pytest.mark.parametrize("name", TERM_CHANGES)
@pytest.mark.parametrize("how", ["calendar", "terms"])
def test_a_new_term_that_was_declared_passes(
    name: str, how: str, began: Callable[..., Began]
) -> None:
    feed, district = began(3, **{how: True})
    day = "2027-08-20" if name == "new school year" else TURN
    played = feed.send(files_of(LEGIT[name](district)), day)
    assert not played.held, played.says


@pytest.mark.parametrize(
    "name",
    ["H10 cut at 93 %", "H12 one school re-keyed", "H14 e-mails blank", "H17 roster doubled"],
)
def test_a_change_of_term_hides_no_accident(name: str, began: Callable[..., Began]) -> None:
    feed, district = began(3, calendar=True)
    played = feed.send(files_of(BAD[name].breaks(district)), TURN)
    assert played.held
    assert played.first in BAD[name].causes


def test_no_message_says_to_raise_a_limit(began: Callable[..., Began]) -> None:
    feed, district = began(3)
    for name in ("H18 8 % leak", "H17 roster doubled", "one teacher for all sections"):
        played = feed.again(feed.folder / name).send(files_of(BAD[name].breaks(district)), MIDTERM)
        assert "limit" not in (played.says + played.fix).replace("per limit", "")
        assert "raise" not in played.fix


def test_a_slow_leak_is_seen_after_some_nights(tmp_path: Path) -> None:
    """Every night under each limit, on the whole far above."""
    feed, district = started(tmp_path, 5, Size(3, 400, 0))
    told = []
    for night in range(1, 7):
        gone = set(district.rng.sample(district.ids("students"), len(district["students"]) // 45))
        for table in ("students", "enrollments"):
            district.tables[table] = [r for r in district[table] if r["Student_id"] not in gone]
        played = feed.send(district.files(), f"2026-10-{night:02}")
        told.append(played.first)
        if played.held:
            break
    assert told[0] == ""
    assert told[-1] == "PLAN-552"


def test_a_usual_month_is_never_held(tmp_path: Path) -> None:
    feed, district = started(tmp_path, 8, Size(3, 150, 0))
    for night in range(1, 13):
        district = week(district, 0.006)
        played = feed.send(district.files(), f"2026-10-{night:02}")
        assert not played.held, played.says


def test_one_seed_makes_one_district(tmp_path: Path) -> None:
    first, second = (started(tmp_path / str(n), 4, SMALL)[1].files() for n in range(2))
    assert first == second
    shutil.rmtree(tmp_path)
