"""The change set: what a commit would do, row by row, and nothing else decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from importer.model.tables import ID_SEPARATOR, TABLES, key_text

KINDS = ("add", "edit", "move", "re-key", "archive", "reactivate")
"""What a drop may do to a record."""

ACTIONS = (*KINDS, "pending", "begin", "withdraw")
"""The same, and: a record waits for its first day (pending), its first day has come (begin), a
record goes that was never active or, of an undo, wasn't there before (withdraw)."""

COMES = ("add", "pending")
"""Actions of which the row that is written says all: its key, and whether it waits."""

SHOWN = 50
"""Changes of a table and action that a report shows."""

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
    """A plan: changes against the commit ``base`` (0 = no commit yet) and the rows they write.

    ``whole``: canonical tables of a first load that are too long to list, all their rows (stored
    schema). Each row is a picked change: an add, or pending; ``in_full`` lists them.
    """

    base: int
    drop: str
    changes: pl.DataFrame
    after: dict[str, pl.LazyFrame]
    whole: Mapping[str, pl.LazyFrame] = field(default_factory=dict)

    @cached_property
    def tally(self) -> pl.DataFrame:
        """How many changes are picked: ``table``, ``action``, ``school_id``, ``n``."""
        by = ["table", "action", "school_id"]
        frames = [self.changes.lazy().filter("picked")]
        frames += [coming(table, rows) for table, rows in self.whole.items()]
        counted = [rows.group_by(by).agg(n=pl.len()) for rows in frames]
        return pl.concat(pl.collect_all(counted, engine="streaming"))

    def counts(self) -> dict[str, dict[str, int]]:
        """How many changes are picked, by table and action: ``{"people": {"add": 3}}``."""
        tally: dict[str, dict[str, int]] = {}
        by = self.tally.group_by("table", "action").agg(pl.col("n").sum())
        for table, action, count in by.iter_rows():
            tally.setdefault(table, {})[action] = count
        return tally

    def groups(self) -> list[tuple[str, str, int, pl.DataFrame]]:
        """Table, action, how many changes, and the first ``SHOWN`` of them, in report order."""
        every = [self.changes.lazy(), *(coming(*named) for named in self.whole.items())]
        by = ["table", "action"]
        counted = pl.concat([part.group_by(by).len() for part in every]).group_by(by).sum()
        many = {(table, action): n for table, action, n in counted.collect().iter_rows()}
        parts = self.first.partition_by("table", "action", as_dict=True, maintain_order=True)
        places = [(table, action) for action in ACTIONS for table in TABLES]
        return [(*at, many[at], parts[at].head(SHOWN)) for at in places if at in parts]

    @cached_property
    def first(self) -> pl.DataFrame:
        """The first ``SHOWN`` changes of each table and action; ``whole`` gives no ``id``."""
        places = self.changes.select("table", "action").with_row_index("_at")
        first = places.group_by("table", "action", maintain_order=True).agg(
            pl.col("_at").head(SHOWN)
        )
        listed = [self.changes[first["_at"].explode().drop_nulls()]]
        for table, rows in self.whole.items():
            waits = pl.col("status") == "pending"
            listed += [_least(table, rows.filter(kind)) for kind in (~waits, waits)]
        whole = pl.concat([part.select(list(CHANGES)) for part in listed])
        return whole.sort("key", maintain_order=True) if self.whole else whole

    def all_come(self, table: str) -> bool:
        """Whether the rows that are listed for a table are all new, and all of them are picked."""
        mine = self.changes.filter(pl.col("table") == table)
        come = mine.select((pl.col("picked") & pl.col("action").is_in(COMES)).all()).item()
        rows = self.after[table].select(pl.len()).collect().item() if mine.height else 0
        return bool(mine.height and come and mine.height == rows)

    def in_full(self) -> "ChangeSet":
        """The same with a line for every row; their ids follow the order of the rows."""
        listed, after = [self.changes], dict(self.after)
        for table, rows in self.whole.items():
            listed.append(lines(table, rows, 1 + sum(part.height for part in listed)).collect())
            after[table] = pl.concat([rows, after[table]]) if table in after else rows
        return ChangeSet(self.base, self.drop, pl.concat(listed), after)


def coming(table: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    """New rows (stored schema) as changes without ids; those that are pending as such."""
    waits = pl.col("status") == "pending"
    new, nothing = "it is not in the roster yet", pl.lit([], pl.List(pl.String))
    known = "school_id" in TABLES[table].columns
    return rows.select(
        id=pl.lit(0, pl.UInt32),
        action=pl.when(waits).then(pl.lit("pending")).otherwise(pl.lit("add")),
        table=pl.lit(table),
        key=key_text(table),
        from_key=pl.lit(None, pl.String),
        school_id=pl.col("school_id") if known else pl.lit(None, pl.String),
        columns=nothing,
        before=nothing,
        after=nothing,
        because=pl.when(waits)
        .then(pl.lit(f"{new}; it waits for its first day"))
        .otherwise(pl.lit(new)),
        source_file="origin_file",
        source_row="origin_row",
        picked=pl.lit(value=True),
    )


def _least(table: str, rows: pl.LazyFrame) -> pl.DataFrame:
    """The first ``SHOWN`` of new rows by key; of millions only those are keyed that may be it.

    Keys are in the order of their first parts, since ids have no character below the separator.
    """
    part = pl.col(TABLES[table].key[0])
    edge = rows.select(part.bottom_k(SHOWN).max()).collect(engine="streaming").item()
    near = rows.filter(part <= pl.lit(edge, pl.String))  # none where there are no rows
    return coming(table, near).bottom_k(SHOWN, by="key").collect()


def lines(table: str, rows: pl.LazyFrame, first: int) -> pl.LazyFrame:
    """The rows of a table that is taken whole as changes, numbered from ``first``."""
    numbered = coming(table, rows).drop("id").with_row_index("id", offset=first)
    return numbered.select(list(CHANGES))


def unpicked(changes: pl.DataFrame, off: pl.Expr, because: str) -> pl.DataFrame:
    """The changes with those ``off`` not picked; ``because`` goes behind what is told of them.

    Each different text is made once: of a drop gone wrong millions of changes have the same.
    """
    marked = changes.select("because", "picked", _off=off.fill_null(value=False)).lazy()
    told = marked.filter("_off").select(pl.col("because").unique()).collect(engine="streaming")
    more = pl.col("because").replace(told["because"], told["because"] + because)
    new = marked.select(
        because=pl.when("_off").then(more).otherwise("because"),
        picked=pl.col("picked") & ~pl.col("_off"),
    )
    return changes.with_columns(new.collect(engine="streaming"))


def empty() -> pl.DataFrame:
    """A changes frame without rows."""
    return _EMPTY.clone()


_EMPTY = pl.DataFrame(schema=CHANGES)


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
