"""Rows in parts, so that memory is bounded when every row of a file has to be looked at."""

from collections.abc import Iterator

import polars as pl

from importer.model.sheet import ROW

AT_ONCE = 250_000  # rows of a large file with all their cells: some 150 MB


def chunks(rows: pl.Series) -> Iterator[pl.Series]:
    """The rows, so many at once; no part of none."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows.slice(start, AT_ONCE)


def sharing(passed: pl.DataFrame, name: str, rows: pl.Series) -> Iterator[pl.Series]:
    """The rows in parts of about as many; those with one hash (column ``name``) are together."""
    parts = -(-len(rows) // AT_ONCE)
    if parts <= 1:
        yield from [rows] * parts
        return
    hashes = passed.filter(pl.col(ROW).is_in(rows.implode())).select(ROW, pl.col(name) % parts)
    for part in range(parts):
        yield hashes.filter(pl.col(name) == part)[ROW]
