"""The exact rules for single values, run on the few rows that the superset predicate lets by.

Every rule takes a frame of ``_row`` and ``value`` (raw text) and notes what it finds.
"""

from collections.abc import Callable

import polars as pl

from importer.checks import mending
from importer.checks.bound import Bound
from importer.checks.damage import explained
from importer.checks.habits import NOTHING
from importer.checks.ledger import Ledger, cause_of
from importer.checks.plain_ids import DECIMAL, INVISIBLE
from importer.contracts.contract import Column, Words
from importer.contracts.values import (
    any_date,
    clean,
    dates_written,
    parsed_date,
    read_codes,
    turned,
)
from importer.model.sheet import ROW

EMAIL = r"^[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+$"
PHONE = r"^[0-9]{10,11}$"
E_164 = r"^\+[1-9][0-9]{6,14}$"  # ITU-T E.164: country code and number, at most 15 digits
YEAR = r"^[0-9]{4}$"
GUID = r"^[0-9A-Za-z.\-_/@]+$"  # OneRoster CSV binding, data type GUID
SHORT_ZIP = r"^[0-9]{3,4}(?:-[0-9]{4})?$"  # US ZIP codes have 5 digits, or 5 and 4
_TIME = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z"
DATETIME = rf"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_TIME}$"  # ISO 8601, UTC; the day is $1
USER_ID = r"^\{[^{}:]+:[^{}]*[^{}\s][^{}]*\}$"  # OneRoster CSV binding, users.userIds: {Type:Id}
# Days that every month has, or that this month has in every year.
DATETIME_SURE = (
    r"^[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    rf"|(?:0[13578]|1[02])-31){_TIME}$"
)


def check_column(ledger: Ledger, column: Column, frame: pl.DataFrame) -> None:
    """Run all single-value rules of a column over ``frame`` (``_row``, ``value``)."""
    value, name = pl.col("value"), column.name
    spaced = frame.filter(value.str.strip_chars() != value, ~_says_nothing(column))
    spaced = spaced.select(ROW, mended=value.str.strip_chars())
    ledger.find(spaced, "CELL-208", name, cause=cause_of("CELL-208", _file(ledger), name))
    tidy = frame.with_columns(clean(value, ledger.bound.sheet.ascii_only))
    if column.reads:
        tidy = _codes(ledger, column, tidy)
    _required(ledger, column, tidy)
    cells = _without_null_word(ledger, column, tidy.drop_nulls())
    cells = explained(ledger, column, cells)
    if column.list:
        cells = items(cells)
    if sized(column):
        size = value.str.len_chars()
        long = cells.filter(size > column.max_length).with_columns(detail=size.cast(pl.String))
        severity = "ERROR" if column.type in ("id", "guid") else "WARNING"
        ledger.find(long.select(ROW, "detail"), "CELL-215", name, severity=severity)
    if column.pattern:
        odd = cells.filter(~value.str.contains(column.pattern))
        odd = odd.with_columns(detail=pl.lit(column.allowed))
        ledger.find(odd, "CELL-218", name, severity=column.bad)
    if column.words:
        _words(ledger, column, cells)
    elif column.type in _TYPES and not column.ref:
        _TYPES[column.type](ledger, column, cells)


def _codes(ledger: Ledger, column: Column, tidy: pl.DataFrame) -> pl.DataFrame:
    """The cells with codes read as what they stand for, which is said once for each."""
    name, cells = column.name, tidy.drop_nulls()
    codes = {code.lower(): meant for code, meant in column.reads.items()}
    low = pl.col("value").str.to_lowercase()
    meant = low.replace_strict(codes, default=None, return_dtype=pl.String)
    read = (items(cells) if column.list else cells).with_columns(detail=meant).drop_nulls()
    ledger.reads.setdefault(name, {}).update(read.select("value", "detail").iter_rows())
    told = read.with_columns(pl.col("detail").replace("", "empty"))
    cause = cause_of("CELL-250", _file(ledger), name, pl.col("value"))
    ledger.find(told, "CELL-250", name, cause=cause)
    return tidy.with_columns(read_codes(pl.col("value"), column))


def sized(column: Column) -> bool:
    """Whether length is this column's own: an id has its where it is given, derived text none."""
    return not column.ref and not column.derive


def _without_null_word(ledger: Ledger, column: Column, cells: pl.DataFrame) -> pl.DataFrame:
    """The cells but for those that only say NULL, which stands for nothing where nothing may be."""
    word = null_word(ledger.bound, column)
    if not word:
        return cells
    said = cells.filter(pl.col("value") == word).with_columns(mended=pl.lit(""))
    ledger.find(said, "CELL-219", column.name, drops=(column.name,))
    ledger.clear(said[ROW], column.name)
    return cells.filter(pl.col("value") != word)


def null_word(bound: Bound, column: Column) -> str:
    """The text that stands for nothing in this column; empty where it would be a value."""
    return bound.contract.null_word if column.need == "optional" else ""


def items(cells: pl.DataFrame) -> pl.DataFrame:
    """A list in a cell as one row per item, trimmed, blanks left out."""
    split = cells.with_columns(pl.col("value").str.split(",")).explode("value")
    return split.with_columns(clean(pl.col("value"))).drop_nulls("value")


def _file(ledger: Ledger) -> str:
    return ledger.bound.sheet.name


def needed(bound: Bound, column: Column) -> bool:
    """Whether a blank value is an error in this file."""
    return column.need == "required" or (column.need == "delta" and bound.mode == "delta")


def _required(ledger: Ledger, column: Column, tidy: pl.DataFrame) -> None:
    if needed(ledger.bound, column):
        blank = tidy.filter(_says_nothing(column))
        if blank.height:
            left = blank.filter(~ledger.left_out(column.name))
            ledger.find(left.select(ROW), "CELL-201", column.name)


def _says_nothing(column: Column) -> pl.Expr:
    """A blank ``value``; of a list also one of commas alone."""
    blank = clean(pl.col("value"), ascii_only=True).is_null()  # the form of letters doesn't matter
    return blank | (pl.col("value").str.replace_all(r"[,\s]", "") == "") if column.list else blank


def _words(ledger: Ledger, column: Column, cells: pl.DataFrame) -> None:
    """Words to the letter pass; other spellings are read and said; the rest is not in the list."""
    contract, name = ledger.bound.contract, column.name
    words = contract.words[column.words]
    low = pl.col("value").str.to_lowercase()
    if words.open:
        cells = cells.filter(~pl.col("value").str.starts_with(words.open))
    odd = cells.filter(~pl.col("value").is_in(words.list)).with_columns(
        detail=low.replace_strict(words.spellings(), default=None, return_dtype=pl.String)
    )
    by_value = cause_of("CELL-203", _file(ledger), name, pl.col("value"))
    read = odd.filter(pl.col("detail").is_not_null())
    given = read.with_columns(mended="detail")  # of a list, of the item that ``value`` is
    ledger.find(given, "CELL-203", name, severity=contract.alias_severity, cause=by_value)
    ledger.reads.setdefault(name, {}).update(read.select("value", "detail").iter_rows())
    severity = column.unknown or words.unknown
    unknown = odd.filter(pl.col("detail").is_null()).with_columns(detail=pl.lit(_listed(words)))
    unknown = _offered(unknown, mending.word, column, words)
    drops = (name,) if severity != "ERROR" and not words.keep else ()
    by_value = cause_of("CELL-204", _file(ledger), name, pl.col("value"))
    ledger.find(unknown, "CELL-204", name, severity=severity, cause=by_value, drops=drops)


def _listed(words: Words) -> str:
    return ", ".join(words.list) + (f", or {words.open}…" if words.open else "")


def _email(ledger: Ledger, column: Column, cells: pl.DataFrame) -> None:
    wrong = cells.filter(~pl.col("value").str.contains(EMAIL))
    offered = _offered(wrong, mending.email)
    ledger.find(offered, "CELL-205", column.name, severity=column.bad, drops=(column.name,))


def _date(ledger: Ledger, column: Column, cells: pl.DataFrame) -> None:
    value = pl.col("value")
    full = pl.coalesce(parsed_date(value, format_) for format_ in column.formats)
    odd = cells.filter(full.is_null())
    if column.two_digit:
        short = parsed_date(value, column.two_digit)
        read = odd.filter(short.is_not_null()).with_columns(
            detail=short.cast(pl.String), mended=short.dt.strftime(column.formats[0])
        )
        ledger.find(read, "CELL-207", column.name)
        odd = odd.filter(short.is_null())
    if ledger.bound.habits.get(column.name, NOTHING).mixed:
        other = any_date(value, turned(column)).is_not_null()
        written = dates_written(turned(column), ordered=True)
        first = "day" if written.startswith("D") else "month"
        both = odd.filter(other).with_columns(detail=pl.lit(first), mended=mending.date(column))
        ledger.find(both, "CELL-233", column.name)
        odd = odd.filter(~other)
    drops = () if column.bad == "ERROR" else (column.name,)
    serial = mending.is_serial(value)
    counted = odd.filter(serial)
    if counted.height:
        counted = counted.with_columns(mending.serial(column))
    ledger.find(counted, "CELL-234", column.name, severity=column.bad, drops=drops)
    wrong = odd.filter(~serial).with_columns(detail=pl.lit(dates_written(column)))
    wrong = _offered(wrong, mending.date, column)
    ledger.find(wrong, "CELL-206", column.name, severity=column.bad, drops=drops)


def _datetime(ledger: Ledger, column: Column, cells: pl.DataFrame) -> None:
    value = pl.col("value")
    date = parsed_date(value.str.extract(DATETIME), "%Y-%m-%d")
    odd = cells.filter(date.is_null())
    day = parsed_date(value, "%Y-%m-%d").is_not_null()
    midnight = odd.filter(day).with_columns(mended=value + "T00:00:00.000Z")
    ledger.find(midnight, "CELL-212", column.name)
    ledger.find(odd.filter(~day), "CELL-211", column.name)


def _year(ledger: Ledger, column: Column, cells: pl.DataFrame) -> None:
    wrong = cells.filter(~pl.col("value").str.contains(YEAR))
    drops = () if column.bad == "ERROR" else (column.name,)
    offered = _offered(wrong, mending.year)
    ledger.find(offered, "CELL-213", column.name, severity=column.bad, drops=drops)


def _phone(ledger: Ledger, column: Column, cells: pl.DataFrame) -> None:
    dialled = pl.col("value").str.replace_all(r"[ ().\-]", "")
    digits = dialled.str.replace_all("+", "", literal=True)
    wrong = ~digits.str.contains(PHONE) & ~dialled.str.contains(E_164)
    wrong |= pl.col("value").str.contains(DECIMAL)
    ledger.find(_offered(cells.filter(wrong), mending.phone), "CELL-214", column.name)


def _zip(ledger: Ledger, column: Column, cells: pl.DataFrame) -> None:
    short = cells.filter(pl.col("value").str.contains(SHORT_ZIP))
    three = pl.col("value").str.contains("^[0-9]{3}(?:-|$)")
    zeros = pl.when(three).then(pl.lit("00")).otherwise(pl.lit("0"))
    offered = short.with_columns(mended=zeros + pl.col("value"))
    ledger.find(offered, "CELL-236", column.name)
    ledger.doubt(short[ROW], column.name)


def _id(ledger: Ledger, column: Column, cells: pl.DataFrame) -> None:
    sign = pl.col("value").str.extract(f"({INVISIBLE})")
    hidden = cells.with_columns(sign=sign).drop_nulls("sign")
    point = pl.col("sign").map_elements(lambda c: f"U+{ord(c):04X}", pl.String)
    cleaned = pl.col("value").str.replace_all(INVISIBLE, "")
    shown = hidden.select(ROW, point.alias("detail"), cleaned.alias("mended"))
    ledger.find(shown, "CELL-209", column.name)


def _guid(ledger: Ledger, column: Column, cells: pl.DataFrame) -> None:
    _id(ledger, column, cells)
    value = pl.col("value")
    odd = cells.filter(~value.str.contains(GUID) & ~value.str.contains(INVISIBLE))
    ledger.find(odd, "CELL-210", column.name)


def _user_id(ledger: Ledger, column: Column, cells: pl.DataFrame) -> None:
    odd = cells.filter(~pl.col("value").str.contains(USER_ID))
    odd = _offered(odd, mending.user_id, column)
    # One cell is one fault, however many of its ids are written so.
    ledger.find(odd.unique(ROW, keep="first", maintain_order=True), "CELL-220", column.name)


def _offered(cells: pl.DataFrame, mended: Callable[..., pl.Expr], *about: object) -> pl.DataFrame:
    """The cells with what is offered for them; nothing is worked out for none."""
    return cells.with_columns(mended=mended(*about)) if cells.height else cells


_TYPES = {
    "email": _email,
    "date": _date,
    "datetime": _datetime,
    "year": _year,
    "phone": _phone,
    "zip": _zip,
    "id": _id,
    "guid": _guid,
    "user_id": _user_id,
}


def known_good(bound: Bound, column: Column, values: list[str]) -> list[str]:
    """Those of the raw ``values`` in which the exact rules find nothing at all."""
    trial = Ledger(bound, aggregate=False)
    frame = pl.DataFrame(
        {ROW: range(len(values)), "value": values}, schema_overrides={ROW: pl.UInt32}
    )
    check_column(trial, column, frame)
    found = {row for part in trial.findings for row in part["row"]}
    return [value for row, value in enumerate(values) if row not in found]
