"""The two drawings of a readiness page as numbers: points of each side, changes by week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from importer.model.readiness import Considered, Readiness, Week
from importer.report.readiness_words import day
from importer.report.words import count, number

HEIGHT = 120
"""Pixels of the tallest bar of the weeks; the text beside the bars is never scaled."""

_GAP = 0.18
_MOST_LABELS = 5


@dataclass(frozen=True)
class Tally:
    """Points (weights) that were given to a side, or to none since nothing is known."""

    sync: int
    tool: int
    unknown: int

    @property
    def all(self) -> int:
        """All points that there are."""
        return self.sync + self.tool + self.unknown


def tally(questions: Iterable[Considered]) -> Tally:
    """The points of each side, and those that nobody has yet."""
    sync = tool = unknown = 0
    for one in questions:
        sync += one.weight * (one.points == "sync")
        tool += one.weight * (one.points == "import tool")
        unknown += one.weight * (one.points == "")
    return Tally(sync, tool, unknown)


@dataclass(frozen=True)
class Bar:
    """A rectangle: ``x``, ``width`` in percent of the drawing, ``y``, ``height`` in pixels."""

    kind: str
    x: float
    width: float
    y: float = 0
    height: float = 0


@dataclass(frozen=True)
class PointsChart:
    """All points in one bar: sync from the left, import tool from the right.

    What is not known stands between them: that is where the score may still come to lie.
    ``score``: percent; None where too little is known for one. ``legend``: kind, words, points.
    """

    bars: tuple[Bar, ...]
    score: int | None
    says: str
    legend: tuple[tuple[str, str, int], ...]


def points_chart(readiness: Readiness) -> PointsChart | None:
    """The drawing of page 1; None where no question has a weight."""
    told = tally(readiness.questions)
    if not told.all:
        return None
    parts = (("sync", told.sync), ("unknown", told.unknown), ("tool", told.tool))
    bars, x = [], 0.0
    for kind, points in parts:
        width = round(100 * points / told.all, 2)
        if points:
            bars.append(Bar(kind, round(x, 2), width))
        x += width
    verdict = readiness.verdict
    score = None if verdict.category == "not-enough" else verdict.score
    says = (
        f"Of {count(told.all, 'point')}, {number(told.sync)} are for SIS sync, "
        f"{number(told.tool)} for the User Import Tool, and {number(told.unknown)} not known yet."
    )
    legend = (
        ("sync", "SIS sync", told.sync),
        ("unknown", "not known", told.unknown),
        ("tool", "import tool", told.tool),
    )
    return PointsChart(tuple(bars), score, says, legend)


@dataclass(frozen=True)
class WeeksChart:
    """Changes by week as stacked bars. ``top``: changes of the tallest; ``labels``: x and day."""

    bars: tuple[Bar, ...]
    top: int
    labels: tuple[tuple[float, str], ...]
    says: str


def weeks_chart(weeks: Sequence[Week]) -> WeeksChart | None:
    """The drawing of the appendix; None where there are no weeks."""
    if not weeks:
        return None
    top = max(1, *map(_all, weeks))
    step = 100 / max(len(weeks), 4)  # one week alone is no wall
    bars = [bar for at, week in enumerate(weeks) for bar in _stack(week, at * step, step, top)]
    every = -(-len(weeks) // _MOST_LABELS)
    labels = tuple(
        (round(at * step + step / 2, 2), " ".join(day(week.first).split()[:2]))
        for at, week in enumerate(weeks)
        if at % every == 0
    )
    return WeeksChart(tuple(bars), top, labels, _weeks_say(weeks))


def _stack(week: Week, x: float, step: float, top: int) -> list[Bar]:
    stacked, y = [], float(HEIGHT)
    for kind, changes in (
        ("added", week.added),
        ("moved", week.moved),
        ("archived", week.archived),
    ):
        height = round(HEIGHT * changes / top, 2)
        y -= height
        if changes:
            left, wide = round(x + step * _GAP / 2, 2), round(step * (1 - _GAP), 2)
            stacked.append(Bar(kind, left, wide, round(y, 2), height))
    return stacked


def _weeks_say(weeks: Sequence[Week]) -> str:
    most = max(weeks, key=_all)
    added, moved, archived = (
        sum(getattr(week, name) for week in weeks) for name in ("added", "moved", "archived")
    )
    told = (
        f"In {count(len(weeks), 'week')}: {number(added)} added, {number(moved)} moved, "
        f"{number(archived)} archived."
    )
    if len(weeks) == 1:
        return told
    return (
        f"{told} Half of the weeks had {number(round(median(map(_all, weeks))))} or more; "
        f"the most, {number(_all(most))}, came in the week of {day(most.first)}."
    )


def _all(week: Week) -> int:
    return week.added + week.archived + week.moved
