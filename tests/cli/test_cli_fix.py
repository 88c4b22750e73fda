"""``importer fix`` as a coordinator runs it: what is listed, what is written, what is refused."""

import json
import shutil
import stat
from pathlib import Path

import pytest
from cli_runs import drop, run, workspace

from importer.checks.catalogue import STUDENTS, clever

BAD = STUDENTS.replace("Student_id", "Student ID").replace("S1", " S1").replace(",3\n", ",03\n")
GOOD = STUDENTS


def test_without_accept_it_is_told_what_could_be_corrected(tmp_path: Path) -> None:
    path = drop(tmp_path / "d", clever(students=BAD))
    ran = run("fix", path)
    assert ran.code == 0 and "nothing was changed" in ran.out
    assert "students.csv row 2, Grade: “03” → “3”" in ran.out
    assert f"importer fix {path} --accept CELL-203,CELL-208,FILE-123" in ran.out
    assert f"importer fix {path} --accept-all-safe" in ran.out
    assert [entry.name for entry in tmp_path.iterdir()] == ["d"]
    data = run("fix", path, "--json").data()
    assert [(o["code"], o["mend"], o["places"]) for o in data["offers"]] == [
        ("CELL-203", "safe", 1), ("CELL-208", "safe", 1), ("FILE-123", "safe", 1),
    ]  # fmt: skip
    assert data["offers"][0]["cases"][0]["before"] == "03"


def test_what_is_accepted_is_written_beside_what_was_sent(tmp_path: Path) -> None:
    path = drop(tmp_path / "d", clever(students=BAD))
    ran = run("fix", path, "--accept", "cell-203, CELL-208", "--accept", "FILE-123")
    assert ran.code == 0, ran.said
    copy = tmp_path / "d-fixed"
    assert {f.name for f in copy.iterdir()} == set(clever())
    assert (copy / "students.csv").read_text() == GOOD
    assert (path / "students.csv").read_text() == BAD
    assert stat.S_IMODE((copy / "students.csv").stat().st_mode) == 0o600
    assert "Corrected 3 places" in ran.out and "0 errors, 0 warnings" in ran.out
    assert run("check", copy).code == 0


@pytest.mark.parametrize("packed", [False, True])
def test_a_zip_or_folder_gives_a_folder_of_what_changed(tmp_path: Path, packed: bool) -> None:
    path = drop(tmp_path / "d", clever(students=BAD))
    if packed:
        path = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", path))
    out = tmp_path / "out"
    ran = run("fix", path, "--accept-all-safe", "--only-changed", "-o", out, "--json")
    assert ran.data()["wrote"] == [str(out / "students.csv")]
    assert ran.data()["findings"] == {}


def test_a_file_gives_a_file(tmp_path: Path) -> None:
    path = drop(tmp_path / "d", {"students.csv": BAD}) / "students.csv"
    assert run("fix", path, "--accept-all-safe").code == 0
    assert (tmp_path / "d" / "students-fixed.csv").read_text() == GOOD
    assert run("fix", path, "--accept-all-safe", "-o", tmp_path / "s.xlsx").code == 2
    ran = run("fix", path, "--accept-all-safe")
    assert ran.code == 2 and "already" in ran.err


@pytest.mark.parametrize(
    ("code", "told"),
    [("CELL-201", "nothing that a machine can correct"), ("CELL-2O3", "Did you mean CELL-2")],
)
def test_only_codes_with_a_mechanical_fix_can_be_accepted(
    tmp_path: Path, code: str, told: str
) -> None:
    ran = run("fix", drop(tmp_path / "d", clever(students=BAD)), "--accept", code)
    assert ran.code == 2 and told in ran.err


def test_nothing_is_written_where_nothing_is_to_be_corrected(tmp_path: Path) -> None:
    path = drop(tmp_path / "d", clever())
    ran = run("fix", path, "--accept", "CELL-203")
    assert ran.code == 0 and "Nothing to correct here for CELL-203" in ran.out
    assert not (tmp_path / "d-fixed").exists()


def test_an_unknown_format_is_refused_in_words(tmp_path: Path) -> None:
    ran = run("fix", drop(tmp_path / "d", {"x.csv": "a,b\n1,2\n"}), "--accept-all-safe")
    assert ran.code == 2 and "no format" in ran.err


def test_files_of_no_known_kind_are_not_copied_and_that_is_said(tmp_path: Path) -> None:
    path = drop(tmp_path / "d", {**clever(students=BAD), "logins.csv": "who,word\nKim,kestrel\n"})
    ran = run("fix", path, "--accept-all-safe")
    assert "logins.csv was not copied" in " ".join(ran.out.split())
    assert not (tmp_path / "d-fixed" / "logins.csv").exists()


def test_passwords_are_never_shown_or_written(tmp_path: Path) -> None:
    text = "FirstName,LastName,Grade,SchoolName,Username,Password,UserID\n"
    path = tmp_path / "students.csv"
    path.write_text(text + "Bo,Lind,03,Oak School, bo , kestrel ,\n")
    said = run("fix", path).said + run("fix", path, "--json").said
    ran = run("fix", path, "--accept-all-safe")
    written = (tmp_path / "students-fixed.csv").read_text()
    assert "kestrel" not in said + ran.said + written
    assert written == text + "Bo,Lind,3,Oak School,bo,,\n"
    assert "Password is blank in the copy" in " ".join(ran.out.split())


def test_a_workspace_tells_how_to_judge(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    policy = space / "district.toml"
    path = drop(tmp_path / "d", clever(students=BAD))
    ran = run("fix", path, "-w", space, "--list", "--accept-all-safe", "--json")
    assert len(json.loads(ran.out)["offers"]) == 3 and policy.exists()
    assert not (tmp_path / "d-fixed").exists()
