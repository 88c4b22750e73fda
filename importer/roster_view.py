"""The committed roster as people look at it: the overview, its lists, and one record's card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from importer import holds, settings
from importer.model.errors import ImporterError, StorageError
from importer.model.history import Commit
from importer.planning.organisations import organisations
from importer.report import directory as building
from importer.report import record_card
from importer.report.directory import Directory, LastCommit
from importer.report.listing import Listing, listing
from importer.report.lookup import KINDS, Match, find, nearly
from importer.report.record_card import Card, Detail
from importer.report.record_history import (
    Made,
    Step,
    Tally,
    Untold,
    id_before,
    names,
    of_record,
    of_school,
    steps,
    tallies,
)
from importer.report.stored import Tables
from importer.reviews import scan_changes
from importer.settings import aliases
from importer.store.port import Store


@dataclass(frozen=True)
class RosterView:
    """The roster of the newest commit. Each table is opened, and hashed, once."""

    store: Store
    head: Commit | None
    tables: Tables
    labels: Mapping[str, str]  # drop id → what the drop was called
    organisations: Mapping[str, str]  # school_id → where it is mapped to

    def overview(self, schools: Sequence[str] = ()) -> Directory:
        """Totals and schools; ``UsageError`` for a school that the roster doesn't know."""
        return building.directory(
            self.tables, self.last(), self._waiting(), schools, self.organisations
        )

    def last(self) -> LastCommit | None:
        """The newest commit; None if there is none."""
        head = self.head
        if head is None:
            return None
        label = self.labels.get(head.drop, "")
        return LastCommit(
            number=head.number, at=head.at, actor=head.actor, drop=head.drop, label=label
        )

    def listing(self, what: str, schools: Sequence[str] = (), limit: int | None = None) -> Listing:
        """One of ``listing.LISTS``, the first ``limit`` rows of it."""
        return listing(self.tables, what, schools, limit)

    def find(self, wanted: str, kind: str = "") -> list[Match]:
        """The records that may be meant; ``kind`` says which of person, section, school."""
        return find(self.tables, wanted, [kind] if kind else list(KINDS))

    def nearly(self, wanted: str, kind: str = "") -> list[Match]:
        """The records that are called nearly so."""
        return nearly(self.tables, wanted, [kind] if kind else list(KINDS))

    def card(self, match: Match, limit: int | None = None) -> Card:
        """Everything about a record; of each table that belongs to it the first ``limit`` rows."""
        found, origin = record_card.details(self.tables, match)
        history, counted, untold = self._history(match)
        return Card(
            commit=self.head.number if self.head else 0,
            kind=match["kind"],
            id=match["id"],
            name=match["name"],
            status=match["status"],
            origin={**origin, "label": self.labels.get(origin["drop"], "")},
            organisation=self.organisations.get(match["id"], "")
            if match["kind"] == "school"
            else "",
            counts=record_card.school_counts(self.tables, match, self.organisations),
            details=[*found, *self._platform_group(match)],
            parts=record_card.parts(self.tables, match, limit),
            history=history,
            tallies=counted,
            untold=untold,
        )

    def _platform_group(self, match: Match) -> list[Detail]:
        """The platform's group that a section was aligned with."""
        saved = (
            aliases.read(self.store.aliases_text()).pairs() if match["kind"] == "section" else []
        )
        return [
            Detail(column="platform_group", value=pair.group, refers=pair.name)
            for pair in saved
            if pair.section == match["id"]
        ]

    def _waiting(self) -> list[str]:
        """Runs on hold. One that was planned against an older commit waits for nobody any more."""
        number = self.head.number if self.head else 0
        runs = [run for run in self.store.runs() if run.base == number and run.sync != "test"]
        return [run.id for run in runs if holds.missing_approvals(self.store, run)]

    def _history(self, match: Match) -> tuple[list[Step], list[Tally], list[Untold]]:
        """What the commits did to a record, newest first; of each run only the rows needed."""
        kept = {run.id for run in self.store.runs()}
        told: list[tuple[Made, pl.DataFrame, str]] = []
        own = match  # further back under the id that it had then
        counted: list[Tally] = []
        untold: list[Untold] = []
        for commit in reversed(self.store.commits()):
            made = Made(
                commit=commit.number,
                at=commit.at,
                actor=commit.actor,
                drop=self.labels.get(commit.drop, commit.drop[:12]),
            )
            try:
                if commit.run not in kept:
                    raise StorageError("what its run kept is gone")
                changes = scan_changes(self.store, commit.run)
                theirs = _of(changes, own)
                told.append((made, theirs, own["id"]))
                counted += tallies(made, _beside(changes, own))
                own = {**own, "id": id_before(own["kind"], own["id"], theirs)}
            except ImporterError as error:
                untold.append(Untold(commit=commit.number, at=commit.at, why=str(error)))
        called = names(self.tables, [changes for _, changes, _ in told])
        history = [
            step for made, changes, id_ in told for step in steps(made, changes, called, id_)
        ]
        return history, counted, untold


def open_view(store: Store) -> RosterView:
    """The view of a store's newest commit, with the organisations that its policy maps."""
    head = store.head()
    labels = {run.drop: run.label for run in store.runs()}
    tables = cache(lambda n: store.table(n, head))
    policy = settings.read(store.policy_text())
    schools = tables("schools").filter(pl.col("status") == "active").collect()
    mapped = organisations(schools, policy.organisations, policy.auto_create_organisations)
    told = dict(mapped.select("school_id", "organisation").drop_nulls().iter_rows())
    return RosterView(store, head, tables, labels, told)


def _of(changes: pl.LazyFrame, match: Match) -> pl.DataFrame:
    return changes.filter(of_record(match["kind"], match["id"])).collect(engine="streaming")


def _beside(changes: pl.LazyFrame, match: Match) -> pl.DataFrame:
    """What else changed in a school: how many rows, by table and action."""
    if match["kind"] != "school":
        return pl.DataFrame(schema={"table": pl.String, "action": pl.String, "len": pl.UInt32})
    rows = changes.filter(of_school(match["id"]))
    return rows.group_by("table", "action").len().collect(engine="streaming")
