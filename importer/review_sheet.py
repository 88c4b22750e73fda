"""A workbook with the column “Apply?” that comes back: what a person answered in it."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from importer.contracts.header import normal
from importer.intake import isolated
from importer.model.changes import ChangeSet, plain_key
from importer.model.decision import ranges
from importer.model.drop import DropFile
from importer.model.errors import UsageError
from importer.model.guard import has_guard
from importer.model.sheet import ROW, position
from importer.reading.delimited import Reading
from importer.reading.files import read_all
from importer.report.changes_book import APPLY, CHANGE, COLUMNS, NO, NOW, RUN, YES
from importer.reviews import Word

_NEEDED = {APPLY: "apply", NOW: "now", CHANGE: "change", "Key": "key", RUN: "run"}
_AGAIN = "Write the workbook anew (importer review RUN --workbook FILE) and answer in that one."
_WORDS = {YES: True, "y": True, NO: False, "n": False}


def answers(file: DropFile, change: ChangeSet, marked: str) -> Word:
    """What a person says in a workbook, or in one of its sheets as CSV: a word without a reason.

    Only a row whose answer isn't what it was when the workbook was written says anything.
    ``marked``: what the column Run must hold; ``change``: the plan as it was made.
    UsageError for what isn't this run's workbook, or isn't answered with yes or no.
    """
    names = frozenset(normal(name) for name in COLUMNS)
    parts = [_rows(reading) for reading in read_all([file], _opened, names).values()]
    found = [part for part in parts if part is not None]
    if not found:
        raise UsageError(f"{file.name} has no sheet with a column “{APPLY}”.", _AGAIN)
    rows = pl.concat(found)
    _refuse_foreign(rows, change, marked)
    said = rows.with_columns(_said(name) for name in ("apply", "now"))
    _refuse(rows, said["apply"].is_null(), f"“{APPLY}” must be {YES} or {NO}", "Correct it.")
    _refuse(rows, said["now"].is_null(), f"“{NOW}” was changed", _AGAIN)
    ids = said.with_columns(pl.col("change").cast(pl.UInt32))
    twice = ids.group_by("change").agg(n=pl.col("apply").n_unique()).filter(pl.col("n") > 1)
    doubled = ids["change"].is_in(twice["change"].implode())
    _refuse(rows, doubled, "the same change is answered twice, with yes and no", "Delete one.")
    other = ids.filter(pl.col("apply") != pl.col("now"))
    return Word(_named(other.filter(~pl.col("apply"))), _named(other.filter("apply")))


def _opened(path: str) -> Iterator[Any]:
    return isolated.each("importer.reading.excel:sheets", [path])


def _rows(reading: Reading) -> pl.DataFrame | None:
    """The answers of a sheet: ``apply``, ``now``, ``change``, ``key``, ``run``, and where they are.

    None for a sheet that isn't one of changes.
    """
    sheet = reading.sheet
    if sheet is None:
        raise UsageError("What was sent back can't be read.", "Save it as .xlsx or .csv again.")
    there = {normal(name): place for place, name in enumerate(sheet.header)}
    if normal(APPLY) not in there:
        return None
    if lost := [name for name in _NEEDED if normal(name) not in there]:
        raise UsageError(f"{sheet.name} has no column “{lost[0]}” any more.", _AGAIN)
    if len(sheet.damaged):
        raise UsageError(
            f"{sheet.name} row {sheet.damaged.sort()[0]} can't be read for certain.", _AGAIN
        )
    cells = {
        to: pl.col(position(there[normal(name)])).str.strip_chars().replace("", None)
        for name, to in _NEEDED.items()
    }
    rows = sheet.scan().select(**cells, row=pl.col(ROW), sheet=pl.lit(sheet.name)).collect()
    return rows.filter(~pl.all_horizontal(pl.col(to).is_null() for to in _NEEDED.values()))


def _refuse_foreign(rows: pl.DataFrame, change: ChangeSet, marked: str) -> None:
    """A row must be one of this plan: by its run, its number, and what it is about."""
    _refuse(
        rows, rows["run"].ne_missing(marked), "this belongs to another run or an older plan", _AGAIN
    )
    number = rows["change"].cast(pl.UInt32, strict=False)
    keys = change.changes.select(change=pl.col("id"), _key=plain_key("key"))
    told = rows.with_columns(change=number).join(
        keys, on="change", how="left", maintain_order="left"
    )
    bare = pl.when(has_guard(pl.col("key"))).then(pl.col("key").str.slice(1)).otherwise("key")
    same = told.select(bare.eq_missing(pl.col("_key").str.strip_chars())).to_series()
    _refuse(rows, ~same, "its number and its key don't belong together", _AGAIN)


def _refuse(rows: pl.DataFrame, faulty: pl.Series, why: str, fix: str) -> None:
    if faulty.any():
        first = rows.filter(faulty).row(0, named=True)
        raise UsageError(f"{first['sheet']} row {first['row']}: {why}. Nothing was taken.", fix)


def _said(name: str) -> pl.Expr:
    word = pl.col(name).str.to_lowercase()
    return word.replace_strict(_WORDS, default=None, return_dtype=pl.Boolean)


def _named(rows: pl.DataFrame) -> list[str]:
    """The changes as selectors: ``3-7``."""
    return [f"{first}-{last}" for first, last in ranges(rows["change"])]
