"""One drop without a workspace, through the same check as ``importer check``."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from importer import checked
from importer.accept import accepted
from importer.contracts.confirmed import NOTHING, Confirmed
from importer.examine import Examined, examine
from importer.intake import rekeys
from importer.intake.drops import is_zip, open_drop
from importer.intake.limits import Limits
from importer.intake.platform import without
from importer.measured import roster, sent
from importer.measured.told import about, told
from importer.model.history import Who
from importer.model.readiness import Profile, Shown
from importer.model.tables import empty
from importer.planning import overview
from importer.planning.assemble import assemble
from importer.planning.shelf import Shelf
from importer.readiness.facts import Facts, Roster
from importer.readiness.rules import Rules
from importer.report import verdict
from importer.settings import Policy
from importer.store import rosters

ALONE = "one drop says nothing about time; send drops to a workspace (importer sync)"

PARTIAL = "these files hold changes only (delta), so nothing of the whole district can be told"


def of_drop(
    path: Path,
    scratch: Path,
    who: Who,
    rules: Rules,
    policy: Policy | None = None,
    confirmed: Confirmed = NOTHING,
) -> tuple[Shown, Profile]:
    """What one drop shows. ``scratch``: an empty folder for work in progress.

    Errors as of ``checked.check``: ``UsageError`` for an unknown format that was asked for,
    ``InputError`` for what can't be opened.
    """
    policy = policy or Policy()
    drop = open_drop(path, scratch, Limits(), identify=False)
    lone = path.is_file() and not is_zip(path)
    drop, _ = rekeys.apart(drop)  # what it says can only be told against a roster
    examined = examine(without(drop), policy, None, lone, confirmed)
    facts = _facts(examined, scratch, who, policy)
    title = facts.sent.title if facts.sent else "unknown format"
    return told(facts, rules, policy, (f"one drop, {title}",))


def _facts(examined: Examined, scratch: Path, who: Who, policy: Policy) -> Facts:
    facts = about(policy, who.at[:10])
    if examined.contract is None:
        return replace(facts, why=dict.fromkeys(_ALL, "nobody knows the format of these files"))
    if any(one.bound.mode == "delta" for one in examined.checked.outcomes.values()):
        facts = replace(facts, partial=PARTIAL)
    found = checked.facts(examined, examined.drop.label, who.at, checked.scopes(examined))
    summary = verdict.of_check(found, pl.DataFrame(schema=overview.SENT))
    today = date.fromisoformat(facts.today)
    why = dict.fromkeys(_OF_HISTORY, ALONE) | dict.fromkeys(_OF_GROUPS, "it needs a workspace")
    return replace(
        facts,
        roster=None if facts.partial else _roster(examined, scratch, today, policy),
        sent=sent.sent(summary, found.findings.lazy(), examined.contract),
        listed=sent.lists_schools(examined.contract),
        has_terms=sent.has_terms(examined.contract),
        why=why | (dict.fromkeys(_OF_ALL, facts.partial) if facts.partial else {}),
    )


def _roster(examined: Examined, scratch: Path, today: date, policy: Policy) -> Roster:
    """The roster that the drop describes; long tables lie in files meanwhile."""
    assert examined.contract is not None
    parts = accepted(examined.checked, examined.contract, "")
    shelf = Shelf(rosters.Shelf(scratch).lay)
    made: dict[str, pl.LazyFrame] = {}

    def rows(table: str) -> pl.LazyFrame:
        if table not in made:
            incoming = assemble(table, parts, shelf)
            made[table] = incoming.rows if incoming else empty(table).lazy()
        return made[table]

    return roster.counted(rows, today, policy.calendar)


_OF_HISTORY = ("mobile", "sis_change", "daily_sftp", "started", "D5", "D6", "D11", "D12")
_OF_GROUPS = ("classes", "D10")
_OF_ALL = ("size", "users", "functions", "region", "dates", "D1", "D2", "D4", "D7", "D8", "D9")
_ALL = (*_OF_HISTORY, *_OF_GROUPS, *_OF_ALL, "required", "oneroster", "D3")
