"""What retention removes: a purge names everything that goes, before anything does."""

from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = ("drops", "runs", "rosters")


@dataclass(frozen=True)
class Purge:
    """One purge: ``purges/000001.json``, which stays as the proof of what was destroyed.

    ``keep_days``: kind → how many days of it stay. ``drops``: ids (each the hash of its files).
    ``runs``: id → sha-256 of its record, which holds the hashes of its files. ``rosters``: sha-256
    of the files. ``files``, ``bytes``: how much that was. ``at``: UTC, ISO 8601.
    """

    number: int
    actor: str
    at: str
    keep_days: dict[str, int]
    drops: list[str] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    rosters: list[str] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    automatic: bool = False

    def record(self) -> dict[str, Any]:
        """The purge as JSON-ready data."""
        return asdict(self)

    def counts(self) -> dict[str, int]:
        """Kind → how many of it."""
        return {"drops": len(self.drops), "runs": len(self.runs), "rosters": len(self.rosters)}
