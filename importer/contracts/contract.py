"""A contract: what the files of a format promise, read from ``schemas/<name>.toml``.

The TOML is the only place where a vendor's column names stand.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, TypeVar

from importer.model.tables import TABLES
from importer.resources import SCHEMAS

T = TypeVar("T")
STRING_TYPES = ("text", "id", "guid", "email", "phone", "date", "datetime", "year")


class ContractError(Exception):
    """A schema file that doesn't mean anything; the text names the file, place and key."""


@dataclass(frozen=True)
class Words:
    """A value domain: the words, other spellings (in lower case), what an unknown word means.

    ``unknown`` is a severity; ``keep`` leaves an unknown word as it was sent instead of dropping
    it, ``ERROR`` holds the row.
    """

    list: tuple[str, ...]
    read_as: Mapping[str, str] = field(default_factory=dict)
    unknown: str = "WARNING"
    keep: bool = False

    def spellings(self) -> dict[str, str]:
        """Every accepted spelling in lower case → the word it is read as."""
        return {**{word.lower(): word for word in self.list}, **self.read_as}


@dataclass(frozen=True)
class Target:
    """A reference must point to rows whose ``column`` is ``is_``; else the check is found."""

    column: str
    is_: str
    check: str


@dataclass(frozen=True)
class Column:
    """One column of a source table, in the format's own spelling."""

    name: str
    need: str = "optional"  # required, recommended, optional, delta (required in delta files)
    type: str = "text"
    list: bool = False  # several values in one cell, separated by commas
    words: str = ""
    unknown: str = ""  # overrides the severity of the word list
    bad: str = "WARNING"  # severity of a value that its type can't read
    formats: tuple[str, ...] = ()
    two_digit: str = ""  # a date format with a two-digit year: read, with a warning
    max_length: int = 255  # what receivers size for (Clever's guide; OneRoster: at least 255)
    ref: str = ""  # a source table; this value must be the key of one of its rows
    link: str = ""
    dangling: str = ""  # severity of a reference to nowhere; ERROR where the value is required
    target: Target | None = None
    aliases: tuple[str, ...] = ()
    secret: bool = False
    special: bool = False  # special category: checked, kept only where the policy lists it

    @property
    def dangling_severity(self) -> str:
        """ERROR holds the row, WARNING drops the value."""
        return self.dangling or ("ERROR" if self.need == "required" else "WARNING")


@dataclass(frozen=True)
class Repeats:
    """A key may come on several rows if only these columns differ; ``check`` notes each repeat."""

    columns: tuple[str, ...]
    most: int = 0
    check: str = ""


@dataclass(frozen=True)
class Rule:
    """A check over several columns of one row; its kinds live in ``checks/rules.py``."""

    kind: str
    check: str
    columns: tuple[str, ...]
    when_any: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    value: str = ""


@dataclass(frozen=True)
class Make:
    """How a source row becomes rows of a canonical table; ``columns``: canonical → expression.

    An expression names a column; ``=text`` is that text; ``A & B`` joins both (blank if one is,
    but for ``B?``); ``A | B`` takes the first that isn't blank; ``$each`` is the value of the slot
    or list item; ``C -1d`` is the day before. ``distinct``: source rows repeat the same key.
    ``completes``: adds columns to rows that another table makes. ``name``: tells the stored rows
    of this make from those of the source table's other makes; else the source table's name.
    """

    table: str
    columns: Mapping[str, str]
    when: str = ""
    each: tuple[str, ...] = ()
    each_in: str = ""
    distinct: bool = False
    completes: bool = False
    name: str = ""


@dataclass(frozen=True)
class Table:
    """One file kind of a format. ``part``: core, optional, deprecated or passed (not imported)."""

    name: str
    files: tuple[str, ...]
    part: str
    key: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    makes: tuple[Make, ...] = ()
    repeats: Repeats | None = None
    apart_from: tuple[str, ...] = ()  # tables whose keys may not be used here too
    instead: str = ""
    define: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Unique:
    """A value that two different rows (by key) of these tables should not share."""

    check: str
    of: Mapping[str, str]
    ignore_case: bool = False


@dataclass(frozen=True)
class Manifest:
    """The file that says what the package holds: property → value, a mode per file."""

    file: str
    columns: tuple[str, ...]
    must_be: Mapping[str, tuple[str, ...]]
    mode_of: str


@dataclass(frozen=True)
class RowState:
    """The column whose word ``gone`` takes a record away; columns that bulk files leave blank."""

    column: str
    gone: str
    bulk_blank: tuple[str, ...] = ()
    modified: str = ""  # the column that says when a record was last changed


@dataclass(frozen=True)
class Contract:
    """A format: its tables in the order in which references can be resolved while reading."""

    name: str
    title: str
    header: str  # tolerant, or exact = names and order as in the standard
    absence: str  # archive: a row that is no longer sent is archived; keep: it stays
    tables: Mapping[str, Table]
    words: Mapping[str, Words] = field(default_factory=dict)
    unique: tuple[Unique, ...] = ()
    manifest: Manifest | None = None
    row_state: RowState | None = None
    set_on_hold: bool = False  # a missing core file stops the run even without a manifest
    extension: str = ""
    alias_severity: str = "INFO"

    def expression(self, table: str, text: str) -> str:
        """The expression of a make with its ``@name`` definition filled in."""
        return self.tables[table].define[text[1:]] if text.startswith("@") else text


def build(kind: type[T], raw: Mapping[str, Any], where: str) -> T:
    """An instance of ``kind`` from TOML; ContractError for unknown or missing keys."""
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if unknown := set(raw) - known:
        raise ContractError(f"{where}: unknown key {sorted(unknown)}; known are {sorted(known)}")
    tidy = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
    try:
        return kind(**tidy)
    except TypeError as error:
        raise ContractError(f"{where}: {error}") from None


def _column(name: str, raw: Mapping[str, Any], where: str) -> Column:
    target = raw.get("target")
    if target is not None and set(target) != {"column", "is", "check"}:
        raise ContractError(f"{where}.{name}: target needs column, is and check")
    built = Target(target["column"], target["is"], target["check"]) if target else None
    column = build(Column, {**raw, "name": name, "target": built}, f"{where}.{name}")
    if column.type not in STRING_TYPES:
        raise ContractError(f"{where}.{name}: unknown type {column.type!r}")
    return column


def _table(name: str, raw: Mapping[str, Any], where: str) -> Table:
    parts = dict(raw)
    for key, kind in (("rules", Rule), ("makes", Make)):
        parts[key] = [build(kind, item, f"{where}.{key}") for item in raw.get(key, [])]
    parts["columns"] = {n: _column(n, c, where) for n, c in raw.get("columns", {}).items()}
    if "repeats" in raw:
        parts["repeats"] = build(Repeats, raw["repeats"], f"{where}.repeats")
    return build(Table, {**parts, "name": name}, where)


def parse(raw: Mapping[str, Any], source: str) -> Contract:
    """The contract of a parsed TOML; raises ContractError with the place of any mistake."""
    parts = dict(raw)
    words = raw.get("words", {}).items()
    parts["words"] = {n: build(Words, w, f"{source}: words.{n}") for n, w in words}
    tables = raw.get("tables", {}).items()
    parts["tables"] = {n: _table(n, t, f"{source}: tables.{n}") for n, t in tables}
    parts["unique"] = [build(Unique, u, f"{source}: unique") for u in raw.get("unique", [])]
    for key, kind in (("manifest", Manifest), ("row_state", RowState)):
        if key in raw:
            parts[key] = build(kind, raw[key], f"{source}: {key}")
    contract = build(Contract, parts, source)
    _resolve(contract, source)
    return contract


def _resolve(contract: Contract, source: str) -> None:
    """Every name that a contract uses must exist."""
    for unique in contract.unique:
        for name, column_name in unique.of.items():
            if name not in contract.tables or column_name not in contract.tables[name].columns:
                raise ContractError(f"{source}: unique: no {name}.{column_name}")
    for table in contract.tables.values():
        where = f"{source}: tables.{table.name}"
        for column in table.columns.values():
            if column.words and column.words not in contract.words:
                raise ContractError(f"{where}.{column.name}: no words.{column.words}")
            if column.ref and column.ref not in contract.tables:
                raise ContractError(f"{where}.{column.name}: no tables.{column.ref}")
        if strangers := set(table.apart_from) - set(contract.tables):
            raise ContractError(f"{where}: apart_from: no tables.{sorted(strangers)[0]}")
        used = {*table.key, *(c for rule in table.rules for c in rule.columns)}
        if missing := used - set(table.columns):
            raise ContractError(f"{where}: no column {sorted(missing)}")
        for make in table.makes:
            if make.table not in TABLES:
                raise ContractError(f"{where}: no roster table {make.table!r}")
            if wrong := set(make.columns) - set(TABLES[make.table].columns):
                raise ContractError(f"{where}: {make.table} has no column {sorted(wrong)}")


@cache
def contracts() -> Mapping[str, Contract]:
    """All contracts that ship with importer, by name."""
    found = [
        parse(tomllib.loads(p.read_text("utf-8")), p.name) for p in sorted(SCHEMAS.glob("*.toml"))
    ]
    return {contract.name: contract for contract in found}
