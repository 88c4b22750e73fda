"""Where a mechanical fix could be made, in all files of a drop."""

from collections.abc import Iterator

import polars as pl

from importer.checks.bound import Bound
from importer.checks.catalogue import CATALOGUE
from importer.contracts.header import matched
from importer.examine import Examined
from importer.mending.shape import Table, structural
from importer.model.sheet import ROW, Sheet
from importer.report.sent import secret

PLACES: dict[str, pl.DataType] = {
    "code": pl.String(),
    "file": pl.String(),
    "row": pl.UInt32(),  # null: the whole file
    "at": pl.Int32(),  # the column, from 0; null: the whole row
    "before": pl.String(),
    "after": pl.String(),
    "item": pl.String(),  # where one item of a list in a cell is mended: that item
    "cell": pl.Boolean(),  # whether it is the value of a cell; else how the file is written
}
"""One line a place. Of a whole row or file ``before`` and ``after`` only show what happens."""


def tables(examined: Examined) -> list[Table]:
    """The tables of the drop that a copy is made of, with their headers understood."""
    contract = examined.contract
    assert contract is not None
    found = []
    for file, name in examined.tables.items():
        if name in examined.sheets:
            table, sheet = contract.tables[name], examined.sheets[name]
            names = tuple(matched(contract, table, sheet.header))
            hidden = secret(contract, table, sheet.header)
            found.append(_table(examined, file, sheet, names, _places(hidden)))
    if own := examined.manifest:
        found.append(_table(examined, own.name, own, own.header, frozenset()))
    return found


def _table(
    examined: Examined,
    file: str,
    sheet: Sheet,
    names: tuple[str | None, ...],
    hidden: frozenset[int],
) -> Table:
    said = examined.found.findings.filter(pl.col("file") == file)
    above = said.filter(pl.col("code") == "FILE-139")["row"].drop_nulls()
    doubted = said.filter(pl.col("code").is_in(["FILE-105", "FILE-159"])).select("row", "code")
    head = int(above[0]) if len(above) else 1
    return Table(file, sheet, names, hidden, head, dict(doubted.iter_rows()))


def _places(names: frozenset[str]) -> frozenset[int]:
    return frozenset(int(name[1:]) for name in names)


def places(examined: Examined) -> pl.DataFrame:
    """Everything that could be mended: ``PLACES``. The drop was examined with ``every``."""
    found = examined.found.findings
    mendable = [code for code, check in CATALOGUE.items() if check.mend]
    found = found.filter(pl.col("code").is_in(mendable))
    parts = [pl.DataFrame(schema=PLACES)]
    for outcome in examined.checked.outcomes.values():
        bound = outcome.bound
        mine = found.filter(pl.col("file") == bound.sheet.name, pl.col("mended").is_not_null())
        parts += _cells(bound, mine)
    for table in tables(examined):
        mine = found.filter(pl.col("file") == table.file)
        rows = [(*place, False) for place in structural(table, mine)]
        parts.append(pl.DataFrame(rows, schema=PLACES, orient="row"))
    return pl.concat(parts)


def _cells(bound: Bound, found: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The cells of one table whose findings say what to write."""
    if found.is_empty():
        return
    rows = bound.sheet.fetch(found["row"].unique().sort())
    for name, at in bound.at.items():
        column = bound.table.columns[name]
        if column.derive:
            continue
        mine = found.filter(pl.col("column") == bound.spelled[name])
        if mine.is_empty():
            continue
        cells = mine.join(rows.select(row=ROW, before=at), on="row", maintain_order="left")
        whole = pl.lit(not column.list) | pl.col("value").is_null()
        cells = cells.select(
            "code", "file", "row",
            at=pl.lit(int(at[1:]), pl.Int32),
            before="before",
            after="mended",
            item=pl.when(~whole).then("value"),
            cell=pl.lit(True),
        )  # fmt: skip
        changed = pl.coalesce("item", "before") != pl.col("after")
        yield cells.filter(changed)
