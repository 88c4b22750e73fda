"""What an undo would leave hanging in the air: rows that name a row which would be gone."""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from importer.model.tables import TABLES, key_text, stored_schema
from importer.planning.closure import NAMES
from importer.planning.undo_rows import CONFLICTS, K

Rows = Callable[[str], pl.LazyFrame]

HANGING = {**CONFLICTS, "parent": pl.String(), "on": pl.String()}
"""A conflict of a row that hangs on the row ``on`` of the table ``parent``."""

LEAVES = "the row it hangs on would be gone"
_RETURNS = "what it hung on is gone since"
_WORD = {"schools": "school", "terms": "term", "courses": "course", "people": "person",
         "sections": "section"}  # fmt: skip


class _Tie(NamedTuple):
    """Rows of ``child`` name rows of ``parent`` in ``column``."""

    child: str
    column: str
    parent: str


def hanging(rows: dict[str, pl.DataFrame], before: Rows, now: Rows) -> pl.DataFrame:
    """The rows that would hang on nothing (``HANGING``). ``rows``: of ``Inverse.rows``, by table.

    What hung on nothing before the commit, or does now, is no concern of an undo.
    """
    found = [pl.DataFrame(schema=HANGING)]
    for child, named in NAMES.items():
        for column, parent in named:
            tie = _Tie(child, column, parent)
            found.append(_left(tie, rows, before, now))
            if child in rows and rows[child].height:
                found.append(_returning(tie, rows, before, now))
    return pl.concat(found).unique(["table", "key", "parent", "on"], maintain_order=True)


def _losing(mine: pl.DataFrame | None, now: pl.LazyFrame, table: str) -> pl.Series:
    """The ids of rows that are active now and would not be any more."""
    own = TABLES[table].key[0]
    if mine is None or mine.is_empty():
        return pl.Series(own, [], dtype=pl.String)
    ends = mine.filter((pl.col("_action") == "withdraw") | (pl.col("status") != "active"))
    active = now.filter(pl.col("status") == "active").select(own)
    return active.join(ends.lazy().select(own), on=own, how="semi").collect().to_series()


def _naming(frame: pl.LazyFrame, table: str, column: str) -> pl.LazyFrame:
    """``key``, ``on``: active rows and what they name in a column."""
    told = frame.filter(pl.col("status") == "active")
    told = told.select(key=key_text(table), on=pl.col(column))
    if isinstance(TABLES[table].columns[column], pl.List):
        told = told.explode("on")
    return told.drop_nulls("on")


def _left(tie: _Tie, rows: dict[str, pl.DataFrame], before: Rows, now: Rows) -> pl.DataFrame:
    """Rows that stay, or come, and name a row that goes."""
    child, column, mine = tie.child, tie.column, rows.get(tie.child)
    lost = _losing(rows.get(tie.parent), now(tie.parent), tie.parent)
    if lost.is_empty():
        return pl.DataFrame(schema=HANGING)
    there = _naming(now(child), child, column)
    if mine is not None and mine.height:
        there = there.join(mine.lazy().select(key=K), on="key", how="anti")
        stays = mine.filter(pl.col("_action") != "withdraw").lazy()
        there = pl.concat([there, _naming(stays, child, column)])
    there = there.filter(pl.col("on").is_in(lost.implode()))
    then = _naming(before(child), child, column)  # before the commit it hung on it no less
    hit = there.join(then, on=["key", "on"], how="anti").collect(engine="streaming")
    return _told(hit, tie, LEAVES)


def _returning(tie: _Tie, rows: dict[str, pl.DataFrame], before: Rows, now: Rows) -> pl.DataFrame:
    """Rows that come back, or are changed back, and name a row that isn't there."""
    child, column, parent = tie.child, tie.column, tie.parent
    own, mine = TABLES[parent].key[0], rows[child]
    back = _naming(mine.filter(pl.col("_action") != "withdraw").lazy(), child, column)
    still = _naming(now(child), child, column)
    back = back.join(still, on=["key", "on"], how="anti")
    active = now(parent).filter(pl.col("status") == "active").select(on=own)
    theirs = rows.get(parent)
    if theirs is not None and theirs.height:
        standing = (pl.col("_action") != "withdraw") & (pl.col("status") == "active")
        active = active.join(theirs.lazy().select(on=own), on="on", how="anti")
        active = pl.concat([active, theirs.lazy().filter(standing).select(on=own)])
    lacking = back.join(active, on="on", how="anti")
    then = before(parent).filter(pl.col("status") == "active").select(on=own)
    hit = lacking.join(then, on="on", how="semi").collect(engine="streaming")
    return _told(hit, tie, _RETURNS)


def _told(hit: pl.DataFrame, tie: _Tie, why: str) -> pl.DataFrame:
    blank = {name: pl.lit(None, pl.String) for name in ("was", "did", "now")}
    return hit.select(
        table=pl.lit(tie.child), key="key", column=pl.lit(""), **blank,
        why=pl.lit(f"{why} ({_WORD[tie.parent]})"), parent=pl.lit(tie.parent), on="on",
    ).select(list(HANGING))  # fmt: skip


def settled(rows: dict[str, pl.DataFrame], found: pl.DataFrame, now: Rows, take_back: bool) -> None:
    """Settle what hangs: a row that can't come back stays away; else the later or the undo wins.

    Without ``take_back`` what the row hangs on stays as it is now; with it the row is archived.
    """
    left = pl.col("why").str.starts_with(LEAVES)
    for (table,), part in found.filter(~left).group_by("table"):
        rows[str(table)] = _without(rows[str(table)], part["key"])
    if not take_back:
        for (table,), part in found.filter(left).group_by("parent"):
            rows[str(table)] = _without(rows[str(table)], part["on"])
        return
    for (table,), part in found.filter(left).group_by("table"):
        name = str(table)
        archived = _archived(name, part["key"], now(name))
        kept = _without(rows[name], part["key"]) if name in rows else archived.clear()
        rows[name] = pl.concat([kept, archived])


def _without(rows: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    return rows.filter(~pl.col(K).is_in(keys.implode()))


def _archived(table: str, keys: pl.Series, now: pl.LazyFrame) -> pl.DataFrame:
    """The rows of these keys as archives."""
    nothing = pl.lit([], pl.List(pl.String))
    rows = now.with_columns(key_text(table).alias(K)).filter(pl.col(K).is_in(keys.implode()))
    told = rows.select(
        K, pl.lit("archive").alias("_action"),
        pl.all().exclude(K, "status"), status=pl.lit("archived"),
        _columns=nothing, _before=nothing, _after=nothing,
    )  # fmt: skip
    lists = ["_columns", "_before", "_after"]
    return told.select(K, "_action", *stored_schema(table), *lists).collect(engine="streaming")
