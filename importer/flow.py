"""The whole way of a drop on one page: receive → read → check → plan → guard → commit → report.

The stages don't know each other; only this module knows their order. Time, user and randomness
come in as arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from importer import settings
from importer.checks import causes
from importer.examine import Examined, accepted, examine, fix_order
from importer.intake.drops import open_drop
from importer.intake.limits import Limits
from importer.model import findings
from importer.model.changes import ChangeSet
from importer.model.errors import OnHoldError, StalePlanError
from importer.model.history import Approval, Commit, Run
from importer.model.tables import TABLES
from importer.planning import overview
from importer.planning.guard import Stop, guard
from importer.planning.plan import apply, plan
from importer.report import page, records, verdict
from importer.report.build import Facts
from importer.report.build import records as finding_records
from importer.report.summary import Summary
from importer.settings import Policy
from importer.store.port import Store


@dataclass(frozen=True)
class Who:
    """Who acts, and when (UTC, ISO 8601 to the second)."""

    actor: str
    at: str


@dataclass(frozen=True)
class Reported:
    """A summary and the frames that the findings files are made of."""

    summary: Summary
    findings: pl.DataFrame
    held: pl.DataFrame


@dataclass(frozen=True)
class Planned:
    """A run that was planned: its record, what to report, and the change set."""

    run: Run
    reported: Reported
    change: ChangeSet
    nothing_new: bool = False


# --- check --------------------------------------------------------------------------------------


def check(
    path: Path, scratch: Path, who: Who, kind: str = "", policy: Policy | None = None
) -> Reported:
    """Check what lies at ``path`` (file, folder or zip) without a workspace."""
    drop = open_drop(path, scratch, Limits(), identify=False)
    lone = path.is_file() and path.suffix.casefold() != ".zip"
    examined = examine(drop, policy or Policy(), lambda table: None, kind, lone)
    facts = _facts(examined)
    sent = overview.schools_sent(accepted(examined, "")) if examined.contract else None
    summary = verdict.of_check(path.name or str(path), who.at, _format(examined), facts, sent)
    return Reported(summary, finding_records(facts), facts.held)


# --- plan ---------------------------------------------------------------------------------------


def plan_drop(path: Path, store: Store, who: Who, kind: str = "") -> Planned:
    """Check a drop and plan it against the newest commit; the plan is kept as a run.

    The same drop under the same policy against the same commit is nothing new: the run that is
    there is given back.
    """
    policy = settings.read(store.policy_text())
    head = store.head()
    drop = open_drop(path, store.scratch(), Limits(), identify=True)
    if known := _same_again(store, drop.id, policy, head):
        return known
    if drop.id:
        drop = replace(store.keep_drop(drop), label=path.name, rejected=drop.rejected)
    examined = examine(drop, policy, _stored_ids(store, head), kind)
    parts = accepted(examined, drop.id) if examined.contract else []
    change, held = plan(
        parts, lambda table: store.table(table, head), head.number if head else 0, drop.id
    )
    stops = _stops(store, examined, change, head, policy)
    examined = _with_stops(examined, stops)
    run_id = f"{who.at[:19].replace('-', '').replace(':', '')}-{drop.id[:8] or 'nothing'}"
    blocks = _scopes(examined)
    run = Run(
        id=run_id,
        drop=drop.id,
        label=drop.label,
        kind=examined.contract.name if examined.contract else "",
        policy=policy.id(),
        base=change.base,
        actor=who.actor,
        at=who.at,
        counts=change.counts(),
        findings=_by_severity(examined.found.findings),
        blocks=sorted({scope for scope in blocks.values()}),
    )
    facts = _facts(examined, blocks)
    sent = overview.schools_sent(parts)
    summary = verdict.of_run(run, _format(examined), facts, sent, change, held)
    reported = Reported(summary, finding_records(facts), facts.held)
    _keep(store, run, reported, change)
    return Planned(run, reported, change)


def _same_again(store: Store, drop: str, policy: Policy, head: Commit | None) -> Planned | None:
    """The run that did or planned exactly this; None if there is none."""
    if not drop:
        return None
    number = head.number if head else 0
    for run in reversed(store.runs()):
        same = run.drop == drop and run.policy == policy.id()
        done = head is not None and head.run == run.id
        if same and (done or run.base == number):
            change = ChangeSet(run.base, run.drop, store.run_frame(run.id, "changes"), {})
            summary = store.run_data(run.id, "summary")
            shown = verdict.again(summary, done)  # type: ignore[arg-type]
            found, held = (store.run_frame(run.id, name) for name in ("findings", "held"))
            return Planned(run, Reported(shown, found, held), change, nothing_new=done)
    return None


def _stored_ids(store: Store, head: Commit | None) -> Any:
    """Ids of the active rows of a canonical table in the newest commit."""

    def ids(table: str) -> pl.Series | None:
        if head is None:
            return None
        active = store.table(table, head).filter(pl.col("status") == "active")
        return active.select(TABLES[table].key[0]).collect().to_series()

    return ids


def _stops(
    store: Store, examined: Examined, change: ChangeSet, head: Commit | None, policy: Policy
) -> list[Stop]:
    """What the guards say about the plan, and what history says about the drop."""
    stops = []
    if head is not None:
        active = {t: overview.active_by_school(t, lambda n: store.table(n, head)) for t in TABLES}
        stops = guard(change, active, policy.guards)
    old = [c for c in store.commits()[:-1] if c.drop == change.drop]
    if head is not None and old and head.drop != change.drop:
        stops.append(Stop("PLAN-506", "*", "drop", f"commit {old[-1].number}", 1))
    state = examined.contract.row_state if examined.contract else None
    bulk = {f for f, t in examined.tables.items() if examined.modes[t] == "bulk"}
    marked = change.changes.filter(
        pl.col("because") == "the file marks it as gone", pl.col("source_file").is_in(bulk)
    )
    if state and marked.height:
        stops += [
            Stop("PLAN-509", "*", table, "", count)
            for table, count in sorted(marked.group_by("table").len().iter_rows())
        ]
    return stops


def _with_stops(examined: Examined, stops: list[Stop]) -> Examined:
    """The examined drop with the guards' findings among its own, causes numbered anew."""
    if not stops:
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
    raw = pl.concat([notes, examined.raw])
    order = fix_order(examined.contract, examined.tables)
    return replace(examined, raw=raw, found=causes.number(raw, examined.checked.held(), order))


def _scopes(examined: Examined) -> dict[int, str]:
    """Cause number → what a person must release: ``SCHOOL:TABLE``."""
    blocks = examined.found.findings.filter(pl.col("severity") == "BLOCK")
    scopes = {}
    for finding in blocks.iter_rows(named=True):
        table = examined.tables.get(finding["file"], finding["file"].removesuffix(".csv"))
        scopes[finding["cause"]] = f"{finding['value'] or '*'}:{table}"
    return scopes


def _by_severity(found: pl.DataFrame) -> dict[str, int]:
    return {
        severity: count for severity, count in sorted(found.group_by("severity").len().iter_rows())
    }


def _facts(examined: Examined, scopes: Mapping[int, str] | None = None) -> Facts:
    found = examined.found
    return Facts(
        found.findings,
        found.held,
        found.causes,
        examined.rows,
        examined.tables,
        {
            f: f"declared {examined.modes[t]}"
            for f, t in examined.tables.items()
            if examined.modes[t] != "bulk"
        },
        list(examined.checked.skipped),
        scopes or _scopes(examined),
    )


def _format(examined: Examined) -> tuple[str, str, str]:
    contract = examined.contract
    return (
        (contract.name, contract.title, examined.why) if contract else ("", "Unknown", examined.why)
    )


def _keep(store: Store, run: Run, reported: Reported, change: ChangeSet) -> None:
    """Keep everything about a run; its record is written last."""
    with store.new_run(run.id) as folder:
        folder.frame("findings", reported.findings)
        folder.frame("held", reported.held)
        folder.frame("changes", change.changes)
        for table, frame in change.after.items():
            folder.frame(f"after-{table}", frame)
        folder.data("summary", dict(reported.summary))
        for name, text in report_files(reported).items():
            folder.text(name, text.decode("utf-8"))
        folder.finish(run)


def report_files(reported: Reported) -> dict[str, bytes]:
    """The files of a report: name → content."""
    return {
        "report.html": page.page(reported.summary).encode(),
        "findings.csv": records.findings_csv(reported.findings),
        "findings.jsonl": records.findings_jsonl(reported.findings),
        "held.csv": records.held_csv(reported.held),
    }


# --- commit -------------------------------------------------------------------------------------


def missing_approvals(store: Store, run: Run) -> list[str]:
    """The scopes of a run that nobody released yet; ``*`` as school releases every school."""
    given = {scope for approval in store.approvals(run.id) for scope in approval.overrides}
    return [b for b in run.blocks if b not in given and f"*:{b.rpartition(':')[2]}" not in given]


def approve(store: Store, run: Run, scopes: list[str], reason: str, who: Who) -> Approval:
    """Keep a person's word for some scopes of a run. OnHoldError for a scope that it doesn't have."""
    known = {*run.blocks, *(f"*:{b.rpartition(':')[2]}" for b in run.blocks)}
    if unknown := [scope for scope in scopes if scope not in known]:
        raise OnHoldError(
            f"Run {run.id} is not on hold for {', '.join(unknown)}.",
            f"It is on hold for: {', '.join(run.blocks) or 'nothing'}.",
        )
    approval = Approval(run.id, scopes, reason, who.actor, who.at)
    store.add_approval(approval)
    return approval


def commit(store: Store, run: Run, who: Who, note: str = "") -> Commit:
    """Commit a planned run as the next numbered record.

    StalePlanError if somebody committed since it was planned; OnHoldError while a scope isn't
    released. The change set alone decides what happens.
    """
    head = store.head()
    if (head.number if head else 0) != run.base:
        raise StalePlanError(
            f"Run {run.id} was planned against commit {run.base}, which is no longer the newest.",
            "Plan the drop again: importer plan PATH -w DIR",
        )
    if not run.kind:
        raise OnHoldError(
            "This drop is of no known format; there is nothing to commit.", "See its report."
        )
    if missing := missing_approvals(store, run):
        raise OnHoldError(
            f"Run {run.id} is on hold for {', '.join(missing)}.",
            f"See its report; if it is right: importer approve {run.id} -w DIR "
            f"--override {missing[0]} --reason “…”",
        )
    change = load_change(store, run)
    tables = dict(head.tables) if head else {}
    for table in TABLES:
        written = apply(table, store.table(table, head), change)
        if written is not None:
            tables[table] = store.put_table(written)
    number = run.base + 1
    record = Commit(
        number=number,
        parent=store.record_sha(head.number) if head else "",
        drop=run.drop,
        run=run.id,
        policy=run.policy,
        actor=who.actor,
        at=who.at,
        tables=tables,
        counts=change.counts(),
        note=note,
    )
    store.add_commit(record)
    return record


def load_change(store: Store, run: Run) -> ChangeSet:
    """The change set of a run, as it was kept."""
    after = {
        table: store.run_frame(run.id, f"after-{table}")
        for table in TABLES
        if store.has_frame(run.id, f"after-{table}")
    }
    return ChangeSet(run.base, run.drop, store.run_frame(run.id, "changes"), after)


@dataclass(frozen=True)
class Synced:
    """What ``sync`` did: the plan, and the commit if policy allowed it."""

    planned: Planned
    commit: Commit | None = None
    waiting: list[str] = field(default_factory=list)


def sync(path: Path, store: Store, who: Who, kind: str = "") -> Synced:
    """Check, plan, guard and, where nothing needs a person's word, commit."""
    planned = plan_drop(path, store, who, kind)
    if planned.nothing_new:
        return Synced(planned)
    waiting = missing_approvals(store, planned.run)
    if waiting or not planned.run.kind:
        return Synced(planned, None, waiting)
    return Synced(planned, commit(store, planned.run, who))
