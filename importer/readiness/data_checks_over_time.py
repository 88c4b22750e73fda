"""The data checks that need a history: ids, pushes, the largest day."""

from importer.model.readiness import DataCheck
from importer.readiness.facts import Facts, Jump
from importer.readiness.judged import at_least, judged, unmeasured
from importer.readiness.rules import DataRule
from importer.readiness.sentences import many, share


def steady_ids(facts: Facts, rule: DataRule) -> DataCheck:
    """D5: students whose id changed and who did not."""
    limit = rule.thresholds["same"]
    needed = f"{limit:g} % keep their id from drop to drop"
    past = facts.history
    if past is None or past.steady is None:
        return unmeasured(rule, needed, facts.because("D5"))
    cause = ""
    if past.rekeyed:
        cause = f"{many(past.rekeyed.ids.part, 'id')} changed on {past.rekeyed.day}"
    found = f"{share(past.steady)} kept their id from {past.since or past.first} to {past.last}"
    changed = past.steady.whole - past.steady.part
    return judged(rule, at_least(past.steady, limit), found, needed, cause, changed)


def reused_ids(facts: Facts, rule: DataRule) -> DataCheck:
    """D6: ids that went to somebody, or to a class of another time."""
    limit = int(rule.thresholds["reused"])
    needed = f"{limit} ids that mean somebody else than before"
    past = facts.history
    if past is None or past.reused is None:
        return unmeasured(rule, needed, facts.because("D6"))
    sections = past.sections_reused or 0
    total = past.reused + sections
    found = (
        f"{many(past.reused, 'id')} of people and {many(sections, 'id')} of classes were given"
        " again"
    )
    return judged(rule, total <= limit, found, needed, "", total)


def pushes(facts: Facts, rule: DataRule) -> DataCheck:
    """D11: school days on which a whole drop came in time and was not held."""
    limits = rule.thresholds
    needed = f"{limits['good']:.0f} of the last {limits['days']:.0f} school days"
    seen = facts.history.pushes if facts.history else None
    if seen is None:
        return unmeasured(rule, needed, facts.because("D11"))
    if seen.days < limits["days"]:
        return unmeasured(
            rule, needed, f"there are only {many(seen.days, 'school day')} of history"
        )
    found = f"{seen.good} of {seen.days} school days"
    late = seen.came - seen.good
    causes = [
        f"{many(seen.days - seen.came, 'day')} without a whole drop",
        f"{many(seen.held, 'day')} on hold" if seen.held else "",
        f"{many(late, 'day')} late or held at first" if late else "",
    ]
    if seen.came < limits["good"] and not seen.expected:  # who uploads now and then may do so
        why = f"{found}, and no setting says that one is expected ([schedule] expected)"
        return unmeasured(rule, needed, why)
    good = seen.good >= limits["good"]
    return judged(rule, good, found, needed, "; ".join(c for c in causes if c))


def largest_day(facts: Facts, rule: DataRule) -> DataCheck:
    """D12: the largest share of one kind of record that one commit archived, or updated."""
    limits = rule.thresholds
    needed = f"under {limits['archived']:g} % archived and {limits['updated']:g} % updated at once"
    past = facts.history
    if past is None or not past.commits:
        return unmeasured(rule, needed, facts.because("D12"))
    if past.commits < 2:
        return unmeasured(rule, needed, "one drop was committed, two are needed to compare")
    told = [_jump(past.archived, "archived"), _jump(past.updated, "updated")]
    found = "; ".join(one for one in told if one) or "Nothing was archived or updated"
    over = [
        jump
        for jump, limit in ((past.archived, "archived"), (past.updated, "updated"))
        if jump and jump.percent >= limits[limit]
    ]
    cause = f"See what came on {over[0].day}" if over else ""
    return judged(rule, not over, found, needed, cause, over[0].n if over else 0)


def _jump(jump: Jump | None, did: str) -> str:
    if jump is None:
        return ""
    return f"{jump.percent:.1f} % of {jump.table} {did} on {jump.day}"
