"""Grades in the order of school life, across the spellings of the formats."""

import re

_BEFORE_ONE = {
    **dict.fromkeys(("infanttoddler", "it"), -3),
    **dict.fromkeys(("preschool", "pr"), -2),
    # Both come right before kindergarten; a promotion from either is one step.
    **dict.fromkeys(("prekindergarten", "pk", "transitionalkindergarten", "tk"), -1),
    # England: nursery, reception, then years 1 to 14; reception comes where kindergarten does.
    **dict.fromkeys(("nursery 1", "nursery 2"), -1),
    **dict.fromkeys(("kindergarten", "kg", "k", "reception"), 0),
    **dict.fromkeys(("postgraduate", "ps"), 14),
}

LAST = 12
"""The grade in which one graduates; by it a year of graduation tells the grade of today."""


def place(word: str) -> int | None:
    """A grade as a number: kindergarten is 0, “03” and “3” are 3; None for what has no place.

    “Year 3” of England is a 3rd year too. “Ungraded”, “Other” and unknown words have none. PS is
    postsecondary, as in OneRoster (CEDS).
    """
    low = word.strip().lower()
    low = low.removeprefix("year ")
    if low in _BEFORE_ONE:
        return _BEFORE_ONE[low]
    return int(low) if re.fullmatch("[0-9]{1,2}", low) and int(low) <= 13 else None
