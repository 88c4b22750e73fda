"""How a district stands: what is remembered of its turns, small, and nothing of a pupil."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

NAME = "standing"
"""The memory that it lies in."""

SERVER, DROP = "failed", "drop"
"""What a trouble is of: a turn that could not be done, or what came."""

_MOST_KEYS = 50


@dataclass(frozen=True)
class Trouble:
    """What is wrong with one source, since when, and whether people were told.

    ``of``: SERVER or DROP. ``outcome``: of the last turn that said so (held, rejected, failed).
    ``times``: turns in a row. ``told``: when people were last told ("" = not yet). ``keys``: the
    drops and reasons that they were told of. ``commit``: the newest when it began. ``run``,
    ``drop``: of the last turn. ``says``: why, in words.
    """

    of: str
    source: str
    outcome: str
    since: str
    times: int = 0
    told: str = ""
    keys: tuple[str, ...] = ()
    commit: int = 0
    run: str = ""
    drop: str = ""
    says: str = ""

    def tells(self, key: str, at: str) -> "Trouble":
        """The same, once people are told of this drop and reason."""
        return replace(self, keys=(*self.keys, key)[-_MOST_KEYS:], told=at)


@dataclass(frozen=True)
class Standing:
    """What is remembered between two turns. Times are UTC, ISO 8601; "" = never.

    ``since``: the first turn. ``turn``, ``outcome``, ``says``: the last one. ``arrivals``: source →
    when a drop of it last came. ``missed``: the deadline of which people were told that no push
    came. ``digest``: when the last mail of a day was made.
    """

    since: str = ""
    turn: str = ""
    outcome: str = ""
    says: str = ""
    arrivals: Mapping[str, str] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()
    missed: str = ""
    digest: str = ""

    def trouble(self, of: str, source: str) -> Trouble | None:
        """What is wrong with a source, if anything of this kind is."""
        return next((t for t in self.troubles if (t.of, t.source) == (of, source)), None)

    def having(self, trouble: Trouble) -> "Standing":
        """The same with this trouble in place of what it is the next of."""
        return replace(self, troubles=(*self.without(trouble).troubles, trouble))

    def without(self, trouble: Trouble) -> "Standing":
        """The same without a trouble."""
        apart = (trouble.of, trouble.source)
        rest = tuple(t for t in self.troubles if (t.of, t.source) != apart)
        return replace(self, troubles=rest)

    def record(self) -> dict[str, Any]:
        """The standing as JSON-ready data."""
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Standing":
        """The standing of a record read back; a new one of a record that isn't ours."""
        try:
            troubles = tuple(
                Trouble(**{**trouble, "keys": tuple(trouble["keys"])})
                for trouble in record["troubles"]
            )
            return cls(**{**record, "troubles": troubles})
        except (KeyError, TypeError):
            return cls()
