"""How source rows become canonical rows, as the ``makes`` of a contract declare it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from importer.contracts.contract import Contract, Make, Table
from importer.contracts.values import any_date
from importer.model.tables import ORIGIN, TABLES

_DAYS = re.compile(r" ([+-]\d+)d$")


@dataclass(frozen=True)
class Source:
    """Where rows come from: a table of a contract, the columns its file has, drop and file."""

    contract: Contract
    table: Table
    present: frozenset[str]
    drop: str
    file: str


def _alternatives(source: Source, make: Make, column: str) -> list[set[str]]:
    """For each way to build a canonical column, the source columns that it can't do without."""
    text = source.contract.expression(source.table.name, make.columns[column])
    text = _DAYS.sub("", text).partition(" == ")[0]
    if "$each" in text:
        return [{name} for name in (*make.each, make.each_in) if name]
    return [
        {_bare(part) for part in choice.split(" & ") if part[0] != "=" and part[-1] != "?"}
        - {"$each"}
        for choice in text.split(" | ")
    ]


def columns_in(text: str) -> list[str]:
    """The columns that an expression names, in their order."""
    parts = [part for choice in text.split(" | ") for part in choice.split(" & ")]
    names = [_bare(part.removesuffix("?")) for part in parts if part[0] not in "=$"]
    return list(dict.fromkeys(names))


def _bare(part: str) -> str:
    """The column in ``lower(column)``."""
    return part.removeprefix("lower(").removesuffix(")")


def names_in(source: Source, make: Make, column: str) -> set[str]:
    """The source columns that a canonical column of a make is built from."""
    return set().union(*_alternatives(source, make, column))


def provided(source: Source, make: Make) -> set[str]:
    """The canonical columns that this file really says something about."""
    said = set()
    for column in make.columns:
        names = names_in(source, make, column)
        if not names or names & source.present:
            said.add(column)
    return said


def origin_name(source: Source, make: Make) -> str:
    """What the stored rows of a make carry as ``origin_table``."""
    return make.name or source.contract.prefix + source.table.name


def silent(source: Source, make: Make) -> bool:
    """Whether the file lacks the columns that tell the keys of a make: then it says nothing.

    A column that isn't there is not a column of blanks: nobody is archived for it.
    """
    ways = [_alternatives(source, make, k) for k in TABLES[make.table].key if k in make.columns]
    if make.when:
        ways.append([{make.when.partition(" == ")[0]}])
    ways += [[{name}] for name in make.among]
    return not all(any(names <= source.present for names in way) for way in ways)


def telling(contract: Contract, table: Table) -> set[str]:
    """The source columns that tell who and what a row is about: all that keys are built from."""
    source = Source(contract, table, frozenset(), "", "")
    used = {make.when.partition(" == ")[0] for make in table.makes} - {""}
    for make in table.makes:
        used |= set(make.among)
        keys = [key for key in TABLES[make.table].key if key in make.columns]
        used.update(*(names_in(source, make, key) for key in keys))
    return used


def owner(source: Source, make: Make) -> dict[str, str]:
    """Canonical columns that take the source row's own key: canonical → source column.

    All rows that a source row makes share these values, so they tell which stored rows came from
    a source row even where its other values can't be read.
    """
    key = source.table.key
    plain = {c: text for c, text in make.columns.items() if text in key}
    if set(plain.values()) >= set(key):
        return plain
    return {}


def names_school(make: Make) -> str:
    """The column whose cells name the school of a make's rows; empty where there is none alone."""
    school = make.columns.get("school_id", "")
    if school == "$each":
        return make.each_in
    return "" if make.each_in else school


def make_rows(source: Source, make: Make, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Canonical rows of one make, in the shape of ``tables.stored_schema`` (any subset of it).

    ``rows`` has ``_row`` and clean text under the contract's names, and the flags of ``among``.
    """
    if make.when:
        rows = _those(source, make.when, rows)
    if make.among:
        rows = rows.filter(pl.col(among_flag(*pair)) for pair in make.among.items())
    rows = in_roster_words(source, rows)
    if (make.stays or make.introduces) and (gone := marked_as_gone(source)) is not None:
        rows = rows.filter(~gone)
    if make.each:
        slots = [name for name in make.each if _has(source, name)]
        listed = pl.concat_list(slots) if slots else pl.lit(None, pl.List(pl.String))
        rows = _exploded(rows, listed)
    elif make.each_in:
        nothing = pl.lit(None, pl.List(pl.String))
        there = _has(source, make.each_in)
        listed = pl.col(make.each_in).str.split(make.separator)
        rows = _exploded(rows, listed if there else nothing)
    target = TABLES[make.table]
    columns = {name: value_of(source, make, name, dtype) for name, dtype in target.columns.items()}
    made = rows.select(**columns, **_origin(source, make))
    return made.filter(pl.all_horizontal(pl.col(key).is_not_null() for key in target.key))


def among_flag(column: str, table: str) -> str:
    """The column that tells whether a row's value in ``column`` is the key of a row of ``table``.

    >>> among_flag("user_id", "teachers")
    '_user_id in teachers'
    """
    return f"_{column} in {table}"


def in_roster_words(source: Source, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows whose words are those of the roster, where a contract says that they mean the same."""
    found = []
    for name in sorted(source.present):
        words = source.contract.words.get(source.table.columns[name].words)
        if words and words.means:
            means = {word.lower(): meant for word, meant in words.means.items()}
            low = pl.col(name).str.to_lowercase()
            read = low.replace_strict(means, default=None, return_dtype=pl.String)
            found.append(pl.coalesce(read, name).alias(name))
    return rows.with_columns(found) if found else rows


def _has(source: Source, name: str) -> bool:
    return name in source.present


def _exploded(rows: pl.LazyFrame, listed: pl.Expr) -> pl.LazyFrame:
    each = pl.col("$each").str.strip_chars()
    rows = rows.with_columns(listed.alias("$each")).explode("$each")
    return rows.filter(each.is_not_null(), each != "").with_columns(each)


def _those(source: Source, when: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows in which a column is filled, or (``A == word``) says this word."""
    name, _, word = when.partition(" == ")
    if not _has(source, name):
        return rows.clear()
    value = pl.col(name)
    return rows.filter(value.str.to_lowercase() == word if word else value.is_not_null())


def marked_as_gone(source: Source) -> pl.Expr | None:
    """Whether a row is marked as gone; None where rows don't say."""
    state = source.contract.row_state
    if state is None or state.column not in source.present:
        return None
    return (pl.col(state.column).str.to_lowercase() == state.gone).fill_null(False)


def _origin(source: Source, make: Make) -> dict[str, pl.Expr]:
    status = pl.lit("active")
    if (gone := marked_as_gone(source)) is not None:
        status = pl.when(gone).then(pl.lit("archived")).otherwise(status)
    return {
        "status": status,
        "origin_drop": pl.lit(source.drop),
        "origin_file": pl.lit(source.file),
        "origin_table": pl.lit(origin_name(source, make)),
        "origin_row": pl.col("_row").cast(ORIGIN["origin_row"]),
        "local": pl.lit(None, ORIGIN["local"]),
    }


def value_of(source: Source, make: Make, column: str, dtype: pl.DataType) -> pl.Expr:
    """One canonical column, typed; null where the format doesn't say it."""
    if column not in make.columns:
        return pl.lit(None, dtype)
    text = source.contract.expression(source.table.name, make.columns[column])
    if dtype == pl.Date():
        return _date(source, text)
    text, _, word = text.partition(" == ")
    value = _text(source, text)
    if dtype == pl.Boolean():
        return value.str.to_lowercase() == (word or "true")
    if isinstance(dtype, pl.List):
        field = source.table.columns.get(text)
        if field and field.list:
            split = value.str.split(",").list.eval(pl.element().str.strip_chars())
            return split.list.eval(pl.element().filter(pl.element() != ""))
        return pl.when(value.is_not_null()).then(pl.concat_list(value))
    return value


def _date(source: Source, text: str) -> pl.Expr:
    shift = _DAYS.search(text)
    name = _DAYS.sub("", text)
    if not _has(source, name):
        return pl.lit(None, pl.Date)
    date = any_date(pl.col(name), source.table.columns[name])
    return date.dt.offset_by(f"{shift.group(1)}d") if shift else date


def _text(source: Source, text: str) -> pl.Expr:
    return text_expr(
        text, lambda n: pl.col(n) if _has(source, n) or n == "$each" else pl.lit(None, pl.String)
    )


def text_expr(text: str, value: Callable[[str], pl.Expr]) -> pl.Expr:
    """The text that an expression of a contract stands for; ``value`` gives that of a column."""
    choices = [_joined(choice.split(" & "), value) for choice in text.split(" | ")]
    return choices[0] if len(choices) == 1 else pl.coalesce(choices)


def shown_expr(text: str, value: Callable[[str], pl.Expr]) -> pl.Expr:
    """What the cells say that ``text_expr`` builds from: as they are spelled, without its marks."""
    bare = [
        [_bare(part) for part in choice.split(" & ") if part[0] != "="]
        for choice in text.split(" | ")
    ]
    return pl.coalesce(_joined(parts, value, " ") for parts in bare if parts)


def _joined(texts: list[str], value: Callable[[str], pl.Expr], separator: str = ":") -> pl.Expr:
    parts = [_part(part, value) for part in texts]
    return parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=separator)


def _part(part: str, value: Callable[[str], pl.Expr]) -> pl.Expr:
    if part.startswith("="):
        return pl.lit(part[1:])
    if part.startswith("lower("):
        return value(_bare(part)).str.to_lowercase()
    found = value(part.removesuffix("?"))
    return found.fill_null("") if part.endswith("?") else found


def constants(make: Make) -> Mapping[str, str]:
    """Canonical columns that every row of a make has the same text in."""
    return {
        c: text[1:] for c, text in make.columns.items() if text.startswith("=") and " " not in text
    }
