"""Cases H01 to H18 (in the order of the list), B42, A22, E12 and E14: the guards."""

import sys
from pathlib import Path

import pytest
from case_drops import District, Told

from importer.checks.catalogue import clever

sys.path.insert(0, str(Path(__file__).parents[2]))  # benchmarks/ is no part of the package

from benchmarks.incidents.bad import BAD
from benchmarks.incidents.legit import LEGIT
from benchmarks.incidents.play import MIDTERM, Played, Size, files_of, started

HEADER = "School_id,Student_id,Student_email,First_name,Last_name,Grade,DOB\n"


def _played(case: str, folder: Path) -> Played:
    feed, district = started(folder, 29, Size(4, 200))
    for name, change in LEGIT.items():
        if name.startswith(case):
            return feed.send(files_of(change(district)), MIDTERM)
    incident = next(bad for name, bad in BAD.items() if name.startswith(case))
    return feed.send(files_of(incident.breaks(district)), MIDTERM)


@pytest.mark.parametrize("case", ["H01", "H02", "H03", "H04"])
def test_H01_to_H04_usual_changes_pass(case: str, tmp_path: Path) -> None:
    assert not _played(case, tmp_path).held


def test_H05_new_term_is_held_and_named(tmp_path: Path) -> None:
    played = _played("H05", tmp_path)
    assert played.stops == ("PLAN-542",)
    assert "looks like a new term" in played.says


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("H06", "is no longer in the files"),
        ("H07", "is no longer in the files"),
        ("H08", "enrollments.csv has no rows"),
        ("H09", "cut off"),
        ("H10", "cut off"),
        ("H11", "section ids changed, the sections did not"),
        ("H12", "person ids of school 0100 changed, the people did not"),
        ("H13", "the leading zeros are gone"),
        ("H14", "email is empty in"),
        ("H15", "the column slipped against the others"),
        ("H16", "email is empty in"),
        ("H17", "the roster would be doubled"),
        ("H18", "students"),
    ],
)
def test_H06_to_H18_incidents_are_held_and_named(case: str, says: str, tmp_path: Path) -> None:
    played = _played(case, tmp_path)
    assert played.held
    assert says in played.says


def _students(count: int, **other: str) -> str:
    rows = [
        f"0101,N{n},n{n}@oak.example,Given{n},Family{n},3,2016-05-{n % 28 + 1:02}\n"
        for n in range(count)
    ]
    return HEADER + "".join(rows)


def _swapped(count: int, *which: int) -> str:
    lines = _students(count).splitlines(keepends=True)
    for n in which:
        lines[n] = f"0101,N{n - 1},zoe{n}@oak.example,Zoe,Quist{n},3,2011-01-0{n % 9 + 1}\n"
    return "".join(lines)


def test_B42_identity_swap_holds_that_row_and_the_rest_goes_on(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(clever(students=_students(30)))
    changed = _swapped(30, 5).replace("Given20", "Other20")
    told = district.sync(clever(students=changed, enrollments=_enrolled("N4", "N6")))
    assert told.committed
    assert told.found("ERROR") == [("ERROR", "PLAN-545", "students.csv", 6, None, "N4")]
    assert told.held() == {("students.csv", 6), ("enrollments.csv", 2)}
    assert told.did("edit") == {("edit", "people", "N20")}
    assert district.stored("people")["N4"]["given_name"] == "Given4"


def _enrolled(*ids: str) -> str:
    return "School_id,Section_id,Student_id\n" + "".join(f"0101,M1,{one}\n" for one in ids)


def test_B42_one_who_changed_name_and_address_alone_is_the_same_person(tmp_path: Path) -> None:
    """Marriage: the family name and the address are new, the birth date isn't."""
    district = District(tmp_path)
    district.commit(clever(students=_students(30)))
    line = "0101,N4,new@oak.example,Given4,Married,3,2016-05-05\n"
    lines = _students(30).splitlines(keepends=True)
    lines[5] = line
    told = district.sync(clever(students="".join(lines), enrollments=_enrolled("N6")))
    assert told.committed
    assert told.found("ERROR") == []


def test_B42_a_person_can_say_that_the_id_is_theirs_now(tmp_path: Path) -> None:
    district = District(tmp_path, policy='[guards]\nnew_holders = ["N4"]\n')
    district.commit(clever(students=_students(30)))
    told = district.sync(clever(students=_swapped(30, 5)))
    assert told.committed
    assert district.stored("people")["N4"]["given_name"] == "Zoe"


def test_B42_many_swaps_are_one_stop(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(clever(students=_students(30)))
    drop = clever(students=_swapped(30, *range(3, 20)), enrollments=_enrolled("N6"))
    told = district.sync(drop)
    assert not told.committed
    assert [found[1] for found in told.found("BLOCK", "ERROR")] == ["PLAN-546"]


def test_A22_the_real_cause_is_said(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(clever(students=_students(40)))
    lost = _students(40).replace("0101,", "101,")
    told = district.sync(clever(students=lost))
    assert not told.committed
    assert told.found("BLOCK")[0][1] == "PLAN-540"
    assert "0 of 1 ids of schools in School_id of students.csv match" in told.says("PLAN-540")
    assert "the leading zeros are gone" in told.says("PLAN-540")
    for code in ("PLAN-540", "PLAN-511"):
        assert "limit" not in told.fix(code)
        assert "raise" not in told.fix(code)


def test_A22_an_invisible_character_in_a_header_empties_nothing(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(clever(students=_students(40)))
    told = district.sync(clever(students=_students(40).replace("Student_id", "Student\u200b_id")))
    assert told.did("archive") == set()


def _spread(rows: Told) -> set[str]:
    return {code for _, code, *_ in rows.found("BLOCK")}


def test_E12_more_rows_than_allowed_put_the_drop_on_hold(tmp_path: Path) -> None:
    district = District(tmp_path, policy="[guards]\nschool_floor = 1\nschool_loss = 0.02\n")
    district.commit(clever(students=_students(40)))
    lines = _students(40).splitlines(keepends=True)
    told = district.sync(clever(students="".join(lines[:9] + lines[10:30] + lines[31:])))
    assert not told.committed
    assert _spread(told) == {"PLAN-501"}


def test_E14_rows_count_and_not_bytes(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(clever(students=_students(40)))
    lines = _students(40).splitlines(keepends=True)
    shuffled = clever(students=lines[0] + "".join(reversed(lines[1:])))
    told = district.sync(shuffled)
    assert told.committed
    assert told.did() == set()
    longer = clever(students=_students(40).replace(",3,", ',"3",'))
    assert district.sync(longer).found("BLOCK") == []


def test_archives_wait_where_the_district_says_so(tmp_path: Path) -> None:
    """[guards] partial: additions and edits go on, archives wait and are proposed again."""
    district = District(tmp_path, policy="[guards]\npartial = true\n")
    district.commit(clever(students=_students(60)))
    lines = _students(60).splitlines(keepends=True)
    fewer = "".join(line for n, line in enumerate(lines) if n**3 % 31 < 23).replace(
        "Given9", "Ada9"
    )
    new = "0101,NEW,new@oak.example,New,Comer,3,2016-01-01\n"
    for again in range(2):
        told = district.sync(clever(students=fewer + new))
        waiting = [c for c in told.changes if c["action"] == "archive" and not c["picked"]]
        assert len(waiting) > 10
        assert all("waits" in c["because"] for c in waiting)
        assert told.did("archive") == set()
        if not again:
            assert told.committed
            assert ("add", "people", "NEW") in told.did("add")
            assert [f for f in told.found("WARNING") if f[1] == "PLAN-501"]
        fewer = fewer.replace("Given8,", "Given8b,")
        assert "Given8b," in fewer
    assert len(district.stored("people")) == 62  # a teacher, 60 students and the new one


def test_nothing_is_taken_apart_without_that(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.commit(clever(students=_students(60)))
    lines = _students(60).splitlines(keepends=True)
    fewer = "".join(line for n, line in enumerate(lines) if n**3 % 31 < 23)
    told = district.sync(clever(students=fewer))
    assert not told.committed
    assert told.waiting == ("0101:people",)
