"""Selectors: how a person names changes. ``17``, ``archive``, ``school=0101 and kind=add``."""

import re
from collections.abc import Callable, Mapping, Sequence

import polars as pl

from importer.model.changes import ACTIONS, ChangeSet, text_of
from importer.model.errors import UsageError
from importer.model.tables import ID_SEPARATOR, TABLES, key_text

FORMS = (
    "Name changes by number (17, 17-40), kind (archive), table (people), all, or by what they are "
    "about: school=ID, person=ID, section=ID, key=ID, kind=…, table=…, column=NAME, file=NAME, "
    "because=WORDS, or a column and its new value: last_name=Silva. Join conditions with “ and ”."
)

_IDS = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
_COLUMNS = {c: d for table in TABLES.values() for c, d in table.columns.items()}
_PLACES = {"person": ("person_id", "related_id"), "section": ("section_id",)}


def chosen(change: ChangeSet, selectors: Sequence[str]) -> pl.Series:
    """The ids of the changes that any of the selectors names, in no order.

    UsageError for one that can't be read, or that names no change.
    """
    found = [
        change.changes.filter(_condition(change, text))["id"].alias("id") for text in selectors
    ]
    for place, ids in enumerate(found, 1):
        if ids.is_empty():
            raise UsageError(f"Nothing in this run fits selector {place}.", FORMS)
    return pl.concat([pl.Series("id", [], dtype=pl.UInt32), *found]).unique()


def _condition(change: ChangeSet, text: str) -> pl.Expr:
    parts = [part.strip() for part in text.split(" and ")]
    if not all(parts):
        raise UsageError("A selector is empty.", FORMS)
    return pl.all_horizontal(*(_part(change, part) for part in parts))


def _part(change: ChangeSet, part: str) -> pl.Expr:
    if part == "all":
        return pl.lit(True)
    if named := _IDS.fullmatch(part):
        return pl.col("id").is_between(int(named[1]), int(named[2] or named[1]))
    if part in ACTIONS:
        return pl.col("action") == part
    if part in TABLES:
        return pl.col("table") == part
    name, equals, value = (piece.strip() for piece in part.partition("="))
    if not equals or not (name in _FIELDS or name in _COLUMNS):
        raise UsageError("A selector can't be read.", FORMS)
    return _FIELDS[name](value) if name in _FIELDS else _becomes(change, name, value)


def _about(column_names: tuple[str, ...], value: str) -> pl.Expr:
    """Whether the key, or the one that is left, has the value in a part of these names."""
    return pl.any_horizontal(
        (pl.col("table") == table.name)
        & pl.any_horizontal(
            pl.col(key).str.split(ID_SEPARATOR).list.get(place, null_on_oob=True).eq_missing(value)
            for key in ("key", "from_key")
        )
        for table in TABLES.values()
        for place, column in enumerate(table.key)
        if column in column_names
    )


def _of_school(value: str) -> pl.Expr:
    own = (pl.col("table") == "schools") & (pl.col("key") == value)
    return own | pl.col("school_id").eq_missing(pl.lit(value)) | _about(("school_id",), value)


def _key(value: str) -> pl.Expr:
    parts = [part.strip() for part in value.split(" / ")]
    whole = ID_SEPARATOR.join(parts)
    return pl.any_horizontal(pl.col(key).eq_missing(pl.lit(whole)) for key in ("key", "from_key"))


_FIELDS: Mapping[str, Callable[[str], pl.Expr]] = {
    "school": _of_school,
    "person": lambda value: _about(_PLACES["person"], value),
    "section": lambda value: _about(_PLACES["section"], value),
    "kind": lambda value: pl.col("action") == value,
    "table": lambda value: pl.col("table") == value,
    "key": _key,
    "column": pl.col("columns").list.contains,
    "file": lambda value: pl.col("source_file") == value,
    "because": lambda value: pl.col("because").str.contains(value, literal=True),
}


def _becomes(change: ChangeSet, column: str, value: str) -> pl.Expr:
    """Whether a change writes this value into the column: a new row, or one that gets it."""
    new = pl.col("action").is_in(["add", "reactivate"])
    gets = (pl.col("action") != "archive") & pl.col("columns").list.contains(column)
    fits = [
        (pl.col("table") == table) & pl.col("key").is_in(_written(rows, table, column, value))
        for table, rows in change.after.items()
        if column in TABLES[table].columns
    ]
    return (new | gets) & pl.any_horizontal(pl.lit(False), *fits)


def _written(rows: pl.LazyFrame, table: str, column: str, value: str) -> pl.Series:
    """The keys of the written rows that have the value, as one list."""
    fits = rows.filter(text_of(column, _COLUMNS[column]) == value)
    return fits.select(key_text(table)).collect().to_series().implode()
