"""``importer sync``: the whole way of a drop."""

from pathlib import Path

import click

from importer import flow
from importer.cli import common, options, outcome
from importer.model.errors import EXIT_CODES
from importer.model.history import Asked
from importer.report import verdict
from importer.store.folder import FolderStore


@click.command("sync", epilog=EXIT_CODES)
@click.argument("path", type=options.place)
@common.workspace
@common.kind
@common.ways
@common.actor
@common.as_json
def command(
    path: Path, folder: Path, kind: str, asked: Asked, actor: str | None, as_json: bool
) -> int:
    """Check a drop, plan it, and commit it if nothing needs a person's word.

    The same drop again is nothing new. A drop that would change too much, or isn't whole, is put
    on hold: nothing is changed until somebody approves it.

    A sync counts as by hand where there is a terminal, else as automatic; IMPORTER_AUTOMATIC=1 or 0
    says which.
    """
    store = FolderStore.open(folder)
    with store.lock():
        done = flow.sync(path, store, common.who(actor), kind, asked)
    if done.commit:
        outcome.settle(0)
    summary = done.planned.reported.summary
    if done.commit:
        summary = verdict.committed(summary, done.commit)
    common.show(summary, as_json, folder, path)
    if not as_json and not done.planned.nothing_new:
        click.echo(f"Report: {store.run_path(done.planned.run.id, 'report.html')}")
    run = done.planned.run
    if done.commit or done.planned.nothing_new or (run.sync == "test" and not run.blocks):
        return 0
    return 3 if run.kind else 1
