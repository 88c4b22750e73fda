"""What a person says and what the files show, question by question: which of them counts."""

from collections.abc import Mapping
from datetime import date, timedelta

from importer.model.readiness import NO, UNSURE, YES, Answer, Considered, Evidence
from importer.readiness.rules import Question, Rules

_SAID = (YES, NO)
NOT_SAID = Answer()


def consider(
    rules: Rules, answers: Mapping[str, Answer], evidence: Mapping[str, Evidence], today: date
) -> tuple[Considered, ...]:
    """Every question with what counts in it. ``answers``, ``evidence``: by name of the question."""
    return tuple(
        _one(question, answers.get(question.name, NOT_SAID), evidence.get(question.name), today)
        for question in rules.question
    )


def expires(question: Question, answer: Answer) -> str:
    """The last day on which an answer counts, ISO 8601; "" if nobody knows when it was given."""
    if answer.until or not answer.when or answer.answer == UNSURE:
        return answer.until
    given = date.fromisoformat(answer.when)
    number, _, unit = question.expires.partition(" ")
    if unit == "days":
        return (given + timedelta(days=int(number))).isoformat()
    return next_first_of_july(given).isoformat()


def next_first_of_july(after: date) -> date:
    """The first of July after a day: school years turn there."""
    this = date(after.year, 7, 1)
    return this if after < this else date(after.year + 1, 7, 1)


def _one(question: Question, said: Answer, shown: Evidence | None, today: date) -> Considered:
    until = expires(question, said)
    over = bool(until) and until < today.isoformat()
    state, counts = _state(question, said, shown, over)
    return Considered(
        id=question.id,
        name=question.name,
        asks=question.asks,
        kind=question.kind,
        weight=question.weight,
        said=said,
        evidence=shown,
        state=state,
        counts=counts,
        points=_points(question, counts),
        means=question.yes if counts == YES else question.no if counts == NO else "",
        short=question.short,
        source=question.source,
        until=until,
    )


def _state(question: Question, said: Answer, shown: Evidence | None, over: bool) -> tuple[str, str]:
    """The state and what counts: strong evidence before the person, the person before a hint."""
    shows = shown.shows if shown else ""
    strong = bool(shown and shown.strong)
    if said.answer not in _SAID or over:
        if shows and not question.theirs:
            return ("measured" if strong else "hint"), shows
        return ("expired" if over and said.answer in _SAID else "unknown"), ""
    if not shows or shows == said.answer:
        return ("agree" if shows else "said"), said.answer
    if said.override:
        return "overridden", said.answer
    if not strong:
        return "doubt", said.answer
    return "conflict", said.answer if question.theirs else shows


def _points(question: Question, counts: str) -> str:
    if not counts or not question.sync_if:
        return ""
    return "sync" if counts == question.sync_if else "import tool"
