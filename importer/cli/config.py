"""``importer config``: the settings of a district."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from importer import settings
from importer.cli import options
from importer.contracts import confirmed_file
from importer.contracts.load import contracts
from importer.model.errors import EXIT_CODES, StorageError, UsageError
from importer.report.safe import for_terminal
from importer.report.words import count
from importer.store.folder import FolderStore


@click.command("config", epilog=EXIT_CODES)
@click.argument("action", type=click.Choice(["show", "check"]))
@click.argument("file", required=False, type=options.place)
@click.option(
    "-w", "--workspace", "folder", type=options.place,
    help="The district's workspace (importer init), if no FILE is named.",
)  # fmt: skip
@options.as_json
def command(action: str, file: Path | None, folder: Path | None, as_json: bool) -> int:
    """Show the settings of a district, or check them for mistakes.

    show lists every setting with its value; * marks those that are not the default. check tells
    all mistakes with their lines, and ends with 2 if there are any; of a workspace also the first
    one in mapping.toml. FILE is a district.toml that need not be in a workspace yet.
    """
    source = str(file or (folder / "district.toml" if folder else ""))
    text = _text(file, folder)
    if action == "show":
        _show(settings.read(text, source), source, as_json)
        return 0
    found = settings.problems(text, contracts())
    if folder:
        confirmed_file.read(FolderStore.open(folder).mapping_text(), contracts())
    if as_json:
        click.echo(json.dumps({"file": source, "problems": [asdict(p) for p in found]}))
    else:
        for problem in found:
            place = f" line {problem.line}" if problem.line else ""
            click.echo(for_terminal(f"{source}{place}: {problem.says}"))
            click.echo(for_terminal(f"  {problem.fix}"))
        click.echo(f"{count(len(found), 'mistake')}." if found else f"No mistakes in {source}.")
    return UsageError.exit_code if found else 0


def _text(file: Path | None, folder: Path | None) -> str:
    if (file is None) == (folder is None):
        raise UsageError("Name a FILE or a workspace, one of the two.", "Such as: -w DIR")
    if folder is not None:
        return FolderStore.open(folder).policy_text()
    assert file is not None
    if not file.is_file():
        raise UsageError(f"There is no file {file}.", "Name a district.toml, or -w DIR.")
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise StorageError(
            f"{file} is not UTF-8 text.", "Save it again with the encoding UTF-8."
        ) from None


def _show(policy: settings.Policy, source: str, as_json: bool) -> None:
    usual, now = settings.flat(settings.Policy()), settings.flat(policy)
    if as_json:
        listed = [
            {"name": n, "value": v, "default": usual[n], "changed": v != usual[n]}
            for n, v in now.items()
        ]
        click.echo(json.dumps({"file": source, "policy": policy.id(), "settings": listed}))
        return
    click.echo(f"{source} (* = not the default)")
    for name, value in now.items():
        changed = value != usual[name]
        told = f"{'*' if changed else ' '} {name:26} {_written(value)}"
        told += f"   (default: {_written(usual[name])})" if changed else ""
        click.echo(for_terminal(told))


def _written(value: Any) -> str:
    """A value nearly as it stands in TOML."""
    return "(not set)" if value is None else json.dumps(value, ensure_ascii=False)
