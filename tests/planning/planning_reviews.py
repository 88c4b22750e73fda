"""A plan that waits for its review, and what a roster would be, told in plain Python."""

from dataclasses import dataclass
from typing import Any

from planning_districts import District, Roster, clever, write

from importer import flow, holds, reviews
from importer.model.changes import ChangeSet
from importer.model.history import Commit, Run, Who
from importer.model.tables import ID_SEPARATOR, TABLES
from importer.planning.closure import NAMES
from importer.planning.plan import apply
from importer.planning.review import Reviewed

WHO = Who("Kim", "2026-11-24T06:00:00Z")

Rows = dict[str, dict[str, dict[str, Any]]]  # table → key → row, status and origin included


@dataclass(frozen=True)
class Waiting:
    """A planned run of a workspace."""

    roster: Roster
    run: Run

    def planned(self) -> ChangeSet:
        """What it would do before anybody unchecks anything."""
        return reviews.as_planned(self.roster.store, self.run)

    def after(self, change: ChangeSet) -> Rows:
        """The roster once these changes are carried out."""
        store = self.roster.store
        head = store.head()
        found = {}
        for table in TABLES:
            stored = store.table(table, head)
            written = apply(table, stored, change)
            found[table] = keyed(table, (stored if written is None else written).collect())
        return found

    def uncheck(self, *selectors: str) -> set[int]:
        """Uncheck; the ids of all that is unchecked then."""
        word = reviews.Word(uncheck=list(selectors), reason="a test says so")
        return set(reviews.decide(self.roster.store, self.run, word, WHO).off["id"])

    def check(self, *selectors: str) -> set[int]:
        """Check again; the ids of all that is still unchecked then."""
        word = reviews.Word(again=list(selectors), reason="a test says so")
        return set(reviews.decide(self.roster.store, self.run, word, WHO).off["id"])

    def looked_at(self, *selectors: str) -> Reviewed:
        """What unchecking would give, without a word being kept."""
        return reviews.review(self.roster.store, self.run, reviews.Word(uncheck=list(selectors)))

    def commit(self, expected: str = "") -> Commit:
        """Release it and carry it out."""
        store = self.roster.store
        if missing := holds.missing_approvals(store, self.run):
            holds.approve(store, self.run, missing, "a test says so", WHO)
        return flow.commit(store, self.run, WHO, expected=expected)

    def ids(self, **wanted: str) -> list[int]:
        """The changes of a kind, a table, a key (parts with `` / `` between)."""
        return [
            change["id"]
            for change in self.planned().changes.to_dicts()
            if all(change[n].replace(ID_SEPARATOR, " / ") == value for n, value in wanted.items())
        ]


def waiting(roster: Roster, district: District) -> Waiting:
    """A Clever district planned against what was committed last; never the same drop again."""
    roster.sent += 1
    files = clever(district)
    files["students.csv"] += "\n" * roster.sent
    path = write(roster.folder / f"drop{roster.sent}", files)
    return Waiting(roster, flow.plan_drop(path, roster.store, WHO).run)


def keyed(table: str, frame: Any) -> dict[str, dict[str, Any]]:
    """The rows of a table by key."""
    return {
        " / ".join(row[part] for part in TABLES[table].key): row
        for row in frame.iter_rows(named=True)
    }


def roster_of(roster: Roster, number: int | None = None) -> Rows:
    """The roster of a commit, by default the newest, archived rows included."""
    store = roster.store
    commit = store.head() if number is None else (store.commit(number) if number else None)
    return {table: keyed(table, store.table(table, commit).collect()) for table in TABLES}


def orphans(rows: Rows) -> set[tuple[str, str, str, str]]:
    """Active rows that name a row which isn't active: table, key, column, the id."""
    active = {
        table: {key for key, row in found.items() if row["status"] == "active"}
        for table, found in rows.items()
    }
    return {
        (table, key, column, named)
        for table, named_by in NAMES.items()
        for key in active[table]
        for column, parent in named_by
        for named in _listed(rows[table][key][column])
        if named not in active[parent]
    }


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
