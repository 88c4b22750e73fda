"""Harm that values took in a spreadsheet, told for pandera in other words than the checks.

What was harmed is not judged by its type as well.
"""

from collections.abc import Callable

import polars as pl

from importer.contracts.contract import Column, Table
from importer.contracts.targets import IDS, among

Good = Callable[[pl.Expr], pl.Expr]

_FORMS = ("date", "datetime", "phone")
_PRETTY = list("‘’‚‛“”„‟′″‐‑‒–—―−")
_BLANKS = "\t\u00a0\u2007\u202f\u2028\u2029"
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e"
    "\u2066-\u2069\u061c"
)
_FAILED = (
    "N/A REF! NAME? VALUE! DIV/0! NUM! NULL! SPILL! CALC! FIELD! BLOCKED! CONNECT! BUSY!"
    " UNKNOWN! EXTERNAL! PYTHON! GETTING_DATA"
)


def harm(table: Table, column: Column) -> dict[str, Good]:
    """What a value of this column must not be, by code; empty where nothing of it is looked at.

    A name that is no code only keeps other rules away; a value with an apostrophe in front of it
    is judged without it, but for ids.
    """
    if column.secret or column.ref or column.list:
        return {}
    rules: dict[str, Good] = {"CELL-227": lambda value: ~_failed(value)}
    if column.type in ("id", "guid") or _is_number(table, column):
        id_ = column.type in ("id", "guid")
        return rules | {
            "CELL-225": lambda value: _failed(value) | ~_begins(value) | (value == "'"),
            "CELL-221": lambda value: ~shortened(value),
            "CELL-226": lambda value: _begins(value) | ~_wide(value),
            "CELL-238": lambda value: _begins(value) | _wide(value) | ~(_pretty(value) & id_),
            "amount": lambda value: ~_amount(value),
        }
    if column.type in _FORMS or (column.type == "text" and not column.words):
        forms = column.type in _FORMS
        return rules | {"CELL-225": lambda value: ~_quoted(value, forms)}
    return rules


def as_read(value: pl.Expr, table: Table, column: Column) -> pl.Expr:
    """The value without the sign that keeps a spreadsheet from computing, and without the unseen.

    Ids, words and addresses are what they are.
    """
    text = column.type == "text" and not column.words and not _is_number(table, column)
    if not text and column.type not in _FORMS:
        return value
    bare = pl.when(_begins(value) & (value != "'")).then(value.str.slice(1)).otherwise(value)
    if not text:
        return bare
    blank = bare.str.replace_all(f"[{_BLANKS}]", " ")
    seen = blank.str.replace_all(f"[{_UNSEEN}]", "").str.strip_chars()
    return pl.when(seen != "").then(seen).otherwise(bare)


def serial(value: pl.Expr) -> pl.Expr:
    """Whether a value is a count of days."""
    digits = value.str.contains(r"^[0-9]{5}([.][0-9]+)?$")
    days = value.cast(pl.Float64, strict=False)
    return (digits & (days >= 20_000) & (days < 60_001)).fill_null(False)


def _is_number(table: Table, column: Column) -> bool:
    plain = column.type == "text" and not column.words
    return plain and column.name in among(table, IDS)


def _failed(value: pl.Expr) -> pl.Expr:
    hashes = (value.str.len_chars() > 2) & (value.str.strip_chars_start("#") == "")
    return value.is_in([f"#{name}" for name in _FAILED.split()]) | hashes


def _begins(value: pl.Expr) -> pl.Expr:
    return value.str.starts_with("'")


def _quoted(value: pl.Expr, form: bool) -> pl.Expr:
    second, rest = value.str.slice(1, 1), value.str.slice(1)
    if form:
        return _begins(value) & second.is_in(list("0123456789+("))
    digits = (rest != "") & (rest.str.replace_all("[0-9]", "") == "")
    return _begins(value) & (digits | second.is_in(list("=+-@")))


def shortened(value: pl.Expr) -> pl.Expr:
    """Whether a value is a number in scientific notation."""
    number = value.str.to_uppercase().str.split("E+").list
    mantissa, power = number.get(0), number.get(1, null_on_oob=True)
    short = power.str.len_chars().is_between(2, 3) & ~power.str.contains("[^0-9]")
    figure = mantissa.str.contains("^[0-9]([.][0-9]+)?$")
    return (short & figure & (number.len() == 2)).fill_null(False)


def _wide(value: pl.Expr) -> pl.Expr:
    return value.str.contains("[！-～]")


def _pretty(value: pl.Expr) -> pl.Expr:
    return value.str.contains_any(_PRETTY)


def _amount(value: pl.Expr) -> pl.Expr:
    groups = value.str.replace(r"[.]0+$", "").str.split(",").list
    first, last = groups.first(), groups.eval(pl.element().slice(1))
    three = last.list.eval(pl.element().str.contains("^[0-9]{3}$")).list.all()
    return first.str.contains("^[0-9]{1,3}$") & (last.list.len() > 0) & three
