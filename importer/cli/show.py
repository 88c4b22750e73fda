"""``importer show``: a run or a commit."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import cast

import click

from importer.cli import common
from importer.model.errors import EXIT_CODES
from importer.report import verdict
from importer.report.safe import for_terminal
from importer.report.summary import Summary
from importer.store.folder import FolderStore


@click.command("show", epilog=EXIT_CODES)
@click.argument("name", metavar="RUN|COMMIT")
@common.workspace
@common.as_json
def command(name: str, folder: Path, as_json: bool) -> int:
    """Show a run or a commit.

    A run by its id or the beginning of it, a commit by its number.
    """
    store = FolderStore.open(folder)
    if not (name.isdecimal() and len(name) < 8):
        run = store.run(name)
        summary = cast(Summary, store.run_data(run.id, "summary"))
        made = next((c for c in store.commits() if c.run == run.id), None)
        common.show(verdict.committed(summary, made) if made else summary, as_json, folder)
        return 0
    commit = store.commit(int(name))
    if as_json:
        click.echo(json.dumps(asdict(commit)))
        return 0
    click.echo(f"Commit {commit.number}, {verdict.moment(commit.at)}, {for_terminal(commit.actor)}")
    click.echo(f"  {verdict.done_words(commit.counts)}")
    click.echo(f"  drop {commit.drop[:12]}, run {commit.run}")
    if commit.note:
        click.echo(f"  {for_terminal(commit.note)}")
    for approval in store.approvals(commit.run):
        told = f"{', '.join(approval.overrides)} released by {approval.actor}: {approval.reason}"
        click.echo(f"  {for_terminal(told)}")
    for table, stored in commit.tables.items():
        click.echo(
            f"  {table:14} {stored.active:>10,} active, {stored.rows - stored.active:,} archived"
        )
    return 0
