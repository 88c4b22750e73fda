"""How far the measured mobility of a district is from its true one, in windows of a school year.

    python -m benchmarks.mobility [--rounds 200]

Districts are made by chance, of a known mobility: the share of all students of a year of 180 school
days who come or leave in it. Moves cluster where school years cluster them: twice as many in the
first three weeks, three times in the two weeks after the winter break. Beside them one student in
twenty is away once for a few days, one in thirty changes school, one in fifty gets another id; none
of these are moves. Windows lie anywhere in the year. Printed are the middle of the estimates, the
range of nine in ten of them, how often the interval holds the true rate, how often the files then
prove that a district is, or isn't, highly mobile, and what changed enrollments would say instead.
"""

import argparse
import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zlib import crc32

import polars as pl

if __package__ in (None, ""):  # started as a script: find the package it belongs to
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from importer.model.readiness import NO, YES
from importer.readiness.evidence_of_people import mobile
from importer.readiness.facts import Facts
from importer.readiness.mobility import Mobility, Moves, mobility
from importer.readiness.rules import shipped
from importer.readiness.same_people import EVENTS, KNOWN_BY, same_people

YEAR = 180
MONDAY = date(2026, 8, 31)
DAYS = [MONDAY + timedelta(days=7 * (n // 5) + n % 5) for n in range(YEAR + 1)]
RATES, WINDOWS, SIZES = (0.05, 0.10, 0.20, 0.35), (20, 45, 90, 180), (150, 600, 4_000)
_AWAY, _BETWEEN, _REKEYED = 1 / 20, 1 / 30, 1 / 50
_SECTIONS, _SWITCH = 6, 0.002
"""Classes of a student, and the share of enrollments that move to another class on a day."""


@dataclass(frozen=True)
class Year:
    """A year of a district: day, student, school and step of all moves; who began it, and where."""

    events: list[tuple[int, str, str, int]]
    began: dict[str, str]
    mobile: int
    ever: int

    @property
    def true(self) -> float:
        """The published formula over the whole year, percent."""
        return 100 * self.mobile / self.ever


def year(students: int, rate: float, chance: random.Random) -> Year:
    """A year in which a share ``rate`` of all who are ever there comes or leaves."""
    expected = rate * students / (2 - rate)  # as many come as leave
    schools = [f"S{n}" for n in range(max(1, students // 400))]
    began = {f"p{n}": chance.choice(schools) for n in range(students)}
    weights = [2 if day < 15 else 3 if 85 <= day < 95 else 1 for day in range(1, YEAR + 1)]

    def day() -> int:
        return chance.choices(range(1, YEAR + 1), weights)[0]

    leaving = [who for who in began if chance.random() < expected / students]
    coming = [f"n{n}" for n in range(_poisson(expected, chance))]
    events = [(day(), who, began[who], -1) for who in leaving]
    events += [(day(), who, chance.choice(schools), 1) for who in coming]
    events += _noise(began, set(leaving), schools, chance)
    return Year(events, began, len(leaving) + len(coming), students + len(coming))


def _noise(
    began: dict[str, str], leaving: set[str], schools: Sequence[str], chance: random.Random
) -> list[tuple[int, str, str, int]]:
    """What is no mobility: short absences, another school, another id."""
    events = []
    for who, school in began.items():
        dice, day = chance.random(), chance.randrange(1, YEAR - 6)
        if who in leaving:
            continue
        if dice < _AWAY:
            back = day + chance.randrange(1, 6)  # at most ten days with weekends
            events += [(day, who, school, -1), (back, who, school, 1)]
        elif dice < _AWAY + _BETWEEN:
            events += [(day, who, school, -1), (day, who, chance.choice(schools), 1)]
        elif dice < _AWAY + _BETWEEN + _REKEYED:
            events += [(day, who, school, -1), (day, f"{who}-new", school, 1)]
    return events


def _poisson(expected: float, chance: random.Random) -> int:
    """A count by chance: arrivals one after the other."""
    count, at = 0, chance.expovariate(1)
    while at < expected:
        count, at = count + 1, at + chance.expovariate(1)
    return count


def seen(made: Year, first: int, last: int) -> Mobility:
    """What a history from one school day to another shows of a year."""
    places = dict.fromkeys(made.began.items(), 1)
    for day, who, school, step in made.events:
        if day <= last:
            places[who, school] = places.get((who, school), 0) + step
    there = [key for key, n in places.items() if n > 0]
    inside = [(DAYS[d], w, s, step) for d, w, s, step in made.events if first < d <= last]
    events = pl.DataFrame(inside, schema=EVENTS, orient="row")
    people = [(who, crc32(who.removesuffix("-new").encode()), True) for _, who, _, _ in inside]
    known = pl.DataFrame(people, schema=KNOWN_BY, orient="row").unique()
    limits = shipped()["mobile"].thresholds
    schema = {"person_id": pl.String, "school_id": pl.String}
    return mobility(
        Moves(
            DAYS[first],
            DAYS[last],
            DAYS[first : last + 1],
            events,
            pl.LazyFrame(there, schema=schema, orient="row"),
            same_people(events, known, int(limits["gap_days"])),
        ),
        limits,
    )


def naive(made: Year, first: int, last: int, chance: random.Random) -> float:
    """What changed enrollments would say: those that began or ended, of all, for a whole year."""
    placed = len(made.began) * _SECTIONS
    moves = sum(_SECTIONS for day, _, _, _ in made.events if first < day <= last)
    switched = sum(_poisson(_SWITCH * placed, chance) for _ in range(first, last))
    return 100 * (moves + 2 * switched) / (placed + moves + switched) * YEAR / (last - first)


@dataclass
class Tally:
    """What was found in many districts: rates, those by enrollments; shares are counts."""

    rates: list[float]
    naive: list[float]
    held: int = 0
    yes: int = 0
    no: int = 0


def measured(students: int, rate: float, window: int, rounds: int) -> Tally:
    """So many districts, each seen through a window of school days somewhere in its year."""
    tally, limits = Tally([], []), shipped()["mobile"].thresholds
    for number in range(rounds):
        chance = random.Random(f"{students} {rate} {window} {number}")
        made = year(students, rate, chance)
        first = chance.randrange(YEAR - window + 1)
        told = seen(made, first, first + window)
        tally.naive.append(naive(made, first, first + window, chance))
        if told.rate is not None:
            tally.rates.append(told.rate)
            tally.held += told.low <= 100 * rate <= told.high
            shows = mobile(Facts("", mobility=told), limits).shows
            tally.yes += shows == YES
            tally.no += shows == NO
    return tally


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Mobility measured in districts that are known.")
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    print(
        "| true | students | school days | measured | nine in ten | interval holds | says yes"
        " | says no | not enough | by enrollments |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    for rate in RATES:
        for students in SIZES:
            for window in WINDOWS:
                _row(rate, students, window, rounds)
    return 0


def _row(rate: float, students: int, window: int, rounds: int) -> None:
    tally = measured(students, rate, window, rounds)
    count = len(tally.rates)
    told = "– | – | –"
    if count >= 20:
        cuts = statistics.quantiles(tally.rates, n=20)
        middle = statistics.median(tally.rates)
        told = f"{middle:.1f} % | {cuts[0]:.1f}–{cuts[-1]:.1f} % | {100 * tally.held / count:.0f} %"
    shares = (100 * n / rounds for n in (tally.yes, tally.no, rounds - count))
    print(
        f"| {100 * rate:.0f} % | {students:,} | {window} | {told} |",
        " | ".join(f"{share:.0f} %" for share in shares),
        f"| {statistics.median(tally.naive):.0f} % |",
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(main())
