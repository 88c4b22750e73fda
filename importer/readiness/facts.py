"""What was measured, as plain numbers: nothing of a pupil, and None where it could not be told.

``Facts.why`` says why something is None, by the name of the question or the data check.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from importer.model.readiness import Week
from importer.readiness.mobility import Mobility


@dataclass(frozen=True)
class Part:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """None of nothing."""
        return 100 * self.part / self.whole if self.whole else None

    def __str__(self) -> str:
        return f"{self.part:,} of {self.whole:,}"


@dataclass(frozen=True)
class Roster:
    """The active records of the newest roster.

    ``students``, ``staff``: distinct people, by their roles; ``users``: both. ``schools``: listed,
    but for those that are no place to learn; ``with_students``: those of them that have any.
    ``email``: users with an address. ``email_worst``: the school that lacks most of them.
    ``shared_email``: students or staff who share an address with another of their kind.
    ``leavers``: students who are in no section though others are, or whose graduation year is past.
    ``sections_dated``: sections with a term that has two days in the right order; ``in_term``:
    whether today lies in a term, or one begins within 100 days (None = no terms);
    ``terms_wrong``: terms that end before they begin; ``gap``: the most days in a row of the school
    year that no term covers.
    ``states``: schools by the state of their address. ``edited``: records with a value that was
    edited on the platform. ``clever_ids``: people who came with one.
    """

    students: int = 0
    staff: int = 0
    users: int = 0
    schools: int = 0
    with_students: int = 0
    sections: int = 0
    memberships: int = 0
    records: int = 0
    email: Part = Part(0, 0)
    email_worst: str = ""
    shared_email: Part = Part(0, 0)
    leavers: Part | None = None
    sections_dated: Part | None = None
    in_term: bool | None = None
    terms_wrong: int = 0
    gap: int = 0
    states: Mapping[str, int] = field(default_factory=dict)
    edited: int = 0
    clever_ids: int = 0


@dataclass(frozen=True)
class Field:
    """A required column of a file: the rows in which it is empty, and whether it is an id or name.

    A file that lacks the column is empty in all its rows.
    """

    file: str
    column: str
    filled: Part
    must: bool


@dataclass(frozen=True)
class Trouble:
    """A root fault of a drop: its code and name, where, and the rows that can't be loaded."""

    code: str
    name: str
    file: str
    column: str
    rows: int


@dataclass(frozen=True)
class Sent:
    """The newest drop, as it was sent. ``format``: of the contract; ``on``: its day, ISO 8601.

    ``held``: rows that can't be loaded; ``roots``: such rows in files of schools or terms.
    ``orphans``: rows that place people in sections and name nobody; ``missing``: kind of parent →
    rows that name it. ``errors``, ``blocks``: findings.
    """

    format: str
    title: str
    on: str = ""
    held: Part = Part(0, 0)
    roots: Part = Part(0, 0)
    troubles: tuple[Trouble, ...] = ()
    required: tuple[Field, ...] = ()
    orphans: Part | None = None
    missing: Mapping[str, int] = field(default_factory=dict)
    errors: int = 0
    blocks: int = 0


@dataclass(frozen=True)
class Pushes:
    """The last school days on which a drop could have come.

    ``came``: days with a whole set that was accepted; ``good``: those of them on time and without a
    hold; ``held``: days on which one waited for a person. ``days``: school days looked at.
    ``expected``: whether a push was expected on them. ``again``: the last to arrive said nothing
    new, so that days without a record may have had one.
    """

    days: int
    came: int
    good: int
    held: int
    expected: bool = False
    again: bool = False


@dataclass(frozen=True)
class Stubborn:
    """A fault that came again in each of so many drops in a row: its least share of the rows."""

    code: str
    name: str
    file: str
    column: str
    drops: int
    percent: float


@dataclass(frozen=True)
class Jump:
    """The largest share of one kind of record that one commit archived or updated."""

    day: str
    table: str
    percent: float
    n: int


@dataclass(frozen=True)
class Rekeyed:
    """Ids that changed on one day while the people did not; ``shape``: the ids look different."""

    day: str
    ids: Part
    shape: bool = False


@dataclass(frozen=True)
class History:
    """What commits and runs tell. Days are ISO 8601.

    ``commits``: of drops. ``rekeyed``: the day of the last half year on which most ids changed;
    ``steady``: people who kept their id since the day ``since``, from which on changes are kept.
    ``reused``: ids that went to another person; ``sections_reused``: to another section, much
    later. ``formats``: the day on which another format came, and both. ``headers``: the day on
    which a good part of the columns was renamed. ``fix_hours``: median hours from a drop that was
    held or refused to the next that was accepted, ``waits`` times. ``compared``: drops whose faults
    can be compared. ``tested``: the last run: its day, whether it was a test, errors and blocks.
    """

    commits: int = 0
    first: str = ""
    last: str = ""
    pushes: Pushes | None = None
    rekeyed: Rekeyed | None = None
    steady: Part | None = None
    since: str = ""
    reused: int | None = None
    sections_reused: int | None = None
    formats: tuple[str, str, str] | None = None
    headers: str = ""
    fix_hours: float | None = None
    waits: int = 0
    stubborn: Stubborn | None = None
    compared: int = 0
    archived: Jump | None = None
    updated: Jump | None = None
    weeks: tuple[Week, ...] = ()
    per_week: float | None = None
    tested: tuple[str, bool, int, int] | None = None


@dataclass(frozen=True)
class Classes:
    """Memberships of the platform's groups: all, in a matched one, and in one that is likely.

    ``groups``: how many groups; ``alone``: those without a candidate.
    """

    matched: Part
    likely: int
    groups: int
    alone: int
    renamed: int = 0


@dataclass(frozen=True)
class Facts:
    """All that was measured of a district.

    ``whole``: a person said that the files are all of it; ``listed``: the format has a list of the
    schools, which others can be missed in. ``needs``: what is to be synced, of
    ``model.readiness.NEEDS`` (empty = not said). ``today``: ISO 8601. ``calendar``: first and last
    day of the school year as the settings say them, ISO 8601; ``semesters``: how many they name.
    ``has_terms``: whether the format has a place for terms. ``partial``: why one drop says nothing
    of the whole district ("" = it may).
    """

    today: str
    roster: Roster | None = None
    sent: Sent | None = None
    history: History | None = None
    mobility: Mobility | None = None
    classes: Classes | None = None
    whole: bool = False
    listed: bool = False
    needs: tuple[str, ...] = ()
    calendar: tuple[str, str] | None = None
    semesters: int = 0
    has_terms: bool = True
    partial: str = ""
    why: Mapping[str, str] = field(default_factory=dict)

    def because(self, name: str) -> str:
        """Why something is not known."""
        return self.why.get(name, "nothing in the files tells")
