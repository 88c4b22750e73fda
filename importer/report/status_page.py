"""How districts stand as one HTML page: no script, no request, no names of pupils."""

from collections.abc import Sequence

from importer.report import status
from importer.report.page import environment
from importer.report.status import NEEDS_SOMEBODY, STATES, DistrictStatus
from importer.report.verdict import moment

_WIDTH, _HEIGHT = 100, 24


def status_page(districts: Sequence[DistrictStatus], at: str) -> str:
    """All districts in their order; ``at``: when it was looked at, UTC."""
    template = environment().get_template("status.html.j2")
    return template.render(
        heading=status.heading(districts),
        districts=districts,
        urgent=[d for d in districts if d["state"] in NEEDS_SOMEBODY or status.unsent(d)],
        counts=status.states(districts),
        STATES=STATES,
        at=moment(at),
        points=points,
        st=status,
    )


def points(numbers: Sequence[int]) -> str:
    """Numbers as the points of a line in a drawing of 100 × 24."""
    most, last = max(numbers, default=0) or 1, max(len(numbers) - 1, 1)
    return " ".join(
        f"{place * _WIDTH / last:.1f},{_HEIGHT - 2 - number * (_HEIGHT - 4) / most:.1f}"
        for place, number in enumerate(numbers)
    )
