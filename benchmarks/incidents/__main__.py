"""Plays all incidents at several sizes and seeds and prints what the guards did.

python -m benchmarks.incidents --seeds 3 [--sizes 2] [--only WORD] [--holdout]
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.incidents.bad import BAD, Bad
from benchmarks.incidents.district import District
from benchmarks.incidents.holdout import HOLDOUT_BAD, HOLDOUT_LEGIT
from benchmarks.incidents.legit import LEGIT, TERM_CHANGES, Change
from benchmarks.incidents.play import MIDTERM, SIZES, TURN, Feed, Played, files_of, started


@dataclass
class Line:
    """One incident over all seeds and sizes."""

    played: int = 0
    held: int = 0
    right: int = 0
    odd: list[str] = field(default_factory=list)


def _starts(seeds: int, sizes: int, **how: bool) -> Iterator[tuple[str, Feed, District, Path]]:
    for size in SIZES[:sizes]:
        for seed in range(1, seeds + 1):
            folder = Path(tempfile.mkdtemp())
            feed, district = started(folder, seed * 17, size, **how)
            yield f"{size.schools} schools, seed {seed * 17}", feed, district, folder
            shutil.rmtree(folder)


def _play(feed: Feed, folder: Path, files: dict[str, str], day: str) -> Played:
    there = Path(tempfile.mkdtemp(dir=folder))
    played = feed.again(there / "copy").send(files, day)
    shutil.rmtree(there)
    return played


def run(
    bad: dict[str, Bad], legit: dict[str, Change], seeds: int, sizes: int, calendar: bool
) -> dict[str, Line]:
    """Play all of them."""
    lines = {name: Line() for name in (*legit, *bad)}
    for terms in (False, True) if calendar else (False,):
        for where, feed, district, folder in _starts(
            seeds, sizes, calendar=calendar and not terms, terms=terms
        ):
            for name, change in legit.items():
                day = TURN if calendar and name in TERM_CHANGES else MIDTERM
                day = "2027-08-20" if calendar and name == "new school year" else day
                played = _play(feed, folder, files_of(change(district.copy())), day)
                fine = not played.held or (
                    not calendar and name in TERM_CHANGES and played.first == "PLAN-542"
                )
                _note(lines[name], where, played, fine)
            for name, incident in bad.items():
                played = _play(feed, folder, files_of(incident.breaks(district.copy())), MIDTERM)
                _note(lines[name], where, played, played.first in incident.causes)
    return lines


def _note(line: Line, where: str, played: Played, fine: bool) -> None:
    line.played += 1
    line.held += played.held
    line.right += fine
    if not fine:
        line.odd.append(f"{where}: {', '.join(played.stops) or 'passed'} {played.says}")


def table(lines: dict[str, Line], legit: dict[str, Change]) -> None:
    """Print the lines, what was odd below each."""
    print("| incident | played | held | right |\n|---|---:|---:|---:|")
    for name, line in lines.items():
        print(f"| {name} | {line.played} | {line.held} | {line.right} |")
        for odd in line.odd:
            print(f"    !! {odd}")
    fine = [lines[n] for n in legit]
    wrong = [line for n, line in lines.items() if n not in legit]
    for words, group in (("legitimate", fine), ("wrong", wrong)):
        played = sum(line.played for line in group)
        if played:
            held, right = sum(g.held for g in group), sum(g.right for g in group)
            print(f"{words}: {played} played, {held / played:.1%} held, {right / played:.1%} right")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--sizes", type=int, default=len(SIZES))
    parser.add_argument("--only", default="")
    parser.add_argument("--holdout", action="store_true", help="those written after the rules")
    parser.add_argument("--calendar", action="store_true")
    given = parser.parse_args()
    bad, legit = (HOLDOUT_BAD, HOLDOUT_LEGIT) if given.holdout else (BAD, LEGIT)
    word = given.only.lower()
    bad = {n: b for n, b in bad.items() if word in n.lower()}
    legit = {n: c for n, c in legit.items() if word in n.lower()}
    table(run(bad, legit, given.seeds, given.sizes, given.calendar), legit)


if __name__ == "__main__":
    main()
