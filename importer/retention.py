"""Retention: what is old enough to go, and what the roster of today still needs."""

from datetime import datetime, timedelta

from importer.model.history import Commit, Who
from importer.model.retention import Purge
from importer.store.port import Store


def due(store: Store, keep_days: dict[str, int], who: Who) -> Purge:
    """What goes if so many days of each kind (``drops``, ``runs``, ``rosters``) are kept.

    A kind that isn't named stays. The roster and the run of the newest commit always stay, and so
    do those that were in force on the first day that is kept: the question what the roster was on
    that day has an answer. Raw drops go by age alone.
    """
    number = max((purge.number for purge in store.purges()), default=0) + 1
    found = Purge(number, who.actor, who.at, keep_days, automatic=who.automatic)
    first = {kind: _first_day(who.at, days) for kind, days in keep_days.items()}
    drops = _drops(store, first["drops"]) if "drops" in first else []
    rosters = _rosters(store, first["rosters"]) if "rosters" in first else []
    runs = _runs(store, first["runs"]) if "runs" in first else []
    return store.measured(found, drops, runs, rosters)


def _first_day(now: str, days: int) -> str:
    """The moment from which on all is kept (UTC, ISO 8601)."""
    at = datetime.fromisoformat(now) - timedelta(days=days)
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _kept(commits: list[Commit], first: str) -> list[Commit]:
    """The commits whose rosters stay."""
    before = [commit for commit in commits if commit.at < first][-1:]
    return before + [commit for commit in commits if commit.at >= first] + commits[-1:]


def _drops(store: Store, first: str) -> list[str]:
    """Drops that no run and no commit used since; one that none ever used, by its own age."""
    used = dict(store.kept_drops())
    ages: dict[str, str] = {}
    made = [(run.drop, run.at) for run in store.runs()]
    for drop, at in made + [(commit.drop, commit.at) for commit in store.commits()]:
        ages[drop] = max(ages.get(drop, ""), at)
    return sorted(drop for drop, at in used.items() if ages.get(drop, at) < first)


def _rosters(store: Store, first: str) -> list[str]:
    """Roster files that no kept commit names; one that no commit names at all, by its own age."""
    commits = store.commits()
    named = {stored.sha256 for commit in commits for stored in commit.tables.values()}
    kept = {s.sha256 for commit in _kept(commits, first) for s in commit.tables.values()}
    there = store.kept_rosters().items()
    return sorted(s for s, at in there if s not in kept and (s in named or at < first))


def _runs(store: Store, first: str) -> list[str]:
    kept = {commit.run for commit in _kept(store.commits(), first)}
    return [run.id for run in store.runs() if run.at < first and run.id not in kept]
