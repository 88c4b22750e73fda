"""What a machine can make of a value that its type can't read: offered, never taken by itself.

Each function gives an expression over ``value``, null where nothing is certain enough to offer.
"""

import polars as pl

from importer.checks.plain_ids import INVISIBLE
from importer.contracts.contract import Column, Words
from importer.contracts.values import any_date, parsed_date, turned

_VALUE = pl.col("value")
_NOTHING = pl.lit(None, pl.String)

# Forms of a date that can be read in one way only; dots stand behind the day wherever they are
# used. Names of months are English ones.
_CLEAR = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y")
_NAMED = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d %Y", "%B %d %Y")
_MIDNIGHT = r"[T ]00:00(?::00(?:\.0+)?)?Z?$"

# Days that spreadsheets count from 30 December 1899; 20000 and 60000 are in 1954 and 2064.
_SERIAL = r"^[0-9]{5}(?:\.[0-9]+)?$"
_FIRST, _LAST = 20_000, 60_000
_LATER = 1_462  # a workbook that counts from 1904 has the same days by so many less

_EMAIL = r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+$"
_PHONE = r"^(?:[0-9]{10,11}|\+[1-9][0-9]{6,14})$"


def date(column: Column) -> pl.Expr:
    """The day that a text of another form means, in the first form of the column."""
    day = _VALUE.str.replace(_MIDNIGHT, "").str.normalize("NFKC")
    shaped = [parsed_date(day, format_) for format_ in _CLEAR if format_ not in column.formats]
    named = [day.str.to_date(format_, strict=False, exact=True) for format_ in _NAMED]
    known = [any_date(day, column), *shaped, *named]
    # Of both orders a date that isn't in the column's can only be in the other.
    return pl.coalesce(*known, any_date(day, turned(column))).dt.strftime(column.formats[0])


def is_serial(value: pl.Expr) -> pl.Expr:
    """Whether a text is a day as spreadsheets count it."""
    days = pl.when(value.str.contains(_SERIAL)).then(value.str.head(5)).cast(pl.Int32)
    return days.is_between(_FIRST, _LAST).fill_null(False)


def serial(column: Column) -> list[pl.Expr]:
    """``mended``: the day of a count, and ``detail``: the one if it is counted from 1904."""
    days = _VALUE.str.head(5).cast(pl.Int32, strict=False)
    zero = pl.date(1899, 12, 30)
    day, other = (zero + pl.duration(days=days + more) for more in (0, _LATER))
    written = column.formats[0]
    return [
        day.dt.strftime(written).alias("mended"),
        pl.format(
            "{}, or {} if the workbook counts from 1904",
            day.dt.strftime("%Y-%m-%d"),
            other.dt.strftime("%Y-%m-%d"),
        ).alias("detail"),
    ]


def year() -> pl.Expr:
    """The year in 2,027 or 2027.0 or '2027."""
    digits = _plain_number(_VALUE)
    return pl.when(digits.str.contains("^(?:19|20)[0-9]{2}$")).then(digits)


def phone() -> pl.Expr:
    """The number in 5550100123.0 or in full width."""
    digits = _plain_number(_VALUE).str.replace_all(r"[ ().\-/]", "")
    return pl.when(digits.str.contains(_PHONE)).then(digits)


def _plain_number(value: pl.Expr) -> pl.Expr:
    text = value.str.normalize("NFKC").str.replace_all(INVISIBLE, "").str.strip_chars_start("'")
    return text.str.replace(r"\.0+$", "").str.replace(r"^([0-9]),([0-9]{3})$", "$1$2")


def email() -> pl.Expr:
    """The address in ``mailto:…`` or ``Ana <…>``, or with signs that nobody sees."""
    text = _VALUE.str.normalize("NFKC").str.replace_all(INVISIBLE, "")
    text = text.str.replace("^.*<([^<>]+)>$", "$1").str.replace("(?i)^mailto:", "")
    text = text.str.strip_chars(" ,;").str.strip_chars_end(".")
    return pl.when(text.str.contains(_EMAIL)).then(text)


def user_id(column: Column) -> pl.Expr:
    """``{Fed:77}`` for ``Fed:77``."""
    one = _VALUE.str.contains(r"^[A-Za-z][^{}:,\s]*:[^{}:,\s]+$") & (not column.list)
    return pl.when(one).then("{" + _VALUE + "}")


def word(column: Column, words: Words) -> pl.Expr:
    """The word of the list in 3.0, 3rd or Grade 3."""
    if column.list:
        return _NOTHING
    text = _plain_number(_VALUE).str.to_lowercase().str.strip_chars()
    number = text.str.extract(r"^(?:grade|gr\.?|year|yr\.?) ?([0-9]{1,2})$")
    number = pl.coalesce(number, text.str.extract(r"^([0-9]{1,2})(?:st|nd|rd|th)?(?: grade)?$"))
    return pl.coalesce(number, text).replace_strict(
        words.spellings() or {"": ""}, default=None, return_dtype=pl.String
    )
