"""Whether values look like those of a column: a reason to doubt that a header was meant for it.

It only ever raises a doubt. Values that look right prove nothing, which is why a person confirms.
"""

import polars as pl

from importer.contracts.contract import Column, Contract, Table
from importer.contracts.mapping import Source, names_in
from importer.contracts.values import clean

_EMAIL = r"^[^@\s]+@[^@\s]+$"
_DATE = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
_MOST = 0.5  # of the values; samples of real exports hold blanks, dashes and a few wrong ones
_AGAIN = 0.9  # of the values of a key differ; below, it is a school's or a class's id
_SHAPES = {  # type → what most of its values are like, and what to say if they aren't
    "email": (_EMAIL, "its values don't look like e-mail addresses"),
    "date": (_DATE, "its values don't look like dates"),
    "datetime": (r"^\d{4}-\d{2}-\d{2}", "its values don't look like dates with a time"),
    "year": (r"^\d{4}$", "its values don't look like years"),
    "phone": (r"^[+(]?\d[\d\s().+x-]{5,}$", "its values don't look like phone numbers"),
}
_IDS = ("id", "guid", "user_id")


def doubt(contract: Contract, table: Table, column: Column, values: pl.Series) -> str:
    """Why these values (text, as sent) may not be the column's, in words; empty if nothing is odd.

    A column without any values is doubtful where it is required.
    """
    given = pl.select(v=clean(pl.lit(values)))["v"].drop_nulls()
    if given.is_empty():
        needed = column.need == "required" or column.name in table.key
        return "it has no values" if needed else ""
    if column.words:
        return _strange_words(contract, column, given)
    if column.type in _SHAPES:
        shape, says = _SHAPES[column.type]
        return "" if _share(given, shape) >= _MOST else says
    if column.type in _IDS or column.name in table.key:
        return _no_ids(table, column, given)
    return _no_names(given) if _is_name(contract, table, column) else ""


def _share(values: pl.Series, pattern: str) -> float:
    return float(values.str.contains(pattern).mean() or 0.0)  # type: ignore[arg-type]


def _strange_words(contract: Contract, column: Column, values: pl.Series) -> str:
    words = contract.words[column.words]
    if words.keep or words.open:
        return ""
    if column.list:
        values = values.str.split(",").explode().str.strip_chars()
    known = values.str.to_lowercase().is_in(list(words.spellings())).mean()
    return "" if float(known or 0.0) >= _MOST else f"few of its values are words of {column.name}"  # type: ignore[arg-type]


def _no_ids(table: Table, column: Column, values: pl.Series) -> str:
    for pattern, what in ((_EMAIL, "e-mail addresses"), (_DATE, "dates"), (r"\S\s+\S", "texts")):
        if _share(values, pattern) > _MOST:
            return f"its values look like {what}"
    alone = table.key == (column.name,) and table.repeats is None
    if alone and values.n_unique() < _AGAIN * len(values):
        return "the same values come again and again"
    return ""


def _is_name(contract: Contract, table: Table, column: Column) -> bool:
    """Whether a person's name in the roster is built from it."""
    source = Source(contract, table, frozenset(), "", "")
    names = ("given_name", "middle_name", "family_name")
    return any(
        column.name in names_in(source, make, name)
        for make in table.makes
        for name in names
        if name in make.columns
    )


def _no_names(values: pl.Series) -> str:
    for pattern, what in ((_EMAIL, "e-mail addresses"), (r"^\W*\d", "numbers or dates")):
        if _share(values, pattern) > _MOST:
            return f"its values look like {what}"
    return ""
