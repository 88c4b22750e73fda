"""``importer why``: why a person or section is, or isn't, in the roster."""

import json
from pathlib import Path

import click

from importer.cli import common
from importer.cli.show_record import the_one
from importer.model.errors import EXIT_CODES, UsageError
from importer.report.lines import Told
from importer.report.lookup import Match, find
from importer.report.why import record
from importer.report.why_lines import lines
from importer.roster_view import RosterView, open_view
from importer.store.folder import FolderStore
from importer.why import Question, heard_of, why


@click.command("why", epilog=EXIT_CODES)
@click.argument("name", metavar="NAME")
@common.workspace
@click.option("--section", metavar="SECTION", help="Why NAME is, or isn't, in this section.")
@click.option("--school", metavar="SCHOOL", help="Why NAME has, or hasn't, a role at this school.")
@click.option(
    "--on",
    default="",
    metavar="WHEN",
    help="As it was on a day (at its end, UTC) or at a moment (2026-11-14T06:00). Else now.",
)
@click.option(
    "--as",
    "kind",
    type=click.Choice(["person", "section"]),
    default=None,
    help="NAME is a person, or a section.",
)
@common.as_json
def command(
    name: str, folder: Path, section: str | None, school: str | None, on: str, kind: str | None,
    as_json: bool,
) -> int:  # fmt: skip
    """Say why a person or section is, or isn't, in the roster.

    NAME, SECTION and SCHOOL are an id, e-mail, username or name, as `importer show` takes them. The
    first sentence answers; below it stands every change with commit, drop, file, row and who.
    """
    view = open_view(FolderStore.open(folder))
    if section is not None and school is not None:
        raise UsageError("--section and --school are two questions.", "Ask one at a time.")
    inside = section is not None or school is not None
    match = _meant(view, name, "person" if inside else kind or "", as_json)
    where = _meant(view, section, "section", as_json) if section is not None else None
    at = _meant(view, school, "school", as_json) if school is not None else None
    if match is None or (section is not None and where is None) or (school is not None and not at):
        return UsageError.exit_code
    facts = why(view, Question(match, where, at, on))
    if as_json:
        click.echo(json.dumps(record(facts)))
        return 0
    wide, colour = common.terminal()
    click.echo(lines(facts, Told(wide, colour)), color=colour, nl=False)
    return 0


def _meant(view: RosterView, wanted: str, kind: str, as_json: bool) -> Match | None:
    """The one record that is meant; who never came into the roster is known by the id alone."""
    found = find(view.tables, wanted, [kind] if kind else ["person", "section"])
    if not found and heard_of(view.store, wanted):
        return Match(kind=kind or "person", id=wanted, name="", school="", status="")
    return the_one(view, wanted, kind, found, as_json)
