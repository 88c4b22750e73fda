"""``importer run``: the whole unattended turn of one district."""

from pathlib import Path

import click

from importer.cli import common, options, outcome, turns
from importer.fleet import acting
from importer.fleet.night import exit_code, night
from importer.model.errors import EXIT_CODES


@click.command("run", epilog=EXIT_CODES)
@click.argument("folder", metavar="DISTRICT_DIR", type=options.place)
@common.no_wait
@common.actor
@common.as_json
def command(folder: Path, wait: bool, actor: str | None, as_json: bool) -> int:
    """Do a district's whole unattended turn.

    What has arrived, in the inbox or on a server, is taken over; checked, planned, committed or
    put on hold; reports are delivered, and people told as district.toml says.
    """
    done, untold = night(folder, lambda: acting.who(actor, automatic=True), wait=wait)
    code = exit_code(done)
    if any(one.outcome == "committed" for one in done):
        outcome.settle(code)
    if as_json:
        click.echo(turns.as_json({folder: done}, code, untold))
    else:
        turns.show(done, folder)
        turns.show_untold(untold)
    return code
