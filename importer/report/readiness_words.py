"""Words and signs of readiness that page and terminal have in common."""

import re
from collections.abc import Sequence
from datetime import date

from importer.model.readiness import (
    NO,
    UNSURE,
    YES,
    Considered,
    DataCheck,
    Evidence,
    Flip,
    Readiness,
    Route,
    Verdict,
)

MOST_STEPS = 5

_MOST_AWAY = 2  # conflicts beside those of the table that page 1 has room for

CATEGORIES = {
    "not-enough": ("?", "ask"),
    "import-tool": ("↑", "tool"),
    "import-tool-revisit": ("↑", "tool"),
    "fix-then-sync": ("!", "warn"),
    "hybrid": ("±", "mix"),
    "sync-if": ("…", "warn"),
    "sync": ("✓", "good"),
}
"""Category → sign, tone of the style; the words are those of the rules."""

ANSWERS = {YES: ("✓", "Yes"), NO: ("✗", "No"), UNSURE: ("?", "Not sure")}

POINTS = {
    "sync": ("▶", "good", "SIS sync"),
    "import tool": ("◀", "tool", "Import tool"),
    "": ("–", "off", "Neither"),
}
"""Side → sign, tone, words."""

DISAGREE = ("conflict", "overridden")
"""States in which answer and data disagree, whichever counts."""

DECIDES = ("■", "bad", "Decides alone")
"""Sign, tone and words of a gate that points to the import tool whatever else is so."""

NOT_KNOWN = ("?", "off", "Not known")

RESULTS = {
    "fail": ("✗", "bad", "Fails"),
    "unknown": ("?", "warn", "Not measured"),
    "pass": ("✓", "good", "Passes"),
    "not needed": ("–", "off", "Not needed"),
}
"""Result of a data check, what needs somebody first → sign, tone, words."""

ROUTES = {
    "open": ("✓", "good", "Open"),
    "possible": ("?", "warn", "Not known yet"),
    "closed": ("✗", "off", "Closed"),
}
"""State of a route, the best first → sign, tone, words."""

_DAY = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def category(readiness: Readiness) -> tuple[str, str, str]:
    """Sign, tone and words of the recommendation."""
    return (*_look(readiness.verdict.category), readiness.verdict.title)


def becomes(flip: Flip) -> tuple[str, str, str]:
    """Sign, tone and words of what a change would lead to."""
    return (*_look(flip.to), flip.title)


def _look(category: str) -> tuple[str, str]:
    return CATEGORIES.get(category, ("·", "off"))


def day(iso: str, letters: int | None = None) -> str:
    """A day with its month as a word, since 3/4 is two days; what is no day stays as it is.

    >>> day("2026-11-03"), day("2026-11-03", 3)
    ('3 November 2026', '3 Nov 2026')
    """
    try:
        told = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{told.day} {_MONTHS[told.month - 1][:letters]} {told.year}"


def dated(text: str) -> str:
    """A text whose days have their months as words.

    >>> dated("Nothing changed from 2026-09-01 to 2026-11-20.")
    'Nothing changed from 1 Sep 2026 to 20 Nov 2026.'
    """
    return _DAY.sub(lambda found: day(found[0], 3), text)


def short(questions: Sequence[Considered]) -> list[Considered]:
    """The questions that matter most, in their order."""
    return sorted((one for one in questions if one.short), key=lambda one: one.short)


def others(questions: Sequence[Considered]) -> list[Considered]:
    """All other questions: those where answer and data disagree first, then in their order."""
    rest = [one for one in questions if not one.short]
    return sorted(rest, key=lambda one: one.state not in DISAGREE)


def conflicts(questions: Sequence[Considered]) -> list[Considered]:
    """Where answer and data disagree, whichever counts."""
    return [one for one in questions if one.state in DISAGREE]


def checks_in_order(checks: Sequence[DataCheck]) -> list[DataCheck]:
    """What fails first, then what was not measured."""
    order = list(RESULTS)
    return sorted(checks, key=lambda one: order.index(one.result))


def routes_in_order(routes: Sequence[Route]) -> list[Route]:
    """What is open first; of one state in their order."""
    order = list(ROUTES)
    return sorted(routes, key=lambda one: order.index(one.state))


def question(readiness: Readiness, named: str) -> str:
    """The wording of a question by its name or id; what is no question stays as it is."""
    return next((q.asks for q in readiness.questions if named in {q.name, q.id}), named)


def said(one: Considered) -> tuple[str, str]:
    """Sign and word of what a person answered; "–" and “Not asked” where nobody did."""
    if one.said.answer == UNSURE and not (one.said.who or one.said.note):
        return "–", "No answer"
    return ANSWERS[one.said.answer]


def by_whom(one: Considered) -> str:
    """``K. Ode, 14 Nov 2026``; "" if nobody answered."""
    return ", ".join(filter(None, (one.said.who, day(one.said.when, 3))))


def shown(evidence: Evidence | None) -> tuple[str, str]:
    """Sign and words of what the files show of a question."""
    if evidence is None:
        return "–", "Nothing"
    if not evidence.shows:
        return "?", "Neither yes nor no"
    sign, word = ANSWERS[evidence.shows]
    return sign, word if evidence.strong else f"{word}, as a hint"


def state(one: Considered) -> str:
    """Which of the two counts, in words."""
    match one.state:
        case "agree":
            return "Answer and data agree"
        case "measured":
            return "The data counts"
        case "hint":
            return "A hint counts: confirm it"
        case "doubt":
            return "The answer counts; a hint speaks against it"
        case "said":
            return "The answer counts"
        case "conflict":
            return f"Conflict: {_winner(one)}"
        case "overridden":
            return "Conflict: the answer counts, with a reason"
        case "expired":
            return f"The answer expired on {day(one.until)}"
        case _:
            return "Not known"


def points(one: Considered, gate: str) -> tuple[str, str, str]:
    """Sign, tone and words of the side that a question points to; ``gate``: what decided alone."""
    if gate and gate in {one.name, one.id}:
        return DECIDES
    return POINTS[one.points] if one.counts else NOT_KNOWN


def _winner(one: Considered) -> str:
    if not one.counts:
        return "neither counts"
    return "the answer counts" if one.counts == one.said.answer else "the data counts"


_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def few(many: int) -> str:
    """``six questions``: small numbers as words, larger ones in digits."""
    return f"{_SMALL[many] if many < len(_SMALL) else many} question{'s' if many != 1 else ''}"


def disagreement(questions: Sequence[Considered]) -> str:
    """On how many questions answer and data disagree; both sides of those not on page 1."""
    found = conflicts(questions)
    told = (
        f"On {few(len(found))} the answer and the data disagree; both are shown, and which counts."
    )
    away = [one for one in found if not one.short]
    if not away:
        return told
    sides = "; ".join(
        f"{one.asks} You said: {said(one)[1]}, the data shows: {shown(one.evidence)[1]}"
        for one in away[:_MOST_AWAY]
    )
    more = f"; and {few(len(away) - _MOST_AWAY)} more" if len(away) > _MOST_AWAY else ""
    return f"{told} Not in this table: {sides}{more}."


NEEDS = {"students": "students", "staff": "staff", "groups": "groups", "sign-on": "single sign-on"}


def needs(names: Sequence[str]) -> str:
    """What is to be synced, as a list of words."""
    return ", ".join(NEEDS.get(name, name) for name in names) or "nothing"


def unsaid(verdict: Verdict) -> list[str]:
    """The conditions that neither the sentence nor the data checks tell already."""
    if verdict.category == "fix-then-sync":
        return []
    return [
        one
        for one in verdict.conditions
        if one.removesuffix(" passes").casefold() not in verdict.sentence.casefold()
    ]
