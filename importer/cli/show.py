"""``importer show``: a run, a commit, or a record of the roster."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import cast

import click

from importer.cli import common, options
from importer.cli.show_record import show_record
from importer.model.errors import EXIT_CODES, ImporterError, UsageError
from importer.model.history import Commit, Run
from importer.report import verdict
from importer.report.lookup import KINDS
from importer.report.records import log_csv
from importer.report.safe import for_terminal
from importer.report.summary import Summary
from importer.review_view import commit_log
from importer.store.folder import FolderStore


@click.command("show", epilog=EXIT_CODES)
@click.argument("name", metavar="NAME")
@common.workspace
@click.option(
    "--as",
    "kind",
    type=click.Choice(list(KINDS)),
    default=None,
    help="NAME is a person, a section or a school, even if a run or commit is called so.",
)
@click.option("--html", type=options.place, help="Write a person, section or school as a page.")
@click.option(
    "--log", type=options.place,
    help="Write what the changes of a commit leave behind, one line each, as CSV.",
)  # fmt: skip
@common.as_json
def command(
    name: str, folder: Path, kind: str | None, html: Path | None, log: Path | None, as_json: bool
) -> int:
    """Show a run, a commit, or a person, section or school.

    NAME is a run's id or the beginning of it, or a commit's number. Else it is a record of the
    roster: by its id, e-mail, username, student number, or its name in any case.
    """  # fmt: skip
    if html is not None:
        common.apart_from_workspace(html, folder)
    store = FolderStore.open(folder)
    found = None if kind else _run_or_commit(store, name)
    if log is not None and not isinstance(found, Commit):
        raise UsageError("--log is for a commit.", "Name its number; `importer history` lists it.")
    if found is None:
        return show_record(store, name, kind or "", html, as_json)
    if html is not None:
        raise UsageError(
            "--html is for a person, a section or a school.",
            "A run has a page already: report.html in its folder.",
        )
    if log is not None and isinstance(found, Commit):
        common.apart_from_workspace(log, folder)
        common.write(log, log_csv(commit_log(store, found)))
    if isinstance(found, Run):
        _show_run(store, found, folder, as_json)
    else:
        _show_commit(store, found, as_json)
    return 0


def _run_or_commit(store: FolderStore, name: str) -> Run | Commit | None:
    """The run or commit of this name; UsageError where several runs begin so; None = neither."""
    if name.isdecimal() and len(name) < 8:
        head = store.head()
        return store.commit(int(name)) if head and 1 <= int(name) <= head.number else None
    begins = any(run.id.startswith(name) for run in store.runs())
    return store.run(name) if begins else None


def _show_run(store: FolderStore, run: Run, folder: Path, as_json: bool) -> None:
    summary = cast(Summary, store.run_data(run.id, "summary"))
    made = next((c for c in store.commits() if c.run == run.id), None)
    common.show(verdict.committed(summary, made) if made else summary, as_json, folder)


def _show_commit(store: FolderStore, commit: Commit, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(commit)))
        return
    click.echo(f"Commit {commit.number}, {verdict.moment(commit.at)}, {for_terminal(commit.actor)}")
    click.echo(f"  {verdict.done_words(commit.counts)}")
    click.echo(f"  drop {commit.drop[:12]}, run {commit.run}")
    if commit.note:
        click.echo(f"  {for_terminal(commit.note)}")
    for said in _words(store, commit):
        click.echo(f"  {for_terminal(said)}")
    for table, stored in commit.tables.items():
        click.echo(
            f"  {table:14} {stored.active:>10,} active, {stored.rows - stored.active:,} archived"
        )


def _words(store: FolderStore, commit: Commit) -> list[str]:
    """What people released and unchecked before the commit, and what it leaves behind."""
    told: list[str] = []
    try:
        for said in store.approvals(commit.run):
            told.append(f"{', '.join(said.overrides)} released by {said.actor}: {said.reason}")
        told += [f"unchecked by {d.actor}: {d.reason}" for d in store.decisions(commit.run)]
        counts = commit_log(store, commit).group_by("warning").len().sort("warning")
        told += [f"warning: {words} ({n:,})" for words, n in counts.iter_rows()]
    except ImporterError as gone:  # what its run kept
        told.append(str(gone))
    return told
