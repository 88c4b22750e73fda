"""What the platform has: an export of its current state against what was committed last."""

from collections.abc import Callable

import polars as pl

from importer.model.errors import UsageError
from importer.model.likeness import closest
from importer.model.tables import STANDING, TABLES, key_text
from importer.planning.incoming import KEY

ROW = "_row"
_TABLE = "table"
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def check(platform: pl.DataFrame) -> None:
    """``UsageError`` for an export that isn't one: columns that no roster table has, no key."""
    known = {_TABLE, *(c for table in TABLES.values() for c in table.columns)}
    for name in platform.columns:
        if name != ROW and name not in known:
            near = closest(name, sorted(known))
            raise UsageError(
                f"The platform file has a column “{name}”, which the roster doesn't have.",
                f"Did you mean {near[0]}?" if near else "See docs/options.md.",
            )


def edited(
    platform: pl.DataFrame | None, stored: Callable[[str], pl.LazyFrame]
) -> dict[str, pl.DataFrame]:
    """By canonical table the fields that the platform has otherwise than they were committed.

    ``platform``: ``_row`` (the line) and text columns: ``table`` (else people) and columns of the
    roster; a blank cell says nothing. The frames have ``_k`` and the table's columns, typed, null
    where nothing was edited. Rows that the roster doesn't have are passed over.
    """
    if platform is None:
        return {}
    check(platform)
    named = pl.col(_TABLE).fill_null("people") if _TABLE in platform.columns else pl.lit("people")
    rows = platform.with_columns(named.alias(_TABLE))
    unknown = rows.filter(~pl.col(_TABLE).is_in(list(TABLES)))
    if unknown.height:
        raise UsageError(
            f"The platform file names a table “{unknown[_TABLE][0]}”; the roster has none.",
            f"Known are {', '.join(TABLES)}.",
        )
    found = {}
    for table in TABLES:
        theirs = rows.filter(pl.col(_TABLE) == table)
        if theirs.is_empty():
            continue
        frame = _edited(table, theirs, stored(table).filter(pl.col("status").is_in(STANDING)))
        if frame.height:
            found[table] = frame
    return found


def _edited(table: str, theirs: pl.DataFrame, stored: pl.LazyFrame) -> pl.DataFrame:
    target = TABLES[table]
    old = stored.with_columns(key_text(table).alias(KEY)).select(KEY, *target.columns).collect()
    keyed = _keyed(table, theirs, old)
    if keyed[KEY].is_duplicated().any():
        again = keyed.filter(pl.col(KEY).is_duplicated())[ROW][0]
        raise UsageError(
            f"The platform file tells of one record of {table} twice (row {again}).",
            "Export each record once.",
        )
    said = [c for c in target.columns if c not in target.key and c in keyed.columns]
    typed = keyed.select(KEY, *(_typed(keyed, table, c) for c in said))
    both = typed.join(old, on=KEY, how="inner", suffix="_old", maintain_order="left")
    apart = [pl.when(pl.col(c).ne_missing(pl.col(c + "_old"))).then(c).alias(c) for c in said]
    frame = both.select(KEY, *apart)
    if not said:
        return frame.clear()
    return frame.filter(pl.any_horizontal(pl.col(c).is_not_null() for c in said))


def _keyed(table: str, theirs: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    """The rows with their key; people may be told by their username instead."""
    key = TABLES[table].key
    missing = [c for c in key if c not in theirs.columns]
    if missing and (table != "people" or "username" not in theirs.columns):
        raise UsageError(
            f"The platform file has no column {missing[0]}, without which nobody knows "
            f"which row of {table} is meant.",
            f"{table} needs {', '.join(key)}" + (" or username." if table == "people" else "."),
        )
    if table == "people" and "username" in theirs.columns:
        low = pl.col("username").str.to_lowercase()
        names = old.select(_low=low, _id="person_id").drop_nulls()
        names = names.filter(~pl.col("_low").is_duplicated())
        theirs = theirs.with_columns(_low=low).join(
            names, on="_low", how="left", maintain_order="left"
        )
        own = [c for c in key if c in theirs.columns]
        theirs = theirs.with_columns(person_id=pl.coalesce(*own, "_id")).drop("_low", "_id")
    return theirs.with_columns(key_text(table).alias(KEY)).drop_nulls(KEY)


def _typed(rows: pl.DataFrame, table: str, column: str) -> pl.Expr:
    """A column in the roster's type; ``UsageError`` for what is none."""
    dtype, value = TABLES[table].columns[column], pl.col(column)
    if dtype == pl.Boolean():
        read, written = (
            value.str.to_lowercase().replace_strict(_FLAGS, default=None),
            "true or false",
        )
    elif dtype == pl.Date():
        read, written = value.str.to_date("%Y-%m-%d", strict=False), "2026-08-17"
    elif isinstance(dtype, pl.List):
        return value.str.split(",").list.eval(pl.element().str.strip_chars()).alias(column)
    else:
        return value
    wrong = rows.filter(value.is_not_null(), read.is_null())
    if wrong.height:
        raise UsageError(
            f"The platform file, row {wrong[ROW][0]}: {column} can't be read.",
            f"Write it so: {written}.",
        )
    return read.cast(dtype).alias(column)
