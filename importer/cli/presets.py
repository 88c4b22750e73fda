"""``importer presets``: the exports of student information systems that importer knows."""

import json
from collections.abc import Iterator
from typing import Any

import click

from importer.cli.options import as_json as json_option
from importer.contracts import guidance
from importer.contracts.contract import Column, Contract, Table
from importer.contracts.load import presets
from importer.model.errors import EXIT_CODES, UsageError


@click.command("presets", epilog=EXIT_CODES)
@click.argument("name", required=False)
@json_option
def command(name: str | None, as_json: bool) -> int:
    """List the exports of student information systems that are taken as they are.

    With NAME: its columns, their spellings, the codes that are read, and the forms of dates.
    """
    known = presets()
    if name and name not in known:
        raise UsageError(f"There is no preset {name}.", f"Known are {', '.join(known)}.")
    if as_json:
        told = _whole(known[name]) if name else {"presets": [_short(c) for c in known.values()]}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo("\n".join(_page(known[name]) if name else _list(list(known.values()))))
    return 0


def _strength(contract: Contract) -> str:
    return contract.strength or "documented"


def _required(table: Table) -> list[str]:
    return [c.name for c in guidance.filled_in(table) if c.need == "required"]


def _short(contract: Contract) -> dict[str, Any]:
    tables = guidance.tables_to_fill_in(contract)
    return {
        "name": contract.name,
        "title": contract.title,
        "strength": _strength(contract),
        "recognised": not contract.asked,
        "source": contract.source,
        "tables": [{"name": t.name, "required": _required(t)} for t in tables],
    }


def _whole(contract: Contract) -> dict[str, Any]:
    tables = guidance.tables_to_fill_in(contract)
    columns = {t.name: [_column(contract, t, c) for c in guidance.filled_in(t)] for t in tables}
    return {**_short(contract), "columns": columns}


def _column(contract: Contract, table: Table, column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "need": guidance.NEEDS[column.need],
        "means": guidance.meaning(table, column),
        "also": [*column.aliases],
        "stand_in": [*column.stand_in],
        "accepted": guidance.accepted(contract, column),
        "codes": dict(column.reads),
        "left": [*table.former.get(column.name, ())],
    }


def _list(known: list[Contract]) -> Iterator[str]:
    for contract in known:
        short = _short(contract)
        how = "" if short["recognised"] else ", taken only where it is asked for"
        yield f"{contract.name}  {contract.title} ({short['strength']}{how})"
        for table in short["tables"]:
            yield f"    {table['name']} needs {', '.join(table['required'])}"
        if contract.source:
            yield f"    from: {contract.source}"
    yield "More of one: importer presets NAME. A blank sheet of it: importer template NAME"


def _page(contract: Contract) -> Iterator[str]:
    yield f"{contract.title} ({_strength(contract)})"
    if contract.source:
        yield f"from: {contract.source}"
    if contract.asked:
        asked = f'--kind {contract.name}, or format = "{contract.name}" in district.toml'
        yield f"Taken only where it is asked for: {asked}"
    for table in guidance.tables_to_fill_in(contract):
        yield f"\n{table.name} ({' or '.join(table.files)})"
        for column in guidance.filled_in(table):
            yield from _lines(_column(contract, table, column))


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"  {told['name']} ({told['need']}): {told['means']}"
    if told["also"]:
        yield f"      also written: {', '.join(told['also'])}"
    if told["stand_in"]:
        yield f"      where it is missing: {', '.join(told['stand_in'])}"
    if told["accepted"]:
        yield f"      accepted: {told['accepted']}"
    if told["codes"]:
        codes = (f"{code} = {meant or '(empty)'}" for code, meant in told["codes"].items())
        yield f"      codes: {', '.join(codes)}"
    if told["left"]:
        yield f"      no longer there: {', '.join(told['left'])}"
