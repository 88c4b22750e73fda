"""``importer audit``: who did what."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from importer.cli import common
from importer.model.audit import Event
from importer.model.errors import EXIT_CODES
from importer.report.lines import Told
from importer.report.verdict import moment
from importer.report.words import count
from importer.store.folder import FolderStore


@click.command("audit", epilog=EXIT_CODES)
@common.workspace
@click.option("--last", type=click.IntRange(min=1), help="Only so many, the newest.")
@common.as_json
def command(folder: Path, last: int | None, as_json: bool) -> int:
    """List who did what in a workspace, and when.

    The newest last. Lines are only ever added, and each names the one before by its hash: ends with
    4, and names the line, if one was changed or taken out. `importer verify` compares the lines
    with what they tell of.
    """
    events = FolderStore.open(folder).audit()[-last if last else None :]
    if as_json:
        click.echo(json.dumps({"events": [event.record() for event in events]}))
        return 0
    wide, colour = common.terminal()
    for event in events:
        for line in Told(wide, colour).wrapped(
            ", ".join(_words(event)), f"{moment(event.at)}  ", indent=4
        ):
            click.echo(line, color=colour)
    return 0


def _words(event: Event) -> Iterator[str]:
    """What an event tells, part by part."""
    number = f" {event.commit}" if event.commit else ""
    file = f" of {event.of}" if event.what in ("settings", "purge", "purged") else ""
    who = f" by {event.actor}" if event.actor else ""
    yield f"{event.what}{number}{file}{who}{' (automatic)' if event.automatic else ''}"
    if event.run:
        yield f"run {event.run}"
    yield from (f"{number:,} {action}" for action, number in event.counts.items() if number)
    if event.overrides:
        yield f"released {', '.join(event.overrides)}"
    if event.unchecked:
        yield f"{count(event.unchecked, 'change')} unchecked"
    if event.reason:
        yield f"“{event.reason}”"
    if event.recovered:
        yield "told later, the process had died"
