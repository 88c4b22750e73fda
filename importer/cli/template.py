"""``importer template``: the blank sheet of a table, made from its contract."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from importer.cli import common, options
from importer.contracts import guidance
from importer.contracts.contract import Contract, Table
from importer.contracts.load import contracts
from importer.model.errors import EXIT_CODES, UsageError
from importer.model.likeness import closest

_ALIKE = 70  # pulse/student is as like pulse/students as this, nonsense is like no sheet
_BY_HAND = "user-import-tool"  # the format whose tables are called by their short names

Kind = tuple[Contract, list[Table]]


@click.command("template", epilog=EXIT_CODES)
@click.argument("kind")
@click.option(
    "--format", "format_", type=click.Choice(["xlsx", "csv"]), default="xlsx", show_default=True,
    help="A workbook with drop-downs and help, or CSV with the header line.",
)  # fmt: skip
@click.option(
    "-o", "--output", "target", type=options.place,
    help="Write it here; a folder where it is several CSV files. Else named after KIND.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace what is there.")
@common.as_json
def command(kind: str, format_: str, target: Path | None, force: bool, as_json: bool) -> int:
    """Write the blank sheet that a coordinator fills in.

    KIND is user-import-tool, which has the sheets students, educators and classes, or one of these
    three; of other formats a table, such as pulse/students or clever/teachers. The sheets of Pulse
    take further groups in columns to the right, without a header. What is filled in is read as it
    is: importer check FILE.
    """
    contract, tables = _known(kind)
    name = guidance.sheet_name(tables[0]) if len(tables) == 1 else kind
    if format_ == "csv" and len(tables) > 1:
        files = _in_folder(target, tables)
    else:
        content = _content(contract, tables, format_)
        files = {_place(target, f"{name}.{format_}"): content}
    there = [path for path in files if path.exists()]
    if there and not force:
        raise UsageError(
            f"There is {there[0]} already.", "Choose another place with -o, or replace it: --force."
        )
    for path, content in files.items():
        common.write(path, content)
    _tell(kind, list(files), as_json)
    return 0


def _kinds() -> dict[str, Kind]:
    """All kinds by name. A format whose package has a manifest isn't filled in as a whole."""
    found: dict[str, Kind] = {}
    for contract in contracts().values():
        tables = guidance.tables_to_fill_in(contract)
        if not contract.manifest:
            found[contract.name] = (contract, tables)
        prefix = "" if contract.name == _BY_HAND else f"{contract.name}/"
        found |= {f"{prefix}{table.name}": (contract, [table]) for table in tables}
    return found


def _known(kind: str) -> Kind:
    kinds = _kinds()
    name = kind.removeprefix(f"{_BY_HAND}/")
    if name in kinds:
        return kinds[name]
    close = closest(kind, kinds, _ALIKE, 3)
    meant = f"Did you mean {' or '.join(close)}? " if close else ""
    raise UsageError(f"There is no sheet “{kind}”.", f"{meant}There are: {', '.join(kinds)}.")


def _content(contract: Contract, tables: list[Table], format_: str) -> bytes:
    # openpyxl takes a quarter of a second to load, which other commands can do without.
    from importer.report import template  # noqa: PLC0415

    return template.workbook(contract, tables) if format_ == "xlsx" else template.header(tables[0])


def _place(target: Path | None, name: str) -> Path:
    """Where a single file goes; its ending must say what it is, for importer goes by that too."""
    if target is None or target.is_dir():
        return (target or Path()) / name
    wanted = Path(name).suffix
    if target.suffix.casefold() != wanted:
        raise UsageError(
            f"{target} doesn't end in {wanted}.", "Name it so, or choose the other --format."
        )
    return target


def _in_folder(target: Path | None, tables: list[Table]) -> Mapping[Path, bytes]:
    from importer.report import template  # noqa: PLC0415

    if target is None:
        raise UsageError(f"This is {len(tables)} CSV files.", "Name a folder for them: -o FOLDER.")
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is not a folder.", "Name a folder for the CSV files.")
    return {target / f"{guidance.sheet_name(t)}.csv": template.header(t) for t in tables}


def _tell(kind: str, files: list[Path], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"kind": kind, "files": [str(path) for path in files]}))
        return
    for path in files:
        click.echo(f"Wrote {path}.")
    place = files[0] if len(files) == 1 else files[0].parent
    click.echo(f"Next: fill it in, then: importer check {shlex.quote(str(place))}")
