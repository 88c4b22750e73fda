"""How regularly drops come: school days with a whole set, holds, and how fast they are mended."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from importer import holds, schedule
from importer.measured.past import Past
from importer.model.errors import ImporterError
from importer.model.history import DROPS, Run
from importer.readiness.facts import Pushes
from importer.settings.schedule import clock

_STANDING = "standing"
"""The memory of unattended turns (``fleet.standing``): there it says when a drop last came."""

_YEAR, _DAY = timedelta(days=365), timedelta(days=1)


def pushes(past: Past, count: int) -> Pushes:
    """The last ``count`` school days: on which a whole set was accepted, in time, without a hold.

    Where a time of day is expected, what comes later is late for this day and in time for the next
    one, as ``schedule.missed`` has it. Today counts once one came.
    """
    policy, drops = past.policy, past.drops
    wanted = policy.schedule.sources
    whole = [c for c in drops if c.sync == "full" and (not wanted or c.source in wanted)]
    in_time = {_for(past, commit.at) for commit in whole}
    came = in_time | {past.day(commit.at) for commit in whole}
    since = max(past.day(drops[0].at), past.today - _YEAR)
    every = schedule.school_days(policy, since, past.today)
    days = [day for day in every if day < past.today or day in came][-count:]
    stopped = [run.at for run in held_runs(past)]
    held = {day for at in stopped for day in (_for(past, at), past.day(at))}
    here = [day for day in days if day in came]
    good = [day for day in here if day in in_time and day not in held]
    return Pushes(
        len(days),
        len(here),
        len(good),
        sum(day in held for day in days),
        bool(policy.schedule.expected),
        _came_since(past),
    )


def _for(past: Past, at: str) -> date:
    """The day that a push is in time for: what comes after the time of today is tomorrow's."""
    local = datetime.fromisoformat(at).astimezone(past.policy.schedule.zone)
    deadline = clock(past.policy.schedule.expected)
    late = deadline is not None and local.time() > deadline
    return local.date() + _DAY if late else local.date()


def _came_since(past: Past) -> bool:
    """Whether a drop came after the newest commit: the same once more leaves no record."""
    arrivals = past.store.memory(_STANDING).get("arrivals", {})
    if not isinstance(arrivals, dict):
        return False
    last = max((at for at in arrivals.values() if isinstance(at, str) and at), default="")
    return bool(last) and past.day(last) > past.day(past.drops[-1].at)


def held_runs(past: Past) -> Iterator[Run]:
    """Runs of drops that waited for a person, or still do: stopped, or of no known format."""
    for run in past.runs:
        if run.sync not in DROPS:
            continue
        if not run.kind or run.blocks or (run.id not in past.made and _waiting(past, run)):
            yield run


def _waiting(past: Past, run: Run) -> bool:
    try:
        return bool(holds.missing_approvals(past.store, run))
    except ImporterError:
        return False


def waits(past: Past) -> Iterator[float]:
    """Hours from the first of some drops that were held to the next that was accepted."""
    made = {commit.run: commit.at for commit in past.commits}
    held = {run.id for run in held_runs(past)}
    since = ""
    for run in (run for run in past.runs if run.sync in DROPS):
        if run.id in held and not since:
            since = run.at
        if run.id in made and since:
            then, now = datetime.fromisoformat(since), datetime.fromisoformat(made[run.id])
            yield (now - then).total_seconds() / 3600
            since = ""
