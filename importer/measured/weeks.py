"""Changes of people and enrollments by week: what somebody would do by hand."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

from importer.model.history import DROPS, Commit
from importer.model.readiness import Week

_COUNTED = ("people", "enrollments")
_ADDED, _ARCHIVED, _MOVED = ("add", "reactivate", "begin"), ("archive", "withdraw"), ("move",)
_WEEK = timedelta(days=7)


def weeks(commits: Sequence[Commit], zone: tzinfo, most: int) -> tuple[Week, ...]:
    """The last weeks, at most so many, also those without a commit.

    The first commit is no change but the beginning. What people did beside drops isn't counted.
    """
    found: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    later = [commit for commit in commits[1:] if commit.sync in DROPS]
    for commit in later:
        monday = _monday(datetime.fromisoformat(commit.at).astimezone(zone).date())
        for place, actions in enumerate((_ADDED, _ARCHIVED, _MOVED)):
            found[monday][place] += _sum(commit, actions)
    if not found:
        return ()
    mondays = [min(found)]
    while mondays[-1] < max(found):
        mondays.append(mondays[-1] + _WEEK)
    return tuple(Week(monday.isoformat(), *found[monday]) for monday in mondays[-most:])


def per_week(counted: Sequence[Week], today: date) -> float | None:
    """The changes of a usual week, the median of whole ones in which anything came.

    None without such a week: the one that isn't over says too little.
    """
    this = _monday(today).isoformat()
    sums = [week.added + week.archived + week.moved for week in counted if week.first < this]
    came = [changes for changes in sums if changes]
    return median(came) if came else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _sum(commit: Commit, actions: tuple[str, ...]) -> int:
    tables = (commit.counts.get(table, {}) for table in _COUNTED)
    return sum(counts.get(action, 0) for counts in tables for action in actions)
