"""The decision: gates first, then the weight of the answers. In words: docs/readiness.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from importer.model.readiness import NO, YES, Considered, DataCheck, Profile, Route
from importer.readiness.rules import Rules
from importer.readiness.ways import CLOSED, OPEN, best, ways

TRANSPORT = "transport"
"""The gate that has no question of its own: there is no way for the data."""

_GATES = (("product", NO), ("users", YES), ("dbm_setup", NO), ("dbm_maintain", NO))
_OPEN = ("sis_change", "users", "dbm_setup", "dbm_maintain")
"""Gates without which known a sync is recommended only on condition."""


@dataclass(frozen=True)
class Case:
    """What a decision is made from; nothing else decides.

    ``counts``: name of a question → yes or no. ``failing``: data gates that fail. ``contradicted``:
    questions whose answer stands though the files speak against it, without a reason given.
    ``waived``: gates that a person goes past with a reason.
    """

    counts: Mapping[str, str]
    failing: frozenset[str] = frozenset()
    contradicted: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()
    profile: Profile = field(default_factory=Profile)


@dataclass(frozen=True)
class Outcome:
    """What is decided. ``pro``, ``known``: weight that points to a sync, that is known.

    ``gate``: the name of the one that decided alone, ``also``: others that are closed. ``fixes``:
    data gates and questions that must pass first. ``open``: what a sync still depends on.
    ``by_hand``: what stays with the import tool.
    """

    category: str
    pro: int
    known: int
    gate: str = ""
    route: Route | None = None
    fixes: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def score(self) -> int | None:
        """The share of the known weight that points to a sync, percent."""
        return round(100 * self.pro / self.known) if self.known else None


def case_of(
    rules: Rules, questions: tuple[Considered, ...], checks: tuple[DataCheck, ...], profile: Profile
) -> Case:
    """The case that considered questions and data checks make."""
    theirs = {question.name for question in rules.question if question.theirs}
    return Case(
        counts={one.name: one.counts for one in questions},
        failing=frozenset(check.id for check in checks if check.result == "fail"),
        contradicted=frozenset(
            one.name for one in questions if one.state == "conflict" and one.name in theirs
        ),
        waived=frozenset(
            one.name for one in questions if one.said.override and rules[one.name].waivable
        ),
        profile=profile,
    )


def decide(rules: Rules, case: Case) -> Outcome:
    """What follows from a case. Source of the order: docs/readiness.md, “The order of decision”."""
    counts = _with_implied(case.counts)
    routes = ways(rules, counts, case.profile)
    pro, known = _weigh(rules, counts)
    route = best(routes)
    if gates := _gates(case, counts, routes):
        return Outcome("import-tool", pro, known, gates[0], also=gates[1:])
    if counts.get("sis_change") == YES:
        return _while_changing(rules, pro, known)
    if 100 * known < rules.score.known_from * rules.weight:
        return Outcome("not-enough", pro, known, route=route)
    score = 100 * pro / known
    if score < rules.score.hybrid_from:
        return Outcome("import-tool", pro, known)
    by_hand = _by_hand(case, counts, route)
    if score < rules.score.sync_from:
        if route and route.state == OPEN:
            return Outcome("hybrid", pro, known, route=route, by_hand=by_hand or ("groups",))
        return Outcome("import-tool", pro, known)
    fixes, open_ = _fixes(case, counts), _still_open(case, counts, route)
    category = "fix-then-sync" if fixes else "hybrid" if by_hand else "sync-if" if open_ else "sync"
    return Outcome(category, pro, known, "", route, fixes, open_, by_hand)


def _with_implied(counts: Mapping[str, str]) -> Mapping[str, str]:
    """5,000 students are not fewer than 100 users."""
    if counts.get("size") == YES and not counts.get("users"):
        return {**counts, "users": NO}
    return counts


def _weigh(rules: Rules, counts: Mapping[str, str]) -> tuple[int, int]:
    known = [(q, counts[q.name]) for q in rules.question if q.weight and counts.get(q.name)]
    return sum(q.weight for q, said in known if said == q.sync_if), sum(q.weight for q, _ in known)


def _gates(case: Case, counts: Mapping[str, str], routes: tuple[Route, ...]) -> tuple[str, ...]:
    """The gates that are proven to be closed, by data or by a firm answer."""
    closed = [name for name, word in _GATES if counts.get(name) == word and name not in case.waived]
    no_way = all(route.state == CLOSED for route in routes)
    return (*closed, *([TRANSPORT] if no_way else []))


def _while_changing(rules: Rules, pro: int, known: int) -> Outcome:
    """A change of SIS: later, if the rest speaks for a sync (the change itself doesn't)."""
    rest = known - rules["sis_change"].weight
    later = rest > 0 and 100 * pro >= rules.score.sync_from * rest
    category = "import-tool-revisit" if later else "import-tool"
    return Outcome(category, pro, known, "sis_change")


def _by_hand(case: Case, counts: Mapping[str, str], route: Route | None) -> tuple[str, ...]:
    """What stays with the import tool: classes that differ, and what the way doesn't carry.

    Signing on isn't among it: it is set up by itself, not by hand.
    """
    kept = [] if counts.get("classes") != NO else ["groups"]
    if route and route.lacks:
        needed = [need for need in case.profile.needs if need != "sign-on"]
        kept += [need for need in needed if need not in route.carries]
    elif counts.get("functions") == NO and not kept:
        kept = ["the rest"]
    return tuple(dict.fromkeys(kept))


def _fixes(case: Case, counts: Mapping[str, str]) -> tuple[str, ...]:
    """What must be mended first. Classes that are to stay as they are need no matching names."""
    kept = {"D10"} if counts.get("classes") == NO else set()
    failing = sorted(case.failing - kept, key=lambda id_: int(id_[1:]))
    if failing:
        return tuple(failing)
    return tuple(name for name in ("clean", "required") if counts.get(name) == NO)


def _still_open(case: Case, counts: Mapping[str, str], route: Route | None) -> tuple[str, ...]:
    """What a sync depends on and isn't known or isn't done yet."""
    unknown = [name for name in _OPEN if not counts.get(name) and name not in case.waived]
    way = [] if route and route.state == OPEN else [TRANSPORT]
    undone = [name for name in ("testrun", "dates") if counts.get(name) == NO]
    return (*unknown, *way, *sorted(case.contradicted), *undone)
