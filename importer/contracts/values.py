"""What a text in a cell means: trimmed, normalised, a date, a list."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import polars as pl

from importer.contracts.contract import Column

_WORDS = {"%Y": "YYYY", "%y": "YY", "%m": "M", "%d": "D"}
_SHAPES = {"%Y": "[0-9]{4}", "%y": "[0-9]{2}", "%m": "[0-9]{1,2}", "%d": "[0-9]{1,2}"}


def clean(value: pl.Expr, ascii_only: bool = False) -> pl.Expr:
    """A value as it counts: without spaces around, Unicode NFC, null if nothing is left.

    ``ascii_only``: all text is known to be ASCII, which is NFC already.
    """
    return filled(tidied(value, ascii_only))


def filled(text: pl.Expr) -> pl.Expr:
    """Null for "". Of a whole file ``tidied`` is made a column first: it is named twice here."""
    return pl.when(text != "").then(text)


def tidied(value: pl.Expr, ascii_only: bool = False) -> pl.Expr:
    """A value without spaces around, Unicode NFC; "" where nothing is left."""
    text = value.str.strip_chars()
    if ascii_only:
        return text
    return text.map_batches(_composed, return_dtype=pl.String, is_elementwise=True)


def _composed(text: pl.Series) -> pl.Series:
    """Text in NFC. Only what isn't ASCII is looked at, which takes a fifth of the time."""
    foreign = (text.str.len_bytes() != text.str.len_chars()).arg_true()
    if not len(foreign):
        return text
    return text.scatter(foreign, text.gather(foreign).str.normalize("NFC"))


def clean_columns(frame: pl.DataFrame, names: Iterable[str]) -> list[pl.Expr]:
    """``clean`` of some columns of a frame; changing to NFC is left out where all is ASCII."""
    names = list(names)
    sizes = [(pl.col(n).str.len_bytes() != pl.col(n).str.len_chars()).any() for n in names]
    foreign = frame.select(sizes).row(0) if names else ()
    return [clean(pl.col(n), ascii_only=not odd) for n, odd in zip(names, foreign, strict=True)]


def read_as(value: pl.Expr, reads: Mapping[str, str], listed: bool = False) -> pl.Expr:
    """Clean values with those that ``reads`` has replaced; "" is nothing.

    ``listed``: the value is a list in a cell, each item of which is read.
    """
    return _each(value, lambda text: text.replace(reads), listed) if reads else value


def read_codes(value: pl.Expr, column: Column) -> pl.Expr:
    """Clean values as the ``reads`` of their column say, whatever the case of their letters."""
    codes = {code.lower(): meant for code, meant in column.reads.items()}

    def read(text: pl.Expr) -> pl.Expr:
        low = text.str.to_lowercase()
        return low.replace_strict(codes, default=text, return_dtype=pl.String)

    return _each(value, read, column.list) if codes else value


def _each(value: pl.Expr, read: Callable[[pl.Expr], pl.Expr], listed: bool) -> pl.Expr:
    if listed:
        item = read(pl.element().str.strip_chars())
        value = value.str.split(",").list.eval(item.filter(item != "")).list.join(",")
    else:
        value = read(value)
    return pl.when(value != "").then(value)


def parsed_date(value: pl.Expr, format_: str) -> pl.Expr:
    """The date, or null where the text isn't exactly of this form or no day of the calendar."""
    shape = re.sub("%[Yymd]", lambda m: _SHAPES[m.group()], format_)
    if format_.startswith("%Y"):
        shape = shape.replace("{1,2}", "{2}")  # ISO 8601 pads
    date = value.str.to_date(format_, strict=False)
    return pl.when(value.str.contains(f"^{shape}$")).then(date)


def any_date(value: pl.Expr, column: Column) -> pl.Expr:
    """The date by the first of the column's formats that fits."""
    formats = [*column.formats, *([column.two_digit] if column.two_digit else [])]
    return pl.coalesce(parsed_date(value, format_) for format_ in formats)


def turned(column: Column) -> Column:
    """The column with day and month in the other order, in those of its formats that begin so."""
    formats = tuple(_turned(format_) for format_ in column.formats)
    return replace(column, formats=formats, two_digit=_turned(column.two_digit))


def _turned(format_: str) -> str:
    if not format_.startswith(("%m", "%d")):
        return format_
    return format_.replace("%m", "\0").replace("%d", "%m").replace("\0", "%d")


def dates_written(column: Column, ordered: bool = False) -> str:
    """How a date of this column is written, for people: M/D/YYYY.

    ``ordered``: of its forms the one that begins with day or month.
    """
    asked = [f for f in column.formats if not ordered or f.startswith(("%m", "%d"))]
    if asked[0].startswith("%Y-"):
        return "YYYY-MM-DD"
    return re.sub("%[Yymd]", lambda m: _WORDS[m.group()], asked[0])
