"""``importer run-all``: the unattended turns of all districts."""

from pathlib import Path

import click

from importer.cli import common, options, outcome, turns
from importer.fleet.districts import workspaces
from importer.fleet.every import GIB, Allowed, every
from importer.fleet.night import exit_code
from importer.model.errors import EXIT_CODES


@click.command("run-all", epilog=EXIT_CODES)
@click.argument("root", type=options.place)
@click.option(
    "--jobs",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    metavar="N",
    help="How many districts at a time.",
)
@click.option(
    "--memory",
    default=8.0,
    show_default=True,
    type=click.FloatRange(0.5, 1024),
    metavar="GIB",
    help="Memory that one district may have.",
)
@click.option(
    "--seconds",
    default=4 * 3600,
    show_default=True,
    type=click.IntRange(1, 7 * 86_400),
    metavar="N",
    help="Time that one district may have, waiting included.",
)
@common.no_wait
@common.actor
@common.as_json
def command(
    root: Path, jobs: int, memory: float, seconds: int, wait: bool, actor: str | None, as_json: bool
) -> int:
    """Do the unattended turns of all workspaces in a folder.

    Each is done in a process of its own: one that dies, hangs or needs too much memory takes no
    other along. The exit code is the largest of all districts.
    """
    allowed = Allowed(jobs, int(memory * GIB), float(seconds))
    told = {}
    for folder, done in every(workspaces(root), allowed, actor, wait=wait):
        told[folder] = done
        if not as_json:
            turns.show(done, folder, name=folder.name)
    code = max(exit_code(done) for done in told.values())
    if any(one.outcome == "committed" for done in told.values() for one in done):
        outcome.settle(code)
    if as_json:
        click.echo(turns.as_json(told, code))
    return code
