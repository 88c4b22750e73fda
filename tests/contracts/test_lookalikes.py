"""Formats that aren't imported are known by their headers; those that are, never taken for one."""

import csv
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from importer import flow
from importer.checks.catalogue import ORGS_1, STUDENTS, Files, clever, manifest, oneroster
from importer.contracts.contract import ContractError
from importer.contracts.load import contracts
from importer.contracts.lookalikes import Named, look_alikes, named, parse
from importer.model.history import Who
from importer.report.reported import Reported
from importer.resources import SAMPLES as SHIPPED
from importer.settings import Policy

ROOT = Path(__file__).parents[2]
SAMPLES = Path(os.environ.get("IMPORTER_SAMPLES") or ROOT.parent / "shared" / "samples")

ONEROSTER_10 = {
    "orgs.csv": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "users.csv": "sourcedId,status,dateLastModified,orgSourcedIds,role,username,givenName,grade",
    "classes.csv": "sourcedId,status,dateLastModified,title,grade,schoolSourcedId,termSourcedId",
}
ALIKE: dict[str, Mapping[str, str]] = {"OneRoster 1.0 CSV": ONEROSTER_10}


def _headers(files: Files) -> dict[str, tuple[str, ...]]:
    texts = {name: text for name, text in files.items() if isinstance(text, str)}
    return {
        name: tuple(next(csv.reader([text.partition("\n")[0]]))) for name, text in texts.items()
    }


def _named(files: Files) -> Named:
    found = named(_headers(files))
    assert found is not None
    return found


def _checked(files: Files, folder: Path) -> Reported:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return _check(folder, folder)


def _check(drop: Path, folder: Path) -> Reported:
    return flow.check(drop, folder / "scratch", Who("Zoë", "2026-09-01T06:00:00Z"))


# --- named --------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ALIKE)
def test_a_format_is_named(title: str) -> None:
    assert (_named(ALIKE[title]).title, _named(ALIKE[title]).sure) == (title, True)


@pytest.mark.parametrize("title", ALIKE)
def test_check_says_what_it_is_and_checks_no_row(title: str, tmp_path: Path) -> None:
    files = {name: f"{header}\n" for name, header in ALIKE[title].items()}
    reported = _checked(files, tmp_path / "drop")
    found = reported.findings.filter(reported.findings["code"] == "FILE-152")
    assert found["message"].to_list() == [f"This is {title}, a format that importer doesn't take."]
    assert not {"FILE-110", "FILE-120"} & set(reported.findings["code"])
    assert title in reported.summary["format"]["why"]
    assert _named(ALIKE[title]).advice in reported.summary["format"]["why"]


def _sample(folder: str) -> Path:
    if not (SAMPLES / folder).is_dir():
        pytest.skip(f"no shared/samples at {SAMPLES}; set IMPORTER_SAMPLES")
    return SAMPLES / folder


# --- never named --------------------------------------------------------------------------------

# Header lines of the standard's 1.2 package: the files whose names School Data Sync has too.
ONEROSTER_12 = {
    "users.csv": "sourcedId,status,dateLastModified,"
    "enabledUser,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,"
    "preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns",
    "roles.csv": "sourcedId,status,dateLastModified,"
    "userSourcedId,roleType,role,beginDate,endDate,"
    "orgSourcedId,userProfileSourcedId",
    "classes.csv": "sourcedId,status,dateLastModified,"
    "title,grades,courseSourcedId,classCode,classType,"
    "location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "enrollments.csv": "sourcedId,status,dateLastModified,"
    "classSourcedId,schoolSourcedId,userSourcedId,"
    "role,primary,beginDate,endDate",
    "demographics.csv": "sourcedId,status,dateLastModified,"
    "birthDate,sex,americanIndianOrAlaskaNative,"
    "asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,"
    "demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,"
    "stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
}


@pytest.mark.parametrize(
    "files",
    [clever(), oneroster(), oneroster(manifest=None), ONEROSTER_12],
    ids=["clever", "oneroster-1.1", "oneroster-1.1 without manifest", "oneroster-1.2"],
)
def test_what_is_imported_is_no_look_alike(files: Files) -> None:
    assert named(_headers(files)) is None


@pytest.mark.parametrize("name", list(contracts()))
def test_no_table_of_a_contract_is_a_look_alike(name: str) -> None:
    for table in contracts()[name].tables.values():
        required = tuple(c.name for c in table.columns.values() if c.need == "required")
        for header in (tuple(table.columns), required):
            assert not any(
                sign.sure and sign.fits(file, header)
                for look in look_alikes()
                for sign in look.signs
                for file in table.files
            ), table.name


@pytest.mark.parametrize(
    "path", sorted(SHIPPED.rglob("*.csv")), ids=lambda p: str(p.relative_to(SHIPPED))
)
def test_no_file_that_ships_is_a_look_alike(path: Path) -> None:
    header = path.read_bytes().decode("utf-8", "replace").partition("\n")[0]
    assert named({path.name: tuple(header.strip().split(","))}) is None


@pytest.mark.parametrize(
    "folder", ["oneroster11_school_medium", "oneroster11_template_headers_only"]
)
def test_samples_of_oneroster_are_not_named(folder: str) -> None:
    files = {p.name: p.read_text("utf-8").partition("\n")[0] for p in _sample(folder).glob("*.csv")}
    assert named(_headers(files)) is None


def test_a_manifest_settles_it(tmp_path: Path) -> None:
    """A generator of 1.1 packages that misspells columns makes no 1.0 package."""
    files = {**oneroster(), **ONEROSTER_10, "manifest.csv": manifest()}
    assert "FILE-152" not in set(_checked(files, tmp_path / "drop").findings["code"])


def test_one_misspelt_header_is_a_fault_of_its_file(tmp_path: Path) -> None:
    users = str(oneroster()["users.csv"]).replace("grades", "grade")
    reported = _checked(oneroster(users=users, manifest=None), tmp_path / "drop")
    assert {"FILE-125"} <= set(reported.findings["code"])
    assert "FILE-152" not in set(reported.findings["code"])


def test_a_stray_file_of_another_format_is_passed_over(tmp_path: Path) -> None:
    files = {**clever(), "classes.csv": "school_id,class_id,teacher_id,class_name\n"}
    codes = set(_checked(files, tmp_path / "drop").findings["code"])
    assert "FILE-107" in codes
    assert "FILE-152" not in codes


def test_a_person_who_names_the_format_is_believed(tmp_path: Path) -> None:
    (tmp_path / "classes.csv").write_text(f"{ONEROSTER_10['classes.csv']}\n")
    who, policy = Who("Zoë", "2026-09-01T06:00:00Z"), Policy(format="oneroster-1.1/classes")
    reported = flow.check(tmp_path / "classes.csv", tmp_path / "x", who, policy)
    assert reported.summary["format"]["name"] == "oneroster-1.1"
    assert "FILE-152" not in set(reported.findings["code"])


def test_one_doubtful_sign_names_only_what_nothing_else_fits() -> None:
    found = _named({"classes.csv": ONEROSTER_10["classes.csv"]})
    assert (found.title, found.sure) == ("OneRoster 1.0 CSV", False)
    assert (
        named(_headers({"list.csv": "a,b", "orgs.csv": ORGS_1, "students.csv": STUDENTS})) is None
    )


# --- the list itself ----------------------------------------------------------------------------

SIGN = {"file": "a", "has": ["x"], "lacks": [], "sure": True}
FORMAT = {"title": "A", "advice": "B.", "signs": [SIGN]}


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"formats": []},
        {"formats": [FORMAT], "more": 1},
        {"formats": [{**FORMAT, "note": "x"}]},
        {"formats": [{**FORMAT, "signs": []}]},
        {"formats": [{"title": "A", "signs": [SIGN]}]},
        {"formats": [{**FORMAT, "signs": [{**SIGN, "have": ["x"]}]}]},
        {"formats": [{**FORMAT, "signs": [{**SIGN, "has": []}]}]},
        {"formats": [{**FORMAT, "signs": [{"file": "a", "has": ["x"]}]}]},
    ],
)
def test_a_list_with_a_mistake_is_refused(raw: Mapping[str, Any]) -> None:
    parse({"formats": [FORMAT]}, "list.toml")
    with pytest.raises(ContractError, match=r"list\.toml"):
        parse(raw, "list.toml")


def test_the_list_is_no_contract() -> None:
    titles = {contract.title for contract in contracts().values()}
    assert not titles & {look.title for look in look_alikes()}
