"""Re-keys: the id of a record changed and the record did not.

A crosswalk says for each such record which id it had and which it has now. All of it happens at
once, so that chains and swaps (a → b, b → a) need no order. It comes before everything else: what
checks, matching, comparing and guards see of the stored roster has the new ids already.
"""

from collections.abc import Callable, Mapping

import polars as pl

from importer.model.changes import CHANGES, ChangeSet
from importer.model.tables import TABLES

Rows = Callable[[str], pl.LazyFrame]
"""Gives a canonical table of the stored roster, in the stored schema."""

CROSSWALK: dict[str, pl.DataType] = {
    "table": pl.String(),  # people, sections, schools, terms or courses
    "old": pl.String(),
    "new": pl.String(),
    "because": pl.String(),
    "file": pl.String(),  # who says so; null where a person said it without a file
    "row": pl.UInt32(),
}
"""Columns of a crosswalk; each ``old`` and each ``new`` of a table is there once."""

IDS: Mapping[str, Mapping[str, str]] = {
    # canonical table → its columns that hold ids → the table whose ids they are
    "schools": {"school_id": "schools", "parent_id": "schools"},
    "terms": {"term_id": "terms", "parent_id": "terms"},
    "courses": {"course_id": "courses", "school_id": "schools"},
    "people": {"person_id": "people"},
    "roles": {"person_id": "people", "school_id": "schools"},
    "sections": {
        "section_id": "sections",
        "school_id": "schools",
        "course_id": "courses",
        "parent_section_id": "sections",
        "term_ids": "terms",
    },
    "enrollments": {"section_id": "sections", "person_id": "people", "school_id": "schools"},
    "relationships": {"person_id": "people", "related_id": "people"},
}

RECORDS = ("schools", "terms", "courses", "people", "sections")
"""The tables whose records have an id of their own, each after those that its rows name."""

KEY = {table: TABLES[table].key[0] for table in RECORDS}


def nothing() -> pl.DataFrame:
    """A crosswalk without rows."""
    return pl.DataFrame(schema=CROSSWALK)


def rekeyed(stored: Rows, crosswalk: pl.DataFrame) -> Rows:
    """The stored roster with the new ids in every column that holds ids; origins stay."""
    if crosswalk.is_empty():
        return stored
    return lambda table: with_new_ids(table, stored(table), crosswalk)


def with_new_ids(table: str, rows: pl.LazyFrame, crosswalk: pl.DataFrame) -> pl.LazyFrame:
    """One canonical table with the new ids. ``rows`` may lack columns of it."""
    there = rows.collect_schema().names()
    found = []
    for column, of in IDS[table].items():
        pairs = crosswalk.filter(pl.col("table") == of)
        if pairs.is_empty() or column not in there:
            continue
        if isinstance(TABLES[table].columns[column], pl.List):
            new = pl.element().replace(pairs["old"], pairs["new"])
            found.append(pl.col(column).list.eval(new))
        else:
            found.append(pl.col(column).replace(pairs["old"], pairs["new"]))
    return rows.with_columns(found) if found else rows


def concerns(table: str, crosswalk: pl.DataFrame) -> bool:
    """Whether a canonical table has ids of a kind that a crosswalk changes."""
    return not set(IDS[table].values()).isdisjoint(crosswalk["table"].unique())


def of(change: ChangeSet) -> pl.DataFrame:
    """The crosswalk of a change set: its picked re-keys."""
    picked = change.changes.filter(pl.col("action") == "re-key", pl.col("picked"))
    columns = {"old": "from_key", "new": "key", "file": "source_file", "row": "source_row"}
    return picked.select("table", "because", **columns).select(list(CROSSWALK))


def after(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """One crosswalk for two, of which the second speaks of the ids that the first one gave."""
    if first.is_empty() or second.is_empty():
        return second if first.is_empty() else first
    on = {"left_on": ["table", "old"], "right_on": ["table", "new"]}
    whence = first.select("table", "new", _first="old")
    later = second.join(whence, how="left", maintain_order="left", **on)  # type: ignore[arg-type]
    later = later.with_columns(old=pl.coalesce("_first", "old")).select(list(CROSSWALK))
    rest = first.join(second, how="anti", left_on=["table", "new"], right_on=["table", "old"])
    return pl.concat([rest, later]).filter(pl.col("old") != pl.col("new"))


def changes(crosswalk: pl.DataFrame, stored: Rows) -> dict[str, pl.DataFrame]:
    """The re-keys as changes (``changes.CHANGES``) by table. ``stored`` has the new ids."""
    found = {}
    for (table,), pairs in crosswalk.group_by("table", maintain_order=True):
        name = KEY[str(table)]
        rows = pairs.select(
            id=pl.lit(0),
            action=pl.lit("re-key"),
            table=pl.lit(table),
            key="new",
            from_key="old",
            school_id=pl.lit(None),
            columns=pl.concat_list(pl.lit(name)),
            before=pl.concat_list("old"),
            after=pl.concat_list("new"),
            because="because",
            source_file="file",
            source_row="row",
            picked=pl.lit(value=True),
        ).cast(CHANGES)  # type: ignore[arg-type]
        found[str(table)] = _with_school(str(table), rows, stored)
    return found


def _with_school(table: str, rows: pl.DataFrame, stored: Rows) -> pl.DataFrame:
    """The school that the guards count a record for; people get theirs with all others."""
    if table in ("people", "terms"):
        return rows
    schools = stored(table).select(pl.col(KEY[table]).alias("key"), _school="school_id")
    known = schools.join(rows.lazy().select("key"), on="key", how="semi").collect()
    joined = rows.join(known, on="key", how="left", maintain_order="left")
    return joined.with_columns(school_id="_school").select(rows.columns)
