"""How evidence is said."""

from collections.abc import Mapping

from importer.model.readiness import Evidence
from importer.readiness.facts import Part

Limits = Mapping[str, float]
"""Thresholds by name; shares are percent."""


def of(
    question: str, shows: str, says: str, strong: bool = False, sample: str = "", on: str = ""
) -> Evidence:
    """Evidence whose sentence ends as one."""
    told = says if says.endswith((".", "?", "!")) else f"{says}."
    return Evidence(question, told[:1].upper() + told[1:], shows, strong, sample, on)


def unknown(question: str, why: str) -> Evidence:
    """Nothing was measured, and why."""
    return of(question, "", f"Not measured: {why}")


def many(count: int, one: str, more: str = "") -> str:
    """A number with its noun.

    >>> many(1, "school"), many(6214, "school"), many(0, "class", "classes")
    ('1 school', '6,214 schools', '0 classes')
    """
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def share(part: Part) -> str:
    """A share with the numbers behind it, never rounded up to all or down to none.

    >>> share(Part(99999, 100000)), share(Part(1, 751)), share(Part(3, 4)), share(Part(0, 0))
    ('99.99 % (99,999 of 100,000)', '0.13 % (1 of 751)', '75.0 % (3 of 4)', 'none (0 of 0)')
    """
    percent = part.percent
    if percent is None:
        return f"none ({part})"
    near = 0 < percent < 1 or 99 < percent < 100
    shown = f"{percent:.{2 if near else 1}f}"
    shown = "99.99" if float(shown) == 100 and part.part < part.whole else shown
    shown = "0.01" if float(shown) == 0 and part.part else shown
    return f"{shown} % ({part})"
