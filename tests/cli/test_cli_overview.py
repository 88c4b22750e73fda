"""``overview`` and ``show`` on the command line: the sample district after Monday and Tuesday."""

import json
import shutil
import stat
from pathlib import Path

import pytest
from cli_runs import drop, run, workspace

from importer.checks.catalogue import STUDENTS, clever
from importer.resources import SAMPLES

STORY = SAMPLES / "clever_monday_tuesday"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with Monday and Tuesday committed."""
    space = workspace(tmp_path_factory.mktemp("district") / "w")
    for day in ("monday", "tuesday"):
        assert run("sync", STORY / day, "-w", space, "--actor", "Kim Ode").code == 0
    return space


def test_the_overview_tells_last_commit_totals_and_schools(district: Path) -> None:
    told = " ".join(run("overview", "-w", district).out.split())
    assert "Commit 2," in told and "by Kim Ode, drop tuesday." in told
    assert "3 schools: 150 students, 15 teachers, 5 other staff, 58 guardians" in told
    assert "Lakeview Elementary School (0101), school, state id 5500101 46 5 2 20 11" in told


def test_the_overview_as_json_and_of_one_school(district: Path) -> None:
    whole = run("overview", "-w", district, "--json").data()
    assert [school["school_id"] for school in whole["schools"]] == ["0102", "0101", "0201"]
    one = run("overview", "-w", district, "--school", "0101", "--json").data()
    [school] = one["schools"]
    assert one["totals"] == school["counts"] == whole["schools"][1]["counts"]
    refused = run("overview", "-w", district, "--school", "101")
    assert refused.code == 2 and "Did you mean: 0101" in refused.err


def test_a_list_is_short_on_a_terminal_and_whole_as_json(district: Path) -> None:
    text = run("overview", "-w", district, "--list", "students").out
    assert text.startswith("150 students\n") and "… and 50 more; all of them with --json." in text
    rows = run("overview", "-w", district, "--list", "students", "--json").data()["rows"]
    assert len(rows) == len({row["id"] for row in rows}) == 150
    some = run("overview", "-w", district, "--list", "sections", "--school", "0201", "--json")
    assert some.data()["total"] == 14


def test_a_run_on_hold_is_told_until_it_is_too_late_for_it(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    many = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(60))
    full = clever(students=STUDENTS + many)
    assert run("sync", drop(tmp_path / "monday", full), "-w", space).code == 0
    held = str(run("sync", drop(tmp_path / "half"), "-w", space, "--json").data()["run"])
    assert run("overview", "-w", space, "--json").data()["waiting"] == [held]
    assert f"1 run on hold waits for a decision: {held}." in run("overview", "-w", space).out
    more = clever(students=STUDENTS + many + "0101,N99,,Al,May,3\n")
    assert run("sync", drop(tmp_path / "more", more), "-w", space).code == 0
    assert run("overview", "-w", space, "--json").data()["waiting"] == []


def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    assert "Nothing is committed yet." in run("overview", "-w", space).out
    assert run("overview", "-w", space, "--json").data()["commit"] is None
    assert run("show", "Ana", "-w", space).code == 2


@pytest.mark.parametrize("asked", [["overview"], ["show", "304683"]])
def test_pages_are_private_and_never_inside_the_workspace(
    district: Path, tmp_path: Path, asked: list[str]
) -> None:
    page = tmp_path / "page.html"
    assert f"Page: {page}" in run(*asked, "-w", district, "--html", page).out
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    text = page.read_text("utf-8")
    assert "Holds names of pupils: keep it inside the district." in text
    assert "Inés Lockhart" in text and "<script" not in text
    inside = run(*asked, "-w", district, "--html", district / "district.toml")
    assert inside.code == 2 and "inside the workspace" in inside.err
    assert "<html" not in (district / "district.toml").read_text("utf-8")


@pytest.mark.parametrize("name", ["304683", "ines.lockhart", "inés LOCKHART"])
def test_a_person_is_shown_by_id_username_or_name(district: Path, name: str) -> None:
    told = run("show", name, "-w", district).out
    assert told.startswith("Inés Lockhart: person 304683, active\n")
    assert "came from students.csv row 39 of drop monday" in told
    flat = " ".join(told.split())
    assert "role moved: Harbor Point Elementary School / student" in flat
    assert "[students.csv row 54] School id: 0101 → 0102" in flat
    data = run("show", name, "-w", district, "--json").data()
    assert {step["commit"] for step in data["history"]} == {1, 2}


def test_a_school_is_shown_by_its_name(district: Path) -> None:
    told = run("show", "lakeview middle school", "-w", district).out
    assert told.startswith("Lakeview Middle School: school 0201, active\n")
    assert "sections: " in told and "56 students" in told


def test_several_of_one_name_are_listed_and_none_is_guessed(district: Path) -> None:
    ran = run("show", "General Music - 01", "-w", district)
    assert ran.code == 2 and "Name the one you mean by its id." in ran.err
    assert "31007" in ran.out and "32008" in ran.out
    assert "Music" not in ran.err  # an error may reach a log
    data = run("show", "General Music - 01", "-w", district, "--json")
    assert data.code == 2 and data.data()["exit_code"] == 2
    assert [match["id"] for match in data.data()["matches"]] == ["31007", "32008"]


def test_near_names_are_offered_outside_of_the_error(district: Path) -> None:
    ran = run("show", "Ines Lockhart", "-w", district)
    assert ran.code == 2 and "304683" in ran.out and "Lockhart" not in ran.err
    ran = run("show", "quite another", "-w", district)
    assert (ran.code, ran.out) == (2, "")


def test_a_run_that_is_nearly_named_is_offered(district: Path) -> None:
    run_id = str(run("history", "-w", district, "--json").data()["runs"][0]["id"])
    ran = run("show", run_id + "0", "-w", district)
    assert ran.code == 2 and f"Did you mean the run {run_id}?" in ran.err


def test_a_commit_comes_before_a_person_whose_id_is_its_number(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    students = STUDENTS + "0101,1,one@oak.example,Uma,One,3\n0101,12,,Bo,Dozen,3\n"
    assert run("sync", drop(tmp_path / "drop", clever(students=students)), "-w", space).code == 0
    assert run("show", "1", "-w", space).out.startswith("Commit 1,")
    assert run("show", "1", "--as", "person", "-w", space).out.startswith("Uma One: person 1,")
    assert run("show", "12", "-w", space).out.startswith("Bo Dozen: person 12,")
    history = run("show", "1", "--as", "person", "-w", space, "--json").data()["history"]
    assert {step["key"] for step in history} == {"1", "1 / 0101 / student"}
    assert run("show", "12", "--as", "school", "-w", space).code == 2
    assert run("show", "13", "-w", space).code == 2
    page = run("show", "1", "-w", space, "--html", tmp_path / "page.html")
    assert page.code == 2 and not (tmp_path / "page.html").exists()


def test_a_run_that_was_taken_away_only_shortens_the_history(
    district: Path, tmp_path: Path
) -> None:
    space = tmp_path / "copy"
    shutil.copytree(district, space)
    runs = json.loads(run("history", "-w", space, "--json").out)["runs"]
    shutil.rmtree(space / "runs" / runs[0]["id"])
    ran = run("show", "304683", "-w", space)
    told = " ".join(ran.out.split())
    assert ran.code == 0 and "can’t be told any more, what its run kept is gone" in told
    assert "role moved" in told
