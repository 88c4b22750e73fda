"""A table of a contract bound to a sheet: which column stands where, as the header says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from importer.checks.habits import Habits, learn
from importer.contracts.contract import Column, Contract, Table
from importer.contracts.header import hidden, matched, normal
from importer.contracts.mapping import shown_expr, text_expr
from importer.contracts.suggest import Suggestion, is_apart, suggested
from importer.contracts.values import clean, clean_columns, read_codes
from importer.model import findings
from importer.model.sheet import ROW, Sheet, position

_LISTED = 12  # headers that one line names


@dataclass(frozen=True)
class Bound:
    """A source table with its sheet.

    ``at``: column of the contract → column of the sheet's frames; ``spelled``: column of the
    contract → the sender's header. ``mode``: bulk or delta. ``habits``: what is usual in the
    columns, once it was learnt.
    """

    contract: Contract
    table: Table
    sheet: Sheet
    mode: str
    at: Mapping[str, str]
    spelled: Mapping[str, str]
    habits: Mapping[str, Habits] = field(default_factory=dict)

    def columns(self) -> list[Column]:
        """The contract's columns that the file has."""
        return [column for name, column in self.table.columns.items() if name in self.at]

    def raw(self, column: str) -> pl.Expr:
        """The value as it stands in the file, under the contract's name."""
        return pl.col(self.at[column]).alias(column)

    def said(self, column: str) -> pl.Expr:
        """The value as it counts for rules that look at whole files: raw, but for its code."""
        return self.read(column, pl.col(self.at[column]))

    def read(self, column: str, value: pl.Expr) -> pl.Expr:
        """A value of this column as it stands in the file, a code as what it stands for."""
        declared = self.table.columns[column]
        return (
            read_codes(clean(value, self.sheet.ascii_only), declared) if declared.reads else value
        )

    def tidy(self, frame: pl.DataFrame, names: Iterable[str]) -> list[pl.Expr]:
        """Clean values of some columns of a ``named`` frame, codes as what they stand for."""
        names = list(names)
        values = zip(clean_columns(frame, names), names, strict=True)
        return [read_codes(value, self.table.columns[name]) for value, name in values]

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

    def acquainted(self, sample: pl.DataFrame) -> "Bound":
        """The same, with what a sample of the sheet (``Sheet.sample``) tells of its columns."""
        columns = {c.name: self.at[c.name] for c in self.columns() if not c.derive}
        return replace(self, habits=learn(self.table, columns, sample))

    @property
    def is_named(self) -> bool:
        """Whether rows of any table of the format name rows of this one."""
        return self.contract.is_named(self.table.name)

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
    offers = suggested(contract, table, sheet.header, sheet.sampled)
    names = matched(contract, table, sheet.header)
    if table.unnamed:
        table, names = _widened(table, sheet.header, names)
    notes = _Notes(contract, table, sheet, offers)
    at: dict[str, str] = {}
    spelled: dict[str, str] = {}
    for index, (cell, name) in enumerate(zip(sheet.header, names, strict=True)):
        if name is None:
            notes.unknown(index, cell)
        elif name in at:
            notes.add("FILE-121", "ERROR", cell, f"columns {_place(at[name])} and {index + 1}")
        else:
            at[name], spelled[name] = position(index), cell.strip() or name
            if signs := hidden(cell):
                notes.add("FILE-155", "WARNING", name, signs)
            elif word := notes.confirmed(cell, name):
                notes.add("FILE-187", "INFO", cell, f"{name}, as {word}")
            elif spelled[name] != name:
                notes.respelt(cell, name)
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
        if column.derive and not set(column.without) & set(at):
            found[column.name] = text_expr(column.derive, value)
    return found


_LONGEST = 60  # of a header that a message names: the first line may be anything


def _cut(header: str) -> str:
    return header if len(header) <= _LONGEST else header[:_LONGEST] + "…"


def _place(at: str) -> int:
    return int(at[1:]) + 1


class _Notes:
    """Collects the findings of one header."""

    def __init__(
        self, contract: Contract, table: Table, sheet: Sheet, offers: list[Suggestion]
    ) -> None:
        self.contract, self.table, self.sheet = contract, table, sheet
        self.by_place = {offer.place: offer for offer in offers}
        self.by_column = {offer.column: offer for offer in offers}
        self.records: list[dict[str, Any]] = []
        self.unnamed, self.unusable = 0, False
        self.unused: list[str] = []
        self.mapped: list[str] = []
        self.spelling = "INFO" if contract.header == "tolerant" else "WARNING"

    def add(
        self, code: str, severity: str, column: str | None, detail: str = "", rows: int = 1
    ) -> None:
        self.unusable |= severity == "ERROR"
        severity = self.contract.severity(code, severity)
        record = {"code": code, "severity": severity, "file": self.sheet.name, "row": 1}
        self.records.append({**record, "column": column, "detail": detail, "rows": rows})

    def respelt(self, cell: str, name: str) -> None:
        """A header in another spelling; exports write each as they like, so case isn't one."""
        if not self.contract.wide:
            self.add("FILE-123", self.spelling, cell, name)
        elif normal(cell) != normal(name):
            self.mapped.append(f"{cell.strip()} as {name}")

    def unknown(self, place: int, cell: str) -> None:
        if not cell.strip():
            self.unnamed += 1
        elif not is_apart(self.contract, self.table, cell):
            offer = self.by_place.get(place)
            if self.contract.wide and not offer:
                self.unused.append(cell.strip())
                return
            maybe = f" (perhaps {offer.column} is meant)" if offer else ""
            self.add("FILE-122", self.spelling, cell, maybe)

    def confirmed(self, cell: str, name: str) -> str:
        """Who said that this header is the column; empty where the format itself knows it.

        By the book a header that is spelt otherwise is wrong, whoever confirmed it.
        """
        word = self.table.confirmed.get(normal(cell))
        if word is None or normal(cell) == normal(name) or self.contract.by_the_book:
            return ""
        return f"{word.by} confirmed on {word.at[:10]}"

    def missing(self, found: set[str]) -> None:
        for name, column in self.table.columns.items():
            if name in found or column.derive or column.part_of:
                continue
            if column.need == "required" or name in self.table.key:
                offer = self.by_column.get(name)
                maybe = f"; perhaps “{_cut(offer.header)}” is meant" if offer else ""
                self.add("FILE-120", "ERROR", name, maybe)
            elif column.need == "header" or (
                self.contract.header == "exact" and column.need != "legacy"
            ):
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
        for code, names in (("FILE-193", self.unused), ("FILE-194", self.mapped)):
            more = [f"and {len(names) - _LISTED} more"] if len(names) > _LISTED else []
            if names:
                listed = ", ".join([*names[:_LISTED], *more])
                self.add(code, "INFO", None, listed, rows=len(names))
        return findings.frame(self.records)
