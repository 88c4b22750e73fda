"""Runs as a Markdown table."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.contenders import FLOOR, START, Contender
from benchmarks.measure import Run

HEAD = (
    "contender",
    "wall s",
    "min–max",
    "own s",
    "× floor",
    "× floor, start-up off",
    "peak RSS MiB",
    "peak anon MiB",
)


_LEAST_BASE = 0.05  # seconds; a ratio to less than this is noise


@dataclass(frozen=True)
class Row:
    """A contender's figures: seconds, ratios, bytes; None where there is none.

    own: median of the time the child printed. ratio: median over the rounds of its
    wall time by that of the floor in the same round. net: the same with the time of
    a bare start of python and polars taken off both.
    """

    name: str
    wall: float
    fastest: float
    slowest: float
    own: float | None
    ratio: float | None
    net: float | None
    rss: int
    anon: int | None


def _ratios(runs: Sequence[Run], base: Sequence[Run], off: Sequence[float]) -> float | None:
    """Median of the ratios of rounds; None if the base is missing or too short."""
    pairs = [(a.wall - c, b.wall - c) for a, b, c in zip(runs, base, off, strict=False)]
    if not pairs or any(below < _LEAST_BASE for _, below in pairs):
        return None
    return median(above / below for above, below in pairs)


def figures(contender: Contender, runs: dict[str, list[Run]]) -> Row:
    """The figures of one contender over all rounds."""
    own_runs = runs[contender.name]
    base = runs.get(FLOOR, [])
    walls = [run.wall for run in own_runs]
    inner = [run.inner for run in own_runs if run.inner is not None]
    anon = [run.anon for run in own_runs if run.anon is not None]
    starts = [run.wall for run in runs.get(START, [])]
    return Row(
        contender.name,
        median(walls),
        min(walls),
        max(walls),
        median(inner) if inner else None,
        _ratios(own_runs, base, [0.0] * len(base)),
        _ratios(own_runs, base, starts) if contender.name != START else None,
        max(run.rss for run in own_runs),
        max(anon) if anon else None,
    )


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _times(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _size(value: int | None) -> str:
    return "–" if value is None else f"{value / 2**20:,.0f}"


def markdown(rows: Sequence[Row]) -> str:
    """The table as Markdown."""
    lines = ["| " + " | ".join(HEAD) + " |", "|---|" + "---:|" * (len(HEAD) - 1)]
    for row in rows:
        cells = (
            row.name,
            _seconds(row.wall),
            f"{row.fastest:.3f}–{row.slowest:.3f}",
            _seconds(row.own),
            _times(row.ratio),
            _times(row.net),
            _size(row.rss),
            _size(row.anon),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
