"""From answers and files to a readiness report, all at once and without touching the world."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from importer.model.readiness import Answer, Evidence, Profile, Readiness, Shown, Verdict
from importer.readiness import effort, explain, words
from importer.readiness.consider import consider
from importer.readiness.decide import case_of, decide
from importer.readiness.flips import flips, most_useful
from importer.readiness.rules import Rules
from importer.readiness.steps import steps
from importer.readiness.ways import told_by_tables, ways
from importer.readiness.words import Known


@dataclass(frozen=True)
class Made:
    """By whom, when and how a report is made.

    ``at``: UTC, ISO 8601. ``today``: the district's own day.
    """

    id: str
    by: str
    at: str
    today: date
    command: str


def assess(
    rules: Rules, answers: Mapping[str, Answer], shown: Shown, profile: Profile, made: Made
) -> Readiness:
    """The readiness of a district. ``answers``: by name of the question."""
    questions = consider(
        rules, answers, _evidence(rules, answers, shown, profile, made), made.today
    )
    case = case_of(rules, questions, shown.checks, profile)
    outcome = decide(rules, case)
    known = Known(rules, questions, shown, profile, outcome, made.today)
    would = flips(rules, case)
    ask = most_useful(rules, case)
    sure, sure_why = words.confidence(known, would)
    routes = ways(rules, case.counts, profile)
    return Readiness(
        id=made.id,
        at=made.at,
        rules=f"{rules.version}, tables {rules.routes.version}",
        profile=profile,
        verdict=_verdict(known, ask),
        confidence=sure,
        confidence_why=sure_why,
        questions=questions,
        checks=shown.checks,
        routes=routes,
        flips=would,
        steps=steps(known, ask),
        days=effort.days(known),
        starts=effort.starts(known),
        who_fixes=effort.who_fixes(known),
        by_hand=effort.by_hand(shown),
        weeks=shown.weeks,
        sources=shown.sources,
        lines=explain.lines(known, routes),
        command=made.command,
        marks=(rules.score.hybrid_from, rules.score.sync_from),
        by=made.by,
    )


def _evidence(
    rules: Rules, answers: Mapping[str, Answer], shown: Shown, profile: Profile, made: Made
) -> Mapping[str, Evidence]:
    """What files show, and what tables say; one of these depends on the ways that are open."""
    first = consider(rules, answers, shown.evidence, made.today)
    counts = {one.name: one.counts for one in first}
    return {**shown.evidence, **told_by_tables(rules, profile, counts)}


def _verdict(known: Known, ask: tuple[str, ...]) -> Verdict:
    outcome = known.outcome
    return Verdict(
        category=outcome.category,
        title=known.rules.categories[outcome.category].title,
        sentence=words.sentence(known),
        why=words.why(known),
        gate=outcome.gate,
        score=outcome.score,
        known=round(100 * outcome.known / known.rules.weight),
        measured=words.measured(known),
        route=outcome.route.name if outcome.route else "",
        conditions=words.conditions(known),
        revisit=words.revisit(known),
        ask=ask,
    )
