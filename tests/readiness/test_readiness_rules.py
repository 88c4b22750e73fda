"""The rules: complete, with a reason for every line that is drawn, and strictly read."""

import re

import pytest
from readiness_answers import RULES

from importer.model.errors import UsageError
from importer.model.readiness import Profile
from importer.readiness.rules import CATEGORIES, QUESTIONS, ROUTES, DataRule, Question, read
from importer.readiness.ways import ways
from importer.resources import SCHEMAS

MAIN = (SCHEMAS / QUESTIONS).read_text("utf-8")
TABLES = (SCHEMAS / ROUTES).read_text("utf-8")


def test_there_are_13_and_7_and_5_questions_and_12_data_checks() -> None:
    ids = [question.id for question in RULES.question]
    wanted = [f"Q{n}" for n in range(1, 14)] + [f"P{n}" for n in range(1, 8)]
    assert ids == wanted + [f"C{n}" for n in range(1, 6)]
    assert [rule.id for rule in RULES.data] == [f"D{n}" for n in range(1, 13)]


def test_the_weights_are_those_of_the_page() -> None:
    weights = {question.id: question.weight for question in RULES.question if question.weight}
    assert weights == {
        "Q1": 2, "Q2": 2, "Q3": 2, "Q4": 3, "Q5": 2, "Q6": 2, "Q7": 1, "Q8": 1, "Q9": 2,
        "Q10": 3, "Q11": 3, "Q12": 1, "Q13": 1,
    }  # fmt: skip


@pytest.mark.parametrize("question", RULES.question, ids=lambda question: question.name)
def test_every_question_says_what_its_answers_mean_and_where_it_is_from(question: Question) -> None:
    assert question.asks.endswith("?")
    assert question.yes.endswith(".")
    assert question.no.endswith(".")
    assert question.source
    assert bool(question.reason) == bool(question.thresholds), "a line needs its reason"


@pytest.mark.parametrize("rule", RULES.data, ids=lambda rule: rule.id)
def test_every_data_check_says_why_what_to_do_and_who(rule: DataRule) -> None:
    assert rule.thresholds
    assert rule.reason
    assert rule.fix.endswith(".")
    assert rule.owner
    assert rule.source


def test_the_six_that_matter_most_are_six() -> None:
    short = sorted((q.short, q.name) for q in RULES.question if q.short)
    assert [place for place, _ in short] == [1, 2, 3, 4, 5, 6]
    assert {name for _, name in short} == {
        "dbm_maintain", "dbm_setup", "sis_change", "sis_clever", "daily_sftp", "classes",
    }  # fmt: skip


def test_only_people_answer_for_people() -> None:
    theirs = {question.id for question in RULES.question if question.theirs}
    assert theirs == {"Q9", "Q10", "Q11", "Q12", "Q13"}


def test_every_line_of_a_table_is_dated_and_says_whom_to_ask() -> None:
    routes = RULES.routes
    tables = (routes.products, routes.partners, routes.sis)
    dated = [(line.as_of, line.confirm) for table in tables for line in table.values()]
    assert len(dated) >= 8
    for as_of, confirm in dated:
        assert as_of >= "2026-01-01"
        assert confirm


def test_every_way_is_dated_and_says_whom_to_ask() -> None:
    for way in ways(RULES, {}, Profile()):
        assert way.as_of >= "2026-01-01"
        assert way.confirm


def test_every_category_has_its_sentence() -> None:
    assert set(RULES.categories) == set(CATEGORIES)


@pytest.mark.parametrize(
    ("there", "instead", "says"),
    [
        ("weight = 2", 'weight = "2"', "must be a whole number"),
        ('kind = "weight"', 'kind = "wait"', "can't be “wait”"),
        ('name = "classes"', 'name = "groups"', "there is no question “classes”"),
        ("[categories.hybrid]", "[categories.hybird]", "there is no category “hybrid”"),
        ("yes_from = 12", 'yes_from = "12"', "must be a number"),
        ("sync_from = 60 ", "sync_form = 60 ", "score has no sync_from"),
        ('expires = "30 days"', 'expires = "a month"', "testrun expires after “a month”"),
    ],
)
def test_a_mistake_in_the_rules_is_told(there: str, instead: str, says: str) -> None:
    assert there in MAIN
    with pytest.raises(UsageError) as raised:
        read(MAIN.replace(there, instead, 1), TABLES)
    assert says in f"{raised.value} {raised.value.fix}"


def test_a_mistake_in_the_tables_is_told() -> None:
    with pytest.raises(UsageError, match="there is no partner “clever”"):
        read(MAIN, TABLES.replace("[partners.clever]", "[partners.clevr]"))


def test_a_vendor_may_draw_other_lines() -> None:
    assert read(MAIN.replace("sync_from = 60 ", "sync_from = 70 "), TABLES).score.sync_from == 70


@pytest.mark.parametrize(
    ("ours", "theirs", "says"),
    [
        ("{ students = 5000 }", "{ studnets = 5000 }", "size has no threshold students"),
        ('id = "D3"', 'id = "D99"', "there is no “D3”"),
        ("Go for a SIS sync by {route}.", "Go by {way}.", "a place that nobody fills"),
        ("then go for a SIS sync{by_route}", "then go{by_route", "a place that nobody fills"),
    ],
)
def test_rules_of_ones_own_that_lack_something_are_told_at_once(
    ours: str, theirs: str, says: str
) -> None:
    assert ours in MAIN
    with pytest.raises(UsageError, match=says):
        read(MAIN.replace(ours, theirs, 1), TABLES)


def test_rules_without_any_weight_are_none() -> None:
    with pytest.raises(UsageError, match="no question has a weight"):
        read(re.sub("weight = [0-9]", "weight = 0", MAIN), TABLES)
