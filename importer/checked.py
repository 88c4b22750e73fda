"""A drop checked without a workspace, and what every report of an examined drop begins with.

Here nothing of a plan or a store is imported: a small district is checked before they are loaded.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from importer.accept import accepted
from importer.contracts.confirmed import NOTHING, Confirmed
from importer.examine import Examined, examine
from importer.intake import rekeys
from importer.intake.drops import is_zip, open_drop
from importer.intake.limits import Limits
from importer.intake.platform import without
from importer.model import findings
from importer.model.history import Who
from importer.planning import overview
from importer.report import verdict
from importer.report.build import Facts
from importer.report.messages import records as with_messages
from importer.report.reported import Reported
from importer.report.sent import Sent, gather
from importer.report.summary import Format
from importer.settings import Policy


def check(
    path: Path,
    scratch: Path,
    who: Who,
    policy: Policy | None = None,
    confirmed: Confirmed = NOTHING,
) -> Reported:
    """Check what lies at ``path`` (file, folder or zip) without a workspace.

    ``confirmed``: what people of the district said about headers and values. What was sent can be
    reported again as long as ``path`` and ``scratch`` are there.
    """
    drop = open_drop(path, scratch, Limits(), identify=False)
    lone = path.is_file() and not is_zip(path)
    policy = policy or Policy()
    drop, _ = rekeys.apart(drop)  # what it says can only be told against a roster
    examined = examine(without(drop), policy, None, lone, confirmed)
    examined = replace(examined, raw=findings.empty())  # nothing is planned, which may add to them
    told = facts(examined, path.name or str(path), who.at, scopes(examined))
    parts = (
        accepted(examined.checked, examined.contract, "", counting=True)
        if examined.contract
        else []
    )
    summary = verdict.of_check(told, overview.schools_sent(parts))
    return Reported(summary, with_messages(told.findings), told.held, sent(examined))


def facts(examined: Examined, source: str, at: str, scopes: Mapping[int, str]) -> Facts:
    """What a report is built from. ``source``: what the person calls it; ``at``: when (UTC)."""
    found, contract = examined.found, examined.contract
    return Facts(
        source,
        at,
        Format(
            name=contract.name if contract else "",
            title=contract.title if contract else "Unknown format",
            why=examined.why,
        ),
        found.findings,
        found.held,
        found.causes,
        examined.rows,
        examined.tables,
        _mode_notes(examined),
        list(examined.checked.skipped),
        scopes,
        by_the_book=contract is not None and contract.by_the_book,
        unlisted=examined.checked.unlisted(),
    )


def sent(examined: Examined) -> Sent:
    """What was sent, as reports may show it again."""
    return gather(examined.contract, examined.tables, examined.sheets, examined.manifest)


def _mode_notes(examined: Examined) -> dict[str, str]:
    """What is worth saying of a file: that it isn't a full list."""
    modes = {file: examined.modes[table] for file, table in examined.tables.items()}
    return {file: f"declared {mode}" for file, mode in modes.items() if mode != "bulk"}


def scopes(examined: Examined) -> dict[int, str]:
    """Cause number → what a person must release: ``SCHOOL:TABLE``."""
    blocks = examined.found.findings.filter(pl.col("severity") == "BLOCK")
    scopes = {}
    for finding in blocks.iter_rows(named=True):
        table = examined.tables.get(finding["file"], finding["file"].removesuffix(".csv"))
        scopes[finding["cause"]] = f"{finding['value'] or '*'}:{table}"
    return scopes
