"""How mobile a district's students are, from who came and left between two days.

Students who came or left are counted once each, scaled up to a school year, and taken as a share of
all who would be there at some time of that year: the figure that Colorado publishes for its
districts (10.0 % on average in 2023-24). Who is placed in which section never counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from math import sqrt

import polars as pl

EVENTS: dict[str, pl.DataType] = {
    "day": pl.Date(),
    "person_id": pl.String(),
    "school_id": pl.String(),
    "step": pl.Int8(),  # 1 = a place at this school began, -1 = it ended
}
"""Places of students at schools that began or ended after the first day, in no order."""

SAME: dict[str, pl.DataType] = {
    "person_id": pl.String(),
    "known_by": pl.UInt64(),  # of name and date of birth; null = the name is not known
    "sure": pl.Boolean(),  # whether the date of birth is part of it
}
"""By what somebody with a new id may be known."""

_SURE = 1.959964  # the normal quantile of a two-sided interval of 95 %


@dataclass(frozen=True)
class Moves:
    """Who came and left between ``first`` and ``last``.

    ``places``: ``person_id``, ``school_id`` of each student at each school on ``last``; ``ids``: an
    id that was given another → the other. ``school_days``: between the two days.
    """

    first: date
    last: date
    school_days: int
    events: pl.DataFrame
    places: pl.LazyFrame
    same: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SAME))
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mobility:
    """What was measured. ``rate``: of a school year, percent, with its interval; None = not told.

    ``mobile``: students who came or left; ``between``: who changed school and stayed; ``students``:
    on the first day; ``same``: ids that changed while the person did not; ``short``: absences that
    ended in time; ``schools_out``: schools that had no students on one of the days. ``why``: why
    there is no rate.
    """

    first: str = ""
    last: str = ""
    school_days: int = 0
    students: int = 0
    mobile: int = 0
    between: int = 0
    same: int = 0
    short: int = 0
    schools_out: int = 0
    rate: float | None = None
    low: float = 0.0
    high: float = 0.0
    why: str = ""


def mobility(moves: Moves, limits: Mapping[str, float]) -> Mobility:
    """The mobility of a school year of ``limits["year_days"]`` school days.

    ``limits``: ``school_days`` and ``moves`` that are needed at least; ``gap_days``: the days after
    which an absence is an exit.
    """
    out = _without_students(moves)
    told = _Told(moves, out, int(limits["gap_days"]))
    mobile, new = told.mobile, told.new
    seen = Mobility(
        moves.first.isoformat(), moves.last.isoformat(), moves.school_days, told.start, mobile,
        told.between, told.same, told.short, len(out),
    )  # fmt: skip
    why = _too_little(seen, limits)
    if why:
        return replace(seen, why=why)
    scale = limits["year_days"] / moves.school_days
    rate = 100 * mobile * scale / (told.start + new * scale)
    low, high = poisson(mobile)
    return replace(seen, rate=rate, low=rate * low / mobile, high=rate * high / mobile)


def poisson(count: int) -> tuple[float, float]:
    """The 95 % interval of a count, by Byar's approximation (good to 1 % from ten on)."""
    if not count:
        return 0.0, 3.689
    above = count + 1
    low = count * (1 - 1 / (9 * count) - _SURE / (3 * sqrt(count))) ** 3
    high = above * (1 - 1 / (9 * above) + _SURE / (3 * sqrt(above))) ** 3
    return max(0.0, low), high


def _too_little(seen: Mobility, limits: Mapping[str, float]) -> str:
    days, moves = int(limits["school_days"]), int(limits["moves"])
    if seen.school_days < days:
        return f"not enough history: {seen.school_days} school days, {days} are needed"
    if not seen.students:
        return "there are no students"
    if seen.mobile < moves:
        return (
            f"not enough history: {seen.mobile} students came or left in {seen.school_days}"
            f" school days, {moves} are needed for a share"
        )
    return ""


def _without_students(moves: Moves) -> set[str]:
    """Schools that had no student on one of the days and had some on another."""
    now = dict(moves.places.group_by("school_id").len().collect().iter_rows())
    net = moves.events.group_by("school_id", "day").agg(pl.col("step").cast(pl.Int64).sum())
    days: dict[str, list[int]] = defaultdict(list)
    for school, _, step in net.sort("school_id", "day", descending=True).iter_rows():
        days[school].append(step)
    found = set()
    for school, steps in days.items():
        there = now.get(school, 0)
        counts = [there] + [there := there - step for step in steps]
        if min(counts) <= 0 < max(counts):
            found.add(school)
    return found


Place = tuple[date, str, int]
"""A day, a school, and whether a place there began (1) or ended (-1)."""


class _Told:
    """The walk through all who came or left. Others were there all the time."""

    def __init__(self, moves: Moves, out: set[str], gap: int) -> None:
        self.mobile = self.new = self.between = self.short = self.start = 0
        kept = moves.events.filter(~pl.col("school_id").is_in(list(out)))
        places = moves.places.filter(~pl.col("school_id").is_in(list(out)))
        self.start = places.select(pl.col("person_id").n_unique()).collect().item()
        one = _one(kept, moves, gap)
        self.same = len(one) + len(moves.ids)
        walks: dict[str, list[Place]] = defaultdict(list)
        for day, before, school, step in kept.iter_rows():
            person = moves.ids.get(before, before)
            walks[one.get(person, person)].append((day, school, step))
        ids = pl.Series([*walks, *one], dtype=pl.String)
        here = places.filter(pl.col("person_id").is_in(ids.implode())).collect()
        now: dict[str, set[str]] = defaultdict(set)
        for person, school in here.iter_rows():
            now[one.get(person, person)].add(school)
        for person, walk in walks.items():
            self._walk(walk, now.get(person, set()), gap)

    def _walk(self, walk: list[Place], now: set[str], gap: int) -> None:
        """One student, backwards from the places of today to those of the first day."""
        spans = _presence(walk, now)
        there = [here for _, here in spans]
        self.start += there[0] - there[-1]
        for at, ((left, here), (back, _)) in enumerate(pairwise(spans)):
            if at and not here and (back - left).days <= gap:
                there[at] = True
                self.short += 1
        self.mobile += len(set(there)) > 1
        self.new += not there[0] and any(there)
        self.between += all(there) and len({school for _, school, _ in walk}) > 1


def _presence(walk: list[Place], now: set[str]) -> list[tuple[date, bool]]:
    """The days from which on somebody was there, or not, by turns; the first is before all."""
    steps: dict[date, int] = defaultdict(int)
    for day, _, step in walk:
        steps[day] += step
    places = len(now) - sum(steps.values())
    found = [(date.min, places > 0)]
    for day in sorted(steps):
        places += steps[day]
        if (places > 0) != found[-1][1]:
            found.append((day, places > 0))
    return found


def _one(events: pl.DataFrame, moves: Moves, gap: int) -> dict[str, str]:
    """Who came under another id than that under which the same person left: old → new.

    By name, date of birth and school; without a date of birth only on the same day.
    """
    known = {person: (by, sure) for person, by, sure in moves.same.iter_rows() if by is not None}
    left: dict[tuple[str, int], list[tuple[date, str]]] = defaultdict(list)
    for day, person, school in _of(events, -1):
        if person in known:
            left[school, known[person][0]].append((day, person))
    came = {person for _, person, _ in _of(events, 1)}
    found: dict[str, str] = {}
    for day, person, school in _of(events, 1):
        by, sure = known.get(person, (0, False))
        near = gap if sure else 0
        fits = {
            old
            for then, old in left.get((school, by), [])
            if old != person and old not in came and abs((day - then).days) <= near
        }
        if person in known and len(fits) == 1:
            found[fits.pop()] = person
    return found


def _of(events: pl.DataFrame, step: int) -> Iterator[tuple[date, str, str]]:
    rows: Iterable[tuple[date, str, str, int]] = events.filter(pl.col("step") == step).iter_rows()
    return ((day, person, school) for day, person, school, _ in rows)
