"""A run that was planned, and whether that says anything that wasn't carried out before."""

from dataclasses import dataclass

from importer import ways
from importer.model.changes import ChangeSet
from importer.model.history import DROPS, Asked, Run
from importer.report import verdict
from importer.report.reported import Reported
from importer.reviews import unchecked
from importer.store.port import Store


@dataclass(frozen=True)
class Planned:
    """A run that was planned: its record, what to report, and the change set.

    ``earlier``: it was planned before, and ``change`` has none of the rows that it writes.
    ``nothing_new``: it was carried out, and ``change`` doesn't list what.
    """

    run: Run
    reported: Reported
    change: ChangeSet
    nothing_new: bool = False
    earlier: bool = False


def same_again(store: Store, drop: str, rules: str, asked: Asked) -> Planned | None:
    """The run that did or planned exactly this; None if there is none.

    ``rules``: the name of the policy with what is confirmed.
    """
    if not drop:
        return None
    head = store.head()
    number = head.number if head else 0
    for run in reversed(store.runs()):
        same = run.drop == drop and run.policy == rules and ways.asked_so(run, asked)
        done = head is not None and head.run == run.id and not unchecked(store, run.id)
        if same and (done or run.base == number):
            for table in head.tables if head else ():
                store.table(table, head)  # nothing is “nothing new” over a damaged roster
            if done:  # nobody looks at its changes again, and a first load has many
                changes = store.scan_run_frame(run.id, "changes").clear().collect()
            else:
                changes = store.run_frame(run.id, "changes")
            change = ChangeSet(run.base, run.drop, changes, {})
            summary = store.run_data(run.id, "summary")
            shown = verdict.again(summary, done)  # type: ignore[arg-type]
            found, held = (store.run_frame(run.id, name) for name in ("findings", "held"))
            told = Reported(shown, found, held)
            return Planned(run, told, change, nothing_new=done, earlier=True)
    return None


def said_before(store: Store, planned: Planned) -> bool:
    """Whether one of several sources sent its last committed drop again, and nothing follows of it.

    Other sources committed since; so it was planned once more, for what they sent may matter.
    """
    run, change = planned.run, planned.change
    if not run.source or run.blocks or change.changes.height or change.whole:
        return False
    own = (c for c in reversed(store.commits()) if c.source == run.source and c.sync in DROPS)
    last = next(own, None)
    return last is not None and (last.drop, last.policy) == (run.drop, run.policy)
