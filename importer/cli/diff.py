"""``importer diff``: what changed between two commits."""

import json
from pathlib import Path

import click
import polars as pl

from importer.between import between
from importer.cli import common
from importer.model.errors import EXIT_CODES
from importer.model.tables import TABLES
from importer.moments import commit_of
from importer.report import difference
from importer.report.lines import Told
from importer.store.folder import FolderStore


@click.command("diff", epilog=EXIT_CODES)
@click.argument("one", metavar="FROM")
@click.argument("other", metavar="TO")
@common.workspace
@click.option("--table", type=click.Choice(list(TABLES)), help="Only this table.")
@click.option("--school", default="", metavar="ID", help="Only what concerns this school.")
@click.option("--csv", "as_csv", is_flag=True, help="Print all changes as CSV for a spreadsheet.")
@common.as_json
def command(
    one: str, other: str, folder: Path, table: str | None, school: str, as_csv: bool, as_json: bool
) -> int:  # fmt: skip
    """Show what changed between two commits.

    FROM and TO are commit numbers, days (2026-11-14: the newest commit at the end of that day, UTC)
    or moments (2026-11-14T06:00). Counts come first, then the changes, before and after.
    """
    store = FolderStore.open(folder)
    ends = commit_of(store, one), commit_of(store, other)
    found = between(store, *ends, (table,) if table else (), school)
    if as_csv:
        click.echo(difference.csv(found.changes), nl=False)
        return 0
    if as_json:
        told = {"from": ends[0].number, "to": ends[1].number, "counts": found.counts()}
        click.echo(json.dumps({**told, "changes": difference.records(found.changes)}))
        return 0
    first = pl.int_range(pl.len()).over("table", "action") < difference.SHOWN
    names = found.names(found.changes.filter(first)["key"])
    wide, colour = common.terminal()
    said = difference.lines(ends, found.counts(), found.changes, names, Told(wide, colour))
    click.echo(said, color=colour, nl=False)
    return 0
