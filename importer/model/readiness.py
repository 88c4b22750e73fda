"""Readiness: what people answered, what the files show, and what follows. Nobody is named in it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

YES, NO, UNSURE = "yes", "no", "unsure"
ANSWERS = (YES, NO, UNSURE)

NEEDS = ("students", "staff", "groups", "sign-on")
"""What a district may want to have synced: students in groups, staff in groups, groups, and single
sign-on (the rows of the partners' table of the SIS-considerations page)."""


@dataclass(frozen=True)
class Answer:
    """What a person answered to one question.

    ``answer``: one of ``ANSWERS``. ``when``, ``until``: days, ISO 8601; after ``until`` it counts
    as unsure. ``override``: the reason for which it stands against the data or a gate ("" = it
    doesn't); it needs a ``who``. ``on``: the day that a question asks for (a change of SIS).
    """

    answer: str = UNSURE
    note: str = ""
    who: str = ""
    when: str = ""
    until: str = ""
    override: str = ""
    on: str = ""


@dataclass(frozen=True)
class Profile:
    """What is known of the district beside its answers; "" or () = not known.

    ``product``: a key of ``[products]``, ``sis`` of ``[sis]`` of the rules. ``country``: ISO 3166-1
    alpha-2. ``needs``: of ``NEEDS``. ``name``: of the district, for the title of the page.
    """

    name: str = ""
    product: str = ""
    country: str = ""
    sis: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What files show about one question.

    ``shows``: yes, no, or "" where it proves neither. ``strong``: an adequate sample in a direction
    that files can prove; it wins over an answer. Otherwise it is a hint, or context. ``says``: one
    sentence with its numbers, no names. ``sample``: what was measured, in words. ``on``: the day of
    what was found (a change of SIS), ISO 8601.
    """

    question: str
    says: str
    shows: str = ""
    strong: bool = False
    sample: str = ""
    on: str = ""


@dataclass(frozen=True)
class DataCheck:
    """One of the data gates D1 to D12.

    ``result``: pass, fail, unknown (not measured, ``found`` says why) or not needed. ``fix``: what
    to do, where it fails. ``rows``: how many rows stand behind a failure.
    """

    id: str
    title: str
    found: str
    needed: str
    result: str
    fix: str = ""
    owner: str = ""
    rows: int = 0


@dataclass(frozen=True)
class Week:
    """Changes of people and enrollments in one week. ``first``: its Monday, ISO 8601."""

    first: str
    added: int
    archived: int
    moved: int


@dataclass(frozen=True)
class Shown:
    """All that files show: evidence by question, data checks, and the changes of each week.

    ``changes_per_week``: of a usual week (None = not known); each takes ``minutes_each`` by hand,
    in ``weeks_a_year``. ``records``: rows of the newest full drop. ``sources``: what was read, in
    words.
    """

    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    checks: tuple[DataCheck, ...] = ()
    weeks: tuple[Week, ...] = ()
    changes_per_week: float | None = None
    minutes_each: float = 2
    weeks_a_year: int = 36
    records: int = 0
    sources: tuple[str, ...] = ()


STATES = {
    "agree": "the files show the same",
    "measured": "measured",
    "hint": "a hint of tables or files, to be confirmed",
    "said": "only said",
    "doubt": "said, and a hint speaks against it",
    "conflict": "the files show something else",
    "overridden": "kept against the files, with a reason",
    "expired": "answered too long ago",
    "unknown": "not known",
}
"""How what a person said and what is shown stand to each other."""


@dataclass(frozen=True)
class Considered:
    """One question as it went into the calculation.

    ``state``: a key of ``STATES``. ``counts``: yes, no, or "" where it is not known. ``points``:
    sync, import tool or "". ``means``: what the answer that counts means. ``short``: its place
    among the six that matter most, 0 = none. ``until``: the day on which the answer expires, or "".
    """

    id: str
    name: str
    asks: str
    kind: str
    weight: int
    said: Answer
    evidence: Evidence | None
    state: str
    counts: str
    points: str
    means: str
    short: int
    source: str
    until: str = ""


@dataclass(frozen=True)
class Route:
    """A way by which data could be synced.

    ``state``: open (yes), possible (not known yet) or closed. ``because``: why. ``confirm``: whom
    to ask before relying on it. ``carries``: which of ``NEEDS`` it brings; ``lacks``: what is said
    of those that are needed and that it doesn't bring. ``as_of``: day of the table.
    """

    name: str
    title: str
    state: str
    because: str
    confirm: str = ""
    carries: tuple[str, ...] = NEEDS
    lacks: tuple[str, ...] = ()
    as_of: str = ""


@dataclass(frozen=True)
class Flip:
    """A change of what is known that would change the recommendation.

    ``what``: in words; ``to``: the category it would become, ``title`` says it; ``changes``:
    question or data check → its new value (yes, no, pass, fail).
    """

    what: str
    to: str
    title: str
    changes: Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """One of the first steps: what, by whom, and what it brings."""

    what: str
    owner: str
    effect: str


@dataclass(frozen=True)
class Verdict:
    """What is recommended.

    ``category``: a key of ``[categories]`` of the rules; ``title`` and ``sentence`` say it.
    ``gate``: the name of the question, or “transport”, that decided alone ("" = none). ``score``:
    share of the known weight that points to sync, percent (None = nothing known). ``known``: share
    of all weight that is known, ``measured``: by data, percent. ``route``: name of the best one (""
    = none). ``conditions``: what is open or to be mended first. ``revisit``: a day, ISO 8601, or
    "". ``ask``: names of the questions that would help most.
    """

    category: str
    title: str
    sentence: str
    why: tuple[str, ...]
    gate: str = ""
    score: int | None = None
    known: int = 0
    measured: int = 0
    route: str = ""
    conditions: tuple[str, ...] = ()
    revisit: str = ""
    ask: tuple[str, ...] = ()


@dataclass(frozen=True)
class Readiness:
    """All that a readiness page shows, made once: an old run is shown from its own record.

    ``id``: its number in the workspace ("" = not kept). ``at``: UTC, ISO 8601, ``by``: whoever
    asked. ``rules``: the version of the rules. ``confidence``: high, medium or low. ``days``: how
    long setting up takes, in words. ``starts``: who starts it. ``who_fixes``: who, what.
    ``by_hand``: time by hand, in words. ``lines``: the calculation, line by line. ``command``: what
    makes the same report. ``marks``: the percent from which it is both ways, and from which it is a
    sync.
    """

    id: str
    at: str
    rules: str
    profile: Profile
    verdict: Verdict
    confidence: str
    confidence_why: str
    questions: tuple[Considered, ...]
    checks: tuple[DataCheck, ...]
    routes: tuple[Route, ...]
    flips: tuple[Flip, ...]
    steps: tuple[Step, ...]
    days: str
    starts: str
    who_fixes: tuple[tuple[str, str], ...]
    by_hand: str
    weeks: tuple[Week, ...]
    sources: tuple[str, ...]
    lines: tuple[str, ...]
    command: str
    marks: tuple[int, int] = (40, 60)
    by: str = ""

    def record(self) -> dict[str, Any]:
        """It as JSON-ready data."""
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Readiness":
        """That of a record read back; KeyError, TypeError if it is none."""
        made: Readiness = _of(cls, record)
        return made


def _of(kind: Any, value: Any) -> Any:
    """A value of JSON as the type that a field asks for."""
    if isinstance(kind, UnionType):  # an inner noun or nothing
        kind = next(one for one in get_args(kind) if one is not NoneType)
        return None if value is None else _of(kind, value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{name: _of(hints[name], inner) for name, inner in value.items()})
    if get_origin(kind) is tuple:
        inner, *rest = get_args(kind)
        return tuple(_of(inner, each) for each in value) if Ellipsis in rest else tuple(value)
    return value
