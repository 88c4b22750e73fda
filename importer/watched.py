"""What the guards are told about a drop: the plan, what was sent, the feed's history, the season.

Here history is read; the judges themselves (``planning/guards``) know no store.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

import polars as pl

from importer.examine import Examined
from importer.model.errors import ImporterError
from importer.model.history import DROPS, Commit
from importer.planning import crosswalk
from importer.planning.crosswalk import rekeyed
from importer.planning.explained import unexplained
from importer.planning.guard import Case, Stop, guard
from importer.planning.guards.case import Past
from importer.planning.guards.limits import FEWEST, LOOKED_AT, learned
from importer.planning.guards.season import season
from importer.planning.guards.stop import BELOW, COUNTS, ROOTS
from importer.planning.incoming import Accepted
from importer.planning.plan import Planned
from importer.settings import Policy
from importer.store.port import Store

WEEK = timedelta(days=7)
_MADE_UP = ("PLAN-503", "PLAN-541", "PLAN-544", "PLAN-552")
"""What says nothing of a sheet that people fill in: it grows by itself and is no full list."""
_EMPTY = "PLAN-505"
_SWAPPED = "PLAN-547"


def stops(
    store: Store, examined: Examined, parts: list[Accepted], made: Planned, policy: Policy, at: str
) -> list[Stop]:
    """What the guards say about a plan. ``at``: when it is made (ISO 8601)."""
    if not made.change.base or examined.contract is None:
        return []
    head = store.commit(made.change.base)  # not always the newest: a drop may be replayed
    today = date.fromisoformat(at[:10])
    case = Case(
        rekeyed=made.stops,
        changes=unexplained(made.change, made.rekeyed).changes,
        stored=rekeyed(lambda table: store.table(table, head), crosswalk.of(made.change)),
        told=made.told,
        limits=learned(policy.guards, _unreleased(store, _of_source(store, examined, head))),
        season=season(policy.calendar, today),
        parts=parts,
        rows=sent_rows(examined),
        usual=_usual(_of_source(store, examined, head)),
        earlier=_earlier(store, head, today),
        unended=_unended(examined, _of_source(store, examined, head)),
        unlike=made.unlike,
    )
    found = guard(case)
    if examined.contract.absence == "keep":
        return [stop for stop in found if stop.code not in _MADE_UP]
    return _not_said_yet(examined, found)


def sent_rows(examined: Examined) -> dict[str, int]:
    """Source table → the rows that its file had."""
    outcomes = examined.checked.outcomes
    return {o.bound.contract.prefix + name: o.bound.sheet.rows for name, o in outcomes.items()}


def ended(examined: Examined) -> list[str]:
    """The source tables whose file has an end of line behind its last row."""
    outcomes = examined.checked.outcomes
    found = [o.bound.contract.prefix + name for name, o in outcomes.items() if o.bound.sheet.ended]
    return sorted(found)


def _unended(examined: Examined, commits: Sequence[Commit]) -> dict[str, str]:
    """Source table → canonical table, where the last row has no end and always had one.

    Not where the file ends inside a row, which is said of it already (FILE-137).
    """
    late = commits[-FEWEST:]
    here = {o.bound.contract.prefix + n: o for n, o in examined.checked.outcomes.items()}
    return {
        name: o.bound.table.makes[0].table
        for name, o in here.items()
        if late and all(name in commit.ended for commit in late)
        if not o.bound.sheet.ended and not o.bound.sheet.cut and o.bound.table.makes
    }


def _until(store: Store, head: Commit) -> list[Commit]:
    return [commit for commit in store.commits() if commit.number <= head.number]


def _of_source(store: Store, examined: Examined, head: Commit) -> list[Commit]:
    """The commits of the same source and format that came from full drops."""
    assert examined.contract is not None
    told = examined.contract.name, examined.drop.source, "full"
    return [c for c in _until(store, head) if (c.kind, c.source, c.sync) == told]


def _released(store: Store, commit: Commit) -> bool:
    """Whether a person released it. Of a run that retention removed nobody knows: taken for so."""
    try:
        return bool(store.approvals(commit.run))
    except ImporterError:
        return True


def _unreleased(store: Store, commits: Sequence[Commit]) -> list[Commit]:
    """What nobody had to release is usual. The first one is where the counting begins."""
    late = commits[-LOOKED_AT - 1 :]
    return [c for n, c in enumerate(late) if n == 0 or not _released(store, c)]


def _usual(commits: Sequence[Commit]) -> dict[str, float]:
    """Source table → the median of its rows in the last five commits, once there are five."""
    late = commits[-FEWEST:]
    if len(late) < FEWEST:
        return {}
    names = {name for commit in late for name in commit.rows}
    return {name: median(c.rows[name] for c in late if name in c.rows) for name in names}


def _earlier(store: Store, head: Commit, today: date) -> Past | None:
    """The roster of a week ago, or of the last drop that a person released; None if it is newest.

    Without a week of history, the first one.
    """
    then: Commit | None = None
    for commit in reversed(_until(store, head)):
        if not store.keeps(commit):  # what retention removed is no measure
            break
        then = commit
        old = today - date.fromisoformat(commit.at[:10]) >= WEEK
        if old or commit.sync not in DROPS or _released(store, commit):
            break
    if then is None or then.number == head.number:
        return None
    base = then
    return Past(base.number, base.at[:10], lambda table: store.table(table, base))


def _not_said_yet(examined: Examined, found: list[Stop]) -> list[Stop]:
    """Without what an empty file explains, of which a stop is there already."""
    assert examined.contract is not None
    empty = examined.raw.filter(pl.col("code") == _EMPTY)["file"]
    tables = {examined.tables[file] for file in empty if file in examined.tables}
    made = {m.table for t in tables for m in examined.contract.tables[t].makes}
    made |= {below for table in made for below in BELOW.get(table, ())}
    silent = COUNTS | ROOTS
    cut = _made_of_cut_files(examined)
    return [
        stop
        for stop in found
        if (stop.code not in silent or stop.table not in made)
        and (stop.code != _SWAPPED or stop.table not in cut)
    ]


def _made_of_cut_files(examined: Examined) -> set[str]:
    """Canonical tables that files make which end inside a row; that is said, and explains enough.

    In the few rows that are left of one, columns look swapped by chance.
    """
    cut = [o.bound.table for o in examined.checked.outcomes.values() if o.bound.sheet.cut]
    return {make.table for table in cut for make in table.makes}
