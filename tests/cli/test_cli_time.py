"""Time travel and the ways of a sync, as a person types them."""

import csv
import io
import json
from pathlib import Path

import pytest
from cli_runs import drop, run, workspace

from importer.checks.catalogue import ENROLLMENTS, STUDENTS, clever
from importer.model.errors import UsageError
from importer.moments import limit

_THREE = STUDENTS + "0101,S2,s2@oak.example,Cy,Ray,3\n"
_WED = _THREE.replace("Ray", "Berg")


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Monday to Wednesday: one comes, changes name; the days are those of the test."""
    folder = tmp_path_factory.mktemp("time")
    place = workspace(folder / "space")
    for day, students in (("mon", STUDENTS), ("tue", _THREE), ("wed", _WED)):
        path = drop(folder / day, clever(students=students))
        assert run("sync", path, "-w", place, "--actor", "Kim Ode").code == 0
    return place


def test_the_roster_as_it_was(space: Path) -> None:
    was = run("roster", "--as-of", "1", "--table", "people", "--json", "-w", space).data()
    assert {row["person_id"] for row in was["rows"]} == {"S1", "T1"}
    told = run("roster", "--as-of", "2", "-w", space).out
    assert told.startswith("Commit 2, 20")
    day = run("history", "--json", "-w", space).data()["runs"][0]["at"][:10]
    assert run("roster", "--as-of", day, "-w", space).out.startswith("Commit 3")


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("2001-01-01", "Nothing was committed by 2001-01-01."),
        ("9", "There is no commit 9."),
        ("yesterday", "is no day and no moment"),
        ("14.11.2026", "is no day and no moment"),
    ],
)
def test_a_time_that_is_not_there_is_said(space: Path, when: str, says: str) -> None:
    ran = run("roster", "--as-of", when, "-w", space)
    assert ran.code == 2 and says in ran.err


def test_a_roster_that_is_no_longer_kept_is_said_and_how_far_it_reaches(tmp_path: Path) -> None:
    place = workspace(tmp_path / "space")
    for day, students in (("mon", STUDENTS), ("tue", _THREE)):
        assert run("sync", drop(tmp_path / day, clever(students=students)), "-w", place).code == 0
    old = json.loads((place / "commits" / "000001.json").read_text())["tables"]["people"]["sha256"]
    (place / "rosters" / f"{old}.parquet").unlink()
    ran = run("roster", "--as-of", "1", "-w", place)
    assert ran.code == 4
    assert "The roster of commit 1" in ran.err and "is not kept here, or no longer" in ran.err
    assert "It reaches back to commit 2" in ran.err
    assert run("diff", "1", "2", "-w", place).code == 4


def test_a_moment_is_utc_and_a_day_is_whole() -> None:
    assert limit("2026-11-14") == "2026-11-14T23:59:59Z"
    assert limit("2026-11-14T06:00:30+02:00") == "2026-11-14T04:00:30Z"
    with pytest.raises(UsageError):
        limit("2026-02-30")


def test_what_changed_counts_first_then_before_and_after(space: Path) -> None:
    told = " ".join(run("diff", "2", "3", "-w", space).out.split())
    assert "UTC): 1 edited. people: 1 edited" in told
    assert "family_name: Ray → Berg" in told and "Cy Berg (S2)" in told
    data = run("diff", "1", "3", "--json", "-w", space).data()
    assert data["counts"]["people"] == {"add": 1}
    assert {c["table"] for c in data["changes"]} == {"people", "roles"}
    one = run("diff", "1", "3", "--table", "roles", "--json", "-w", space).data()
    assert {c["table"] for c in one["changes"]} == {"roles"}
    assert run("diff", "1", "3", "--school", "0999", "--json", "-w", space).data()["changes"] == []
    here = run("diff", "1", "3", "--school", "0101", "--json", "-w", space).data()
    assert {c["table"] for c in here["changes"]} == {"people", "roles"}
    rows = list(csv.DictReader(io.StringIO(run("diff", "2", "3", "--csv", "-w", space).out)))
    assert [(r["key"], r["column"], r["before"], r["after"]) for r in rows] == [
        ("S2", "family_name", "Ray", "Berg")
    ]
    back = run("diff", "3", "1", "--json", "-w", space).data()
    assert back["counts"]["people"] == {"withdraw": 1}


def test_why_finds_by_name_and_lists_who_may_be_meant(space: Path) -> None:
    told = run("why", "cy berg", "-w", space).out
    assert told.startswith("Cy Berg is in the roster: added on ")
    assert "Last changed: edited on " in " ".join(told.split())
    assert run("why", "s2@oak.example", "--school", "0101", "-w", space).out.startswith(
        "Cy Berg is in Oak School (0101): added on "
    )
    data = run("why", "S2", "--json", "-w", space).data()
    assert data["status"] == "active" and data["own"][-1]["columns"][0]["after"] == "Berg"
    nobody = run("why", "S77", "-w", space)
    assert nobody.code == 2 and "S77" not in nobody.err.splitlines()[0]
    both = run("why", "S2", "--section", "M1", "--school", "0101", "-w", space)
    assert both.code == 2
    same = run("history", "--person", "S2", "--json", "-w", space).data()
    assert same == data


def test_history_says_what_kind_of_sync_it_was(
    space: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = drop(tmp_path / "thu", clever(students=_WED + "0101,S3,s3@oak.example,Di,Fox,3\n"))
    monkeypatch.setenv("IMPORTER_AUTOMATIC", "0")
    tried = run("sync", more, "--test", "-w", space, "--actor", "Ada")
    assert tried.code == 0 and "Test run, nothing is committed." in tried.out
    monkeypatch.setenv("IMPORTER_AUTOMATIC", "1")
    assert run("sync", more, "--quick", "-w", space, "--actor", "cron").code == 0
    runs = run("history", "--json", "--last", "2", "-w", space).data()["runs"]
    shown = [(r["type"], r["sync"], r["state"], r["automatic"], r["by"]) for r in runs]
    assert shown == [
        ("Test Clever Roster", "test", "test", False, "Ada"),
        ("Clever Roster", "quick", "committed", True, "cron"),
    ]
    assert (runs[1]["new"], runs[1]["updated"], runs[1]["archived"], runs[1]["errors"]) == (
        2, 0, 0, 0,
    )  # fmt: skip
    assert runs[1]["since"] == 3
    told = " ".join(run("history", "--last", "2", "-w", space).out.split())
    assert "test, test: Test Clever Roster, thu, by hand, Ada" in told
    assert "commit 4, quick since commit 3: Clever Roster, thu, automatic, cron" in told
    assert run("history", "-w", space, "--json").data()["runs"][0]["type"] == "Clever Roster"


def test_some_schools_and_a_district_that_is_off(tmp_path: Path) -> None:
    place = workspace(tmp_path / "space")
    path = drop(tmp_path / "drop", clever(students=STUDENTS, enrollments=ENROLLMENTS))
    wrong = run("sync", path, "--school", "101", "-w", place)
    assert wrong.code == 2 and "0101" in wrong.err
    assert run("plan", path, "--school", "0101", "-w", place).code == 0
    (place / "district.toml").write_text("active = false\n")
    off = run("sync", path, "-w", place)
    assert off.code == 3 and "not active" in off.err
