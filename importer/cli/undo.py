"""``importer undo``: take a commit back by a new one."""

import json
from pathlib import Path
from typing import Any

import click

from importer import flow
from importer import undo as undoing
from importer.cli import common, outcome
from importer.model.errors import EXIT_CODES, UsageError
from importer.model.history import Commit
from importer.report.safe import for_terminal
from importer.report.verdict import done_words
from importer.store.folder import FolderStore
from importer.undo import KEEP_LATER, TAKE_BACK, UndoPlan

_SHOWN = 20


@click.command("undo", epilog=EXIT_CODES)
@click.argument("number", metavar="COMMIT", type=int)
@common.workspace
@click.option("--reason", default="", help="Why; kept in the history. Needed to undo.")
@click.option("--dry-run", is_flag=True, help="Only show what it would do.")
@click.option(
    "--keep-later", is_flag=True, help="Where later commits changed the same, that stays."
)
@click.option(
    "--take-back", is_flag=True, help="Where they did, what the commit changed goes back."
)
@common.actor
@common.as_json
def command(
    number: int, folder: Path, reason: str, dry_run: bool, keep_later: bool, take_back: bool,
    actor: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Take a commit back, of any age, by a new commit.

    Every row becomes what it was before, value by value. Where later commits changed the same,
    nothing is done: the conflicts are shown, and you choose --keep-later or --take-back.
    """
    if keep_later and take_back:
        raise UsageError("--keep-later and --take-back can't both be.", "Choose one.")
    if not dry_run and not reason.strip():
        raise UsageError("A reason is needed.", "Say in a few words why: --reason '…'")
    choice = KEEP_LATER if keep_later else TAKE_BACK if take_back else ""
    store = FolderStore.open(folder)
    with store.lock():
        plan = undoing.plan_undo(store, number, choice)
        stopped = plan.undone.conflicts.height and not choice
        commit = None
        if not stopped and not dry_run and plan.undone.change.changes.height:
            who = common.who(actor)
            run = undoing.keep(store, plan, who)
            commit = flow.commit(store, run, who, f"undo of {number}: {reason}")
            outcome.settle(0)
    _tell(plan, commit, choice, as_json)
    return 3 if stopped else 0


def _tell(plan: UndoPlan, commit: Commit | None, choice: str, as_json: bool) -> None:
    counts = plan.undone.change.counts()
    listed = undoing.conflicts(plan)
    if as_json:
        made = commit.number if commit else None
        told = {"undoes": plan.commit.number, "commit": made, "counts": counts}
        click.echo(json.dumps({**told, "choice": choice, "conflicts": listed}))
        return
    number = plan.commit.number
    if listed and not choice:
        click.echo(f"Commit {number} can't simply be undone: later commits changed the same.")
    elif commit:
        click.echo(f"Undone as number {commit.number}: {done_words(counts)}.")
    elif not plan.undone.change.changes.height:
        click.echo(f"There is nothing of commit {number} to undo; nothing was committed.")
    else:
        click.echo(f"Undoing commit {number} would do this: {done_words(counts)}.")
    for conflict in listed[:_SHOWN]:
        click.echo(f"  {for_terminal(_words(conflict))}")
    if len(listed) > _SHOWN:
        click.echo(f"  and {len(listed) - _SHOWN:,} more: --json lists all")
    if listed and not choice:
        click.echo("Next: the same with --keep-later (what came later stays) or --take-back.")


def _words(conflict: dict[str, Any]) -> str:
    later = f" (commit {conflict['commit']})" if conflict["commit"] else ""
    place = f"{conflict['table']} {conflict['key']}"
    if not conflict["column"]:
        return f"{place}: {conflict['why']}{later}"
    values = [conflict[name] or "(blank)" for name in ("was", "did", "now")]
    return f"{place}: {conflict['column']} {' → '.join(values)}{later}"
