"""A kept drop once more: what it said, as of the commit that it was compared with."""

from dataclasses import replace

from importer.accept import accepted
from importer.checks.roster import Committed
from importer.contracts.confirmed import Confirmed
from importer.examine import Examined, examine
from importer.intake import rekeys
from importer.intake.platform import without
from importer.model.history import Commit, Run
from importer.planning.crosswalk import Rows
from importer.planning.incoming import Accepted
from importer.settings import Policy
from importer.store.port import Store


def committed(
    store: Store, head: Commit | None, policy: Policy, stored: Rows | None = None
) -> Committed:
    """The rows of the newest commit, and the schools that may come for the first time.

    ``stored``: these rows under the ids that a drop's re-keys give them.
    """
    named = frozenset(school.lower() for school in policy.organisations)
    only = next(iter(policy.organisations)) if len(policy.organisations) == 1 else ""
    rows = stored or (lambda table: store.table(table, head))
    return Committed(rows, head is None, named, only)


def parts_of(examined: Examined, drop: str = "") -> list[Accepted]:
    """What planning gets of a drop (its id); nothing where its format isn't known."""
    return accepted(examined.checked, examined.contract, drop) if examined.contract else []


def said_then(store: Store, run: Run, policy: Policy, confirmed: Confirmed) -> list[Accepted]:
    """What the drop of a run said, judged by the policy of today; ``StorageError`` if not kept.

    References are looked up in the roster that was there when the run was planned.
    """
    base = store.commit(run.base) if run.base else None
    drop, _ = rekeys.apart(replace(store.drop(run.drop), source=run.source))
    examined = examine(without(drop), policy, committed(store, base, policy), confirmed=confirmed)
    return parts_of(examined, drop.id)
