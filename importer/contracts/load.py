"""``schemas/<name>.toml`` → contracts, read strictly: a key that nobody knows is an error."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from importer.contracts import codes
from importer.contracts.contract import (
    NEEDS,
    STRING_TYPES,
    Column,
    Contract,
    ContractError,
    Lookup,
    Make,
    Manifest,
    Repeats,
    RowState,
    Rule,
    Table,
    Target,
    Unique,
    Words,
)
from importer.contracts.header import normal
from importer.model.tables import TABLES
from importer.resources import SCHEMAS

T = TypeVar("T")


def build(kind: type[T], raw: Mapping[str, Any], where: str) -> T:
    """An instance of ``kind`` from TOML; ContractError for unknown or missing keys."""
    known = _keys(kind)  # type: ignore[arg-type]
    if unknown := raw.keys() - known:
        raise ContractError(f"{where}: unknown key {sorted(unknown)}; known are {sorted(known)}")
    tidy = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
    try:
        return kind(**tidy)
    except TypeError as error:
        raise ContractError(f"{where}: {error}") from None


@cache
def _keys(kind: type[Any]) -> frozenset[str]:
    """What a schema file may say of it."""
    return frozenset(f.name for f in fields(kind) if f.metadata.get("schema", True))


def _column(name: str, raw: Mapping[str, Any], where: str) -> Column:
    target, lookup = raw.get("target"), raw.get("lookup")
    if target is not None and set(target) != {"column", "is", "check"}:
        raise ContractError(f"{where}.{name}: target needs column, is and check")
    built = Target(target["column"], target["is"], target["check"]) if target else None
    named = _lookup(lookup, f"{where}.{name}.lookup") if lookup else None
    parts = {**raw, "name": name, "target": built, "lookup": named}
    column = build(Column, parts, f"{where}.{name}")
    if column.type not in STRING_TYPES:
        raise ContractError(f"{where}.{name}: unknown type {column.type!r}")
    if column.need not in NEEDS:
        raise ContractError(f"{where}.{name}: unknown need {column.need!r}")
    return column


def _lookup(raw: Mapping[str, Any], where: str) -> Lookup:
    pairs = {key: [tuple(pair) for pair in raw.get(key, [])] for key in ("by", "alike")}
    if any(len(pair) != 2 for pair in (*pairs["by"], *pairs["alike"])):
        raise ContractError(f"{where}: by and alike hold pairs of expressions")
    lookup = build(Lookup, {**raw, **pairs}, where)
    known = lookup.new in ("never", "first", "always") and lookup.kind in ("", "student", "staff")
    if not known or lookup.table not in TABLES:
        raise ContractError(f"{where}: unknown table, new or kind")
    return lookup


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
    for name, words in contract.words.items():
        _known(f"{source}: words.{name}: means: no word", words.means, words.list)
    for table in contract.tables.values():
        _resolve_table(contract, table, f"{source}: tables.{table.name}")


def _known(where: str, used: Iterable[str], known: Iterable[str]) -> None:
    if strangers := sorted({*used} - {*known}):
        raise ContractError(f"{where} {strangers[0]}")


def _resolve_table(contract: Contract, table: Table, where: str) -> None:
    for column in table.columns.values():
        _resolve_column(contract, table, column, f"{where}.{column.name}")
    others = (*table.apart_from, *table.beside)
    _known(f"{where}: apart_from and beside: no table", others, contract.tables)
    used = {*table.key, *table.former, *table.signs}
    used |= {c for rule in table.rules for c in (*rule.columns, *rule.dates)}
    used |= {c for column in table.columns.values() for c in (*column.stand_in, *column.without)}
    _known(f"{where}: no column", used, table.columns)
    for name, told in table.former.items():
        listed = _listed(contract, table.columns[name], told)
        _known(f"{where}: former: {name} has no word", told, listed)
    for make in table.makes:
        _known(f"{where}: no roster table", [make.table], TABLES)
        _known(f"{where}: {make.table} has no column", make.columns, TABLES[make.table].columns)
        _known(f"{where}: among: no column", make.among, table.columns)
        _known(f"{where}: among: no table", make.among.values(), contract.tables)


def _resolve_column(contract: Contract, table: Table, column: Column, where: str) -> None:
    _known(f"{where}: no words", filter(None, [column.words]), contract.words)
    refs = (*filter(None, [column.ref]), *column.also)
    _known(f"{where}: no table", refs, contract.tables)
    if wrong := codes.fault(contract, table, column):
        raise ContractError(f"{where}: reads: {wrong}")


def _listed(contract: Contract, column: Column, else_: tuple[str, ...]) -> tuple[str, ...]:
    return contract.words[column.words].list if column.words else else_


_OTHERS = ("readiness.toml",)
"""What lies beside the contracts and is none."""


@cache
def presets() -> Mapping[str, Contract]:
    """Those of the contracts that are exports of a known system, by name."""
    names = {path.stem for path in SCHEMAS.glob("presets/*.toml")}
    return {name: contract for name, contract in contracts().items() if name in names}


@cache
def contracts() -> Mapping[str, Contract]:
    """All contracts that ship with importer, by name."""
    paths = [path for path in sorted(SCHEMAS.glob("*.toml")) if path.name not in _OTHERS]
    paths += sorted(SCHEMAS.glob("presets/*.toml"))
    found = [parse(tomllib.loads(p.read_text("utf-8")), p.name) for p in paths]
    return {contract.name: contract for contract in found}


@cache
def known_names() -> frozenset[str]:
    """Every header that some contract knows, as ``header.normal`` gives it."""
    tables = [table for contract in contracts().values() for table in contract.tables.values()]
    columns = [c for table in tables for c in table.columns.values() if not c.derive]
    return frozenset(normal(name) for c in columns for name in (c.name, *c.aliases))
