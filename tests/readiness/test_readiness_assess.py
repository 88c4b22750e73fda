"""The whole report: sentence, reasons, steps, how sure, how long, and the calculation."""

import json
from collections.abc import Mapping
from datetime import date

import pytest
from readiness_answers import AGAINST, DISTRICT, FOR, RULES, said

from importer.model.readiness import NO, YES, Answer, DataCheck, Evidence, Profile, Readiness, Shown
from importer.readiness.assess import Made, assess
from importer.readiness.steps import MOST

EMAIL = DataCheck(
    "D2", "E-mail filled in", "91.2 % of 4,680; most are missing in Oak School", "99 %", "fail",
    "Fill the e-mails in.", "District: who keeps the SIS", 412,
)  # fmt: skip
ORPHANS = DataCheck(
    "D7", "Enrollments", "3 % name nobody", "0.1 %", "fail", "Add them.", "SIS", 900
)
AUTUMN = date(2026, 11, 22)
PASSED = DataCheck("D1", "Rows without errors", "99.9 %", "99.5 %", "pass")


def _made(
    answers: Mapping[str, Answer],
    shown: Shown | None = None,
    profile: Profile | None = None,
    today: date = AUTUMN,
) -> Readiness:
    made = Made("7", "A. Lopez", "2026-11-22T08:00:00Z", today, "importer readiness -w oak")
    return assess(RULES, answers, shown or Shown(), profile or Profile("Northfield"), made)


def _shown(*evidence: Evidence, checks: tuple[DataCheck, ...] = (), **rest: object) -> Shown:
    by_name = {one.question: one for one in evidence}
    return Shown(by_name, checks, sources=("one drop",), **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "checks", "sentence"),
    [
        ({}, (), "There isn’t enough known yet to recommend one way."),
        ({**DISTRICT, "dbm_maintain": NO}, (), "Use the User Import Tool."),
        (
            {**DISTRICT, "sis_change": YES}, (),
            "Use the User Import Tool now, and look at a SIS sync again on 1 July 2027.",
        ),
        (
            DISTRICT, (EMAIL, ORPHANS, PASSED),
            "Mend the data (2 of its checks fail), then go for a SIS sync by Clever.",
        ),
        (
            {**DISTRICT, "classes": NO}, (),
            "Use both: accounts by sync (by Clever), classes by the import tool.",
        ),
        (
            {**DISTRICT, "sis_change": ""}, (),
            "Go for a SIS sync, if no change of SIS is under way or planned.",
        ),
        (DISTRICT, (), "Go for a SIS sync by Clever."),
        (AGAINST, (), "Use the User Import Tool."),
    ],
)  # fmt: skip
def test_the_recommendation_in_one_sentence(
    answers: dict[str, str], checks: tuple[DataCheck, ...], sentence: str
) -> None:
    verdict = _made(said(answers), _shown(checks=checks)).verdict
    assert verdict.sentence == sentence
    assert verdict.title == RULES.categories[verdict.category].title


def test_a_gate_is_named_first_with_its_reason() -> None:
    why = _made(said({**DISTRICT, "dbm_maintain": NO})).verdict.why
    asks = RULES["dbm_maintain"].asks
    assert why[0].startswith(f"This decides alone: {asks} The answer is no. ")
    assert RULES["dbm_maintain"].no in why[0]


def test_what_speaks_against_the_recommendation_is_not_hidden() -> None:
    why = " ".join(_made(said({**DISTRICT, "mobile": NO, "desire": NO})).verdict.why)
    assert f"Against it speaks: {RULES['mobile'].asks} No." in why


def test_what_is_said_to_be_wrong_is_told_where_no_check_shows_it() -> None:
    verdict = _made(said({**FOR, "clean": NO})).verdict
    assert verdict.sentence == (
        "Mend the data (it isn’t complete and right), then go for a SIS sync by Clever."
    )


def test_where_both_ways_are_about_even_the_classes_are_not_blamed() -> None:
    half = {"size": NO, "mobile": NO, "sis_staff": NO, "desire": NO, "clever_customer": NO,
            "sis_clever": NO, "teacher_resist": YES, "teacher_need": NO}  # fmt: skip
    verdict = _made(said({**FOR, **half})).verdict
    assert verdict.category == "hybrid"
    assert "Between 40 and 60 % the two ways are about even." in verdict.why
    assert RULES["classes"].yes not in verdict.why


def test_a_way_that_is_missing_names_those_that_are_still_open() -> None:
    report = _made(said({**DISTRICT, "sis_clever": NO, "daily_sftp": ""}))
    step = next(step.what for step in report.steps if "way for the data" in step.what)
    assert "OneRoster from your SIS" in step
    assert "Clever" not in step


def test_an_answer_that_files_contradict_is_not_called_measured() -> None:
    again = Evidence("dbm_maintain", "One error came again in 12 drops.", NO, True)
    assert _made(said(FOR), _shown(again)).verdict.measured == 0


def test_both_sides_of_a_conflict_and_a_step_to_settle_it() -> None:
    shows = "6,214 active students in 9 schools."
    report = _made(said({**DISTRICT, "size": NO}), _shown(Evidence("size", shows, YES, True)))
    size = next(one for one in report.questions if one.name == "size")
    assert (size.state, size.counts, size.said.answer) == ("conflict", YES, NO)
    step = report.steps[0]
    assert "You said No." in step.what
    assert shows in step.what
    assert step.owner == "A. Lopez"
    assert "counts what the files show" in step.effect


def test_errors_that_come_back_contradict_and_block_until_somebody_answers_for_it() -> None:
    again = Evidence("dbm_maintain", "One error came again in 12 drops.", NO, True)
    blocked = _made(said(FOR), _shown(again))
    assert blocked.verdict.category == "sync-if"
    assert blocked.verdict.conditions == ("your database manager keeps the data right every day",)
    answer = Answer(YES, who="B. Chen", when="2026-11-20", override="New job since Monday.")
    acknowledged = _made({**said(FOR), "dbm_maintain": answer}, _shown(again))
    assert acknowledged.verdict.category == "sync"


def test_fixes_are_in_order_of_the_rows_behind_them_each_with_an_owner() -> None:
    report = _made(said(FOR), _shown(checks=(EMAIL, ORPHANS)))
    assert [step.what for step in report.steps[:2]] == [
        "Add them.",
        "Fill the e-mails in.",
    ]
    assert all(step.owner and step.effect for step in report.steps)


@pytest.mark.parametrize("answers", [{}, DISTRICT, AGAINST, {**DISTRICT, "classes": NO}])
def test_at_most_five_steps_and_never_none(answers: dict[str, str]) -> None:
    every = tuple(
        Evidence(name, "It is otherwise.", NO if word == YES else YES, True)
        for name, word in answers.items()
    )
    for shown in (_shown(), _shown(*every, checks=(EMAIL, ORPHANS))):
        assert 1 <= len(_made(said(answers), shown).steps) <= MOST


def test_not_enough_asks_the_most_useful_questions_first() -> None:
    report = _made({})
    asked = [step.what for step in report.steps[:3]]
    assert asked == [f"Answer: {RULES[name].asks}" for name in report.verdict.ask]
    assert len(report.verdict.ask) == 3


@pytest.mark.parametrize(
    ("change", "today", "again"),
    [
        (Answer(YES, on="2026-10-01"), AUTUMN, "2027-03-30"),
        (Answer(YES, on="2025-01-01"), AUTUMN, "2027-07-01"),
        (Answer(YES), date(2027, 6, 30), "2027-07-01"),
        (Answer(YES), date(2027, 7, 1), "2028-07-01"),
    ],
)
def test_when_to_look_again_after_a_change_of_sis(change: Answer, today: date, again: str) -> None:
    answers = {**said(DISTRICT, today.isoformat()), "sis_change": change}
    verdict = _made(answers, today=today).verdict
    assert (verdict.category, verdict.revisit) == ("import-tool-revisit", again)


def test_the_day_of_a_change_that_files_show_counts_too() -> None:
    shown = _shown(Evidence("sis_change", "31 % of the ids changed.", YES, True, on="2026-09-01"))
    assert _made(said(DISTRICT), shown).verdict.revisit == "2027-02-28"


@pytest.mark.parametrize(
    ("answers", "records", "country", "today", "days"),
    [
        (DISTRICT, 10, "US", AUTUMN, "Typically 1 to 2 business days once it is requested."),
        ({**DISTRICT, "started": YES}, 10, "US", AUTUMN, "existing accounts must be matched"),
        (DISTRICT, 120_000, "US", AUTUMN, "there are 120,000 records"),
        (DISTRICT, 10, "US", date(2026, 8, 20), "it is back-to-school season"),
        (DISTRICT, 10, "AU", date(2026, 8, 20), "1 to 2 business days"),
        (DISTRICT, 10, "AU", date(2026, 2, 1), "it is back-to-school season"),
        (AGAINST, 10, "US", date(2026, 8, 20), "on the day it is uploaded"),
    ],
)  # fmt: skip
def test_how_long_it_takes(
    answers: dict[str, str], records: int, country: str, today: date, days: str
) -> None:
    shown = _shown(records=records)
    report = _made(said(answers, today.isoformat()), shown, Profile("N", country=country), today)
    assert days in report.days
    assert ("3 to 5" in report.days) == ("since" in report.days)


def test_confidence_in_words() -> None:
    assert _made({}).confidence == "low"
    only_said = _made(said({**FOR, "clever_customer": YES}))
    assert only_said.confidence == "medium"
    assert "0 % by data" in only_said.confidence_why
    shows = Evidence("size", "6,214 active students.", YES, True)
    measured = _made(said(FOR), _shown(shows))
    assert measured.confidence == "high"
    assert "8 % by data" in measured.confidence_why
    close = {**FOR, "mobile": NO, "size": NO, "sis_staff": NO, "desire": NO, "teacher_need": NO}
    classes = Evidence("classes", "97 % of memberships sit in a matched class.", YES, True)
    near = _made(said({**close, "clever_customer": NO}), _shown(classes))
    assert (near.verdict.score, near.confidence) == (64, "medium")
    assert "single answers would change it" in near.confidence_why


def test_time_by_hand() -> None:
    report = _made({}, _shown(changes_per_week=85.0))
    assert report.by_hand == (
        "About 85 changes in a usual week; at 2 minutes each that is 3 hours a week, "
        "102 hours in 36 school weeks."
    )
    assert _made({}).by_hand == ""


def test_who_starts_it_and_who_can_mend_what() -> None:
    sync, tool = _made(said(DISTRICT)), _made(said(AGAINST))
    assert "Clever administrator" in sync.starts
    assert tool.starts.startswith("Any coordinator")
    assert [who for who, _ in sync.who_fixes] == [
        "Your district", "The integration partner", "The vendor’s support",
    ]  # fmt: skip
    assert "can’t touch the district’s data" in dict(sync.who_fixes)["The vendor’s support"]
    assert [who for who, _ in tool.who_fixes] == ["Your district", "The vendor’s support"]


def test_what_tables_say_is_a_hint_with_its_day_and_whom_to_ask() -> None:
    profile = Profile("N", "student", "US", "powerschool", ("students", "staff"))
    questions = {one.name: one for one in _made({}, profile=profile).questions}
    assert questions["product"].state == "measured"
    for name in ("sis_clever", "region", "partner_sis"):
        assert (questions[name].state, questions[name].counts) == ("hint", YES)
        shown = questions[name].evidence
        assert shown
        assert "As of " in shown.sample
        assert "confirm with " in shown.sample


def test_the_calculation_can_be_followed_with_a_pencil() -> None:
    report = _made(said({**DISTRICT, "size": NO}), _shown(checks=(EMAIL,)))
    told = "\n".join(report.lines)
    assert "for a sync: 23 of 25 = 92 %" in told
    assert f"Q2 {RULES['size'].asks} no (only said)" in told
    assert "fail       D2 E-mail filled in" in told
    weights = [
        line for line in report.lines if " of 2 " in line or " of 1 " in line or " of 3 " in line
    ]
    points = sum(int(line.split(" of ")[0]) for line in weights)
    assert (len(weights), points) == (13, 23)


def test_a_report_is_read_back_as_it_was() -> None:
    shown = _shown(Evidence("size", "6,214 active students.", YES, True), checks=(EMAIL,))
    report = _made(said({**DISTRICT, "size": NO}), shown)
    assert Readiness.of(json.loads(json.dumps(report.record()))) == report
