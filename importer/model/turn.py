"""What one unattended turn came to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

OUTCOMES = {
    "nothing": "nothing had arrived",
    "waiting": "a drop is still arriving",
    "paused": "the district's schedule pauses",
    "off": "the district is switched off",
    "same": "nothing new: what came is committed already",
    "test": "planned as a test",
    "committed": "committed",
    "held": "on hold, a person must decide",
    "rejected": "could not be read as a drop at all",
    "failed": "could not be done; nothing was committed",
}
"""Outcome → what it means. ``failed``: a disk, a server, a bug; it is tried again."""


@dataclass(frozen=True)
class Turn:
    """What became of one drop of a source, or of a look that found none.

    ``at``, ``ended``: UTC, ISO 8601. ``outcome``: one of ``OUTCOMES``. ``source``: see the policy
    ("" = the only one). ``commit``: its number, 0 = none. ``counts``: canonical table → action →
    changes. ``findings``: severity → number. ``blocks``: scopes on hold. ``codes``: the
    checks that held or rejected it, the first cause first. ``says``, ``fix``: for
    people. Nothing here is of a pupil.
    """

    at: str
    outcome: str
    exit_code: int = 0
    source: str = ""
    ended: str = ""
    drop: str = ""
    run: str = ""
    commit: int = 0
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    blocks: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    says: str = ""
    fix: str = ""

    def record(self) -> dict[str, Any]:
        """The turn as JSON-ready data."""
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Turn":
        """The turn of a record read back."""
        return cls(**{**record, "blocks": tuple(record["blocks"]), "codes": tuple(record["codes"])})
