"""A coordinator reviews a run, sends the workbook out, reads it back, commits and undoes."""

import csv
import io
import shlex
from pathlib import Path

import openpyxl
import pytest
from cli_runs import drop, run, workspace

from importer.checks.catalogue import ENROLLMENTS, SECTIONS, STUDENTS, clever

_NEW = (
    STUDENTS + "0101,S2,cy@oak.example,Cy,Ray,3\n0101,S3,=cmd|'/c calc'!A1@x.example,=1+1,Ode,3\n"
)
NEXT = clever(
    students=_NEW.replace("=cmd|'/c calc'!A1@x.example", "di@oak.example"),
    sections=SECTIONS + "0101,M2,T1,2\n",
    enrollments=ENROLLMENTS + "0101,M2,S2\n0101,M2,S3\n",
)


@pytest.fixture
def space(tmp_path: Path) -> Path:
    """A workspace with one commit, and a plan that adds two students and a section."""
    folder = workspace(tmp_path / "space")
    assert run("sync", drop(tmp_path / "monday"), "-w", folder).code == 0
    assert run("plan", drop(tmp_path / "tuesday", NEXT), "-w", folder).code == 0
    return folder


def _unchecked(space: Path, *args: str) -> dict[str, str]:
    """Key → how, of what stands unchecked after this."""
    told = run("review", "-w", space, "--list", "add", "--json", *args).data()
    return {
        f"{kind['table']} {line['key']}": line["how"]
        for kind in told["kinds"]
        for line in kind["lines"]
        if line["how"]
    }


def test_what_hangs_on_an_unchecked_section_goes_along(space: Path) -> None:
    off = _unchecked(space, "--uncheck", "section=M2 and sections", "--reason", "not yet")
    assert off == {
        "sections M2": "unchecked",
        "enrollments M2 / S2 / student": "along",
        "enrollments M2 / S3 / student": "along",
        "enrollments M2 / T1 / teacher": "along",
    }
    assert "×" in run("review", "-w", space).out
    assert _unchecked(space, "--check", "all", "--reason", "yet") == {}


def test_the_command_that_is_offered_commits_just_what_was_seen(space: Path) -> None:
    seen = run("review", "-w", space).out.splitlines()[-1]
    assert run("review", "-w", space, "--uncheck", "people", "--reason", "wait").code == 0
    refused = run(*shlex.split(seen)[2:])
    assert refused.code == 3 and "would not do what you saw" in refused.err
    assert run("roster", "-w", space, "--json").data()["active"]["people"] == 2

    now = run("review", "-w", space).out.splitlines()[-1]
    assert run(*shlex.split(now)[2:]).code == 0
    roster = run("roster", "-w", space, "--json").data()["active"]
    assert (roster["people"], roster["sections"]) == (2, 2)
    assert "unchecked by" in run("show", "2", "-w", space).out


def test_preview_of_plan_review_and_commit_are_one(space: Path) -> None:
    runs = run("history", "-w", space, "--json").data()["runs"]
    planned = run("show", runs[-1]["id"], "-w", space, "--json").data()["plan"]["preview"]
    assert run("review", "-w", space, "--json").data()["preview"] == planned
    committed = run("commit", "-w", space, "--preview", planned, "--json").data()
    assert committed["preview"] == planned
    assert run("commit", "-w", space, "--preview", "12").code == 2


@pytest.mark.parametrize(
    "args",
    [
        ["--uncheck", "person=nobody", "--reason", "x"],
        ["--uncheck", "lunch", "--reason", "x"],
        ["--uncheck", "people and ", "--reason", "x"],
        ["--uncheck", "people"],
        ["--list", "pets"],
        ["--workbook", "changes.pdf"],
        ["--read", "x.xlsx", "--uncheck", "people", "--reason", "x"],
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(space: Path, args: list[str]) -> None:
    before = run("review", "-w", space, "--json").data()
    assert run("review", "-w", space, *args).code == 2
    assert run("review", "-w", space, "--json").data() == before


def test_the_workbook_goes_out_and_comes_back(space: Path, tmp_path: Path) -> None:
    sent = tmp_path / "out.xlsx"
    assert run("review", "-w", space, "--workbook", sent).code == 0
    book = openpyxl.load_workbook(sent)
    assert book.sheetnames == ["How to", "people", "roles", "sections", "enrollments"]
    people = book["people"]
    assert [cell.value for cell in people[1]][:3] == ["Apply?", "Now", "Change"]
    assert [v.formula1 for v in people.data_validations.dataValidation] == ["'How to'!$A$7:$A$8"]
    assert [book["How to"][f"A{n}"].value for n in (7, 8)] == ["yes", "no"]
    formulas = [c for sheet in book for row in sheet for c in row if c.data_type == "f"]
    assert not formulas and people["F3"].value == "=1+1 Ode"

    people["A2"] = "No "  # Cy Ray; a person types as a person does
    people.delete_rows(3)  # what is deleted stays as it is
    book.save(sent)
    assert run("review", "-w", space, "--read", sent, "--actor", "Oak School").code == 0
    off = _unchecked(space)
    assert off == {
        "people S2": "unchecked",
        "roles S2 / 0101 / student": "along",
        "enrollments M2 / S2 / student": "along",
    }
    assert "answered in out.xlsx" in run("review", "-w", space).out


def test_answers_of_two_schools_come_back_in_any_order(space: Path, tmp_path: Path) -> None:
    sheets = [tmp_path / f"{name}.xlsx" for name in ("one", "two")]
    for sheet in sheets:
        assert run("review", "-w", space, "--list", "people", "--workbook", sheet).code == 0
    for sheet, line in zip(sheets, ("A2", "A3"), strict=True):
        book = openpyxl.load_workbook(sheet)
        book["people"][line] = "no"
        book.save(sheet)
    for sheet in reversed(sheets):
        assert run("review", "-w", space, "--read", sheet).code == 0
    off = _unchecked(space)
    assert {key for key, how in off.items() if how == "unchecked"} == {"people S2", "people S3"}


def _as_csv(space: Path, folder: Path) -> list[dict[str, str]]:
    """The sheet of people as a spreadsheet saves it."""
    sent = folder / "out.xlsx"
    assert run("review", "-w", space, "--workbook", sent).code == 0
    lines = [["" if v is None else str(v) for v in row]
             for row in openpyxl.load_workbook(sent)["people"].values]  # fmt: skip
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def _written(rows: list[dict[str, str]], path: Path) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
    return path


def test_one_sheet_saved_as_csv_is_read(space: Path, tmp_path: Path) -> None:
    rows = _as_csv(space, tmp_path)
    rows[0]["Apply?"] = "no"
    assert run("review", "-w", space, "--read", _written(rows, tmp_path / "a.csv")).code == 0
    assert "people S2" in _unchecked(space)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("Apply?", "maybe", "row 3: “Apply?” must be yes or no"),
        ("Apply?", "", "row 3: “Apply?” must be yes or no"),
        ("Now", "perhaps", "row 3: “Now” was changed"),
        ("Change", "1", "row 3: its number and its key don't belong together"),
        ("Change", "x", "row 3: its number and its key don't belong together"),
        ("Key", "S9", "row 3: its number and its key don't belong together"),
        ("Run", "000001-ab 12", "row 3: this belongs to another run"),
    ],
)
def test_a_stale_foreign_or_unclear_answer_is_refused_with_its_row(
    space: Path, tmp_path: Path, column: str, value: str, words: str
) -> None:
    rows = _as_csv(space, tmp_path)
    rows[0]["Apply?"] = "no"
    rows[1][column] = value
    said = run("review", "-w", space, "--read", _written(rows, tmp_path / "a.csv"))
    assert said.code == 2 and words in said.err
    assert _unchecked(space) == {}


def test_a_workbook_of_another_run_or_of_anything_else_is_refused(
    space: Path, tmp_path: Path
) -> None:
    sent = tmp_path / "out.xlsx"
    assert run("review", "-w", space, "--workbook", sent).code == 0
    again = clever(students=STUDENTS + "0101,S4,ed@oak.example,Ed,Fox,3\n")
    assert run("plan", drop(tmp_path / "wednesday", again), "-w", space).code == 0
    said = run("review", "-w", space, "--read", sent)
    assert said.code == 2 and "belongs to another run" in said.err
    for name in ("students.csv", "schools.csv"):
        assert run("review", "-w", space, "--read", tmp_path / "monday" / name).code == 2
    (tmp_path / "broken.xlsx").write_bytes(b"PK nothing")
    assert run("review", "-w", space, "--read", tmp_path / "broken.xlsx").code == 2
    assert run("review", "-w", space, "--read", tmp_path / "nowhere.xlsx").code == 4


def test_undo_asks_where_later_commits_changed_the_same(space: Path, tmp_path: Path) -> None:
    assert run("commit", "-w", space).code == 0
    later = dict(NEXT)
    later["students.csv"] = str(later["students.csv"]).replace("Ray", "Roe")
    assert run("sync", drop(tmp_path / "later", later), "-w", space).code == 0

    assert run("undo", "2", "-w", space).code == 2, "without a reason nothing is undone"
    asked = run("undo", "2", "-w", space, "--reason", "wrong file")
    assert asked.code == 3
    assert "people S2" in asked.out and "(commit 3)" in asked.out and "--keep-later" in asked.out
    shown = run("undo", "2", "-w", space, "--dry-run", "--keep-later", "--json").data()
    assert shown["commit"] is None and shown["conflicts"]
    assert len(run("history", "-w", space, "--json").data()["runs"]) == 3

    kept = run("undo", "2", "-w", space, "--keep-later", "--reason", "wrong file", "--json").data()
    assert kept["commit"] == 4
    listed = run("roster", "-w", space, "--json").data()["active"]
    assert (listed["people"], listed["sections"]) == (3, 1), "Cy Roe came later and stays"
    assert "undo of 2: wrong file" in run("show", "4", "-w", space).out
    assert run("undo", "2", "-w", space, "--reason", "x").code == 2
    assert run("verify", "-w", space).code == 0


def test_an_undone_drop_that_comes_again_waits_for_a_person(space: Path, tmp_path: Path) -> None:
    assert run("commit", "-w", space).code == 0
    assert run("undo", "2", "-w", space, "--reason", "last year's", "--actor", "Kim").code == 0
    again = run("sync", tmp_path / "tuesday", "-w", space, "--json")
    assert again.code == 3
    [cause] = [c for c in again.data()["causes"] if c["code"] == "PLAN-560"]
    assert "Kim" in cause["says"] and "last year's" in cause["says"]
    assert run("sync", tmp_path / "monday", "-w", space).code == 0, "what stands is not older"
    # Once the undo is undone the drop is what was committed.
    assert run("undo", "3", "-w", space, "--reason", "it was right", "--take-back").code == 0
    assert "PLAN-560" not in run("sync", tmp_path / "tuesday", "-w", space).out
