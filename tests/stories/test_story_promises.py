"""What the README of each story promises, written down by hand and not by ``update.py``."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from story_runs import SAMPLES, Told, run, stories


@cache
def _told(story: str) -> dict[str, Told]:
    with TemporaryDirectory() as scratch:
        return stories(story, Path(scratch) / "workspace")


def _found(told: Told) -> set[tuple[Any, ...]]:
    return {(f["severity"], f["file"], f["row"], f["column"], f["value"]) for f in told.findings}


def _rows(told: Told, action: str, table: str) -> dict[str, tuple[str, int]]:
    return {
        c["key"]: (c["source_file"], c["source_row"])
        for c in told.changes
        if (c["action"], c["table"]) == (action, table)
    }


E_MAIL = "ismael.larkspur.students.lakeviewunified.example"


def test_monday() -> None:
    told = _told("clever_monday_tuesday")["monday"]
    assert _found(told) == {
        ("ERROR", "students.csv", 11, "School_id", "101"),
        ("ERROR", "students.csv", 137, "Grade", "Grade 7"),
        ("ERROR", "sections.csv", 37, "Teacher_id", "20382"),
        ("WARNING", "students.csv", 67, "Student_email", E_MAIL),
        ("WARNING", "students.csv", 60, None, None),
        ("WARNING", "teachers.csv", 9, "Teacher_email", None),
        ("WARNING", "sections.csv", 20, "Term_start", "8/17/26"),
        ("WARNING", "enrollments.csv", 716, None, None),
    }
    assert any("“0101” exists" in f["message"] for f in told.findings)
    assert told.committed == 1
    assert "27 rows left out" in told.sentence  # 3 rows in error, 4 + 6 + 14 that wait for them
    active = told.active
    assert active["roles as student"] == 148
    assert active["roles as teacher"] == 14
    assert active["roles as staff"] == 5
    assert active["roles as guardian"] == 57
    assert active["relationships"] == 58
    assert active["sections"] == 35
    assert (active["enrollments as student"], active["enrollments as teacher"]) == (690, 40)


def test_tuesday() -> None:
    told = _told("clever_monday_tuesday")["tuesday"]
    assert _found(told) == {
        ("ERROR", "students.csv", 47, "Last_name", None),
        ("ERROR", "students.csv", 138, "Grade", "Grade 7"),
        ("WARNING", "students.csv", 67, "Student_email", E_MAIL),
        ("WARNING", "students.csv", 60, None, None),
        ("WARNING", "teachers.csv", 9, "Teacher_email", None),
        ("WARNING", "sections.csv", 20, "Term_start", "8/17/26"),
        ("WARNING", "enrollments.csv", 720, None, None),
    }
    assert told.committed == 2
    assert _rows(told, "add", "people") == {
        "304266": ("students.csv", 11),
        "306393": ("students.csv", 53),
        "306398": ("students.csv", 104),
        "306403": ("students.csv", 165),
        "contact:C880380": ("students.csv", 104),
        "20363": ("teachers.csv", 16),
    }
    assert _rows(told, "edit", "people") == {
        "305857": ("students.csv", 121),
        "305312": ("students.csv", 85),
        "305655": ("students.csv", 108),
    }
    assert _rows(told, "add", "sections") == {"33023": ("sections.csv", 37)}
    moves = {(c["table"], c["from_key"], c["key"]) for c in told.changes if c["action"] == "move"}
    assert moves == {
        ("roles", "304683 / 0101 / student", "304683 / 0102 / student"),
        ("enrollments", "32010 / 305167 / student", "32008 / 305167 / student"),
        ("enrollments", "33001 / 306074 / student", "33002 / 306074 / student"),
    }
    assert told.key_set("archive", "people") == {"304505", "306372"}
    gone = [key.split(" / ")[1] for key in told.key_set("archive", "enrollments")]
    assert {who: gone.count(who) for who in gone} == {"304505": 4, "306372": 6, "304683": 4}
    added = [key.rsplit(" / ")[-1] for key in told.key_set("add", "enrollments")]
    assert (added.count("student"), added.count("teacher")) == (36, 2)
    assert {c["action"] for c in told.changes} == {"add", "edit", "move", "archive"}
    held = {"304806", "306056"}
    assert not [c for c in told.changes if held & set(c["key"].split(" / "))]
    active = told.active
    assert active["roles as student"] == 150
    assert (active["enrollments as student"], active["enrollments as teacher"]) == (712, 42)


def test_bulk() -> None:
    told = _told("oneroster_bulk_then_delta")["bulk"]
    assert _found(told) == {("WARNING", "academicSessions.csv", 2, "schoolYear", "2026")}
    assert told.committed == 1
    assert told.active["roles as student"] == 60
    assert told.active["roles as teacher"] == 8
    assert told.active["roles as guardian"] == 4
    assert told.active["relationships"] == 10
    assert told.active["enrollments"] == 260


def test_delta() -> None:
    told = _told("oneroster_bulk_then_delta")["delta"]
    assert _found(told) == {("ERROR", "enrollments.csv", 11, "userSourcedId", "cr-s-29999")}
    assert told.committed == 2
    assert _rows(told, "add", "people") == {"cr-s-21362": ("users.csv", 2)}
    assert [row for _, row in sorted(_rows(told, "add", "enrollments").values())] == [2, 3, 4, 5]
    assert _rows(told, "edit", "people") == {"cr-s-20842": ("users.csv", 3)}
    assert _rows(told, "edit", "sections") == {"cr-cls-2310": ("classes.csv", 2)}
    assert told.key_set("archive", "people") == {"cr-s-21186"}
    assert told.key_set("archive", "enrollments") == {
        "cr-cls-1410 / cr-s-20991 / student",
        *(f"cr-cls-2{n}10 / cr-s-21186 / student" for n in range(1, 5)),
    }
    assert told.active["roles as student"] == 60
    assert told.active["enrollments"] == 259


def test_delta_names_the_lines_that_say_so() -> None:
    """A row of this package marks the record as gone, so its line is shown, not an old one."""
    told = _told("oneroster_bulk_then_delta")["delta"]
    assert _rows(told, "archive", "people") == {"cr-s-21186": ("users.csv", 4)}
    gone = sorted(_rows(told, "archive", "enrollments").values())
    assert gone == [("enrollments.csv", line) for line in range(6, 11)]


def test_delta2() -> None:
    told = _told("oneroster_bulk_then_delta")["delta2"]
    (left,) = told.findings
    assert (left["code"], left["rows"]) == ("PLAN-532", 2)
    assert told.committed == 3
    assert _rows(told, "reactivate", "people") == {"cr-s-21186": ("users.csv", 2)}
    assert _rows(told, "reactivate", "enrollments") == {
        "cr-cls-2110 / cr-s-21186 / student": ("enrollments.csv", 2),
        "cr-cls-2210 / cr-s-21186 / student": ("enrollments.csv", 3),
    }
    assert told.active["roles as student"] == 61
    assert told.active["enrollments"] == 261


def test_half_a_file() -> None:
    monday, tuesday = _told("half_a_file").values()
    assert monday.findings == []
    assert monday.committed == 1
    assert ("BLOCK", "enrollments.csv", 134, None, None) in _found(tuesday)
    assert {f["row"] for f in tuesday.findings} == {134}
    assert (tuesday.committed, tuesday.waiting) == (0, ["*:enrollments"])
    assert not [c for c in tuesday.changes if c["picked"]]
    assert tuesday.active == monday.active


def test_excel_ate_the_zeros() -> None:
    monday, tuesday, _ = _told("excel_ate_the_zeros").values()
    assert monday.findings == []
    assert monday.committed == 1
    errors = [f for f in tuesday.findings if f["severity"] == "ERROR"]
    assert [(f["file"], f["row"], f["column"], f["value"], f["rows"]) for f in errors] == [
        ("students.csv", 2, "School_id", "101", 30),
        ("students.csv", 32, "School_id", "102", 30),
    ]
    assert len({f["cause"] for f in errors}) == 2
    assert ["“0101” exists" in f["message"] for f in errors] == [True, False]
    assert tuesday.committed == 0
    assert tuesday.waiting
    assert tuesday.changes == []
    assert tuesday.active == monday.active
    assert "limit" not in tuesday.sentence


def test_excel_ate_the_zeros_of_all_students() -> None:
    """Nobody is taken for somebody new, in whichever files the zeros are gone."""
    monday, _, wednesday = _told("excel_ate_the_zeros").values()
    errors = [f for f in wednesday.findings if f["severity"] == "ERROR"]
    assert [(f["code"], f["file"], f["value"], f["rows"]) for f in errors] == [
        ("ROW-330", "students.csv", "4512", 60)
    ]
    assert "“004512”" in errors[0]["message"]
    assert wednesday.waiting
    assert wednesday.changes == []
    assert wednesday.active == monday.active


def test_sheets_with_slips() -> None:
    told = _told("spreadsheet_in_autumn")["first"]
    assert _found(told) == {
        ("ERROR", "students.csv", 8, "Grade", "Grade 3"),
        ("WARNING", "students.csv", 10, "SchoolName", "Fernhil School"),
        ("ERROR", "students.csv", 13, "Username", "tmoreau"),
        ("ERROR", "students.csv", 14, "Username", "TMoreau"),
        ("ERROR", "students.csv", 17, "LastName", None),
        ("ERROR", "educators.csv", 5, "TeacherRole", None),
        ("ERROR", "classes.csv", 21, "TeacherUsername", "oppen"),
    }
    assert told.committed == 1
    assert "11 rows left out" in told.sentence
    assert told.active["roles as student"] == 14
    assert told.active["people"] == 18
    assert (told.active["enrollments as student"], told.active["enrollments as teacher"]) == (18, 3)
    made = {c["key"]: c["because"] for c in told.changes if c["table"] == "people"}
    assert made["70101"].endswith("username adaw was made")
    assert made["70108"].endswith("username wcastellan was made")


def test_the_rows_handed_back_complete_the_roster() -> None:
    told = _told("spreadsheet_in_autumn")["second"]
    assert told.findings == []
    assert told.committed == 2
    assert told.key_set("add", "people") == {"70107", "70112", "70113", "70203", "8004"}
    assert told.key_set("move", "roles") == {"70109 / fernhill school / student"}
    assert {c["action"] for c in told.changes} == {"add", "move"}
    assert told.active["roles as student"] == 18
    assert told.active["people"] == 23
    assert (told.active["enrollments as student"], told.active["enrollments as teacher"]) == (23, 4)


@pytest.mark.parametrize("story", ["half_a_file", "excel_ate_the_zeros"])
def test_the_whole_file_again_is_nothing_new(story: str, tmp_path: Path) -> None:
    drops = [SAMPLES / story / day for day in ("monday", "tuesday", "monday")]
    *_, again = run(drops, tmp_path / "workspace")
    assert again.sentence.startswith("Nothing new")
    assert again.committed == 0
    assert again.waiting == []
