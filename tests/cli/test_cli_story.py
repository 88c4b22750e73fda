"""A drop on hold: the wrong word, the right word, the commit; and what is said about it later."""

import shlex
from pathlib import Path

import pytest
from cli_runs import MANY, drop, run, workspace

from importer.checks.catalogue import STUDENTS, clever

Story = tuple[Path, str]


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """A workspace whose newest run is on hold, since most students would go; and its run."""
    space = workspace(tmp_path / "a workspace")
    assert (
        run("sync", drop(tmp_path / "monday", clever(students=STUDENTS + MANY)), "-w", space).code
        == 0
    )
    held = run("sync", drop(tmp_path / "tuesday"), "-w", space, "--json")
    assert held.code == 3
    return space, str(held.data()["run"])


def _scopes(space: Path, run_id: str) -> list[str]:
    causes = run("show", run_id, "-w", space, "--json").data()["causes"]
    return sorted({cause["scope"] for cause in causes if cause["severity"] == "BLOCK"})


def test_only_the_right_word_releases_it(story: Story) -> None:
    space, run_id = story
    word = ["approve", run_id, "-w", str(space), "--reason", "pupils moved", "--actor", "Zoë"]
    scopes = _scopes(space, run_id)
    assert scopes == ["0101:people"]

    wrong = run(*word, "--override", "0102:people")
    assert wrong.code == 3 and "0101:people" in wrong.err
    assert run("commit", run_id, "-w", space).code == 3

    rest = run(*word, "--override", scopes[0])
    assert rest.code == 0 and f"importer commit {run_id}" in rest.out
    assert run("commit", run_id, "-w", space, "--note", "as agreed").code == 0
    assert run("roster", "-w", space, "--json").data()["active"]["people"] == 2

    shown = run("show", "2", "-w", space).out
    assert "pupils moved" in shown and "Zoë" in shown and "as agreed" in shown
    assert run("verify", "-w", space).code == 0


def test_the_command_that_is_offered_works_as_printed(story: Story) -> None:
    space, run_id = story
    command = str(run("show", run_id, "-w", space, "--json").data()["verdict"]["next"])
    words = shlex.split(command)
    assert words[:2] == ["importer", "approve"]
    assert run(*words[1:]).code == 0
    assert run("commit", run_id, "-w", space).code == 0


def test_a_star_releases_every_school(story: Story) -> None:
    space, run_id = story
    tables = sorted({scope.rpartition(":")[2] for scope in _scopes(space, run_id)})
    stars = [part for table in tables for part in ("--override", f"*:{table}")]
    assert run("approve", run_id, "-w", space, "--reason", "all of it", *stars).code == 0
    assert run("commit", run_id, "-w", space).code == 0


def test_it_cannot_be_committed_twice(story: Story, tmp_path: Path) -> None:
    space, _ = story
    first = run("history", "-w", space, "--json").data()["runs"][0]
    assert first["commit"] == 1
    assert run("commit", first["id"], "-w", space).code == 3
    again = run("sync", tmp_path / "monday", "-w", space)
    assert again.code == 0 and "Nothing new" in again.out


def test_history_tells_the_states(story: Story) -> None:
    space, run_id = story
    told = run("history", "-w", space).out
    assert "commit 1" in told and "on hold" in told and run_id in told
