"""importer map: what it shows, what it refuses, and what must not be seen."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_runs import drop, run, workspace

from importer.checks.catalogue import STUDENTS, USERS_1, clever, oneroster

OWN = (
    "Kennung,Nachname,Vorname,Klasse,Schule,Kennwort\n"
    "S1,Silva,Ana,3,0101,Pw7-kestrel\nS2,Lind,Bo,4,0101,Pw8-kestrel\n"
)
WORDS = ("Kennung=Student_id", "Nachname=Last_name", "Vorname=First_name", "Schule=School_id")


@pytest.fixture
def space(tmp_path: Path) -> Path:
    return workspace(tmp_path / "w")


def _file(folder: Path, text: str, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def _confirm(*words: str) -> list[str]:
    return [part for word in words for part in ("--confirm", word)]


def _lines(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {line["header"]: line for view in told["files"] for line in view["headers"]}


def test_it_shows_every_header_with_how_and_samples(tmp_path: Path) -> None:
    header = "School ID,student_id,Email address,Frist name,Last_name,Grade,Guardian Email,ext.x,"
    rows = "0101,S1,bo@oak.example,Bo,Lind,3,g@home.example,1,\n"
    path = _file(tmp_path, f"{header}\n{rows}", "students.csv")
    told = run("map", path, "--json")
    assert told.code == 3
    view = told.data()["files"][0]
    assert (view["format"], view["table"]) == ("clever", "students")
    assert view["missing"] == ["First_name"]
    lines = _lines(told.data())
    assert {name: line["how"] for name, line in lines.items()} == {
        "School ID": "spelling", "student_id": "spelling", "Email address": "alias",
        "Frist name": "suggested", "Last_name": "exact", "Grade": "exact",
        "Guardian Email": "unknown", "ext.x": "apart", "": "blank",
    }  # fmt: skip
    assert lines["Frist name"]["column"] == "First_name" and lines["Frist name"]["sure"]
    assert lines["Grade"]["samples"] == ["3"]
    assert "--confirm 'Frist name=First_name'" in told.data()["next"]


def test_a_clean_drop_has_nothing_open(tmp_path: Path) -> None:
    path = drop(tmp_path / "drop")
    told = run("map", path)
    assert told.code == 0 and "Every header is known." in told.out
    assert f"Next: importer check {path}" in told.out


def test_values_that_are_not_the_columns_are_a_doubt(tmp_path: Path) -> None:
    path = drop(tmp_path / "drop", clever(students=STUDENTS.replace("bo@oak.example", "5550100")))
    assert "“Student_email”: its values don't look like e-mail addresses." in run("map", path).out


def test_an_unknown_spreadsheet_is_mapped_once_and_known_from_then_on(
    space: Path, tmp_path: Path
) -> None:
    path = _file(tmp_path, OWN)
    unknown = run("map", path)
    assert unknown.code == 3 and "of no known kind" in unknown.out
    assert run("check", path, "--json").data()["format"]["name"] == ""
    said = [*_confirm(*WORDS, "Klasse=Grade", "Kennwort=Password"), "--kind", "clever/students"]
    done = run("map", path, "-w", space, *said, "--actor", "kim")
    assert done.code == 0 and "confirmed by kim" in done.out
    known = run("check", path, "--mapping", space / "mapping.toml", "--json").data()
    assert known["format"]["name"] == "clever" and known["totals"]["held"] == 0
    assert "people confirmed the headers of export.csv" in known["format"]["why"]
    assert "LINK-401" not in {cause["code"] for cause in known["causes"]}  # no schools to ask
    assert run("map", path, "-w", space).code == 0


def test_a_sheet_with_another_column_is_another_file(space: Path, tmp_path: Path) -> None:
    said = [*_confirm(*WORDS), "--kind", "clever/students"]
    assert run("map", _file(tmp_path, OWN), "-w", space, *said).code == 0
    other = _file(tmp_path, OWN.replace("Kennung", "Nummer"))
    assert run("map", other, "-w", space, "--json").data()["files"][0]["table"] == ""
    told = run("map", other, "-w", space, "--kind", "clever/students", "--json").data()
    assert told["files"][0]["missing"] == ["Student_id"]  # all else is asked no second time


def test_a_file_without_a_header_line_shows_no_value(tmp_path: Path) -> None:
    path = _file(tmp_path, "0101,S1,bo@oak.example,Bo,Lind,Pw7-kestrel\n")
    for kind in ((), ("--kind", "clever/students")):
        told = run("map", path, *kind)
        assert told.code == 3 and "doesn't look like headers" in told.out
        for value in ("S1", "Lind", "Pw7-kestrel", "bo@"):
            assert value not in told.said


@pytest.mark.parametrize("kind", [(), ("--kind", "clever/students")])
def test_no_password_is_shown_whatever_its_column_is_called(
    space: Path, tmp_path: Path, kind: tuple[str, ...]
) -> None:
    for number, name in enumerate(("Kennwort", "Password", "Wort", "PIN")):
        path = _file(tmp_path, OWN.replace("Kennwort", name), f"{number}.csv")
        for more in ((), ("--json",), ("--redact",)):
            assert "kestrel" not in run("map", path, "-w", space, *kind, *more).said


def test_redacted_shows_no_value_and_no_unknown_header(space: Path, tmp_path: Path) -> None:
    files = clever(students=STUDENTS.replace("Student_id", "Zoë Canary"))
    path = drop(tmp_path / "drop", files)
    for more in ((), ("--json",)):
        said = run("map", path, "-w", space, "--redact", *more).said
        for value in ("Canary", "Lind", "oak.example", "Oak School", "0101"):
            assert value not in said


@pytest.mark.parametrize(
    ("args", "told", "fix"),
    [
        (_confirm("Pupil=Student_id"), "no header “Pupil”", "Pupil No"),
        (_confirm("Pupil No=Studnet_id"), "no column “Studnet_id”", "Student_id"),
        (_confirm("Pupil No"), "no HEADER=COLUMN", "Such as"),
        (_confirm("Grade=Student_id"), "own name of another column", "rename"),
        (_confirm("Pupil No=Grade"), "two headers can't be Grade", "--ignore"),
        (_confirm("Pupil No=Student_id", "Mail=Student_id"), "two headers can't", "one of them"),
        (_confirm("Pupil No=Student_id", "Pupil No=State_id"), "can't be two columns", "once"),
        ([*_confirm("Pupil No=Student_id"), "--ignore", "pupil no"], "at once", ""),
        (["--ignore", "Grade"], "the format's own name", "drop_fields"),
        (["--ignore", "teachers.csv:Pupil No"], "no header", ""),
        (["--ask"], "needs a terminal", "--confirm"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(
    space: Path, tmp_path: Path, args: list[str], told: str, fix: str
) -> None:
    students = STUDENTS.replace("Student_id", "Pupil No").replace("Student_email", "Mail")
    path = drop(tmp_path / "drop", clever(students=students))
    ran = run("map", path, "-w", space, *args)
    assert ran.code == 2 and told in ran.err and fix in ran.err
    assert not (space / "mapping.toml").exists()


def test_a_header_of_several_files_is_meant_where_the_column_is(
    space: Path, tmp_path: Path
) -> None:
    files = clever(
        students=STUDENTS.replace("Student_id", "No"),
        teachers=clever()["teachers.csv"].replace("Teacher_id", "No"),  # type: ignore[arg-type]
    )
    path = drop(tmp_path / "drop", files)
    words = _confirm("No=Student_id", "teachers.csv:No=Teacher_id")
    assert run("map", path, "-w", space, *words).code == 0
    assert run("sync", path, "-w", space).code == 0


def test_a_file_that_is_passed_over_is_shown_too(tmp_path: Path) -> None:
    files = {**clever(), "resources.csv": "a,b\n1,2\n", "menu.csv": "Monday,Tuesday\nsoup,rice\n"}
    told = run("map", drop(tmp_path / "drop", files), "--json")
    assert told.code == 0
    tables = {view["file"]: view["table"] for view in told.data()["files"]}
    assert (tables["resources.csv"], tables["menu.csv"]) == ("resources", "")


def test_without_a_workspace_nothing_can_be_kept(tmp_path: Path) -> None:
    ran = run("map", drop(tmp_path / "drop"), *_confirm("A=B"))
    assert ran.code == 2 and "-w DIR" in ran.err


def test_nothing_sure_is_nothing_confirmed(space: Path, tmp_path: Path) -> None:
    ran = run("map", drop(tmp_path / "drop"), "-w", space, "--accept-preselected")
    assert ran.code == 3 and "No suggestion is sure enough" in ran.err


def test_a_mapping_with_a_mistake_stops_everything(space: Path, tmp_path: Path) -> None:
    (space / "mapping.toml").write_text('[[headers]]\ntabel = "clever/students"\n')
    path = drop(tmp_path / "drop")
    commands: list[list[str | Path]] = [["map", path], ["sync", path], ["config", "check"]]
    for args in commands:
        ran = run(*args, "-w", space)
        assert ran.code == 2 and "mapping.toml line 1: headers 1 has no table" in ran.err


def test_what_is_said_of_a_confirmed_header_can_be_redacted(space: Path, tmp_path: Path) -> None:
    path = drop(tmp_path / "drop", clever(students=STUDENTS.replace("Student_id", "Pupil No")))
    run("map", path, "-w", space, *_confirm("Pupil No=Student_id"))
    told = run("check", path, "--mapping", space / "mapping.toml", "--redact", "--json").data()
    cause = next(cause for cause in told["causes"] if cause["code"] == "FILE-187")
    assert cause["says"] == "A header was read as a person of the district confirmed."
    assert cause["column"] is None and cause["severity"] == "INFO"


def test_by_the_book_a_confirmed_header_is_still_misspelt(space: Path, tmp_path: Path) -> None:
    path = drop(tmp_path / "drop", oneroster(users=USERS_1.replace("username", "Login")))
    assert run("map", path, "-w", space, *_confirm("Login=username")).code == 0
    check: list[str | Path] = ["check", path, "--mapping", space / "mapping.toml", "--json"]
    found = {c["code"]: c["severity"] for c in run(*check).data()["causes"]}
    assert found["FILE-187"] == "INFO" and "FILE-123" not in found
    strict = run(*check, "--profile", "certification").data()["causes"]
    assert ("FILE-123", "ERROR") in {(c["code"], c["severity"]) for c in strict}


def test_on_a_terminal_each_open_header_can_be_asked(space: Path, tmp_path: Path) -> None:
    students = STUDENTS.replace("Student_id", "Studnet ID").replace("Last_name", "Family")
    path = drop(tmp_path / "drop", clever(students=students))
    args = [sys.executable, "-m", "importer", "map", str(path), "-w", str(space), "--ask"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(args, stdin=theirs, stdout=theirs, stderr=theirs) as asked:
        os.write(ours, b"y\nFamily\n")
        assert asked.wait(timeout=60) == 0
    os.close(theirs)
    told = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "is “Studnet ID” (S1) Student_id?" in told and "which header is Last_name?" in told
    assert run("sync", path, "-w", space).code == 0
