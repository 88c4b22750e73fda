"""The pandera form of a contract: one ``DataFrameSchema`` per table, whose checks bear our codes.

It says the same as the compiled checks (``importer/checks``) in a second, independent way: the
tests hold the two against each other, and a district or vendor adds its own checks here::

    import pandera.polars as pa
    from importer.contracts.load import contracts
    from importer.contracts.declared import check, schema, validate

    students = schema(contracts()["clever"], "students")
    digits = check("OWN-1", lambda value: value.str.contains("^[0-9]{6}$"))
    number = students.columns["Student_number"]
    students = students.update_column("Student_number", checks=[*number.checks, digits])
    students = students.add_columns({"Bus": pa.Column(str, nullable=True, required=False)})
    print(validate(students, frame))  # code, row, column, value

The columns bear the contract's names. A frame holds text only: ``pl.read_csv(…,
infer_schema=False)``; ``coerce`` doesn't work with polars 2.
"""

import re
from collections.abc import Callable, Collection, Mapping

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.config import config_context, set_config
from pandera.errors import SchemaErrorReason, SchemaErrors

from importer.contracts.contract import Column, Contract, Table
from importer.contracts.declared_harm import as_read, harm, serial, shortened
from importer.contracts.values import clean

Good = Callable[[pl.Expr], pl.Expr]
"""Takes the expression of a value, gives the expression of whether it is good."""

FAILURES: dict[str, pl.DataType] = {
    "code": pl.String(),  # the name of the check
    "row": pl.UInt32(),  # place in the frame, from 0; null = the whole frame
    "column": pl.String(),  # null = a check over whole rows
    "value": pl.String(),
}

_BUILT_IN = {"not_nullable": "CELL-201", "column_in_dataframe": "FILE-120"}
_PARTS = {"Y": "(?P<year>[0-9]{4})", "y": "(?P<year>[0-9]{2})"}
# Controls, formats (bidi, zero width, tags), the separators of lines, and the no-break space.
_HIDDEN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\x{A0}]"

# The other backend reports half of the duplicates, and the checks below are written for this one.
set_config(use_narwhals_backend=False)


def schema(contract: Contract, table: str, mode: str = "bulk") -> pa.DataFrameSchema:
    """All single-value rules of a table, and its key if it is one column that may not repeat.

    ``mode``: bulk, or delta, where further columns are required. References, and rules over
    several columns, are not in it.
    """
    source = contract.tables[table]
    columns = {}
    for name, column in source.columns.items():
        if column.derive:
            continue
        needed = column.need == "required" or (column.need == "delta" and mode == "delta")
        codes = column.reads
        checks = [_required(column)] if needed else []
        nothing = contract.null_word if column.need == "optional" else ""
        checks += [_not_said(nothing)] if nothing else []
        checks += [
            check(code, good, column.list, nothing, codes)
            for code, good in _beside(_rules(contract, column), source, column).items()
        ]
        if source.key == (name,) and not source.repeats:
            checks.append(_one_meaning(source.columns))
        there = column.need == "required" or name in source.key
        columns[name] = pa.Column(str, checks, nullable=not needed, required=there)
    return pa.DataFrameSchema(columns, name=f"{contract.name} {table}")


def check(
    code: str,
    good: Good,
    items: bool = False,
    nothing: str = "",
    codes: Mapping[str, str] | None = None,
) -> pa.Check:
    """A check of values as importer reads them: trimmed, and a missing value is fine.

    ``items``: the values of a list in a cell are judged one by one; ``nothing``: a text that
    stands for a missing value; ``codes``: values and what they stand for.
    """

    def passes(data: PolarsData) -> pl.LazyFrame:
        value = _meant(clean(pl.col(data.key)), codes or {}, items)
        each = _items(value).list.eval(good(pl.element())).list.all()
        missing = value.is_null() | (value == nothing) if nothing else value.is_null()
        return data.lazyframe.select(missing | (each if items else good(value)))

    return pa.Check(passes, name=code)


def validate(schema: pa.DataFrameSchema, frame: pl.DataFrame) -> pl.DataFrame:
    """What the checks of ``schema`` say against ``frame``, as the columns of ``FAILURES``.

    Rows without any value are not judged. Raises where a column isn't text, and the error of a
    check that can't run: pandera would note either as one more failure.
    """
    if not isinstance(frame, pl.DataFrame):  # of a LazyFrame pandera looks at the types only
        raise TypeError("validate takes a DataFrame; collect the LazyFrame first")
    known = [name for name in frame.columns if name in schema.columns]
    if typed := {name: frame.schema[name] for name in known if frame.schema[name] != pl.String}:
        raise TypeError(f"these columns are not text: {typed}")
    filled = pl.any_horizontal(pl.lit(False), *(clean(pl.col(n)).is_not_null() for n in known))
    there = frame.with_row_index("_place").filter(filled)
    try:
        with config_context(validation_enabled=True, validation_depth="SCHEMA_AND_DATA"):
            schema.validate(there.select(frame.columns), lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            if error.reason_code == SchemaErrorReason.CHECK_ERROR:
                raise RuntimeError(f"{error.check} can't run: {error.failure_cases}") from error
        return _failures(errors.failure_cases, there)
    return pl.DataFrame(schema=FAILURES)


def _failures(cases: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    absent = pl.col("check") == "column_in_dataframe"
    # Beside a check over whole rows stands the name of the schema.
    single = pl.col("schema_context") == "Column"
    place = there["_place"].gather(cases["index"]) if there.height else pl.lit(None)
    named = cases.select(
        code=pl.col("check").replace(_BUILT_IN),
        row=place,
        column=pl.when(absent).then("failure_case").when(single).then("column"),
        value=pl.when(~absent).then("failure_case"),
    )
    return named.cast(FAILURES).sort("row", maintain_order=True)  # type: ignore[arg-type]


def _items(value: pl.Expr) -> pl.Expr:
    """The values of a list in a cell."""
    return value.str.split(",").list.eval(clean(pl.element()).drop_nulls())


def _meant(value: pl.Expr, codes: Mapping[str, str], items: bool) -> pl.Expr:
    """What a value stands for, code by code; a code for nothing gives a missing value."""

    def one(text: pl.Expr) -> pl.Expr:
        told = text
        for code, meant in codes.items():
            told = (
                pl.when(text.str.to_lowercase() == code.lower()).then(pl.lit(meant)).otherwise(told)
            )
        return clean(told)

    if not codes:
        return value
    return _items(value).list.eval(one(pl.element())).list.join(",") if items else one(value)


def _required(column: Column) -> pa.Check:
    """CELL-201 for cells that hold blanks only; cells without anything fail ``not_nullable``."""

    def passes(data: PolarsData) -> pl.LazyFrame:
        raw = pl.col(data.key)
        value = _meant(clean(raw), column.reads, column.list)
        there = _items(value).list.len() > 0 if column.list else value.is_not_null()
        return data.lazyframe.select(raw.is_null() | there.fill_null(False))

    return pa.Check(passes, name="CELL-201")


def _not_said(nothing: str) -> pa.Check:
    """CELL-219: a value that is missing is left empty, not written out."""

    def passes(data: PolarsData) -> pl.LazyFrame:
        value = clean(pl.col(data.key))
        return data.lazyframe.select(value.is_null() | (value != nothing))

    return pa.Check(passes, name="CELL-219")


def _one_meaning(columns: Collection[str]) -> pa.Check:
    """ROW-301: rows with one key must say the same; pandera's ``unique`` refuses those too."""

    def passes(data: PolarsData) -> pl.LazyFrame:
        known = [name for name in data.lazyframe.collect_schema() if name in columns]
        key, row = clean(pl.col(data.key)), pl.struct(clean(pl.col(name)) for name in known)
        cut = shortened(key)  # ids that a spreadsheet made alike have their own check
        return data.lazyframe.select(key.is_null() | cut | (row.n_unique().over(key) == 1))

    return pa.Check(passes, name="ROW-301")


def _beside(rules: dict[str, Good], table: Table, column: Column) -> dict[str, Good]:
    """The rules of a type for what wasn't harmed on its way, and what says that it was."""
    harmed = harm(table, column)
    if not harmed:
        return rules
    # An id is judged with its apostrophe, all else without.
    last = [rule for code, rule in harmed.items() if code != "CELL-225" or "amount" in harmed]

    def whole(good: Good) -> Good:
        def passes(value: pl.Expr) -> pl.Expr:
            told = ~pl.all_horizontal(sound(value) for sound in last)
            return good(as_read(value, table, column)) | told

        return passes

    said = {code: good for code, good in harmed.items() if code.startswith("CELL")}
    return {**{code: whole(good) for code, good in rules.items()}, **said}


def _rules(contract: Contract, column: Column) -> dict[str, Good]:
    """The rules for a single value (of a list: one of its items) by code."""
    rules: dict[str, Good] = {}
    if not column.ref and not column.derive:
        rules["CELL-215"] = lambda value: value.str.len_chars() <= column.max_length
    if column.pattern:
        rules["CELL-218"] = lambda value: value.str.contains(column.pattern)
    if column.words:
        words = contract.words[column.words]
        known = {*(word.lower() for word in words.list), *words.read_as}
        own = words.open or "\0"  # no value begins so
        rules["CELL-204"] = lambda value: (
            value.str.to_lowercase().is_in(known) | value.str.starts_with(own)
        )
    elif not column.ref:  # a reference is good if there is such a key
        rules |= _TYPES[column.type](column)
    return rules


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
        return pl.any_horizontal(_day_of(value, format_) for format_ in column.formats)

    counted: dict[str, Good] = {"CELL-234": lambda value: ~serial(value)}
    if not column.two_digit:
        return {"CELL-206": lambda value: full(value) | serial(value), **counted}

    def short(value: pl.Expr) -> pl.Expr:
        return _day_of(value, column.two_digit)

    return {
        "CELL-206": lambda value: full(value) | short(value) | serial(value),
        "CELL-207": lambda value: full(value) | ~short(value),
        **counted,
    }


def _day_of(value: pl.Expr, format_: str) -> pl.Expr:
    """Whether the text has this form and is a day of the calendar, told by arithmetic."""
    digits = "2" if format_.startswith("%Y-") else "1,2"  # ISO 8601 pads
    parts = {**_PARTS, "m": f"(?P<month>[0-9]{{{digits}}})", "d": f"(?P<day>[0-9]{{{digits}}})"}
    pattern = re.sub("%([Yymd])", lambda match: parts[match[1]], format_)
    found = value.str.extract_groups(f"^{pattern}$").struct
    year, month, day = (found.field(n).cast(pl.Int32) for n in ("year", "month", "day"))
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    february = pl.when(leap).then(29).otherwise(28)
    days = pl.when(month.is_in([4, 6, 9, 11])).then(30).otherwise(31)
    days = pl.when(month == 2).then(february).otherwise(days)
    return (month.is_between(1, 12) & day.is_between(1, days)).fill_null(False)


def _datetime(column: Column) -> dict[str, Good]:
    def day(value: pl.Expr) -> pl.Expr:
        return _day_of(value, "%Y-%m-%d")

    def moment(value: pl.Expr) -> pl.Expr:
        # Cut at the first T; what follows must be a time of day, in UTC.
        rest = value.str.extract("T(.*)$")
        hour, minute, second = (
            rest.str.extract("^([0-9]{2}):([0-9]{2}):([0-9]{2})", n).cast(pl.Int32)
            for n in (1, 2, 3)
        )
        shape = rest.str.contains(r"^.{8}(\.[0-9]+)?Z$")
        told = (hour < 24) & (minute < 60) & (second < 60) & shape
        return day(value.str.extract("^([^T]*)T")) & told.fill_null(False)

    return {
        "CELL-211": lambda value: moment(value) | day(value),
        "CELL-212": lambda value: ~day(value),
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
