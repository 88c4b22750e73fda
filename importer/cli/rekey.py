"""``importer rekey``: ids changed, and the records did not."""

import json
from pathlib import Path

import click

from importer import flow, holds, rekeying
from importer.cli import common, options, outcome
from importer.model.errors import EXIT_CODES
from importer.planning.identity import CROSSWALK_FILE, PROPOSALS_FILE
from importer.report import verdict
from importer.report.words import count
from importer.store.folder import FolderStore


@click.command("rekey", epilog=EXIT_CODES)
@click.argument("file", type=options.place)
@common.workspace
@click.option("--dry-run", is_flag=True, help="Plan it and show what it would do; commit nothing.")
@click.option(
    "--never", is_flag=True,
    help="The pairs of the file are two records each: remember it, and don't propose them again.",
)  # fmt: skip
@common.actor
@common.as_json
def command(
    file: Path, folder: Path, dry_run: bool, never: bool, actor: str | None, as_json: bool
) -> int:
    """Give records the ids that a file says, or say that two are two.

    FILE has the columns old_id, new_id and type (person, section, school, course or term). All
    rows count at once, so swaps and chains need no order. A RUN in place of FILE means the
    crosswalk.csv or proposals.csv that it wrote. It becomes a commit of its own.
    """
    store = FolderStore.open(folder)
    who = common.who(actor)
    with store.lock():
        path = _file(store, file)
        if never:
            return _remembered(rekeying.say_never(path, store, who), as_json)
        planned = rekeying.plan_rekeys(path, store, who)
        return carried_out(store, planned, folder, dry_run=dry_run, actor=actor, as_json=as_json)


def _file(store: FolderStore, given: Path) -> Path:
    """The file that is meant: as it is named, or what a run wrote."""
    if given.exists():
        return given
    run = store.run(str(given))
    name = CROSSWALK_FILE if CROSSWALK_FILE in run.files else PROPOSALS_FILE
    return store.run_path(run.id, name)


def _remembered(pairs: int, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps({"remembered": pairs}))
    else:
        told = count(pairs, "pair")
        click.echo(f"Remembered {told} of two records each. Next: send the drop again.")
    return 0


def carried_out(
    store: FolderStore,
    planned: flow.Planned,
    folder: Path,
    *,
    dry_run: bool,
    actor: str | None,
    as_json: bool,
) -> int:
    """Commit a run that a person asked for, unless it is on hold, and tell about it."""
    summary = planned.reported.summary
    waiting = holds.missing_approvals(store, planned.run)
    if not waiting and not dry_run and planned.change.changes.height:
        done = flow.commit(store, planned.run, common.who(actor))
        outcome.settle(0)
        summary = verdict.committed(summary, done)
    common.show(summary, as_json, folder)
    return 3 if waiting else 0
