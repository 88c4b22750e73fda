"""A data check as it is told."""

from importer.model.readiness import DataCheck
from importer.readiness.facts import Part
from importer.readiness.rules import DataRule

PASS, FAIL, UNKNOWN, NOT_NEEDED = "pass", "fail", "unknown", "not needed"


def judged(
    rule: DataRule, good: bool, found: str, needed: str, fix: str = "", rows: int = 0
) -> DataCheck:
    """A check that was measured. ``fix``: the top cause, before what the rule says to do."""
    do = "" if good else f"{fix}. {rule.fix}" if fix else rule.fix
    result = PASS if good else FAIL
    return DataCheck(
        rule.id, rule.title, found, needed, result, do, rule.owner, 0 if good else rows
    )


def unmeasured(rule: DataRule, needed: str, why: str) -> DataCheck:
    """A check that was not measured, and why."""
    return DataCheck(rule.id, rule.title, f"Not measured: {why}", needed, UNKNOWN, "", rule.owner)


def at_least(part: Part, percent: float) -> bool:
    """Whether a share is at least so many percent; of nothing it is."""
    return part.whole == 0 or 100 * part.part >= percent * part.whole
