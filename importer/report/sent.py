"""What the sender sent, as reports may show it again: rows with secret columns blanked."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from importer.contracts.contract import Contract, Table
from importer.contracts.header import matched, normal
from importer.contracts.load import contracts
from importer.model.physical import physical
from importer.model.sheet import ROW, Sheet, position

_HIDDEN = "Its cells may be in the wrong columns; as one may be secret, none is shown."
_LIKELY = "Its cells are shown as they most likely were meant; look whether they are."
_UNTOLD = "Where the cells of this row begin and end can't be told, so none is shown."
_SHIFTED = "The cells of this row may stand in the wrong columns."


@dataclass(frozen=True)
class SentFile:
    """One file as it was sent. ``secret``: names of the sheet's columns that nobody may see."""

    sheet: Sheet
    secret: frozenset[str] = frozenset()

    def rows(self, wanted: pl.Series) -> pl.DataFrame:
        """A line for each of these physical rows (u32, ascending): ``_row`` and ``c0`` …, text.

        Secret values are null. A row that can't be parsed has no values; one that is damaged has
        its best reading, or none where a secret may stand in any of its cells.
        """
        asked = pl.DataFrame({ROW: wanted.cast(pl.UInt32)})
        if asked.is_empty():
            return pl.DataFrame(schema={ROW: pl.UInt32, **dict.fromkeys(self.names(), pl.String)})
        columns = [ROW, *self.names()]
        found, best = self.sheet.fetch(asked[ROW]).select(columns), self.sheet.best
        if best is not None:
            likely = best.select(pl.col(ROW).cast(pl.UInt32), *self.names())
            found = pl.concat([found.join(likely, on=ROW, how="anti"), likely])
        return self._public(asked.join(found, on=ROW, how="left", maintain_order="left"))

    def whole(self, also: pl.Series) -> pl.DataFrame:
        """Every row that has values or is damaged, and ``also`` these (u32); as ``rows``."""
        good = self._public(self.sheet.scan().collect().with_columns(pl.col(ROW).cast(pl.UInt32)))
        rest = pl.concat([self.sheet.damaged.cast(pl.UInt32), also.cast(pl.UInt32)]).unique()
        rest = rest.filter(~rest.is_in(good[ROW].implode())).sort()
        return pl.concat([good, self.rows(rest).select(good.columns)]).sort(ROW)

    def names(self) -> list[str]:
        """The names of the value columns."""
        return self.sheet.names()

    def damage(self) -> pl.DataFrame:
        """What is to be said of the cells of each damaged row: ``row`` (u32), ``text``."""
        rows = pl.DataFrame({"row": self.sheet.damaged.cast(pl.UInt32)})
        if self.secret:
            return rows.with_columns(text=pl.lit(_HIDDEN))
        read = self.sheet.best[ROW] if self.sheet.best is not None else pl.Series(dtype=pl.UInt32)
        unread = _UNTOLD if self.sheet.frame is not None else _SHIFTED
        likely = pl.col("row").is_in(read.cast(pl.UInt32).implode())
        return rows.with_columns(
            text=pl.when(likely).then(pl.lit(_LIKELY)).otherwise(pl.lit(unread))
        )

    def lines(self, rows: pl.Series) -> dict[int, str]:
        r"""The physical lines of damaged rows as sent; nothing where one may hold a secret.

        Bytes that are no text are written out (``\xe9``).
        """
        wanted = set(rows.filter(rows.is_in(self.sheet.damaged.cast(pl.UInt32).implode())))
        if self.secret or not wanted:
            return {}
        with open(str(self.sheet.path), "rb") as file:  # noqa: PTH123 - a pure path has no open()
            lines = physical(file.read()).lines()
        return {
            row: line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
            for row, line in enumerate(lines, 1)
            if row in wanted
        }

    def _public(self, rows: pl.DataFrame) -> pl.DataFrame:
        if not self.secret:
            return rows
        shifted = pl.col(ROW).is_in(self.sheet.damaged.cast(pl.UInt32).implode())
        hidden = [pl.lit(None, pl.String).alias(name) for name in self.secret]
        open_ = [n for n in self.names() if n not in self.secret]
        return rows.with_columns(
            pl.when(~shifted).then(pl.col(n)).alias(n) for n in open_
        ).with_columns(hidden)


@dataclass(frozen=True)
class Accepted:
    """The words that one column may have; ``others``: other spellings and what they are read as."""

    file: str
    column: str
    words: tuple[str, ...]
    others: Mapping[str, str]


@dataclass(frozen=True)
class Sent:
    """The files of a drop whose columns are known, and the word lists of their format."""

    files: tuple[SentFile, ...] = ()
    accepted: tuple[Accepted, ...] = ()

    def named(self, file: str) -> SentFile | None:
        """The file of this name."""
        return next((f for f in self.files if f.sheet.name == file), None)


def gather(
    contract: Contract | None,
    tables: Mapping[str, str],
    sheets: Mapping[str, Sheet],
    manifest: Sheet | None,
) -> Sent:
    """What was sent. ``tables``: file → source table; ``sheets``: source table → sheet.

    A file that the format doesn't know is left out: nobody can say which of its columns are secret.
    """
    if contract is None:
        return Sent()
    files = [
        SentFile(sheets[table], secret(contract, contract.tables[table], sheets[table].header))
        for table in tables.values()
        if table in sheets
    ]
    more = [SentFile(manifest)] if manifest else []
    return Sent(tuple(files + more), tuple(_accepted(contract, tables)))


def secret(contract: Contract, table: Table, header: tuple[str, ...]) -> frozenset[str]:
    """The places of a file's secret columns: by the contract, or by any format's name for one.

    Where a required column isn't found, the first line may be no header at all; then every column
    without a known name may be the secret one.
    """
    names = matched(contract, table, header)
    known = secret_spellings()
    own = any(column.secret for column in table.columns.values())
    sent = {name: column for name, column in table.columns.items() if not column.derive}
    needed = {n for n, c in sent.items() if c.need == "required" or n in table.key}
    lost = own and not needed <= set(names)
    places = []
    for index, (cell, name) in enumerate(zip(header, names, strict=True)):
        if (lost if name is None else table.columns[name].secret) or normal(cell) in known:
            places.append(position(index))
    return frozenset(places)


def secret_spellings() -> set[str]:
    """The names that any format has for a secret column, in their ``normal`` form."""
    tables = (table for contract in contracts().values() for table in contract.tables.values())
    columns = [column for table in tables for column in table.columns.values() if column.secret]
    return {normal(name) for column in columns for name in (column.name, *column.aliases)}


def _accepted(contract: Contract, tables: Mapping[str, str]) -> list[Accepted]:
    files = {table: file for file, table in tables.items()}
    return [
        Accepted(
            files.get(table.name, table.files[0]),
            column.name,
            contract.words[column.words].list,
            contract.words[column.words].read_as,
        )
        for table in contract.tables.values()
        for column in table.columns.values()
        if column.words
    ]
