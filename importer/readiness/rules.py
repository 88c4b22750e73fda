"""The rules of readiness as data: ``schemas/readiness.toml`` and its dated tables."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from importer.model.errors import UsageError
from importer.model.readiness import NO, YES
from importer.readiness.tables import Routes
from importer.resources import SCHEMAS
from importer.settings.reader import read_as

QUESTIONS, ROUTES = "readiness.toml", "readiness/routes.toml"
"""The two files, below ``schemas/``."""

KINDS = ("gate", "route", "shape", "weight")
_EXPIRES = re.compile(r"[1-9][0-9]{0,3} days|1 July")
CATEGORIES = (
    "not-enough",
    "import-tool",
    "import-tool-revisit",
    "fix-then-sync",
    "hybrid",
    "sync-if",
    "sync",
)


@dataclass(frozen=True)
class Question:
    """One question.

    ``id``: Q1 … C5; ``name``: mobile, size, and so on. ``yes``, ``no``: what each answer means for
    the district. ``sync_if``: the answer that points to a sync ("" = it has no direction).
    ``kind``: one of ``KINDS``. ``weight``: 0 = it doesn't count in the score. ``proves``: what
    files alone can prove. ``theirs``: no data ever counts instead of the person's answer.
    ``waivable``: a gate that a person may go past with a reason. ``expires``: “180 days” or “1
    July”. ``short``: its place among the six that matter most, 0 = none. ``thresholds``: number by
    name; ``reason``: why those.
    """

    id: str
    name: str
    asks: str
    yes: str
    no: str
    source: str
    kind: str = field(metadata={"choices": KINDS})
    sync_if: str = field(default="", metadata={"choices": (YES, NO)})
    weight: int = 0
    proves: tuple[str, ...] = field(default=(), metadata={"choices": (YES, NO)})
    theirs: bool = False
    waivable: bool = False
    expires: str = "180 days"
    short: int = 0
    thresholds: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class DataRule:
    """One data gate, D1 … D12. ``thresholds``: number by name; ``reason``: why those."""

    id: str
    title: str
    fix: str
    owner: str
    source: str
    thresholds: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class Score:
    """Where lines are drawn, in percent of the known weight (``known_from``: of all weight)."""

    sync_from: int
    hybrid_from: int
    known_from: int
    reason: str


@dataclass(frozen=True)
class Confidence:
    """Percent of all weight that is known: from which it is high, under which it is low."""

    high_known: int
    low_known: int
    reason: str


@dataclass(frozen=True)
class Season:
    """The weeks around the first day of school: ``MM-DD``; no countries = everywhere else."""

    first: str
    last: str
    countries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Estimate:
    """How long setting up takes, in words; ``records``: rows that make it longer."""

    usual: str
    longer: str
    records: int
    seasons: tuple[Season, ...]
    reason: str
    season_reason: str


@dataclass(frozen=True)
class Revisit:
    """After how many days a district with a new SIS looks again."""

    days: int
    reason: str


@dataclass(frozen=True)
class Category:
    """What can be recommended; ``sentence`` has places in {braces}."""

    title: str
    sentence: str


@dataclass(frozen=True)
class Rules:
    """All rules; ``version`` goes into every report. The lists are named as the file has them."""

    version: str
    score: Score
    confidence: Confidence
    estimate: Estimate
    revisit: Revisit
    categories: Mapping[str, Category]
    question: tuple[Question, ...]
    data: tuple[DataRule, ...]
    routes: Routes = field(default_factory=lambda: Routes("", {}, {}, {}, (), ()))

    def __getitem__(self, name: str) -> Question:
        """The question of this name."""
        return next(question for question in self.question if question.name == name)

    def check(self, id_: str) -> DataRule:
        """The data gate of this id."""
        return next(rule for rule in self.data if rule.id == id_)

    @property
    def weight(self) -> int:
        """The weight of all questions together."""
        return sum(question.weight for question in self.question)


@cache
def shipped() -> Rules:
    """The rules that come with importer."""
    return _read((SCHEMAS / QUESTIONS).read_text("utf-8"), (SCHEMAS / ROUTES).read_text("utf-8"))


def read(questions: str, routes: str) -> Rules:
    """The rules of two TOML texts; UsageError, with the line, for what can't be meant."""
    rules = _read(questions, routes)
    for missing in _unlike(rules, shipped()):
        raise UsageError(f"{QUESTIONS}: {missing}", "Compare it with the one that was shipped.")
    return rules


def _unlike(rules: Rules, ours: Rules) -> Iterator[str]:
    """What the shipped rules have and the calculation can't do without."""
    checks = {rule.id: rule.thresholds for rule in rules.data}
    asked = {question.name: question.thresholds for question in rules.question}
    wanted = {rule.id: rule.thresholds for rule in ours.data}
    wanted |= {question.name: question.thresholds for question in ours.question}
    for name, thresholds in wanted.items():
        there = (checks | asked).get(name)
        if there is None:
            yield f"there is no “{name}”."
        else:
            yield from (f"{name} has no threshold {n}." for n in thresholds if n not in there)
    if not rules.weight:
        yield "no question has a weight."
    for name, category in rules.categories.items():
        try:
            category.sentence.format(**dict.fromkeys(_PLACES, ""))
        except (KeyError, IndexError, ValueError, AttributeError):
            yield f"the sentence of “{name}” has a place that nobody fills; known are {_BRACES}."


_PLACES = ("revisit", "conditions", "fixes", "route", "by_route", "split")
_BRACES = ", ".join(f"{{{place}}}" for place in _PLACES)


def _read(questions: str, routes: str) -> Rules:
    tables = read_as(Routes, routes, ROUTES)
    told = read_as(Rules, questions, QUESTIONS)
    rules = Rules(**{**vars(told), "routes": tables})
    for missing in _missing(rules):
        raise UsageError(f"{QUESTIONS}: {missing}", "Compare it with the one that was shipped.")
    return rules


def _missing(rules: Rules) -> list[str]:
    """What the calculation asks for by name and the files don't have."""
    there = {question.name for question in rules.question}
    asked = {name for way in rules.routes.route for name in (*way.opens, way.first_if) if name}
    wanted = (_NAMES | asked) - there
    partners = {way.partner for way in rules.routes.route if way.partner}
    ages = [q for q in rules.question if not _EXPIRES.fullmatch(q.expires)]
    return [
        *(f"{q.name} expires after “{q.expires}”; write 180 days, or 1 July." for q in ages),
        *(f"there is no question “{name}”." for name in sorted(wanted)),
        *(f"there is no category “{name}”." for name in CATEGORIES if name not in rules.categories),
        *(f"there is no partner “{name}”." for name in partners - set(rules.routes.partners)),
    ]


_NAMES = {
    "product", "functions", "region", "started", "users", "clean", "required", "testrun", "dates",
    "sis_change", "dbm_setup", "dbm_maintain", "classes", "size", "mobile", "clever_customer",
    "sis_clever", "partner_sis",
}  # fmt: skip
"""The questions that the calculation names."""
