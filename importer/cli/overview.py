"""``importer overview``: what the roster holds, school by school."""

import json
from pathlib import Path

import click

from importer.cli import common, options
from importer.model.errors import EXIT_CODES
from importer.report.directory_lines import listing_lines, overview_lines
from importer.report.directory_page import LISTED, ROWS, overview_page
from importer.report.lines import Told
from importer.report.listing import LISTS
from importer.roster_view import RosterView, open_view
from importer.store.folder import FolderStore

_SHOWN = 100


@click.command("overview", epilog=EXIT_CODES)
@common.workspace
@click.option(
    "--school", "schools", multiple=True, metavar="ID", help="Only this school; may be repeated."
)
@click.option(
    "--list", "what", type=click.Choice(LISTS), help="A list instead: 100 of it, all with --json."
)
@click.option("--html", type=options.place, help="Write all of it here, as one page.")
@common.as_json
def command(
    folder: Path, schools: tuple[str, ...], what: str | None, html: Path | None, as_json: bool
) -> int:
    """Show what the roster holds: totals, schools, and lists.

    It is counted from the newest commit. The page holds names of pupils: keep it inside the
    district.
    """
    if html is not None:
        common.apart_from_workspace(html, folder)
    view = open_view(FolderStore.open(folder))
    directory = view.overview(schools)
    if html is not None:
        lists = [view.listing(name, schools, ROWS) for name in LISTED]
        common.write(html, overview_page(directory, lists).encode())
    if what:
        _list(view, what, schools, as_json)
    elif as_json:
        click.echo(json.dumps(directory))
    else:
        wide, colour = common.terminal()
        click.echo(overview_lines(directory, Told(wide, colour)), color=colour, nl=False)
        if directory["commit"] is None:
            click.echo(f"\nNext: importer sync PATH -w {folder}")
    if html is not None and not as_json:
        click.echo(f"Page: {html}")
    return 0


def _list(view: RosterView, what: str, schools: tuple[str, ...], as_json: bool) -> None:
    listed = view.listing(what, schools, None if as_json else _SHOWN)
    if as_json:
        click.echo(json.dumps(listed))
        return
    wide, colour = common.terminal()
    click.echo(listing_lines(listed, Told(wide, colour)), color=colour, nl=False)
