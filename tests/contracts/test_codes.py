"""Code values: read as what they stand for, in the fast path and the slow one, and said once."""

import copy
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from contracts_nasty import contents, load, written
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_oracle import compare as compare_with_pandera
from test_superset import compare as compare_with_every_row
from test_superset import references

from importer.accept import accepted
from importer.checks.drop import check_drop
from importer.contracts.contract import Contract, ContractError
from importer.contracts.load import parse
from importer.contracts.values import read_as
from importer.model import findings
from importer.resources import SCHEMAS

Codes = Mapping[str, Mapping[str, str]]


def with_codes(format_: str, table: str, codes: Codes) -> Contract:
    """A contract that ships, with code values for some columns of a table."""
    raw: dict[str, Any] = tomllib.loads((SCHEMAS / f"{format_}.toml").read_text("utf-8"))
    raw = copy.deepcopy(raw)
    for column, reads in codes.items():
        raw["tables"][table]["columns"][column]["reads"] = reads
    return parse(raw, "test.toml")


USERS = {"grades": {"Year 1": "01", "none": "", "x": "KG"}, "enabledUser": {"Y": "true"}}
ENROLLED = {
    "role": {"Pupil": "student", "x": "teacher"},
    "primary": {"oak": "true", "007": ""},
    "endDate": {"2/30/2026": "", "2026-02-30": "2026-02-28", "46056": "2026-08-17"},
}
STUDENTS = {"Graduation_year": {"2027": "2028", "27": "2027"}, "IEP_status": {"x": "Y"}}


@pytest.mark.parametrize(
    ("format_", "table", "codes"),
    [
        ("oneroster-1.1", "users", USERS),
        ("oneroster-1.1", "enrollments", ENROLLED),
        ("clever", "students", STUDENTS),
    ],
)
@settings(
    max_examples=int(os.environ.get("IMPORTER_EXAMPLES", "6")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(data=st.data())
def test_three_ways_to_check_read_the_same(
    format_: str, table: str, codes: Codes, data: st.DataObject
) -> None:
    contract = with_codes(format_, table, codes)
    content = data.draw(contents(contract, contract.tables[table]))
    with written(content, contract, contract.tables[table], "bulk") as file:
        compare_with_every_row(file, references(file))
        compare_with_pandera(file)


ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"


def test_a_code_is_taken_said_once_and_told_apart_from_its_value(tmp_path: Path) -> None:
    contract = with_codes("oneroster-1.1", "orgs", {"type": {"Site": "school", "top": "district"}})
    path = tmp_path / "orgs.csv"
    rows = ["A,,,Oak,site,1,", "B,,,Elm,Site,1,", "C,,,Ash,SITE,1,", "D,,,Fir,school,1,", ""]
    path.write_text(ORGS + "\n".join(rows))
    checked = check_drop(
        contract,
        {"orgs": load(path, contract, contract.tables["orgs"]).bound},
        findings.empty(),
        None,
    )
    told = checked.findings().filter(pl.col("code") == "CELL-250")
    said = told.select("severity", "row", "column", "value", "detail", "rows").rows()
    assert said == [
        ("INFO", 2, "type", "site", "school", 1),
        ("INFO", 3, "type", "Site", "school", 1),
        ("INFO", 4, "type", "SITE", "school", 1),
    ]
    (part,) = accepted(checked, contract, "drop")
    assert part.rows.select("type").collect()["type"].to_list() == ["school"] * 4
    assert part.sent.select("type").collect()["type"].to_list() == [
        "site",
        "Site",
        "SITE",
        "school",
    ]


def test_a_reference_to_a_kind_goes_by_what_the_code_stands_for(tmp_path: Path) -> None:
    """A class may only belong to a school, and “Site” is one here."""
    contract = with_codes("oneroster-1.1", "orgs", {"type": {"Site": "school"}})
    (tmp_path / "orgs.csv").write_text(ORGS + "A,,,Oak,Site,1,\nB,,,Elm,district,1,\n")
    classes = contract.tables["classes"]
    names = ",".join(classes.columns)
    rows = [
        ",".join({"sourcedId": f"K{o}", "title": "Maths", "classType": "scheduled",
                  "schoolSourcedId": o, "courseSourcedId": "C", "termSourcedIds": "T"}.get(n, "")
                 for n in classes.columns)
        for o in "AB"
    ]  # fmt: skip
    (tmp_path / "classes.csv").write_text("\n".join([names, *rows, ""]))
    bounds = {
        name: load(tmp_path / f"{name}.csv", contract, contract.tables[name]).bound
        for name in ("orgs", "classes")
    }
    found = check_drop(contract, bounds, findings.empty(), None).findings()
    wrong = found.filter(pl.col("column") == "schoolSourcedId")
    assert wrong["row"].to_list() == [3]


def test_nothing_is_no_value_of_a_required_column(tmp_path: Path) -> None:
    contract = with_codes("oneroster-1.1", "orgs", {"type": {"none": ""}})
    path = tmp_path / "orgs.csv"
    path.write_text(ORGS + "A,,,Oak,none,1,\n")
    bound = load(path, contract, contract.tables["orgs"]).bound
    found = check_drop(contract, {"orgs": bound}, findings.empty(), None).findings()
    assert set(found["code"]) == {"CELL-250", "CELL-201"}
    assert found.filter(pl.col("code") == "CELL-250")["detail"].to_list() == ["empty"]


def test_items_of_a_list_are_read_one_by_one() -> None:
    cells = pl.DataFrame({"v": ["a, b", "b", "c,a", None]})
    read = cells.select(read_as(pl.col("v"), {"a": "A", "b": ""}, listed=True))["v"]
    assert read.to_list() == ["A", None, "c,A", None]


@pytest.mark.parametrize(
    ("table", "column", "reads", "why"),
    [
        ("students", "Student_id", {"x": "1"}, "as they are sent"),
        ("students", "School_id", {"x": "1"}, "as they are sent"),
        ("students", "Student_email", {"x": "a@b.example"}, "as they are sent"),
        ("students", "First_name", {"Bo": "Bob"}, "as it is sent"),
        ("students", "Contact_name", {"NULL": ""}, "as it is sent"),
        ("students", "Username", {"Bo": "Bob"}, "as it is sent"),
        ("students", "Password", {"x": "y"}, "as they are sent"),
        ("students", "Grade", {"Grade 9": "9th"}, "“9th” is no right value"),
        ("students", "Grade", {"Grade 9": "9", "GRADE 9": "8"}, "differ only in the case"),
        ("students", "Grade", {"": "9"}, "empty cell is no code"),
        ("students", "DOB", {"never": "2026-02-30"}, "“2026-02-30” is no right value"),
        ("students", "Graduation_year", {"soon": "27"}, "“27” is no right value"),
    ],
)  # fmt: skip
def test_what_no_code_may_change(table: str, column: str, reads: dict[str, str], why: str) -> None:
    with pytest.raises(ContractError, match=rf"{table}\.{column}: reads: .*{why}"):
        with_codes("clever", table, {column: reads})
