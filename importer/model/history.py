"""History: the record of a run and the numbered commit records."""

from dataclasses import asdict, dataclass, field
from typing import Any

DROPS = ("full", "quick")
"""The kinds of sync that bring a drop."""


@dataclass(frozen=True)
class Who:
    """Who acts, and when (UTC, ISO 8601 to the second). ``automatic``: nobody sits at it."""

    actor: str
    at: str
    automatic: bool = False


@dataclass(frozen=True)
class Asked:
    """How a sync is asked for.

    ``quick``: only what the source changed since the drop of commit ``since`` (0 = since its last
    one). ``schools``: only these, in this run (empty = all that are shared). ``test``: to look at.
    ``source``: which of the district's sources sent the drop ("" = the only one).
    """

    quick: bool = False
    since: int = 0
    schools: tuple[str, ...] = ()
    test: bool = False
    source: str = ""

    @property
    def sync(self) -> str:
        """What history calls it; undo is asked for in its own way."""
        return "test" if self.test else "quick" if self.quick else "full"


@dataclass(frozen=True)
class StoredTable:
    """A canonical table as stored: the sha-256 of its file, its rows, and how many are active."""

    sha256: str
    rows: int
    active: int


@dataclass(frozen=True)
class Commit:
    """One commit record: ``commits/000042.json``. ``number`` counts from 1.

    ``parent`` is the sha-256 of the record before it (empty for the first), so that no record can
    be changed unseen. ``counts`` is what the commit did: ``{"people": {"add": 3}}``. ``at`` is UTC,
    ISO 8601. ``share``: the filters under which the roster was read ({} = none). ``sync``: full,
    quick, test, undo, re-key or merge. ``automatic``: nobody sat at it. ``undoes``: the number of
    the commit that this one undid (0 = none). ``preview``: the hash of the changes that people saw
    before it. ``kind``: the format of the drop. ``rows``: source table → rows that its file had.
    ``source``: which of the district's sources sent the drop ("" = the only one). ``ended``: the
    source tables whose file had an end of line behind its last row.
    """

    number: int
    parent: str
    drop: str
    run: str
    policy: str
    actor: str
    at: str
    tables: dict[str, StoredTable]
    counts: dict[str, dict[str, int]]
    note: str = ""
    newest: str = ""
    columns: dict[str, list[str]] = field(default_factory=dict)
    share: dict[str, Any] = field(default_factory=dict)
    sync: str = "full"
    automatic: bool = False
    undoes: int = 0
    preview: str = ""
    kind: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    source: str = ""
    ended: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """The commit as JSON-ready data."""
        return asdict(self)

    @classmethod
    def of(cls, record: dict[str, Any]) -> "Commit":
        """The commit of a record read back."""
        tables = {name: StoredTable(**stored) for name, stored in record["tables"].items()}
        return cls(**{**record, "tables": tables})


@dataclass(frozen=True)
class Run:
    """One run, as ``runs/<id>/run.json`` keeps it: what was planned, from what, against what.

    ``base`` is the number of the commit it was planned against (0 = none). ``blocks`` are the
    scopes (``SCHOOL:TABLE``) that a person must release before it may be committed. ``files``:
    the sha-256 of every file that the run kept, which the store fills in. ``newest``: when the
    newest record of a delta was changed (UTC), if the format says it. ``columns``: source table →
    the columns that its file had. ``share``: the filters of the policy ({} = none). ``sync``: full,
    quick, test, undo, re-key or merge. ``automatic``: nobody sat at it. ``since``: the commit with
    whose drop a quick sync was compared. ``schools``: the only ones that were asked for (empty =
    all). ``undoes``: the number of the commit that an undo is planned to take back. ``rows``:
    source table → rows that its file had. ``source``, ``ended``: as in ``Commit``.
    """

    id: str
    drop: str
    label: str
    kind: str
    policy: str
    base: int
    actor: str
    at: str
    counts: dict[str, dict[str, int]]
    findings: dict[str, int]  # by severity
    blocks: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    newest: str = ""
    columns: dict[str, list[str]] = field(default_factory=dict)
    share: dict[str, Any] = field(default_factory=dict)
    sync: str = "full"
    automatic: bool = False
    since: int = 0
    schools: list[str] = field(default_factory=list)
    undoes: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    source: str = ""
    ended: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """The run as JSON-ready data."""
        return asdict(self)


@dataclass(frozen=True)
class Approval:
    """A person's word for one run: which scopes are released, why, by whom, when (UTC)."""

    run: str
    overrides: list[str]
    reason: str
    actor: str
    at: str

    def record(self) -> dict[str, Any]:
        """The approval as JSON-ready data."""
        return asdict(self)
