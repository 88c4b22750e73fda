"""``importer verify``: is everything still what it was."""

import json
from pathlib import Path

import click

from importer.cli import common
from importer.model.errors import EXIT_CODES
from importer.store.folder import FolderStore


@click.command("verify", epilog=EXIT_CODES)
@common.workspace
@common.as_json
def command(folder: Path, as_json: bool) -> int:
    """Hash everything again that a commit names.

    These are the records, the rosters and the kept drops. The audit is held against them: whether a
    line or a record was changed or taken out.
    """
    store = FolderStore.open(folder)
    problems, gone, notes = store.verify(), store.removed_drops(), store.notes()
    commits = len(store.commits()) if not problems else None
    if as_json:
        told = {"problems": problems, "removed_drops": gone, "notes": notes, "commits": commits}
        click.echo(json.dumps(told))
    else:
        for problem in problems:
            click.echo(problem)
        if not problems:
            click.echo(f"All well: {commits} commit(s) and everything they name are unchanged.")
        for note in gone + notes:
            click.echo(note)
    return 4 if problems else 0
