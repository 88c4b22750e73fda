"""The way of a corrected copy: examine, change what was accepted, read the copy, prove it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from importer.checks.roster import Committed
from importer.contracts.confirmed import NOTHING, Confirmed
from importer.examine import Examined, examine
from importer.intake.copies import lay_out
from importer.intake.drops import is_zip, open_drop
from importer.intake.limits import Limits
from importer.mending import writing
from importer.mending.accepted import Cell, edits_of, in_one_turn, without
from importer.mending.edits import Edits
from importer.mending.package import Unmendable
from importer.mending.places import places, tables
from importer.mending.proof import same
from importer.model.errors import UsageError
from importer.settings import Policy

_MOST_TURNS = 6
"""A fix may bring to light another one, in a row that could not be read before."""


@dataclass(frozen=True)
class Judge:
    """By what a drop is examined: the district's policy, roster and confirmed words, or none."""

    policy: Policy = field(default_factory=Policy)
    committed: Committed | None = None
    confirmed: Confirmed = NOTHING


@dataclass(frozen=True)
class Mended:
    """A corrected copy.

    ``files``: name → content, of all files that are copied; ``changed``: those with a fix.
    ``done``: code → places; ``left``: code → places that could not be changed. ``blanked``: file
    and column that are blank in the copy because they are secret; ``apart``: files that were not
    copied, and why. ``findings``: what a check says of the copy.
    """

    files: Mapping[str, bytes]
    changed: frozenset[str]
    done: Mapping[str, int]
    left: Mapping[str, int]
    blanked: tuple[tuple[str, str], ...]
    apart: Mapping[str, str]
    findings: pl.DataFrame


def look_at(path: Path, scratch: Path, judge: Judge) -> Examined:
    """A drop examined so that each place has its finding. UsageError for an unknown format."""
    drop = open_drop(path, scratch, Limits(), identify=False)
    known = (judge.policy, judge.committed, _alone(path), judge.confirmed)
    examined = examine(drop, *known, every=True)
    if examined.contract is None:
        raise UsageError(
            f"{path.name} is of no format that importer takes, so nothing can be corrected.",
            "See what is wrong with it: importer check; or name its format with --kind.",
        )
    return examined


def mend(sent: Examined, path: Path, scratch: Path, judge: Judge, codes: frozenset[str]) -> Mended:
    """A corrected copy of a drop with all fixes of these codes, proven by reading it again.

    ``sent``: the drop at ``path`` as ``look_at`` gives it. UsageError where a copy would differ
    in more than the fixes, or would hold a secret.
    """
    now, files, left = sent, dict[str, bytes](), set[Cell]()
    turns: list[pl.DataFrame] = []
    for turn in range(_MOST_TURNS):
        wanted = in_one_turn(without(_of(places(now), codes), left))
        if turn and wanted.is_empty():
            break
        edits = {t.file: edits_of(t, wanted.filter(file=t.file)) for t in tables(now)}
        try:
            files, untouched = writing.copies(now, edits)
        except Unmendable as reason:
            raise _refused(str(reason)) from None
        left |= untouched
        turns.append(without(wanted, left))
        folder = lay_out(scratch / f"copy-{turn}", files)
        copy = folder / next(iter(files)) if _alone(path) else folder
        after = look_at(copy, scratch / f"unpacked-{turn}", judge)
        _prove(now, {f: _without(e, f, left) for f, e in edits.items()}, after)
        now = after
    done = pl.concat(turns)
    changed = {writing.file_of(sent, name) for name in done["file"]}
    return Mended(
        files,
        frozenset(changed),
        _counts(done),
        _counts(_of(places(now), codes)),
        tuple(writing.blanked(sent)),
        writing.apart(sent),
        now.found.findings,
    )


def _alone(path: Path) -> bool:
    return path.is_file() and not is_zip(path)


def _of(found: pl.DataFrame, codes: Iterable[str]) -> pl.DataFrame:
    return found.filter(pl.col("code").is_in(list(codes)))


def _counts(found: pl.DataFrame) -> dict[str, int]:
    return dict(found.group_by("code").len().sort("code").iter_rows())


def _without(edits: Edits, file: str, cells: set[Cell]) -> Edits:
    """The edits that were made: some cells can't be changed."""
    made = {
        row: {at: text for at, text in texts.items() if (file, row, at) not in cells}
        for row, texts in edits.cells.items()
    }
    return Edits(**{**edits.__dict__, "cells": made})


def _prove(sent: Examined, edits: Mapping[str, Edits], copy: Examined) -> None:
    read = {table.file: table.sheet for table in tables(copy)}
    for table in tables(sent):
        if not same(table.sheet, edits[table.file], read.get(table.file)):
            raise _refused(f"{table.file}: more than what was accepted would change")


def _refused(reason: str) -> UsageError:
    return UsageError(
        f"No corrected copy was made: {reason}.",
        "Correct it by hand: importer check shows every place. Or accept fewer fixes.",
    )
