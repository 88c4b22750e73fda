"""A table of a contract bound to a sheet: which column stands where, as the header says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from importer.contracts.contract import Column, Contract, Table
from importer.contracts.header import hidden, matched, normal
from importer.contracts.mapping import shown_expr, text_expr
from importer.contracts.values import clean
from importer.model import findings
from importer.model.own_sheets import BEFORE
from importer.model.sheet import ROW, Sheet, position


@dataclass(frozen=True)
class Bound:
    """A source table with its sheet.

    ``at``: column of the contract → column of the sheet's frames; ``spelled``: column of the
    contract → the sender's header. ``mode``: bulk or delta.
    """

    contract: Contract
    table: Table
    sheet: Sheet
    mode: str
    at: Mapping[str, str]
    spelled: Mapping[str, str]

    def columns(self) -> list[Column]:
        """The contract's columns that the file has."""
        return [column for name, column in self.table.columns.items() if name in self.at]

    def raw(self, column: str) -> pl.Expr:
        """The value as it stands in the file, under the contract's name."""
        return pl.col(self.at[column]).alias(column)

    def named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame of the sheet with the contract's column names (``_row`` and known columns)."""
        return frame.select(ROW, *(self.raw(name) for name in self.at))

    def shown(self, column: str) -> pl.Expr:
        """What the cells of a row say that a column is: of a ``named`` frame, with clean values."""
        derive = self.table.columns[column].derive
        if not derive:
            return pl.col(column).str.strip_chars()
        return shown_expr(
            derive, lambda n: self.shown(n) if n in self.at else pl.lit(None, pl.String)
        )

    @property
    def key(self) -> tuple[str, ...]:
        """The key columns; all are in the file, else it would not be bound."""
        return self.table.key


def bind(
    contract: Contract, table: Table, sheet: Sheet, mode: str
) -> tuple[Bound | None, pl.DataFrame]:
    """Bind by header; None where the file can't be loaded. Also returns FILE-12x findings.

    What only a profile makes an error (columns missing, misspelt, in another order) doesn't keep
    the rows from being checked.
    """
    names = matched(contract, table, sheet.header)
    if table.unnamed:
        table, names = _widened(table, sheet.header, names)
    notes = _Notes(contract, table, sheet)
    at: dict[str, str] = {}
    spelled: dict[str, str] = {}
    for index, (cell, name) in enumerate(zip(sheet.header, names, strict=True)):
        if name is None:
            notes.unknown(cell)
        elif name in at:
            notes.add("FILE-121", "ERROR", cell, f"columns {_place(at[name])} and {index + 1}")
        else:
            at[name], spelled[name] = position(index), cell.strip() or name
            if signs := hidden(cell):
                notes.add("FILE-155", "WARNING", name, signs)
            elif spelled[name] != name:
                notes.add("FILE-123", notes.spelling, cell, name)
    notes.missing(set(at))
    derived = _derived(table, at)
    at |= {name: name for name in derived}
    spelled |= {name: table.columns[name].label or name for name in derived}
    if derived:
        sheet = replace(sheet, derived=derived)
    notes.order(names)
    frame = notes.frame()
    if notes.unusable:
        return None, frame
    return Bound(contract, table, sheet, mode, at, spelled), frame


def _widened(
    table: Table, header: tuple[str, ...], names: list[str | None]
) -> tuple[Table, list[str | None]]:
    """The columns without a header as more of the one that the contract says they are."""
    bare = [index for index, cell in enumerate(header) if not cell.strip()]
    wide = table.widened(len(bare))
    more = (name for name, column in wide.columns.items() if column.part_of)
    given = dict(zip(bare, more, strict=True))
    return wide, [given.get(index, name) for index, name in enumerate(names)]


def _derived(table: Table, at: Mapping[str, str]) -> dict[str, pl.Expr]:
    """The columns that the contract derives from those of the file, in the order of the contract.

    One may build on another that stands before it.
    """

    def value(name: str) -> pl.Expr:
        if name in found:
            return found[name]
        return clean(pl.col(at[name])) if name in at else pl.lit(None, pl.String)

    found: dict[str, pl.Expr] = {}
    for column in table.columns.values():
        if column.derive:
            found[column.name] = text_expr(column.derive, value)
    return found


def _place(at: str) -> int:
    return int(at[1:]) + 1


class _Notes:
    """Collects the findings of one header."""

    def __init__(self, contract: Contract, table: Table, sheet: Sheet) -> None:
        self.contract, self.table, self.sheet = contract, table, sheet
        self.records: list[dict[str, Any]] = []
        self.unnamed, self.unusable = 0, False
        self.spelling = "INFO" if contract.header == "tolerant" else "WARNING"

    def add(
        self, code: str, severity: str, column: str | None, detail: str = "", rows: int = 1
    ) -> None:
        self.unusable |= severity == "ERROR"
        severity = self.contract.severity(code, severity)
        record = {"code": code, "severity": severity, "file": self.sheet.name, "row": 1}
        self.records.append({**record, "column": column, "detail": detail, "rows": rows})

    def unknown(self, cell: str) -> None:
        extension = self.contract.extension
        if not cell.strip():
            self.unnamed += 1
        elif cell.startswith(extension) if extension else cell.lower().startswith("ext."):
            pass  # the format's own way to carry further columns
        elif normal(cell) == normal(BEFORE[0]):
            pass  # rows that were handed back, corrected
        else:
            self.add("FILE-122", self.spelling, cell)

    def missing(self, found: set[str]) -> None:
        for name, column in self.table.columns.items():
            if name in found or column.derive or column.part_of:
                continue
            if column.need == "required" or name in self.table.key:
                self.add("FILE-120", "ERROR", name)
            elif self.contract.header == "exact" and column.need != "legacy":
                self.add("FILE-125", "WARNING", name)

    def order(self, names: list[str | None]) -> None:
        """The first standard column that stands elsewhere, or behind one that isn't standard."""
        if self.contract.header != "exact":
            return
        known = [name for name in names if name]
        wanted = [name for name in self.table.columns if name in known]
        for is_, should in zip(names, wanted, strict=False):
            if is_ != should:
                self.add("FILE-124", "WARNING", should)
                return

    def frame(self) -> pl.DataFrame:
        if self.unnamed:
            self.add("FILE-126", "INFO", None, rows=self.unnamed)
        return findings.frame(self.records)
