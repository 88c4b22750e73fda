"""When drops are expected and when none are taken: days, time of day, pauses, dates left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, time, tzinfo
from zoneinfo import ZoneInfo

from importer.settings.faults import Fault

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of ``date.weekday()``."""

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*){0,2}")


def clock(text: str) -> time | None:
    """The time of day of ``06:00``; None if it is none, 24 hours and two digits each."""
    return time.fromisoformat(text) if _TIME.fullmatch(text) else None


def zone(name: str) -> tzinfo | None:
    """The time zone of an IANA name; None if this machine knows none of that name."""
    if name == "UTC":  # needs no data of zones
        return UTC
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError):  # Europe alone is a folder of zones
        return None


@dataclass(frozen=True)
class Pause:
    """Days on which nothing is taken over; ``last`` is the last one."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True)
class Schedule:
    """When a push should have come, and when nothing is taken over.

    ``expected``: the time of day in ``time_zone`` by which a push should have come on ``days``
    ("" = none is expected). ``sources``: of which sources it is expected (empty = of any).
    ``blackouts``: single dates, paused like the days of ``pauses``.
    """

    time_zone: str = "UTC"
    expected: str = ""
    days: tuple[str, ...] = field(default=DAYS[:5], metadata={"choices": DAYS})
    sources: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()
    blackouts: tuple[date, ...] = ()

    @property
    def zone(self) -> tzinfo:
        """The district's time zone."""
        return zone(self.time_zone) or UTC

    def faults(self, sources: tuple[str, ...]) -> Iterator[Fault]:
        """What can't be a zone, a time or a stretch of days. ``sources``: those of the policy."""
        if zone(self.time_zone) is None:
            yield "schedule.time_zone", f"“{self.time_zone}” is no time zone", _zone_fix()
        if self.expected and clock(self.expected) is None:
            told = f"“{self.expected}” is no time of day"
            yield "schedule.expected", told, 'Write hours and minutes, such as "06:00".'
        if self.expected and not self.days:
            told = "a push is expected at a time, and on no day"
            yield "schedule.days", told, 'Name the days, or set expected = "".'
        for number, pause in enumerate(self.pauses, start=1):
            if pause.last < pause.first:
                told = "it must not be before first"
                yield f"schedule.pauses.#{number}.last", told, "last is the last day of the pause."
        if unknown := [name for name in self.sources if name not in sources]:
            told = f"“{unknown[0]}” is not the name of a source"
            known = f"Known are {', '.join(sources)}." if sources else "There are no [[sources]]."
            yield "schedule.sources", told, known


def _zone_fix() -> str:
    if zone("America/New_York") is None:
        return "This machine has no data of time zones: pip install tzdata"
    return 'Write an IANA name, such as "America/Chicago" or "Europe/Berlin".'
