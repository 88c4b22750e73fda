"""The whole way of a drop on one page: receive → read → check → plan → guard → commit → report.

The stages don't know each other; only this module knows their order. Time, user and randomness
come in as arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from importer import decisions, holds, settings
from importer.accept import accepted
from importer.checks.roster import Committed
from importer.contracts import confirmed_file
from importer.contracts.confirmed import NOTHING, Confirmed
from importer.contracts.load import contracts
from importer.examine import Examined, examine, newest
from importer.intake.drops import is_zip, open_drop
from importer.intake.limits import Limits
from importer.model.changes import ChangeSet
from importer.model.errors import OnHoldError
from importer.model.history import Commit, Run, Who
from importer.model.tables import TABLES
from importer.planning import overview
from importer.planning.assemble import Accepted
from importer.planning.plan import Before, apply, plan
from importer.report import build, verdict
from importer.report.build import Facts
from importer.report.messages import records as with_messages
from importer.report.reported import Reported
from importer.report.sent import Sent, gather
from importer.report.summary import Format
from importer.settings import Policy
from importer.store.port import Store


@dataclass(frozen=True)
class Planned:
    """A run that was planned: its record, what to report, and the change set."""

    run: Run
    reported: Reported
    change: ChangeSet
    nothing_new: bool = False


# --- check --------------------------------------------------------------------------------------


def check(
    path: Path,
    scratch: Path,
    who: Who,
    policy: Policy | None = None,
    confirmed: Confirmed = NOTHING,
) -> Reported:
    """Check what lies at ``path`` (file, folder or zip) without a workspace.

    ``confirmed``: what people of the district said about headers and values. What was sent can be
    reported again as long as ``path`` and ``scratch`` are there.
    """
    drop = open_drop(path, scratch, Limits(), identify=False)
    lone = path.is_file() and not is_zip(path)
    policy = policy or Policy()
    examined = examine(drop, policy, None, lone, confirmed)
    facts = _facts(examined, path.name or str(path), who.at, holds.scopes(examined))
    sent = overview.schools_sent(_accepted(examined))
    summary = verdict.of_check(facts, sent)
    return Reported(summary, with_messages(facts.findings), facts.held, _sent(examined))


# --- plan ---------------------------------------------------------------------------------------


def plan_drop(path: Path, store: Store, who: Who, kind: str = "") -> Planned:
    """Check a drop and plan it against the newest commit; the plan is kept as a run.

    The same drop under the same policy and confirmed headers against the same commit is nothing
    new: the run that is there is given back.
    """
    policy = settings.read(store.policy_text())
    policy = replace(policy, format=kind or policy.format)
    mapping = store.mapping_text()
    confirmed = confirmed_file.read(mapping, contracts())
    rules = confirmed.identity(policy.id())
    head = store.head()
    with store.scratch() as scratch:
        drop = open_drop(path, scratch, Limits(), identify=True)
        if known := _same_again(store, drop.id, rules, head):
            return known
        if drop.id:
            drop = replace(store.keep_drop(drop), label=path.name, rejected=drop.rejected)
    examined = examine(drop, policy, committed(store, head, policy), confirmed=confirmed)
    parts = _accepted(examined, drop.id)
    base = head.number if head else 0
    before = Before(base, lambda table: store.table(table, head))
    made = plan(parts, before, drop.id, policy, date.fromisoformat(who.at[:10]))
    change = made.change
    stops = holds.stops(store, examined, change, head, policy)
    if examined.contract:
        stops += decisions.stops(store, examined, change, head, policy)
        stops += decisions.share_changed(parts, store, head, policy)
    examined = holds.with_plan(examined, stops, made)
    blocks = holds.scopes(examined)
    run = _run(len(store.runs()) + 1, examined, change, who)
    blocked = sorted(set(blocks.values()))
    run = replace(run, policy=rules, blocks=blocked, share=policy.share.record())
    facts = _facts(examined, run.label, run.at, blocks)
    names = overview.names(build.shown_ids(change), change.after, lambda n: store.table(n, head))
    schools = build.schools(overview.schools_sent(parts), change)
    summary = verdict.of_run(run, facts, schools, build.plan(change, made.held, names), change)
    reported = Reported(summary, with_messages(facts.findings), facts.held, _sent(examined))
    _keep(store, run, reported, change, mapping)
    return Planned(run, reported, change)


def _accepted(examined: Examined, drop: str = "") -> list[Accepted]:
    return accepted(examined.checked, examined.contract, drop) if examined.contract else []


def _run(number: int, examined: Examined, change: ChangeSet, who: Who) -> Run:
    """The record of a run, but for the policy and what it is on hold for."""
    drop, outcomes = examined.drop, examined.checked.outcomes
    return Run(
        id=f"{number:06d}-{drop.id[:8] or 'nothing'}",
        drop=drop.id,
        label=drop.label,
        kind=examined.contract.name if examined.contract else "",
        policy="",
        base=change.base,
        actor=who.actor,
        at=who.at,
        counts=change.counts(),
        findings=_by_severity(examined.found.findings),
        newest=newest(examined),
        columns={o.bound.contract.prefix + n: sorted(o.bound.at) for n, o in outcomes.items()},
    )


def _same_again(store: Store, drop: str, rules: str, head: Commit | None) -> Planned | None:
    """The run that did or planned exactly this; None if there is none.

    ``rules``: the name of the policy with what is confirmed.
    """
    if not drop:
        return None
    number = head.number if head else 0
    for run in reversed(store.runs()):
        same = run.drop == drop and run.policy == rules
        done = head is not None and head.run == run.id
        if same and (done or run.base == number):
            for table in head.tables if head else ():
                store.table(table, head)  # nothing is “nothing new” over a damaged roster
            change = ChangeSet(run.base, run.drop, store.run_frame(run.id, "changes"), {})
            summary = store.run_data(run.id, "summary")
            shown = verdict.again(summary, done)  # type: ignore[arg-type]
            found, held = (store.run_frame(run.id, name) for name in ("findings", "held"))
            return Planned(run, Reported(shown, found, held), change, nothing_new=done)
    return None


def committed(store: Store, head: Commit | None, policy: Policy) -> Committed:
    """The rows of the newest commit, and the schools that may come for the first time."""
    named = frozenset(school.lower() for school in policy.organisations)
    only = next(iter(policy.organisations)) if len(policy.organisations) == 1 else ""
    return Committed(lambda table: store.table(table, head), head is None, named, only)


def _by_severity(found: pl.DataFrame) -> dict[str, int]:
    return dict(sorted(found.group_by("severity").len().iter_rows()))


def _facts(examined: Examined, source: str, at: str, scopes: Mapping[int, str]) -> Facts:
    found, contract = examined.found, examined.contract
    return Facts(
        source,
        at,
        Format(
            name=contract.name if contract else "",
            title=contract.title if contract else "Unknown format",
            why=examined.why,
        ),
        found.findings,
        found.held,
        found.causes,
        examined.rows,
        examined.tables,
        _mode_notes(examined),
        list(examined.checked.skipped),
        scopes,
        by_the_book=contract is not None and contract.by_the_book,
    )


def _sent(examined: Examined) -> Sent:
    return gather(examined.contract, examined.tables, examined.sheets, examined.manifest)


def _mode_notes(examined: Examined) -> dict[str, str]:
    """What is worth saying of a file: that it isn't a full list."""
    modes = {file: examined.modes[table] for file, table in examined.tables.items()}
    return {file: f"declared {mode}" for file, mode in modes.items() if mode != "bulk"}


def _keep(store: Store, run: Run, reported: Reported, change: ChangeSet, mapping: str) -> None:
    """Keep everything about a run; its record is written last. ``mapping``: who confirmed what."""
    with store.new_run(run.id) as folder:
        folder.frame("findings", reported.findings)
        folder.frame("held", reported.held)
        folder.frame("changes", change.changes)
        for table, frame in change.after.items():
            folder.frame(f"after-{table}", frame)
        folder.data("summary", dict(reported.summary))
        for name, content in reported.kept().items():
            folder.file(name, content)
        if mapping:
            folder.text(confirmed_file.NAME, mapping)
        folder.finish(run)


# --- commit -------------------------------------------------------------------------------------


def commit(store: Store, run: Run, who: Who, note: str = "") -> Commit:
    """Commit a planned run as the next numbered record.

    StalePlanError if somebody committed since it was planned; OnHoldError while a scope isn't
    released. The change set alone decides what happens.
    """
    holds.refuse_stale(store, run)
    head = store.head()
    if not run.kind:
        raise OnHoldError(
            "This drop is of no known format; there is nothing to commit.", "See its report."
        )
    if missing := holds.missing_approvals(store, run):
        raise OnHoldError(
            f"Run {run.id} is on hold for {', '.join(missing)}.",
            f"See its report; if it is right: importer approve {run.id} -w DIR "
            f"--override '{missing[0]}' --reason '…'",
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
        newest=run.newest,
        columns={**(head.columns if head else {}), **run.columns},
        share=run.share,
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
    waiting = holds.missing_approvals(store, planned.run)
    if waiting or not planned.run.kind:
        return Synced(planned, None, waiting)
    return Synced(planned, commit(store, planned.run, who))
