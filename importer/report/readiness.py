"""Readiness as one HTML page: no script, no request, no names of pupils or teachers.

What decides stands on page 1, which is one sheet of A4 or Letter whatever the texts are: on paper
long ones are cut there, and stand in full on the pages that follow.
"""

from importer.model.readiness import Readiness
from importer.report import readiness_words
from importer.report.page import environment
from importer.report.readiness_chart import HEIGHT, points_chart, weeks_chart
from importer.report.verdict import moment

MOST_WHY = 3
"""Reasons on page 1 in print."""

FITS = {"sentence": 140, "why": 50, "sure": 117, "step": 80, "whose": 80}
"""Characters on page 1 in print: of the sentence and the confidence; of each line of a reason; of
each line of a step; of who does it and what it brings. A test tries them in a browser with the
widest font that is common. What is longer is told in full on the following pages too."""


def readiness_page(readiness: Readiness) -> str:
    """The page of one run, from its own record. Every text of it is text, never markup."""
    template = environment().get_template("readiness.html.j2")
    return template.render(
        r=readiness,
        v=readiness.verdict,
        w=readiness_words,
        category=readiness_words.category(readiness),
        at=moment(readiness.at),
        points=points_chart(readiness),
        weeks=weeks_chart(readiness.weeks),
        marks=readiness.marks,
        bar_height=HEIGHT,
        long=too_long(readiness),
        why_lines=why_lines(len(readiness.verdict.why)),
        step_lines=step_lines,
    )


def why_lines(many: int) -> int:
    """Lines that each of ``many`` reasons may take in print."""
    return 2 if many >= MOST_WHY else 3


def step_lines(place: int, many: int) -> int:
    """Lines that the step at ``place`` (from 0) of ``many`` may take in print."""
    return 2 if many < readiness_words.MOST_STEPS or place < 2 else 1


def too_long(readiness: Readiness) -> bool:
    """Whether a text of page 1, other than those of the questions, may be cut on paper."""
    verdict, steps = readiness.verdict, readiness.steps[: readiness_words.MOST_STEPS]
    lines = why_lines(len(verdict.why))
    texts = [("sentence", 1, verdict.sentence), ("sure", 1, readiness.confidence_why)]
    texts += [("why", lines, text) for text in verdict.why]
    texts.append(("why", 2, "; and if ".join(readiness_words.unsaid(verdict))))
    for place, step in enumerate(steps):
        texts.append(("step", step_lines(place, len(steps)), step.what))
        texts.append(("whose", 1, step.owner + step.effect))
    cut = any(len(text) > lines * FITS[kind] for kind, lines, text in texts)
    return cut or len(verdict.why) > MOST_WHY
