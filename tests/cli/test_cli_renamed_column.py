"""A story: the export of a district renames a column overnight.

Night 1 is committed. On night 2 the column of the students' ids has another name: nothing is
guessed, nothing is changed, and nobody is archived. A person says what the header means, once.
"""

import shlex
from pathlib import Path

import pytest
from cli_runs import drop, run, workspace

from importer.checks.catalogue import STUDENTS, clever
from importer.store.folder import FolderStore

TWO = STUDENTS + "0101,S2,cy@oak.example,Cy,Ray,4\n"
RENAMED = TWO.replace("Student_id", "Pupil No")
MORE = RENAMED.replace("Grade\n", "Grade,Bus\n").replace(",3\n", ",3,12\n").replace(",4\n", ",4,\n")


@pytest.fixture
def space(tmp_path: Path) -> Path:
    """A workspace after night 1."""
    folder = workspace(tmp_path / "lake view")
    assert run("sync", drop(tmp_path / "night 1", clever(students=TWO)), "-w", folder).code == 0
    return folder


def _people(space: Path) -> tuple[int, set[str]]:
    """How many people are active, and everything that was ever done to any of them."""
    commits = FolderStore.open(space).commits()
    done = {action for c in commits for action, n in c.counts.get("people", {}).items() if n}
    return run("roster", "-w", space, "--json").data()["active"]["people"], done


def test_the_story(space: Path, tmp_path: Path) -> None:
    night_2 = drop(tmp_path / "night 2", clever(students=RENAMED))
    held = run("sync", night_2, "-w", space)
    assert held.code == 3
    assert "students.csv has no column Student_id." in " ".join(held.out.split())
    assert f"Next: importer map '{night_2}' -w '{space}'" in held.out
    assert run("sync", night_2, "-w", space).code == 3  # nor the next time
    assert _people(space) == (3, {"add"})

    shown = run("map", night_2, "-w", space)
    assert shown.code == 3
    assert "required, but no header is known for it: Student_id" in shown.out
    command = shown.out.strip().rpartition("Next: ")[2]
    words = shlex.split(command.replace("HEADER", "Pupil No"))
    settled = run(*words[1:], "--actor", "Kim Ode")
    assert settled.code == 0 and "confirmed by Kim Ode" in settled.out
    assert settled.out.strip().endswith(f"Next: importer sync '{night_2}' -w '{space}'")

    again = run("sync", night_2, "-w", space)
    assert again.code == 0 and "Committed as number 2: no changes." in again.out
    assert "The header Pupil No was read as Student_id, as Kim Ode confirmed on 20" in (
        " ".join(again.out.split())
    )
    assert _people(space) == (3, {"add"})  # nobody was archived, and nobody is there twice
    assert run("sync", night_2, "-w", space).out.startswith("All clear: Nothing new")


def test_who_confirmed_it_is_kept_with_the_run(space: Path, tmp_path: Path) -> None:
    night_2 = drop(tmp_path / "night 2", clever(students=RENAMED))
    run("map", night_2, "-w", space, "--confirm", "Pupil No=Student_id", "--actor", "Kim Ode")
    done = run("sync", night_2, "-w", space, "--json").data()
    kept = space / "runs" / done["run"] / "mapping.toml"
    assert 'by = "Kim Ode"' in kept.read_text()
    assert run("verify", "-w", space).code == 0
    kept.write_text("")
    assert run("verify", "-w", space).code == 4


def test_a_header_that_is_alike_is_named_and_still_not_taken(space: Path, tmp_path: Path) -> None:
    slip = clever(students=TWO.replace("Student_id", "Studnet ID"))
    night_2 = drop(tmp_path / "night 2", slip)
    held = run("sync", night_2, "-w", space)
    assert held.code == 3 and "perhaps “Studnet ID” is meant" in " ".join(held.out.split())
    shown = run("map", night_2, "-w", space)
    assert "--confirm 'Studnet ID=Student_id'" in shown.out
    assert run("map", night_2, "-w", space, "--accept-preselected").code == 0
    assert run("sync", night_2, "-w", space).code == 0
    assert _people(space) == (3, {"add"})


def test_a_new_column_is_asked_for_and_the_old_word_still_counts(
    space: Path, tmp_path: Path
) -> None:
    night_2 = drop(tmp_path / "night 2", clever(students=RENAMED))
    run("map", night_2, "-w", space, "--confirm", "Pupil No=Student_id")
    night_3 = drop(tmp_path / "night 3", clever(students=MORE))
    lines = run("map", night_3, "-w", space, "--json").data()["files"]
    students = next(view for view in lines if view["table"] == "students")
    how = {line["header"]: line["how"] for line in students["headers"]}
    assert (how["Pupil No"], how["Bus"]) == ("confirmed", "unknown")
    assert run("sync", night_3, "-w", space).code == 0
    assert run("map", night_3, "-w", space, "--ignore", "Bus").code == 0
    told = run("sync", night_3, "-w", space, "--json").data()
    assert "FILE-122" not in {cause["code"] for cause in told["causes"]}


def test_a_word_taken_back_holds_the_next_drop(space: Path, tmp_path: Path) -> None:
    night_2 = drop(tmp_path / "night 2", clever(students=RENAMED))
    run("map", night_2, "-w", space, "--confirm", "Pupil No=Student_id")
    assert run("plan", night_2, "-w", space).code == 0
    assert run("map", night_2, "-w", space, "--ignore", "Pupil No").code == 3
    assert run("sync", night_2, "-w", space).code == 3  # planned anew under the other mapping


def test_an_optional_file_waits_for_a_person_too(space: Path, tmp_path: Path) -> None:
    staff = "School_id,Staff_id,Staff_emial,First_name,Last_name\n0101,A1,k@oak.example,Kim,Ode\n"
    held = run("sync", drop(tmp_path / "staff", clever(students=TWO, staff=staff)), "-w", space)
    assert held.code == 3 and "perhaps “Staff_emial” is meant" in " ".join(held.out.split())
