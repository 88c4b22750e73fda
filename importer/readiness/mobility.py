"""How mobile a district's students are, from who came and left between two days.

Students who came or left are counted once each, scaled up to a school year, and taken as a share of
all who would be there at some time of that year: the figure that Colorado publishes for its
districts (10.0 % on average in 2023-24). Who is placed in which section never counts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from math import exp, hypot, log, sqrt

import polars as pl

from importer.readiness.same_people import ONE

JUMP = 0.10
"""A day on which more than this share of the students come or leave turns the year over, or repairs
something: the counting begins after it. Clever's published line for a sync to stop at."""

SEASON = 0.3
"""How far the moves of a short window are from an even share of the year's, as a standard deviation
of the logarithm; it falls with the square of what is missing of the year. Judgement: so that with
moves clustered as in ``benchmarks/mobility.py`` the interval holds nine times in ten."""

_SURE = 1.959964  # the normal quantile of a two-sided interval of 95 %


@dataclass(frozen=True)
class Moves:
    """Who came and left after ``first`` and until ``last``.

    ``places``: ``person_id``, ``school_id`` of each student at each school on ``last``; ``one``:
    two ids of one person (``ONE``). ``school_days``: all between the two days.
    """

    first: date
    last: date
    school_days: Sequence[date]
    events: pl.DataFrame
    places: pl.LazyFrame
    one: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ONE))


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
    gap = int(limits["gap_days"])
    events = _net(moves.events, moves.one)
    out = _without_students(events, moves.places)  # the loss of a school is no jump
    first = _after_jumps(*_but(out, events, moves.places), moves.first)
    events = events.filter(pl.col("day") > first)
    out = _without_students(events, moves.places)
    told = _Told(*_but(out, events, moves.places), gap)
    days = sum(first < day <= moves.last for day in moves.school_days)
    seen = Mobility(
        first.isoformat(), moves.last.isoformat(), days, told.start, told.mobile, told.between,
        moves.one.height, told.short, len(out),
    )  # fmt: skip
    why = _too_little(seen, limits)
    if why:
        return replace(seen, why=why)
    scale = limits["year_days"] / days
    rate = 100 * told.mobile * scale / (told.start + told.new * scale)
    low, high = interval(told.mobile, days / limits["year_days"])
    return replace(seen, rate=rate, low=rate * low, high=rate * high)


def interval(count: int, part: float) -> tuple[float, float]:
    """What the rate is multiplied with for the ends of its 95 % interval.

    Of chance, and of where in the year the window lies (``part`` of it, 1 = all), as if the one had
    nothing to do with the other.
    """
    low, high = poisson(count)
    season = _SURE * SEASON * max(0.0, 1 - part) ** 2
    below, above = log(count / low), log(high / count)
    return exp(-hypot(below, season)), exp(hypot(above, season))


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
        there = "1 school day" if seen.school_days == 1 else f"{seen.school_days} school days"
        return f"not enough history: {there}, {days} are needed"
    if not seen.students:
        return "there are no students"
    if seen.mobile < moves:
        return (
            f"not enough history: {seen.mobile} students came or left in {seen.school_days}"
            f" school days, {moves} are needed for a share"
        )
    return ""


def _net(events: pl.DataFrame, one: pl.DataFrame) -> pl.DataFrame:
    """What is left of each day under the ids of today: a changed id is neither."""
    ids = dict(one.sort("day").select("old", "new").iter_rows())
    for old, new in reversed(ids.items()):  # a → b → c
        ids[old] = ids.get(new, new)
    same = pl.col("person_id").replace(ids) if ids else pl.col("person_id")
    by = ["day", "person_id", "school_id"]
    net = events.with_columns(same).group_by(by).agg(pl.col("step").cast(pl.Int64).sum())
    return net.filter(pl.col("step") != 0).sort(by)


def _but(
    out: set[str], events: pl.DataFrame, places: pl.LazyFrame
) -> tuple[pl.DataFrame, pl.LazyFrame]:
    """Events and places without those of some schools."""
    kept = ~pl.col("school_id").is_in(list(out))
    return events.filter(kept), places.filter(kept)


def _after_jumps(events: pl.DataFrame, places: pl.LazyFrame, first: date) -> date:
    """The last day on which a large share came or left; ``first`` if there is none."""
    students = places.select(pl.col("person_id").n_unique()).collect().item()
    each = events.group_by("day", "person_id").agg(pl.col("step").sum()).filter(pl.col("step") != 0)
    days = each.group_by("day").len().filter(pl.col("len") > JUMP * max(students, 1))
    last: date | None = days["day"].max()  # type: ignore[assignment]
    return max(first, last) if last else first


def _without_students(events: pl.DataFrame, places: pl.LazyFrame) -> set[str]:
    """Schools that had no student on one of the days and had some on another."""
    now = dict(places.group_by("school_id").len().collect().iter_rows())
    net = events.group_by("school_id", "day").agg(pl.col("step").sum())
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
    """The walk through all who came or left; all others were there all the time.

    ``start``: students on the first day; ``mobile``, ``new``, ``between``: see ``Mobility``.
    """

    def __init__(self, events: pl.DataFrame, places: pl.LazyFrame, gap: int) -> None:
        self.mobile = self.new = self.between = self.short = 0
        self.start = places.select(pl.col("person_id").n_unique()).collect().item()
        walks: dict[str, list[Place]] = defaultdict(list)
        for day, person, school, step in events.iter_rows():
            walks[person].append((day, school, step))
        ids = pl.LazyFrame({"person_id": [*walks]}, schema={"person_id": pl.String})
        here = places.join(ids, on="person_id", how="semi").group_by("person_id").len()
        now = dict(here.collect().iter_rows())
        for person, walk in walks.items():
            self._walk(walk, now.get(person, 0), gap)

    def _walk(self, walk: list[Place], now: int, gap: int) -> None:
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


def _presence(walk: list[Place], now: int) -> list[tuple[date, bool]]:
    """The days from which on somebody was there, or not, by turns; the first is before all."""
    steps: dict[date, int] = defaultdict(int)
    for day, _, step in walk:
        steps[day] += step
    places = now - sum(steps.values())
    found = [(date.min, places > 0)]
    for day in sorted(steps):
        places += steps[day]
        if (places > 0) != found[-1][1]:
            found.append((day, places > 0))
    return found
