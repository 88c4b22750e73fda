"""The decision: every question each way, the gates, the order in which things are asked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readiness_answers import AGAINST, DISTRICT, FOR, RULES, WEIGHTED

from importer.model.readiness import NO, YES, Profile
from importer.readiness.decide import TRANSPORT, Case, Outcome, decide


def _decide(counts: dict[str, str], failing: tuple[str, ...] = (), **rest: object) -> Outcome:
    return decide(RULES, Case(counts, frozenset(failing), **rest))  # type: ignore[arg-type]


SYNC = "sync by clever"

EACH_WAY = {  # name: (yes, no, not known), all other questions in favour of a sync
    "mobile": (SYNC, SYNC, SYNC),
    "size": (SYNC, SYNC, SYNC),
    "classes": (SYNC, "hybrid", SYNC),
    "sis_change": ("import-tool-revisit: sis_change", SYNC, "sync-if sis_change"),
    "sis_clever": (SYNC, "sync by oneroster", "sync by oneroster"),
    "daily_sftp": (SYNC, SYNC, SYNC),
    "desire": (SYNC, SYNC, SYNC),
    "clever_customer": (SYNC, "sync by oneroster", "sync by oneroster"),
    "sis_staff": (SYNC, SYNC, SYNC),
    "dbm_setup": (SYNC, "import-tool: dbm_setup", "sync-if dbm_setup"),
    "dbm_maintain": (SYNC, "import-tool: dbm_maintain", "sync-if dbm_maintain"),
    "teacher_resist": (SYNC, SYNC, SYNC),
    "teacher_need": (SYNC, SYNC, SYNC),
    "product": (SYNC, "import-tool: product", SYNC),
    "functions": (SYNC, "hybrid", SYNC),
    "region": (SYNC, SYNC, SYNC),
    "partner_sis": (SYNC, SYNC, SYNC),
    "started": (SYNC, SYNC, SYNC),
    "users": ("import-tool: users", SYNC, SYNC),
    "clean": (SYNC, "fix-then-sync clean", SYNC),
    "creds": (SYNC, SYNC, SYNC),
    "required": (SYNC, "fix-then-sync required", SYNC),
    "testrun": (SYNC, "sync-if testrun", SYNC),
    "oneroster": (SYNC, SYNC, SYNC),
    "dates": (SYNC, "sync-if dates", SYNC),
}


def _told(outcome: Outcome) -> str:
    if outcome.gate:
        return f"{outcome.category}: {outcome.gate}"
    if outcome.category == "sync" and outcome.route:
        return f"sync by {outcome.route.name}"
    return " ".join([outcome.category, *outcome.fixes, *outcome.open])


def test_all_25_questions_are_here() -> None:
    assert len(RULES.question) == 25
    assert set(EACH_WAY) == {question.name for question in RULES.question}


@pytest.mark.parametrize("name", EACH_WAY)
@pytest.mark.parametrize(("place", "word"), [(0, YES), (1, NO), (2, "")])
def test_each_question_both_ways_and_unsure(name: str, place: int, word: str) -> None:
    assert _told(_decide({**FOR, name: word})) == EACH_WAY[name][place]


@pytest.mark.parametrize("name", WEIGHTED)
def test_each_weight_counts(name: str) -> None:
    question = RULES[name]
    against = _decide({**FOR, name: AGAINST[name]})
    assert (against.pro, against.known) == (25 - question.weight, 25)
    assert _decide({**FOR, name: ""}).known == 25 - question.weight


def test_all_for_it() -> None:
    outcome = _decide(DISTRICT)
    assert (_told(outcome), outcome.score) == (SYNC, 100)


def test_all_against_it() -> None:
    outcome = _decide(AGAINST)
    assert (outcome.category, outcome.score) == ("import-tool", 0)


def test_nothing_known() -> None:
    assert _told(_decide({})) == "not-enough"


def test_little_known_is_not_enough_but_a_gate_needs_nothing_else() -> None:
    few = {name: DISTRICT[name] for name in ("mobile", "size", "classes", "sis_clever")}
    assert _told(_decide(few)) == "not-enough"
    assert _told(_decide({**few, "dbm_setup": NO})) == "import-tool: dbm_setup"


def test_big_and_keen_but_nobody_keeps_the_data() -> None:
    keen = {**DISTRICT, "dbm_maintain": NO}
    assert _told(_decide(keen)) == "import-tool: dbm_maintain"


def test_a_change_of_sis_is_looked_at_again_only_if_the_rest_speaks_for_a_sync() -> None:
    assert _told(_decide({**DISTRICT, "sis_change": YES})) == "import-tool-revisit: sis_change"
    open_gates = {"dbm_setup": YES, "dbm_maintain": YES, "daily_sftp": YES, "users": NO}
    small = {**AGAINST, **open_gates, "product": YES, "sis_change": YES}
    assert _told(_decide(small)) == "import-tool: sis_change"


def test_a_push_by_script_is_a_way_without_clever() -> None:
    outcome = _decide({**DISTRICT, "sis_clever": NO, "clever_customer": NO})
    assert _told(outcome) == "sync by sftp"


def test_being_a_clever_customer_is_no_way_for_the_data() -> None:
    none = {"sis_clever": NO, "daily_sftp": NO, "oneroster": NO, "creds": NO, "partner_sis": NO}
    assert _told(_decide({**FOR, **none})) == f"import-tool: {TRANSPORT}"
    assert FOR["clever_customer"] == YES


def test_without_a_way_that_is_known_a_sync_depends_on_one() -> None:
    assert (
        _told(_decide({**DISTRICT, "sis_clever": "", "daily_sftp": ""})) == f"sync-if {TRANSPORT}"
    )


def test_5000_students_are_not_fewer_than_100_users() -> None:
    assert _told(_decide({**DISTRICT, "size": YES})) == SYNC
    assert _told(_decide({**DISTRICT, "size": NO})) == "sync-if users"


def test_fewer_than_100_users_may_go_on_with_a_reason() -> None:
    few = {**FOR, "users": YES, "size": NO}
    assert _told(_decide(few)) == "import-tool: users"
    assert _told(_decide(few, waived=frozenset({"users"}))) == SYNC


def test_failing_data_comes_before_classes_and_conditions() -> None:
    counts = {**FOR, "classes": NO, "sis_change": ""}
    told = _told(_decide(counts, ("D10", "D2", "D7")))
    assert told == "fix-then-sync D2 D7 sis_change", "D10: classes that stay need no matching names"
    assert _told(_decide(counts, ("D10",))) == "hybrid sis_change"
    assert _told(_decide(FOR, ("D10",))) == "fix-then-sync D10"


def test_an_answer_that_the_files_contradict_is_a_condition() -> None:
    told = _told(_decide(FOR, contradicted=frozenset({"dbm_maintain"})))
    assert told == "sync-if dbm_maintain"


def test_a_partner_works_only_in_its_countries() -> None:
    british = Profile(country="GB")
    routes = {"clever_customer": NO, "sis_clever": YES, "oneroster": NO, "creds": NO}
    assert _told(_decide({**FOR, **routes}, profile=british)) == "sync by wonde"
    assert _told(_decide({**FOR, **routes}, profile=Profile(country="US"))) == SYNC
    german = Profile(country="DE")
    assert _told(_decide({**FOR, **routes}, profile=german)) == "sync by sftp"
    nothing = {**FOR, **routes, "daily_sftp": NO}
    assert _told(_decide(nothing, profile=german)) == f"import-tool: {TRANSPORT}"


def test_what_the_way_does_not_carry_stays_with_the_import_tool() -> None:
    british = Profile(country="GB", needs=("students", "staff", "groups"))
    routes = {"oneroster": NO, "creds": NO, "daily_sftp": NO}
    outcome = _decide({**FOR, **routes}, profile=british)
    assert (outcome.category, outcome.by_hand) == ("hybrid", ("staff",))
    signing_on = Profile(country="GB", needs=("students", "sign-on"))
    assert _told(_decide({**FOR, **routes}, profile=signing_on)) == "sync by wonde"


def test_a_product_without_a_sync_closes_all_ways_by_itself() -> None:
    assert _told(_decide({**FOR, "product": NO})) == "import-tool: product"


def test_in_the_middle_both_ways_are_used_where_there_is_one() -> None:
    half = {**FOR, "size": NO, "mobile": NO, "sis_staff": NO, "desire": NO, "clever_customer": NO}
    half |= {"sis_clever": NO, "teacher_resist": YES, "teacher_need": NO}
    outcome = _decide(half)
    assert 40 <= (outcome.score or 0) < 60
    assert (outcome.category, outcome.by_hand) == ("hybrid", ("groups",))
    assert _told(_decide({**half, "daily_sftp": "", "oneroster": "", "creds": ""})) == "import-tool"


WORDS = st.sampled_from(["", YES, NO])
CASES = st.fixed_dictionaries({question.name: WORDS for question in RULES.question})


@settings(max_examples=300, deadline=None)
@given(CASES, st.sampled_from(WEIGHTED))
def test_an_answer_in_favour_never_lowers_the_score(counts: dict[str, str], name: str) -> None:
    against = _decide({**counts, name: AGAINST[name]})
    favour = _decide({**counts, name: FOR[name]})
    assert (favour.score or 0) >= (against.score or 0)


@settings(max_examples=300, deadline=None)
@given(CASES)
def test_a_closed_gate_is_never_outvoted(counts: dict[str, str]) -> None:
    for name, closed in [("product", NO), ("dbm_setup", NO), ("dbm_maintain", NO), ("users", YES)]:
        assert _decide({**counts, name: closed}).category == "import-tool"
    assert _decide({**counts, "sis_change": YES}).category.startswith("import-tool")


@settings(max_examples=300, deadline=None)
@given(CASES)
def test_a_plain_sync_hides_nothing_that_is_open(counts: dict[str, str]) -> None:
    outcome = _decide(counts)
    if outcome.category == "sync":
        assert outcome.route
        assert outcome.route.state == "open"
        assert not outcome.fixes
        assert not outcome.open
        assert (outcome.score or 0) >= RULES.score.sync_from
