"""The whole way of a drop on one page: receive → read → check → plan → guard → commit → report.

The stages don't know each other; only this module knows their order. Time, user and randomness
come in as arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from importer import again, holds, rekey_file, settings, watched, ways, who_is_who
from importer.considered import Terms, considered
from importer.contracts import confirmed_file
from importer.contracts.confirmed import NOTHING, Confirmed
from importer.contracts.load import contracts
from importer.examine import Examined, examine, newest
from importer.intake.drops import is_zip, open_drop
from importer.intake.limits import Limits
from importer.intake.platform import without
from importer.model.changes import ChangeSet
from importer.model.errors import OnHoldError
from importer.model.history import Asked, Commit, Run, Who
from importer.model.tables import TABLES
from importer.planning import overview
from importer.planning.crosswalk import rekeyed
from importer.planning.guard import REVIEW
from importer.planning.plan import apply
from importer.planning.preview import preview
from importer.planning.review import standing
from importer.planning.taking import some_due
from importer.replay import parts_of
from importer.report import build, verdict
from importer.report.accounts import NAME as ACCOUNTS
from importer.report.accounts import new_accounts
from importer.report.build import Facts
from importer.report.messages import records as with_messages
from importer.report.reported import Reported
from importer.report.sent import Sent, gather
from importer.report.summary import Format
from importer.report.words import HASH
from importer.reviews import load_change, unchecked
from importer.settings import Policy
from importer.store.port import Store

_FULL = Asked()


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
    drop, _ = rekey_file.apart(drop)  # what it says can only be told against a roster
    examined = examine(without(drop), policy, None, lone, confirmed)
    facts = _facts(examined, path.name or str(path), who.at, holds.scopes(examined))
    sent = overview.schools_sent(parts_of(examined))
    summary = verdict.of_check(facts, sent)
    return Reported(summary, with_messages(facts.findings), facts.held, _sent(examined))


# --- plan ---------------------------------------------------------------------------------------


def plan_drop(path: Path, store: Store, who: Who, kind: str = "", asked: Asked = _FULL) -> Planned:
    """Check a drop and plan it against the newest commit; the plan is kept as a run.

    The same drop, asked for in the same way, under the same policy and confirmed headers against
    the same commit is nothing new: the run that is there is given back. Not so if a change was
    unchecked or all was undone.
    """
    policy = settings.read(store.policy_text())
    asked = ways.allowed(policy, asked)
    policy = replace(policy, format=kind or policy.format)
    mapping = store.mapping_text()
    confirmed = confirmed_file.read(mapping, contracts())
    aliases = store.aliases_text()
    rules = who_is_who.rules(confirmed.identity(policy.id()), aliases)
    head = store.head()
    today = date.fromisoformat(who.at[:10])
    with store.scratch() as scratch:
        drop = open_drop(path, scratch, Limits(), identify=True)
        known = _same_again(store, drop.id, rules, asked)
        if known and not some_due(lambda table: store.table(table, head), policy, today):
            return known
        if drop.id:
            drop = replace(store.keep_drop(drop), label=path.name, rejected=drop.rejected)
    terms = Terms(policy, confirmed, head, asked, who.at)
    found = considered(store, drop, terms)
    examined, change = found.examined, found.made.change
    blocks = holds.scopes(examined)
    run = _run(len(store.runs()) + 1, examined, change, who)
    run = replace(run, policy=rules, blocks=sorted(set(blocks.values())))
    run = replace(run, share=policy.share.record(), sync=asked.sync, schools=list(asked.schools))
    run = replace(run, since=found.since)
    facts = _facts(examined, run.label, run.at, blocks)
    stored = rekeyed(lambda table: store.table(table, head), found.rekeys)
    names = overview.names(build.shown_ids(change), change.after, stored)
    schools = build.schools(overview.schools_sent(found.parts), change)
    said = again.carried(store, run, change)
    shown = build.plan(change, found.made.held, names, preview(standing(change, said)))
    summary = verdict.of_run(run, facts, schools, shown, change)
    reported = Reported(summary, with_messages(facts.findings), facts.held, _sent(examined))
    kept = {**found.made.files, **({confirmed_file.NAME: mapping} if mapping else {})}
    keep(store, run, reported, change, kept)
    for decision in said:
        store.add_decision(decision)
    return Planned(run, reported, change)


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
        automatic=who.automatic,
        rows=watched.sent_rows(examined),
    )


def _same_again(store: Store, drop: str, rules: str, asked: Asked) -> Planned | None:
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
            change = ChangeSet(run.base, run.drop, store.run_frame(run.id, "changes"), {})
            summary = store.run_data(run.id, "summary")
            shown = verdict.again(summary, done)  # type: ignore[arg-type]
            found, held = (store.run_frame(run.id, name) for name in ("findings", "held"))
            return Planned(run, Reported(shown, found, held), change, nothing_new=done)
    return None


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


def keep(
    store: Store, run: Run, reported: Reported, change: ChangeSet, texts: Mapping[str, str]
) -> None:
    """Keep everything about a run; its record is written last. ``texts``: further files."""
    with store.new_run(run.id) as folder:
        folder.frame("findings", reported.findings)
        folder.frame("held", reported.held)
        folder.frame("changes", change.changes)
        for table, frame in change.after.items():
            folder.frame(f"after-{table}", frame)
        folder.data("summary", dict(reported.summary))
        for name, content in reported.kept().items():
            folder.file(name, content)
        for name, text in texts.items():
            folder.text(name, text)
        folder.finish(run)


# --- commit -------------------------------------------------------------------------------------


def commit(store: Store, run: Run, who: Who, note: str = "", expected: str = "") -> Commit:
    """Commit a planned run as the next numbered record.

    StalePlanError if somebody committed since it was planned; OnHoldError while a scope isn't
    released, or if it would do anything else than what was seen as ``expected`` (the beginning of
    a preview hash). The change set alone decides what happens.
    """
    ways.refuse_test(run)
    holds.refuse_stale(store, run)
    holds.refuse_held(store, run)
    head = store.head()
    change = load_change(store, run)
    seen = preview(change)
    if not seen.startswith(expected):
        raise OnHoldError(
            f"Run {run.id} would not do what you saw: its preview is {seen[:HASH]} now.",
            f"Look at its changes again: importer review {run.id} -w DIR",
        )
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
        sync=run.sync,
        automatic=run.automatic,
        undoes=run.undoes,
        preview=seen,
        kind=run.kind,
        rows=run.rows,
    )
    if told := new_accounts(change):
        store.add_beside(run.id, ACCOUNTS, told)
    store.add_commit(record)
    return record


@dataclass(frozen=True)
class Synced:
    """What ``sync`` did: the plan, and the commit if policy allowed it."""

    planned: Planned
    commit: Commit | None = None
    waiting: list[str] = field(default_factory=list)


def sync(path: Path, store: Store, who: Who, kind: str = "", asked: Asked = _FULL) -> Synced:
    """Check, plan, guard and, where nothing needs a person's word, commit; never a test."""
    planned = plan_drop(path, store, who, kind, asked)
    if planned.nothing_new:
        return Synced(planned)
    waiting = holds.missing_approvals(store, planned.run)
    if any(not said.carried for said in store.decisions(planned.run.id)):
        waiting.append(REVIEW)  # a person is at it: only that person commits
    if waiting or not planned.run.kind or planned.run.sync == "test":
        return Synced(planned, None, waiting)
    return Synced(planned, commit(store, planned.run, who))
