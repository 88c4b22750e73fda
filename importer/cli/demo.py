"""``importer demo``: the sample district's Monday and Tuesday, the whole way."""

import json
from dataclasses import replace
from pathlib import Path

import click

from importer import flow, settings
from importer.cli import common, options
from importer.model.errors import EXIT_CODES
from importer.report import verdict
from importer.resources import SAMPLES
from importer.store.folder import FolderStore

_STORY = SAMPLES / "clever_monday_tuesday"


@click.command("demo", epilog=EXIT_CODES)
@click.option(
    "--to", "folder", type=options.place, default=Path("importer-demo"),
    show_default=True, help="A new folder for the workspace and the reports.",
)  # fmt: skip
@common.as_json
def command(folder: Path, as_json: bool) -> int:
    """Take the sample district's Monday and Tuesday through the whole way.

    Makes a workspace, imports both drops, and leaves the reports beside it to look at.
    """
    store = FolderStore.create(folder / "workspace", settings.TEMPLATE)
    told = []
    for day in ("monday", "tuesday"):
        with store.lock():
            done = flow.sync(_STORY / day, store, common.who("importer demo"))
        assert done.commit is not None
        summary = verdict.committed(done.planned.reported.summary, done.commit)
        reported = replace(done.planned.reported, summary=summary)
        paths = common.write_reports(reported, folder / day)
        told.append({"day": day, "verdict": summary["verdict"], "reports": [str(p) for p in paths]})
        if not as_json:
            click.echo(f"== {day.capitalize()} ==")
            common.show(summary, False, folder / "workspace")
            click.echo(f"Report: {paths[0]}\n")
    if as_json:
        click.echo(json.dumps({"days": told, "workspace": str(folder / "workspace")}))
    else:
        click.echo(f"Look around: importer history -w {folder / 'workspace'}")
    return 0
