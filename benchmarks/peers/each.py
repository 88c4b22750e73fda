"""Each tool in its own words: a function that reads a file and gives the places of faulty rows.

A place counts data rows from 0. The libraries are looked up when they are used: none is needed to
run the others.
"""

import csv
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.peers.rules import (
    COLUMNS,
    DATE,
    DATE_FORM,
    EMAIL_FORM,
    EMAILS,
    KEY,
    LONGEST,
    REQUIRED,
    WORDS,
)

MILLER = os.environ.get("MILLER") or "mlr"


def pandera_polars(file: Path) -> Iterable[int]:
    """Run pandera on polars: ``validate(lazy=True)``, its failure cases."""
    pa, pl = import_module("pandera.polars"), import_module("polars")

    def said(good: Callable[[Any], Any]) -> Any:
        return pa.Check(lambda d: d.lazyframe.select(good(pl.col(d.key)).fill_null(True)))

    trimmed = said(lambda value: value.str.strip_chars() == value)
    dated = said(lambda v: v.is_null() | v.str.to_date(DATE_FORM, strict=False).is_not_null())
    checks = _checks(pa.Check, trimmed, dated)
    frame = pl.read_csv(file, infer_schema=False)
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(str, checks[name], nullable=name not in REQUIRED, unique=name == KEY)
            for name in COLUMNS
        }
    )
    try:
        schema.validate(frame, lazy=True)
    except import_module("pandera.errors").SchemaErrors as errors:
        return errors.failure_cases["index"].drop_nulls().unique().to_list()  # type: ignore[no-any-return]
    return []


def pandera_contract(file: Path) -> Iterable[int]:
    """Run pandera on polars with all that importer's contract declares for this file."""
    pl, load = import_module("polars"), import_module("importer.contracts.load")
    declared = import_module("importer.contracts.declared")
    schema = declared.schema(load.contracts()["clever"], file.stem)
    found = declared.validate(schema, pl.read_csv(file, infer_schema=False))
    return found["row"].drop_nulls().unique().to_list()  # type: ignore[no-any-return]


def pandera_pandas(file: Path) -> Iterable[int]:
    """Run pandera on pandas, in the same way."""
    pa, pd = import_module("pandera.pandas"), import_module("pandas")
    trimmed = pa.Check(lambda values: values.str.strip() == values)
    dated = pa.Check(lambda v: pd.to_datetime(v, format=DATE_FORM, errors="coerce").notna())
    checks = _checks(pa.Check, trimmed, dated)
    frame = pd.read_csv(file, dtype=str)
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(None, checks[name], nullable=name not in REQUIRED, unique=name == KEY)
            for name in COLUMNS
        }
    )
    try:
        schema.validate(frame, lazy=True)
    except import_module("pandera.errors").SchemaErrors as errors:
        return errors.failure_cases["index"].dropna().unique().tolist()  # type: ignore[no-any-return]
    return []


def _checks(check: Any, trimmed: Any, dated: Any) -> dict[str, list[Any]]:
    """The checks of both panderas by column."""
    found = {name: [check.str_length(max_value=LONGEST), trimmed] for name in COLUMNS}
    for name, words in WORDS.items():
        found[name].append(check.isin(words))
    for name in EMAILS:
        found[name].append(check.str_matches(EMAIL_FORM))
    found[DATE].append(dated)
    return found


def dataframely(file: Path) -> Iterable[int]:
    """dataframely: ``Schema.filter``, the details of what it left out."""
    dy, pl = import_module("dataframely"), import_module("polars")

    def among(words: list[str]) -> Callable[[Any], Any]:
        return lambda value: value.is_in(words)

    rules: dict[str, dict[str, Callable[[Any], Any]]] = {
        name: {"trimmed": lambda value: value.str.strip_chars() == value} for name in COLUMNS
    }
    for name, words in WORDS.items():
        rules[name]["words"] = among(words)
    rules[DATE]["day"] = lambda v: v.str.to_date(DATE_FORM, strict=False).is_not_null()
    frame = pl.read_csv(file, infer_schema=False).with_row_index("place")
    columns = {
        name: dy.String(
            nullable=name not in REQUIRED,
            unique=name == KEY,
            max_length=LONGEST,
            regex=EMAIL_FORM if name in EMAILS else None,
            check=rules[name],
        )
        for name in COLUMNS
    }
    schema: Any = type("Students", (dy.Schema,), {"place": dy.UInt32(), **columns})
    _, failures = schema.filter(frame)
    return failures.details()["place"].to_list()  # type: ignore[no-any-return]


def pointblank(file: Path) -> Iterable[int]:
    """pointblank: ``interrogate``, its extracts."""
    pb, pl = import_module("pointblank"), import_module("polars")
    value = pl.col
    plan = pb.Validate(pl.read_csv(file, infer_schema=False)).col_vals_not_null(list(REQUIRED))
    for name, words in WORDS.items():
        plan = plan.col_vals_expr(value(name).is_in(words) | value(name).is_null())
    for name in COLUMNS:
        short = value(name).str.len_chars() <= LONGEST
        trimmed = value(name).str.strip_chars() == value(name)
        plan = plan.col_vals_expr(short.fill_null(True)).col_vals_expr(trimmed.fill_null(True))
    dated = value(DATE).str.to_date(DATE_FORM, strict=False).is_not_null()
    plan = plan.col_vals_expr(dated | value(DATE).is_null())
    plan = plan.col_vals_regex(list(EMAILS), EMAIL_FORM, na_pass=True).rows_distinct([KEY])
    done = plan.interrogate(extract_limit=2**40)
    extracts = done.get_data_extracts().values()
    return {row - 1 for one in extracts if one is not None for row in one["_row_num_"]}


def great_expectations(file: Path) -> Iterable[int]:
    """GX Core on pandas: one batch, result format COMPLETE, its unexpected indices."""
    gx, pd = import_module("great_expectations"), import_module("pandas")
    expect = gx.expectations
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("files").add_dataframe_asset("students")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(
        {"dataframe": pd.read_csv(file, dtype=str)}
    )
    asked = [expect.ExpectColumnValuesToNotBeNull(column=name) for name in REQUIRED]
    asked += [
        expect.ExpectColumnValuesToBeInSet(column=name, value_set=words)
        for name, words in WORDS.items()
    ]
    for name in COLUMNS:
        asked.append(expect.ExpectColumnValueLengthsToBeBetween(column=name, max_value=LONGEST))
        asked.append(expect.ExpectColumnValuesToNotMatchRegex(column=name, regex=r"^\s|\s$"))
    asked.append(
        expect.ExpectColumnValuesToMatchStrftimeFormat(column=DATE, strftime_format=DATE_FORM)
    )
    asked += [
        expect.ExpectColumnValuesToMatchRegex(column=name, regex=EMAIL_FORM) for name in EMAILS
    ]
    asked.append(expect.ExpectColumnValuesToBeUnique(column=KEY))
    suite = gx.ExpectationSuite("students", expectations=asked)
    done = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    return {row for one in done.results for row in one.result.get("unexpected_index_list") or ()}


def frictionless(file: Path) -> Iterable[int]:
    """frictionless: a table schema, its report."""
    fl = import_module("frictionless")

    def field(name: str) -> dict[str, Any]:
        asked: dict[str, Any] = {"required": True} if name in REQUIRED else {}
        asked |= {"enum": WORDS[name]} if name in WORDS else {}
        asked |= {"pattern": EMAIL_FORM if name in EMAILS else r"\S(.*\S)?"} if name != DATE else {}
        asked |= {"maxLength": LONGEST} if name != DATE else {}
        asked |= {"unique": True} if name == KEY else {}
        kind = {"type": "date", "format": DATE_FORM} if name == DATE else {"type": "string"}
        return {"name": name, **kind, "constraints": asked}

    with file.open(newline="") as handle:
        names = next(csv.reader(handle))
    schema = fl.Schema.from_descriptor({"fields": [field(name) for name in names]})
    resource = fl.Resource(path=file.name, basepath=str(file.parent), schema=schema)
    report = fl.validate(resource, limit_errors=2**40)
    rows = (row for (row,) in report.flatten(["rowNumber"]) if row)
    return {row - 2 for row in rows}


def duckdb(file: Path) -> Iterable[int]:
    """DuckDB: the rules as SQL over the file."""
    db = import_module("duckdb")
    wrong = [f"{name} is null" for name in REQUIRED]
    wrong += [f"{name} not in {tuple(words)}" for name, words in WORDS.items()]
    wrong += [f"length({name}) > {LONGEST} or trim({name}) <> {name}" for name in COLUMNS]
    wrong.append(f"{DATE} is not null and try_strptime({DATE}, '{DATE_FORM}') is null")
    wrong += [f"not regexp_matches({name}, '{EMAIL_FORM}')" for name in EMAILS]
    table = f"read_csv('{file}', all_varchar = true, header = true)"
    again = f"select {KEY} from rows group by {KEY} having count(*) > 1"
    found = db.sql(
        f"with rows as (select row_number() over () - 1 as place, * from {table}) "
        f"select place from rows where {' or '.join(wrong)} or {KEY} in ({again})"
    ).fetchall()
    return [place for (place,) in found]


def miller(file: Path) -> Iterable[int]:
    """Miller: the rules in its own language; no calendar, which it has for padded dates alone."""
    wrong = [f'${name} == ""' for name in REQUIRED]
    wrong += [
        f'${name} != "" && ${name} !=~ "^({"|".join(words)})$"' for name, words in WORDS.items()
    ]
    wrong += [f"strlen(${name}) > {LONGEST} || strip(${name}) != ${name}" for name in COLUMNS]
    wrong.append(
        f'${DATE} != "" && ${DATE} !=~ "^(1[0-2]|0?[1-9])/(3[01]|[12][0-9]|0?[1-9])/[0-9]{{4}}$"'
    )
    email = EMAIL_FORM.replace("\\s", " \\t").replace("\\.", "[.]")
    wrong += [f'${name} != "" && ${name} !=~ "{email}"' for name in EMAILS]
    program = (
        f"bad = {' || '.join(f'({one})' for one in wrong)};"
        f" if (is_present(@first[${KEY}])) {{ bad = true; print @first[${KEY}] }}"
        f" else {{ @first[${KEY}] = NR }} if (bad) {{ print NR }}"
    )
    words = [MILLER, "--icsv", "--infer-none", "--ojsonl", "put", "-q", program, str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return {int(line) - 1 for line in done.stdout.split()}


@dataclass(frozen=True)
class Peer:
    """A tool: its function, its distribution (empty: a program), what it imports.

    most: students; larger files would take it minutes.
    """

    run: Callable[[Path], Iterable[int]]
    package: str = ""
    modules: tuple[str, ...] = ()
    most: int = 10**9

    def version(self) -> str | None:
        """Its version, or None where it is missing."""
        if not self.package:
            found = shutil.which(MILLER)
            told = found and subprocess.run(
                [found, "--version"], capture_output=True, text=True, check=False
            )
            return told.stdout.split()[-1] if told else None
        try:
            return version(self.package)
        except ImportError:
            return None


PEERS: Mapping[str, Peer] = {
    "pandera-polars": Peer(pandera_polars, "pandera", ("polars", "pandera.polars")),
    "pandera-contract": Peer(
        pandera_contract,
        "pandera",
        ("importer.contracts.load", "importer.contracts.declared"),
        most=100_000,
    ),
    "pandera-pandas": Peer(pandera_pandas, "pandera", ("pandas", "pandera.pandas")),
    "dataframely": Peer(dataframely, "dataframely", ("polars", "dataframely")),
    "pointblank": Peer(pointblank, "pointblank", ("polars", "pointblank")),
    "great_expectations": Peer(
        great_expectations, "great_expectations", ("pandas", "great_expectations")
    ),
    "frictionless": Peer(frictionless, "frictionless", ("frictionless",)),
    "duckdb": Peer(duckdb, "duckdb", ("duckdb",)),
    "miller": Peer(miller),
}
