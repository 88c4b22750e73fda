"""Each export is taken for what it is, and none for a format that it is not."""

import tomllib
from pathlib import Path

import pytest

from importer.contracts import guidance
from importer.contracts.contract import Contract, ContractError, Table
from importer.contracts.header import matched
from importer.contracts.load import contracts, parse, presets
from importer.reading.recognise import Recognised, recognise
from importer.resources import SAMPLES as SHIPPED
from importer.resources import SCHEMAS

TABLES = [
    pytest.param(contract, table, id=f"{contract.name}/{table.name}")
    for contract in contracts().values()
    for table in guidance.tables_to_fill_in(contract)
]
DROPS = {
    "clever_monday_tuesday": "clever",
    "excel_ate_the_zeros": "clever",
    "half_a_file": "clever",
    "oneroster_bulk_then_delta": "oneroster-1.1",
    "powerschool_nightly": "powerschool",
    "spreadsheet_in_autumn": "user-import-tool",
}
OWN = [name for name in presets() if list((SHIPPED / "presets" / name).glob("*.csv"))]
# Two files of one format with the same columns: only their names tell which is which.
TWINS = {("sds-1", "enrollments"), ("sds-1", "roster")}


def _told(folder: Path, only: str = "") -> Recognised:
    files = {p.name: p.read_text("utf-8").partition("\n")[0].strip() for p in folder.glob("*.csv")}
    return recognise({n: tuple(h.split(",")) for n, h in files.items()}, contracts(), only)


def _name(found: Recognised) -> str:
    return found.contract.name if found.contract else ""


@pytest.mark.parametrize(
    ("folder", "name"),
    [(d, n) for story, n in DROPS.items() for d in sorted((SHIPPED / story).glob("[!g]*/"))],
    ids=lambda v: v.name if isinstance(v, Path) else v,
)
def test_a_story_is_told_by_its_headers(folder: Path, name: str) -> None:
    assert _name(_told(folder)) == name
    for path in folder.glob("*.csv"):
        if path.name != "manifest.csv":
            header = tuple(path.read_text("utf-8").partition("\n")[0].strip().split(","))
            assert _name(recognise({path.name: header}, contracts())) == name, path.name


@pytest.mark.parametrize("name", OWN)
def test_a_sample_is_its_preset(name: str) -> None:
    asked = presets()[name].asked
    assert _name(_told(SHIPPED / "presets" / name, name if asked else "")) == name
    assert (_name(_told(SHIPPED / "presets" / name)) == name) is not asked


@pytest.mark.parametrize(("contract", "table"), TABLES)
@pytest.mark.parametrize("file", ["", "export.csv"])
def test_a_blank_template_is_its_table(contract: Contract, table: Table, file: str) -> None:
    header = tuple(column.name for column in guidance.filled_in(table))
    name = file or table.files[0]
    found = recognise({name: header}, contracts(), contract.name if contract.asked else "")
    if file and (contract.name, table.name) in TWINS:
        assert found.contract is None
        return
    assert _family(_name(found)) == _family(contract.name)
    assert found.tables == {name: table.name}


def _family(name: str) -> str:
    """Files that two versions have alike are told apart by the manifest, or by the others."""
    return name.partition("-1")[0] if name.startswith("oneroster") else name.partition(".")[0]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("School_id,Student_id,Student_email,First_name,Last_name,Graduation_year", "clever"),
        ("School_id,Pupil,Student_email,First_name,Last_name,Grade", "clever"),
        ("FirstName,LastName,SchoolName,Email,Gender", "user-import-tool"),  # lacks Grade
        ("FirstName,LastName,Grade,Email,UserID", "user-import-tool"),  # lacks SchoolName
        ("First Name,Last Name,Year Level,Class", "pulse"),  # lacks the e-mail address
        ("DCID,First_Name,Last_Name,ClassOf,Grade_Level", "powerschool"),  # lacks the e-mail
        ("Person ID,First Name,Last Name,Graduation Year", "veracross"),  # lacks Email 1
    ],
)  # fmt: skip
def test_a_file_that_lacks_a_column_is_still_of_its_format(header: str, name: str) -> None:
    assert _name(recognise({"students.csv": tuple(header.split(","))}, contracts())) == name


@pytest.mark.parametrize(
    "header",
    [
        "id,email,first_name,last_name",
        "id,name,email,grade",
        "student_id,first_name,last_name,email",
    ],
)
def test_anybodys_headers_are_no_preset(header: str) -> None:
    for file in ("export.csv", "students.csv"):
        assert _name(recognise({file: tuple(header.split(","))}, contracts())) not in presets()


def test_the_first_id_that_is_there_is_the_id() -> None:
    powerschool = presets()["powerschool"]
    table = powerschool.tables["students"]
    assert matched(powerschool, table, ("Student_Number", "DCID")) == ["Student_Number", "id"]
    assert matched(powerschool, table, ("Student_Number",)) == ["id"]
    assert matched(powerschool, table, ("ID", "DCID")) == ["id", "dcid"]


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("former", {"Grade_Level": ["gone"]}, "Grade_Level has no word .*gone"),
        ("former", {"Grade": ["gone"]}, "no column .*Grade"),
        ("signs", ["Bus"], "no column .*Bus"),
    ],
)
def test_a_mistaken_preset_says_what_is_wrong(key: str, value: object, told: str) -> None:
    raw = tomllib.loads((SCHEMAS / "presets" / "powerschool.toml").read_text("utf-8"))
    raw["tables"]["students"][key] = value
    with pytest.raises(ContractError, match=told):
        parse(raw, "powerschool.toml")


@pytest.mark.parametrize("key", ["stand_in", "without"])
def test_columns_that_others_lean_on_must_exist(key: str) -> None:
    raw = tomllib.loads((SCHEMAS / "presets" / "powerschool.toml").read_text("utf-8"))
    raw["tables"]["students"]["columns"]["id"][key] = ["pupil"]
    with pytest.raises(ContractError, match=r"no column .*pupil"):
        parse(raw, "powerschool.toml")
