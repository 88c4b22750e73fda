"""A run's changes as people review them: effects first, then the changes, and the workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from importer.model.changes import ACTIONS, ChangeSet
from importer.model.errors import UsageError
from importer.model.history import Commit, Run
from importer.model.tables import TABLES
from importer.planning import overview
from importer.planning.effects import Effects
from importer.planning.preview import preview
from importer.planning.review import Reviewed
from importer.planning.selectors import chosen
from importer.report import review as telling
from importer.report.changes_book import MOST, changes_book, mark
from importer.report.review import Review
from importer.reviews import Word, as_planned, load_change, review
from importer.store.port import Store

KINDS = (*ACTIONS, *TABLES)
"""What a list may be of: a kind of change, or a table."""


@dataclass(frozen=True)
class ReviewView:
    """A run with its changes as they stand. ``planned``: as they were before any review."""

    store: Store
    run: Run
    planned: ChangeSet
    done: Reviewed

    def review(self, what: str = "", schools: Sequence[str] = (), first: int = 5) -> Review:
        """The review: of a kind or table and of schools, of each kind of change the ``first``."""
        rows = self._listed(what, schools)
        decisions = self.store.decisions(self.run.id)
        told = telling.review(self.run, decisions, rows, self._names(rows, first), first)
        effects = Effects(self.done.change, self._stored)
        warned = effects.log().group_by("warning").len().sort("warning")
        return {
            **told,
            "preview": preview(self.done.change),
            "effects": effects.summary(),
            "warnings": dict(warned.iter_rows()),
            "unchecked": self.done.off.filter(pl.col("how") == "unchecked").height,
            "along": self.done.off.filter(pl.col("how") == "along").height,
        }

    def workbook(self, what: str = "", schools: Sequence[str] = ()) -> bytes:
        """The changes as a workbook to be answered; UsageError if they are too many for one."""
        rows = self._listed(what, schools)
        taken = rows.filter("planned")
        if taken.height > MOST:
            raise UsageError(
                f"These are {taken.height:,} changes; one workbook holds {MOST:,}.",
                "Make one of a part: --list archive, --list people, --school ID.",
            )
        names = self._names(taken, MOST)
        left = rows.height - taken.height
        return changes_book(self.run, preview(self.planned), taken, names, left)

    def mark(self) -> str:
        """What a workbook of this run bears."""
        return mark(self.run, preview(self.planned))

    def _listed(self, what: str, schools: Sequence[str]) -> pl.DataFrame:
        rows = telling.listed(self.done.change, self.done.off, self.planned.changes)
        if what and what not in KINDS:
            raise UsageError(f"There is no kind “{what}”.", f"Kinds: {', '.join(KINDS)}.")
        if what:
            rows = rows.filter((pl.col("action") == what) | (pl.col("table") == what))
        if schools:
            of = chosen(self.planned, [f"school={school}" for school in schools])
            rows = rows.filter(pl.col("id").is_in(of.implode()))
        return rows

    def _names(self, rows: pl.DataFrame, first: int) -> dict[str, str]:
        return overview.names(telling.ids(rows, first), self.planned.after, self._stored)

    def _stored(self, table: str) -> pl.LazyFrame:
        base = self.store.commit(self.run.base) if self.run.base else None
        return self.store.table(table, base)


def open_review(store: Store, run: Run, more: Word | None = None) -> ReviewView:
    """The review of a run as it stands; ``more``: a word that isn't kept yet."""
    return ReviewView(store, run, as_planned(store, run), review(store, run, more))


def commit_log(store: Store, commit: Commit) -> pl.DataFrame:
    """What the changes of a commit left behind, change by change: ``effects.LOG``."""
    before = store.commit(commit.number - 1) if commit.number > 1 else None
    change = load_change(store, store.run(commit.run)).in_full()
    return Effects(change, lambda table: store.table(table, before)).log()
