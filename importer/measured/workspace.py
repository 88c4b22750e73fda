"""All that a workspace shows: its newest roster, the newest drop, and its history."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from importer import alignment
from importer.contracts.load import contracts
from importer.measured import roster
from importer.measured.history import history
from importer.measured.past import Past
from importer.measured.sent import has_terms, lists_schools, sent
from importer.measured.students import Students, students
from importer.measured.told import about, told
from importer.model.errors import ImporterError
from importer.model.history import DROPS, Commit, Run
from importer.model.readiness import Profile, Shown
from importer.readiness.facts import Classes, Facts, Part, Sent
from importer.readiness.rules import Rules
from importer.report.summary import Summary
from importer.settings import Policy
from importer.store.port import Store

_NOTHING = "nothing is committed in this workspace"
_NO_GROUPS = dict.fromkeys(("classes", "D10"), "no list of the platform's groups was given")


def of_workspace(
    store: Store, policy: Policy, rules: Rules, now: str, groups: Path | None = None
) -> tuple[Shown, Profile]:
    """What a workspace shows, as of ``now`` (UTC, ISO 8601).

    ``groups``: a list of the platform's groups, as ``importer align`` takes it. What retention
    removed is not measured, and said so. ``StorageError`` where commits or the newest roster are
    missing or damaged; ``UsageError`` for a list of groups that is none.
    """
    past = Past(store, policy, rules, now, tuple(store.commits()), tuple(store.runs()))
    facts = about(policy, past.today.isoformat())
    newest = _newest(past)
    if newest:
        facts = replace(facts, sent=newest[0], listed=newest[1])
    facts = _with_roster(facts, past, groups) if past.head else _without(facts, past)
    return told(facts, rules, policy, _sources(past, facts))


def _without(facts: Facts, past: Past) -> Facts:
    """Nothing was committed yet; drops may have been tested."""
    return replace(
        facts, history=history(past), why=dict.fromkeys(_OF_ROSTER, _NOTHING) | _NO_GROUPS
    )


_OF_ROSTER = (
    "mobile", "sis_change", "daily_sftp", "size", "users", "functions", "region", "dates",
    "D2", "D4", "D5", "D6", "D8", "D9", "D11", "D12",
)  # fmt: skip


def _with_roster(facts: Facts, past: Past, groups: Path | None) -> Facts:
    head = past.head
    assert head is not None
    here = roster.counted(
        lambda table: past.store.table(table, head), past.today, past.policy.calendar
    )
    moved: Students = students(past, head, here.users)
    told_ = replace(
        history(past),
        rekeyed=moved.rekeyed,
        steady=moved.steady,
        since=moved.since,
        reused=moved.reused,
        sections_reused=moved.sections_reused,
    )
    return replace(
        facts,
        roster=here,
        history=told_,
        mobility=moved.mobility,
        has_terms=_have_terms(past),
        classes=_classes(groups, past.store, head) if groups else None,
        why={**_NO_GROUPS, **moved.why},
    )


def _have_terms(past: Past) -> bool:
    """Whether a source sends a format with a place for terms."""
    kinds = {commit.source: commit.kind for commit in past.drops}.values()
    formats = [contracts().get(kind) for kind in kinds]
    return not formats or any(one is None or has_terms(one) for one in formats)


def _newest(past: Past) -> tuple[Sent, bool] | None:
    """The newest drop of a known format whose report is kept, and whether it lists schools.

    Of several sources the one that sends most: a sheet of staff says little of the SIS.
    """
    newest: dict[str, Run] = {}
    for run in reversed(past.runs):
        if run.sync in (*DROPS, "test") and run.kind in contracts():
            newest.setdefault(run.source, run)
    for run in sorted(newest.values(), key=lambda run: -sum(run.rows.values())):
        contract = contracts()[run.kind]
        try:
            summary = cast("Summary", past.store.run_data(run.id, "summary"))
            found = past.store.scan_run_frame(run.id, "findings")
        except ImporterError:
            continue
        day = past.day(run.at).isoformat()
        return sent(summary, found, contract, day), lists_schools(contract)
    return None


def _classes(groups: Path, store: Store, head: Commit) -> Classes:
    """The platform's groups beside the classes; accepted pairs count, likely ones don't."""
    found = alignment.propose(groups, store, head)
    members = found.members
    sure = found.pairs.filter(verdict="sure")
    likely = set(found.pairs.filter(verdict="likely")["group_id"])
    matched = {*sure["group_id"], *(pair.group for pair in found.aligned)}
    return Classes(
        Part(sum(members[group] for group in matched), sum(members.values())),
        sum(members[group] for group in likely - matched),
        len(members),
        len(found.alone),
        sure.filter(sure["group"] != sure["section"]).height,
    )


def _sources(past: Past, facts: Facts) -> tuple[str, ...]:
    """What was read, in words."""
    read = []
    if past.commits:
        first, last = (past.day(past.commits[at].at) for at in (0, -1))
        many = f"{len(past.commits)} commits, {first} to {last}"
        read.append(many if len(past.commits) > 1 else f"1 commit, {first}")
    if facts.sent:
        read.append(f"the newest drop, {facts.sent.on}, {facts.sent.title}")
    if facts.classes:
        read.append(f"a list of {facts.classes.groups:,} groups of the platform")
    return tuple(read)
