"""What a person says and what files show: who counts, and that nothing flips silently."""

from dataclasses import replace
from datetime import date

import pytest
from readiness_answers import OTHER, RULES

from importer.model.readiness import NO, UNSURE, YES, Answer, Considered, Evidence
from importer.readiness.consider import consider, expires

TODAY = date(2026, 11, 22)
NAMES = [question.name for question in RULES.question]
THEIRS = [question.name for question in RULES.question if question.theirs]
OURS = [name for name in NAMES if name not in THEIRS]


def _one(name: str, said: Answer | None = None, shown: Evidence | None = None) -> Considered:
    answers = {name: said} if said else {}
    evidence = {name: shown} if shown else {}
    questions = consider(RULES, answers, evidence, TODAY)
    assert [question.name for question in questions] == NAMES
    return next(question for question in questions if question.name == name)


def _said(word: str, **rest: str) -> Answer:
    return replace(Answer(word, who="A. Lopez", when="2026-11-02"), **rest)


def _shown(name: str, word: str, strong: bool = True) -> Evidence:
    return Evidence(name, "The files show it.", word, strong)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("word", [YES, NO])
def test_what_is_only_said_counts(name: str, word: str) -> None:
    one = _one(name, _said(word))
    assert (one.state, one.counts) == ("said", word)
    assert one.means == (RULES[name].yes if word == YES else RULES[name].no)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("said", [None, _said(UNSURE)])
def test_what_nobody_knows_does_not_count(name: str, said: Answer | None) -> None:
    one = _one(name, said)
    assert (one.state, one.counts, one.points, one.means) == ("unknown", "", "", "")


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("word", [YES, NO])
def test_strong_evidence_counts_and_both_are_told(name: str, word: str) -> None:
    assert _one(name, None, _shown(name, word)).state == "measured"
    assert _one(name, _said(word), _shown(name, word)).state == "agree"
    one = _one(name, _said(OTHER[word]), _shown(name, word))
    assert (one.state, one.counts) == ("conflict", word)
    assert one.said.answer == OTHER[word]
    assert one.evidence


@pytest.mark.parametrize("name", THEIRS)
@pytest.mark.parametrize("word", [YES, NO])
def test_data_never_speaks_for_a_person_where_only_people_can(name: str, word: str) -> None:
    assert _one(name, None, _shown(name, word)).counts == ""
    one = _one(name, _said(OTHER[word]), _shown(name, word))
    assert (one.state, one.counts) == ("conflict", OTHER[word])


@pytest.mark.parametrize("name", OURS)
def test_a_hint_fills_a_gap_and_never_outvotes(name: str) -> None:
    hint = _shown(name, YES, strong=False)
    assert (_one(name, None, hint).state, _one(name, None, hint).counts) == ("hint", YES)
    doubt = _one(name, _said(NO), hint)
    assert (doubt.state, doubt.counts) == ("doubt", NO)


def test_a_person_may_keep_an_answer_with_a_reason() -> None:
    kept = _said(NO, override="Two schools leave us in June.")
    one = _one("size", kept, _shown("size", YES))
    assert (one.state, one.counts) == ("overridden", NO)
    assert one.said.override == "Two schools leave us in June."


@pytest.mark.parametrize(
    ("name", "when", "last"),
    [
        ("mobile", "2026-11-02", "2027-05-01"),  # 180 days
        ("testrun", "2026-11-02", "2026-12-02"),  # 30 days
        ("sis_change", "2026-11-02", "2027-07-01"),
        ("sis_staff", "2026-06-30", "2026-07-01"),
        ("dbm_setup", "2026-07-01", "2027-07-01"),
    ],
)
def test_answers_expire(name: str, when: str, last: str) -> None:
    assert expires(RULES[name], Answer(YES, when=when)) == last


def test_an_answer_too_old_is_asked_again_and_still_told() -> None:
    old = Answer(YES, who="A. Lopez", when="2026-01-10")
    one = _one("mobile", old)
    assert (one.state, one.counts, one.until) == ("expired", "", "2026-07-09")
    assert one.said == old
    assert _one("mobile", old, _shown("mobile", NO)).counts == NO
    on_its_last_day = Answer(YES, when="2026-01-10", until="2026-11-22")
    assert _one("mobile", on_its_last_day).state == "said"


def test_what_an_answer_points_to() -> None:
    assert _one("size", _said(YES)).points == "sync"
    assert _one("size", _said(NO)).points == "import tool"
    assert _one("sis_change", _said(YES)).points == "import tool"
    assert _one("started", _said(YES)).points == ""
