"""Rows of a file as the numbers of the canonical rows that they make, told while they are read.

A row whose number is that of a stored row says what is stored; it need not become a row at all.
"""

import polars as pl

from importer.contracts.contract import Make, Table
from importer.contracts.mapping import Source, in_roster_words, marked_as_gone, value_of
from importer.model.mixed import mixed
from importer.model.tables import TABLES, row_hash

FROM = 300_000
"""Rows of a file from which on it pays; fewer are laid out in no time."""

ROW_KEY, ROW_LINE = "_row_key", "_row_line"
"""u64: the number of a row's key, null where the row makes none; and that of all its content,
null for a row that its file marks as gone."""


def plain(table: Table) -> Make | None:
    """The make of a table that makes one row of each source row and nothing else; else None."""
    if len(table.makes) != 1:
        return None
    (make,) = table.makes
    fewer_or_more = make.when or make.each or make.each_in or make.among
    other = make.completes or make.introduces or make.replaces or make.stays
    return None if fewer_or_more or other else make


def with_numbers(source: Source, make: Make, rows: pl.LazyFrame) -> pl.LazyFrame:
    """``rows`` (the contract's names) with ``ROW_KEY`` and ``ROW_LINE``; polars' own hashes.

    Of text as it stands in the file: where it has to be cleaned first, the number is another one.
    """
    target = TABLES[make.table]
    columns = {name: value_of(source, make, name, dtype) for name, dtype in target.columns.items()}
    key = mixed(columns[name] for name in target.key)
    there = pl.all_horizontal(columns[name].is_not_null() for name in target.key)
    line = row_hash(columns, make.table)
    if (gone := marked_as_gone(source)) is not None:
        line = pl.when(~gone).then(line)
    numbers = {ROW_KEY: pl.when(there).then(key), ROW_LINE: line}
    return in_roster_words(source, rows).with_columns(**numbers)
