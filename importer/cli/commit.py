"""``importer commit``: carry out a plan."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from importer import flow
from importer.cli import common, outcome
from importer.model.errors import EXIT_CODES, OnHoldError
from importer.report.verdict import done_words
from importer.store.folder import FolderStore


@click.command("commit", epilog=EXIT_CODES)
@click.argument("run", required=False)
@common.workspace
@click.option("--note", default="", help="A word about this commit, kept in the history.")
@common.actor
@common.as_json
def command(run: str | None, folder: Path, note: str, actor: str | None, as_json: bool) -> int:
    """Commit a planned run.

    Without RUN the newest one. Refused if somebody committed since it was planned, or while it
    is on hold.
    """
    store = FolderStore.open(folder)
    with store.lock():
        runs = store.runs()
        if not runs:
            raise OnHoldError(
                "There is no run to commit.", "Plan a drop: importer plan PATH -w DIR"
            )
        chosen = store.run(run) if run else runs[-1]
        commit = flow.commit(store, chosen, common.who(actor), note)
    outcome.settle(0)
    if as_json:
        click.echo(json.dumps(asdict(commit)))
    else:
        click.echo(f"Committed as number {commit.number}: {done_words(commit.counts)}.")
    return 0
