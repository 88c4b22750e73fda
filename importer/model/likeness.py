"""How alike two names are, and the known ones that a name is like. One measure for all of it."""

from collections.abc import Iterable

CLOSE = 60
"""For what a person typed: one letter in three may be wrong. difflib's default, kept."""


def likeness(one: str, other: str, least: float = 0) -> float:
    """0 to 100: the share of letters that both have in the same order; 0 if below ``least``."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - most drops never need it

    return fuzz.ratio(one, other, score_cutoff=least)


def closest(name: str, known: Iterable[str], least: float = CLOSE, most: int = 1) -> list[str]:
    """The known names that are most like this one, the best first; at most ``most``."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    found = process.extract(name, list(known), scorer=fuzz.ratio, score_cutoff=least, limit=most)
    return [told for told, _, _ in found]
