"""Undo: a commit taken back by a new commit, planned and kept as a run like any other."""

from contextlib import suppress
from dataclasses import dataclass

import polars as pl

from importer.checks import causes
from importer.model import findings
from importer.model.errors import ImporterError, StorageError, UsageError
from importer.model.history import Commit, Run, Who
from importer.model.tables import ID_SEPARATOR, TABLES
from importer.model.undone import undone
from importer.planning import overview
from importer.planning.preview import preview
from importer.planning.undo import Times, Undone, undo
from importer.report import build, verdict
from importer.report.build import Facts
from importer.report.reported import Reported
from importer.report.summary import Format, Summary
from importer.reviews import scan_changes
from importer.store.port import Store

KEEP_LATER, TAKE_BACK = "keep-later", "take-back"


@dataclass(frozen=True)
class UndoPlan:
    """What undoing a commit would do. ``by``: (table, key) of a conflict → the later commit."""

    commit: Commit
    head: Commit
    undone: Undone
    by: dict[tuple[str, str], int]


def plan_undo(store: Store, number: int, choice: str = "") -> UndoPlan:
    """Plan to take back a commit of any age. ``choice``: ``KEEP_LATER`` or ``TAKE_BACK``.

    UsageError for a commit that is undone already; StorageError if its files aren't kept any more.
    """
    commits = store.commits()
    commit = store.commit(number)
    if by := undone(commits).get(number):
        raise UsageError(
            f"Commit {number} was undone as number {by.number} already.",
            f"To have it back: importer undo {by.number} -w DIR --reason '…'",
        )
    head, before = commits[-1], commits[number - 2] if number > 1 else None
    changed = [t for t in TABLES if _differs(t, before, commit)]
    try:
        times = Times(
            lambda table: store.table(table, before),
            lambda table: store.table(table, commit),
            lambda table: store.table(table, head),
            number,
            head.number,
            _rekeys(store, commit),
        )
        done = undo(times, changed, choice == TAKE_BACK)
    except StorageError as error:
        raise StorageError(f"Commit {number} can't be undone: {error}", error.fix) from None
    return UndoPlan(commit, head, done, _later(store, commits[number:], done.conflicts))


def _differs(table: str, before: Commit | None, commit: Commit) -> bool:
    """Whether the commit stored the table anew."""
    old = before.tables.get(table) if before else None
    return commit.tables.get(table) != old


def _rekeys(store: Store, commit: Commit) -> pl.DataFrame:
    """The ids that the commit changed; none if what its run kept is gone: then row by row."""
    nothing = pl.DataFrame(schema={"table": pl.String, "old": pl.String, "new": pl.String})
    with suppress(ImporterError):
        rows = scan_changes(store, commit.run)
        rows = rows.filter(pl.col("action") == "re-key", "picked")
        return rows.select("table", old="from_key", new="key").collect()
    return nothing


def _later(
    store: Store, commits: list[Commit], conflicts: pl.DataFrame
) -> dict[tuple[str, str], int]:
    """The first later commit that changed each row of a conflict, as far as runs are kept."""
    found: dict[tuple[str, str], int] = {}
    if conflicts.is_empty():
        return found
    wanted = conflicts.select("table", "key").unique().lazy()
    for commit in commits:
        with suppress(ImporterError):
            rows = scan_changes(store, commit.run).filter("picked")
            ends = [rows.select("table", key=end) for end in ("key", "from_key")]
            hit = pl.concat(ends).join(wanted, on=["table", "key"], how="semi").collect()
            for table, key in hit.iter_rows():
                found.setdefault((table, key), commit.number)
    return found


def keep(store: Store, plan: UndoPlan, who: Who) -> Run:
    """Keep the plan of an undo as a run, ready to be committed."""
    number, change = store.next_run(), plan.undone.change
    before = store.commit(plan.commit.number - 1) if plan.commit.number > 1 else None
    newest = plan.commit.number == plan.head.number
    stands = before if newest and before else plan.head  # whose columns and filters count then
    run = Run(
        id=f"{number:06d}-undo{plan.commit.number}",
        drop="",
        label=f"undo of {plan.commit.number}",
        kind="undo",
        policy="",
        base=plan.head.number,
        actor=who.actor,
        at=who.at,
        counts=change.counts(),
        findings={},
        columns=stands.columns,
        share=stands.share,
        sync="undo",
        undoes=plan.commit.number,
    )
    summary = _summary(store, plan, run)
    reported = Reported(summary, _no_findings(), pl.DataFrame(schema=findings.HELD))
    with store.new_run(run.id) as folder:
        folder.frame("findings", reported.findings)
        folder.frame("held", reported.held)
        folder.frame("changes", change.changes)
        folder.frame("conflicts", plan.undone.conflicts)
        for table, frame in change.after.items():
            folder.frame(f"after-{table}", frame)
        folder.data("summary", dict(summary))
        for name, content in reported.kept().items():
            folder.file(name, content)
        folder.finish(run)
    return run


def _summary(store: Store, plan: UndoPlan, run: Run) -> Summary:
    change, number = plan.undone.change, plan.commit.number
    found = causes.number(findings.empty(), pl.DataFrame(schema=findings.HELD), {})
    title = f"Undo of commit {number}"
    facts = Facts(run.label, run.at, Format(name="undo", title=title, why="asked for by a person"),
                  found.findings, found.held, found.causes, {})  # fmt: skip
    names = overview.names(
        build.shown_ids(change), change.after, lambda table: store.table(table, plan.head)
    )
    shown = build.plan(change, {}, names, preview(change))
    told = verdict.of_run(run, facts, [], shown, change)
    sentence = f"What undoing commit {number} changes: {verdict.done_words(change.counts())}."
    return {**told, "verdict": {**told["verdict"], "sentence": sentence}}


def _no_findings() -> pl.DataFrame:
    blank = findings.empty()
    return blank.with_columns(message=pl.lit(None, pl.String), fix=pl.lit(None, pl.String))


def conflicts(plan: UndoPlan) -> list[dict[str, object]]:
    """The conflicts as JSON-ready data, each with the later commit that it comes from."""
    return [
        {
            **row,
            "key": row["key"].replace(ID_SEPARATOR, " / "),
            "commit": plan.by.get((row["table"], row["key"])),
        }
        for row in plan.undone.conflicts.iter_rows(named=True)
    ]
