"""What a person took back and what comes again all the same: undone drops, unchecked changes."""

import polars as pl

from importer.model.changes import ChangeSet
from importer.model.decision import Decision, ranges
from importer.model.history import Commit, Run
from importer.model.tables import TABLES
from importer.model.undone import in_effect, undone
from importer.planning.guard import ALL, Stop
from importer.planning.review import reviewed
from importer.reviews import as_planned, load_change
from importer.store.port import Store

_SAME = ["table", "action", "key", "after"]  # another value is another change


def stops(store: Store, change: ChangeSet) -> list[Stop]:
    """What is to be said of a plan of which a person has spoken before."""
    return _undone(_until(store, change), change) + _unchecked(store, change)


def _until(store: Store, change: ChangeSet) -> list[Commit]:
    """The commits that the plan knows of: it may be a replay against an older one."""
    return [commit for commit in store.commits() if commit.number <= change.base]


def _undone(commits: list[Commit], change: ChangeSet) -> list[Stop]:
    """A drop whose newest commit was undone."""
    made = [c for c in commits if c.drop == change.drop and not c.undoes]
    if not change.drop or not made or made[-1].number not in undone(commits):
        return []
    by = undone(commits)[made[-1].number]
    words = by.note.partition(": ")[2]
    detail = f"commit {made[-1].number} with this drop was undone as number {by.number} by "
    return [Stop("PLAN-560", ALL, "drop", detail + f"{by.actor}: “{words}”", 1)]


def _unchecked(store: Store, change: ChangeSet) -> list[Stop]:
    """Changes that were unchecked in the newest commit and are planned again."""
    last, again = _come_again(store, change)
    if last is None or again.is_empty():
        return []
    tables = [table for table in TABLES if table in again["table"].unique().to_list()]
    detail = f"in {', '.join(tables)}; {last.actor}: “{last.reason}”"
    return [Stop("PLAN-561", ALL, "review", detail, again.height, "WARNING")]


def carried(store: Store, run: Run, change: ChangeSet) -> list[Decision]:
    """What the newest commit's person said, said again of a run to which the same changes came.

    A district that is pushed every night isn't stopped by one change that somebody refused, nor is
    that change carried out because nobody is there.
    """
    last, again = _come_again(store, change)
    if last is None or again.is_empty():
        return []
    base = store.commit(run.base)
    chosen = [str(number) for number in again["id"]]
    off = reviewed(change, [(chosen, [])], lambda table: store.table(table, base)).off["id"]
    told = ranges(off)
    return [Decision(run.id, chosen, [], last.reason, last.actor, last.at, told, run.base)]


def _come_again(store: Store, change: ChangeSet) -> tuple[Decision | None, pl.DataFrame]:
    """The newest commit's decision, and the picked changes that it speaks of."""
    nothing = change.changes.clear()
    last = in_effect(_until(store, change))[-1:]
    if not last or last[0].run not in {run.id for run in store.runs()}:
        return None, nothing
    run = store.run(last[0].run)
    decisions = store.decisions(run.id)
    if not decisions or not decisions[-1].off:
        return None, nothing
    left = as_planned(store, run).changes.filter("picked")
    left = left.join(load_change(store, run).changes.filter("picked"), on="id", how="anti")
    again = change.changes.filter("picked").join(left.select(_SAME), on=_SAME, how="semi")
    return decisions[-1], again
