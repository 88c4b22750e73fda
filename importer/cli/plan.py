"""``importer plan``: plan a drop, commit nothing."""

from pathlib import Path

import click

from importer import flow
from importer.cli import common, options
from importer.model.errors import EXIT_CODES
from importer.model.history import Asked
from importer.store.folder import FolderStore


@click.command("plan", epilog=EXIT_CODES)
@click.argument("path", type=options.place)
@common.workspace
@common.kind
@common.ways
@common.actor
@common.as_json
def command(
    path: Path, folder: Path, kind: str, asked: Asked, actor: str | None, as_json: bool
) -> int:
    """Check a drop and plan it against the newest commit; commit nothing.

    The plan is kept as a run with its report; `importer commit` carries it out.
    """
    store = FolderStore.open(folder)
    with store.lock():
        planned = flow.plan_drop(path, store, common.who(actor), kind, asked)
    common.show(planned.reported.summary, as_json, folder, path)
    if not as_json and not planned.nothing_new:
        click.echo(f"Report: {store.run_path(planned.run.id, 'report.html')}")
    if not planned.run.kind:
        return 1
    return 3 if planned.run.blocks else 0
