"""One thing that was looked at."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Looked:
    """What was looked at, the verdict ("yes", "no", "advice"), what was found, and what to do."""

    what: str
    verdict: str
    says: str = ""
    fix: str = ""

    def record(self) -> dict[str, Any]:
        """The same as JSON-ready data."""
        return asdict(self)


def yes(what: str, says: str = "") -> Looked:
    """It is as it must be."""
    return Looked(what, "yes", says)


def no(what: str, says: str, fix: str) -> Looked:
    """It is not, and something will not work or is not safe."""
    return Looked(what, "no", says, fix)


def advice(what: str, says: str, fix: str) -> Looked:
    """It works, and could be better."""
    return Looked(what, "advice", says, fix)
