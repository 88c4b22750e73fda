"""``importer watch``: unattended turns whenever something has arrived."""

from pathlib import Path

import click

from importer.cli import common, options, turns
from importer.fleet.every import Allowed
from importer.fleet.night import exit_code
from importer.fleet.watching import watching
from importer.model.errors import EXIT_CODES
from importer.store.folder import FolderStore


@click.command("watch", epilog=EXIT_CODES)
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=options.place)
@click.option(
    "--poll",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0.1, 3600),
    metavar="SECONDS",
    help="Time between two looks at the inboxes.",
)
@common.actor
@common.as_json
def command(folders: tuple[Path, ...], poll: float, actor: str | None, as_json: bool) -> None:
    """Do districts' unattended turns whenever something has arrived.

    Each DIR is a workspace. Its inbox is looked at until the command is stopped (Ctrl-C); a drop
    that has come to rest has its turn as by `importer run`. With --json, one object for each turn.
    """
    for folder in folders:
        FolderStore.open(folder)  # a folder that is no workspace is said at once
    for folder, done in watching(list(folders), Allowed(), actor, poll):
        if as_json:
            click.echo(turns.as_json({folder: done}, exit_code(done)))
        elif any(turn.outcome not in ("nothing", "waiting") for turn in done):
            turns.show(done, folder, name=folder.name)
