"""What fits on page 1 of readiness in print: how many lines texts may take, and how large they are.

On paper a text is cut after its lines (``clip-…`` of print.css), so that page 1 is one sheet
whatever is in it. The numbers are of the widest font that is common; tests try them in a browser.
"""

from math import ceil

from importer.model.readiness import Considered, Readiness
from importer.report import readiness_words as words

MOST_WHY = 3
"""Reasons on page 1 in print."""

FITS = {"sentence": 144, "why": 50, "sure": 117, "step": 86, "whose": 84}
"""Characters that are sure to fit: of the sentence and the confidence; of each line of a reason; of
each line of a step; of who does it and what it brings. What is longer is told in full on the
following pages too."""

LARGER = 1.1
"""How much larger a short page 1 is printed (``.large`` of print.css)."""

_LARGE_LINES = 32
"""Lines of steps, questions, notice and sentence that leave room for that on a Letter page."""

_ASKS, _CELL = 26, 30
_MOST_ROW = 3


def why_lines(many: int) -> int:
    """Lines that each of ``many`` reasons may take in print."""
    return 2 if many >= MOST_WHY else 3


def step_lines(place: int, many: int) -> int:
    """Lines that the step at ``place`` (from 0) of ``many`` may take in print."""
    return 2 if many < words.MOST_STEPS or place < 2 else 1


def too_long(readiness: Readiness) -> bool:
    """Whether a text of page 1, other than those of the questions, may be cut on paper."""
    verdict, steps = readiness.verdict, readiness.steps[: words.MOST_STEPS]
    lines, room = why_lines(len(verdict.why)), 1 / LARGER if large(readiness) else 1
    texts = [("sentence", 1, verdict.sentence), ("sure", 1, readiness.confidence_why)]
    texts += [("why", lines, text) for text in verdict.why]
    texts.append(("why", 2, "; and if ".join(words.unsaid(verdict))))
    for place, step in enumerate(steps):
        texts.append(("step", step_lines(place, len(steps)), step.what))
        texts.append(("whose", 1, step.owner + step.effect))
    cut = any(len(text) > lines * room * FITS[kind] for kind, lines, text in texts)
    return cut or len(verdict.why) > MOST_WHY


def large(readiness: Readiness) -> bool:
    """Whether page 1 is short enough to be printed larger, whatever its other texts are."""
    return _lines(readiness) <= _LARGE_LINES


def _lines(readiness: Readiness) -> float:
    """Lines of what grows with its texts, if printed larger; half of one lies around a step."""
    steps = readiness.steps[: words.MOST_STEPS]
    lines = 1.6 * min(3, _of(readiness.verdict.sentence, FITS["sentence"] / 3))
    lines += sum(
        1.5 + min(step_lines(place, len(steps)), _of(step.what, FITS["step"]))
        for place, step in enumerate(steps)
    )
    lines += sum(min(_MOST_ROW, _row(one)) for one in words.short(readiness.questions))
    return lines + 2 * bool(words.conflicts(readiness.questions))


def _row(one: Considered) -> int:
    shown = 1 + min(2, _of(one.evidence.says, _CELL)) if one.evidence else 1
    said = 1 + bool(words.by_whom(one)) + bool(one.said.note)
    return max(_of(one.asks, _ASKS), said, shown, 3 if one.state in words.DISAGREE else 2)


def _of(text: str, fits: float) -> int:
    return ceil(len(text) * LARGER / fits)
