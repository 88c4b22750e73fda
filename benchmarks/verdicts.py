"""Does a contender tell the truth? Each verdict says what is wrong with an outcome, or nothing."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.data import District
from benchmarks.measure import Run
from benchmarks.places import truth_path

# What is never an error (it is read, or the value alone is left out) …
_MILD_KINDS = ("bad_email", "bad_date", "over_long", "untrimmed")
_MILD_CELLS = (
    ("required_blank", "Contact_name"),
    ("required_blank", "Contact_type"),
    ("bad_enum", "primary"),
    ("bad_enum", "Gender"),
    ("bad_enum", "Contact_type"),
    ("bad_enum", "Contact_phone_type"),
    ("dangling_reference", "Teacher_2_id"),
)
_MILD_PLACES = (
    ("sections.csv", "bad_enum", "Grade"),
    ("enrollments.csv", "duplicate_key", "Student_id"),  # the whole row, so it is said twice
)
# … but for the length of an id.
_GRAVE_CELLS = (("over_long", "sourcedId"),)

_ROSTER = {"people": "users.csv", "enrollments": "enrollments.csv"}  # one row makes one
_ACTIONS = {
    "new": ("add", "move", "pending"),  # a move is one that comes and one that goes
    "gone": ("archive", "move", "withdraw"),
    "edited": ("edit",),
}


@dataclass(frozen=True)
class Outcome:
    """What one run of importer came to, and on what.

    commits: how many commits its workspace holds then, 0 without one.
    """

    run: Run
    district: District
    commits: int

    @property
    def summary(self) -> dict[str, Any]:
        """What it printed with --json; raises ValueError if it is no JSON."""
        summary: dict[str, Any] = json.loads(self.run.output)
        return summary


Verdict = Callable[[Outcome], Iterable[str]]
"""What is wrong with an outcome, in words; nothing where it is right."""


def failed(run: Run, right: int = 0) -> Iterator[str]:
    """A crash, or another exit code than the right one."""
    last = (run.errors.strip().splitlines() or ["nothing on stderr"])[-1]
    if "Traceback (most recent call last)" in run.errors:
        yield f"crashed: {last}"
    elif run.code != right:
        yield f"exit code {run.code} instead of {right} ({last})"


def errors(folder: Path) -> Counter[str]:
    """Rows with an error per file, from the truth."""
    with truth_path(folder).open(newline="") as handle:
        return Counter(fault["file"] for fault in csv.DictReader(handle) if _is_error(fault))


def _is_error(fault: Mapping[str, str]) -> bool:
    cell = (fault["kind"], fault["column"])
    mild = fault["kind"] in _MILD_KINDS or cell in _MILD_CELLS
    mild |= (fault["file"], *cell) in _MILD_PLACES
    return cell in _GRAVE_CELLS or not mild


def checked(outcome: Outcome) -> Iterator[str]:
    """A check counts every planted error, no other, and leaves out at least their rows."""
    planted = errors(outcome.district.folder)
    if wrong := list(failed(outcome.run, 1 if planted else 0)):
        yield from wrong
        return
    summary = outcome.summary
    if summary["totals"]["ERROR"] != planted.total():
        yield f"{summary['totals']['ERROR']} errors, but {planted.total()} were planted"
    held = {Path(line["file"]).name: line["held"] for line in summary["files"]}
    for file, rows in sorted(planted.items()):
        if held.get(file, 0) < rows:
            yield f"{file}: {held.get(file, 0)} rows held, but {rows} must be"
    if not planted and summary["totals"]["held"]:
        yield f"{summary['totals']['held']} rows held, but all are good"


def first(outcome: Outcome) -> Iterator[str]:
    """A first sync commits every row."""
    rows = outcome.district.about["rows"]
    expected = {table: {"new": rows[file]} for table, file in _ROSTER.items()}
    yield from _synced(outcome, 1, expected)


def daily(outcome: Outcome) -> Iterator[str]:
    """A sync of the day after commits the changes, and nothing else."""
    changes = outcome.district.changes
    expected = {table: changes[file] for table, file in _ROSTER.items()}
    yield from _synced(outcome, 2, expected)


def again(outcome: Outcome) -> Iterator[str]:
    """A sync of the same folder changes nothing."""
    yield from failed(outcome.run)
    if outcome.commits != 1:
        yield f"{outcome.commits} commits instead of 1"


def _synced(
    outcome: Outcome, commits: int, expected: Mapping[str, Mapping[str, int]]
) -> Iterator[str]:
    if wrong := list(failed(outcome.run)):
        yield from wrong
        return
    if outcome.commits != commits:
        yield f"{outcome.commits} commits instead of {commits}"
    groups = outcome.summary["plan"]["groups"]
    for table, changes in expected.items():
        for kind, actions in _ACTIONS.items():
            mine = (g for g in groups if g["table"] == table and g["action"] in actions)
            found, right = sum(group["count"] for group in mine), changes.get(kind, 0)
            if found != right:
                yield f"{table}: {found} {kind}, but {right} are"
