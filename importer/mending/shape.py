"""Fixes of how a file is written: its encoding, separator, header, blank and damaged rows."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from importer.contracts.header import hidden
from importer.model.sheet import ROW, Sheet

Place = tuple[str, str, int | None, int | None, str | None, str | None, str | None]
"""A line of ``places.PLACES``, but for its last column."""

_WORKBOOK = re.compile(r"\.xls[xm](?: \[[^\[\]]*\])?$")
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_SHOWN = 200  # characters of a row that stands as an example


@dataclass(frozen=True)
class Table:
    """One table of a drop: its file and sheet, and what is known of them.

    ``names``: the format's names of its columns; ``secret``: columns, from 0; ``head``: the line
    of its header; ``doubted``: rows of whose letters reading isn't sure, with the code.
    """

    file: str
    sheet: Sheet
    names: tuple[str | None, ...]
    secret: frozenset[int]
    head: int = 1
    doubted: Mapping[int, str] = field(default_factory=dict)

    @property
    def in_workbook(self) -> bool:
        """Whether it is a sheet of a workbook rather than a file of text."""
        return bool(_WORKBOOK.search(self.file.casefold()))


def structural(table: Table, found: pl.DataFrame) -> list[Place]:
    """What could be mended in how a table is written; ``found``: its mendable findings."""
    codes = set(found["code"])
    places: list[Place] = []
    if codes & {"FILE-123", "FILE-155"}:
        places += _header(table)
    if table.in_workbook:
        return places
    for code, find in _OF_TEXT.items():
        if code in codes:
            places += find(table, found.filter(pl.col("code") == code))
    return places + list(_damaged(table, found))


def _header(table: Table) -> Iterator[Place]:
    for at, (cell, name) in enumerate(zip(table.sheet.header, table.names, strict=True)):
        if name is not None and cell.strip() != name:
            code = "FILE-155" if hidden(cell) else "FILE-123"
            yield (code, table.file, table.head, at, cell, name, None)


def _each(table: Table, found: pl.DataFrame) -> Iterator[Place]:
    """Each row that has such a finding."""
    for code, row in found.select("code", "row").iter_rows():
        yield (code, table.file, row, None, None, None, None)


def _whole(before: Callable[[Table, Any], str | None], after: str) -> Callable[..., list[Place]]:
    """The file as a whole, once."""

    def find(table: Table, found: pl.DataFrame) -> list[Place]:
        code, detail = found.select("code", "detail").row(0)
        return [(code, table.file, None, None, before(table, detail), after, None)]

    return find


def _blank(table: Table, found: pl.DataFrame) -> list[Place]:
    """Rows in which no cell holds anything, those among them that are well-formed too."""
    sheet, rows = table.sheet, found["row"].drop_nulls()
    apart = rows.filter(~rows.is_in(sheet.blank.implode())).unique().sort()
    empty = sheet.fetch(apart).filter(_nothing(sheet.names()))[ROW] if len(apart) else apart
    every = sorted({*sheet.blank.to_list(), *empty.to_list()})
    return [("FILE-133", table.file, row, None, None, None, None) for row in every]


def _nothing(names: list[str]) -> pl.Expr:
    return pl.all_horizontal(pl.col(n).fill_null("").str.strip_chars() == "" for n in names)


def _nameless(table: Table, found: pl.DataFrame) -> list[Place]:
    """Columns without a name in which no row has a value.

    Not where rows are damaged: without the columns a row that lacks a value might look whole.
    """
    sheet = table.sheet
    at = [n for n, cell in enumerate(sheet.header) if not cell.strip()]
    if len(sheet.damaged) or any(table.names[n] for n in at):
        return []
    filled = sheet.scan().filter(~_nothing([f"c{n}" for n in at])).select(pl.len()).collect().item()
    return [] if filled else [("FILE-126", table.file, 1, n, None, None, None) for n in at]


def _broken(table: Table, found: pl.DataFrame) -> list[Place]:
    """Rows with a value that goes on over several lines."""
    names = table.sheet.names()
    broken = pl.any_horizontal(pl.col(n).str.contains("[\r\n]").fill_null(False) for n in names)
    rows = table.sheet.scan().filter(broken).select(ROW).collect()[ROW]
    return [("FILE-135", table.file, row, None, None, None, None) for row in rows]


def _damaged(table: Table, found: pl.DataFrame) -> Iterator[Place]:
    """Damaged rows of which reading tells the best reading."""
    best = table.sheet.best
    if best is None:
        return
    names = [name for name in table.sheet.names() if name in best.columns]
    text = pl.concat_str([pl.col(n).fill_null("") for n in names], separator=" | ")
    told = best.select(row=ROW, after=text.str.slice(0, _SHOWN))
    for code, row, after in (
        found.filter(~pl.col("code").is_in(list(_OF_TEXT)))
        .filter(pl.col("row").is_in(table.sheet.damaged.cast(pl.UInt32).implode()))
        .join(told, on="row", maintain_order="left")
        .select("code", "row", "after")
        .iter_rows()
    ):
        yield (code, table.file, row, None, None, None if table.secret else after, None)


_OF_TEXT: dict[str, Callable[[Table, pl.DataFrame], Any]] = {
    "FILE-105": _each,
    "FILE-106": _whole(lambda _, detail: detail, "UTF-8"),
    "FILE-126": _nameless,
    "FILE-133": _blank,
    "FILE-134": _whole(lambda *_: None, ""),
    "FILE-135": _broken,
    "FILE-136": _whole(lambda *_: "CR", "CR LF"),
    "FILE-138": _whole(lambda table, _: _SEPARATORS[table.sheet.separator], "commas"),
    "FILE-139": _whole(lambda *_: None, ""),
    "FILE-154": _whole(lambda *_: None, ""),
    "FILE-158": _whole(lambda _, detail: detail, "UTF-8"),
}
