"""``importer explain``: a check in words, with examples."""

import json
from collections.abc import Mapping

import click

import importer.checks  # noqa: F401 - fills the catalogue
from importer.checks.catalogue import CATALOGUE, Check
from importer.cli.options import as_json as json_option
from importer.model.errors import EXIT_CODES, UsageError


@click.command("explain", epilog=EXIT_CODES)
@click.argument("code", required=False)
@json_option
def command(code: str | None, as_json: bool) -> int:
    """Explain a check by its code, with a right and a wrong example; without CODE list all."""
    if code is None:
        for check in CATALOGUE.values():
            click.echo(f"{check.code}  {check.severity:7}  {check.name}")
        return 0
    if code.upper() not in CATALOGUE:
        raise UsageError(f"There is no check {code}.", "List all: importer explain")
    check = CATALOGUE[code.upper()]
    if as_json:
        click.echo(json.dumps(_plain(check)))
    else:
        click.echo(_text(check))
    return 0


def _plain(check: Check) -> dict[str, object]:
    return {
        "code": check.code,
        "severity": check.severity,
        "name": check.name,
        "says": check.says,
        "fix": check.fix,
        "why": check.why,
    }


def _text(check: Check) -> str:
    parts = [
        f"{check.code}  {check.name}  ({check.severity})",
        f"\n{check.says}",
        f"\nWhy: {check.why}",
        f"Fix: {check.fix}",
        "\nWrong:",
        *changed(check.wrong, check.right),
        "\nRight:",
        *changed(check.right, check.wrong),
    ]
    return "\n".join(parts)


def changed(files: Mapping[str, str | bytes], other: Mapping[str, str | bytes]) -> list[str]:
    """The files of an example that differ from the other example, as indented text."""
    told = []
    for name, content in files.items():
        if other.get(name) != content:
            text = content if isinstance(content, str) else repr(content)
            shown = text if len(text) < 1200 else text[:600] + "\n…"
            told += [f"  {name}", *(f"    {line}" for line in shown.splitlines() or ["(empty)"])]
    gone = [name for name in other if name not in files]
    return told + [f"  (without {name})" for name in gone]
