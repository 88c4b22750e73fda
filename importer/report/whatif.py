"""Two plans of one drop side by side: counts, then what only one of them has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from importer.report.difference import change_lines, records
from importer.report.lines import Told
from importer.report.verdict import DONE
from importer.report.words import action, count, number

_SHOWN = 20


@dataclass(frozen=True)
class Sides:
    """A drop under the settings of now, and under others.

    ``counts``: table, action, picked changes now, then. ``blocks``: what it would be on hold for,
    now and then. ``held``: rows left out, now and then. ``only_now``, ``only_then``,
    ``otherwise``: see ``planning.apart``.
    """

    label: str
    base: int
    anew: tuple[str, ...]
    counts: list[tuple[str, str, int, int]]
    blocks: tuple[list[str], list[str]]
    held: tuple[int, int]
    only_now: pl.DataFrame
    only_then: pl.DataFrame
    otherwise: pl.DataFrame


def record(sides: Sides) -> dict[str, Any]:
    """All of it, JSON-ready."""
    return {
        "drop": sides.label,
        "base": sides.base,
        "set": list(sides.anew),
        "counts": [
            {"table": t, "action": a, "now": now, "then": then} for t, a, now, then in sides.counts
        ],
        "on_hold_for": {"now": sides.blocks[0], "then": sides.blocks[1]},
        "rows_left_out": {"now": sides.held[0], "then": sides.held[1]},
        "only_now": records(sides.only_now, picked=True),
        "only_then": records(sides.only_then, picked=True),
        "otherwise": records(sides.otherwise, picked=True),
    }


def lines(sides: Sides, names: Mapping[str, str], told: Told) -> str:
    """The same for a terminal."""
    return "\n".join(_lines(sides, names, told)) + "\n"


def _lines(sides: Sides, names: Mapping[str, str], told: Told) -> Iterator[str]:
    against = f"against commit {sides.base}" if sides.base else "as the first commit"
    anew = ", ".join(sides.anew)
    yield from told.wrapped(
        f"Drop {sides.label} {against}, with {anew}: {_verdict(sides)}", code="1"
    )
    rows = [[f"{t} {DONE[a]}", number(now), number(then)] for t, a, now, then in sides.counts]
    rows.append(["rows left out", *map(number, sides.held)])
    yield ""
    yield from told.table(["Changes", "as set now", "with that"], rows)
    for when, blocks in zip(("As set now", "With that"), sides.blocks, strict=True):
        if blocks:
            yield from told.wrapped(f"{when} it would be on hold for {', '.join(blocks)}.")
    parts = (
        ("Only as set now", sides.only_now),
        ("Only with that", sides.only_then),
        ("In both, but with other values (as set now → with that)", sides.otherwise),
    )
    for title, frame in parts:
        yield from _part(title, frame, names, told)
    yield ""
    yield from told.wrapped("Nothing was changed or kept.")


def _verdict(sides: Sides) -> str:
    parted = sum(f.height for f in (sides.only_now, sides.only_then, sides.otherwise))
    return f"{count(parted, 'change')} would be different." if parted else "nothing is different."


def _part(title: str, frame: pl.DataFrame, names: Mapping[str, str], told: Told) -> Iterator[str]:
    if frame.is_empty():
        return
    yield ""
    yield from told.wrapped(f"{title}: {count(frame.height, 'change')}", code="1")
    for row in frame.head(_SHOWN).iter_rows(named=True):
        sign, word = action(row["action"])
        off = "" if row["picked"] else f"  not picked: {row['because']}"
        yield from told.wrapped(f"{word} {row['table']}{off}", "  ", code="2")
        yield from change_lines(row, sign, names, told)
    if frame.height > _SHOWN:
        yield f"  … and {count(frame.height - _SHOWN, 'more change')}, all with --json."
