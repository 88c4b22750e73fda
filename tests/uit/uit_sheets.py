"""Sheets that people fill in, and a workspace to send them to."""

import csv
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import polars as pl
from hypothesis import HealthCheck, Phase, settings

from importer import flow, holds
from importer import settings as policies
from importer.model.changes import plain
from importer.model.history import Run, Who
from importer.model.tables import TABLES
from importer.store.folder import FolderStore

Row = dict[str, str]
Files = Mapping[str, str | bytes]

STUDENT = [
    "FirstName", "LastName", "Grade", "SchoolName", "Username", "Password", "UserID", "Email",
    "Groups", "Action",
]  # fmt: skip
EDUCATOR = [
    "FirstName", "LastName", "Email", "SchoolName", "TeacherRole", "ProctorRole", "Username",
    "Password", "UserID",
]  # fmt: skip
CLASS = [
    "SchoolName", "ClassName", "TeacherUsername", "TeacherUserID", "StudentUsername",
    "StudentUserID",
]  # fmt: skip

# More examples for a night: IMPORTER_EXAMPLES=300 pytest tests/uit
_MANY = os.environ.get("IMPORTER_EXAMPLES")
LAWS = settings(
    max_examples=int(_MANY or 5),
    derandomize=not _MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def student(first: str = "Bo", last: str = "Lind", **more: str) -> Row:
    """A student of grade 3 at Oak School, with further cells."""
    return {"FirstName": first, "LastName": last, "Grade": "3", "SchoolName": "Oak School", **more}


def educator(first: str = "Ana", last: str = "Silva", **more: str) -> Row:
    """A teacher at Oak School, with further cells."""
    own = {"FirstName": first, "LastName": last, "SchoolName": "Oak School"}
    flags = {"TeacherRole": "TRUE", "ProctorRole": "FALSE"}
    return {**own, "Email": f"{first}.{last}@oak.example".lower(), **flags, **more}


def in_class(name: str, teacher: str, pupil: str, **more: str) -> Row:
    """A student in a class at Oak School, both by their username."""
    own = {"SchoolName": "Oak School", "ClassName": name}
    return {**own, "TeacherUsername": teacher, "StudentUsername": pupil, **more}


def text(rows: list[Row], columns: list[str]) -> str:
    """A CSV file; columns that rows have beyond ``columns`` stand at the end."""
    more = dict.fromkeys(name for row in rows for name in row if name not in columns)
    written = io.StringIO()
    writer = csv.DictWriter(written, [*columns, *more], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def sheets(
    students: list[Row] | None = None,
    educators: list[Row] | None = None,
    classes: list[Row] | None = None,
) -> dict[str, str]:
    """The files of an upload: those that are given."""
    given = {
        "students": (students, STUDENT),
        "educators": (educators, EDUCATOR),
        "classes": (classes, CLASS),
    }
    return {f"{n}.csv": text(rows, cols) for n, (rows, cols) in given.items() if rows is not None}


def workbook(files: Mapping[str, str]) -> bytes:
    """The same as one workbook with a sheet for each file, all cells text."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, content in files.items():
        sheet = book.create_sheet(name.removesuffix(".csv"))
        for line in csv.reader(io.StringIO(content)):
            sheet.append([cell or None for cell in line])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@dataclass(frozen=True)
class Sent:
    """What sending an upload gave. ``handed``: file → the rows that were handed back."""

    run: Run
    changes: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    held: set[tuple[str, int]]
    committed: bool
    waiting: list[str]
    nothing_new: bool
    handed: dict[str, str]

    def of(self, action: str, table: str = "") -> set[str]:
        """The keys of changes."""
        return {
            c["key"] for c in self.changes if c["action"] == action and table in ("", c["table"])
        }

    def codes(self, *severities: str) -> set[str]:
        """The codes of findings of these severities, or of all."""
        return {f["code"] for f in self.findings if f["severity"] in severities or not severities}

    def found(self, code: str) -> list[tuple[str, int | None, str | None, str | None]]:
        """Findings of a code: file, row, column, value."""
        return [
            (f["file"], f["row"], f["column"], f["value"])
            for f in self.findings
            if f["code"] == code
        ]

    def says(self, code: str) -> str:
        """Message and fix of the only finding of a code."""
        (one,) = [f for f in self.findings if f["code"] == code]
        return f"{one['message']} {one['fix']}"


class Office:
    """A workspace that uploads are sent to. Time passes by a second with each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent = 0
        self.store = FolderStore.create(folder / "workspace", policies.TEMPLATE)

    def send(self, files: Files, release: bool = False) -> Sent:
        """Sync an upload; ``release``: what it is put on hold for is approved and committed."""
        path = self.folder / f"upload{self.sent + 1}"
        path.mkdir()
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            (path / name).write_bytes(raw)
        return self.sync(path, release)

    def sync(self, path: Path, release: bool = False) -> Sent:
        """Sync what lies at a path."""
        self.sent += 1
        who = Who("test", f"2026-11-23T06:{self.sent // 60:02}:{self.sent % 60:02}Z")
        done = flow.sync(path, self.store, who)
        run, committed = done.planned.run, done.commit is not None
        if release and done.waiting:
            holds.approve(self.store, run, done.waiting, "a test says so", who)
            committed = bool(flow.commit(self.store, run, who))
        reported = done.planned.reported
        changes = done.planned.change.changes.to_dicts()
        handed = (self.store.root / "runs" / run.id / "rejected").glob("*.csv")
        return Sent(
            run,
            [] if done.planned.nothing_new else [plain(change) for change in changes],
            reported.findings.to_dicts(),
            set(reported.held.select("file", "row").iter_rows()),
            committed,
            done.waiting,
            done.planned.nothing_new,
            {file.name: file.read_text("utf-8-sig") for file in handed},
        )

    def rows(self, table: str, status: str = "active") -> list[dict[str, Any]]:
        """Canonical rows of one status, ordered by their keys."""
        stored = self.store.table(table, self.store.head())
        ordered = stored.filter(pl.col("status") == status).sort(TABLES[table].key)
        return ordered.collect().to_dicts()

    def content(self, status: str = "active") -> dict[str, list[tuple[Any, ...]]]:
        """Canonical table → its rows of one status without where they came from."""
        return {
            name: [tuple(str(row[c]) for c in table.columns) for row in self.rows(name, status)]
            for name, table in TABLES.items()
        }

    def logins(self) -> dict[str, str]:
        """Full name → username of everybody."""
        return {f"{p['given_name']} {p['family_name']}": p["username"] for p in self.rows("people")}


@contextmanager
def offices(count: int = 1) -> Iterator[list[Office]]:
    """Some new workspaces."""
    with TemporaryDirectory() as folder:
        yield [Office(Path(folder) / str(number)) for number in range(count)]
