"""From the places that a person accepted to the edits of each table."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from importer.mending.edits import Edits
from importer.mending.shape import Table

Cell = tuple[str, int, int]
"""A table's file, a row, a column from 0."""

_CELL = ["file", "row", "at"]


def in_one_turn(places: pl.DataFrame) -> pl.DataFrame:
    """The places that can be mended at once: of each cell one whole value, or items of its list.

    What else is wrong with a cell is judged again when it is mended.
    """
    shape, cells = places.filter(~pl.col("cell")), places.filter("cell")
    whole = cells.filter(pl.col("item").is_null()).unique(_CELL, keep="first", maintain_order=True)
    items = cells.filter(pl.col("item").is_not_null()).join(whole, on=_CELL, how="anti")
    return pl.concat([shape, whole, items])


def without(places: pl.DataFrame, cells: Iterable[Cell]) -> pl.DataFrame:
    """The places but for these cells."""
    rows = pl.DataFrame(list(cells), schema={n: places.schema[n] for n in _CELL}, orient="row")
    return places.join(rows, on=_CELL, how="anti", maintain_order="left")


def edits_of(table: Table, places: pl.DataFrame) -> Edits:
    """The edits of one table; ``places``: the accepted ones of this table."""
    shape: dict[str, list[tuple[Any, ...]]] = {}
    for code, row, at, after in (
        places.filter(~pl.col("cell")).select("code", "row", "at", "after").iter_rows()
    ):
        shape.setdefault(code, []).append((row, at, after))
    damaged = frozenset(table.sheet.damaged.to_list())
    whole = {row for c, found in shape.items() if c != "FILE-105" for row, *_ in found}
    return Edits(
        codes=frozenset(places["code"].unique().to_list()),
        cells=_cells(places.filter("cell")),
        header={at: after for c in ("FILE-123", "FILE-155") for _, at, after in shape.get(c, [])},
        dropped=frozenset(row for row, *_ in shape.get("FILE-133", [])),
        best=damaged & whole,
        nameless=frozenset(at for _, at, _ in shape.get("FILE-126", [])),
        secret=table.secret,
        doubted=table.doubted,
    )


def _cells(places: pl.DataFrame) -> Mapping[int, Mapping[int, str]]:
    edits: dict[int, dict[int, str]] = {}
    columns = ("row", "at", "before", "after", "item")
    for row, at, before, after, item in places.select(columns).iter_rows():
        cells = edits.setdefault(row, {})
        cells[at] = after if item is None else _with_item(cells.get(at, before), item, after)
    return edits


def _with_item(text: str, item: str, after: str) -> str:
    """A list in a cell with one of its items replaced, wherever it stands.

    >>> _with_item("03, KG,3", "03", "3")
    '3, KG,3'
    """
    return ",".join(
        re.sub(r"\S(?:.*\S)?", lambda _: after, part) if part.strip() == item else part
        for part in text.split(",")
    )
