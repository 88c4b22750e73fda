"""History: the record of a run and the numbered commit records."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Who:
    """Who acts, and when (UTC, ISO 8601 to the second)."""

    actor: str
    at: str


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
    quick, test or undo. ``automatic``: nobody sat at it.
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
    quick, test or undo. ``automatic``: nobody sat at it.
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
