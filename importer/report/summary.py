"""The summary: one JSON-ready dict from which every report is made."""

from typing import Literal, NotRequired, TypedDict

Level = Literal["good", "warn", "bad", "hold"]
Count = int | Literal["<10", "10+"]
"""A number of one school; a redacted summary says less than the number."""


class Verdict(TypedDict):
    """Can I go on, and what do I do first."""

    level: Level
    sentence: str
    next: str  # the next command (then it starts with "importer ") or what to do, in words


class Format(TypedDict):
    """The preset that was recognised, and by what."""

    name: str
    title: str
    why: str


class Totals(TypedDict):
    """Rows, and findings by severity; ``causes``: how many, where not all of them are listed."""

    rows: int
    held: int
    BLOCK: int
    ERROR: int
    WARNING: int
    INFO: int
    causes: NotRequired[int]


class FileLine(TypedDict):
    """One file of the drop."""

    file: str
    kind: str
    rows: int
    held: int
    errors: int
    warnings: int
    note: str


class Place(TypedDict):
    """One cell, row or file that carries a fault."""

    file: str
    row: int | None  # null = the whole file
    column: str | None
    value: str | None  # null where the column is secret


class Cause(Place):
    """One root fault and all that hangs on it; file, row, column and value are its first place."""

    id: int
    code: str
    severity: str  # one of findings.SEVERITIES
    says: str
    says_redacted: str  # the same without any value
    fix: str
    why: str
    rows: int  # that carry the fault
    blocks: int  # that are held because of it, dependants in other files included
    held_by_file: dict[str, int]
    places: list[Place]
    more: int  # places that are not listed
    scope: str  # "SCHOOL:TABLE" of a BLOCK, else ""


class Skip(TypedDict):
    """A check that could not run."""

    code: str
    because: str


class SchoolLine(TypedDict):
    """One school: what was sent for it and what would change."""

    school_id: str
    name: str
    people: Count
    sections: Count
    enrollments: Count
    held: Count
    add: Count
    edit: Count
    move: Count
    archive: Count
    reactivate: Count


class TableCounts(TypedDict):
    """Planned changes of one canonical table."""

    table: str
    add: int
    edit: int
    move: int
    rekey: int
    archive: int
    reactivate: int
    held: int


class ColumnChange(TypedDict):
    """One column's value before and after; null = none."""

    name: str
    before: str | None
    after: str | None


class Shown(TypedDict):
    """One planned change."""

    key: str
    label: str
    school: str
    columns: list[ColumnChange]
    because: str
    file: str
    row: int | None
    picked: bool  # false = listed, not applied


class Group(TypedDict):
    """Changes of one action in one table: all are counted, some are shown."""

    action: str
    table: str
    count: int
    shown: list[Shown]


class Plan(TypedDict):
    """What a commit would do; ``base`` 0 = there is no commit yet."""

    base: int
    counts: list[TableCounts]
    groups: list[Group]
    preview: str  # a hash over all that it would do; a commit can be held to it


class Summary(TypedDict):
    """A check or a run, told once; page, lines and JSON show the same."""

    title: str
    verdict: Verdict
    generated: str
    source: str
    format: Format
    drop: str
    run: str
    redacted: bool
    totals: Totals
    files: list[FileLine]
    causes: list[Cause]  # in the order in which to fix them
    skipped: list[Skip]
    schools: list[SchoolLine]
    plan: Plan | None
