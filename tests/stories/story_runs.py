"""The sample districts' stories, run for the tests, and what they gave as text to read."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from importer import flow, settings
from importer.model.changes import plain
from importer.model.history import Who
from importer.model.tables import TABLES
from importer.report import verdict
from importer.store.folder import FolderStore

SAMPLES = Path(__file__).parents[2] / "sample_data"

STORIES = {
    "clever_monday_tuesday": ("monday", "tuesday"),
    "excel_ate_the_zeros": ("monday", "tuesday", "wednesday"),
    "half_a_file": ("monday", "tuesday"),
    "oneroster_bulk_then_delta": ("bulk", "delta", "delta2"),
    "powerschool_nightly": ("monday", "tuesday"),
    "spreadsheet_in_autumn": ("first", "second"),
    "presets/sds-1": ("first", "second"),
    "presets/sds-2": ("first", "second"),
    "presets/sds-2.1": ("first", "second"),
    "presets/ixl": ("first", "second"),
    "presets/remind": ("first", "second"),
}

DROPS = [(story, drop) for story, drops in STORIES.items() for drop in drops]

FINDINGS = ["severity", "code", "file", "row", "column", "value", "rows", "cause", "message"]
CHANGES = [
    "action", "table", "key", "columns", "before", "after", "because",
    "source_file", "source_row", "picked",
]  # fmt: skip
_SHOWN = {"source_file": "file", "source_row": "row"}


@dataclass(frozen=True)
class Told:
    """What one drop of a story gave. ``active``: rows per canonical table afterwards."""

    findings: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    sentence: str
    committed: int  # the number of its commit; 0 = on hold
    waiting: list[str]
    active: dict[str, int]

    def key_set(self, action: str, table: str) -> set[str]:
        """The keys of the changes of one kind."""
        return {c["key"] for c in self.changes if (c["action"], c["table"]) == (action, table)}


def run(drops: Iterable[Path], workspace: Path) -> Iterator[Told]:
    """Send drops one after another to a new workspace, always at the same moment."""
    store = FolderStore.create(workspace, settings.TEMPLATE)
    for number, path in enumerate(drops):
        who = Who("story", f"2026-11-23T06:00:{number:02}Z")
        done = flow.sync(path, store, who)
        yield _told(done, store)


def stories(story: str, workspace: Path) -> dict[str, Told]:
    """A story as it is in the folder: drop → what it gave."""
    drops = STORIES[story]
    return dict(zip(drops, run((SAMPLES / story / d for d in drops), workspace), strict=True))


def _told(done: flow.Synced, store: FolderStore) -> Told:
    reported = done.planned.reported
    summary = reported.summary
    if done.commit:
        summary = verdict.committed(summary, done.commit)
    return Told(
        reported.findings.select(FINDINGS).to_dicts(),
        [plain(c) for c in done.planned.change.changes.select(*CHANGES, "from_key").to_dicts()],
        summary["verdict"]["sentence"],
        done.commit.number if done.commit else 0,
        done.waiting,
        active(store),
    )


def active(store: FolderStore) -> dict[str, int]:
    """Active rows per canonical table, enrollments by role as well."""
    head = store.head()
    counts = {}
    for name, table in TABLES.items():
        rows = store.table(name, head).filter(pl.col("status") == "active").collect()
        counts[name] = rows.height
        if "role" in table.key:
            by = rows.group_by("role").len().sort("role")
            counts |= {f"{name} as {role}": count for role, count in by.iter_rows()}
    return counts


def goldens(drop: str, told: Told) -> dict[str, str]:
    """The golden files of a drop: name → content."""
    return {
        f"{drop}.findings.csv": _csv(FINDINGS, told.findings),
        f"{drop}.changes.csv": _csv(CHANGES, told.changes),
        f"{drop}.outcome.txt": _outcome(told),
    }


def _csv(columns: list[str], records: list[dict[str, Any]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([_SHOWN.get(name, name) for name in columns])
    for record in records:
        writer.writerow([_text(record[name]) for name in columns])
    return written.getvalue()


def _text(value: object) -> str:
    if isinstance(value, list):
        return " | ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _outcome(told: Told) -> str:
    if told.committed:
        state = f"committed as number {told.committed}"
    else:
        state = f"on hold for {', '.join(told.waiting)}" if told.waiting else "nothing to commit"
    lines = [told.sentence, "", state, "", "active rows afterwards"]
    lines += [f"  {name}: {count}" for name, count in told.active.items()]
    return "\n".join(lines) + "\n"
