"""``platform.csv`` beside the files of a drop: what the platform has now, as an export.

Whoever runs the sync puts it there; it is no file of the sender's.
"""

import dataclasses

import polars as pl

from importer.contracts.values import clean
from importer.model.drop import Drop
from importer.model.errors import UsageError

NAME = "platform.csv"
ROW = "_row"


def without(drop: Drop) -> Drop:
    """The sender's files alone."""
    files = tuple(file for file in drop.files if file.name.lower() != NAME)
    return dataclasses.replace(drop, files=files)


def platform(drop: Drop) -> pl.DataFrame | None:
    """The export that lies beside a drop, as clean text with its lines as ``_row``; None if none.

    Raises ``UsageError`` if it can't be read: UTF-8, commas, one header.
    """
    there = [file for file in drop.files if file.name.lower() == NAME]
    if not there:
        return None
    try:
        rows = pl.read_csv(
            there[0].path, infer_schema=False, row_index_name=ROW, row_index_offset=2
        )
    except (pl.exceptions.PolarsError, OSError):
        raise UsageError(
            f"{NAME} can't be read.", "Export it as CSV: UTF-8, commas, one header line."
        ) from None
    names = {name: name.strip().lstrip("\ufeff") for name in rows.columns}
    rows = rows.rename(names)
    return rows.with_columns(
        clean(pl.col(name)).alias(name) for name in names.values() if name != ROW
    )
