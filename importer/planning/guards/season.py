"""The time of the year: whether terms are changing these days, by what the district declared."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from importer.settings.policy import Calendar

BEFORE, AFTER = timedelta(days=2), timedelta(days=14)
"""Clever pauses from 2 days before the last day until 2 weeks after the first."""
STALE = timedelta(days=120)
"""Longer than a summer: a calendar that ended before says nothing about today."""


@dataclass(frozen=True)
class Season:
    """Today, and which change of year or term it lies in ("" = none is known)."""

    today: date
    change: str = ""

    @property
    def turning(self) -> bool:
        """Whether a year or term is changing."""
        return bool(self.change)

    def over(self, last_day: date | None) -> bool:
        """Whether a term with this last day has ended, or is about to."""
        return last_day is not None and last_day <= self.today + BEFORE


def season(calendar: Calendar, today: date) -> Season:
    """The season of a day. ``[calendar]`` of district.toml decides; without it no change is."""
    for name, start, end in _windows(calendar):
        if start <= today <= end:
            return Season(today, name)
    return Season(today)


def _windows(calendar: Calendar) -> Iterator[tuple[str, date, date]]:
    """What changes, and from which day to which its losses and additions are expected."""
    first, last = calendar.school_year_start, calendar.school_year_end
    year = f"school year {calendar.school_year}".strip()
    if first:
        yield f"the start of the {year}", first - STALE, first + AFTER
    if last:
        yield f"the end of the {year}", last - BEFORE, last + STALE
    ordered = sorted(calendar.semesters, key=lambda semester: semester.start)
    for number, semester in enumerate(ordered):
        yield f"the start of {semester.name}", semester.start - BEFORE, semester.start + AFTER
        later = ordered[number + 1].start if number + 1 < len(ordered) else semester.end + AFTER
        yield f"the end of {semester.name}", semester.end - BEFORE, later + AFTER
