"""Holds: why a run may not be committed yet, and a person's word that it may."""

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from importer.checks import causes
from importer.contracts.mapping import telling
from importer.examine import Examined, fix_order, newest
from importer.model import findings
from importer.model.changes import ChangeSet
from importer.model.errors import OnHoldError, StalePlanError, UsageError
from importer.model.history import DROPS, Approval, Commit, Run, Who
from importer.model.undone import in_effect
from importer.planning.compare import MARKED
from importer.planning.guard import Stop
from importer.planning.plan import Planned
from importer.store.port import Store


def stops(store: Store, examined: Examined, change: ChangeSet, head: Commit | None) -> list[Stop]:
    """What history says about the drop."""
    if examined.contract is None or examined.contract.absence == "keep":
        # A sheet that people fill in may come again, and leave columns out.
        return []
    found = _vanished(examined, head) + _out_of_turn(store, examined, change, head)
    if examined.contract.row_state:
        bulk = {f for f, t in examined.tables.items() if examined.modes[t] == "bulk"}
        marked = pl.col("because") == MARKED, pl.col("source_file").is_in(bulk)
        counts = change.changes.filter(*marked).group_by("table").len()
        found += [Stop("PLAN-509", "*", table, "", n) for table, n in sorted(counts.iter_rows())]
    return found


def _out_of_turn(
    store: Store, examined: Examined, change: ChangeSet, head: Commit | None
) -> list[Stop]:
    """A drop older than what was committed, or a delta with nothing before it."""
    found = []
    changed = newest(examined)
    stand = in_effect([c for c in store.commits() if c.number <= change.base])
    own = [c for c in stand if c.source == examined.drop.source]
    later = [c.number for c in own if changed and c.newest > changed]
    if later:
        detail = f"its newest record is older than those of commit {later[-1]}"
        found.append(Stop("PLAN-506", "*", "drop", detail, 1))
    if head is None and change.changes.height and "delta" in used_modes(examined):
        found.append(Stop("PLAN-512", "*", "drop", "", 1))
    # Re-keys and the like are no drops, and sources don't send in step.
    drops = [c for c in stand if c.sync in DROPS and c.source == examined.drop.source]
    old = [c for c in drops[:-1] if c.drop == change.drop]
    if old and drops[-1].drop != change.drop:
        detail = f"it was committed as number {old[-1].number}"
        found.append(Stop("PLAN-506", "*", "drop", detail, 1))
    return found


def _vanished(examined: Examined, head: Commit | None) -> list[Stop]:
    """Columns that told who a row is about, were there last time, and aren't now."""
    found = []
    for name, outcome in examined.checked.outcomes.items():
        tied = outcome.bound
        before = set(head.columns.get(tied.contract.prefix + name, ())) if head else set()
        gone = (before - set(tied.at)) & telling(tied.contract, tied.table)
        if gone:
            detail = f"{tied.sheet.name} no longer has {', '.join(sorted(gone))}"
            found.append(Stop("PLAN-513", "*", name, detail, 1))
    return found


def used_modes(examined: Examined) -> set[str]:
    """The modes of the files that were loaded."""
    return {outcome.bound.mode for outcome in examined.checked.outcomes.values()}


def with_plan(examined: Examined, stops: list[Stop], planned: Planned) -> Examined:
    """The examined drop with what guards and planning found among its own, causes numbered anew."""
    if not stops and planned.notes.is_empty():
        return examined
    notes = findings.frame(
        {
            "code": stop.code,
            "severity": stop.severity,
            "file": stop.table,
            "value": None if stop.school == "*" else stop.school,
            "detail": stop.detail,
            "rows": stop.rows,
            "cause": index,
        }
        for index, stop in enumerate(stops)
    )
    assert examined.contract is not None
    raw = pl.concat([notes, examined.raw, planned.notes])
    order = fix_order(examined.contract, examined.tables)
    held = pl.concat([examined.checked.held(), planned.left_out])
    return replace(examined, raw=raw, found=causes.number(raw, held, order, len(stops)))


def missing_approvals(store: Store, run: Run) -> list[str]:
    """The scopes of a run that nobody released yet; ``*`` as school releases every school."""
    given = {scope for approval in store.approvals(run.id) for scope in approval.overrides}
    return [b for b in run.blocks if b not in given and f"*:{b.rpartition(':')[2]}" not in given]


def refuse_held(store: Store, run: Run) -> None:
    """OnHoldError for a drop of no known format, or while a scope isn't released."""
    if not run.kind:
        raise OnHoldError(
            "This drop is of no known format; there is nothing to commit.", "See its report."
        )
    if missing := missing_approvals(store, run):
        raise OnHoldError(
            f"Run {run.id} is on hold for {', '.join(missing)}.",
            f"See its report; if it is right: importer approve {run.id} -w DIR "
            f"--override '{missing[0]}' --reason '…'",
        )


def refuse_stale(store: Store, run: Run) -> None:
    """StalePlanError if somebody committed since the run was planned."""
    head = store.head()
    if (head.number if head else 0) != run.base:
        raise StalePlanError(
            f"Run {run.id} was planned against commit {run.base}, which is no longer the newest.",
            "Plan the drop again: importer plan PATH -w DIR",
        )


def released(store: Store, run: Run, wanted: Collection[str]) -> list[str]:
    """What the scopes that a person named stand for, in the words of the report, all of it."""
    found = store.run_frame(run.id, "findings").filter(pl.col("severity") == "BLOCK")
    told = []
    for finding in found.iter_rows(named=True):
        table = finding["file"].removesuffix(".csv")
        scope = f"{finding['value'] or '*'}:{table}"
        if scope in wanted or f"*:{table}" in wanted:
            told.append(f"{finding['code']} {scope}: {finding['message']}")
    return told


def approve(store: Store, run: Run, scopes: list[str], reason: str, who: Who) -> Approval:
    """Keep a person's word for scopes of a run; OnHoldError for one that it doesn't have.

    UsageError without a reason or a name. The word holds for this run alone.
    """
    if not reason.strip() or not who.actor.strip():
        raise UsageError(
            "A reason and a name are needed.", "Say why this is right, and who you are."
        )
    refuse_stale(store, run)
    known = {*run.blocks, *(f"*:{b.rpartition(':')[2]}" for b in run.blocks)}
    if unknown := [scope for scope in scopes if scope not in known]:
        raise OnHoldError(
            f"Run {run.id} is not on hold for {', '.join(unknown)}.",
            f"It is on hold for: {', '.join(run.blocks) or 'nothing'}.",
        )
    approval = Approval(run.id, scopes, reason, who.actor, who.at)
    store.add_approval(approval)
    return approval
