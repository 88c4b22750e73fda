"""``importer rekey`` and ``importer merge``: what a person says about who is who."""

from pathlib import Path

import pytest
from cli_runs import MANY, drop, run, workspace

from importer.checks.catalogue import SECTIONS, STUDENTS, TEACHERS, clever

_NEW = clever(students=STUDENTS + MANY.replace("0101,N", "0101,X"))
_NEW_TEACHER = clever(teachers=TEACHERS.replace("T1", "T9"), sections=SECTIONS.replace("T1", "T9"))


@pytest.fixture
def space(tmp_path: Path) -> Path:
    """A workspace with sixty-two people."""
    folder = workspace(tmp_path / "w")
    monday = drop(tmp_path / "mon", clever(students=STUDENTS + MANY))
    assert run("sync", monday, "-w", folder).code == 0
    return folder


def test_ids_that_changed_are_put_right_and_history_goes_on(space: Path, tmp_path: Path) -> None:
    held = run("sync", drop(tmp_path / "tue", _NEW), "-w", space)
    assert held.code == 3
    assert "60 of 62 person ids changed, the people did not" in held.out
    step = next(line for line in held.out.splitlines() if line.startswith("Next: "))
    assert step.split()[1:3] == ["importer", "rekey"]
    name = step.split()[3]
    tried = run("rekey", name, "-w", space, "--dry-run")
    assert tried.code == 0
    assert "60 re-key" in tried.out
    assert run("show", "N7", "-w", space).code == 0
    done = run("rekey", name, "-w", space)
    assert (done.code, "Committed as number 2: 60 re-keyed." in done.out) == (0, True)
    again = run("sync", tmp_path / "tue", "-w", space)
    assert (again.code, "no changes" in again.out) == (0, True)
    card = run("show", "X7", "-w", space, "--json").data()
    told = [(s["action"], s["table"], s["key"]) for s in card["history"]]
    assert ("re-key", "people", "X7") in told
    assert ("add", "people", "N7") in told


def test_a_word_is_given_or_refused(space: Path, tmp_path: Path) -> None:
    files = {**_NEW_TEACHER, "students.csv": STUDENTS + MANY}
    assert run("sync", drop(tmp_path / "tue", files), "-w", space).code == 0
    runs = run("history", "-w", space, "--json").data()["runs"]
    latest = max(known["id"] for known in runs)
    said = run("rekey", latest, "-w", space, "--never")
    assert (said.code, "Remembered 1 pair of two records each" in said.out) == (0, True)
    told = run("sync", tmp_path / "tue", "-w", space)
    assert told.code in (0, 3)
    assert "PLAN-523" not in told.out


def test_a_faulty_file_changes_nothing(space: Path, tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("old_id,new_id,type\nS1,S9,student\nS8,S7,student\n", "utf-8")
    refused = run("rekey", path, "-w", space)
    assert refused.code == 3
    assert "ids.csv row 3, old_id “S8”" in refused.out
    assert run("show", "S1", "-w", space).code == 0
    never = run("rekey", path, "-w", space, "--never")
    assert never.code == 2
    assert run("rekey", "nothing", "-w", space).code == 2


def test_two_are_one(space: Path, tmp_path: Path) -> None:
    merged = run("merge", "S1", "N1", "-w", space, "--actor", "Kim")
    assert (merged.code, "Committed as number 2" in merged.out) == (0, True)
    card = run("show", "N1", "-w", space, "--json").data()
    assert card["status"] == "archived"
    assert "S1" in card["history"][0]["because"]
    assert run("merge", "S1", "N1", "-w", space).code == 2
    assert run("verify", "-w", space).code == 0
