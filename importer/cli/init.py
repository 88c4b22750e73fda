"""``importer init``: make a workspace."""

import json
from pathlib import Path

import click

from importer import settings
from importer.cli import common, options
from importer.model.errors import EXIT_CODES
from importer.store.folder import FolderStore


@click.command("init", epilog=EXIT_CODES)
@click.argument("folder", type=options.place)
@common.as_json
def command(folder: Path, as_json: bool) -> int:
    """Make a workspace for a district.

    FOLDER is new or empty. It will hold the district's policy (district.toml), the drops as they
    came, every run, the roster and its history. Only you can read it.
    """
    FolderStore.create(folder, settings.TEMPLATE, common.who(None))
    if as_json:
        click.echo(json.dumps({"workspace": str(folder)}))
    else:
        click.echo(f"Made {folder}. Its settings are in {folder / 'district.toml'}.")
        click.echo(f"Next: importer sync PATH -w {folder}")
    return 0
