"""The workbook and the held rows handed back, from the command line and in runs."""

import io
import shutil
import stat
from pathlib import Path

import openpyxl
import pytest
from cli_runs import drop, run, workspace

from importer.checks.catalogue import STUDENTS, clever

BAD = STUDENTS + "0101,S2,s2@oak.example,Kim,Ode,Grade 7\n"


def kept(space: Path) -> set[str]:
    (folder,) = (space / "runs").iterdir()
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("packed", [False, True])
def test_check_writes_a_workbook_and_hands_held_rows_back(tmp_path: Path, packed: bool) -> None:
    path = drop(tmp_path / "drop", clever(students=BAD))
    if packed:  # the unpacked files are gone when the command is done
        path = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", path))
    book, back = tmp_path / "out" / "f.xlsx", tmp_path / "back"
    assert run("check", path, "--xlsx", book, "--rejected", back).code == 1
    sheet = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))["students.csv"]
    assert sheet["H3"].value == "Grade 7"
    assert [file.name for file in back.iterdir()] == ["students.csv"]
    assert "Grade 7" in (back / "students.csv").read_text("utf-8-sig")
    assert {stat.S_IMODE(f.stat().st_mode) for f in (book, back / "students.csv")} == {0o600}


@pytest.mark.parametrize("option", ["--xlsx", "--rejected"])
def test_sent_rows_cannot_be_redacted(tmp_path: Path, option: str) -> None:
    ran = run("check", drop(tmp_path / "drop"), option, tmp_path / "x", "--redact")
    assert ran.code == 2 and "redacted" in ran.err and not (tmp_path / "x").exists()


def test_handed_back_rows_never_replace_what_was_sent(tmp_path: Path) -> None:
    folder = drop(tmp_path / "drop", clever(students=BAD))
    assert run("check", folder, "--rejected", folder).code == 2
    assert run("check", folder / "students.csv", "--rejected", folder).code == 2
    assert (folder / "students.csv").read_text() == BAD
    clash = tmp_path / "out" / "students.csv"
    assert run("check", folder, "--rejected", clash.parent, "--csv", clash).code == 2
    assert not clash.exists()


def test_a_run_keeps_both_and_verify_covers_them(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    run("plan", drop(tmp_path / "drop", clever(students=BAD)), "-w", space)
    assert {"findings.xlsx", "rejected/students.csv"} <= kept(space)
    assert run("verify", "-w", space).code == 0
    next(space.glob("runs/*/findings.xlsx")).write_bytes(b"PK")
    ran = run("verify", "-w", space)
    assert ran.code == 4 and "findings.xlsx" in ran.said


def test_a_run_without_problems_keeps_no_workbook(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    run("plan", drop(tmp_path / "drop"), "-w", space)
    assert "findings.csv" in kept(space)
    assert not {n for n in kept(space) if n.endswith(".xlsx") or n.startswith("rejected")}


def test_a_run_of_a_long_drop_keeps_no_workbook(tmp_path: Path) -> None:
    space = workspace(tmp_path / "w")
    many = BAD + "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(20_000))
    run("plan", drop(tmp_path / "drop", clever(students=many)), "-w", space)
    assert "rejected/students.csv" in kept(space) and "findings.xlsx" not in kept(space)
