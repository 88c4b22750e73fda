"""``importer history``: what was committed and what was planned."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from importer.cli import common, why
from importer.model.errors import EXIT_CODES
from importer.report.lines import Told
from importer.report.verdict import done_words, moment
from importer.report.words import count
from importer.store.folder import FolderStore
from importer.sync_history import Entry, history


@click.command("history", epilog=EXIT_CODES)
@common.workspace
@click.option("--person", metavar="NAME", help="The history of a person: importer why NAME.")
@click.option("--section", metavar="NAME", help="The history of a section: importer why NAME.")
@click.option("--last", type=click.IntRange(min=1), help="Only so many, the newest.")
@common.as_json
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    person: str | None,
    section: str | None,
    last: int | None,
    as_json: bool,
) -> int:
    """List commits and runs.

    The newest last: when, what kind of sync (full, quick, test, undo), what came, by hand or
    automatic, who, what it did, and what it is on hold for.
    """
    if (name := person or section) is not None:
        asked = {"folder": folder, "school": None, "on": "", "as_json": as_json}
        within = section if person else None
        kind = "person" if person else "section"
        code: int = ctx.invoke(why.command, name=name, section=within, kind=kind, **asked)
        return code
    store = FolderStore.open(folder)
    entries = history(store)[-last if last else None :]
    if as_json:
        runs = {run.id: asdict(run) for run in store.runs()}
        told = [{**runs.get(e["run"], {"id": e["run"]}), **_twin(e)} for e in entries]
        click.echo(json.dumps({"runs": told}))
        return 0
    if not entries:
        click.echo(f"Nothing yet. Next: importer sync PATH -w {folder}")
    wide, colour = common.terminal()
    for entry in entries:
        for line in _lines(entry, Told(wide, colour)):
            click.echo(line, color=colour)
    return 0


def _twin(entry: Entry) -> dict[str, object]:
    """An entry beside its run's own record, whose names stay what they are."""
    return {name: value for name, value in entry.items() if name not in ("drop", "run", "at")} | {
        "label": entry["drop"], "committed_at": entry["at"] if entry["commit"] else None,
    }  # fmt: skip


def _lines(entry: Entry, told: Told) -> Iterator[str]:
    state = f"commit {entry['commit']}" if entry["commit"] else entry["state"]
    how = "automatic" if entry["automatic"] else "by hand"
    kind = entry["sync"] + (f" since commit {entry['since']}" if entry["since"] else "")
    named = entry["type"] or "unknown format"
    said = f"{state}, {kind}: {named if entry['sync'] != 'undo' else 'Undo'}, {entry['drop']}"
    head = f"{moment(entry['at'])}  "
    yield from told.wrapped(f"{said}, {how}, {entry['by']}", head, indent=4)
    done = done_words(entry["counts"])
    faults = f"{count(entry['errors'], 'error')}; " if entry["errors"] else ""
    gone = " (what its run kept is gone)" if entry["lost"] else ""
    yield from told.wrapped(f"{entry['run']}: {faults}{done}{gone}", "    ", indent=6)
    if entry["on_hold_for"]:
        yield from told.wrapped(f"on hold for {', '.join(entry['on_hold_for'])}", "    ", indent=6)
    if entry["schools"]:
        yield from told.wrapped(f"only school {', '.join(entry['schools'])}", "    ", indent=6)
    if entry["note"]:
        yield from told.wrapped(entry["note"], "    ", indent=6)
