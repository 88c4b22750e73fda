"""The rules of readiness as data: ``schemas/readiness.toml`` and its dated tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Question:
    """One question. ``id``: Q1 … C5; ``name``: mobile, size, …

    ``yes``, ``no``: what each answer means for the district. ``sync_if``: the answer that points to
    a sync ("" = it has no direction). ``kind``: gate, route, shape or weight. ``weight``: 0 = it
    doesn't count in the score. ``proves``: what files alone can prove. ``theirs``: no data ever
    counts instead of the person's answer. ``waivable``: a gate that a person may go past with a
    reason. ``expires``: days, or "1 July". ``thresholds``: number by name; ``reason``: why those.
    """

    id: str
    name: str
    asks: str
    yes: str
    no: str
    kind: str
    source: str
    sync_if: str = ""
    weight: int = 0
    proves: tuple[str, ...] = ()
    theirs: bool = False
    waivable: bool = False
    expires: str = "180 days"
    short: int = 0
    thresholds: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class DataRule:
    """One data gate, D1 … D12. ``thresholds``: number by name; ``reason``: why those."""

    id: str
    title: str
    fix: str
    owner: str
    source: str
    thresholds: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
