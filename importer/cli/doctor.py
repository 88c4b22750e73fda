"""``importer doctor``: whether all is as it must be."""

import json
from pathlib import Path

import click

from importer.cli import common, options
from importer.fleet.doctor import machine, server, workspace
from importer.fleet.doctor.check import Looked
from importer.model.errors import EXIT_CODES
from importer.report.safe import for_terminal

_WRONG = 4


@click.command("doctor", epilog=EXIT_CODES)
@click.option("-w", "--workspace", "folder", type=options.place, help="Look at this workspace too.")
@click.option(
    "--sftp", "config", type=options.place, metavar="FILE",
    help="Look at the SFTP server of this configuration too; needs root.",
)  # fmt: skip
@common.as_json
def command(folder: Path | None, config: Path | None, as_json: bool) -> int:
    """Look whether this machine, a workspace and an SFTP server are as they must be.

    Every line says yes, no or advice; below a no stands what to do. Exit code 4 if there is a no.
    """
    looked = [machine.python()]
    looked += workspace.looked_at(folder) if folder else [machine.clock()]
    looked += server.looked_at(config) if config else []
    code = _WRONG if any(one.verdict == "no" for one in looked) else 0
    if as_json:
        told = [one.record() for one in looked]
        click.echo(json.dumps({"looked": told, "exit_code": code}, ensure_ascii=False))
    else:
        _show(looked)
    return code


def _show(looked: list[Looked]) -> None:
    for one in looked:
        says = f"  {one.says}" if one.says else ""
        click.echo(for_terminal(f"{one.verdict:<7} {one.what}{says}"))
        if one.fix:
            click.echo(for_terminal(f"        {one.fix}"))
