"""The history of a district: one entry for each sync, the oldest first."""

from collections.abc import Mapping
from typing import TypedDict

from importer import holds
from importer.contracts.load import contracts
from importer.contracts.sync_types import sync_type
from importer.model.history import Commit, Run
from importer.store.port import Store

Counts = Mapping[str, Mapping[str, int]]
_NEW, _UPDATED, _GONE = ("add", "reactivate"), ("edit", "move", "re-key"), ("archive", "withdraw")


class Entry(TypedDict):
    """One sync as history lists it.

    ``state``: committed, test, on hold, not committed. ``errors``: how many the drop had. ``new``,
    ``updated``, ``archived``: changes of all tables that were, or would be, carried out.
    """

    run: str
    commit: int | None
    at: str
    sync: str  # full, quick, test or undo
    type: str  # “Test PowerSchool Student”
    automatic: bool
    by: str
    drop: str
    state: str
    on_hold_for: list[str]
    errors: int
    warnings: int
    new: int
    updated: int
    archived: int
    counts: dict[str, dict[str, int]]
    schools: list[str]
    since: int
    note: str
    lost: bool  # what its run kept is gone


def history(store: Store) -> list[Entry]:
    """All syncs: the runs, and commits whose runs are gone."""
    made = {commit.run: commit for commit in store.commits()}
    runs = store.runs()
    known = {run.id for run in runs}
    lost = [_of_commit(commit) for run, commit in made.items() if run not in known]
    return lost + [_of_run(store, run, made.get(run.id)) for run in runs]


def _of_run(store: Store, run: Run, commit: Commit | None) -> Entry:
    waiting = [] if commit or run.sync == "test" else holds.missing_approvals(store, run)
    doer = commit or run
    contract = contracts().get(run.kind)
    named = sync_type(contract, run.columns, run.sync == "test") if contract else ""
    return Entry(
        run=run.id,
        commit=commit.number if commit else None,
        at=doer.at,
        sync=run.sync,
        type=named,
        automatic=doer.automatic,
        by=doer.actor,
        drop=run.label,
        state=_state(run, commit, waiting),
        on_hold_for=waiting,
        errors=run.findings.get("ERROR", 0),
        warnings=run.findings.get("WARNING", 0),
        new=_total(doer.counts, _NEW),
        updated=_total(doer.counts, _UPDATED),
        archived=_total(doer.counts, _GONE),
        counts=_plain(doer.counts),
        schools=run.schools,
        since=run.since,
        note=commit.note if commit else "",
        lost=False,
    )


def _of_commit(commit: Commit) -> Entry:
    return Entry(
        run=commit.run,
        commit=commit.number,
        at=commit.at,
        sync=commit.sync,
        type="",
        automatic=commit.automatic,
        by=commit.actor,
        drop=commit.drop[:12],
        state="committed",
        on_hold_for=[],
        errors=0,
        warnings=0,
        new=_total(commit.counts, _NEW),
        updated=_total(commit.counts, _UPDATED),
        archived=_total(commit.counts, _GONE),
        counts=_plain(commit.counts),
        schools=[],
        since=0,
        note=commit.note,
        lost=True,
    )


def _state(run: Run, commit: Commit | None, waiting: list[str]) -> str:
    if commit:
        return "committed"
    if run.sync == "test":
        return "test"
    return "on hold" if waiting else "not committed"


def _total(counts: Counts, actions: tuple[str, ...]) -> int:
    return sum(n for tally in counts.values() for a, n in tally.items() if a in actions)


def _plain(counts: Counts) -> dict[str, dict[str, int]]:
    return {table: dict(tally) for table, tally in counts.items()}
