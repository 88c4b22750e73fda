"""The whole way of a drop on one page: receive → read → check → plan → guard → commit → report.

The stages don't know each other; only this module knows their order. Time, user and randomness
come in as arguments.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from importer import again, checked, holds, settings, watched, ways, who_is_who
from importer.checked import check
from importer.considered import Considered, Terms, considered
from importer.contracts import confirmed_file
from importer.contracts.load import contracts
from importer.examine import Examined, newest
from importer.intake.drops import open_drop
from importer.intake.limits import Limits
from importer.model.changes import ChangeSet
from importer.model.drop import Rejected
from importer.model.errors import OnHoldError
from importer.model.history import Asked, Commit, Run, Who
from importer.model.tables import TABLES
from importer.planned import Planned, said_before, same_again
from importer.planning import overview
from importer.planning.crosswalk import rekeyed
from importer.planning.guard import REVIEW
from importer.planning.plan import apply
from importer.planning.preview import preview
from importer.planning.review import standing
from importer.planning.shelf import Shelf
from importer.planning.taking import some_due
from importer.report import build, verdict
from importer.report.accounts import NAME as ACCOUNTS
from importer.report.accounts import new_accounts
from importer.report.messages import records as with_messages
from importer.report.reported import Reported
from importer.report.words import HASH
from importer.reviews import WHOLE, load_change, whole_tables
from importer.store.port import Store

__all__ = ["Planned", "Synced", "check", "commit", "keep", "plan_drop", "sync"]

_FULL = Asked()


# --- plan ---------------------------------------------------------------------------------------


def plan_drop(
    path: Path,
    store: Store,
    who: Who,
    kind: str = "",
    asked: Asked = _FULL,
    passed: tuple[Rejected, ...] = (),
) -> Planned:
    """Check a drop and plan it against the newest commit; the plan is kept as a run.

    The same drop, asked for in the same way, under the same policy and confirmed headers against
    the same commit is nothing new: the run that is there is given back. Not so if a change was
    unchecked or all was undone. ``passed``: what came with the drop and was not taken over.
    """
    policy = settings.read(store.policy_text())
    asked = ways.allowed(policy, asked)
    policy = ways.of_source(policy, asked.source)
    policy = replace(policy, format=kind or policy.format)
    confirmed = confirmed_file.read(store.mapping_text(), contracts())
    aliases = store.aliases_text()
    rules = who_is_who.rules(confirmed.identity(policy.id()), aliases)
    head = store.head()
    today = date.fromisoformat(who.at[:10])
    with store.scratch() as scratch:
        drop = open_drop(path, scratch, Limits(), identify=True)
        known = same_again(store, drop.id, rules, asked)
        if known and not some_due(lambda table: store.table(table, head), policy, today):
            return known
        if drop.id:
            rejected = (*passed, *drop.rejected)
            drop = replace(store.keep_drop(drop), label=path.name, rejected=rejected)
        drop = replace(drop, source=asked.source)
    terms = Terms(policy, confirmed, head, asked, who.at)
    with store.shelf() as lay:
        found = considered(store, drop, replace(terms, shelf=Shelf(lay)))
        return _kept(store, found, terms, who, rules)


def _kept(store: Store, found: Considered, terms: Terms, who: Who, rules: str) -> Planned:
    """Keep what was found out about a drop as a run. ``rules``: see ``planned.same_again``."""
    policy, asked, head = terms.policy, terms.asked, terms.head
    examined, change = found.examined, found.made.change
    blocks = checked.scopes(examined)
    run = _run(store.next_run(), examined, change, who)
    run = replace(run, policy=rules, blocks=sorted(set(blocks.values())))
    run = replace(run, share=policy.share.record(), sync=asked.sync, schools=list(asked.schools))
    run = replace(run, since=found.since, source=asked.source)
    facts = checked.facts(examined, run.label, run.at, blocks)
    stored = rekeyed(lambda table: store.table(table, head), found.rekeys)
    names = overview.names(build.shown_ids(change), change.after, stored)
    schools = build.schools(overview.schools_sent(found.parts), change)
    said = again.carried(store, run, change)
    shown = build.plan(change, found.made.held, names, preview(standing(change, said)))
    summary = verdict.of_run(run, facts, schools, shown, change)
    reported = Reported(summary, with_messages(facts.findings), facts.held, checked.sent(examined))
    mapping = store.mapping_text()
    kept = {**found.made.files, **({confirmed_file.NAME: mapping} if mapping else {})}
    run = keep(store, run, reported, change, kept)
    for decision in said:
        store.add_decision(decision)
    return Planned(run, reported, replace(change, whole=whole_tables(store, run)))


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
        findings=_by_severity(examined),
        newest=newest(examined),
        columns={o.bound.contract.prefix + n: sorted(o.bound.at) for n, o in outcomes.items()},
        automatic=who.automatic,
        rows=watched.sent_rows(examined),
        ended=watched.ended(examined),
    )


def _by_severity(examined: Examined) -> dict[str, int]:
    found = Counter(dict(examined.found.findings.group_by("severity").len().iter_rows()))
    for (_, severity), more in examined.checked.unlisted().items():
        found[severity] += more
    return dict(sorted(found.items()))


def keep(
    store: Store, run: Run, reported: Reported, change: ChangeSet, texts: Mapping[str, str]
) -> Run:
    """Keep everything about a run; its record is written last. ``texts``: further files.

    Returns the run as it is kept.
    """
    with store.new_run(run.id) as folder:
        folder.frame("findings", reported.findings)
        folder.frame("held", reported.held)
        folder.frame("changes", change.changes)
        for table, frame in change.after.items():
            folder.frame(f"after-{table}", frame)
        for table, rows in change.whole.items():
            folder.frame(f"{WHOLE}{table}", rows)
        folder.data("summary", dict(reported.summary))
        for name, content in reported.kept().items():
            folder.file(name, content)
        for name, text in texts.items():
            folder.text(name, text)
        return folder.finish(run)


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
    change = load_change(store, run)
    seen = preview(change)
    if not seen.startswith(expected):
        raise OnHoldError(
            f"Run {run.id} would not do what you saw: its preview is {seen[:HASH]} now.",
            f"Look at its changes again: importer review {run.id} -w DIR",
        )
    return _committed(store, run, _Doing(change, seen, note), who)


@dataclass(frozen=True)
class _Doing:
    """What a commit does: a change set, the preview hash of it, and what a person notes."""

    change: ChangeSet
    preview: str
    note: str = ""


def _committed(store: Store, run: Run, doing: _Doing, who: Who) -> Commit:
    head, change = store.head(), doing.change
    tables = dict(head.tables) if head else {}
    for table in TABLES:
        if table in change.whole:
            tables[table] = store.put_table_of(run.id, f"{WHOLE}{table}")
            continue
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
        note=doing.note,
        newest=run.newest,
        columns={**(head.columns if head else {}), **run.columns},
        share=run.share,
        sync=run.sync,
        automatic=run.automatic,
        undoes=run.undoes,
        preview=doing.preview,
        kind=run.kind,
        rows=run.rows,
        ended=run.ended,
        source=run.source,
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


def sync(
    path: Path,
    store: Store,
    who: Who,
    kind: str = "",
    asked: Asked = _FULL,
    passed: tuple[Rejected, ...] = (),
) -> Synced:
    """Check, plan, guard and, where nothing needs a person's word, commit; never a test."""
    planned = plan_drop(path, store, who, kind, asked, passed)
    if planned.nothing_new:
        return Synced(planned)
    if said_before(store, planned):
        summary = verdict.again(planned.reported.summary, True)
        told = replace(planned.reported, summary=summary)
        return Synced(replace(planned, reported=told, nothing_new=True))
    waiting = holds.missing_approvals(store, planned.run)
    if any(not said.carried for said in store.decisions(planned.run.id)):
        waiting.append(REVIEW)  # a person is at it: only that person commits
    if waiting or not planned.run.kind or planned.run.sync == "test":
        return Synced(planned, None, waiting)
    if planned.earlier or store.decisions(planned.run.id):
        return Synced(planned, commit(store, planned.run, who))
    plan = planned.reported.summary["plan"]  # nothing was said since: it does what was planned
    seen = plan["preview"] if plan else preview(planned.change)
    return Synced(planned, _committed(store, planned.run, _Doing(planned.change, seen), who))
