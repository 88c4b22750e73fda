"""Readiness for a terminal: the answer and what to do first; and the whole calculation."""

from collections.abc import Iterator

from importer.model.readiness import Considered, Readiness
from importer.report import readiness_words as words
from importer.report.lines import Told
from importer.report.readiness_words import day, question
from importer.report.safe import for_terminal
from importer.report.words import count

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
    yield from told.wrapped(readiness.verdict.sentence, "  ")
    for why in verdict.why:
        yield from told.wrapped(why, "  - ")
    for condition in words.unsaid(verdict):
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
        yield from told.wrapped(
            f"You said: {words.said(one)[1]}. {shown} {words.dated(says)}", "      "
        )
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
        yield from told.wrapped(words.dated(said), f"  {check.id:<4}")


def _ask(readiness: Readiness, told: Told) -> Iterator[str]:
    if not readiness.verdict.ask or readiness.verdict.category == "not-enough":
        return  # there they are the first steps
    yield told.paint("The most useful questions", "1")
    for name in readiness.verdict.ask:
        yield from told.wrapped(question(readiness, name), "  ? ")


def _flips(readiness: Readiness, told: Told) -> Iterator[str]:
    if not readiness.flips:
        return
    yield told.paint("What would change this answer", "1")
    for flip in readiness.flips:
        yield from told.wrapped(f"{flip.what}: {flip.title}", "  - ")


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
    """The calculation line by line, then the questions that have no part in it."""
    _, _, title = words.category(readiness)
    lines = [f"{title} ({readiness.verdict.category}), by rules {readiness.rules}", ""]
    lines += map(for_terminal, readiness.lines)
    told = Told(_WIDE, False)
    lines += ["", "Each question: what counts, what was said and shown, and the side it points to"]
    for one in readiness.questions:
        lines += told.wrapped(_question(one, readiness.verdict.gate), f"  {one.id:<4}", indent=6)
    return "\n".join(lines) + "\n"


def _question(one: Considered, gate: str) -> str:
    shows = words.shown(one.evidence)[1] if one.evidence else "nothing"
    weight = count(one.weight, "point") if one.weight else "no points"
    parts = (
        f"{one.name} ({one.kind}): {one.counts or 'not known'}",
        f"said: {words.said(one)[1]}, data: {shows}",
        words.state(one),
        f"{words.points(one, gate)[2]} ({weight})",
    )
    return "; ".join(parts)
