"""Cheap predicates that are true for every row in which an exact rule could find anything.

This is what makes checking run at the speed of reading: one streaming pass evaluates them over
all rows, and the exact rules (``exact.py``, ``rules.py``) see only the rows that they let by. They
may let good rows by; that costs time, never a finding. A test compares with running the exact
rules on every row.
"""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from importer.checks import exact
from importer.checks.bound import Bound
from importer.checks.habits import NOTHING, Habits
from importer.checks.marks import mask
from importer.checks.references import Known
from importer.checks.rules import former
from importer.contracts.contract import Column, Rule, Words
from importer.contracts.values import clean, parsed_date

_MOST_WORDS = 64  # distinct values up to which a column is checked by a list of good ones
_AROUND = timedelta(days=3_650)  # the days that may occur: birthdays of a school span 20 years
_YEARS = (1900, 2200)  # within which days are listed
_USUAL = 0.9
_FEWEST_SAMPLES = 200
_ONE_ID = r"\{[^{},:]+:[^{},\s]+\}"
_USER_IDS = rf"^{_ONE_ID}(?:,{_ONE_ID})*$"


def blank(value: pl.Expr) -> pl.Expr:
    """No value: nothing at all, or quoted nothing."""
    return value.is_null() | (value == "")


def column_suspect(
    bound: Bound,
    column: Column,
    known: Mapping[str, Known],
    local: pl.Expr,
    sample: pl.DataFrame,
) -> pl.Expr:
    """The predicate for one column in the pass over the file.

    ``known``: source table → the ids that may be named; ``local``: what ``local_suspect`` says.
    """
    if column.ref not in known:
        return local
    value = pl.col(bound.at[column.name])
    right = right_ids(column, known[column.ref])
    # An id that may be named has passed all rules where it was given, but for being a list.
    unknown = ~value.hash().is_in(right.implode()) & ~blank(value)
    if column.list:
        unknown &= ~value.is_in(_known_lists(bound, column, right, sample))
    return unknown.fill_null(False) | _missing(bound, column)


def _missing(bound: Bound, column: Column) -> pl.Expr:
    value = pl.col(bound.at[column.name])
    if not exact.needed(bound, column):
        return pl.lit(False)
    # A list may hold commas and blanks only.
    return blank(value.str.strip_chars(", \t")) if column.list else blank(value)


def local_suspect(bound: Bound, column: Column, sample: pl.DataFrame) -> pl.Expr:
    """What one column tells by itself, without the ids of other files."""
    doubts = [_missing(bound, column), *_odd(bound, column, sample)]
    if column.pattern:
        value = pl.col(bound.at[column.name])
        doubts.append(~blank(value) & ~value.str.contains(column.pattern))
    if column.name in bound.table.former:
        doubts.append(former(bound, column.name, pl.col(bound.at[column.name])))
    if column.reads:
        doubts.append(_coded(bound, column))
    if word := exact.null_word(bound, column):
        doubts.append(pl.col(bound.at[column.name]) == word)
    return pl.any_horizontal(p.fill_null(False) for p in doubts)


def _coded(bound: Bound, column: Column) -> pl.Expr:
    """Cells that hold a code of the column."""
    codes = [code.lower() for code in column.reads]
    low = clean(pl.col(bound.at[column.name]), bound.sheet.ascii_only).str.to_lowercase()
    if column.list:
        return low.str.split(",").list.eval(pl.element().str.strip_chars().is_in(codes)).list.any()
    return low.is_in(codes)


def _odd(bound: Bound, column: Column, sample: pl.DataFrame) -> list[pl.Expr]:
    value = pl.col(bound.at[column.name])
    if column.ref:
        return [_untidy(column, value)]
    if column.words:  # of a list of words, those with a single one pass here
        words = bound.contract.words[column.words]
        return [~value.is_in([*words.list, ""]) & ~_own_word(column, words, value)]
    good = _frequent(bound, column, sample)
    if good:
        return [~value.is_in([*good, ""])]
    return [*_by_type(column, value), *_damaged(bound, column, value)]


def _damaged(bound: Bound, column: Column, value: pl.Expr) -> list[pl.Expr]:
    """What spreadsheets leave in values that are right by their type."""
    pattern = mask(_habits(bound, column), bound.sheet.ascii_only, column.type)
    return [value.str.contains(pattern)] if pattern else []


def _habits(bound: Bound, column: Column) -> Habits:
    return bound.habits.get(column.name, NOTHING)


def _own_word(column: Column, words: Words, value: pl.Expr) -> pl.Expr:
    """A single word of somebody's own, where the format lets people have them."""
    if not words.open:
        return pl.lit(False)
    short = value.str.len_bytes() <= column.max_length
    tidy = ~value.str.contains(r"[,\s]") & (value.str.len_bytes() == value.str.len_chars())
    return value.str.starts_with(words.open) & short & tidy


def right_ids(column: Column, known: Known) -> pl.Series:
    """Hashes of the ids in which no rule could find anything: there, and of the right kind."""
    if column.target is None:
        return known.accepted
    return known.typed.get((column.target.column, column.target.is_), known.accepted)


def _frequent(bound: Bound, column: Column, sample: pl.DataFrame) -> list[str]:
    """The good values of a column that seems to have only few; empty if it has many."""
    if sample.height < _FEWEST_SAMPLES:
        return []
    values = sample[bound.at[column.name]].drop_nulls().unique(maintain_order=True)
    if len(values) > _MOST_WORDS and column.type == "date" and not column.list:
        values = _days(values, column.formats[0])
    elif len(values) > _MOST_WORDS:
        return []
    found = values.filter(values.str.normalize("NFC") == values).to_list()
    if column.type == "text":  # what `exact` asks of plain text, without its cost per column
        plain = all(v.isascii() for v in found)
        pattern = mask(_habits(bound, column), ascii_only=plain) or "^$"
        sound = pl.Series(found, dtype=pl.String).str.contains(pattern).not_()
        tidy = [v == v.strip() and len(v) <= column.max_length for v in found]
        return [v for v, good, fine in zip(found, tidy, sound, strict=True) if good and fine]
    # A column that is blank throughout the sample is told by its type, cheaply enough.
    return exact.known_good(bound, column, found) if found else []


def _days(values: pl.Series, written: str) -> pl.Series:
    """All days around the middle one of some dates; none if these are usually written otherwise."""
    dates = values.to_frame("day").select(parsed_date(pl.col("day"), written)).to_series()
    middle = dates.drop_nulls().sort()[dates.count() // 2] if dates.count() else None
    if middle is None or not _YEARS[0] < middle.year < _YEARS[1]:
        return values.clear()
    around = pl.date_range(middle - _AROUND, middle + _AROUND, eager=True).dt.to_string(written)
    usual = values.is_in(around.implode()).sum() >= _USUAL * len(values)
    return around if usual else values.clear()


def _known_lists(
    bound: Bound, column: Column, accepted: pl.Series, sample: pl.DataFrame
) -> list[str]:
    """Frequent cells that list several ids, all of which may be named."""
    cells = sample[bound.at[column.name]].drop_nulls().unique(maintain_order=True)
    if len(cells) > _MOST_WORDS:
        return []
    items = pl.element().str.strip_chars().hash()
    split = cells.str.split(",").list.eval(items.is_in(accepted.implode()))
    return cells.filter(split.list.all() & (cells == cells.str.strip_chars())).to_list()


def _untidy(column: Column, value: pl.Expr) -> pl.Expr:
    """Too long, with spaces around, or with letters whose Unicode form may have to change."""
    size = value.str.len_bytes()
    spaced = value.str.strip_chars() != value
    return (size > column.max_length) | spaced | (size != value.str.len_chars())


def _by_type(column: Column, value: pl.Expr) -> list[pl.Expr]:
    long = value.str.len_bytes() > column.max_length
    if column.list and column.type == "user_id":
        return [~blank(value) & ~value.str.contains(_USER_IDS), long]
    if column.list and column.type not in ("text", "id"):
        return [~blank(value)]
    match column.type:
        case "id":
            return [long, value.str.contains("[^!-~]")]
        case "guid":
            return [long, ~blank(value) & ~value.str.contains(exact.GUID)]
        case "email":
            return [long, ~blank(value) & ~value.str.contains(exact.EMAIL)]
        case "phone":
            return [~blank(value) & ~value.str.contains(exact.PHONE)]
        case "zip":
            short = value.str.contains(exact.SHORT_ZIP)
            return [long, value.str.strip_chars() != value, short, value.str.contains("^#")]
        case "year":
            return [~blank(value) & ~value.str.contains(exact.YEAR)]
        case "datetime":
            return [long, ~blank(value) & ~value.str.contains(exact.DATETIME_SURE)]
        case "date":
            return [~blank(value) & parsed_date(value, column.formats[0]).is_null()]
    return [long, value.str.strip_chars() != value]


def _only_iso(column: Column) -> bool:
    return column.formats == ("%Y-%m-%d",) and not column.two_digit


def rule_suspect(bound: Bound, rule: Rule) -> pl.Expr | None:
    """The predicate of a rule over several columns; None where the file lacks one of them."""
    if any(name not in bound.at for name in rule.columns):
        return None
    values = [pl.col(bound.at[name]) for name in rule.columns]
    match rule.kind:
        case "needs":
            given = [~blank(pl.col(bound.at[n])) for n in rule.when_any if n in bound.at]
            return pl.any_horizontal(given) & pl.any_horizontal([blank(v) for v in values])
        case "together":
            return blank(values[0]) != blank(values[1])
        case "order":
            first, second = values
            if all(_only_iso(bound.table.columns[name]) for name in rule.columns):
                return first > second  # ISO dates sort as text
            return ~blank(first) & ~blank(second)
        case "year_of_end":
            return ~values[1].str.starts_with(values[0])
        case "same_length":
            commas = [v.str.count_matches(",", literal=True) for v in values]
            return ~blank(values[0]) & ~blank(values[1]) & (commas[0] != commas[1])
        case "only_for":
            return (values[0].str.to_lowercase() == rule.value) & (values[1] != rule.only["is"])
        case "any_of":
            said = [v.str.to_lowercase() == rule.value for v in values]
            return ~pl.any_horizontal(test.fill_null(False) for test in said)
        case "unique" | "one" | "some":
            return None  # told by hashes, see keys.py and groups.py
        case "within" | "belongs" | "alike" | "complete":
            # told by other files, by all values: windows.py, belongs.py, alike.py, complete.py
            return None
    raise ValueError(f"unknown rule kind {rule.kind!r}")
