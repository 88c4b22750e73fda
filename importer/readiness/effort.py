"""What it takes: how long, who starts it, who can mend what, and the time by hand."""

from importer.model.readiness import YES, Shown
from importer.readiness.words import SYNCS, Known, listed


def days(known: Known) -> str:
    """How long it takes to set up, and why."""
    estimate = known.rules.estimate
    if known.outcome.category == "not-enough":
        return "It depends on the way that is chosen."
    if known.outcome.category not in SYNCS:
        return "None: a spreadsheet takes effect on the day it is uploaded."
    reasons = []
    if known["started"].counts == YES:
        reasons.append("existing accounts must be matched")
    if known.shown.records >= estimate.records:
        reasons.append(f"there are {known.shown.records:,} records")
    if _in_season(known):
        reasons.append("it is back-to-school season")
    if not reasons:
        return f"Typically {estimate.usual} once it is requested."
    return f"Typically {estimate.longer} once it is requested, since {listed(reasons)}."


def _in_season(known: Known) -> bool:
    seasons, country = known.rules.estimate.seasons, known.profile.country
    own = [season for season in seasons if country and country in season.countries]
    chosen = own or [season for season in seasons if not season.countries]
    return any(season.first <= f"{known.today:%m-%d}" <= season.last for season in chosen)


def starts(known: Known) -> str:
    """Who starts it."""
    route = known.outcome.route
    if known.outcome.category == "not-enough":
        return "Nobody yet: first the open questions are answered."
    if known.outcome.category not in SYNCS or route is None:
        return "Any coordinator, at any time: nothing has to be requested."
    return next(way.starts for way in known.rules.routes.route if way.name == route.name)


def who_fixes(known: Known) -> tuple[tuple[str, str], ...]:
    """Who can mend what, once it runs."""
    synced = known.outcome.category in SYNCS
    told = [(one.who, one.sync if synced else one.hand) for one in known.rules.routes.fixes]
    return tuple((who, what) for who, what in told if what != "–")


def by_hand(shown: Shown) -> str:
    """The time that changes by hand would take; "" where no history tells it."""
    if shown.changes_per_week is None:
        return ""
    each, weeks = shown.minutes_each, shown.weeks_a_year
    week = shown.changes_per_week * each
    return (
        f"About {shown.changes_per_week:,.0f} changes in a usual week; at {each:g} minutes each "
        f"that is {_time(week)} a week, {_time(week * weeks)} in {weeks} school weeks."
    )


def _time(minutes: float) -> str:
    if minutes < 120:
        return f"{minutes:,.0f} minutes"
    return f"{minutes / 60:,.0f} hours"
