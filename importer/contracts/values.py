"""What a text in a cell means: trimmed, normalised, a date, a list."""

import re
from collections.abc import Iterable

import polars as pl

from importer.contracts.contract import Column

_SHAPES = {"%Y": "[0-9]{4}", "%y": "[0-9]{2}", "%m": "[0-9]{1,2}", "%d": "[0-9]{1,2}"}


def clean(value: pl.Expr, ascii_only: bool = False) -> pl.Expr:
    """A value as it counts: without spaces around, Unicode NFC, null if nothing is left.

    ``ascii_only``: all text is known to be ASCII, which is NFC already.
    """
    text = value.str.strip_chars()
    text = text if ascii_only else text.str.normalize("NFC")
    return pl.when(text != "").then(text)


def clean_columns(frame: pl.DataFrame, names: Iterable[str]) -> list[pl.Expr]:
    """``clean`` of some columns of a frame; changing to NFC is left out where all is ASCII."""
    names = list(names)
    sizes = [(pl.col(n).str.len_bytes() != pl.col(n).str.len_chars()).any() for n in names]
    foreign = frame.select(sizes).row(0) if names else ()
    return [clean(pl.col(n), ascii_only=not odd) for n, odd in zip(names, foreign, strict=True)]


def parsed_date(value: pl.Expr, format_: str) -> pl.Expr:
    """The date, or null where the text isn't exactly of this form or no day of the calendar."""
    shape = re.sub("%[Yymd]", lambda m: _SHAPES[m.group()], format_)
    if format_.startswith("%Y-"):
        shape = shape.replace("{1,2}", "{2}")  # ISO 8601 pads
    date = value.str.to_date(format_, strict=False)
    return pl.when(value.str.contains(f"^{shape}$")).then(date)


def any_date(value: pl.Expr, column: Column) -> pl.Expr:
    """The date by the first of the column's formats that fits."""
    formats = [*column.formats, *([column.two_digit] if column.two_digit else [])]
    return pl.coalesce(parsed_date(value, format_) for format_ in formats)
