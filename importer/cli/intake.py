"""``importer intake``: take over what has arrived in a workspace's inbox."""

from pathlib import Path

import click

from importer import ways
from importer.cli import common, options, outcome, turns
from importer.fleet import acting
from importer.fleet.night import exit_code
from importer.fleet.turn import District, turn
from importer.model.errors import EXIT_CODES


@click.command("intake", epilog=EXIT_CODES)
@click.argument("folder", metavar="DIR", type=options.place)
@click.option("--source", default="", metavar="NAME", help="Only this source's inbox. Else all.")
@common.no_wait
@common.actor
@common.as_json
def command(folder: Path, source: str, wait: bool, actor: str | None, as_json: bool) -> int:
    """Take over what has arrived in a workspace's inbox: check, plan, commit or hold.

    What lies there is a drop once nothing of it has changed for a while (district.toml,
    [arrivals]); until then the command waits. A zip and a folder are drops of their own. The drop
    is taken away from the inbox after its outcome is safe, and kept in the workspace.
    """
    district = District.open(folder, lambda: acting.who(actor))
    if source:
        ways.of_source(district.policy, source)  # a name that isn't there is said so
    done = []
    for feed in district.feeds(source):
        with feed.local() as place:
            done += turn(district, feed, place, wait=wait)
    code = exit_code(done)
    if any(one.outcome == "committed" for one in done):
        outcome.settle(code)
    if as_json:
        click.echo(turns.as_json({folder: done}, code))
    else:
        turns.show(done, folder)
    return code
