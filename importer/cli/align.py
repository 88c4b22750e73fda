"""``importer align``: which group of the platform is which section."""

import json
from dataclasses import asdict
from pathlib import Path

import click
import polars as pl

from importer import alignment
from importer.cli import common, options
from importer.model.errors import EXIT_CODES, UsageError
from importer.model.history import Who
from importer.report.alignment import evidence, lines
from importer.report.lines import Told
from importer.settings.aliases import Alias
from importer.store.folder import FolderStore


@click.command("align", epilog=EXIT_CODES)
@click.argument("groups", metavar="GROUPS.csv", type=options.place)
@common.workspace
@click.option(
    "--accept",
    multiple=True,
    metavar="GROUP[=SECTION]",
    help="Keep the pair of this group; with =SECTION whatever is proposed. Any number.",
)
@click.option("--accept-all-sure", is_flag=True, help="Keep all pairs that are sure.")
@common.actor
@common.as_json
def command(
    groups: Path, folder: Path, accept: tuple[str, ...], accept_all_sure: bool, actor: str | None,
    as_json: bool,
) -> int:  # fmt: skip
    """Pair the platform's groups with the sections of the roster.

    GROUPS.csv lists the platform's groups: group_id, name, and member (an id, username or e-mail),
    one row for each member. Pairs are found by members, then by name; each is shown with its
    evidence. Accepted pairs are kept in aliases.toml of the workspace and shown with the sections.
    """
    store, who = FolderStore.open(folder), common.who(actor)
    with store.lock():
        found = alignment.propose(groups, store, store.head())
        kept = _accept(store, found, (*accept, *_sure(found, accept_all_sure)), who)
        found = alignment.propose(groups, store, store.head()) if kept else found
    pairs = found.pairs.to_dicts()
    if as_json:
        told = {
            "pairs": [{**pair, "evidence": evidence(pair)} for pair in pairs],
            "aligned": [asdict(pair) for pair in found.aligned],
            "lost": [asdict(pair) for pair in found.lost],
            "alone": [{"group_id": group, "group": name} for group, name in found.alone],
            "unknown_members": found.unknown,
            "accepted": [asdict(pair) for pair in kept],
        }
        click.echo(json.dumps(told))
        return 0
    wide, colour = common.terminal()
    aligned = [asdict(pair) for pair in found.aligned]
    click.echo(lines(pairs, aligned, found.alone, Told(wide, colour)), color=colour, nl=False)
    if found.unknown:
        click.echo(f"{found.unknown:,} members are nobody in the roster, or could be several.")
    for pair in found.lost:
        click.echo(f"Accepted before, but gone: group {pair.group}, section {pair.section}.")
    return 0


def _sure(found: alignment.Alignment, wanted: bool) -> list[str]:
    return found.pairs.filter(verdict="sure")["group_id"].to_list() if wanted else []


def _accept(
    store: FolderStore, found: alignment.Alignment, wanted: tuple[str, ...], who: Who
) -> list[Alias]:
    proposed = [name for name in dict.fromkeys(wanted) if "=" not in name]
    kept = alignment.accept(store, found, proposed, who)
    given = [name.partition("=") for name in wanted if "=" in name]
    if not given:
        return kept
    names = dict([*found.alone, *found.pairs.select("group_id", "group").rows()])
    active = store.table("sections", store.head()).filter(pl.col("status") == "active")
    sections = set(active.select("section_id").collect()["section_id"])
    for group, _, section in given:
        if group not in names or section not in sections:
            what = f"section {section}" if group in names else f"group {group} without a pair"
            raise UsageError(f"There is no {what}.", "See what is listed without --accept.")
    pairs = [Alias(group, names[group], section, who.actor, who.at) for group, _, section in given]
    return kept + alignment.keep(store, pairs, who)
