"""``importer whatif``: a drop under other settings."""

import json
from pathlib import Path

import click

from importer.cli import common
from importer.model.errors import EXIT_CODES
from importer.planning import overview
from importer.report import whatif as words
from importer.report.build import shown_ids
from importer.report.lines import Told
from importer.report.whatif import Sides
from importer.store.folder import FolderStore
from importer.whatif import Asking, WhatIf, named, whatif


@click.command("whatif", epilog=EXIT_CODES)
@click.argument("what", metavar="RUN|DROP|PATH")
@common.workspace
@click.option(
    "--set",
    "anew",
    multiple=True,
    required=True,
    metavar="SETTING=VALUE",
    help='A setting as in district.toml: guards.growth=0.5, sync.items=["users"]. Any number.',
)
@click.option(
    "--base",
    type=click.IntRange(min=0),
    default=None,
    metavar="COMMIT",
    help="Compare with this commit, 0 = with nothing. Else the one that the run was planned"
    " against; of a PATH the newest.",
)
@common.as_json
def command(what: str, folder: Path, anew: tuple[str, ...], base: int | None, as_json: bool) -> int:
    """Show what a drop would change under other settings.

    Nothing is changed or kept. The drop is that of a run (its id), of a commit (its number), or
    what lies at a path. It is planned twice, as the settings are and as --set says, and what
    differs is listed.
    """
    store = FolderStore.open(folder)
    path = Path(what) if Path(what).exists() else None
    run = None if path else named(store, what)
    done = whatif(store, Asking(path, run, base, anew, common.who(None).at))
    sides = _sides(done, anew)
    if as_json:
        click.echo(json.dumps(words.record(sides)))
        return 0
    names: dict[str, str] = {}
    head = store.commit(done.base) if done.base else None
    for side in (done.now, done.then):
        change = side.made.change
        names |= overview.names(shown_ids(change), change.after, lambda n: store.table(n, head))
    wide, colour = common.terminal()
    click.echo(words.lines(sides, names, Told(wide, colour)), color=colour, nl=False)
    return 0


def _sides(done: WhatIf, anew: tuple[str, ...]) -> Sides:
    return Sides(
        label=done.label,
        base=done.base,
        anew=anew,
        counts=done.counts(),
        blocks=done.blocks(),
        held=(done.now.examined.found.held.height, done.then.examined.found.held.height),
        only_now=done.apart.only_one,
        only_then=done.apart.only_other,
        otherwise=done.apart.otherwise,
    )
