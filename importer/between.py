"""What changed between two commits, for people: in their order, with names, of some tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from importer.model import changes as change_set
from importer.model.changes import ACTIONS
from importer.model.history import Commit
from importer.model.tables import ID_SEPARATOR, TABLES
from importer.planning import overview
from importer.planning.difference import Stored, difference
from importer.store.port import Store


@dataclass(frozen=True)
class Between:
    """Two commits, and the changes (``changes.CHANGES``) that lead from one to the other."""

    one: Commit
    other: Commit
    changes: pl.DataFrame
    stored: tuple[Stored, Stored]

    def counts(self) -> dict[str, dict[str, int]]:
        """How many changes by table and action, in the order of the tables."""
        counted = self.changes.group_by("table", "action").len().iter_rows()
        found = {(table, action): n for table, action, n in counted}
        return {
            table: {a: found[table, a] for a in ACTIONS if (table, a) in found}
            for table in TABLES
            if any(there == table for there, _ in found)
        }

    def names(self, keys: pl.Series) -> dict[str, str]:
        """What people call those whose ids stand in these keys; the newer name wins."""
        ids = keys.str.split(ID_SEPARATOR).explode().unique()
        told = [overview.names(ids, {}, stored) for stored in self.stored]
        return {**told[0], **told[1]}


def between(
    store: Store, one: Commit, other: Commit, tables: Collection[str] = (), school: str = ""
) -> Between:
    """The changes from one commit to another; of these tables and this school, else of all.

    Tables whose stored files are the same aren't read.
    """
    before, after = (_stored(store, commit) for commit in (one, other))
    differing = [t for t in TABLES if (not tables or t in tables) and _differs(t, one, other)]
    found = [difference(table, before, after) for table in differing]
    whole = pl.concat([change_set.empty(), *found])
    if school:
        whole = _of_school(whole, school, before, after)
    rank = {action: at for at, action in enumerate(ACTIONS)}
    order = {table: at for at, table in enumerate(TABLES)}
    whole = whole.sort(_place("table", order), _place("action", rank), "key")
    numbered = whole.with_columns(id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    return Between(one, other, numbered, (before, after))


def _stored(store: Store, commit: Commit) -> Stored:
    return lambda table: store.table(table, commit)


def _differs(table: str, one: Commit, other: Commit) -> bool:
    return one.tables.get(table) != other.tables.get(table)


def _place(column: str, order: Mapping[str, int]) -> pl.Expr:
    return pl.col(column).replace_strict(order, return_dtype=pl.UInt8)


def _of_school(changes: pl.DataFrame, school: str, one: Stored, other: Stored) -> pl.DataFrame:
    """Changes of rows of a school, of those who have a role there, and of moves out of it."""
    here = pl.col("school_id") == school
    roles = [stored("roles").filter(here).select("person_id") for stored in (one, other)]
    people = pl.concat(roles).unique().collect()["person_id"]
    first = pl.col("key").str.split(ID_SEPARATOR).list.first()
    theirs = pl.col("table").is_in(["people", "relationships"]) & first.is_in(people.implode())
    left = pl.col("before").list.contains(school) & pl.col("columns").list.contains("school_id")
    return changes.filter((here | theirs | left).fill_null(value=False))
