"""What holds for any sheet after any sheet."""

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uit_sheets import LAWS, Office, Row, educator, in_class, offices, sheets, student

# Nobody's username gets a number: who comes first of two with one name depends on the upload.
NAMES = {"101": "Al Ek", "102": "Bo Lind", "103": "Cy O'Neil", "104": "Di Fox", "105": "Ed Ray",
         "106": "Flo Ace", "107": "Gil Moss", "108": "Zoë Ode"}  # fmt: skip
SCHOOLS = ["Oak School", "Elm School"]
SCHOOLS_FIRST = sheets([student("Start", s, UserID=s, SchoolName=s) for s in SCHOOLS])


@st.composite
def uploads(draw: st.DrawFn, most: int = 6) -> dict[str, list[Row]]:
    """Rows without a fault: students, an educator, classes that name them by number."""
    ids = draw(st.lists(st.sampled_from([*NAMES]), unique=True,
                        min_size=1, max_size=most))  # fmt: skip
    students = [
        student(
            *NAMES[number].split(" "), UserID=number,
            Grade=draw(st.sampled_from(["K", "2", "3", "12"])),
            SchoolName=draw(st.sampled_from(SCHOOLS)),
            Email=draw(st.sampled_from(["", f"s{number}@oak.example"])),
            Groups=draw(st.sampled_from(["", "Chess", "Chess; Choir"])),
        )
        for number in ids
    ]  # fmt: skip
    classes = [
        in_class(draw(st.sampled_from(["Art", "Maths 3a"])), "asilva", "", StudentUserID=number)
        for number in draw(st.lists(st.sampled_from(ids), unique=True))
    ]
    return {
        "students": students,
        "educators": [educator(UserID="T1", Username="asilva")],
        "classes": classes,
    }


def _mixed(upload: dict[str, list[Row]], order: random.Random) -> dict[str, list[Row]]:
    return {name: order.sample(rows, len(rows)) for name, rows in upload.items()}


SLIPS = [("Grade", "13"), ("Grade", ""), ("LastName", ""), ("SchoolName", ""), ("Username", "a b"),
         ("Action", "Q"), ("SchoolName", "Oak Scool")]  # fmt: skip


@LAWS
@given(uploads(), st.data())
def test_handing_back_and_correcting_is_as_good_as_a_faultless_sheet(
    upload: dict[str, list[Row]], data: st.DataObject
) -> None:
    wrong = [dict(row) for row in upload["students"]]
    for row in data.draw(st.lists(st.sampled_from(wrong), min_size=1, unique_by=id)):
        row.update([data.draw(st.sampled_from(SLIPS))])
    with offices(2) as [one, other]:
        for office in (one, other):
            office.send(SCHOOLS_FIRST)
        one.send(sheets(**upload))
        sent = other.send(sheets(wrong, upload["educators"], upload["classes"]), release=True)
        assert sent.handed
        right = {row["UserID"]: row for row in upload["students"]}
        corrected = {name: _corrected(text, right) for name, text in sent.handed.items()}
        again = other.send(corrected, release=True)
        assert again.codes("ERROR") == set()
        assert one.content() == other.content()
        assert again.of("archive") == set()


def _corrected(text: str, right: dict[str, Row]) -> str:
    """The handed-back rows as a person mends them: the Problems column stays where it is."""
    rows = list(csv.DictReader(io.StringIO(text)))
    assert "Problems" in rows[0]
    clean = {"Username": "", "Action": ""}
    mended = [{**row, **clean, **right[row["UserID"]]} if "Grade" in row else row for row in rows]
    written = io.StringIO()
    writer = csv.DictWriter(written, list(mended[0]))
    writer.writeheader()
    writer.writerows(mended)
    return written.getvalue()


@LAWS
@given(uploads(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_again_is_no_change(
    upload: dict[str, list[Row]], order: random.Random
) -> None:
    with offices(2) as [one, other]:
        assert one.send(sheets(**upload)).committed
        other.send(sheets(**_mixed(upload, order)))
        assert one.content() == other.content()
        assert one.send(sheets(**upload)).nothing_new
        assert one.send(sheets(**_mixed({**upload, "classes": []}, order))).changes == []
        assert one.content() == other.content()


@LAWS
@given(uploads(), uploads())
def test_absence_archives_nobody(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> None:
    with offices() as [office]:
        office.send(SCHOOLS_FIRST)
        office.send(sheets(**before))
        was = office.content()
        sent = office.send(sheets(**after))
        assert sent.of("archive") == set()
        now = office.content()
        assert {p[0] for p in was["people"]} <= {p[0] for p in now["people"]}
        assert {e[:3] for e in was["enrollments"]} <= {e[:3] for e in now["enrollments"]}
        # Who is on the new sheet is at one school: the one that it says.
        at = {row["UserID"]: row["SchoolName"].lower() for row in after["students"]}
        roles = [(r["person_id"], r["school_id"]) for r in office.rows("roles")]
        assert [(p, s) for p, s in roles if p in at] == sorted(at.items())


@LAWS
@given(uploads(), st.data())
def test_an_x_archives_exactly_that_account(
    upload: dict[str, list[Row]], data: st.DataObject
) -> None:
    who = data.draw(st.sampled_from(upload["students"]))
    bare = data.draw(st.booleans())
    row = {"UserID": who["UserID"], "Action": "x"} if bare else {**who, "Action": "X"}
    with offices() as [office]:
        office.send(sheets(**upload))
        was = office.content()["people"]
        sent = office.send(sheets([row]), release=True)  # a school may lose its only student
        assert sent.codes("ERROR") == set()
        assert sent.of("archive", "people") == {who["UserID"]}
        assert office.content()["people"] == [p for p in was if p[0] != who["UserID"]]
        assert not [e for e in office.rows("enrollments") if e["person_id"] == who["UserID"]]
        new = student("New", "Ek", UserID="new", SchoolName=who["SchoolName"])
        again = office.send(sheets([row, new]))
        assert again.of("archive") == set()
        assert again.codes("ERROR") == set()


def test_blanks_clear_nothing(tmp_path: Path) -> None:
    full = student(
        UserID="1", Email="bo@oak.example", MiddleName="Al", BirthDate="2015-04-30",
        GraduationYear="2033", Groups="Chess", Username="bo",
    )  # fmt: skip
    office = Office(tmp_path)
    office.send(sheets([full]))
    was = office.content()
    blank = {
        name: "" for name in full if name not in ("FirstName", "LastName", "Grade", "SchoolName")
    }
    sent = office.send(sheets([{**full, **blank, "UserID": "1"}]))
    assert sent.changes == []
    assert office.content() == was


def test_an_x_on_a_class_row_takes_one_student_out(tmp_path: Path) -> None:
    office = Office(tmp_path)
    pupils = [student(f, "Ek", UserID=f, Username=f) for f in ("al", "bo")]
    classes = [in_class(c, "asilva", s) for c in ("Art", "Maths") for s in ("al", "bo")]
    office.send(sheets(pupils, [educator(Username="asilva")], classes))
    sent = office.send(sheets(classes=[{**classes[0], "Action": "X"}]))
    assert sent.of("archive") == {"class:oak school:art / al / student"}
    assert len(office.rows("people")) == 3


@pytest.mark.parametrize("action", ["E", "X"])
def test_an_action_on_an_account_that_is_not_there(tmp_path: Path, action: str) -> None:
    office = Office(tmp_path)
    office.send(sheets([student(UserID="1")]))
    sent = office.send(sheets([student(UserID="11", Action=action)]))
    assert sent.codes("ERROR") == {"LINK-416"}
    assert sent.changes == []


@pytest.mark.parametrize("action", ["", "A", "a"])
def test_add_or_update(tmp_path: Path, action: str) -> None:
    office = Office(tmp_path)
    added = office.send(sheets([student(UserID="1", Action=action)]))
    assert added.of("add", "people") == {"1"}
    changed = office.send(sheets([student(UserID="1", Action=action, Grade="4")]))
    assert changed.of("edit", "people") == {"1"}


def test_moving_school_is_a_move(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.send(SCHOOLS_FIRST)
    office.send(sheets([student(UserID="1")]))
    sent = office.send(sheets([student(UserID="1", SchoolName="Elm School")]))
    assert sent.of("move") == {"1 / elm school / student"}
    assert sent.of("archive") == set()
