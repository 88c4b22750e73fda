"""``importer status``: how the districts of this machine stand."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from importer.cli import common, options
from importer.fleet.districts import workspaces
from importer.fleet.events import stamp
from importer.fleet.status import status_of
from importer.model.errors import EXIT_CODES
from importer.report.lines import Told
from importer.report.status import in_order, states
from importer.report.status_lines import status_lines
from importer.report.status_page import status_page


@click.command("status", epilog=EXIT_CODES)
@click.argument("root", type=options.place, default=Path())
@click.option("--html", type=options.place, help="Write it here too, as one page for all.")
@common.as_json
def command(root: Path, html: Path | None, as_json: bool) -> int:
    """Show how districts stand: what needs somebody, the most urgent first.

    ROOT is a workspace or a folder of workspaces; else the folder you are in. A district that can't
    be read is one line that says why. No names, ids or values of anybody are shown.
    """
    now = datetime.now(UTC)
    folders = workspaces(root)
    if html is not None:
        for folder in folders:
            common.apart_from_workspace(html, folder)
    districts = in_order([status_of(folder, now) for folder in folders])
    if html is not None:
        common.write(html, status_page(districts, stamp(now)).encode())
    if as_json:
        told = {"at": stamp(now), "states": states(districts), "districts": districts}
        click.echo(json.dumps(told))
        return 0
    wide, colour = common.terminal()
    click.echo(status_lines(districts, Told(wide, colour)), color=colour, nl=False)
    if html is not None:
        click.echo(f"Page: {html}")
    return 0
