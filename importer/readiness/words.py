"""The decision in words: the sentence, why, and how sure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from importer.model.readiness import NO, Considered, DataCheck, Flip, Profile, Shown
from importer.readiness.consider import next_first_of_july
from importer.readiness.decide import TRANSPORT, Outcome
from importer.readiness.rules import Rules
from importer.readiness.ways import OPEN

SYNCS = ("fix-then-sync", "hybrid", "sync-if", "sync")
"""The categories in which something is synced."""

_CONDITIONS = {
    TRANSPORT: "a way for the data is found",
    "sis_change": "no change of SIS is under way or planned",
    "users": "there are 100 students and teachers or more",
    "dbm_setup": "your database manager helps to set it up",
    "dbm_maintain": "your database manager keeps the data right every day",
    "testrun": "a test run ends without errors",
    "dates": "the dates of the school year and its semesters are given",
    "clean": "the data in the SIS is complete and right",
    "required": "all required fields are filled in the SIS",
}
"""What has to be so; ``rules.check`` says it of data gates."""


@dataclass(frozen=True)
class Known:
    """All that was found out, for those who put it into words."""

    rules: Rules
    questions: tuple[Considered, ...]
    shown: Shown
    profile: Profile
    outcome: Outcome
    today: date

    def __getitem__(self, name: str) -> Considered:
        """The considered question of this name."""
        return next(one for one in self.questions if one.name == name)

    @property
    def failed(self) -> list[DataCheck]:
        """The data gates that fail and have to pass first, the most rows first."""
        failed = [check for check in self.shown.checks if check.id in self.outcome.fixes]
        return sorted(failed, key=lambda check: -check.rows)


def condition(rules: Rules, name: str) -> str:
    """What has to be so, as part of a sentence: of a question, a data gate or the transport."""
    return _CONDITIONS.get(name) or f"“{rules.check(name).title}” passes"


def conditions(known: Known) -> tuple[str, ...]:
    """What must be mended, then what is still open."""
    fixes = [check.id for check in known.failed] or known.outcome.fixes
    return tuple(condition(known.rules, name) for name in (*fixes, *known.outcome.open))


def sentence(known: Known) -> str:
    """The recommendation in one sentence."""
    outcome, category = known.outcome, known.rules.categories[known.outcome.category]
    route = outcome.route
    return category.sentence.format(
        revisit=day(revisit(known)),
        conditions=listed(conditions(known)),
        fixes=_fixes(known),
        route=route.title if route else "",
        by_route=f" by {route.title}" if route and route.state == OPEN else "",
        split=_split(known),
    )


def _fixes(known: Known) -> str:
    """How many data checks fail, or what is said to be wrong."""
    n = len(known.failed)
    if n:
        return f"{n} of its checks {'fails' if n == 1 else 'fail'}"
    return listed([_WRONG[name] for name in known.outcome.fixes])


_WRONG = {
    "clean": "it isn’t complete and right",
    "required": "required fields are empty",
}
"""What is said to be wrong where no check of the data shows it."""


def listed(parts: Sequence[str]) -> str:
    """A, b and c; of more than three, how many others."""
    if len(parts) > 3:
        others = len(parts) - 2
        return f"{', '.join(parts[:2])} and {others} other points"
    return ", ".join(parts[:-1]) + (" and " if parts[1:] else "") + "".join(parts[-1:])


def _split(known: Known) -> str:
    """What comes by sync, and what stays with the import tool."""
    hand = known.outcome.by_hand
    names = {"students": "students", "staff": "staff", "groups": "classes"}
    kept = listed([names.get(one, one) for one in hand])
    synced = "accounts" if "groups" in hand or not known.outcome.route else "students and classes"
    route = f" (by {known.outcome.route.title})" if known.outcome.route else ""
    return f"{synced} by sync{route}, {kept} by the import tool"


def revisit(known: Known) -> str:
    """The day on which to look again, ISO 8601; "" unless a change of SIS is the reason."""
    if known.outcome.category != "import-tool-revisit":
        return ""
    change = known["sis_change"]
    told = change.said.on or (change.evidence.on if change.evidence else "")
    if told:
        after = date.fromisoformat(told) + timedelta(days=known.rules.revisit.days)
        if after > known.today:
            return after.isoformat()
    return next_first_of_july(known.today).isoformat()


def day(iso: str) -> str:
    """A day with its month as a word: 1 July 2027."""
    if not iso:
        return ""
    told = date.fromisoformat(iso)
    return f"{told.day} {_MONTHS[told.month - 1]} {told.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def why(known: Known) -> tuple[str, ...]:
    """The reasons, the first decides."""
    outcome = known.outcome
    told = [_of_gate(known)] if outcome.gate else []
    if outcome.also:
        others = [known[name].asks if name != TRANSPORT else _NO_WAY for name in outcome.also]
        told.append(f"So would each of these: {' '.join(others)}")
    if outcome.category == "not-enough":
        part = round(100 * outcome.known / known.rules.weight)
        told.append(
            f"Only {part} % of what counts is known; {known.rules.score.known_from} % is needed."
        )
    told += [f"{check.title}: {check.found}." for check in known.failed[:2]]
    if outcome.category == "hybrid" and "groups" in outcome.by_hand:
        classes = known["classes"]
        told.append(classes.means if classes.counts == NO else _even(known))
    if outcome.route and outcome.route.lacks and outcome.category == "hybrid":
        told += [f"{lack}." for lack in outcome.route.lacks]
    if outcome.score is not None and outcome.category != "not-enough":
        told.append(_points(known))
    return (*told, *_other_side(known))


def _other_side(known: Known) -> Iterator[str]:
    """What speaks against the recommendation, the heaviest first."""
    side = "import tool" if known.outcome.category in SYNCS else "sync"
    against = [one for one in known.questions if one.weight and one.points == side]
    heaviest = sorted(against, key=lambda one: -one.weight)[:2]
    if heaviest and known.outcome.category != "not-enough":
        told = " ".join(f"{one.asks} {one.counts.capitalize()}." for one in heaviest)
        yield f"Against it speaks: {told}"


_NO_WAY = "There is no way for the data: each is closed by an answer or a table."


def _of_gate(known: Known) -> str:
    gate = known.outcome.gate
    if gate == TRANSPORT:
        return _NO_WAY
    one = known[gate]
    source = "The files show" if one.state in ("measured", "conflict", "hint") else "The answer is"
    return f"This decides alone: {one.asks} {source} {one.counts}. {one.means}"


def _points(known: Known) -> str:
    outcome = known.outcome
    return (
        f"{outcome.pro} of {outcome.known} known points speak for a sync ({outcome.score} %); "
        f"a sync needs {known.rules.score.sync_from} %."
    )


def _even(known: Known) -> str:
    score = known.rules.score
    return f"Between {score.hybrid_from} and {score.sync_from} % the two ways are about even."


def confidence(known: Known, flips: Sequence[Flip]) -> tuple[str, str]:
    """High, medium or low, and why.

    High: nearly all weight is known, files show a part of it, and no single answer about size,
    mobility or the way would change the outcome. Answers to gates always may.
    """
    rules, outcome = known.rules, known.outcome
    part = round(100 * outcome.known / rules.weight)
    near = [flip for flip in flips if len(flip.changes) == 1 and _ordinary(rules, flip)]
    seen = measured(known)
    told = f"{part} % of what counts is known, {seen} % by data"
    if part < rules.confidence.low_known and not outcome.gate:
        return "low", f"{told}."
    if near:
        n = len(near)
        return "medium", f"{told}; {n} single {'answer' if n == 1 else 'answers'} would change it."
    if part < rules.confidence.high_known:
        return "medium", f"{told}."
    if not seen:
        return "medium", f"{told}: no file has shown it yet."
    return "high", f"{told}; no single answer but to a gate would change it."


def measured(known: Known) -> int:
    """The share of all weight that data shows, percent."""
    by_data = ("agree", "measured", "conflict")
    weight = sum(
        one.weight
        for one in known.questions
        if one.state in by_data
        and one.evidence
        and one.evidence.strong
        and one.counts == one.evidence.shows
    )
    return round(100 * weight / known.rules.weight)


def _ordinary(rules: Rules, flip: Flip) -> bool:
    names = {question.name for question in rules.question if question.kind in ("weight", "route")}
    return flip.changes.keys() <= names
