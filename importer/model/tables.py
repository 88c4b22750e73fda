"""The canonical roster tables: one spelling of people, sections and enrollments for every format.

Ids are text exactly as sent (trimmed, Unicode NFC). A value that was not sent is null.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from importer.model.mixed import mixed

TEXT, DATE, FLAG, LIST = pl.String(), pl.Date(), pl.Boolean(), pl.List(pl.String())


@dataclass(frozen=True)
class CanonicalTable:
    """One canonical table: its key columns and all content columns with their types."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, pl.DataType]


def _table(name: str, key: str, text: str = "", **typed: pl.DataType) -> CanonicalTable:
    keys = tuple(key.split())
    columns: dict[str, pl.DataType] = dict.fromkeys((*keys, *text.split()), TEXT)
    return CanonicalTable(name, keys, {**columns, **typed})


_ALL = (
    _table(
        "schools",
        "school_id",
        "name type parent_id number state_id nces_id low_grade high_grade street city state zip"
        " phone principal principal_email",
    ),
    _table(
        "terms",
        "term_id",
        "name type parent_id school_year",
        start_date=DATE,
        end_date=DATE,  # the last day, inclusive
    ),
    _table(
        "courses",
        "course_id",
        "title code school_id",
        grades=LIST,
        subjects=LIST,
        subject_codes=LIST,
    ),
    _table(
        "people",
        "person_id",
        "given_name family_name middle_name preferred_given_name preferred_middle_name"
        " preferred_family_name email personal_email username graduation_year gender"
        " student_number state_id sis_id clever_id phone sms title department",
        enabled=FLAG,
        grades=LIST,
        birth_date=DATE,
        user_ids=LIST,
    ),
    _table(
        "roles",
        "person_id school_id role",
        "source_id",
        is_primary=FLAG,
        begin_date=DATE,
        end_date=DATE,
    ),
    _table(
        "sections",
        "section_id",
        "school_id course_id title number type location parent_section_id mode",
        grades=LIST,
        subjects=LIST,
        periods=LIST,
        term_ids=LIST,
    ),
    _table(
        "enrollments",
        "section_id person_id role",
        "school_id source_id",
        is_primary=FLAG,
        begin_date=DATE,
        end_date=DATE,
    ),
    _table("relationships", "person_id related_id type", "contact_type", is_primary=FLAG),
)

TABLES: Mapping[str, CanonicalTable] = {table.name: table for table in _ALL}
"""Canonical tables by name, in the order in which a person should read and mend them."""

ORIGIN: Mapping[str, pl.DataType] = {
    "status": TEXT,  # active, pending, completed or archived
    "origin_drop": TEXT,
    "origin_file": TEXT,
    "origin_table": TEXT,  # the source table, such as students, or the part of it
    "origin_row": pl.UInt32(),  # the physical line; the header is line 1
    "local": LIST,  # edited on the platform: column=value that was committed before
}
"""Columns that every stored row has beside its content; they stand outside all comparisons.

``pending``: it begins on a later day. ``completed``: it ended, and the policy keeps it as such.
"""

STANDING = ("active", "pending")
"""The statuses of rows that a roster counts on, now or from their day on."""

ID_SEPARATOR = "\x1f"
"""Joins the parts of a key into one text; control characters are refused in ids."""


def stored_schema(table: str) -> dict[str, pl.DataType]:
    """Columns and types of a canonical table as stored: content, then status and origin."""
    return {**TABLES[table].columns, **ORIGIN}


def empty(table: str) -> pl.DataFrame:
    """A stored canonical table without rows."""
    return _EMPTY[table].clone()  # making it anew takes a hundred times as long


_EMPTY = {name: pl.DataFrame(schema=stored_schema(name)) for name in TABLES}


def key_hash(table: str) -> pl.Expr:
    """The key of each row as a number (u64); good for one process, polars changes its hashes.

    Of a million rows two get the same one by chance in one of 37 million drops.
    """
    return mixed(pl.col(name) for name in TABLES[table].key)


def row_hash(columns: Mapping[str, pl.Expr], table: str) -> pl.Expr:
    """The content of each row as a number (u64), as ``key_hash``; ``columns`` gives its values."""
    return mixed(columns[name] for name in TABLES[table].columns)


def key_text(table: str) -> pl.Expr:
    """The key of each row as one text: its parts joined by ``ID_SEPARATOR``."""
    return pl.concat_str(list(TABLES[table].key), separator=ID_SEPARATOR)
