"""The pandera form of a contract: one ``DataFrameSchema`` per table, whose checks bear our codes.

It says the same as the compiled checks (``importer/checks``) in a second, independent way
(``declared_types``, ``declared_harm``, ``declared_rows``): the tests hold the two against each
other, and a district or vendor adds its own checks here::

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

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.config import config_context, set_config
from pandera.errors import SchemaErrorReason, SchemaErrors

from importer.contracts.contract import Column, Contract, Table
from importer.contracts.declared_harm import as_read, harm
from importer.contracts.declared_rows import again, links, over_keys, over_rows
from importer.contracts.declared_types import Good, rules
from importer.contracts.declared_values import meant, nothing_of, parts
from importer.contracts.values import clean

FAILURES: dict[str, pl.DataType] = {
    "code": pl.String(),  # the name of the check
    "row": pl.UInt32(),  # place in the frame, from 0; null = the whole frame
    "column": pl.String(),  # null = a check over whole rows
    "value": pl.String(),
}

_BUILT_IN = {"not_nullable": "CELL-201", "column_in_dataframe": "FILE-120"}
# The other backend reports half of the duplicates, and the checks below are written for this one.
set_config(use_narwhals_backend=False)


def schema(
    contract: Contract,
    table: str,
    mode: str = "bulk",
    others: Mapping[str, pl.DataFrame] | None = None,
) -> pa.DataFrameSchema:
    """The rules of a table: over single values, over the columns of a row, and over rows of one id.

    ``mode``: bulk, or delta, where further columns are required. ``others``: the frames of the
    other tables, by name; with them, references are judged too (to the table itself as well). What
    depends on which rows are left out, or on time, is not in it: rules of the kinds only_for,
    any_of, unique, one, some, within, belongs, alike and complete.
    """
    source = contract.tables[table]
    columns = {}
    for name, column in source.columns.items():
        if column.derive:
            continue
        needed = column.need == "required" or (column.need == "delta" and mode == "delta")
        nothing = nothing_of(contract, column)
        checks = [_required(column)] if needed else []
        checks += [_not_said(nothing)] if nothing else []
        checks.append(_trimmed(column))
        checks += [
            check(code, good, column.list, nothing, column.reads)
            for code, good in _beside(rules(contract, column), source, column).items()
        ]
        checks += over_rows(contract, source, name)
        checks += over_keys(contract, source) if name in source.key[:1] else []
        checks += links(contract, source, column, others) if others is not None else []
        there = column.need == "required" or name in source.key
        columns[name] = pa.Column(str, checks, nullable=not needed, required=there)
    return pa.DataFrameSchema(columns, again(contract, source), name=f"{contract.name} {table}")


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
        value = meant(clean(pl.col(data.key)), codes or {}, items)
        each = parts(value).list.eval(good(pl.element())).list.all()
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


def _required(column: Column) -> pa.Check:
    """CELL-201 for cells that hold blanks only; cells without anything fail ``not_nullable``."""

    def passes(data: PolarsData) -> pl.LazyFrame:
        raw = pl.col(data.key)
        value = meant(clean(raw), column.reads, column.list)
        there = parts(value).list.len() > 0 if column.list else value.is_not_null()
        return data.lazyframe.select(raw.is_null() | there.fill_null(False))

    return pa.Check(passes, name="CELL-201")


def _not_said(nothing: str) -> pa.Check:
    """CELL-219: a value that is missing is left empty, not written out."""

    def passes(data: PolarsData) -> pl.LazyFrame:
        value = clean(pl.col(data.key))
        return data.lazyframe.select(value.is_null() | (value != nothing))

    return pa.Check(passes, name="CELL-219")


def _trimmed(column: Column) -> pa.Check:
    """CELL-208: no blanks around a value."""

    def passes(data: PolarsData) -> pl.LazyFrame:
        raw = pl.col(data.key)
        said = parts(raw).list.len() > 0 if column.list else clean(raw).is_not_null()
        return data.lazyframe.select(~(said & (raw.str.strip_chars() != raw)).fill_null(False))

    return pa.Check(passes, name="CELL-208")


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
