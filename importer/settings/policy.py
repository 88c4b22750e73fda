"""What a district decided once, as frozen data, and which decisions don't fit together."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from importer.model import grades
from importer.model.changes import KINDS
from importer.model.tables import TABLES
from importer.settings import nightly, notify
from importer.settings.faults import Fault
from importer.settings.nightly import Arrivals, Deliver, Remote, Source
from importer.settings.notify import Notify, Smtp, Webhook
from importer.settings.ready import Ready
from importer.settings.schedule import Schedule

# canonical table → the item of [sync] that it belongs to; schools are always compared
_ITEMS = {
    **dict.fromkeys(("people", "roles", "relationships"), "users"),
    **dict.fromkeys(("terms", "courses", "sections", "enrollments"), "sections"),
}
_FIELDS = tuple(
    f"{name}.{column}"
    for name, table in TABLES.items()
    for column in table.columns
    if column not in table.key
)
_COMING_IN = (
    "arrivals", "remote", "sources", "deliver", "schedule", "notify", "smtp", "webhook",
    "retention", "readiness",
)  # fmt: skip
"""Settings of how drops come in and who is told: they say nothing of what a drop means."""


def _of(choices: tuple[str, ...], default: Any) -> Any:
    return field(default=default, metadata={"choices": choices})


def _at_most_all(default: float) -> Any:
    """A share of something: 1.0 is all of it."""
    return field(default=default, metadata={"most": 1.0})


@dataclass(frozen=True)
class Guards:
    """When a drop is put on hold: shares of the active rows (0.10 = 10 %) and smallest numbers.

    Where the figures come from is told in docs/guards.md.
    """

    school_loss: float = _at_most_all(0.10)
    school_floor: int = 5
    district_loss: float = _at_most_all(0.05)
    district_floor: int = 25
    growth: float = 0.25
    column_changed: float = _at_most_all(0.10)
    column_emptied: float = _at_most_all(0.05)
    held_rows: float = _at_most_all(0.25)
    learn: bool = True
    partial: bool = False
    new_holders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Semester:
    """One semester; ``end`` is its last day."""

    name: str
    start: date
    end: date


@dataclass(frozen=True)
class Calendar:
    """The school year and its semesters; ``school_year_end`` is the last day."""

    school_year: str = ""
    school_year_start: date | None = None
    school_year_end: date | None = None
    semesters: tuple[Semester, ...] = ()

    @property
    def ends(self) -> int | None:
        """The year in which the school year ends: of its last day, else of a name like 2026-27."""
        if self.school_year_end:
            return self.school_year_end.year
        told = re.fullmatch(r"([0-9]{4})\s*[-/–]\s*(?:[0-9]{2})?[0-9]{2}", self.school_year.strip())
        return int(told[1]) + 1 if told else None

    def faults(self) -> Iterator[Fault]:
        """Ends before starts, semesters outside the year or over each other."""
        first, last = self.school_year_start, self.school_year_end
        if first and last and not first < last:
            yield "calendar.school_year_end", "it must be after school_year_start", _SWAP
        for number, semester in enumerate(self.semesters, start=1):
            key, name = f"calendar.semesters.#{number}", f"semester “{semester.name}”"
            if not semester.start < semester.end:
                yield f"{key}.end", f"{name} must end after it starts", _SWAP
            elif (first and semester.start < first) or (last and semester.end > last):
                yield key, f"{name} is not inside the school year", "Correct one of the dates."
        ordered = sorted(self.semesters, key=lambda s: s.start)
        for one, other in pairwise(ordered):
            if other.start <= one.end:
                number = self.semesters.index(other) + 1
                told = f"semesters “{one.name}” and “{other.name}” overlap"
                yield f"calendar.semesters.#{number}", told, "A semester's end is its last day."


_SWAP = "Correct one of the two dates."


@dataclass(frozen=True)
class Share:
    """Which rows the district shares; the rest is untouched. Empty = no filter."""

    schools: tuple[str, ...] = ()
    lowest_grade: str = ""
    highest_grade: str = ""
    subjects: tuple[str, ...] = ()

    def faults(self) -> Iterator[Fault]:
        """Grades that have no place in the order, or stand the wrong way round."""
        for name in ("lowest_grade", "highest_grade"):
            word = getattr(self, name)
            if word and grades.place(word) is None:
                fix = "Use PreKindergarten, Kindergarten (or PK, KG) or a number from 1 to 13."
                yield f"share.{name}", f"“{word}” is no grade that has an order", fix
        low, high = self.grades()
        if low is not None and high is not None and low > high:
            told = "it must not be below lowest_grade"
            yield "share.highest_grade", told, "Swap the two grades."

    def grades(self) -> tuple[int | None, int | None]:
        """The places of the lowest and the highest grade; None = open."""
        return grades.place(self.lowest_grade), grades.place(self.highest_grade)

    def reading(self) -> tuple[Any, ...]:
        """What the filter means: two filters that mean the same are equal here."""
        return frozenset(self.schools), self.grades(), frozenset(s.lower() for s in self.subjects)

    def record(self) -> dict[str, Any]:
        """The filters that are set, as JSON-ready data; {} = no filter."""
        return {name: value for name, value in _plain(asdict(self)).items() if value}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Share":
        """The filters of a record read back."""
        read: dict[str, Any] = {
            n: tuple(v) if isinstance(v, list) else v for n, v in record.items()
        }
        return cls(**read)


@dataclass(frozen=True)
class Sync:
    """What is compared (``items``), which changes are carried out (``changes``), and how.

    The options that a product's own sync would have; ``docs/options.md`` lists them.
    """

    items: tuple[str, ...] = _of(("users", "sections"), ("users", "sections"))
    changes: tuple[str, ...] = _of(KINDS, KINDS)
    blanks: str = _of(("ignore", "replace"), "ignore")
    future: str = _of(("pending", "now"), "pending")
    keep_section_names: bool = False
    parent_child: bool = True
    match_sessions: str = _of(("name+code", "code", "name"), "name+code")
    self_paced: bool = True
    blended: bool = False

    def tables(self) -> frozenset[str]:
        """The canonical tables that are compared."""
        return frozenset(t for t in TABLES if t not in _ITEMS or _ITEMS[t] in self.items)

    def faults(self) -> Iterator[Fault]:
        """Lists that would sync nothing."""
        for name in ("items", "changes"):
            if not getattr(self, name):
                yield f"sync.{name}", "it must name at least one", "See docs/settings.md."


_TEACHER_KEYS = ("email", "teacher_id", "sis_id", "clever_id")
_STUDENT_KEYS = ("student_id", "email", "sis_id", "clever_id")
_SECTION_KEYS = ("name", "sis_id", "clever_id")


@dataclass(frozen=True)
class Match:
    """By what a record whose id nobody knows may be one that is there: keys in their order.

    ``confirmed``: keys by which a person said once for all that a link is right; the others that
    aren't ids wait for a word. ``sections_days_apart``: 0 = dates tell nothing.
    """

    students: tuple[str, ...] = _of(_STUDENT_KEYS, ("student_id",))
    teachers: tuple[str, ...] = _of(_TEACHER_KEYS, ("email",))
    sections: tuple[str, ...] = _of(_SECTION_KEYS, ("name",))
    confirmed: tuple[str, ...] = _of(("email", "name"), ())
    sections_days_apart: int = 30
    student_id_onto: str = _of(("student_id", "sis_id"), "student_id")
    teacher_id_onto: str = _of(("teacher_id", "sis_id"), "teacher_id")


@dataclass(frozen=True)
class Absent:
    """What becomes of records that a full list no longer has; ``terms``: only of these, if any."""

    people: str = _of(("archive", "keep", "suspend"), "archive")
    sections: str = _of(("archive", "keep"), "archive")
    enrollments: str = _of(("archive", "keep", "complete", "complete-last"), "archive")
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Local:
    """What people edit on the platform: fields that are its own, and who wins a conflict."""

    locks: tuple[str, ...] = _of(_FIELDS, ())
    wins: str = _of(("platform", "sis"), "platform")


@dataclass(frozen=True)
class Retention:
    """For how many days things are kept; `importer purge` removes what is older.

    Raw drops as briefly as can be (they may hold passwords), rosters and runs over a year, for the
    same month of the year before (COPPA 2025: no longer than needed).
    """

    drops_days: int = 30
    runs_days: int = 395
    rosters_days: int = 395

    def days(self) -> dict[str, int]:
        """Kind → days."""
        return {"drops": self.drops_days, "runs": self.runs_days, "rosters": self.rosters_days}


@dataclass(frozen=True)
class Policy:
    """What a district decided once. ``format``: a contract's name; empty = told by the headers."""

    district_id: str = ""
    active: bool = True
    test_run: bool = False
    format: str = ""
    profile: str = _of(("standard", "certification"), "standard")
    never_sent: tuple[str, ...] = ()
    may_be_empty: tuple[str, ...] = ()
    skip_errors: bool = True
    drop_fields: tuple[str, ...] = _of(_FIELDS, ())
    portal: str = _of(("multi", "single"), "multi")
    auto_create_organisations: bool = True
    organisations: Mapping[str, str] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    share: Share = field(default_factory=Share)
    sync: Sync = field(default_factory=Sync)
    match: Match = field(default_factory=Match)
    absent: Absent = field(default_factory=Absent)
    local: Local = field(default_factory=Local)
    guards: Guards = field(default_factory=Guards)
    retention: Retention = field(default_factory=Retention)
    arrivals: Arrivals = field(default_factory=Arrivals)
    remote: Remote = field(default_factory=Remote)
    sources: tuple[Source, ...] = ()
    deliver: Deliver = field(default_factory=Deliver)
    schedule: Schedule = field(default_factory=Schedule)
    notify: Notify = field(default_factory=Notify)
    smtp: Smtp = field(default_factory=Smtp)
    webhook: Webhook = field(default_factory=Webhook)
    readiness: Ready = field(default_factory=Ready)

    @property
    def all_or_nothing(self) -> bool:
        """Whether one error stops the whole drop; by the book it does."""
        return not self.skip_errors or self.profile == "certification"

    def id(self) -> str:
        """A short name for how this policy judges a drop: the same settings give the same name."""
        told = {name: value for name, value in asdict(self).items() if name not in _COMING_IN}
        text = json.dumps(_plain(told), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def faults(self) -> Iterator[Fault]:
        """Decisions that can't be meant, or that don't fit together."""
        yield from self.calendar.faults()
        yield from self.share.faults()
        yield from self.sync.faults()
        yield from nightly.faults(self.arrivals, self.remote, self.sources)
        yield from self.deliver.faults()
        yield from self.schedule.faults(tuple(source.name for source in self.sources))
        yield from notify.faults(self.notify, self.smtp, self.webhook)
        yield from self.readiness.faults()
        if self.portal == "single" and len(set(self.share.schools)) > 1:
            told = "a single-school portal can take only one school"
            yield "share.schools", told, 'Name one school, or set portal = "multi".'
        for school, name in self.organisations.items():
            if not name.strip():
                yield f"organisations.{school}", "it has no name", 'Write "0101" = "Oak School".'


def flat(policy: Policy) -> dict[str, Any]:
    """Every setting by its full name (``guards.growth``) with its value, JSON-ready."""
    told: dict[str, Any] = {}
    for item in fields(policy):
        value = getattr(policy, item.name)
        if is_dataclass(value):
            told |= {f"{item.name}.{f.name}": _plain(getattr(value, f.name)) for f in fields(value)}
        else:
            told[item.name] = _plain(value)
    return told


def _plain(value: Any) -> Any:
    """A value as JSON has it: lists, and dates as text."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    return value.isoformat() if isinstance(value, date) else value
