"""One table at three times: before a commit, after it, and now; and what takes the commit back.

A row that nobody touched since becomes exactly what it was, its origin included. Of a row that
was touched since, the columns that the commit changed become what they were, and the others stay.
Where a later commit changed the same column, or the whole row came or went, a person must choose.
"""

from dataclasses import dataclass

import polars as pl

from importer.model.changes import text_of
from importer.model.tables import ORIGIN, TABLES, key_text, stored_schema

K = "_k"
CONFLICTS = {
    "table": pl.String(),
    "key": pl.String(),
    "column": pl.String(),  # empty = the whole row
    "was": pl.String(),  # the value before the commit
    "did": pl.String(),  # what the commit made of it
    "now": pl.String(),
    "why": pl.String(),
}
"""What a later commit changed too."""

EDITED = "a later commit changed it"
_ADDED = "it was added then, and a later commit changed it"
_BACK = "it was withdrawn then, and came again since"
_GONE = "it was changed then, and is gone since"


@dataclass(frozen=True)
class Sides:
    """A canonical table (stored schema) before a commit, after it, and now."""

    before: pl.LazyFrame
    done: pl.LazyFrame
    now: pl.LazyFrame


@dataclass(frozen=True)
class Inverse:
    """What takes a commit back in one table.

    ``rows``: ``_k``, ``_action``, and the row as it will be (of a withdrawn one: as it is), and
    ``_columns``, ``_before``, ``_after`` (texts of what differs from now). ``conflicts``:
    ``CONFLICTS``; what they are about is in ``rows`` only where the commit is to be taken back.
    """

    rows: pl.DataFrame
    conflicts: pl.DataFrame


def inverse(table: str, sides: Sides, take_back: bool) -> Inverse:
    """Compare the three. ``take_back``: what the commit changed wins over what came later."""
    touched = _touched(table, sides)
    names = _compared(table)
    flat = touched.with_columns(
        _still=_same([*names, *_origins()], "_d", "_n"),
        _same_now=_same(names, "_d", "_n"),
    )
    # What was withdrawn then and came again just as it was needs nothing.
    flat = flat.filter(~(~pl.col("_d") & _same(names, "_b", "_n"))).with_columns(_clash(table))
    choice = pl.lit(take_back) | pl.col("_still") | (pl.col("_why") == "")
    wanted = flat.filter(choice).with_columns(_target(name, take_back) for name in names)
    wanted = wanted.with_columns(_origin(name) for name in _origins())
    rows = wanted.with_columns(_action=_action()).drop_nulls("_action")
    return Inverse(_shown(table, rows), _conflicts(table, flat))


def _compared(table: str) -> list[str]:
    return [*(c for c in TABLES[table].columns if c not in TABLES[table].key), "status"]


def _origins() -> list[str]:
    return [name for name in ORIGIN if name != "status"]


def _touched(table: str, sides: Sides) -> pl.DataFrame:
    """The rows that the commit changed, three columns for each: ``…_b``, ``…_d``, ``…_n``.

    ``_b``, ``_d``, ``_n``: whether the row was or is there.
    """
    b, d, n = (_side(table, s, end) for s, end in
               ((sides.before, "_b"), (sides.done, "_d"), (sides.now, "_n")))  # fmt: skip
    both = b.join(d, on=K, how="full", coalesce=True)
    columns = [*_compared(table), *_origins()]
    differs = [pl.col(c + "_b").ne_missing(pl.col(c + "_d")) for c in columns]
    there = pl.col("_b").ne_missing(pl.col("_d"))
    changed = both.filter(there | pl.any_horizontal(differs))
    whole = changed.join(n, on=K, how="left").collect(engine="streaming")
    return whole.with_columns(pl.col(flag).fill_null(False) for flag in ("_b", "_d", "_n"))


def _side(table: str, rows: pl.LazyFrame, end: str) -> pl.LazyFrame:
    columns = [pl.col(c).alias(c + end) for c in (*_compared(table), *_origins())]
    return rows.select(key_text(table).alias(K), pl.lit(True).alias(end), *columns)


def _same(names: list[str], one: str, other: str) -> pl.Expr:
    same = pl.all_horizontal(pl.col(c + one).eq_missing(pl.col(c + other)) for c in names)
    return same & (pl.col(one) == pl.col(other))


def _clash(table: str) -> list[pl.Expr]:
    """``_why``: what a whole row clashes by, or “”; ``_at``: the columns that clash."""
    b, d, n = (pl.col(flag) for flag in ("_b", "_d", "_n"))
    names = _compared(table)
    why = (
        pl.when("_same_now")
        .then(pl.lit(""))
        .when(~b & d & n)
        .then(pl.lit(_ADDED))
        .when(b & ~d & n)
        .then(pl.lit(_BACK))
        .when(b & d & ~n)
        .then(pl.lit(_GONE))
        .otherwise(pl.lit(""))
    )
    at = [pl.when(_hit(name) & b & d & n).then(pl.lit(name)) for name in names]
    return [why.alias("_why"), pl.concat_list(at).list.drop_nulls().alias("_at")]


def _hit(name: str) -> pl.Expr:
    """Whether the commit changed a column, somebody changed it again, and not back."""
    b, d, n = (pl.col(name + end) for end in ("_b", "_d", "_n"))
    return b.ne_missing(d) & d.ne_missing(n) & n.ne_missing(b)


def _target(name: str, take_back: bool) -> pl.Expr:
    """What a column becomes where the row is there now; else all of it as it was before."""
    b, d, n = (pl.col(name + end) for end in ("_b", "_d", "_n"))
    mine = b.ne_missing(d) & (d.eq_missing(n) | pl.lit(take_back))
    between = pl.col("_b") & pl.col("_d") & pl.col("_n")
    return pl.when(between).then(pl.when(mine).then(b).otherwise(n)).otherwise(b).alias(name)


def _origin(name: str) -> pl.Expr:
    """A row that was touched since stays the row of the later file."""
    later = pl.col("_b") & pl.col("_d") & pl.col("_n") & ~pl.col("_same_now")
    return pl.when(later).then(name + "_n").otherwise(name + "_b").alias(name)


def _action() -> pl.Expr:
    """There is a row afterwards if there was one before the commit."""
    now, then = pl.col("status_n"), pl.col("status")
    return (
        pl.when(~pl.col("_b") & pl.col("_n"))
        .then(pl.lit("withdraw"))
        .when(pl.col("_b") & ~pl.col("_n"))
        .then(pl.lit("add"))
        .when(~pl.col("_b"))
        .then(None)
        .when((now == "active") & (then == "archived"))
        .then(pl.lit("archive"))
        .when((now == "archived") & (then == "active"))
        .then(pl.lit("reactivate"))
        .otherwise(pl.lit("edit"))
    )


def _shown(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as ``Inverse.rows`` says; edits that change nothing are none."""
    names, keys = [*_compared(table), *_origins()], TABLES[table].key
    gone = pl.col("_action") == "withdraw"
    kept = [pl.when(gone).then(c + "_n").otherwise(c).alias(c) for c in names]
    parts = [pl.col(K).str.split("\x1f").list.get(i).alias(c) for i, c in enumerate(keys)]
    same = pl.all_horizontal(pl.col(c).eq_missing(pl.col(c + "_n")) for c in names)
    moved = rows.filter(~((pl.col("_action") == "edit") & same))
    told = moved.with_columns(_texts(table))
    lists = ["_columns", "_before", "_after"]
    return told.with_columns(*kept, *parts).select(K, "_action", *stored_schema(table), *lists)


def _texts(table: str) -> list[pl.Expr]:
    """What differs from now, column by column, as lists of texts that stay in step."""
    content = {c: d for c, d in TABLES[table].columns.items() if c not in TABLES[table].key}
    shown = pl.col("_action").is_in(["edit", "reactivate", "archive"])
    lists: dict[str, list[pl.Expr]] = {"_columns": [], "_before": [], "_after": []}
    for name, dtype in content.items():
        differs = shown & pl.col(name).ne_missing(pl.col(name + "_n"))
        texts = (pl.lit(name), text_of(name + "_n", dtype), text_of(name, dtype))
        for part, value in zip(lists.values(), texts, strict=True):
            part.append(pl.when(differs).then(value.fill_null("")))
    return [pl.concat_list(parts).list.drop_nulls().alias(n) for n, parts in lists.items()]


def _conflicts(table: str, flat: pl.DataFrame) -> pl.DataFrame:
    """The clashes: of whole rows, and column by column."""
    whole = flat.filter(pl.col("_why") != "").select(key=K, why="_why")
    parts = [whole.with_columns(column=pl.lit(""))]
    for name in _compared(table):
        dtype = stored_schema(table)[name]
        hit = flat.filter(pl.col("_at").list.contains(name))
        texts = {to: text_of(name + end, dtype) for to, end in
                 (("was", "_b"), ("did", "_d"), ("now", "_n"))}  # fmt: skip
        parts.append(hit.select(key=K, column=pl.lit(name), why=pl.lit(EDITED), **texts))
    told = pl.concat(parts, how="diagonal").with_columns(table=pl.lit(table))
    return pl.concat([pl.DataFrame(schema=CONFLICTS), told], how="diagonal").select(list(CONFLICTS))
