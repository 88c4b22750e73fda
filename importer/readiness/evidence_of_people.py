"""Evidence from who is in the roster: mobility, size, classes, roles, accounts."""

from importer.model.readiness import NO, YES, Evidence
from importer.readiness.facts import Facts, Roster
from importer.readiness.mobility import Mobility
from importer.readiness.sentences import Limits, many, of, share, unknown


def mobile(facts: Facts, limits: Limits) -> Evidence:
    """Q1: yes from ``yes_from`` percent a year, no up to ``no_to``; neither if it may be both."""
    seen = facts.mobility
    if seen is None:
        return unknown("mobile", facts.because("mobile"))
    if seen.rate is None:
        return of("mobile", "", seen.why)
    says = (
        f"{many(seen.mobile, 'student')} came or left in {seen.school_days} school days among"
        f" {seen.students:,}: {seen.rate:.1f} % in a school year"
        f" ({seen.low:.1f} to {seen.high:.1f} %)"
    )
    shows = ""
    if seen.rate >= limits["yes_from"] and seen.low > limits["no_to"]:
        shows = YES
    elif seen.rate <= limits["no_to"] and seen.high < limits["yes_from"]:
        shows = NO
    else:
        says += f", and {limits['no_to']:g} to {limits['yes_from']:g} % proves neither"
    return of("mobile", shows, says, bool(shows), _window(seen))


def _window(seen: Mobility) -> str:
    parts = [f"{seen.school_days} school days, {seen.first} to {seen.last}"]
    if seen.schools_out:
        parts.append(f"{many(seen.schools_out, 'school')} left out, without students on some day")
    if seen.short:
        parts.append(f"{many(seen.short, 'short absence')} not counted")
    if seen.same:
        parts.append(f"{many(seen.same, 'changed id')} not counted")
    return "; ".join(parts)


def size(facts: Facts, limits: Limits) -> Evidence:
    """Q2: yes from ``students`` on; no only if the files are known to be the whole district."""
    roster = facts.roster
    if roster is None:
        return unknown("size", facts.because("size"))
    says = (
        f"{many(roster.students, 'active student')} in {many(roster.with_students, 'school')}"
        " with students"
    )
    if roster.students >= limits["students"]:
        return of("size", YES, says, strong=True, sample=says)
    whole = _whole(facts, roster)
    if whole and roster.students + _held(facts) >= limits["students"]:
        return of("size", "", f"{says}, and {_held(facts):,} rows that can't be loaded")
    if not whole and _stopped(facts):
        return of("size", "", f"{says}; the drop is not in order, there may be more")
    if not whole:
        left = roster.schools - roster.with_students if facts.listed else 0
        missing = f"{many(left, 'listed school')} without any" if left else "no list of all schools"
        return of("size", "", f"{says}, {missing}: this may not be the whole district")
    return of("size", NO, f"{says}, {whole}", strong=True, sample=says)


def _whole(facts: Facts, roster: Roster) -> str:
    """Why the files are the whole district; "" if nobody knows."""
    if facts.whole:
        return "and a person said that this is the whole district"
    if _stopped(facts):
        return ""
    if facts.listed and roster.schools and roster.schools == roster.with_students:
        return "and every listed school has students"
    return ""


def _held(facts: Facts) -> int:
    """Rows that can't be loaded: any of them may be somebody who isn't counted."""
    return facts.sent.held.part if facts.sent else 0


def _stopped(facts: Facts) -> bool:
    """Whether these are the files of one drop, and something stops it: a part may be missing."""
    return facts.history is None and bool(facts.sent and facts.sent.blocks)


def classes(facts: Facts, limits: Limits) -> Evidence:
    """Q3: the share of the platform's memberships that sit in a group with its class."""
    seen = facts.classes
    if seen is None:
        return unknown("classes", facts.because("classes"))
    percent = seen.matched.percent
    if percent is None:
        return of("classes", "", "The list of the platform's groups names nobody who is known")
    says = (
        f"{share(seen.matched)} of the memberships of {many(seen.groups, 'group')} are in a group"
        " that is one class of the files"
    )
    likely = 100 * seen.likely / seen.matched.whole
    if percent >= limits["yes_from"]:
        return of("classes", YES, says, strong=True)
    if percent + likely < limits["no_below"]:
        return of("classes", NO, says, strong=True)
    if seen.likely:
        says += f"; {likely:.1f} % more are likely to be, a person must look"
    return of("classes", "", says)


def functions(facts: Facts, limits: Limits) -> Evidence:
    """P2: what there is to sync; what is wanted only people know."""
    roster = facts.roster
    if roster is None:
        return unknown("functions", facts.because("functions"))
    return of(
        "functions",
        "",
        f"The files hold {many(roster.students, 'student')}, {many(roster.staff, 'teacher')} and"
        f" other staff, {many(roster.sections, 'class', 'classes')} with"
        f" {many(roster.memberships, 'membership')}",
    )


def region(facts: Facts, limits: Limits) -> Evidence:
    """P3: the states of the schools' addresses are a hint at the country."""
    roster = facts.roster
    if roster is None:
        return unknown("region", facts.because("region"))
    if not roster.states:
        return of("region", "", "No school has a state in its address")
    named = ", ".join(sorted(roster.states)[:6])
    return of("region", "", f"The schools' addresses are in {named}")


def started(facts: Facts, limits: Limits) -> Evidence:
    """P5: committed records are accounts that exist; an empty workspace proves nothing."""
    if facts.history is None:
        return unknown("started", facts.because("started"))
    if not facts.history.commits or facts.roster is None or not facts.roster.users:
        return of("started", "", "Nothing is committed in this workspace")
    return of(
        "started", YES,
        f"{many(facts.roster.users, 'account')} are committed, since {facts.history.first}",
        strong=True,
    )  # fmt: skip


def users(facts: Facts, limits: Limits) -> Evidence:
    """P6: no from ``users`` on; yes only if the files are known to be the whole district."""
    roster = facts.roster
    if roster is None:
        return unknown("users", facts.because("users"))
    says = f"{many(roster.users, 'student or teacher', 'students and teachers')} in the files"
    if roster.users >= limits["users"]:
        return of("users", NO, says, strong=True)
    whole = _whole(facts, roster)
    if whole and roster.users + _held(facts) < limits["users"]:
        return of("users", YES, f"{says}, {whole}", strong=True)
    return of("users", "", f"{says}; this may not be the whole district")
