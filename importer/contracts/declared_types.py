"""What a single value must be by its type, words and length, told for pandera in other words."""

from collections.abc import Callable

import polars as pl

from importer.contracts.contract import Column, Contract
from importer.contracts.declared_harm import serial
from importer.contracts.declared_values import day

Good = Callable[[pl.Expr], pl.Expr]
"""Takes the expression of a value, gives the expression of whether it is good."""

# Controls, formats (bidi, zero width, tags), the separators of lines, and the no-break space.
_HIDDEN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\x{A0}]"


def rules(contract: Contract, column: Column) -> dict[str, Good]:
    """The rules for a single value (of a list: one of its items) by code."""
    told: dict[str, Good] = {}
    if not column.ref and not column.derive:
        told["CELL-215"] = lambda value: value.str.len_chars() <= column.max_length
    if column.pattern:
        told["CELL-218"] = lambda value: value.str.contains(column.pattern)
    if column.words:
        words = contract.words[column.words]
        known = {*(word.lower() for word in words.list), *words.read_as}
        own = words.open or "\0"  # no value begins so

        def among(value: pl.Expr) -> pl.Expr:
            return value.str.to_lowercase().is_in(known) | value.str.starts_with(own)

        told["CELL-204"] = among
        told["CELL-203"] = lambda value: (
            value.is_in(words.list) | value.str.starts_with(own) | ~among(value)
        )
    elif not column.ref:  # a reference is good if there is such a key
        told |= _TYPES[column.type](column)
    return told


def _nothing(column: Column) -> dict[str, Good]:
    return {}


def _email(column: Column) -> dict[str, Good]:
    def good(value: pl.Expr) -> pl.Expr:
        name, domain = (value.str.split("@").list.get(n, null_on_oob=True) for n in (0, 1))
        host = domain.str.replace(r"\.[^.]+$", "")  # what stands before the last part
        one = value.str.count_matches("@", literal=True) == 1
        plain = ~value.str.contains(r"[\s,;]")
        return plain & one & (name != "") & (host != "") & (host != domain)

    return {"CELL-205": good}


def _date(column: Column) -> dict[str, Good]:
    def full(value: pl.Expr) -> pl.Expr:
        return pl.any_horizontal(day(value, format_).is_not_null() for format_ in column.formats)

    counted: dict[str, Good] = {"CELL-234": lambda value: ~serial(value)}
    if not column.two_digit:
        return {"CELL-206": lambda value: full(value) | serial(value), **counted}

    def short(value: pl.Expr) -> pl.Expr:
        return day(value, column.two_digit).is_not_null()

    return {
        "CELL-206": lambda value: full(value) | short(value) | serial(value),
        "CELL-207": lambda value: full(value) | ~short(value),
        **counted,
    }


def _datetime(column: Column) -> dict[str, Good]:
    def plain(value: pl.Expr) -> pl.Expr:
        return day(value, "%Y-%m-%d").is_not_null()

    def moment(value: pl.Expr) -> pl.Expr:
        # Cut at the first T; what follows must be a time of day, in UTC.
        rest = value.str.extract("T(.*)$")
        hour, minute, second = (
            rest.str.extract("^([0-9]{2}):([0-9]{2}):([0-9]{2})", n).cast(pl.Int32)
            for n in (1, 2, 3)
        )
        shape = rest.str.contains(r"^.{8}(\.[0-9]+)?Z$")
        told = (hour < 24) & (minute < 60) & (second < 60) & shape
        return plain(value.str.extract("^([^T]*)T")) & told.fill_null(False)

    return {
        "CELL-211": lambda value: moment(value) | plain(value),
        "CELL-212": lambda value: ~plain(value),
    }


def _user_id(column: Column) -> dict[str, Good]:
    def good(value: pl.Expr) -> pl.Expr:
        inside = value.str.strip_prefix("{").str.strip_suffix("}")
        parts = inside.str.split(":")
        braces = value.str.starts_with("{") & value.str.ends_with("}")
        bare = ~inside.str.contains(r"[{}]")
        two = (parts.list.len() >= 2) & (parts.list.first() != "")
        rest = inside.str.strip_prefix(parts.list.first()).str.strip_prefix(":")
        return braces & bare & two & rest.str.contains(r"\S")

    return {"CELL-220": good}


def _year(column: Column) -> dict[str, Good]:
    return {"CELL-213": lambda value: value.str.replace("[0-9]{4}", "") == ""}


def _zip(column: Column) -> dict[str, Good]:
    def good(value: pl.Expr) -> pl.Expr:
        parts = value.str.split("-").list
        first, rest = parts.first(), parts.get(1, null_on_oob=True)
        short = first.str.contains("^[0-9]+$") & first.str.len_chars().is_between(3, 4)
        four = rest.is_null() | (rest.str.contains("^[0-9]+$") & (rest.str.len_chars() == 4))
        return ~(short & four & (parts.len() <= 2))

    return {"CELL-236": good}


def _phone(column: Column) -> dict[str, Good]:
    def good(value: pl.Expr) -> pl.Expr:
        digits = value.str.count_matches("[0-9]")
        plus = value.str.count_matches("+", literal=True) == 1
        abroad = plus & value.str.contains(r"^[ ().\-]*\+[ ().\-]*[1-9]") & digits.is_between(7, 15)
        amount = value.str.contains("^[0-9]+[.]0+$")  # written by a spreadsheet
        return (digits.is_in([10, 11]) | abroad) & ~amount & ~value.str.contains(r"[^0-9 ().+\-]")

    return {"CELL-214": good}


def _id(column: Column) -> dict[str, Good]:
    return {"CELL-209": lambda value: ~value.str.contains(_HIDDEN)}


def _guid(column: Column) -> dict[str, Good]:
    def plain(value: pl.Expr) -> pl.Expr:
        return value.str.contains(_HIDDEN) | ~value.str.contains("[^0-9A-Za-z._/@-]")

    return {**_id(column), "CELL-210": plain}


_TYPES: dict[str, Callable[[Column], dict[str, Good]]] = {
    "text": _nothing,
    "id": _id,
    "guid": _guid,
    "user_id": _user_id,
    "email": _email,
    "phone": _phone,
    "date": _date,
    "datetime": _datetime,
    "year": _year,
    "zip": _zip,
}
