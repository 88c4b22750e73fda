"""The first steps: what to do, by whom, and what it brings."""

from collections.abc import Iterator
from itertools import islice

from importer.model.readiness import NO, YES, Step
from importer.readiness.decide import TRANSPORT
from importer.readiness.ways import POSSIBLE, ways
from importer.readiness.words import SYNCS, Known, condition, day, revisit

MOST = 5
"""As many as somebody does on one day."""

_SETTLED = 2
"""Of these steps for conflicts; the table of questions shows all of them."""

_COORDINATOR, _MANAGER, _VENDOR = "District coordinator", "SIS manager", "Vendor"
_OWNERS = {
    "dbm_setup": "Database manager",
    "dbm_maintain": "Database manager",
    "sis_change": _MANAGER,
    "required": _MANAGER,
    "clean": _MANAGER,
    "testrun": _MANAGER,
    "dates": _MANAGER,
    TRANSPORT: _MANAGER,
}
_AT_ONCE = "Nothing has to be requested; it works today."


def steps(known: Known, ask: tuple[str, ...]) -> tuple[Step, ...]:
    """At most five, the first thing first. ``ask``: the questions that would help most."""
    told = [*islice(_conflicts(known), _SETTLED), *_of_category(known, ask)]
    return tuple(told[:MOST])


def _conflicts(known: Known) -> Iterator[Step]:
    for one in known.questions:
        if one.state == "conflict" and one.evidence:
            yield Step(
                f"Settle: {one.asks} You said {one.said.answer.capitalize()}. "
                f"The files show: {one.evidence.says}",
                one.said.who or _COORDINATOR,
                "Until then the report says both, and counts "
                + ("your answer." if one.counts == one.said.answer else "what the files show."),
            )


def _of_category(known: Known, ask: tuple[str, ...]) -> Iterator[Step]:
    category = known.outcome.category
    if category == "not-enough":
        yield from _ask(known, ask)
    elif category not in SYNCS:
        yield from _import_tool(known)
    else:
        yield from _before(known)
        yield from _sync(known)


def _ask(known: Known, ask: tuple[str, ...]) -> Iterator[Step]:
    for name in ask:
        one = known[name]
        owner = _OWNERS.get(name, _COORDINATOR)
        yield Step(f"Answer: {one.asks}", owner, "It decides more than the others that are open.")
    yield Step(
        "Put the answers in: importer readiness -w DISTRICT --ask",
        _COORDINATOR,
        "The report is made anew with them.",
    )
    yield from _measure(known)


def _measure(known: Known) -> Iterator[Step]:
    if not known.shown.sources:
        told = "Check one real export: importer check EXPORT"
        yield Step(told, _MANAGER, "The data answers several questions by itself.")


def _import_tool(known: Known) -> Iterator[Step]:
    yield Step(
        "Fill in the blank sheet: importer template user-import-tool", _COORDINATOR, _AT_ONCE
    )
    yield Step(
        "Check it before every upload: importer check SHEET",
        _COORDINATOR,
        "It names each faulty row and gives a corrected sheet back.",
    )
    if when := revisit(known):
        yield Step(
            f"Look at this report again on {day(when)}.",
            _COORDINATOR,
            "By then the new SIS should have settled.",
        )
        yield Step(
            "Keep a list of old and new ids for importer rekey",
            _MANAGER,
            "Accounts stay with their people when the ids change.",
        )
        return
    gate = known.outcome.gate
    if gate in _OWNERS and gate != TRANSPORT:
        yield Step(
            f"Ask again when this changes: {known[gate].asks}",
            _OWNERS[gate],
            "It alone stands against a sync.",
        )


def _before(known: Known) -> Iterator[Step]:
    for check in known.failed:
        told = f"{check.fix[:1].upper()}{check.fix[1:]}"
        yield Step(told, check.owner, f"“{check.title}” passes.")
    asked = [name for name in known.outcome.fixes if name in _OWNERS]
    for name in (*asked, *known.outcome.open):
        if name == "testrun":
            continue  # a step of every sync
        yield Step(_so(known, name), _OWNERS.get(name, _COORDINATOR), "The sync depends on it.")


def _so(known: Known, name: str) -> str:
    """What has to be made so."""
    if name != TRANSPORT:
        return f"Make sure that {condition(known.rules, name)}."
    counts = {one.name: one.counts for one in known.questions}
    routes = ways(known.rules, counts, known.profile)
    titles = [route.title for route in routes if route.state == POSSIBLE]
    return f"Find a way for the data; these are still open: {', '.join(titles)}."


def _sync(known: Known) -> Iterator[Step]:
    route = known.outcome.route
    way = next((w for w in known.rules.routes.route if route and w.name == route.name), None)
    if known["testrun"].counts != YES:
        yield Step(
            "Do a test run: importer sync EXPORT -w DISTRICT --test",
            _MANAGER,
            "Everybody sees what a sync would do before it does it.",
        )
    if "groups" in known.outcome.by_hand:
        yield Step(
            "Leave the classes to the import tool; sync only users ([sync] items).",
            _COORDINATOR,
            "Classes keep the names and the cut that teachers want.",
        )
    if "staff" in known.outcome.by_hand:
        yield Step(
            "Bring staff by the import tool: importer template user-import-tool",
            _COORDINATOR,
            "Teachers are there though the partner brings only students.",
        )
    if known["started"].counts == YES:
        yield Step(
            "Bring names of groups in line: importer align GROUPS -w DISTRICT",
            f"{_VENDOR}, with the schools",
            "Students keep their accounts, classes keep their work.",
        )
    if way and route and route.state == "open":
        yield Step(way.starts, _COORDINATOR, f"The sync by {way.title} begins.")
    if route and route.lacks and known["functions"].counts == NO and not known.outcome.by_hand:
        yield Step(f"{route.lacks[0]}.", _VENDOR, "Everybody can sign on.")
    yield Step(
        "After each of the first nights, see what it changed: importer history -w DISTRICT",
        _COORDINATOR,
        "Surprises are found, and undone, while they are small.",
    )
    yield from _measure(known)
