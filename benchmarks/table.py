"""Runs as Markdown tables: one per folder, and one of the whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.contenders import FLOOR, START, Contender
from benchmarks.data import Case
from benchmarks.measure import Run

HEAD = (
    "contender",
    "wall s",
    "min–max",
    "own s",
    "CPU s",
    "× floor",
    "min–max",
    "× floor, start-up off",
    "peak RSS MiB",
    "peak anon MiB",
)
WHOLE = (
    "work",
    "students",
    "wall s",
    "× floor",
    "min–max",
    "CPU × floor",
    "µs a row",
    "peak anon MiB",
    "asked for",
)
_LEAST_BASE = 0.05  # seconds; a ratio to less than this is noise

Runs = Mapping[str, Sequence[Run]]
"""The runs of one folder by contender, round by round."""

# What issue 6 asks for, by contender and share of faulty rows: × floor, MiB.
_AIMS = {
    ("check", 0.001): "≤ 2.0 ×, 1,229 MiB",
    ("check", 0.05): "≤ 2.2 ×, 1,229 MiB",
    ("check", 1.0): "≤ 2,048 MiB",
    ("first", 0.0): "≤ 3.7 ×, 2,048 MiB",
    ("daily", 0.0): "≤ 3.7 ×, 2,048 MiB",
    ("again", 0.0): "≤ 0.5 ×",
}
_AIMED_AT, _SMALL = 1_000_000, 1_000  # students
_COLD = "≤ 0.6 s"  # of the small district, the whole process


@dataclass(frozen=True)
class Ratio:
    """How often the time of the floor, in the same round: median, least and most."""

    middle: float
    least: float
    most: float


@dataclass(frozen=True)
class Row:
    """A contender's figures: seconds, ratios, bytes; None where there is none.

    own: median of the time the child printed. ratio: its wall time by that of the floor. net: the
    same with the time of a bare start of python and polars taken off both. work: processor time
    by that of the floor.
    """

    name: str
    wall: float
    fastest: float
    slowest: float
    own: float | None
    cpu: float
    ratio: Ratio | None
    net: Ratio | None
    work: Ratio | None
    rss: int
    anon: int | None


def _ratio(own: Sequence[float], base: Sequence[float], off: Sequence[float]) -> Ratio | None:
    """The ratios round by round; None if the base is missing or too short."""
    pairs = [(a - c, b - c) for a, b, c in zip(own, base, off, strict=False)]
    if not pairs or any(below < _LEAST_BASE for _, below in pairs):
        return None
    each = [above / below for above, below in pairs]
    return Ratio(median(each), min(each), max(each))


def figures(name: str, runs: Runs) -> Row:
    """The figures of one contender over all rounds."""
    own, base, starts = runs[name], runs.get(FLOOR, []), runs.get(START, [])
    walls, floor = [run.wall for run in own], [run.wall for run in base]
    inner = [run.inner for run in own if run.inner is not None]
    anon = [run.anon for run in own if run.anon is not None]
    none = [0.0] * len(base)
    return Row(
        name,
        median(walls),
        min(walls),
        max(walls),
        median(inner) if inner else None,
        median(run.cpu for run in own),
        _ratio(walls, floor, none),
        _ratio(walls, floor, [run.wall for run in starts]) if name != START else None,
        _ratio([run.cpu for run in own], [run.cpu for run in base], none),
        max(run.rss for run in own),
        max(anon) if anon else None,
    )


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _times(value: Ratio | None) -> str:
    return "–" if value is None else f"{value.middle:.2f}"


def _spread(value: Ratio | None) -> str:
    return "–" if value is None else f"{value.least:.2f}–{value.most:.2f}"


def _size(value: int | None) -> str:
    return "–" if value is None else f"{value / 2**20:,.0f}"


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    ruled = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*ruled, *("| " + " | ".join(cells) + " |" for cells in lines)])


def markdown(rows: Iterable[Row]) -> str:
    """The table of one folder."""
    return table(
        HEAD,
        (
            (
                row.name,
                _seconds(row.wall),
                f"{row.fastest:.3f}–{row.slowest:.3f}",
                _seconds(row.own),
                _seconds(row.cpu),
                _times(row.ratio),
                _spread(row.ratio),
                _times(row.net),
                _size(row.rss),
                _size(row.anon),
            )
            for row in rows
        ),
    )


def whole(fields: Iterable[Contender], results: Iterable[tuple[Case, int, Runs]]) -> str:
    """The table of all folders: what importer did, smallest districts first.

    ``results``: of each folder the case, its rows and the runs.
    """
    ordered = sorted(results, key=lambda one: (one[0].format, one[0].students, one[0].faults))
    lines = []
    for field in fields:
        for case, rows, runs in ordered if field.verdict else ():
            if runs.get(field.name):
                row = figures(field.name, runs)
                lines.append(_line(field, case, rows, row))
    return table(WHOLE, lines)


def _line(field: Contender, case: Case, rows: int, row: Row) -> tuple[str, ...]:
    share = {0.0: "clean", 1.0: "every row faulty"}.get(
        case.faults, f"{case.faults * 100:g} % faulty"
    )
    work = field.about if field.sound else f"{field.about}, {share}"
    aim = _AIMS.get((field.name, case.faults), "") if case.students >= _AIMED_AT else ""
    return (
        work if case.format == "oneroster" else f"{work} ({case.format})",
        f"{case.students:,}",
        f"{row.wall:.2f}",
        _times(row.ratio),
        _spread(row.ratio),
        _times(row.work),
        f"{row.wall / rows * 1e6:.2f}",
        _size(row.anon),
        _COLD if case.students == _SMALL else aim,
    )
