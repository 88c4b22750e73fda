"""The part of ``importer show`` that shows a person, a section or a school."""

import json
from pathlib import Path

import click

from importer.cli import common
from importer.model.errors import UsageError
from importer.model.likeness import closest
from importer.report.directory_lines import card_lines, match_lines
from importer.report.directory_page import ROWS, record_page
from importer.report.lines import Told
from importer.report.lookup import Match
from importer.roster_view import RosterView, open_view
from importer.store.folder import FolderStore

_SHOWN = 100


def show_record(
    store: FolderStore, wanted: str, kind: str, html: Path | None, as_json: bool
) -> int:
    """Show the one record that ``wanted`` means, or list those that it may mean (exit 2).

    ``kind``: person, section, school, or empty for any. No error names a person.
    """
    view = open_view(store)
    match = the_one(view, wanted, kind, view.find(wanted, kind), as_json)
    if match is None:
        return UsageError.exit_code
    _show(view, match, html, as_json)
    return 0


def the_one(
    view: RosterView, wanted: str, kind: str, found: list[Match], as_json: bool
) -> Match | None:
    """The one record of those ``found``; else it is listed which may be meant (exit 2).

    None where that was told as JSON. ``kind``: person, section, school, or empty for any.
    """
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{len(found)} records are called that."
        ids = {match["id"] for match in found}
        by = "its id" if len(ids) == len(found) else "its id and kind, --as person for instance"
        _several(found, message, f"Name the one you mean by {by}.", as_json)
        return None
    nothing = f"No {kind or 'run, commit, person, section or school'} is called that."
    if near := view.nearly(wanted, kind):
        _several(near, nothing, "The nearest are listed; name one by its id.", as_json)
        return None
    runs = closest(wanted, [run.id for run in view.store.runs()])
    if runs and not kind:
        raise UsageError(nothing, f"Did you mean the run {runs[0]}?")
    raise UsageError(
        nothing, "`importer history` lists runs and commits, `importer overview --list` the rest."
    )


def _show(view: RosterView, match: Match, html: Path | None, as_json: bool) -> None:
    card = view.card(match, None if as_json else ROWS if html else _SHOWN)
    if html is not None:
        page = record_page(view.card(match, ROWS), view.last())
        common.write(html, page.encode())
    if as_json:
        click.echo(json.dumps(card))
        return
    wide, colour = common.terminal()
    click.echo(card_lines(card, Told(wide, colour)), color=colour, nl=False)
    if html is not None:
        click.echo(f"Page: {html}")


def _several(matches: list[Match], message: str, fix: str, as_json: bool) -> None:
    """The records are listed apart from the error, which may reach a log and names nobody."""
    if as_json:
        told = {"error": message, "fix": fix, "exit_code": UsageError.exit_code}
        click.echo(json.dumps({**told, "matches": matches}))
        return
    wide, colour = common.terminal()
    click.echo(match_lines(matches, Told(wide, colour)), color=colour, nl=False)
    raise UsageError(message, fix)
