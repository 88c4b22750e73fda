"""``importer commit``: carry out a plan."""

import json
import re
from dataclasses import asdict
from pathlib import Path

import click

from importer import flow
from importer.cli import common, outcome
from importer.model.errors import EXIT_CODES, OnHoldError, UsageError
from importer.report.verdict import done_words
from importer.store.folder import FolderStore

_HASH = re.compile("[0-9a-f]{12,64}")  # fewer could be another plan's by chance


@click.command("commit", epilog=EXIT_CODES)
@click.argument("run", required=False)
@common.workspace
@click.option("--note", default="", help="A word about this commit, kept in the history.")
@click.option(
    "--preview", default="", metavar="HASH",
    help="Commit only what this preview showed (importer plan and review tell it).",
)  # fmt: skip
@common.actor
@common.as_json
def command(
    run: str | None, folder: Path, note: str, preview: str, actor: str | None, as_json: bool
) -> int:
    """Commit a planned run.

    Without RUN the newest one. Refused if somebody committed since it was planned, while it is on
    hold, or if it would do anything else than --preview showed.
    """
    if preview and not _HASH.fullmatch(preview):
        raise UsageError(
            "This is no preview hash.", "It has at least 12 digits and letters a to f."
        )
    store = FolderStore.open(folder)
    with store.lock():
        runs = [planned for planned in store.runs() if planned.sync != "test"]
        if not runs:
            raise OnHoldError(
                "There is no run to commit.", "Plan a drop: importer plan PATH -w DIR"
            )
        chosen = store.run(run) if run else runs[-1]
        commit = flow.commit(store, chosen, common.who(actor), note, preview)
    outcome.settle(0)
    if as_json:
        click.echo(json.dumps(asdict(commit)))
    else:
        click.echo(f"Committed as number {commit.number}: {done_words(commit.counts)}.")
    return 0
