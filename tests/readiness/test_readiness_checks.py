"""The data checks D1 to D12: where the line lies, what is said, and what isn't measured."""

from dataclasses import replace

import pytest

from importer.readiness.data_checks import data_checks
from importer.readiness.facts import (
    Classes,
    Facts,
    Field,
    History,
    Jump,
    Part,
    Pushes,
    Rekeyed,
    Roster,
    Sent,
    Trouble,
)
from importer.readiness.rules import shipped

RULES = shipped()
SENT = Sent("clever", "Clever CSV", held=Part(0, 1_000))
HERE = Roster(students=900, users=1_000)
PAST = History(commits=30, first="2026-09-07", last="2026-11-20")
FACTS = Facts("2026-11-23", roster=HERE, sent=SENT, history=PAST)


def check(id_: str, facts: Facts):  # type: ignore[no-untyped-def]
    return next(one for one in data_checks(facts, RULES) if one.id == id_)


def sent(**more: object) -> Facts:
    return replace(FACTS, sent=replace(SENT, **more))  # type: ignore[arg-type]


def roster(**more: object) -> Facts:
    return replace(FACTS, roster=replace(HERE, **more))  # type: ignore[arg-type]


def past(**more: object) -> Facts:
    return replace(FACTS, history=replace(PAST, **more))  # type: ignore[arg-type]


FULL = Field("students.csv", "Grade", Part(1_000, 1_000), must=False)

LINES = [
    # id, facts just good enough, facts just not
    ("D1", sent(held=Part(5, 1_000)), sent(held=Part(6, 1_000))),
    ("D1", sent(roots=Part(0, 9)), sent(roots=Part(1, 9))),
    ("D2", roster(email=Part(99, 100)), roster(email=Part(98, 100))),
    (
        "D3",
        sent(required=(replace(FULL, filled=Part(990, 1_000)),)),
        sent(required=(FULL, replace(FULL, filled=Part(989, 1_000)))),
    ),
    (
        "D3",
        sent(required=(replace(FULL, must=True),)),
        sent(required=(replace(FULL, must=True, filled=Part(999, 1_000)),)),
    ),
    ("D4", roster(shared_email=Part(0, 900)), roster(shared_email=Part(2, 900))),
    ("D5", past(steady=Part(995, 1_000)), past(steady=Part(994, 1_000))),
    ("D6", past(reused=0, sections_reused=0), past(reused=1, sections_reused=0)),
    ("D6", past(reused=0), past(reused=0, sections_reused=1)),
    ("D7", sent(orphans=Part(1, 1_000)), sent(orphans=Part(2, 1_000))),
    (
        "D8",
        roster(sections_dated=Part(95, 100), in_term=True),
        roster(sections_dated=Part(94, 100), in_term=True),
    ),
    (
        "D8",
        roster(sections_dated=Part(100, 100), in_term=True),
        roster(sections_dated=Part(100, 100), in_term=False),
    ),
    (
        "D8",
        roster(sections_dated=Part(100, 100), in_term=True),
        roster(sections_dated=Part(100, 100), in_term=True, terms_wrong=1),
    ),
    ("D9", roster(leavers=Part(9, 900)), roster(leavers=Part(10, 900))),
    (
        "D10",
        replace(FACTS, classes=Classes(Part(95, 100), 0, 9, 0)),
        replace(FACTS, classes=Classes(Part(94, 100), 6, 9, 0)),
    ),
    ("D11", past(pushes=Pushes(20, 19, 18, 1)), past(pushes=Pushes(20, 20, 17, 3))),
    ("D11", past(pushes=Pushes(20, 18, 18, 0, True)), past(pushes=Pushes(20, 17, 17, 0, True))),
    (
        "D12",
        past(archived=Jump("2026-10-12", "people", 9.9, 99)),
        past(archived=Jump("2026-10-12", "people", 10.0, 100)),
    ),
    (
        "D12",
        past(updated=Jump("2026-10-12", "people", 74.9, 749)),
        past(updated=Jump("2026-10-12", "people", 75.0, 750)),
    ),
]


@pytest.mark.parametrize(
    ("id_", "good", "poor"), LINES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_the_line(id_: str, good: Facts, poor: Facts) -> None:
    passed, failed = check(id_, good), check(id_, poor)
    assert (passed.result, passed.fix, passed.rows) == ("pass", "", 0)
    assert failed.result == "fail"
    assert failed.fix.endswith(RULES.check(id_).fix)
    assert failed.owner == RULES.check(id_).owner
    assert failed.found and failed.needed


def test_every_check_has_a_line() -> None:
    assert {id_ for id_, *_ in LINES} == {rule.id for rule in RULES.data}
    assert [one.id for one in data_checks(FACTS, RULES)] == [f"D{n}" for n in range(1, 13)]


def test_what_was_not_measured_is_not_judged() -> None:
    for one in data_checks(Facts("2026-11-23", why={"D5": "it is Monday"}), RULES):
        assert one.result == "unknown"
        assert one.found.startswith("Not measured: ")
        assert not one.fix
    assert check("D5", Facts("2026-11-23", why={"D5": "it is Monday"})).found.endswith("Monday")


def test_nobody_needs_an_address_without_sign_on() -> None:
    poor = roster(email=Part(0, 100))
    assert check("D2", poor).result == "fail"
    assert check("D2", replace(poor, needs=("students", "groups"))).result == "not needed"
    assert check("D2", replace(poor, needs=("students", "sign-on"))).result == "fail"


def test_the_top_cause_is_named() -> None:
    troubles = (
        Trouble("CELL-201", "required value missing", "students.csv", "Grade", 4),
        Trouble("LINK-401", "unknown school", "students.csv", "School_id", 44),
    )
    found = check("D1", sent(held=Part(48, 1_000), troubles=troubles))
    assert found.fix.startswith("48 rows can't be loaded; 44 share one cause: unknown school (LIN")
    assert found.rows == 48


def test_the_reasons_of_others_are_named() -> None:
    assert "Oak" in check("D2", roster(email=Part(9, 10), email_worst="Oak: 1 of 3 without")).fix
    assert (
        "Empty: Grade of students.csv"
        in check("D3", sent(required=(replace(FULL, filled=Part(0, 9)),))).fix
    )
    rekeyed = past(steady=Part(0, 9), rekeyed=Rekeyed("2026-10-12", Part(9, 9)))
    assert "9 ids changed on 2026-10-12" in check("D5", rekeyed).fix
    orphans = sent(orphans=Part(7, 9), missing={"a student": 2, "a section": 5})
    assert check("D7", orphans).fix.startswith(
        "5 enrollments name a section, 2 enrollments name a student."
    )
    assert (
        "no term covers 2026-11-23"
        in check("D8", roster(sections_dated=Part(9, 9), in_term=False)).fix
    )


def test_too_little_history_is_no_failure() -> None:
    assert check("D11", past(pushes=Pushes(19, 2, 2, 0))).result == "unknown"


def test_who_sends_now_and_then_does_nothing_wrong() -> None:
    found = check("D11", past(pushes=Pushes(20, 3, 3, 0)))
    assert (found.result, "3 of 20 school days" in found.found) == ("unknown", True)


def test_a_drop_without_rows_fails() -> None:
    assert check("D1", sent(held=Part(0, 0))).result == "fail"


def test_a_share_is_never_rounded_up_to_all() -> None:
    found = check("D1", sent(held=Part(1, 1_000_000))).found
    assert found.startswith("99.99 % (999,999 of 1,000,000)")


def test_a_format_without_terms_is_no_fault_of_the_district() -> None:
    bare = replace(roster(sections_dated=Part(0, 12)), has_terms=False)
    assert check("D8", bare).result == "unknown"
    assert "carries no terms" in check("D8", bare).found
    year = replace(bare, calendar=("2026-08-17", "2027-06-11"))
    assert check("D8", year).result == "pass"
    assert check("D8", replace(year, today="2027-07-01")).result == "fail"
    assert check("D8", roster(sections_dated=Part(0, 12))).result == "fail", "it has a place for it"


def test_changes_alone_are_not_blamed_for_what_they_leave_out() -> None:
    delta = replace(sent(held=Part(4, 14), orphans=Part(5, 10)), roster=None, partial="a delta")
    assert {check(id_, delta).result for id_ in ("D1", "D2", "D4", "D7", "D8", "D9")} == {"unknown"}


@pytest.mark.parametrize(
    ("id_", "facts", "says"),
    [
        (
            "D7",
            sent(orphans=Part(1, 9), missing={"a teacher that isn’t there": 1}),
            "1 enrollment names a",
        ),
        ("D8", roster(sections_dated=Part(1, 9), terms_wrong=1), "1 term ends before it begins"),
        ("D4", roster(shared_email=Part(1, 9)), "1 person shares an address"),
    ],
)
def test_one_of_something_is_said_as_one(id_: str, facts: Facts, says: str) -> None:
    assert says in check(id_, facts).fix
