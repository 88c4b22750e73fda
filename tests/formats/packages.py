"""Small packages of every format, seeded and without a fault, and what importer says of them."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import polars as pl

from importer.checks.roster import Committed
from importer.contracts.contract import Column, Contract, Table
from importer.contracts.header import normal
from importer.examine import examine
from importer.model.drop import Drop, DropFile
from importer.model.tables import TABLES, stored_schema
from importer.settings import Policy

Row = dict[str, str]
Place = tuple[str, str, int | None, str | None]  # code, file, row, column as the sender spells it

NAMES = ("Zoë", "Łukasz", "O’Neill", "Ana-María", "D'Arcy", "李明", "Nguyễn", "Åse", "J. R.", "Bo")
_GIVEN = ("Oak, Elm & Co", 'Anne "Annie"', "Straße 7", "Été", "x; y", "0012", "Ω", "a|b", "#1", "-")


@dataclass
class Sent:
    """A file as it is sent: its header (column of the contract, as spelled) and its rows."""

    name: str
    header: list[tuple[str, str]]
    rows: list[Row]

    def spelled(self, column: str) -> str:
        """How the sender writes a column."""
        return next(text for name, text in self.header if name == column)


@dataclass
class Package:
    """A package to be sent.

    ``modes`` is None for a format without a manifest. ``roster``: canonical rows that were
    committed before, None where there is no workspace. ``expected``: what is said of it though
    nothing is wrong.
    """

    contract: Contract
    rng: Random
    files: dict[str, Sent] = field(default_factory=dict)
    modes: dict[str, str] | None = None
    properties: dict[str, str] = field(default_factory=dict)
    manifest_header: tuple[str, ...] = ()
    roster: dict[str, list[Mapping[str, object]]] | None = None
    expected: set[Place] = field(default_factory=set)
    told: str = ""  # the format, where it needn't be recognised
    _ids: int = 0

    def table(self, name: str) -> Table:
        """The contract's table of this name."""
        return self.contract.tables[name]

    def new(self, prefix: str) -> str:
        """An id that nobody else has."""
        self._ids += 1
        return f"{prefix}{self._ids:04}"

    def place(self, code: str, table: str, row: int | None, column: str = "") -> Place:
        """The place in a table; ``row`` counts its rows from 0, -1 is the header."""
        sent, line = self.files[table], None if row is None else row + 2
        label = self.table(table).columns[column].label if column else ""
        return code, sent.name, line, (label or sent.spelled(column)) if column else None

    def right(self, column: Column) -> str:
        """A right value of a column that names nothing else."""
        if column.words:
            return self.rng.choice(self.contract.words[column.words].list)
        if column.type == "date":
            day = f"{self.rng.randint(1, 28):02}"
            format_ = self.rng.choice(column.formats)
            return format_.replace("%Y", "2016").replace("%m", "10").replace("%d", day)
        if column.pattern:
            name = self.rng.choice(NAMES).replace(" ", "").replace("’", "") + self.new("")
            return name if keeps_to(column, name) else f"{name}@oak.example"
        return self._plain(column)

    def _plain(self, column: Column) -> str:
        number = self.new("")
        right = {
            "email": f"p{number}@oak.example",
            "datetime": self.rng.choice(["2026-09-01T06:30:00.000Z", "2026-08-31T23:59:59Z"]),
            "year": "2031",
            "zip": self.rng.choice(["02139", "02139-4307", "SW1A 1AA"]),
            "phone": self.rng.choice(["5550100123", "(555) 010-0123", "+1 555.010.0123"]),
            "id": f"{column.name[:2]}-{number}",
            "guid": f"{column.name[:2]}-{number}",
            "user_id": f"{{Fed:{number}}}",
        }
        if column.type in right:
            one = right[column.type]
            return f"{one},{{State:{number}}}" if column.type == "user_id" else one
        if column.list:
            return ",".join(self.rng.sample(["Maths", "Été", "x y"], self.rng.randint(1, 3)))
        return self.rng.choice([*NAMES, *_GIVEN])

    def write(self, folder: Path) -> Drop:
        """The package as files in a folder."""
        texts = {sent.name: list(_lines(sent)) for sent in self.files.values()}
        if self.modes is not None and self.contract.manifest:
            of = self.contract.manifest.mode_of
            lines = {**self.properties, **{of + name: mode for name, mode in self.modes.items()}}
            header = list(self.manifest_header)
            texts[self.contract.manifest.file] = [header, *([n, v] for n, v in lines.items())]
        for name, lines_ in texts.items():
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator=self.rng.choice(["\n", "\r\n"])).writerows(lines_)
        paths = sorted(folder / name for name in texts)
        return Drop("drop", tuple(DropFile(p.name, p, p.stat().st_size) for p in paths))

    def found(self, folder: Path) -> set[Place]:
        """Everything that importer finds in the package, but for what is expected anyway."""
        examined = examine(self.write(folder), Policy(format=self.told), self.committed())
        told = examined.found.findings.select("code", "file", "row", "column").rows()
        assert len(told) == len(set(told)), f"said twice: {sorted(told, key=str)}"
        return set(told) - self.expected

    def committed(self) -> Committed | None:
        """The roster that was committed before."""
        if self.roster is None:
            return None
        known = {name: _stored(name, self.roster.get(name, [])) for name in TABLES}
        return Committed(lambda name: known[name].lazy())


def keeps_to(column: Column, text: str) -> bool:
    """Whether a text is as the column's pattern wants it."""
    return not column.pattern or pl.Series([text]).str.contains(column.pattern).all()


def _lines(sent: Sent) -> Iterator[list[str]]:
    yield [text for _, text in sent.header]
    for row in sent.rows:
        yield [row.get(name, "") for name, _ in sent.header]


def _stored(table: str, rows: list[Mapping[str, object]]) -> pl.DataFrame:
    blank = dict.fromkeys(stored_schema(table))
    return pl.DataFrame(
        [{**blank, "status": "active", **row} for row in rows], schema=stored_schema(table)
    )


def sheet(package: Package, table: Table, rows: list[Row], legacy: bool) -> None:
    """Add a file; where the format allows it, one header is written in another spelling.

    ``legacy``: with the columns that only older versions have.
    """
    header = [
        (c.name, c.name)
        for c in table.columns.values()
        if not c.derive and (legacy or c.need != "legacy")
    ]
    package.files[table.name] = Sent(table.files[0], header or [("", "anything")], rows)
    if header and package.contract.header == "tolerant" and package.rng.random() < 0.5:
        package.expected.add(respell(package, table.name))


def respell(package: Package, table: str) -> Place:
    """Write one header that is still the contract's own in another way."""
    sent, columns = package.files[table], package.table(table).columns
    own = [index for index, (name, text) in enumerate(sent.header) if name == text]
    if package.contract.wide:  # capitals and underscores are not worth a word in an export
        own = [index for index in own if columns[sent.header[index][0]].aliases]
    index = package.rng.choice(own)
    name = sent.header[index][0]
    loose = [name.upper(), name.replace("_", " ").lower(), f"{name.swapcase()}"]
    ways = [w for w in (*columns[name].aliases, *loose) if w != name and (
        w in columns[name].aliases or (normal(w) == normal(name) and not package.contract.wide)
    )]  # fmt: skip
    sent.header[index] = name, package.rng.choice(ways)
    if package.contract.wide:  # all of them are told in one line
        return package.place("FILE-194", table, -1)
    return package.place("FILE-123", table, -1, name)
