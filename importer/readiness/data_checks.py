"""The twelve data checks: what was found, what is needed, and the top cause where one fails.

D1 to D12 of the rules; ``rule.thresholds`` draws the lines, shares are percent. Codes, columns,
file names, schools and numbers of rows are said, never an id, a name or an address of anybody.
"""

from collections.abc import Callable, Mapping

from importer.model.readiness import DataCheck
from importer.readiness.evidence_of_files import lacking
from importer.readiness.facts import Facts, Jump, Part, Sent, Trouble
from importer.readiness.rules import DataRule, Rules
from importer.readiness.sentences import many, share

PASS, FAIL, UNKNOWN, NOT_NEEDED = "pass", "fail", "unknown", "not needed"

Judge = Callable[[Facts, DataRule], DataCheck]


def data_checks(facts: Facts, rules: Rules) -> tuple[DataCheck, ...]:
    """All of them, in the order of the rules."""
    return tuple(_JUDGES[rule.id](facts, rule) for rule in rules.data if rule.id in _JUDGES)


def _made(
    rule: DataRule, good: bool, found: str, needed: str, fix: str = "", rows: int = 0
) -> DataCheck:
    """A check that was measured. ``fix``: the top cause, before what the rule says to do."""
    do = "" if good else f"{fix}. {rule.fix}" if fix else rule.fix
    result = PASS if good else FAIL
    return DataCheck(
        rule.id, rule.title, found, needed, result, do, rule.owner, 0 if good else rows
    )


def _not(rule: DataRule, needed: str, why: str, result: str = UNKNOWN) -> DataCheck:
    return DataCheck(rule.id, rule.title, f"Not measured: {why}", needed, result, "", rule.owner)


def _least(part: Part, percent: float) -> bool:
    return part.whole == 0 or 100 * part.part >= percent * part.whole


def rows(facts: Facts, rule: DataRule) -> DataCheck:
    """D1: rows that can be loaded; of schools and terms all."""
    limits = rule.thresholds
    needed = f"{limits['rows']:g} % of all rows, {limits['structure']:g} % of schools and terms"
    sent = facts.sent
    if sent is None or facts.partial:
        return _not(rule, needed, facts.because("D1"))
    if not sent.held.whole:
        return _made(rule, False, "There is no row that could be read", needed)
    good = Part(sent.held.whole - sent.held.part, sent.held.whole)
    roots = Part(sent.roots.whole - sent.roots.part, sent.roots.whole)
    fine = _least(good, limits["rows"]) and _least(roots, limits["structure"])
    found = f"{share(good)} rows can be loaded"
    if sent.roots.part:
        found += f"; {many(sent.roots.part, 'row')} of schools or terms can't"
    return _made(rule, fine, found, needed, _top(sent), sent.held.part)


def _top(sent: Sent) -> str:
    """The cause that keeps most rows out."""
    first = max(sent.troubles, key=lambda one: one.rows, default=None)
    if first is None or not sent.held.part:
        return ""
    held = f"{many(sent.held.part, 'row')} can't be loaded"
    if first.rows == sent.held.part:
        return f"{held}, for one cause: {_named(first)}"
    return f"{held}; {first.rows:,} share one cause: {_named(first)}"


def _named(trouble: Trouble) -> str:
    where = f"{trouble.column} of {trouble.file}" if trouble.column else trouble.file
    return f"{trouble.name} ({trouble.code}), {where}"


def email(facts: Facts, rule: DataRule) -> DataCheck:
    """D2: addresses of all who sign on. Needs that are told and have no sign-on need none."""
    limit = rule.thresholds["filled"]
    needed = f"{limit:g} % of active students and staff"
    if facts.needs and "sign-on" not in facts.needs:
        why = "Nobody signs on with it, as the settings say"
        return DataCheck(rule.id, rule.title, why, needed, NOT_NEEDED, "", rule.owner)
    if facts.roster is None or not facts.roster.email.whole:
        return _not(rule, needed, facts.because("D2"))
    part = facts.roster.email
    worst = f"Most are missing at {facts.roster.email_worst}" if facts.roster.email_worst else ""
    found = f"{share(part)} have an e-mail address"
    return _made(rule, _least(part, limit), found, needed, worst, part.whole - part.part)


def required(facts: Facts, rule: DataRule) -> DataCheck:
    """D3: the fields that the format asks for."""
    limits = rule.thresholds
    needed = f"{limits['ids']:g} % of ids and names, {limits['others']:g} % of other fields"
    if facts.sent is None or not facts.sent.required:
        return _not(rule, needed, facts.because("D3"))
    fields = facts.sent.required
    poor = lacking(fields, limits)
    empty = sum(one.filled.whole - one.filled.part for one in poor)
    if not poor:
        filled = many(len(fields), "required field is", "required fields are")
        return _made(rule, True, f"{filled} filled in", needed)
    first = poor[0]
    found = f"{first.column} of {first.file} is filled in {share(first.filled)} rows"
    if len(poor) > 1:
        found += f"; {many(len(poor) - 1, 'more field')}"
    named = ", ".join(f"{one.column} of {one.file}" for one in poor[:5])
    return _made(rule, False, found, needed, f"Empty: {named}", empty)


def unique_email(facts: Facts, rule: DataRule) -> DataCheck:
    """D4: addresses that two students, or two of the staff, share."""
    limit = rule.thresholds["unique"]
    needed = f"{limit:g} % within students and within staff"
    if facts.roster is None or not facts.roster.shared_email.whole:
        return _not(rule, needed, facts.because("D4"))
    twice = facts.roster.shared_email
    own = Part(twice.whole - twice.part, twice.whole)
    cause = (
        f"{many(twice.part, 'person shares', 'people share')} an address with another of their role"
    )
    found = f"{share(own)} addresses belong to one person"
    return _made(rule, _least(own, limit), found, needed, cause, twice.part)


def steady_ids(facts: Facts, rule: DataRule) -> DataCheck:
    """D5: students whose id changed and who did not."""
    limit = rule.thresholds["same"]
    needed = f"{limit:g} % keep their id from drop to drop"
    past = facts.history
    if past is None or past.steady is None:
        return _not(rule, needed, facts.because("D5"))
    cause = ""
    if past.rekeyed:
        cause = f"{many(past.rekeyed.ids.part, 'id')} changed on {past.rekeyed.day}"
    found = f"{share(past.steady)} kept their id from {past.since or past.first} to {past.last}"
    changed = past.steady.whole - past.steady.part
    return _made(rule, _least(past.steady, limit), found, needed, cause, changed)


def reused_ids(facts: Facts, rule: DataRule) -> DataCheck:
    """D6: ids that went to somebody, or to a class of another time."""
    limit = int(rule.thresholds["reused"])
    needed = f"{limit} ids that mean somebody else than before"
    past = facts.history
    if past is None or past.reused is None:
        return _not(rule, needed, facts.because("D6"))
    sections = past.sections_reused or 0
    total = past.reused + sections
    found = (
        f"{many(past.reused, 'id')} of people and {many(sections, 'id')} of classes were given"
        " again"
    )
    return _made(rule, total <= limit, found, needed, "", total)


def orphans(facts: Facts, rule: DataRule) -> DataCheck:
    """D7: enrollments that name nobody, by what they miss."""
    limit = rule.thresholds["orphans"]
    needed = f"at most {limit:g} % of enrollments"
    sent = facts.sent
    if sent is None or facts.partial or sent.orphans is None or not sent.orphans.whole:
        return _not(rule, needed, facts.because("D7"))
    part = sent.orphans
    by = sorted(sent.missing.items(), key=lambda one: (-one[1], one[0]))
    cause = ", ".join(f"{many(n, 'names', 'name')} {what}" for what, n in by)
    found = f"{share(part)} enrollments name something that isn't there"
    return _made(rule, 100 * part.part <= limit * part.whole, found, needed, cause, part.part)


def terms(facts: Facts, rule: DataRule) -> DataCheck:
    """D8: classes with dated terms, and today inside one."""
    limit = rule.thresholds["sections"]
    needed = f"{limit:g} % of classes, and a term that covers today"
    roster = facts.roster
    if roster is None or roster.sections_dated is None:
        return _not(rule, needed, facts.because("D8"))
    if roster.in_term is None and not facts.has_terms:
        return _by_calendar(facts, rule, needed)
    part = roster.sections_dated
    good = _least(part, limit) and bool(roster.in_term) and not roster.terms_wrong
    found = f"{share(part)} classes have a term with two dates"
    causes = []
    if roster.terms_wrong:
        wrong = many(roster.terms_wrong, "term ends", "terms end")
        causes.append(f"{wrong} before {'it begins' if roster.terms_wrong == 1 else 'they begin'}")
    if roster.in_term is None:
        causes.append("no terms were sent")
    elif not roster.in_term:
        causes.append(f"no term covers {facts.today}")
    if roster.gap:
        found += f"; between two terms lie {many(roster.gap, 'day')}"
    return _made(rule, good, found, needed, "; ".join(causes), part.whole - part.part)


def _by_calendar(facts: Facts, rule: DataRule, needed: str) -> DataCheck:
    """D8 where the format has no place for terms: the settings say the days, or nobody does."""
    if not facts.calendar:
        why = "this format carries no terms; [calendar] of the settings can give their days"
        return _not(rule, needed, why)
    first, last = facts.calendar
    good = first <= facts.today <= last
    found = f"The format carries no terms; the settings have a school year, {first} to {last}"
    return _made(rule, good, found, needed, "" if good else f"It doesn't cover {facts.today}")


def leavers(facts: Facts, rule: DataRule) -> DataCheck:
    """D9: active students who seem to have left."""
    limit = rule.thresholds["leavers"]
    needed = f"at most {limit:g} % of active students"
    if facts.roster is None or facts.roster.leavers is None:
        return _not(rule, needed, facts.because("D9"))
    part = facts.roster.leavers
    found = f"{share(part)} are in no class, or their year of graduation is past"
    return _made(rule, 100 * part.part <= limit * part.whole, found, needed, "", part.part)


def classes(facts: Facts, rule: DataRule) -> DataCheck:
    """D10: as Q3."""
    limit = rule.thresholds["matched"]
    needed = f"{limit:g} % of memberships"
    seen = facts.classes
    if seen is None or not seen.matched.whole:
        return _not(rule, needed, facts.because("D10"))
    lacking_ = seen.matched.whole - seen.matched.part
    found = f"{share(seen.matched)} memberships sit in a group that is one class"
    cause = f"{many(seen.renamed, 'group')} are called otherwise; {seen.alone:,} have no class"
    return _made(rule, _least(seen.matched, limit), found, needed, cause, lacking_)


def pushes(facts: Facts, rule: DataRule) -> DataCheck:
    """D11: school days on which a whole drop came in time and was not held."""
    limits = rule.thresholds
    needed = f"{limits['good']:.0f} of the last {limits['days']:.0f} school days"
    seen = facts.history.pushes if facts.history else None
    if seen is None:
        return _not(rule, needed, facts.because("D11"))
    if seen.days < limits["days"]:
        return _not(rule, needed, f"there are only {many(seen.days, 'school day')} of history")
    found = f"{seen.good} of {seen.days} school days"
    late = seen.came - seen.good
    causes = [
        f"{many(seen.days - seen.came, 'day')} without a whole drop",
        f"{many(seen.held, 'day')} on hold",
        f"{many(late, 'day')} late or held at first" if late else "",
    ]
    good = seen.good >= limits["good"]
    return _made(rule, good, found, needed, "; ".join(c for c in causes if c))


def largest_day(facts: Facts, rule: DataRule) -> DataCheck:
    """D12: the largest share of one kind of record that one commit archived, or updated."""
    limits = rule.thresholds
    needed = f"under {limits['archived']:g} % archived and {limits['updated']:g} % updated at once"
    past = facts.history
    if past is None or not past.commits:
        return _not(rule, needed, facts.because("D12"))
    if past.commits < 2:
        return _not(rule, needed, "one drop was committed, two are needed to compare")
    told = [_jump(past.archived, "archived"), _jump(past.updated, "updated")]
    found = "; ".join(one for one in told if one) or "Nothing was archived or updated"
    over = [
        jump
        for jump, limit in ((past.archived, "archived"), (past.updated, "updated"))
        if jump and jump.percent >= limits[limit]
    ]
    cause = f"See what came on {over[0].day}" if over else ""
    return _made(rule, not over, found, needed, cause, over[0].n if over else 0)


def _jump(jump: Jump | None, did: str) -> str:
    if jump is None:
        return ""
    return f"{jump.percent:.1f} % of {jump.table} {did} on {jump.day}"


_JUDGES: Mapping[str, Judge] = {
    "D1": rows,
    "D2": email,
    "D3": required,
    "D4": unique_email,
    "D5": steady_ids,
    "D6": reused_ids,
    "D7": orphans,
    "D8": terms,
    "D9": leavers,
    "D10": classes,
    "D11": pushes,
    "D12": largest_day,
}
