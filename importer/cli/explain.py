"""``importer explain``: a check in words, with examples."""

import json

import click

import importer.checks  # noqa: F401 - fills the catalogue
from importer.checks.catalogue import CATALOGUE, Check
from importer.cli.checks_page import changed, in_order, page
from importer.cli.options import as_json as json_option
from importer.model.errors import EXIT_CODES, UsageError


@click.command("explain", epilog=EXIT_CODES)
@click.argument("code", required=False)
@click.option("--markdown", is_flag=True, help="All checks as one page of Markdown.")
@json_option
def command(code: str | None, markdown: bool, as_json: bool) -> int:
    """Explain a check by its code, with a right and a wrong example.

    Without CODE all checks are listed.
    """
    if code and markdown:
        raise UsageError("--markdown prints all checks.", "Leave the code out.")
    if code:
        check = _known(code)
        click.echo(json.dumps(_plain(check)) if as_json else _text(check))
    elif as_json:
        click.echo(
            json.dumps({"checks": [_plain(check) for check in in_order(CATALOGUE.values())]})
        )
    elif markdown:
        click.echo(page(CATALOGUE.values()), nl=False)
    else:
        for check in in_order(CATALOGUE.values()):
            click.echo(f"{check.code}  {check.severity:7}  {check.name}")
    return 0


def _known(code: str) -> Check:
    if code.upper() not in CATALOGUE:
        raise UsageError(f"There is no check {code}.", "List all: importer explain")
    return CATALOGUE[code.upper()]


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
        *(f"  {line}" for line in changed(check.wrong, check.right)),
        "\nRight:",
        *(f"  {line}" for line in changed(check.right, check.wrong)),
    ]
    return "\n".join(parts)
