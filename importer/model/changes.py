"""The change set: what a commit would do, row by row, and nothing else decides."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from importer.model.tables import ID_SEPARATOR

KINDS = ("add", "edit", "move", "re-key", "archive", "reactivate")
"""What a drop may do to a record."""

ACTIONS = (*KINDS, "pending", "begin", "withdraw")
"""The same, and: a record waits for its first day (pending), its first day has come (begin), a
record goes that was never active or, of an undo, wasn't there before (withdraw)."""

CHANGES: dict[str, pl.DataType] = {
    "id": pl.UInt32(),  # 1, 2, 3 … in the order of the report
    "action": pl.String(),
    "table": pl.String(),  # a canonical table
    "key": pl.String(),  # parts joined by tables.ID_SEPARATOR
    "from_key": pl.String(),  # of a move: the row that is left; of a re-key: the id before
    "school_id": pl.String(),  # the school that the guards count it for; null = none known
    "columns": pl.List(pl.String()),  # the columns that differ (edit, move, reactivate)
    "before": pl.List(pl.String()),  # their values before, in the same order
    "after": pl.List(pl.String()),  # their values after
    "because": pl.String(),
    "source_file": pl.String(),
    "source_row": pl.UInt32(),
    "picked": pl.Boolean(),  # false = listed, not applied
}
"""Columns of the changes frame. The full rows that an add, edit, move or reactivate writes lie
beside it, one frame per canonical table in the shape of ``tables.stored_schema``."""


@dataclass(frozen=True)
class ChangeSet:
    """A plan: changes against the commit ``base`` (0 = no commit yet) and the rows they write."""

    base: int
    drop: str
    changes: pl.DataFrame
    after: dict[str, pl.DataFrame]

    def counts(self) -> dict[str, dict[str, int]]:
        """How many changes are picked, by table and action: ``{"people": {"add": 3}}``."""
        tally: dict[str, dict[str, int]] = {}
        picked = self.changes.filter("picked").group_by("table", "action").len()
        for table, action, count in picked.iter_rows():
            tally.setdefault(table, {})[action] = count
        return tally


def empty() -> pl.DataFrame:
    """A changes frame without rows."""
    return pl.DataFrame(schema=CHANGES)


def text_of(column: str, dtype: pl.DataType) -> pl.Expr:
    """A canonical value as the text that a person reads in before → after."""
    value = pl.col(column)
    if isinstance(dtype, pl.List):
        return value.list.join(", ")
    return value.cast(pl.String)


def plain_key(column: str) -> pl.Expr:
    """A key as a person reads it."""
    return pl.col(column).str.replace_all(ID_SEPARATOR, " / ", literal=True)


def plain(record: dict[str, Any]) -> dict[str, Any]:
    """A change as JSON-ready data, keys with a readable separator."""
    shown = dict(record)
    for name in ("key", "from_key"):
        if shown[name] is not None:
            shown[name] = shown[name].replace("\x1f", " / ")
    return shown
