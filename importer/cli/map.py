"""``importer map``: which header is which column, and a person's word for it."""

import json
import shlex
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import click

from importer import settings
from importer.cli import common, options
from importer.contracts import confirmed_file
from importer.contracts.confirmed import NOTHING, Confirmed
from importer.contracts.load import contracts
from importer.header_rules import confirmed_with, rules
from importer.header_view import header_view
from importer.model.errors import EXIT_CODES, OnHoldError, UsageError
from importer.report.header_lines import (
    FileView,
    HeaderLine,
    header_lines,
    redacted,
    strange,
    summed,
)
from importer.report.lines import Told
from importer.settings import Policy
from importer.store.folder import FolderStore


@click.command("map", epilog=EXIT_CODES)
@click.argument("path", type=options.place)
@click.option(
    "-w", "--workspace", "folder", type=options.place,
    help="The district's workspace (importer init); what is confirmed is kept there.",
)  # fmt: skip
@common.kind
@click.option(
    "--confirm", "said", multiple=True, metavar="HEADER=COLUMN",
    help="This header is this column; FILE:HEADER=COLUMN of one file. May be repeated.",
)  # fmt: skip
@click.option(
    "--ignore", "ignored", multiple=True, metavar="HEADER",
    help="This header is no column of the format. May be repeated.",
)  # fmt: skip
@click.option(
    "--accept-preselected", "sure", is_flag=True,
    help="Confirm all suggestions that are selected beforehand.",
)  # fmt: skip
@click.option("--ask", is_flag=True, help="Ask about each open header, on a terminal.")
@click.option(
    "--redact", is_flag=True, help="Show shapes instead of values and of headers nobody knows."
)
@common.actor
@common.as_json
def command(
    path: Path, folder: Path | None, kind: str, said: tuple[str, ...], ignored: tuple[str, ...],
    sure: bool, ask: bool, redact: bool, actor: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Show which header is read as which column, and why; confirm what nobody knows.

    PATH is what a school sent. Headers are read by the names and aliases of the format alone; one
    that is merely like a column's name is suggested (→), and a person confirms it. With -w that is
    kept in the workspace as mapping.toml, with who and when, and counts from then on. A file of no
    known format is mapped with --kind. Ends with 3 while a required column has no header.
    """
    asked = bool(said or ignored or sure or ask)
    if asked and folder is None:
        raise UsageError(
            "What is confirmed is kept in a workspace.", "Name it: -w DIR (importer init makes one)"
        )
    if (ask and not (sys.stdin.isatty() and sys.stdout.isatty())) or (ask and as_json):
        raise UsageError("--ask needs a terminal.", "Name what is meant: --confirm HEADER=COLUMN")
    store = FolderStore.open(folder) if folder else None
    with store.lock() if store and asked else nullcontext(), common.scratch() as scratch:
        policy, confirmed = _known(store, kind)
        views = header_view(path, scratch / "1", policy, confirmed)
        if store and asked:
            more = _questions(views) if ask else ()
            who = common.who(actor)
            added = rules(views, (*said, *more), ignored, sure, who)
            if not added and not ask:
                raise OnHoldError(
                    "No suggestion is sure enough to be selected beforehand.",
                    f"Look at them: importer map {shlex.quote(str(path))}",
                )
            confirmed = confirmed_with(confirmed, added)
            if added:
                store.put_mapping(confirmed_file.added(store.mapping_text(), added), who)
            views = header_view(path, scratch / "2", policy, confirmed)
    _tell(views, _next(views, path, folder), redact, as_json)
    return 3 if strange(views) or any(view["missing"] for view in views) else 0


def _known(store: FolderStore | None, kind: str) -> tuple[Policy, Confirmed]:
    if store is None:
        return Policy(format=kind), NOTHING
    policy = settings.read(store.policy_text())
    confirmed = confirmed_file.read(store.mapping_text(), contracts())
    return replace(policy, format=kind or policy.format), confirmed


def _tell(views: list[FileView], next_: str, redact: bool, as_json: bool) -> None:
    if redact:
        views = [redacted(view) for view in views]
        next_ = "" if "=" in next_ else next_  # it names headers
    if as_json:
        click.echo(json.dumps({"files": views, "next": next_}))
        return
    wide, colour = common.terminal()
    click.echo(header_lines(views, Told(wide, colour)), color=colour)
    click.echo(summed(views))
    if next_:
        click.echo(f"Next: {next_}")


def _next(views: list[FileView], path: Path, folder: Path | None) -> str:
    """The command that goes on from here; HEADER stands for what only a person can know."""
    place, where = shlex.quote(str(path)), shlex.quote(str(folder)) if folder else "DIR"
    if unknown := strange(views):
        return f"importer map {place} --kind {unknown[0]['near'] or 'KIND'}"
    open_ = [_offer(view, column) for view in views for column in view["missing"]]
    if open_:
        words = " ".join(f"--confirm {_quoted(word)}" for word in open_)
        return f"importer map {place} -w {where} {words}"
    if any(line["sure"] for view in views for line in view["headers"]):
        return f"importer map {place} -w {where} --accept-preselected"
    return f"importer sync {place} -w {where}" if folder else f"importer check {place}"


def _quoted(word: str) -> str:
    """For a shell, in quotes always: a header that takes the place of HEADER may hold blanks."""
    quoted = shlex.quote(word)
    return quoted if quoted != word else f"'{word}'"


def _offer(view: FileView, column: str) -> str:
    offers = (line for line in view["headers"] if line["how"] == "suggested")
    header = next((line["header"] for line in offers if line["column"] == column), "HEADER")
    return f"{header}={column}"


def _questions(views: list[FileView]) -> list[str]:
    """What a person at a terminal answers: suggestions first, then what is still required."""
    told = []
    for view in views:
        lacking = dict.fromkeys(view["missing"])
        for line in view["headers"]:
            if line["how"] == "suggested" and _is_meant(view, line):
                told.append(f"{view['file']}:{line['header']}={line['column']}")
                lacking.pop(line["column"], None)
        for column in lacking if view["table"] else ():
            question = f"{view['file']}: which header is {column}? (Enter: none)"
            if header := click.prompt(question, default="", show_default=False):
                told.append(f"{view['file']}:{header}={column}")
    return told


def _is_meant(view: FileView, line: HeaderLine) -> bool:
    values = ", ".join(line["samples"]) or "no values"
    question = f"{view['file']}: is “{line['header']}” ({values}) {line['column']}?"
    return click.confirm(question, default=line["sure"])
