"""Sets of answers that tests begin from."""

from collections.abc import Mapping

from importer.model.readiness import NO, YES, Answer
from importer.readiness.rules import shipped

RULES = shipped()
WEIGHTED = tuple(question.name for question in RULES.question if question.weight)
OTHER = {YES: NO, NO: YES}

FOR = {question.name: question.sync_if for question in RULES.question if question.sync_if}
"""Every question answered in favour of a sync."""

AGAINST = {name: OTHER[said] for name, said in FOR.items()}

DISTRICT = {name: FOR[name] for name in WEIGHTED}
"""The 13 questions of the district page answered in favour, the others open."""


def said(counts: Mapping[str, str], when: str = "2026-11-02") -> dict[str, Answer]:
    """The same as a person's answers."""
    return {name: Answer(word, who="A. Lopez", when=when) for name, word in counts.items() if word}
