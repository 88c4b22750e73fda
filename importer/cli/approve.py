"""``importer approve``: a person's word for a run on hold."""

import json
from pathlib import Path

import click

from importer import holds
from importer.cli import common
from importer.model.errors import EXIT_CODES, UsageError
from importer.report.safe import for_terminal
from importer.store.folder import FolderStore


@click.command("approve", epilog=EXIT_CODES)
@click.argument("run")
@common.workspace
@click.option(
    "--override", "scopes", multiple=True, required=True, metavar="SCHOOL:TABLE",
    help="What is released, as the report names it; * as school releases all. May be repeated.",
)  # fmt: skip
@click.option("--reason", required=True, help="Why this is right; kept in the history.")
@common.actor
@common.as_json
def command(
    run: str, folder: Path, scopes: tuple[str, ...], reason: str, actor: str | None, as_json: bool
) -> int:
    """Release what a run is on hold for, with a reason.

    It holds for this one run. Afterwards `importer commit` carries the run out.
    """
    if not reason.strip():
        raise UsageError("A reason is needed.", "Say in a few words why this is right.")
    store = FolderStore.open(folder)
    with store.lock():
        chosen = store.run(run)
        holds.approve(store, chosen, list(scopes), reason, common.who(actor))
        left = holds.missing_approvals(store, chosen)
        causes = holds.released(store, chosen, scopes)
    if as_json:
        told = {"run": chosen.id, "released": list(scopes), "causes": causes, "waiting": left}
        click.echo(json.dumps(told, ensure_ascii=False))
        return 0
    for cause in causes:
        click.echo(f"Released: {for_terminal(cause)}")
    if left:
        click.echo(f"Still on hold for: {', '.join(left)}.")
    else:
        click.echo(f"Next: importer commit {chosen.id} -w {folder}")
    return 0
