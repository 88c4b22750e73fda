"""``importer history``: what was committed and what was planned."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from importer import holds
from importer.cli import common
from importer.model.errors import EXIT_CODES
from importer.report.safe import for_terminal
from importer.report.verdict import done_words
from importer.store.folder import FolderStore


@click.command("history", epilog=EXIT_CODES)
@common.workspace
@common.as_json
def command(folder: Path, as_json: bool) -> int:
    """List commits and runs.

    The newest last: when, who, what came, what it did.
    """
    store = FolderStore.open(folder)
    commits = {commit.run: commit for commit in store.commits()}
    runs = store.runs()
    if as_json:
        listed = [
            {**asdict(run), "commit": commits[run.id].number if run.id in commits else None}
            for run in runs
        ]
        click.echo(json.dumps({"runs": listed}))
        return 0
    if not runs and not commits:
        click.echo(f"Nothing yet. Next: importer sync PATH -w {folder}")
    for lost in [c for run, c in commits.items() if run not in {r.id for r in runs}]:
        told = f"{lost.at[:16].replace('T', ' ')}  commit {lost.number}  {for_terminal(lost.actor)}"
        click.echo(f"{told}\n    {done_words(lost.counts)} (what its run kept is gone)")
    for run in runs:
        made = commits.get(run.id)
        waiting = [] if made else holds.missing_approvals(store, run)
        state = f"commit {made.number}" if made else "on hold" if waiting else "not committed"
        by = for_terminal(made.actor if made else run.actor)
        told = f"{run.at[:16].replace('T', ' ')}  {state:13}  {for_terminal(run.label)}  {by}"
        click.echo(f"{told}\n    {run.id}: {done_words(run.counts)}")
    return 0
