"""What would change the answer: by brute force the same."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readiness_answers import AGAINST, DISTRICT, FOR, OTHER, RULES, WEIGHTED

from importer.model.readiness import NO, YES
from importer.readiness.decide import Case, decide
from importer.readiness.flips import PASS, changed, flips, most_useful

WORDS = st.sampled_from(["", YES, NO])
COUNTS = st.fixed_dictionaries({question.name: WORDS for question in RULES.question})
FAILING = st.frozensets(st.sampled_from([rule.id for rule in RULES.data]), max_size=3)


def _category(case: Case) -> str:
    return decide(RULES, case).category


def _by_brute_force(case: Case) -> dict[tuple[str, str], str]:
    """Every single answer put in place, and every failing check passed: where it leads."""
    found = {}
    for name, word in product(FOR.keys() | {"started"}, (YES, NO)):
        then = _category(Case({**case.counts, name: word}, case.failing))
        if case.counts.get(name) != word and then != _category(case):
            found[name, word] = then
    for id_ in case.failing:
        then = _category(Case(case.counts, case.failing - {id_}))
        if then != _category(case):
            found[id_, PASS] = then
    return found


@settings(max_examples=150, deadline=None)
@given(COUNTS, FAILING)
def test_single_flips_are_those_of_brute_force(
    counts: dict[str, str], failing: frozenset[str]
) -> None:
    case = Case(counts, failing)
    told = {
        (name, to): flip.to
        for flip in flips(RULES, case)
        if len(flip.changes) == 1
        for name, to in flip.changes.items()
    }
    assert told == _by_brute_force(case)


@settings(max_examples=150, deadline=None)
@given(COUNTS, FAILING)
def test_every_flip_leads_where_it_says(counts: dict[str, str], failing: frozenset[str]) -> None:
    case = Case(counts, failing)
    for flip in flips(RULES, case):
        assert _category(changed(case, flip.changes)) == flip.to != _category(case)


def _cost(*names: str) -> int:
    return sum(RULES[name].weight or 1 for name in names)


def test_where_no_single_answer_helps_the_cheapest_pair_is_told() -> None:
    counts = {**FOR, "dbm_setup": NO, "dbm_maintain": NO}
    told = flips(RULES, Case(counts))
    assert [flip.changes for flip in told] == [{"dbm_setup": YES, "dbm_maintain": YES}]
    assert told[0].to == "sync"
    both = [
        (one, other)
        for one, other in combinations(FOR, 2)
        if _category(Case({**counts, one: OTHER[counts[one]], other: OTHER[counts[other]]}))
        != _category(Case(counts))
    ]
    assert _cost(*told[0].changes) == min(_cost(*pair) for pair in both)


def test_nothing_that_two_answers_could_change_is_told_as_such() -> None:
    assert flips(RULES, Case(AGAINST)) == ()


def test_all_failing_checks_together_are_one_change() -> None:
    told = flips(RULES, Case(FOR, frozenset({"D1", "D4"})))
    whole = [flip for flip in told if flip.changes == {"D1": PASS, "D4": PASS}]
    assert [flip.to for flip in whole] == ["sync"]
    assert whole[0].what == "If all 2 data checks that fail passed"


def _decides(counts: dict[str, str], name: str) -> int:
    """In how many sets of answers to the others yes and no of this one end differently."""
    others = [q for q in WEIGHTED if not counts.get(q) and q != name]
    return sum(
        _category(Case({**counts, **dict(zip(others, rest, strict=True)), name: YES}))
        != _category(Case({**counts, **dict(zip(others, rest, strict=True)), name: NO}))
        for rest in product((YES, NO), repeat=len(others))
    )


@pytest.mark.parametrize(
    "known", [("mobile", "size"), ("dbm_setup", "dbm_maintain", "sis_change"), ("desire",)]
)
def test_the_most_useful_questions_are_those_of_brute_force(known: tuple[str, ...]) -> None:
    kept = (*known, "teacher_need", "teacher_resist", "sis_staff", "clever_customer", "mobile")
    counts = {name: DISTRICT[name] for name in kept}
    told = most_useful(RULES, Case(counts))
    unknown = [name for name in WEIGHTED if name not in counts]
    best = sorted((_decides(counts, name) for name in unknown), reverse=True)[:3]
    assert [_decides(counts, name) for name in told] == best


def test_of_nothing_the_gates_are_the_most_useful() -> None:
    assert set(most_useful(RULES, Case({}))) == {"dbm_setup", "dbm_maintain", "sis_change"}


def test_where_all_is_answered_no_question_is_left() -> None:
    assert most_useful(RULES, Case(FOR)) == ()
