"""Evidence: each question, each way in which files can prove something, and where they can't."""

from dataclasses import replace

import pytest

from importer.model.readiness import NO, YES, DataCheck, Evidence, Week
from importer.readiness.evidence import EVIDENCE, clean, evidence
from importer.readiness.facts import (
    Classes,
    Facts,
    Field,
    History,
    Part,
    Pushes,
    Rekeyed,
    Roster,
    Sent,
    Stubborn,
)
from importer.readiness.mobility import Mobility
from importer.readiness.rules import shipped

RULES = shipped()
TODAY = Facts("2026-11-23")
YEAR = ("2026-08-17", "2027-06-11")
PAST = History(commits=30, first="2026-09-07", last="2026-11-20")


def shown(name: str, facts: Facts) -> Evidence:
    """What facts show about one question."""
    return evidence(facts, RULES, ())[name]


def proves(name: str, facts: Facts) -> str:
    """What is proven: strong evidence alone."""
    found = shown(name, facts)
    return found.shows if found.strong else ""


def roster(**more: object) -> Facts:
    return replace(TODAY, roster=Roster(**more))  # type: ignore[arg-type]


def past(**more: object) -> Facts:
    return replace(TODAY, history=replace(PAST, **more))  # type: ignore[arg-type]


def test_nothing_measured_proves_nothing() -> None:
    found = evidence(TODAY, RULES, ())
    assert [one for one in found.values() if one.shows or one.strong] == []
    assert all(one.says.strip().endswith(".") for one in found.values())


def test_only_what_the_rules_allow_is_proven() -> None:
    """A question of people alone has context at most."""
    for name in ("sis_staff", "teacher_resist", "teacher_need", "dbm_setup", "desire"):
        assert not RULES[name].proves
    assert not {"dbm_setup", "desire", "creds", "product"} & set(EVIDENCE)


# --- Q1 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "low", "high", "expected"),
    [
        (12.0, 8.1, 16.0, YES),
        (12.0, 7.9, 16.0, ""),  # it may as well be a quiet one
        (11.9, 11.0, 12.5, ""),
        (8.0, 5.0, 11.9, NO),
        (8.0, 5.0, 12.1, ""),
        (8.1, 7.9, 8.3, ""),
        (10.0, 9.0, 11.0, ""),
    ],
)
def test_mobile(rate: float, low: float, high: float, expected: str) -> None:
    seen = Mobility("2026-09-07", "2026-11-20", 54, 6_000, 180, rate=rate, low=low, high=high)
    assert proves("mobile", replace(TODAY, mobility=seen)) == expected
    assert "180 students came or left" in shown("mobile", replace(TODAY, mobility=seen)).says


def test_mobile_says_why_it_is_not_told() -> None:
    why = "not enough history: 9 school days, 20 are needed"
    found = shown("mobile", replace(TODAY, mobility=Mobility(why=why)))
    assert (found.shows, found.says) == ("", "Not enough history: 9 school days, 20 are needed.")


# --- Q2, P6 -------------------------------------------------------------------------------------


def test_size_yes_needs_nothing_more() -> None:
    assert proves("size", roster(students=5_000, schools=9, with_students=4)) == YES


def test_size_no_needs_the_whole_district() -> None:
    few = roster(students=3_100, schools=9, with_students=8)
    assert proves("size", few) == ""
    assert proves("size", replace(few, whole=True)) == NO
    assert proves("size", replace(few, listed=True)) == ""
    every = replace(few, roster=Roster(students=3_100, schools=9, with_students=9))
    assert proves("size", every) == ""  # the schools are those of the students: none can be missed
    assert proves("size", replace(every, listed=True)) == NO


def test_users() -> None:
    assert proves("users", roster(users=100)) == NO
    assert proves("users", roster(users=99)) == ""
    assert proves("users", replace(roster(users=99), whole=True)) == YES


# --- Q3 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matched", "likely", "expected"),
    [(95, 0, YES), (94, 6, ""), (94, 0, ""), (80, 0, ""), (79, 0, NO), (79, 1, ""), (0, 79, NO)],
)
def test_classes(matched: int, likely: int, expected: str) -> None:
    """What is likely waits for a person's word: it proves no yes, and keeps from a no."""
    seen = Classes(Part(matched, 100), likely, 10, 1)
    assert proves("classes", replace(TODAY, classes=seen)) == expected


def test_classes_without_known_members() -> None:
    assert proves("classes", replace(TODAY, classes=Classes(Part(0, 0), 0, 10, 10))) == ""


# --- Q4 -----------------------------------------------------------------------------------------


def test_sis_change_is_proven_by_ids_only_and_never_disproven() -> None:
    changed = past(rekeyed=Rekeyed("2026-10-12", Part(200, 1_000), True))
    assert proves("sis_change", changed) == YES
    found = shown("sis_change", changed)
    assert found.on == "2026-10-12" and "look different" in found.says
    assert proves("sis_change", past(rekeyed=Rekeyed("2026-10-12", Part(199, 1_000)))) == ""
    assert shown("sis_change", past()).shows == ""


def test_sis_change_hints() -> None:
    other = past(formats=("2026-10-12", "Clever CSV", "OneRoster 1.1 CSV"))
    for facts in (other, past(headers="2026-10-12")):
        found = shown("sis_change", facts)
        assert (found.shows, found.strong, found.on) == (YES, False, "2026-10-12")


# --- Q6 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Pushes(20, 18, 18, 0), YES),
        (Pushes(20, 17, 17, 0), ""),
        (Pushes(20, 9, 9, 0), ""),  # nobody said that one should come
        (Pushes(20, 9, 9, 0, expected=True), NO),
        (Pushes(20, 10, 9, 0, expected=True), ""),
        (Pushes(20, 9, 9, 0, expected=True, again=True), ""),  # it comes, and says nothing new
        (Pushes(19, 19, 19, 0), ""),
    ],
)
def test_daily_sftp(seen: Pushes, expected: str) -> None:
    assert proves("daily_sftp", past(pushes=seen)) == expected


# --- Q8, Q9, Q11, Q12, Q13 ----------------------------------------------------------------------


def test_clever_is_a_hint() -> None:
    found = shown("clever_customer", replace(TODAY, sent=Sent("clever", "Clever CSV")))
    assert (found.shows, found.strong) == (YES, False)
    assert shown("clever_customer", roster(clever_ids=3)).shows == YES
    assert shown("clever_customer", replace(TODAY, sent=Sent("pulse", "Pulse"))).shows == ""


def test_staff_is_context() -> None:
    found = shown("sis_staff", past(fix_hours=26.0, waits=3))
    assert (found.shows, found.strong) == ("", False)
    assert "26 hours" in found.says


def test_the_same_fault_in_drop_after_drop_contradicts_a_yes() -> None:
    fault = Stubborn("CELL-201", "required value missing", "students.csv", "Email", 10, 1.0)
    assert proves("dbm_maintain", past(stubborn=fault, compared=10)) == NO
    assert proves("dbm_maintain", past(stubborn=fault, compared=9)) == ""
    little = replace(fault, percent=0.9)
    assert proves("dbm_maintain", past(stubborn=little, compared=10)) == ""
    assert shown("dbm_maintain", past(compared=10)).shows == ""  # never a yes


def test_what_teachers_want_is_context() -> None:
    edited = shown("teacher_resist", roster(edited=12))
    made = Classes(Part(90, 100), 0, 10, 4)
    needed = shown("teacher_need", replace(TODAY, classes=made))
    assert (edited.shows, needed.shows) == ("", "")
    assert "12 records" in edited.says and "4 of 10" in needed.says


# --- P2, P3, P5, P7 -----------------------------------------------------------------------------


def test_what_files_hold_is_context() -> None:
    found = shown("functions", roster(students=60, staff=5, sections=9, memberships=200))
    assert found.shows == "" and "60 students" in found.says
    assert "MA, TX" in shown("region", roster(states={"TX": 2, "MA": 1})).says


def test_started() -> None:
    there = replace(past(), roster=Roster(users=9))
    assert proves("started", there) == YES
    assert proves("started", replace(there, history=History())) == ""


@pytest.mark.parametrize(
    ("results", "shows", "strong"),
    [
        (["pass"] * 9, YES, False),
        (["pass"] * 8 + ["fail"], NO, True),
        (["fail"] + ["unknown"] * 8, NO, True),
        (["pass"] * 8 + ["unknown"], "", False),
        (["pass"] * 8 + ["not needed"], YES, False),
    ],
)
def test_clean(results: list[str], shows: str, strong: bool) -> None:
    """That nothing fails is a hint: who is not in the files, nobody sees."""
    checks = [DataCheck(f"D{n}", "t", "", "", result) for n, result in enumerate(results, 1)]
    others = [DataCheck(f"D{n}", "t", "", "", "fail") for n in (10, 11, 12)]
    found = clean((*checks, *others))
    assert (found.shows, found.strong) == (shows, strong)


# --- C2 to C5 -----------------------------------------------------------------------------------


def test_required() -> None:
    full = Field("students.csv", "Grade", Part(99, 100), must=False)
    sent = Sent("clever", "Clever CSV", required=(full,))
    assert proves("required", replace(TODAY, sent=sent)) == YES
    for poor in (replace(full, filled=Part(98, 100)), replace(full, must=True)):
        assert proves("required", replace(TODAY, sent=replace(sent, required=(full, poor)))) == NO


@pytest.mark.parametrize(
    ("errors", "blocks", "shows", "strong"),
    [(0, 0, YES, True), (0, 1, NO, True), (9, 1, NO, True), (9, 0, "", False)],
)
def test_testrun(errors: int, blocks: int, shows: str, strong: bool) -> None:
    found = shown("testrun", past(tested=("2026-11-20", True, errors, blocks)))
    assert (found.shows, found.strong) == (shows, strong)


def test_a_mere_check_is_no_test_run() -> None:
    sent = Sent("clever", "Clever CSV")
    assert shown("testrun", replace(TODAY, sent=sent)).shows == YES
    assert proves("testrun", replace(TODAY, sent=sent)) == ""
    assert proves("testrun", replace(TODAY, sent=replace(sent, blocks=1))) == NO


def test_oneroster() -> None:
    sent = Sent("oneroster-1.2", "OneRoster 1.2 CSV")
    assert proves("oneroster", replace(TODAY, sent=sent)) == YES
    assert shown("oneroster", replace(TODAY, sent=Sent("clever", "Clever CSV"))).shows == ""


def test_dates() -> None:
    dated = roster(sections_dated=Part(95, 100), in_term=True)
    assert proves("dates", dated) == YES
    assert proves("dates", roster(sections_dated=Part(95, 100), in_term=False)) == ""
    assert proves("dates", roster(sections_dated=Part(94, 100), in_term=True)) == ""
    assert proves("dates", replace(TODAY, calendar=YEAR, semesters=2)) == YES
    assert proves("dates", replace(TODAY, calendar=YEAR)) == ""


def test_weeks_are_no_evidence() -> None:
    """Nothing that is only for the chart gets into a proof."""
    weeks = (Week("2026-11-16", 900, 900, 900),)
    assert evidence(past(weeks=weeks, per_week=2_700), RULES, ()) == evidence(past(), RULES, ())


def test_rows_that_can_not_be_loaded_may_be_people() -> None:
    """Few who were loaded prove nothing where many rows could not be."""
    few = replace(roster(students=60, users=68, schools=2, with_students=2), listed=True)
    assert (proves("size", few), proves("users", few)) == (NO, YES)
    held = replace(few, sent=Sent("clever", "Clever CSV", held=Part(5_000, 5_100)))
    assert (proves("size", held), proves("users", held)) == ("", "")
    cut = replace(few, sent=Sent("clever", "Clever CSV", held=Part(0, 100), blocks=1))
    assert (proves("size", cut), proves("users", cut)) == ("", "")


def test_nothing_is_counted_where_nothing_was_read() -> None:
    assert shown("functions", TODAY).says.startswith("Not measured")
    assert shown("region", TODAY).says.startswith("Not measured")


def test_changes_alone_do_not_prove_that_fields_are_filled() -> None:
    full = Field("users.csv", "role", Part(2, 2), must=True)
    facts = replace(TODAY, sent=Sent("oneroster11", "OneRoster", required=(full,)))
    assert proves("required", facts) == YES
    assert proves("required", replace(facts, partial="a delta")) == ""
