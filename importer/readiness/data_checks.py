"""The twelve data checks: what was found, what is needed, and the top cause where one fails.

D1 to D12 of the rules; ``rule.thresholds`` draws the lines, shares are percent. Codes, columns,
file names, schools and numbers of rows are said, never an id, a name or an address of anybody.
"""

from collections.abc import Callable, Mapping

from importer.model.readiness import DataCheck
from importer.readiness import data_checks_over_time as over_time
from importer.readiness.evidence_of_files import lacking
from importer.readiness.facts import Facts, Part, Sent, Trouble
from importer.readiness.judged import NOT_NEEDED, at_least, judged, unmeasured
from importer.readiness.rules import DataRule, Rules
from importer.readiness.sentences import many, share

Judge = Callable[[Facts, DataRule], DataCheck]


def data_checks(facts: Facts, rules: Rules) -> tuple[DataCheck, ...]:
    """All of them, in the order of the rules."""
    return tuple(_JUDGES[rule.id](facts, rule) for rule in rules.data if rule.id in _JUDGES)


def rows(facts: Facts, rule: DataRule) -> DataCheck:
    """D1: rows that can be loaded; of schools and terms all."""
    limits = rule.thresholds
    needed = f"{limits['rows']:g} % of all rows, {limits['structure']:g} % of schools and terms"
    sent = facts.sent
    if sent is None or facts.partial:
        return unmeasured(rule, needed, facts.because("D1"))
    if not sent.held.whole:
        return judged(rule, False, "There is no row that could be read", needed)
    good = Part(sent.held.whole - sent.held.part, sent.held.whole)
    roots = Part(sent.roots.whole - sent.roots.part, sent.roots.whole)
    fine = at_least(good, limits["rows"]) and at_least(roots, limits["structure"])
    found = f"{share(good)} rows can be loaded"
    if sent.roots.part:
        found += f"; {many(sent.roots.part, 'row')} of schools or terms can't"
    return judged(rule, fine, found, needed, _top(sent), sent.held.part)


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
        return unmeasured(rule, needed, facts.because("D2"))
    part = facts.roster.email
    worst = f"Most are missing at {facts.roster.email_worst}" if facts.roster.email_worst else ""
    found = f"{share(part)} have an e-mail address"
    return judged(rule, at_least(part, limit), found, needed, worst, part.whole - part.part)


def required(facts: Facts, rule: DataRule) -> DataCheck:
    """D3: the fields that the format asks for."""
    limits = rule.thresholds
    needed = f"{limits['ids']:g} % of ids and names, {limits['others']:g} % of other fields"
    if facts.sent is None or not facts.sent.required:
        return unmeasured(rule, needed, facts.because("D3"))
    fields = facts.sent.required
    poor = lacking(fields, limits)
    empty = sum(one.filled.whole - one.filled.part for one in poor)
    if not poor:
        filled = many(len(fields), "required field is", "required fields are")
        return judged(rule, True, f"{filled} filled in", needed)
    first = poor[0]
    found = f"{first.column} of {first.file} is filled in {share(first.filled)} rows"
    if len(poor) > 1:
        found += f"; {many(len(poor) - 1, 'more field')}"
    named = ", ".join(f"{one.column} of {one.file}" for one in poor[:5])
    return judged(rule, False, found, needed, f"Empty: {named}", empty)


def unique_email(facts: Facts, rule: DataRule) -> DataCheck:
    """D4: addresses that two students, or two of the staff, share."""
    limit = rule.thresholds["unique"]
    needed = f"{limit:g} % within students and within staff"
    if facts.roster is None or not facts.roster.shared_email.whole:
        return unmeasured(rule, needed, facts.because("D4"))
    twice = facts.roster.shared_email
    own = Part(twice.whole - twice.part, twice.whole)
    cause = (
        f"{many(twice.part, 'person shares', 'people share')} an address with another of their role"
    )
    found = f"{share(own)} addresses belong to one person"
    return judged(rule, at_least(own, limit), found, needed, cause, twice.part)


def orphans(facts: Facts, rule: DataRule) -> DataCheck:
    """D7: enrollments that name nobody, by what they miss."""
    limit = rule.thresholds["orphans"]
    needed = f"at most {limit:g} % of enrollments"
    sent = facts.sent
    if sent is None or facts.partial or sent.orphans is None or not sent.orphans.whole:
        return unmeasured(rule, needed, facts.because("D7"))
    part = sent.orphans
    by = sorted(sent.missing.items(), key=lambda one: (-one[1], one[0]))
    cause = ", ".join(
        f"{many(n, 'enrollment')} {'names' if n == 1 else 'name'} {what}" for what, n in by
    )
    found = f"{share(part)} enrollments name something that isn't there"
    return judged(rule, 100 * part.part <= limit * part.whole, found, needed, cause, part.part)


def terms(facts: Facts, rule: DataRule) -> DataCheck:
    """D8: classes with dated terms, and today inside one."""
    limit = rule.thresholds["sections"]
    needed = f"{limit:g} % of classes, and a term that covers today"
    roster = facts.roster
    if roster is None or roster.sections_dated is None:
        return unmeasured(rule, needed, facts.because("D8"))
    if roster.in_term is None and not facts.has_terms:
        return _by_calendar(facts, rule, needed)
    part = roster.sections_dated
    good = at_least(part, limit) and bool(roster.in_term) and not roster.terms_wrong
    found = f"{share(part)} classes have a term with two dates"
    causes = []
    if roster.terms_wrong:
        wrong = many(roster.terms_wrong, "term ends", "terms end")
        causes.append(f"{wrong} before {'it begins' if roster.terms_wrong == 1 else 'they begin'}")
    if roster.in_term is None:
        causes.append("no terms were sent")
    elif not roster.in_term:
        causes.append(f"no term covers {facts.today} or begins soon after")
    if roster.gap:
        found += f"; between two terms lie {many(roster.gap, 'day')}"
    return judged(rule, good, found, needed, "; ".join(causes), part.whole - part.part)


def _by_calendar(facts: Facts, rule: DataRule, needed: str) -> DataCheck:
    """D8 where the format has no place for terms: the settings say the days, or nobody does."""
    if not facts.calendar:
        why = "this format carries no terms; [calendar] of the settings can give their days"
        return unmeasured(rule, needed, why)
    first, last = facts.calendar
    good = first <= facts.today <= last
    found = f"The format carries no terms; the settings have a school year, {first} to {last}"
    return judged(rule, good, found, needed, "" if good else f"It doesn't cover {facts.today}")


def leavers(facts: Facts, rule: DataRule) -> DataCheck:
    """D9: active students who seem to have left."""
    limit = rule.thresholds["leavers"]
    needed = f"at most {limit:g} % of active students"
    if facts.roster is None or facts.roster.leavers is None:
        return unmeasured(rule, needed, facts.because("D9"))
    part = facts.roster.leavers
    found = f"{share(part)} are in no class, or their year of graduation is past"
    return judged(rule, 100 * part.part <= limit * part.whole, found, needed, "", part.part)


def classes(facts: Facts, rule: DataRule) -> DataCheck:
    """D10: as Q3."""
    limit = rule.thresholds["matched"]
    needed = f"{limit:g} % of memberships"
    seen = facts.classes
    if seen is None or not seen.matched.whole:
        return unmeasured(rule, needed, facts.because("D10"))
    lacking_ = seen.matched.whole - seen.matched.part
    found = f"{share(seen.matched)} memberships sit in a group that is one class"
    cause = f"{many(seen.renamed, 'group')} are called otherwise; {seen.alone:,} have no class"
    return judged(rule, at_least(seen.matched, limit), found, needed, cause, lacking_)


_JUDGES: Mapping[str, Judge] = {
    "D1": rows,
    "D2": email,
    "D3": required,
    "D4": unique_email,
    "D5": over_time.steady_ids,
    "D6": over_time.reused_ids,
    "D7": orphans,
    "D8": terms,
    "D9": leavers,
    "D10": classes,
    "D11": over_time.pushes,
    "D12": over_time.largest_day,
}
