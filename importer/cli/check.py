"""``importer check``: check a file, folder or zip without a workspace."""

from pathlib import Path

import click

from importer import checked
from importer.cli import common, options
from importer.model.errors import EXIT_CODES, UsageError
from importer.report.reported import WORKBOOK
from importer.settings import Policy


@click.command("check", epilog=EXIT_CODES)
@click.argument("path", type=options.place)
@common.kind
@click.option(
    "--profile",
    type=click.Choice(["standard", "certification"]),
    default="standard",
    help="How grave faults are; certification goes by the book of OneRoster.",
)
@click.option(
    "--mapping",
    type=options.place,
    help="A mapping.toml (importer map) that says what the headers are.",
)
@click.option(
    "--html",
    type=options.place,
    help="Write the report here, as one page.",
)
@click.option(
    "--csv",
    "csv_",
    type=options.place,
    help="Write the findings here, as CSV.",
)
@click.option(
    "--jsonl",
    type=options.place,
    help="Write the findings here, as JSON lines.",
)
@click.option(
    "--xlsx",
    type=options.place,
    help="Write a workbook here: each sent row with its problems.",
)
@click.option(
    "--rejected",
    type=options.place,
    metavar="FOLDER",
    help="Write the rows that are held here, a CSV per file, to correct.",
)
@click.option(
    "--redact",
    is_flag=True,
    help="Show no names, ids or values; for reports that leave the district.",
)
@common.as_json
def command(
    path: Path, kind: str, profile: str, mapping: Path | None, html: Path | None,
    csv_: Path | None, jsonl: Path | None, xlsx: Path | None, rejected: Path | None,
    redact: bool, as_json: bool,
) -> int:  # fmt: skip
    """Check a file, folder or zip and report every fault.

    PATH is what a school sent: a CSV file, an Excel workbook, a folder of them, or a zip. importer
    tells by the headers what it is. Nothing is changed and nothing is kept.
    """
    if redact and (xlsx or rejected):
        raise UsageError(
            "A workbook holds the sent rows, as do rows handed back; they can't be redacted.",
            "Leave --redact out, or ask for --html, --csv or --jsonl.",
        )
    asked = {
        "report.html": html, "findings.csv": csv_, "findings.jsonl": jsonl, WORKBOOK: xlsx,
    }  # fmt: skip
    targets = {name: target for name, target in asked.items() if target is not None}
    _refuse_clash([*targets.values()], path)
    if rejected:
        common.apart_from(rejected / "rejected.csv", path)
    with common.scratch() as scratch:
        policy, confirmed = Policy(format=kind, profile=profile), common.confirmed(mapping)
        reported = checked.check(path, scratch, common.who(None), policy, confirmed)
        if redact:
            reported = common.masked(reported)
        made = reported.files() if targets else {}
        if xlsx:
            made[WORKBOOK] = reported.workbook()
        handed = reported.rejected() if rejected else {}
    files = [(target, made[name]) for name, target in targets.items()]
    if rejected:
        files += [(rejected / name, content) for name, content in handed.items()]
    _refuse_clash([target for target, _ in files], path)
    for target, content in files:
        common.write(target, content)
    common.show(reported.summary, as_json)
    totals = reported.summary["totals"]
    return 1 if totals["ERROR"] or totals["BLOCK"] else 0


def _refuse_clash(targets: list[Path], source: Path) -> None:
    """Refuse to write over what was sent, or two reports into one file."""
    for target in targets:
        common.apart_from(target, source)
    if len({target.resolve() for target in targets}) < len(targets):
        raise UsageError("Two reports can't go to the same file.", "Name a file for each.")
