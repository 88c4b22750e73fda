"""When a push should have come, and when nothing is taken over: a district's own days and hours.

A time of day that a change of clocks skips or repeats is read as the later of its two readings:
nobody is told that a push is missing before the hour is over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import takewhile

from importer.settings import Policy
from importer.settings.schedule import DAYS, clock

_FURTHEST = 400
"""Days to look back and ahead for a deadline: a school year and its holidays."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """The last deadline that has passed and the next one, in UTC; None if there is none near."""

    last: datetime | None
    next: datetime | None


def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """A local time of day in UTC; of two readings the later one."""
    local = datetime.combine(day, at)
    readings = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return max(reading.astimezone(UTC) for reading in readings)


def paused(policy: Policy, now: datetime) -> str:
    """Why nothing is taken over on this day, in words; "" if things go on. ``now`` is aware."""
    return _closed(policy, now.astimezone(policy.schedule.zone).date())


def due(policy: Policy, now: datetime) -> Due:
    """The last deadline that has passed (one of right now has), and the next one."""
    at = clock(policy.schedule.expected)
    if at is None or not policy.active:
        return Due(None, None)
    zone = policy.schedule.zone
    today = now.astimezone(zone).date()
    # A zone may skip a whole day; then two days end at one moment, and today may be far from it.
    past = (instant(day, at, zone) for day in _open(policy, today + _DAY, -1))
    coming = (instant(day, at, zone) for day in _open(policy, today - _DAY, 1))
    return Due(
        next((moment for moment in past if moment <= now), None),
        next((moment for moment in coming if moment > now), None),
    )


def school_days(policy: Policy, first: date, last: date) -> list[date]:
    """The days from ``first`` to ``last``, at most 400, on which a push may be expected."""
    return list(takewhile(lambda day: day <= last, _open(policy, first, 1)))


def missed(policy: Policy, now: datetime, last_arrival: datetime | None) -> datetime | None:
    """The deadline, in UTC, for which no push has come; None if none is missing.

    One counts that came after the same time of the day before; one that comes late does too.
    """
    last = due(policy, now).last
    if last is None:
        return None
    opened = _day_before(policy, last)
    return last if last_arrival is None or last_arrival <= opened else None


def passed(policy: Policy, text: str, now: datetime) -> datetime:
    """The last moment, in UTC, at which it was this time of day (``07:30``) in the district."""
    at, zone = clock(text) or time(), policy.schedule.zone
    today = now.astimezone(zone).date()
    moments = (instant(today + ahead * _DAY, at, zone) for ahead in (1, 0, -1, -2))
    return max(moment for moment in moments if moment <= now)


def _day_before(policy: Policy, deadline: datetime) -> datetime:
    """The same time of day, one day earlier."""
    zone, at = policy.schedule.zone, clock(policy.schedule.expected) or time()
    day = deadline.astimezone(zone).date()
    earlier = (instant(day - back * _DAY, at, zone) for back in range(4))
    return next(moment for moment in earlier if moment < deadline)


def _open(policy: Policy, first: date, step: int) -> Iterator[date]:
    """The days on which a push is expected, from ``first`` on, forwards or backwards."""
    for ahead in range(_FURTHEST):
        day = first + ahead * step * _DAY
        wanted = DAYS[day.weekday()] in policy.schedule.days
        if wanted and not _closed(policy, day) and _at_school(policy, day):
            yield day


def _closed(policy: Policy, day: date) -> str:
    for pause in policy.schedule.pauses:
        if pause.first <= day <= pause.last:
            return f"paused until {pause.last}" + (f": {pause.reason}" if pause.reason else "")
    return f"{day} is left out" if day in policy.schedule.blackouts else ""


def _at_school(policy: Policy, day: date) -> bool:
    first, last = policy.calendar.school_year_start, policy.calendar.school_year_end
    return (first is None or first <= day) and (last is None or day <= last)
