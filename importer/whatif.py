"""What a drop would mean under other settings: planned twice, compared, nothing kept."""

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from importer import settings
from importer.checked import scopes
from importer.considered import Considered, Terms, considered
from importer.contracts import confirmed_file
from importer.contracts.load import contracts
from importer.intake.drops import open_drop
from importer.intake.limits import Limits
from importer.model.drop import Drop
from importer.model.errors import StorageError, UsageError
from importer.model.history import Asked, Commit, Run
from importer.planning.apart import Apart, apart
from importer.settings import Policy
from importer.store.port import Store

_LATER = "PLAN-506"  # “older than what was committed” is true of every drop that is replayed


@dataclass(frozen=True)
class Asking:
    """What to replay: a drop on disk, or that of a run; against which commit (None = its own).

    ``anew``: settings, each as ``guards.growth=0.5``.
    """

    path: Path | None
    run: Run | None
    base: int | None
    anew: tuple[str, ...]
    at: str


@dataclass(frozen=True)
class WhatIf:
    """A drop under the settings of today (``now``) and under others (``then``)."""

    label: str
    base: int
    now: Considered
    then: Considered
    apart: Apart

    def counts(self) -> list[tuple[str, str, int, int]]:
        """Table, action, how many picked changes now and then, in the order of the changes."""
        now, then = self.now.made.change.counts(), self.then.made.change.counts()
        both = pl.concat([s.made.change.changes.filter("picked") for s in (self.now, self.then)])
        kinds = both.select("table", "action").unique(maintain_order=True).rows()
        return [
            (table, action, now.get(table, {}).get(action, 0), then.get(table, {}).get(action, 0))
            for table, action in kinds
        ]

    def blocks(self) -> tuple[list[str], list[str]]:
        """What it would be on hold for, now and then."""
        return _blocks(self.now), _blocks(self.then)


def named(store: Store, wanted: str) -> Run:
    """The run of a run's id, a commit's number, or a drop's id (or the beginning of one)."""
    if wanted.isdecimal() and len(wanted) < 6:
        return store.run(store.commit(int(wanted)).run)
    of_drop = [run for run in store.runs() if len(wanted) >= 8 and run.drop.startswith(wanted)]
    return of_drop[-1] if of_drop else store.run(wanted)


def whatif(store: Store, asking: Asking) -> WhatIf:
    """Replay a drop twice. StorageError if it is no longer kept."""
    text = store.policy_text()
    ours, other = settings.read(text), settings.changed(text, asking.anew)
    if ours == other:
        raise UsageError("That is how it is set already.", "importer config show -w DIR")
    confirmed = confirmed_file.read(store.mapping_text(), contracts())
    run, head = asking.run, _base(store, asking)
    with store.scratch() as scratch:
        if run is not None:
            drop, label, at = _kept(store, run), run.label, run.at
            asked = Asked(bool(run.since), run.since, tuple(run.schools), source=run.source)
            kind = run.kind
        else:
            assert asking.path is not None
            drop = open_drop(asking.path, scratch, Limits(), identify=True)
            label, at, asked, kind = asking.path.name, asking.at, Asked(), ""
        sides = [
            considered(store, drop, Terms(_of_kind(policy, kind), confirmed, head, asked, at))
            for policy in (ours, other)
        ]
    now, then = sides
    parted = apart(now.made.change, then.made.change)
    return WhatIf(label, head.number if head else 0, now, then, parted)


def _of_kind(policy: Policy, kind: str) -> Policy:
    """The policy, and the format that the run was of, where none is set: ``--kind`` isn't kept."""
    return replace(policy, format=policy.format or kind)


def _base(store: Store, asking: Asking) -> Commit | None:
    """The commit to compare with: the one asked for, that of the run, or the newest."""
    if asking.base is None and asking.run is None:
        return store.head()
    number = asking.base if asking.base is not None else asking.run.base if asking.run else 0
    return store.commit(number) if number else None


def _kept(store: Store, run: Run) -> Drop:
    try:
        return replace(store.drop(run.drop), source=run.source)
    except StorageError as error:
        fix = "Replay the files from where they came: importer whatif PATH -w DIR --set …"
        raise StorageError(str(error), fix) from None


def _blocks(found: Considered) -> list[str]:
    grave = found.examined.found.findings.filter(pl.col("severity") == "BLOCK")
    later = set(grave.filter(pl.col("code") == _LATER)["cause"])
    return sorted({scope for cause, scope in scopes(found.examined).items() if cause not in later})
