"""The changes of a run as people left them: unchecked, checked again, and what went along."""

from dataclasses import dataclass, field

import polars as pl

from importer.model.changes import ChangeSet, lines
from importer.model.decision import Decision, ids_of, ranges
from importer.model.errors import OnHoldError, UsageError
from importer.model.history import Run, Who
from importer.model.tables import TABLES
from importer.planning.review import Reviewed, reviewed, standing
from importer.store.port import Store

AFTER, WHOLE = "after-", "whole-"
"""How the names of tables begin that a run keeps: ``ChangeSet.after`` and ``ChangeSet.whole``."""


@dataclass(frozen=True)
class Word:
    """What a person says about the changes of a run, as selectors, and why."""

    uncheck: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    reason: str = ""


def as_kept(store: Store, run: Run) -> ChangeSet:
    """The change set of a run, as it was kept: the long tables of a first load aren't listed."""
    return kept(store, run, store.run_frame(run.id, "changes"))


def kept(store: Store, run: Run, changes: pl.DataFrame) -> ChangeSet:
    """A change set of these ``changes`` with the rows that a run kept of it."""
    after, whole = (_tables(store, run, begins) for begins in (AFTER, WHOLE))
    return ChangeSet(run.base, run.drop, changes, after, whole)


def _tables(store: Store, run: Run, begins: str) -> dict[str, pl.LazyFrame]:
    """The tables that a run kept under names that begin so."""
    files = store.run(run.id).files  # ``run`` may be as it was before it was kept
    names = {table: begins + table for table in TABLES if f"{begins}{table}.parquet" in files}
    return {table: store.scan_run_frame(run.id, name) for table, name in names.items()}


def fills(run: Run, change: ChangeSet, table: str) -> str | None:
    """The frame of a run that is what its changes make of an empty table; None if no frame is."""
    whole, after = (f"{kind}{table}" for kind in (WHOLE, AFTER))
    if table in change.whole:
        return whole
    listed = f"{after}.parquet" in run.files and f"{whole}.parquet" not in run.files
    return after if listed and change.all_come(table) else None


def as_planned(store: Store, run: Run) -> ChangeSet:
    """The change set of a run, as it was planned, with a line for each change."""
    return as_kept(store, run).in_full()


def load_change(store: Store, run: Run) -> ChangeSet:
    """The change set of a run, without what people unchecked: what a commit does, or did."""
    decisions = store.decisions(run.id)
    if not unchecked(store, run.id):
        return as_kept(store, run)
    return standing(as_planned(store, run), decisions)


def _lines(store: Store, run: Run) -> list[pl.LazyFrame]:
    """The changes of a run that are listed nowhere, as ``ChangeSet.in_full`` lists them."""
    found: list[pl.LazyFrame] = []
    whole = _tables(store, run, WHOLE)
    number = 1
    if whole:
        number += store.scan_run_frame(run.id, "changes").select(pl.len()).collect().item()
    for table, rows in whole.items():
        found.append(lines(table, rows, number))
        number += rows.select(pl.len()).collect().item()
    return found


def scan_changes(store: Store, run_id: str) -> pl.LazyFrame:
    """The changes of a run, to read a part of them, without what people unchecked."""
    changes, decisions = store.scan_run_frame(run_id, "changes"), store.decisions(run_id)
    changes = pl.concat([changes, *_lines(store, store.run(run_id))])
    if not decisions:
        return changes
    off = pl.col("id").is_in(ids_of(decisions[-1].off).implode())
    return changes.with_columns(picked=pl.col("picked") & ~off)


def scan_all(store: Store, runs: list[Run]) -> tuple[pl.LazyFrame | None, dict[str, str]]:
    """The changes of many runs as one, with a column ``run``, without what people unchecked.

    What was says who and why. None if there is none; also run id → why its changes can't be used.
    """
    frames, faults = store.scan_run_frames(runs, "changes")
    if frames is not None:
        more = [
            part.with_columns(run=pl.lit(run.id))
            for run in runs
            if run.id not in faults
            for part in _lines(store, run)
        ]
        frames = pl.concat([frames, *more], how="diagonal") if more else frames
    left = [
        pl.DataFrame({"id": ids_of(last.off)}).select(
            pl.lit(run.id).alias("run"),
            pl.col("id").cast(pl.UInt32),
            pl.lit(f"; unchecked by {last.actor}: {last.reason}").alias("_off"),
        )
        for run in runs
        for last in store.decisions(run.id)[-1:]
    ]
    if frames is None or not left:
        return frames, faults
    marked = frames.join(pl.concat(left).lazy(), on=["run", "id"], how="left")
    return marked.with_columns(
        picked=pl.col("picked") & pl.col("_off").is_null(),
        because=pl.concat_str("because", pl.col("_off").fill_null("")),
    ).drop("_off"), faults


def unchecked(store: Store, run_id: str) -> bool:
    """Whether any change of a run stands unchecked."""
    decisions = store.decisions(run_id)
    return bool(decisions and decisions[-1].off)


def review(store: Store, run: Run, more: Word | None = None) -> Reviewed:
    """The changes of a run after all that was said of them, and ``more``, which isn't kept."""
    words = [(d.uncheck, d.again) for d in store.decisions(run.id)]
    words += [(more.uncheck, more.again)] if more else []
    base = store.commit(run.base) if run.base else None
    return reviewed(as_planned(store, run), words, lambda table: store.table(table, base))


def decide(store: Store, run: Run, word: Word, who: Who) -> Reviewed:
    """Keep a person's word on the changes of a run.

    OnHoldError for a run that can't be committed any more; UsageError without a reason.
    """
    head = store.head()
    if (head.number if head else 0) != run.base:
        raise OnHoldError(
            f"Run {run.id} was planned against commit {run.base}, which is no longer the newest.",
            "Plan the drop again: importer plan PATH -w DIR",
        )
    if not word.reason.strip():
        raise UsageError("A reason is needed.", "Say in a few words why: --reason '…'")
    done = review(store, run, word)
    off = ranges(done.off["id"])
    store.add_decision(
        Decision(run.id, word.uncheck, word.again, word.reason, who.actor, who.at, off)
    )
    return done
