"""A whole district by pandera's own ``validate``: every file, and what they say of each other.

``plain`` tells the rules of importer's contract in pandera's ordinary words: required, words,
dates, e-mail, length, blanks around, unique ids, references (also in lists). ``contract`` runs all
that the contract declares, with importer's codes (``importer/contracts/declared.py``). Either is a
part of what importer checks: nothing of structure, or of what is held with what.
"""

from collections.abc import Callable
from pathlib import Path

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaErrors

from benchmarks.peers.rules import EMAIL_FORM
from importer.contracts.contract import Column, Contract, Table
from importer.contracts.declared import schema, validate
from importer.contracts.load import contracts

Good = Callable[[pl.Expr], pl.Expr]


def contract(folder: Path) -> set[tuple[str, int]]:
    """The file and the place (from 0) of every row in which the contract finds something."""
    form = contracts()["oneroster-1.1"]
    frames = {
        table.name: pl.read_csv(folder / table.files[0], infer_schema=False)
        for table in form.tables.values()
        if (folder / table.files[0]).exists()
    }
    found: set[tuple[str, int]] = set()
    for name, frame in frames.items():
        places = validate(schema(form, name, others=frames), frame)["row"]
        found |= {(form.tables[name].files[0], place) for place in places.drop_nulls().unique()}
    return found


def plain(folder: Path) -> set[tuple[str, int]]:
    """The same, of the rules in ordinary words."""
    form = contracts()["oneroster-1.1"]
    keys: dict[str, pl.Series] = {}
    found: set[tuple[str, int]] = set()
    for table in form.tables.values():
        file = folder / table.files[0]
        if not file.exists():
            continue
        frame = pl.read_csv(file, infer_schema=False)
        keys[table.name] = frame[table.key[0]].drop_nulls()
        try:
            _schema(form, table, keys).validate(frame, lazy=True)
        except SchemaErrors as errors:
            places = errors.failure_cases["index"].drop_nulls().unique()
            found |= {(file.name, place) for place in places}
    return found


def _schema(form: Contract, table: Table, keys: dict[str, pl.Series]) -> pa.DataFrameSchema:
    """The rules of one table; ``keys``: the ids of those that came before, and its own."""
    columns = {
        column.name: pa.Column(
            str,
            _checks(form, column, keys),
            nullable=column.need != "required",
            unique=table.key == (column.name,),
        )
        for column in table.columns.values()
    }
    return pa.DataFrameSchema(columns)


def _checks(form: Contract, column: Column, keys: dict[str, pl.Series]) -> list[pa.Check]:
    checks = [_check(lambda value: value.str.strip_chars() == value)]
    if column.ref in keys:
        known = keys[column.ref].implode()
        return [*checks, _check(lambda value: value.is_in(known), column.list)]
    checks.append(pa.Check.str_length(max_value=column.max_length))
    if column.words:
        words = form.words[column.words].list
        checks.append(_check(lambda value: value.is_in(words), column.list))
    if column.type == "date":
        day = column.formats[0]
        checks.append(_check(lambda value: value.str.to_date(day, strict=False).is_not_null()))
    if column.type == "email":
        checks.append(pa.Check.str_matches(EMAIL_FORM))
    return checks


def _check(good: Good, listed: bool = False) -> pa.Check:
    def passes(data: PolarsData) -> pl.LazyFrame:
        value = pl.col(data.key)
        each = value.str.split(",").list.eval(good(pl.element())).list.all()
        return data.lazyframe.select(value.is_null() | (each if listed else good(value)))

    return pa.Check(passes)
