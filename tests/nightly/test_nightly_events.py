"""What people are told, and how often: each rule of docs/nightly.md."""

import dataclasses
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from nightly_turns import NIGHT, later, turn

from importer.fleet.events import Event, Seen, decide
from importer.fleet.standing import Standing
from importer.model.turn import OUTCOMES, Turn
from importer.settings import Notify, Policy, Schedule, Source

ALL = Policy(notify=Notify(on=("rejected", "held", "recovered", "missed", "failed", "committed")))
EVERY = Policy(notify=Notify(on=("every",)))


def night(policy: Policy, turns: Sequence[Turn], **seen: object) -> list[str]:
    """What is told after each of these turns, one look for each; "" = nothing."""
    standing, told = Standing(), []
    for one in turns:
        now = NIGHT.fromisoformat(one.at)
        standing, events = decide(standing, [one], Seen(policy, now, **seen))  # type: ignore[arg-type]
        assert Standing.of(standing.record()) == standing
        told.append(" ".join(event.kind for event in events))
    return told


def each(*outcomes: str, step: float = 1) -> list[Turn]:
    return [turn(outcome, at * step) for at, outcome in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ("held held held", "held - -"),
        ("held nothing held waiting held", "held - - - -"),
        ("rejected rejected", "rejected -"),
        ("rejected held rejected", "rejected held -"),  # of one drop, for two reasons
        ("held committed", "held recovered"),
        ("held same", "held recovered"),
        ("held nothing committed committed", "held - recovered committed"),
        ("committed same nothing", "committed - -"),
        ("failed failed committed", "- - committed"),  # nobody was told that it failed
        ("failed failed failed failed", "- - failed -"),
        ("failed failed failed nothing", "- - failed recovered"),
        ("failed failed failed held", "- - failed held"),
        ("failed nothing failed failed nothing", "- - - - -"),  # not in a row
        ("failed paused off failed failed", "- - - - failed"),  # nothing was tried meanwhile
        ("held failed failed failed nothing", "held - - failed recovered"),
        ("paused off nothing waiting", "- - - -"),
        ("test", "-"),
    ],
)
def test_what_is_told_of_which_turns(outcomes: str, told: str) -> None:
    wanted = [word.replace("-", "") for word in told.split()]
    assert night(ALL, each(*outcomes.split())) == wanted


def test_a_failure_is_told_again_at_most_hourly() -> None:
    told = night(ALL, each(*["failed"] * 200, step=1))
    assert [at for at, word in enumerate(told) if word] == [2, 62, 122, 182]


def test_where_turns_are_rare_the_second_failure_is_told() -> None:
    assert night(ALL, each("failed", "failed", "failed", step=1440)) == ["", "failed", "failed"]


def test_a_drop_that_fails_is_not_better_because_a_look_finds_nothing() -> None:
    """A full disk: the drop can't be committed, and between two tries it has to settle again."""
    turns = [
        turn(outcome, at, drop="d1" if outcome == "failed" else "")
        for at, outcome in enumerate(["failed", "waiting", "failed", "waiting", "failed"])
    ]
    assert night(ALL, turns) == ["", "", "", "", "failed"]


def test_another_drop_or_another_reason_is_told_anew() -> None:
    turns = [
        turn("held", 0, "d1", blocks=("*:students",)),
        turn("held", 1, "d1", blocks=("*:students", "*:teachers")),
        turn("held", 2, "d2", blocks=("*:students",)),
        turn("held", 3, "d1", blocks=("*:students",)),
    ]
    assert night(ALL, turns) == ["held", "held", "held", ""]
    told = night(ALL, [turn("rejected", 0, says="a"), turn("rejected", 1, "d2", says="a")])
    assert told == ["rejected", "rejected"]


def test_sources_have_troubles_of_their_own() -> None:
    turns = [
        turn("held", 0, source="sis"),
        turn("committed", 1, "d2", source="staff"),
        turn("held", 2, source="sis"),
        turn("committed", 3, "d3", source="sis"),
    ]
    assert night(ALL, turns) == ["held", "committed", "", "recovered"]


def test_a_person_who_commits_it_settles_it() -> None:
    standing, _ = decide(Standing(), [turn("held", run="r1", source="sis")], Seen(ALL, NIGHT, 4))
    at = turn("committed", 5).at
    for made in ([(4, "sis", at)], [(5, "staff", at)]):  # an older one, one of another source
        assert decide(standing, [], Seen(ALL, NIGHT, 5, made))[1] == []
    seen = Seen(ALL, NIGHT, 6, [(5, "sis", at), (6, "staff", at)])
    after, events = decide(standing, [turn("nothing", 9, source="sis")], seen)
    assert [(e.kind, e.turn and e.turn.commit) for e in events] == [("recovered", 5)]
    assert decide(after, [turn("nothing", 10, source="sis")], seen)[1] == []


def test_success_is_told_only_where_it_is_asked_for() -> None:
    turns = each("nothing", "waiting", "committed", "same", "test", "held", "held", "failed")
    assert night(Policy(), turns) == ["", "", "", "", "", "held", "", ""]
    assert night(EVERY, turns) == ["", "", "committed", "every", "every", "held", "", ""]
    few = Policy(notify=Notify(on=("committed",)))
    assert night(few, turns) == ["", "", "committed", "", "", "", "", ""]
    assert night(Policy(notify=Notify(on=())), turns) == [""] * len(turns)


# --- missed pushes -------------------------------------------------------------------------------

CHICAGO = Schedule("America/Chicago", "06:00")
EXPECTING = Policy(schedule=CHICAGO)
DAYS = 24 * 60


def looks(policy: Policy, turns: dict[float, Turn], every: float = 30, days: int = 4) -> list[str]:
    """Look every so many minutes from Sunday noon on; “minutes: kind”. NIGHT is Monday 6:03."""
    standing, told = Standing(), []
    for at in range(-18 * 60, days * DAYS, int(every)):
        found = [one for when, one in turns.items() if at - every < when <= at]
        standing, events = decide(standing, found, Seen(policy, later(at)))
        told += [f"{at}: {event.kind}" for event in events]
    return told


def test_a_missed_push_is_told_once_for_each_deadline() -> None:
    assert looks(EXPECTING, {}) == [f"{day * DAYS}: missed" for day in range(4)]


def test_a_push_that_came_is_not_missed_and_a_late_one_is_told() -> None:
    assert looks(EXPECTING, {at * DAYS - 60: turn("committed", at * DAYS - 60)
                             for at in range(4)}) == []  # fmt: skip
    told = looks(EXPECTING, {45: turn("committed", 45)}, days=1)
    assert told == ["0: missed", "60: recovered"]
    told = looks(EXPECTING, {45: turn("held", 45), 75: turn("committed", 75)}, days=1)
    assert told == ["0: missed", "60: held", "90: recovered"]


def test_a_push_that_is_arriving_is_waited_for() -> None:
    turns = {at: turn("waiting", at) for at in range(-60, 60, 30)}
    turns = {**turns, 60: turn("committed", 60)}
    assert looks(EXPECTING, turns, days=1) == []  # type: ignore[arg-type]
    for_ever = {at: turn("waiting", at) for at in range(-60, 600, 30)}
    assert looks(EXPECTING, for_ever, days=1) == ["90: missed"]  # type: ignore[arg-type]


def test_on_paused_days_and_for_a_district_that_is_off_nothing_is_missed() -> None:
    monday = NIGHT.date()
    paused = dataclasses.replace(CHICAGO, blackouts=(monday,))
    assert looks(Policy(schedule=paused), {}, days=1) == []
    assert looks(dataclasses.replace(EXPECTING, active=False), {}) == []


def test_a_source_that_is_named_is_missed_though_another_came() -> None:
    two = (Source("sis", folder="a"), Source("staff", folder="b"))
    turns = {-30: turn("committed", -30, source="staff"), 40: turn("committed", 40, source="sis")}
    either = Policy(schedule=CHICAGO, sources=two)
    named = dataclasses.replace(
        either, schedule=dataclasses.replace(CHICAGO, sources=("sis", "staff"))
    )
    assert looks(either, turns, days=1) == []  # type: ignore[arg-type]
    assert looks(named, turns, days=1) == ["0: missed", "60: recovered"]  # type: ignore[arg-type]


def test_what_a_person_committed_by_hand_has_come() -> None:
    standing = decide(Standing(), [], Seen(EXPECTING, later(-2 * DAYS)))[0]
    by_hand = [(1, "staff", turn("committed", -30).at)]
    sis = dataclasses.replace(EXPECTING, schedule=dataclasses.replace(CHICAGO, sources=("sis",)))
    told = [
        [event.kind for event in decide(standing, [], Seen(policy, NIGHT, 1, made))[1]]
        for policy, made in ((EXPECTING, by_hand), (EXPECTING, []), (sis, by_hand))
    ]
    assert told == [[], ["missed"], ["missed"]]


def test_a_drop_that_never_was_whole_comes_once_however_long_it_lies_there() -> None:
    """Half a drop lies in the inbox from Monday on; that Tuesday's doesn't come is told."""
    lies = {at: Turn(turn("nothing", at).at, "held", says="done.txt has not come.")
            for at in range(-30, 3 * DAYS, 30)}  # fmt: skip
    told = looks(EXPECTING, lies, days=3)  # type: ignore[arg-type]
    assert told == ["-30: held", f"{DAYS}: missed", f"{2 * DAYS}: missed"]


def test_before_the_first_turn_nothing_was_missed() -> None:
    assert decide(Standing(), [turn("nothing")], Seen(EXPECTING, NIGHT))[1] == []


# --- laws ----------------------------------------------------------------------------------------

TURNS = st.lists(
    st.builds(
        lambda outcome, drop, source, gap: (outcome, drop, source, gap),
        st.sampled_from(sorted(OUTCOMES)),
        st.sampled_from(["", "d1", "d2"]),
        st.sampled_from(["", "sis"]),
        st.sampled_from([0.5, 5, 70, 1500]),
    ),
    max_size=30,
)


@examples(max_examples=300, deadline=None, derandomize=True)
@given(TURNS)
def test_laws_of_any_run_of_turns(drawn: list[tuple[str, str, str, float]]) -> None:
    policy = dataclasses.replace(EXPECTING, notify=ALL.notify)
    standing, at, told = Standing(), 0.0, list[tuple[float, Event]]()
    bad: set[str] = set()
    for outcome, drop, source, gap in drawn:
        at += gap
        one = Turn(turn("nothing", at).at, outcome, source=source, drop=drop)
        standing, events = decide(standing, [one], Seen(policy, later(at)))
        again, more = decide(standing, [], Seen(policy, later(at)))
        assert (again, more) == (standing, [])  # a look without turns changes nothing
        for event in events:
            if event.kind in ("held", "rejected", "failed", "missed"):
                bad.add(event.kind)
            if event.kind == "recovered":
                assert bad, "nothing was wrong that anybody knew of"
            told.append((at, event))
    deadlines = [event.deadline for _, event in told if event.kind == "missed"]
    assert len(deadlines) == len(set(deadlines))
