"""importer align: proposed pairs, accepted ones kept and shown with their sections."""

from pathlib import Path

import pytest
from cli_runs import drop, run, workspace

from importer.checks.catalogue import ENROLLMENTS, STUDENTS, clever


@pytest.fixture
def space(tmp_path: Path) -> Path:
    more = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(4))
    places = "".join(f"0101,M1,N{n}\n" for n in range(4))
    path = drop(
        tmp_path / "drop", clever(students=STUDENTS + more, enrollments=ENROLLMENTS + places)
    )
    folder = workspace(tmp_path / "space")
    assert run("sync", path, "-w", folder).code == 0
    return folder


def _groups(folder: Path, name: str, *members: str) -> Path:
    path = folder / "groups.csv"
    rows = "".join(f"g-1,{name},{member}\n" for member in members)
    path.write_text(f"Group ID,Group name,Username\n{rows}g-2,Chess club,\n")
    return path


def test_a_pair_is_shown_with_evidence_accepted_and_applied(space: Path, tmp_path: Path) -> None:
    groups = _groups(tmp_path, "Class 1", "N0", "n1@OAK.example", "N2", "N3", "gone")
    told = " ".join(run("align", groups, "-w", space).out.split())
    assert "1 proposed pair: 0 aligned before, 1 sure, 1 without a match." in told
    assert "4 members shared, of 5 in the group and 5 in the section" in told
    assert "No section is like: Chess club (g-2)" in told
    assert "1 members are nobody in the roster" in told
    assert not (space / "aliases.toml").exists()
    data = run("align", groups, "-w", space, "--accept-all-sure", "--actor", "Kim", "--json").data()
    assert [(pair["group"], pair["section"], pair["by"]) for pair in data["accepted"]] == [
        ("g-1", "M1", "Kim")
    ]
    assert [pair["group"] for pair in data["aligned"]] == ["g-1"]
    assert data["pairs"] == []
    csv = run("roster", "--table", "sections", "--csv", "-w", space).out
    assert csv.splitlines()[0].endswith("platform_group,platform_group_name")
    assert csv.splitlines()[1].endswith("g-1,Class 1")
    assert "Class 1" in run("show", "M1", "--as", "section", "-w", space).out


def test_a_person_may_say_which_it_is_and_change_their_mind(space: Path, tmp_path: Path) -> None:
    groups = _groups(tmp_path, "Something else")
    assert run("align", groups, "-w", space, "--accept", "g-1=M9").code == 2
    wrong = run("align", groups, "-w", space, "--accept", "g-2")
    assert wrong.code == 2 and "has no proposed section" in wrong.err
    assert run("align", groups, "-w", space, "--accept", "g-2=M1").code == 0
    text = (space / "aliases.toml").read_text()
    (space / "aliases.toml").write_text(text.replace('"M1"', '"M7"'))
    told = run("align", groups, "-w", space).out
    assert "Accepted before, but gone: group g-2, section M7." in told


def test_a_list_that_is_none_is_refused(space: Path, tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text("Name,Member\nArt,N0\n")
    ran = run("align", path, "-w", space)
    assert ran.code == 2 and "no column group_id" in ran.err
