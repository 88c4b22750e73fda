"""``importer merge``: two people of the roster are one."""

from pathlib import Path

import click

from importer import rekeying
from importer.cli import common
from importer.cli.rekey import carried_out
from importer.model.errors import EXIT_CODES
from importer.store.folder import FolderStore


@click.command("merge", epilog=EXIT_CODES)
@click.argument("keep")
@click.argument("other")
@common.workspace
@click.option("--dry-run", is_flag=True, help="Plan it and show what it would do; commit nothing.")
@common.actor
@common.as_json
def command(
    keep: str, other: str, folder: Path, dry_run: bool, actor: str | None, as_json: bool
) -> int:
    """Make one person of two.

    Roles, enrollments and relationships of the person OTHER go to KEEP where KEEP lacks them, and
    OTHER is archived. It becomes a commit of its own. If your system goes on sending OTHER, OTHER
    comes back: put it right there too.
    """
    store = FolderStore.open(folder)
    with store.lock():
        planned = rekeying.plan_merge(keep, other, store, common.who(actor))
        return carried_out(store, planned, folder, dry_run=dry_run, actor=actor, as_json=as_json)
