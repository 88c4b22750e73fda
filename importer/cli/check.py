"""``importer check``: check a file, folder or zip without a workspace."""

from pathlib import Path

import click

from importer import flow
from importer.cli import common, options
from importer.model.errors import EXIT_CODES, UsageError


@click.command("check", epilog=EXIT_CODES)
@click.argument("path", type=options.place)
@common.kind
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
    "--redact",
    is_flag=True,
    help="Show no names, ids or values; for reports that leave the district.",
)
@common.as_json
def command(
    path: Path, kind: str, html: Path | None, csv_: Path | None, jsonl: Path | None,
    redact: bool, as_json: bool,
) -> int:  # fmt: skip
    """Check a file, folder or zip and report every fault.

    PATH is what a school sent: a CSV file, an Excel workbook, a folder of them, or a zip. importer
    tells by the headers what it is. Nothing is changed and nothing is kept.
    """
    targets = [target for target in (html, csv_, jsonl) if target is not None]
    for target in targets:
        common.apart_from(target, path)
    if len({target.resolve() for target in targets}) < len(targets):
        raise UsageError("Two reports can't go to the same file.", "Name a file for each.")
    with common.scratch() as scratch:
        reported = flow.check(path, scratch, common.who(None), kind)
        if redact:
            reported = common.masked(reported)
        made = flow.report_files(reported) if targets else {}
    for report, name in ((html, "report.html"), (csv_, "findings.csv"), (jsonl, "findings.jsonl")):
        if report is not None:
            common.write(report, made[name])
    common.show(reported.summary, as_json)
    totals = reported.summary["totals"]
    return 1 if totals["ERROR"] or totals["BLOCK"] else 0
