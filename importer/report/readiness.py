"""Readiness as one HTML page: no script, no request, no names of pupils or teachers.

What decides stands on page 1, which is one sheet of A4 or Letter whatever the texts are: on paper
long ones are cut there, and stand in full on the pages that follow.
"""

from importer.model.readiness import Readiness
from importer.report import readiness_fit, readiness_words
from importer.report.page import environment
from importer.report.readiness_chart import HEIGHT, points_chart, weeks_chart
from importer.report.verdict import moment


def readiness_page(readiness: Readiness) -> str:
    """The page of one run, from its own record. Every text of it is text, never markup."""
    template = environment().get_template("readiness.html.j2")
    return template.render(
        r=readiness,
        v=readiness.verdict,
        w=readiness_words,
        fit=readiness_fit,
        category=readiness_words.category(readiness),
        at=moment(readiness.at),
        points=points_chart(readiness),
        weeks=weeks_chart(readiness.weeks),
        bar_height=HEIGHT,
    )
