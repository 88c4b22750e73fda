"""The oracle: pandera, told the same contract in other words, finds the same as the engine."""

from dataclasses import replace
from pathlib import Path

import pandera.polars as pa
import polars as pl
import pytest
from contracts_nasty import SMALL, File, contents, find, small, tables, written
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pandera.config import config_context

from importer.checks import exact, rules
from importer.checks.around import Around
from importer.checks.catalogue import CATALOGUE
from importer.checks.outcome import Outcome
from importer.checks.rules import former
from importer.checks.table import check_table
from importer.contracts.declared import FAILURES, check, schema, validate
from importer.contracts.load import contracts
from importer.model.sheet import ROW

CODES = [f"CELL-{n}" for n in (201, *range(203, 216), *range(218, 221))]
CODES += [f"CELL-{n}" for n in (221, 225, 226, 227, 234, 236, 238)]
CODES += [f"ROW-{n}" for n in (306, 307, 308, 309, 310)]
OF_IDS = ["ROW-301", "ROW-302", "ROW-303"]
CODES += OF_IDS

Found = set[tuple[str, int, str | None]]


def by_engine(file: File, outcome: Outcome) -> Found:
    """What the compiled checks find, with no other file to refer to."""
    columns = file.bound.table.columns
    # What is derived from several columns is no column of the file.
    ours = {t: o for o, t in file.bound.spelled.items() if not columns[o].derive}
    key = ", ".join(file.bound.spelled[name] for name in file.bound.key)
    # An id of several columns is told at the first, one that is made of columns not at all.
    derived = any(columns[name].derive for name in file.bound.key)
    named = {**({} if derived else {key: file.bound.key[0]}), **ours}
    # A column that needn't be filled may still be the place of one that is derived from it.
    free = [t for t, o in ours.items() if not exact.needed(file.bound, columns[o])]
    codes = [code for code in CODES if code not in OF_IDS or not derived]
    found = outcome.findings().filter(pl.col("code").is_in(codes))
    found = found.filter(~(pl.col("code") == "CELL-201") | ~pl.col("column").is_in(free))
    found = found.filter(pl.col("column").is_null() | pl.col("column").is_in(list(named)))
    places = found.select("code", "row", "column").iter_rows()
    return {(code, row, column and named[column]) for code, row, column in places}


def by_pandera(file: File, outcome: Outcome) -> Found:
    """What pandera finds in the cells as Python's own parser reads them.

    It is told in which order the dates are, which only all rows together can tell.
    """
    bound = outcome.bound
    # Of people who are no longer there nothing is asked: as if their rows had no value.
    gone = [former(bound, name, pl.col(name)) for name in bound.table.former if name in bound.at]
    there = pl.when(~pl.any_horizontal(pl.lit(False), *gone))
    cells = file.cells.with_columns(there.then(pl.col(name)) for name in file.cells.columns)
    tables = {**bound.contract.tables, bound.table.name: bound.table}
    contract = replace(bound.contract, tables=tables)
    failures = validate(schema(contract, bound.table.name, bound.mode), cells)
    assert set(failures["code"]) <= set(CODES)
    each = failures.select("code", pl.col("row") + 2, "column")
    # A row that only takes a record away need not say all about it, which pandera isn't told.
    leaving = rules.leaving(bound, bound.named(bound.sheet.scan().collect()))
    asked = [*(rule.check for rule in bound.table.rules), "CELL-201"]
    free = pl.col("code").is_in(asked) & pl.col("row").is_in(leaving.implode())
    return set(each.filter(~free).iter_rows())


def compare(file: File) -> None:
    """Both find the same."""
    around = Around({}, [], [], {}, {})
    outcome = check_table(file.bound, file.reading.findings, around, every=True)
    habits = outcome.bound.habits.items()
    apart: set[tuple[str, str | None]] = {("CELL-206", n) for n, habit in habits if habit.mixed}
    # Rows that say the same under two ids depend on which rows are left out already.
    apart |= {("ROW-302", None) for rule in file.bound.table.rules if rule.kind == "unique"}
    engine, pandera = (
        {place for place in found if (place[0], place[2]) not in apart}
        for found in (by_engine(file, outcome), by_pandera(file, outcome))
    )
    rows = sorted(engine ^ pandera, key=str)[:5]
    seen = [(*row, file.cells[row[2]][row[1] - 2] if row[2] else None) for row in rows]
    assert engine == pandera, (
        f"differ: {[(*s, 'engine' if s[:3] in engine else 'pandera') for s in seen]}"
    )


# No shrinking: the message names the cell, and finding a smaller file would take minutes.
@pytest.mark.parametrize("place", tables())
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(data=st.data())
def test_nasty_files(place: str, data: st.DataObject) -> None:
    contract, table = find(place)
    mode = data.draw(st.sampled_from(["bulk", "delta"] if contract.row_state else ["bulk"]))
    with written(data.draw(contents(contract, table)), contract, table, mode) as file:
        compare(file)


@pytest.mark.parametrize("name", SMALL)
def test_small_files(tmp_path: Path, name: str) -> None:
    compare(small(name, tmp_path))


@pytest.mark.parametrize("place", tables())
def test_every_code_is_ours(place: str) -> None:
    contract, table = find(place)
    declared = schema(contract, table.name)
    checks = [c for column in declared.columns.values() for c in column.checks]
    names = {str(c.name) for c in [*checks, *declared.checks]}
    assert names <= set(CODES) and names <= set(CATALOGUE)
    assert list(declared.columns) == [n for n, c in table.columns.items() if not c.derive]


SCHOOLS = {
    "School_id": ["1", "2", "2"],
    "School_name": ["Oak", "", None],
    "Low_grade": ["3", "k ", "x"],
}


def test_failures_name_code_row_column_and_value() -> None:
    schools = schema(contracts()["clever"], "schools")
    found = validate(schools, pl.DataFrame(SCHOOLS))
    assert dict(found.schema) == FAILURES
    assert found.sort("row", "code").rows() == [
        ("CELL-201", 1, "School_name", ""),
        ("CELL-203", 1, "Low_grade", "k "),
        ("CELL-208", 1, "Low_grade", "k "),
        ("ROW-301", 1, "School_id", "2"),
        ("CELL-201", 2, "School_name", None),
        ("CELL-204", 2, "Low_grade", "x"),
        ("ROW-301", 2, "School_id", "2"),
    ]


def test_rows_without_any_value_are_not_judged_and_keep_their_place() -> None:
    schools = schema(contracts()["clever"], "schools")
    frame = pl.DataFrame(
        {"School_id": ["1", " ", None, "2"], "School_name": ["Oak", "", None, None]}
    )
    assert validate(schools, frame).rows() == [("CELL-201", 3, "School_name", None)]
    assert validate(schools, frame.clear()).is_empty()


def test_a_missing_column_is_one_failure() -> None:
    schools = schema(contracts()["clever"], "schools")
    frame = pl.DataFrame({"School_id": ["1"]})
    assert validate(schools, frame).rows() == [("FILE-120", None, "School_name", None)]
    assert validate(schools, frame.drop("School_id")).height == 2


def test_delta_files_need_more() -> None:
    orgs = contracts()["oneroster-1.1"]
    frame = pl.DataFrame({"sourcedId": "A", "name": "Oak", "type": "school", "status": ""})
    assert validate(schema(orgs, "orgs"), frame).is_empty()
    found = validate(schema(orgs, "orgs", "delta"), frame)
    assert found.rows() == [("CELL-201", 0, "status", "")]


def test_a_district_adds_its_own_checks() -> None:
    students = schema(contracts()["clever"], "students")
    digits = check("OWN-1", lambda value: value.str.contains("^[0-9]{6}$"))
    number = students.columns["Student_number"]
    students = students.update_column("Student_number", checks=[*number.checks, digits])
    students = students.add_columns({"Bus": pa.Column(str, nullable=True, required=False)})
    frame = pl.DataFrame(
        {"School_id": "1", "Student_id": ["a", "b", "c"], "Last_name": "L", "First_name": "F"}
    ).with_columns(Student_number=pl.Series(["123456 ", "12345", None]), Bus=pl.lit("7"))
    assert validate(students, frame).rows() == [
        ("CELL-208", 0, "Student_number", "123456 "),
        ("OWN-1", 1, "Student_number", "12345"),
    ]


def test_a_check_over_whole_rows_has_no_column() -> None:
    schools = schema(contracts()["clever"], "schools")
    schools.checks = [
        pa.Check(
            lambda d: d.lazyframe.select(pl.col("School_id") != pl.col("School_name")), name="OWN-2"
        )
    ]
    found = validate(schools, pl.DataFrame({"School_id": ["1", "2"], "School_name": ["Oak", "2"]}))
    assert found.select("code", "row", "column").rows() == [("OWN-2", 1, None)]


def test_what_pandera_would_pass_in_silence_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    schools = schema(contracts()["clever"], "schools")
    frame = pl.DataFrame(SCHOOLS)
    with pytest.raises(TypeError, match="collect"):
        validate(schools, frame.lazy())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="School_id"):
        validate(schools, frame.with_columns(pl.col("School_id").cast(pl.Int64)))
    broken = schools.update_column(
        "School_name", checks=[check("OWN-3", lambda value: value / pl.col("none"))]
    )
    with pytest.raises(RuntimeError, match="OWN-3"):
        validate(broken, frame)
    with config_context(validation_enabled=False, validation_depth="SCHEMA_ONLY"):
        assert validate(schools, frame).height == 7


def test_rows_that_say_the_same_under_one_key_are_said_as_a_whole() -> None:
    schools = schema(contracts()["clever"], "schools")
    frame = pl.DataFrame({"School_id": ["1", "1 "], "School_name": ["Oak", "Oak"], ROW: [2, 3]})
    found = validate(schools, frame).select("code", "row", "column")
    assert found.rows() == [("CELL-208", 1, "School_id"), ("ROW-302", 1, None)]


def test_references_are_judged_where_the_other_tables_are_given() -> None:
    clever = contracts()["clever"]
    teachers = pl.DataFrame({"School_id": ["1", "2"], "Teacher_id": ["T1", "T2"]})
    teachers = teachers.with_columns(First_name=pl.lit("F"), Last_name=pl.lit("L"))
    assert validate(schema(clever, "teachers"), teachers).is_empty()
    known = {"schools": pl.DataFrame({"School_id": ["1 "], "School_name": ["Oak"]})}
    found = validate(schema(clever, "teachers", others=known), teachers)
    assert found.rows() == [("LINK-401", 1, "School_id", "2")]
