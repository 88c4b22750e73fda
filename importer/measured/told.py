"""Facts as what a readiness report is made of: evidence, data checks, profile."""

from importer.model.readiness import NEEDS, Profile, Shown
from importer.readiness.data_checks import data_checks
from importer.readiness.evidence import evidence
from importer.readiness.facts import Facts, History, Roster
from importer.readiness.rules import Rules
from importer.settings import Calendar, Policy

_STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR VI GU AS MP
"""
_US = frozenset(_STATES.split())
"""The postal codes of states and territories."""

_ELSEWHERE = frozenset(["WA"])
"""Those that are a state of another country, too, and tell nothing alone: Western Australia."""

_NEARLY = 0.9


def about(policy: Policy, today: str) -> Facts:
    """What the settings say, and nothing measured yet. ``today``: ISO 8601."""
    return Facts(
        today,
        whole=policy.readiness.whole_district,
        needs=policy.readiness.needs,
        calendar=_calendar(policy.calendar),
        semesters=len(policy.calendar.semesters),
    )


def _calendar(said: Calendar) -> tuple[str, str] | None:
    first, last = said.school_year_start, said.school_year_end
    return (first.isoformat(), last.isoformat()) if first and last else None


def told(
    facts: Facts, rules: Rules, policy: Policy, sources: tuple[str, ...]
) -> tuple[Shown, Profile]:
    """What is shown, and what is known of the district beside it.

    ``sources``: what was read, in words.
    """
    profile = _profile(facts, rules, policy)
    checks = data_checks(facts, rules)
    shown = evidence(facts, rules, checks)
    if profile.country:
        shown.pop("region", None)  # the tables say more
    if profile.needs:
        shown.pop("functions", None)
    past = facts.history or History()
    made = Shown(
        shown,
        checks,
        past.weeks,
        past.per_week,
        policy.readiness.minutes_each,
        policy.readiness.weeks,
        facts.roster.records if facts.roster else 0,
        sources,
    )
    return made, profile


def _profile(facts: Facts, rules: Rules, policy: Policy) -> Profile:
    said, roster = policy.readiness, facts.roster or Roster()
    format_ = facts.sent.format if facts.sent else policy.format
    sis = said.sis or (format_ if format_ in rules.routes.sis else "")
    return Profile(
        product=said.product,
        country=said.country or _country(roster),
        sis=sis,
        needs=said.needs or _needs(roster),
    )


def _country(roster: Roster) -> str:
    """US if nearly all schools with a state are in one of its states, else not known."""
    states = roster.states
    ours = sum(n for state, n in states.items() if state in _US)
    plain = any(state in _US - _ELSEWHERE for state in states)
    return "US" if plain and ours >= _NEARLY * sum(states.values()) else ""


def _needs(roster: Roster) -> tuple[str, ...]:
    """What the files hold; whether single sign-on is wanted, files don't tell."""
    there = (roster.students, roster.staff, roster.sections)
    return tuple(need for need, n in zip(NEEDS[:3], there, strict=True) if n)
