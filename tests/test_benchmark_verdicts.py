"""The benchmark fails on what isn't true: wrong counts, wrong commits, crashes."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import verdicts
from benchmarks.changes import changes
from benchmarks.data import District
from benchmarks.district import Plan, generate
from benchmarks.measure import Run
from benchmarks.verdicts import Outcome


@pytest.fixture
def district(tmp_path: Path) -> District:
    """A hundred students with faults, and the day after."""
    generate(tmp_path / "one", Plan(100, faults=0.1))
    generate(tmp_path / "two", Plan(100, day=2, changes=0.2))
    about = json.loads((tmp_path / "one.json").read_text())
    return District(tmp_path / "one", about, tmp_path / "two")


def outcome(district: District, summary: object, code: int = 0, commits: int = 0) -> Outcome:
    run = Run(1.0, None, 0, None, code, json.dumps(summary), "")
    return Outcome(run, district, commits)


def test_errors_are_counted_to_the_last(district: District) -> None:
    planted = verdicts.errors(district.folder)
    files = [{"file": file, "held": rows} for file, rows in planted.items()]
    right = {"totals": {"ERROR": planted.total(), "held": planted.total()}, "files": files}
    assert not list(verdicts.checked(outcome(district, right, 1)))
    few = {"totals": {"ERROR": planted.total() - 1}, "files": [*files[1:]]}
    assert len(list(verdicts.checked(outcome(district, few, 1)))) == 2
    assert list(verdicts.checked(outcome(district, right, 0)))
    crashed = outcome(district, right, 1)
    trace = "Traceback (most recent call last)\nE"
    crashed = replace(crashed, run=replace(crashed.run, errors=trace))
    assert list(verdicts.checked(crashed)) == ["crashed: E"]


def test_changes_are_those_of_the_two_folders(district: District) -> None:
    told = district.changes
    assert told["enrollments.csv"] == changes(
        district.folder / "enrollments.csv", Path(str(district.after)) / "enrollments.csv"
    )
    groups = [
        {"table": table, "action": action, "count": told[file][kind]}
        for table, file in (("people", "users.csv"), ("enrollments", "enrollments.csv"))
        for action, kind in (("add", "new"), ("archive", "gone"), ("edit", "edited"))
    ]
    right = outcome(district, {"plan": {"groups": groups}}, commits=2)
    assert sum(told["users.csv"].values()) and not list(verdicts.daily(right))
    assert list(verdicts.daily(replace(right, commits=1))) == ["1 commits instead of 2"]
    fewer = outcome(district, {"plan": {"groups": groups[1:]}}, commits=2)
    assert len(list(verdicts.daily(fewer))) == 1
    assert list(verdicts.again(replace(right, commits=2)))
