"""Readiness as one HTML page: no script, no request, no names of pupils or teachers.

What decides stands on page 1, which is one sheet of A4 or Letter whatever the texts are: on paper
long ones are cut there, and stand in full on the pages that follow.
"""

from importer.model.readiness import Readiness
from importer.report import readiness_words
from importer.report.page import environment
from importer.report.readiness_chart import (
    HEIGHT,
    HYBRID_FROM,
    SYNC_FROM,
    points_chart,
    weeks_chart,
)
from importer.report.verdict import moment

MOST_WHY = 3
"""Reasons on page 1 in print."""

FITS = {"sentence": 140, "why": 100, "sure": 100, "step": 80, "whose": 80}
"""Characters that are sure to fit on page 1 in print; a test tries them in a browser with the
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
        marks=(HYBRID_FROM, SYNC_FROM),
        bar_height=HEIGHT,
        long=too_long(readiness),
    )


def too_long(readiness: Readiness) -> bool:
    """Whether a text of page 1, other than those of the questions, may be cut on paper."""
    verdict = readiness.verdict
    texts = [("sentence", readiness.sentence), ("sure", readiness.confidence_why)]
    texts += [("why", text) for text in (*verdict.why, "; and if ".join(verdict.conditions))]
    for step in readiness.steps[: readiness_words.MOST_STEPS]:
        texts += [("step", step.what), ("whose", step.owner + step.effect)]
    return len(verdict.why) > MOST_WHY or any(len(text) > FITS[kind] for kind, text in texts)
