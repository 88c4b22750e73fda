"""Readiness for a terminal: the answer and what to do first; and the whole calculation."""

from collections.abc import Iterator

from importer.model.readiness import Considered, Readiness
from importer.report import readiness_words as words
from importer.report.lines import Told
from importer.report.readiness_words import CATEGORIES, POINTS, RESULTS, ROUTES, day, question
from importer.report.safe import for_terminal
from importer.report.words import count, cut, number

_COLOURS = {"good": "32", "warn": "33", "bad": "31", "tool": "36", "mix": "35", "ask": "33"}
_WIDE = 96


def readiness_lines(readiness: Readiness, told: Told) -> str:
    """The short account, answer first; nothing in it can move the cursor or hide text."""
    blocks = (
        _verdict(readiness, told),
        _steps(readiness, told),
        _conflicts(readiness, told),
        _failing(readiness, told),
        _ask(readiness, told),
        _flips(readiness, told),
        _estimate(readiness, told),
    )
    return "\n\n".join(filter(None, map("\n".join, blocks))) + "\n"


def _verdict(readiness: Readiness, told: Told) -> Iterator[str]:
    verdict = readiness.verdict
    sign, tone, title = words.category(readiness)
    code = f"1;{_COLOURS.get(tone, '2')}"
    yield from told.wrapped(f"{sign} {title}", code=code)
    yield from told.wrapped(readiness.sentence, "  ")
    for why in verdict.why:
        yield from told.wrapped(why, "  - ")
    for condition in verdict.conditions:
        yield from told.wrapped(condition, "  Only if ", indent=4)
    if verdict.revisit:
        yield f"  Look again on {day(verdict.revisit)}."
    sure = f"{readiness.confidence}. {readiness.confidence_why}"
    yield from told.wrapped(sure, "  How sure this is: ", indent=4)


def _steps(readiness: Readiness, told: Told) -> Iterator[str]:
    if not readiness.steps:
        return
    yield told.paint("Do these first", "1")
    for at, step in enumerate(readiness.steps[: words.MOST_STEPS], 1):
        yield from told.wrapped(f"{step.what} ({step.owner}) {step.effect}", f"  {at}. ")


def _conflicts(readiness: Readiness, told: Told) -> Iterator[str]:
    found = words.conflicts(readiness.questions)
    if not found:
        return
    yield told.paint("Answer and data disagree", "1")
    for one in found:
        yield from told.wrapped(one.asks, f"  {one.id} ")
        shown = f"The data shows: {words.shown(one.evidence)[1]}."
        says = one.evidence.says if one.evidence else ""
        yield from told.wrapped(f"You said: {words.said(one)[1]}. {shown} {says}", "      ")
        yield from told.wrapped(_counts(one), "      ")


def _counts(one: Considered) -> str:
    told = f"{words.state(one)}."
    if one.state == "overridden":
        told += f" {one.said.override} ({one.said.who})"
    return told


def _failing(readiness: Readiness, told: Told) -> Iterator[str]:
    failing = [check for check in readiness.checks if check.result == "fail"]
    if not failing:
        return
    yield told.paint("Data checks that fail", "1")
    for check in failing:
        said = f"{check.title}: {check.found}, needed: {check.needed}. {check.fix}"
        yield from told.wrapped(said, f"  {check.id:<4}")


def _ask(readiness: Readiness, told: Told) -> Iterator[str]:
    if not readiness.verdict.ask:
        return
    yield told.paint("The most useful questions", "1")
    for name in readiness.verdict.ask:
        yield from told.wrapped(question(readiness, name), "  ? ")


def _flips(readiness: Readiness, told: Told) -> Iterator[str]:
    if not readiness.flips:
        return
    yield told.paint("What would change this answer", "1")
    for flip in readiness.flips:
        yield from told.wrapped(f"{flip.what}: {words.category_words(flip.to)[2]}", "  - ")


def _estimate(readiness: Readiness, told: Told) -> Iterator[str]:
    facts = (
        ("Who starts it: ", readiness.starts),
        ("Time to set up: ", readiness.days),
        ("Time by hand: ", readiness.by_hand),
    )
    for head, said in facts:
        if said:
            yield from told.wrapped(said, head, indent=2)


def explain_lines(readiness: Readiness) -> str:
    """The calculation line by line, then what went into it: questions, data checks and routes."""
    verdict, told = readiness.verdict, Told(_WIDE, False)
    title = CATEGORIES.get(verdict.category, ("", "", verdict.category))[2]
    lines = [f"{title} ({verdict.category}), by rules {readiness.rules}"]
    lines += (line for said in verdict.lines for line in told.wrapped(said, "  "))
    lines += ["", *_shares(readiness), "", *_questions(readiness, told)]
    lines += ["", *_checks(readiness, told)]
    if readiness.routes:
        lines += ["", *_routes(readiness, told)]
    return "\n".join(lines) + "\n"


def _shares(readiness: Readiness) -> Iterator[str]:
    verdict, told = readiness.verdict, words.tally(readiness.questions)
    score = "none, since nothing is known" if verdict.score is None else str(verdict.score)
    yield (
        f"Points: {number(told.sync)} for sync, {number(told.tool)} for the import tool, "
        f"{number(told.unknown)} not known"
    )
    yield f"Score: {score}; known {verdict.known} %, of that measured {verdict.measured} %"


def _questions(readiness: Readiness, told: Told) -> Iterator[str]:
    """Gates first, since they are asked first; each in the order of the rules."""
    gates = [one for one in readiness.questions if one.kind == "gate"]
    rest = [one for one in readiness.questions if one.kind != "gate"]
    for title, questions in (("Gates, in their order", gates), ("Other questions", rest)):
        yield title
        for one in questions:
            decided = readiness.verdict.gate in {one.name, one.id}
            yield from told.wrapped(_question(one, decided), f"  {one.id:<4}", indent=6)


def _question(one: Considered, decided: bool) -> str:
    shows = words.shown(one.evidence)[1] if one.evidence else "nothing"
    parts = [
        f"{one.name} ({one.kind}): {one.counts or 'not known'}",
        f"{count(one.weight, 'point')} for {POINTS[one.points][2]}" if one.weight else "no points",
        f"said: {words.said(one)[1]}, data: {shows}",
        words.state(one),
    ]
    return "; ".join(parts) + ("; this decided" if decided else "")


def _checks(readiness: Readiness, told: Told) -> Iterator[str]:
    yield "Data checks"
    for check in readiness.checks:
        said = f"{check.title}: {check.found}, needed {check.needed}"
        yield from told.wrapped(f"{said}: {RESULTS[check.result][2].lower()}", f"  {check.id:<4}")


def _routes(readiness: Readiness, told: Told) -> Iterator[str]:
    yield "Ways to sync, in their order"
    for route in readiness.routes:
        best = " This is the best one." if readiness.verdict.route == route.name else ""
        said = f"{ROUTES[route.state][2].lower()}. {route.because} {route.confirm}{best}"
        head = f"  {for_terminal(cut(route.title, 40))}: "
        yield from told.wrapped(said, head, indent=4)
