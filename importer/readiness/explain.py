"""The calculation, line by line: whoever doubts the outcome can follow it with a pencil."""

from collections.abc import Iterator

from importer.model.readiness import STATES, Route
from importer.readiness.decide import TRANSPORT
from importer.readiness.words import Known, condition

_GATES = {
    "product": "no", "users": "yes", "dbm_setup": "no", "dbm_maintain": "no", "sis_change": "yes",
}  # fmt: skip
"""Gate → the answer at which it closes, in the order in which they are asked."""


def lines(known: Known, routes: tuple[Route, ...]) -> tuple[str, ...]:
    """Gates, weights, data checks, routes, and what follows."""
    return (
        "1. Gates: the first that is closed decides alone",
        *_gates(known),
        "2. Weights: what is known of them",
        *_weights(known),
        "3. Data checks",
        *_checks(known),
        "4. Ways for the data, best first",
        *(f"   {way.state:<8} {way.title}: {way.because}" for way in routes),
        "5. Outcome",
        *_outcome(known),
    )


def _gates(known: Known) -> Iterator[str]:
    for name, closed in _GATES.items():
        one = known[name]
        state = "not known" if not one.counts else "closed" if one.counts == closed else "open"
        if state == "closed" and one.said.override and known.rules[name].waivable:
            state = "passed"
        yield f"   {state:<9} {one.id} {one.asks} {one.counts or '?'} ({STATES[one.state]})"
    there = known.outcome.gate != TRANSPORT
    yield f"   {'open' if there else 'closed':<9} There is a way for the data"


def _weights(known: Known) -> Iterator[str]:
    pro = total = 0
    for one in known.questions:
        if not one.weight:
            continue
        points = one.weight if one.points == "sync" else 0
        pro, total = pro + points, total + (one.weight if one.counts else 0)
        side = f"{points} of {one.weight}" if one.counts else f"– of {one.weight}"
        yield f"   {side:>6}  {one.id} {one.asks} {one.counts or '?'} ({STATES[one.state]})"
    rules, score = known.rules, known.outcome.score
    yield f"   known: {total} of {rules.weight}; {rules.score.known_from} % are needed"
    if score is not None:
        yield f"   for a sync: {pro} of {total} = {score} %"


def _checks(known: Known) -> Iterator[str]:
    for check in known.shown.checks:
        found = f"{check.id} {check.title}: {check.found} (needed: {check.needed})"
        yield f"   {check.result:<10} {found}"
    if not known.shown.checks:
        yield "   none: no file was measured"


def _outcome(known: Known) -> Iterator[str]:
    outcome, rules = known.outcome, known.rules
    yield f"   {rules.categories[outcome.category].title}"
    if outcome.gate:
        yield f"   by the gate: {outcome.gate}"
    for name in outcome.fixes:
        yield f"   to mend first: {condition(rules, name)}"
    for name in outcome.open:
        yield f"   still open: {condition(rules, name)}"
    marks = rules.score
    yield f"   under {marks.hybrid_from} % import tool, from {marks.sync_from} % sync, between both"
