"""The long tables of a first load: every row is new, so the rows themselves are the changes.

A first load of a large district adds millions of enrollments. Listed one by one they would be the
same rows once more, with the same words beside each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from importer.model.changes import coming, empty
from importer.planning.incoming import Incoming
from importer.planning.picks import HANGS_ON, lost
from importer.planning.shelf import Shelf
from importer.planning.taking import arriving, taking
from importer.settings import Policy

_LEAVES = ("roles", "enrollments", "relationships")
"""Tables that nothing hangs on: whether a row of them is picked matters to no other row."""

Frames = dict[str, pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Anew(Shelf):
    """A shelf where long tables of a first load lie as the roster will have them.

    Written once, such a file is kept by the run, and stored. ``lying``: the rows as they were sent,
    and as they lie: those that begin after ``today`` are pending.
    """

    policy: Policy
    today: date
    lying: list[tuple[pl.LazyFrame, pl.LazyFrame]] = field(default_factory=list)

    def put(self, rows: pl.LazyFrame, length: int, table: str = "") -> pl.LazyFrame:
        """As ``Shelf.put``."""
        if self.lay is None or table not in _LEAVES or not self.is_long(length):
            return super().put(rows, length, table)
        lies = self.lay(arriving(rows, taking(table, self.policy, self.today)), True)
        if not _is_empty(lies.filter(pl.col("status") == "archived")):
            return lies.with_columns(pl.col("status").replace("pending", "active"))
        sent = lies.with_columns(status=pl.lit("active"))
        self.lying.append((sent, lies))
        return sent

    def as_stored(self, rows: pl.LazyFrame) -> pl.LazyFrame | None:
        """How the rows lie, if nothing was done to them since, and all of them are new."""
        return next((lies for sent, lies in self.lying if sent is rows), None)


def whole(incoming: Mapping[str, Incoming], shelf: Anew) -> dict[str, pl.LazyFrame]:
    """Canonical table → all its new rows (stored schema), where they need no line of their own.

    Of a drop that is compared with nothing: nothing is stored, and nothing was sent before.
    """
    policy = shelf.policy
    parents = {parent for table in _LEAVES for _, parent in HANGS_ON[table]}
    if "add" not in policy.sync.changes or parents - policy.sync.tables():
        return {}
    found = {}
    for table in _LEAVES:
        told = incoming.get(table)
        if told is not None and told.long:
            lies = shelf.as_stored(told.rows)
            found[table] = _new(told, shelf) if lies is None else lies
    return {table: rows for table, rows in found.items() if not _is_empty(rows)}


def _new(told: Incoming, shelf: Anew) -> pl.LazyFrame:
    completing = pl.col("origin_table").is_in(sorted(told.completing))
    live = told.rows.filter(pl.col("status") == "active", ~completing)
    return arriving(live, taking(told.table, shelf.policy, shelf.today))


def _is_empty(rows: pl.LazyFrame) -> bool:
    return rows.head(1).collect().is_empty()


def set_apart(
    rows: dict[str, pl.LazyFrame], changes: Frames, after: dict[str, pl.LazyFrame]
) -> bool:
    """List the rows that hang on a record which isn't picked; whether there are any.

    They leave ``rows`` for ``changes`` and ``after``, where they are unpicked like all others.
    """
    some = False
    for table, new in list(rows.items()):
        hang = pl.lit(value=False)
        for column, parent in HANGS_ON[table]:
            missing = lost(changes.get(parent, empty()))["_on"]
            hang |= pl.col(column).is_in(missing.implode())
        found = new.filter(hang).collect(engine="streaming")
        if found.height:
            some = True
            rows[table] = new.filter(~hang.fill_null(value=False))
            if _is_empty(rows[table]):
                del rows[table]
            after[table] = found.lazy()
            changes[table] = coming(table, found.lazy()).collect()
    return some
