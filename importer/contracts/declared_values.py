"""What a cell says, told for pandera in other words than the checks: lists, codes, days."""

import re
from collections.abc import Mapping

import polars as pl

from importer.contracts.contract import Column, Contract
from importer.contracts.values import clean

_PARTS = {"Y": "(?P<year>[0-9]{4})", "y": "(?P<year>[0-9]{2})"}
_THIS_CENTURY = 69  # POSIX: years 69 to 99 are of the last century


def parts(value: pl.Expr) -> pl.Expr:
    """The values of a list in a cell."""
    return value.str.split(",").list.eval(clean(pl.element()).drop_nulls())


def meant(value: pl.Expr, codes: Mapping[str, str], listed: bool) -> pl.Expr:
    """What a value stands for, code by code; a code for nothing gives a missing value."""

    def one(text: pl.Expr) -> pl.Expr:
        told = text
        for code, word in codes.items():
            told = (
                pl.when(text.str.to_lowercase() == code.lower()).then(pl.lit(word)).otherwise(told)
            )
        return clean(told)

    if not codes:
        return value
    return parts(value).list.eval(one(pl.element())).list.join(",") if listed else one(value)


def nothing_of(contract: Contract, column: Column) -> str:
    """The text that stands for a missing value in a column; empty where there is none."""
    return contract.null_word if column.need == "optional" else ""


def counted(contract: Contract, column: Column) -> pl.Expr:
    """The value of a column of the frame as rules over several columns take it."""
    value = meant(clean(pl.col(column.name)), column.reads, column.list)
    nothing = nothing_of(contract, column)
    return pl.when(value != nothing).then(value) if nothing else value


def day(value: pl.Expr, format_: str) -> pl.Expr:
    """The day that a text in this form names, as the number yyyymmdd; null if it names none.

    Told by arithmetic.
    """
    digits = "2" if format_.startswith("%Y-") else "1,2"  # ISO 8601 pads
    named = {**_PARTS, "m": f"(?P<month>[0-9]{{{digits}}})", "d": f"(?P<day>[0-9]{{{digits}}})"}
    pattern = re.sub("%([Yymd])", lambda match: named[match[1]], format_)
    found = value.str.extract_groups(f"^{pattern}$").struct
    year, month, number = (found.field(n).cast(pl.Int32) for n in ("year", "month", "day"))
    if "%y" in format_:
        year += pl.when(year < _THIS_CENTURY).then(2000).otherwise(1900)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    february = pl.when(leap).then(29).otherwise(28)
    days = pl.when(month.is_in([4, 6, 9, 11])).then(30).otherwise(31)
    days = pl.when(month == 2).then(february).otherwise(days)
    real = month.is_between(1, 12) & number.is_between(1, days)
    return pl.when(real).then(year * 10_000 + month * 100 + number)


def any_day(value: pl.Expr, column: Column) -> pl.Expr:
    """The same by the first form of a column that fits."""
    return pl.coalesce(day(value, form) for form in (*column.formats, column.two_digit) if form)
