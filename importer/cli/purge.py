"""``importer purge``: remove what retention no longer keeps, and prove it."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from importer import retention, settings
from importer.cli import common
from importer.model.errors import EXIT_CODES
from importer.model.retention import Purge
from importer.report.words import count
from importer.store.folder import FolderStore


@click.command("purge", epilog=EXIT_CODES)
@common.workspace
@click.option(
    "--older-than", "days", type=click.IntRange(0, 36_500), metavar="DAYS",
    help="Remove what is older; else as [retention] in district.toml says.",
)  # fmt: skip
@click.option("--drops", is_flag=True, help="Only raw drops.")
@click.option("--runs", is_flag=True, help="Only runs: findings, reports, plans.")
@click.option("--rosters", is_flag=True, help="Only rosters of the past.")
@click.option("--dry-run", is_flag=True, help="Only show what would go.")
@common.actor
@common.as_json
def command(
    folder: Path, days: int | None, drops: bool, runs: bool, rosters: bool, dry_run: bool,
    actor: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Remove what retention no longer keeps, and prove it.

    These are raw drops, runs and rosters. What the newest commit needs always stays, and so do the
    history and the audit. What went, with its hashes, is written down in purges/ and in the audit.
    """
    store, who = FolderStore.open(folder), common.who(actor)
    chosen = {"drops": drops, "runs": runs, "rosters": rosters}
    keep = settings.read(store.policy_text()).retention.days()
    wanted = {kind: keep[kind] if days is None else days for kind in keep}
    if any(chosen.values()):
        wanted = {kind: kept for kind, kept in wanted.items() if chosen[kind]}
    with store.lock():
        begun = [] if dry_run else store.unfinished_purges()
        for purge in begun:
            store.purge(purge)
        found = retention.due(store, wanted, who)
        if not dry_run and any(found.counts().values()):
            store.purge(found)
    _tell(found, begun, dry_run, as_json)
    return 0


def _tell(found: Purge, begun: list[Purge], dry_run: bool, as_json: bool) -> None:
    done = any(found.counts().values())
    if as_json:
        completed = [purge.number for purge in begun]
        told = {"purge": asdict(found) if done else None, "dry_run": dry_run}
        click.echo(json.dumps({**told, "completed": completed}))
        return
    for purge in begun:
        click.echo(f"Completed purge {purge.number} of {purge.at[:10]}, which was broken off.")
    if not done:
        click.echo("Nothing is old enough to go.")
        return
    named = (
        count(number, kind.removesuffix("s")) for kind, number in found.counts().items() if number
    )
    size = f"{count(found.files, 'file')}, {found.bytes:,} bytes"
    verb = "Would remove" if dry_run else "Removed"
    click.echo(f"{verb} {', '.join(named)} ({size}).")
    if not dry_run:
        click.echo(f"Proof: purges/{found.number:06}.json in the workspace.")
