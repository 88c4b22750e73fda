"""Runs that no drop brings: a file of re-keys, and two people who are one."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from importer import flow, settings, who_is_who
from importer.checks import causes
from importer.intake.drops import open_drop
from importer.intake.limits import Limits
from importer.model import changes as change_set
from importer.model.changes import ChangeSet
from importer.model.drop import Drop
from importer.model.errors import OnHoldError, UsageError
from importer.model.findings import HELD
from importer.model.history import Commit, Run, Who
from importer.model.tables import TABLES
from importer.planning import crosswalk, overview
from importer.planning.crosswalk import rekeyed
from importer.planning.merge import merged
from importer.planning.plan import numbered, with_school
from importer.rekey_file import Rekeys, rekeys
from importer.report import build, verdict
from importer.report.build import Facts
from importer.report.messages import records as with_messages
from importer.report.reported import Reported
from importer.report.summary import Format
from importer.store.port import Store

TITLES = {"re-key": "Re-key file", "merge": "Merge of two people"}


@dataclass(frozen=True)
class _ByHand:
    """What a person asks for: the kind of run, what it is called, its changes and what is said."""

    kind: str
    label: str
    change: ChangeSet
    said: Rekeys = field(default_factory=Rekeys)


def plan_rekeys(path: Path, store: Store, who: Who) -> flow.Planned:
    """Plan what a file of re-keys says, as a run of its own; its rows and faults are in the report.

    ``OnHoldError`` if nothing is committed that could be re-keyed.
    """
    head = _head(store)
    drop, said = _read(path, store, head)
    new = rekeyed(lambda table: store.table(table, head), said.crosswalk)
    changes = crosswalk.changes(said.crosswalk, new)
    if "people" in changes:
        changes["people"] = with_school(changes["people"], new("roles"))
    whole = pl.concat([change_set.empty(), *(changes[t] for t in TABLES if t in changes)])
    change = ChangeSet(head.number, drop.id, numbered(whole), {})
    return _planned(store, who, _ByHand("re-key", path.name, change, said))


def say_never(path: Path, store: Store, who: Who) -> int:
    """Remember that the pairs of a file are two each; how many. ``UsageError`` if it is faulty."""
    _, said = _read(path, store, _head(store))
    if said.notes.filter(pl.col("severity").is_in(["BLOCK", "ERROR"])).height:
        raise UsageError(
            f"{path.name} isn't right in every row; nothing was remembered.",
            "It needs the columns old_id, new_id and type, as proposals.csv of a run has them.",
        )
    before = store.aliases_text()
    store.put_aliases(who_is_who.with_never(before, said.crosswalk, who), who)
    return said.crosswalk.height


def plan_merge(keep: str, other: str, store: Store, who: Who) -> flow.Planned:
    """Plan that the person ``other`` is ``keep``, as a run of its own.

    ``UsageError`` if they aren't two active people of the roster.
    """
    head = _head(store)
    stored = {table: store.table(table, head) for table in TABLES}
    active = stored["people"].filter(pl.col("status") == "active")
    there = active.filter(pl.col("person_id").is_in([keep, other])).collect().height
    if keep == other or there != 2:
        raise UsageError(
            "These are not two active people of the roster.",
            "Name the two ids: importer merge KEEP OTHER; `importer show NAME` tells an id.",
        )
    changes, after = merged(keep, other, stored)
    changes["people"] = with_school(changes["people"], stored["roles"])
    whole = pl.concat([change_set.empty(), *(changes[t] for t in TABLES if t in changes)])
    change = ChangeSet(head.number, "", numbered(whole), after)
    return _planned(store, who, _ByHand("merge", f"{other} into {keep}", change))


def _head(store: Store) -> Commit:
    head = store.head()
    if head is None:
        raise OnHoldError("Nothing is committed yet.", "Send a drop first: importer sync PATH")
    return head


def _read(path: Path, store: Store, head: Commit) -> tuple[Drop, Rekeys]:
    """The file, kept as any other that was sent, and what it says."""
    with store.scratch() as scratch:
        drop = open_drop(path, scratch, Limits(), identify=True)
        if len(drop.files) != 1:
            raise UsageError(f"{path.name} is not one file.", "Name a file of re-keys.")
        drop = store.keep_drop(drop)
    return drop, rekeys(drop.files[0], lambda table: store.table(table, head))


def _planned(store: Store, who: Who, asked: _ByHand) -> flow.Planned:
    """Keep the run with its report."""
    change, head = asked.change, _head(store)
    found = causes.number(asked.said.notes, pl.DataFrame(schema=HELD), {})
    scopes = dict.fromkeys(
        found.findings.filter(pl.col("severity") == "BLOCK")["cause"], f"*:{asked.kind}"
    )
    title = Format(name=asked.kind, title=TITLES[asked.kind], why="a person asked for it")
    rows = asked.said.rows
    facts = Facts(
        asked.label, who.at, title, found.findings, found.held, found.causes, rows,
        dict.fromkeys(rows, asked.kind), scopes=scopes,
    )  # fmt: skip
    run = _run(store, who, asked, head)
    run = replace(run, blocks=sorted(set(scopes.values())), findings=_by_severity(facts))
    stored = rekeyed(lambda table: store.table(table, head), crosswalk.of(change))
    names = overview.names(build.shown_ids(change), change.after, stored)
    summary = verdict.of_run(run, facts, [], build.plan(change, {}, names), change)
    reported = Reported(summary, with_messages(facts.findings), facts.held)
    flow.keep(store, run, reported, change, {})
    return flow.Planned(run, reported, change)


def _by_severity(facts: Facts) -> dict[str, int]:
    return dict(sorted(facts.findings.group_by("severity").len().iter_rows()))


def _run(store: Store, who: Who, asked: _ByHand, head: Commit) -> Run:
    """The record of the run. What the district shares stays as the newest commit has it."""
    change = asked.change
    policy = settings.read(store.policy_text())
    number = store.next_run()
    return Run(
        id=f"{number:06d}-{asked.kind}",
        drop=change.drop,
        label=asked.label,
        kind=asked.kind,
        policy=policy.id(),
        base=change.base,
        actor=who.actor,
        at=who.at,
        counts=change.counts(),
        findings={},
        share=head.share,
        sync=asked.kind,
    )
