"""Readiness: what people answered, what the files show, and what follows. Nobody is named in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

YES, NO, UNSURE = "yes", "no", "unsure"
ANSWERS = (YES, NO, UNSURE)

NEEDS = ("students", "staff", "groups", "sign-on")
"""What a district may want to have synced: students in groups, staff in groups, groups, and single
sign-on (the rows of the partners' table of the SIS-considerations page)."""


@dataclass(frozen=True)
class Answer:
    """What a person answered to one question.

    ``answer``: one of ``ANSWERS``. ``when``, ``until``: days, ISO 8601; after ``until`` it counts as
    unsure. ``override``: the reason for which it stands against the data or a gate ("" = it
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

    ``minutes_per_week``: by hand, at ``minutes_each`` for a change (None = not known).
    ``sources``: what was read, in words. ``existing_accounts``, ``records``: for the estimate.
    """

    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    checks: tuple[DataCheck, ...] = ()
    weeks: tuple[Week, ...] = ()
    changes_per_week: float | None = None
    records: int = 0
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Considered:
    """One question as it went into the calculation.

    ``state``: agree, measured, said, conflict, overridden, expired or unknown. ``counts``: yes, no,
    or "" where it is not known. ``points``: sync, import tool, gate or "". ``short``: whether it is
    one of the six that matter most.
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
    short: bool
    source: str


@dataclass(frozen=True)
class Route:
    """A way by which data could be synced.

    ``state``: open (yes), possible (not known yet) or closed. ``because``: why. ``confirm``: whom to
    ask before relying on it. ``carries``: which of ``NEEDS`` it brings. ``as_of``: day of the table.
    """

    name: str
    title: str
    state: str
    because: str
    confirm: str = ""
    carries: tuple[str, ...] = NEEDS
    as_of: str = ""


@dataclass(frozen=True)
class Flip:
    """A change of what is known that would change the recommendation.

    ``what``: in words; ``to``: the category it would become; ``changes``: question or data check →
    its new value (yes, no, pass, fail).
    """

    what: str
    to: str
    changes: Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """One of the first steps: what, by whom, and what it brings."""

    what: str
    owner: str
    effect: str


@dataclass(frozen=True)
class Verdict:
    """What is recommended. ``category``: a key of ``[categories]`` of the rules.

    ``gate``: the question that decided alone ("" = none). ``score``: share of the known weight that
    points to sync, percent (None = nothing known). ``known``: share of all weight that is known,
    ``measured``: by data, percent. ``route``: the best one ("" = none). ``conditions``: what is open
    ("sync if …"). ``revisit``: a day, ISO 8601, or "".
    """

    category: str
    why: tuple[str, ...]
    gate: str = ""
    score: int | None = None
    known: int = 0
    measured: int = 0
    route: str = ""
    conditions: tuple[str, ...] = ()
    revisit: str = ""
    ask: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Readiness:
    """All that a readiness page shows, made once: an old run is shown from its own record.

    ``id``, ``at`` (UTC, ISO 8601), ``rules``: the version of the rules. ``confidence``: high, medium
    or low, and ``confidence_why``. ``days``: business days to set up, in words.
    """

    id: str
    at: str
    rules: str
    profile: Profile
    verdict: Verdict
    sentence: str
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
    command: str
