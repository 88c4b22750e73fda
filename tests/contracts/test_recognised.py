"""Every format is recognised as itself, by its headers, and never as one that looks like it."""

import csv
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from importer import flow
from importer.checks.catalogue import Files, clever, manifest, oneroster
from importer.checks.examples import oneroster_12
from importer.contracts.contract import Contract
from importer.contracts.guidance import filled_in, tables_to_fill_in
from importer.contracts.load import contracts
from importer.model.history import Who
from importer.reading.recognise import either, recognise
from importer.report.reported import Reported
from importer.resources import SAMPLES as SHIPPED

ROOT = Path(__file__).parents[2]
SAMPLES = Path(os.environ.get("IMPORTER_SAMPLES") or ROOT.parent / "shared" / "samples")

# Header lines as the vendors' own samples and pages have them, written down apart from the schemas.
SDS_1 = {
    "School.csv": "SIS ID,Name",
    "Section.csv": "SIS ID,School SIS ID,Section Name",
    "Student.csv": "SIS ID,School SIS ID,Username",
    "Teacher.csv": "SIS ID,School SIS ID,Username",
    "StudentEnrollment.csv": "Section SIS ID,SIS ID",
    "TeacherRoster.csv": "Section SIS ID,SIS ID",
}
SDS_1_UK = {
    "School.csv": "DfE Number,Name",
    "Section.csv": "ID,School DfE Number,Section Name",
    "Student.csv": "ID,School DfE Number,Username",
    "Teacher.csv": "ID,School DfE Number,Username",
    "StudentEnrollment.csv": "Section ID,ID",
    "TeacherRoster.csv": "Section ID,ID",
}
SDS_2 = {
    "orgs.csv": "sourcedId,name,type,parentSourcedId",
    "users.csv": "sourcedId,orgSourcedIds,givenName,familyName,username,password,role,grade",
    "classes.csv": "sourcedId,orgSourcedId,title",
    "enrollments.csv": "classSourcedId,userSourcedId,role",
}
SDS_21 = {
    "orgs.csv": "sourcedId,name,type,parentSourcedId",
    "users.csv": "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,"
    "phone,sms",
    "roles.csv": "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,"
    "roleEndDate",
    "classes.csv": "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId",
    "enrollments.csv": "classSourcedId,userSourcedId,role",
}
SDS_21_PEOPLE = {name: SDS_21[name] for name in ("orgs.csv", "users.csv", "roles.csv")}
IXL = {
    "Schools.csv": "School ID",
    "Teachers.csv": "School ID,Teacher ID,First Name,Last Name,E-mail,Username",
    "Students.csv": "School ID,Student ID,Student Number,First Name,Last Name,Grade",
    "Sections.csv": "Section ID,Teacher ID",
    "Enrollments.csv": "Section ID,Student ID",
}
REMIND = {
    "schools.csv": "school_id,school_name",
    "teachers.csv": "school_id,teacher_id,teacher_first_name,teacher_last_name,teacher_email,"
    "teacher_mobile_phone",
    "students.csv": "school_id,student_id,student_first_name,student_last_name,dob,grade,"
    "student_email,student_phone,guardian_first_name,guardian_last_name,guardian_email,"
    "guardian_phone",
    "classes.csv": "school_id,class_id,teacher_id,class_name",
    "enrollments.csv": "school_id,class_id,user_id",
}
DROPS: Mapping[str, tuple[str, Files]] = {
    "School Data Sync 1": ("sds-1", SDS_1),
    "School Data Sync 1 in the UK": ("sds-1", SDS_1_UK),
    "School Data Sync 2": ("sds-2", SDS_2),
    "School Data Sync 2.1": ("sds-2.1", SDS_21),
    "School Data Sync 2.1, people only": ("sds-2.1", SDS_21_PEOPLE),
    "IXL": ("ixl", IXL),
    "Remind": ("remind", REMIND),
    "Clever": ("clever", clever()),
    "OneRoster 1.1 without manifest": ("oneroster-1.1", oneroster(manifest=None)),
    "OneRoster 1.2 without manifest": ("oneroster-1.2", oneroster_12(manifest=None)),
}


def _headers(files: Files) -> dict[str, tuple[str, ...]]:
    texts = {name: text for name, text in files.items() if isinstance(text, str)}
    return {name: tuple(next(csv.reader([t.partition("\n")[0]]))) for name, t in texts.items()}


def _format(headers: Mapping[str, tuple[str, ...]]) -> str:
    found = recognise(headers, contracts())
    return found.contract.name if found.contract else ""


def _sets(headers: dict[str, tuple[str, ...]]) -> Iterator[dict[str, tuple[str, ...]]]:
    """The drop, and what is left of it without each one of its files."""
    yield headers
    for name in headers:
        yield {file: header for file, header in headers.items() if file != name}


@pytest.mark.parametrize("drop", DROPS)
def test_a_drop_is_recognised_even_if_a_file_is_missing(drop: str) -> None:
    name, files = DROPS[drop]
    headers = _headers(files)
    for part in _sets(headers):
        # Without users.csv, versions 2 and 2.1 of School Data Sync have the same files.
        if drop == "School Data Sync 2" and "users.csv" not in part:
            assert _format(part) == "sds-2.1"
        else:
            assert _format(part) == name, sorted(set(headers) - set(part))


UNASKED = [name for name, contract in contracts().items() if not contract.asked]


@pytest.mark.parametrize("name", UNASKED)
def test_a_blank_template_is_recognised_as_itself(name: str) -> None:
    """The CSV files that ``importer template`` writes, as a set."""
    found = recognise(_template(contracts()[name]), contracts())
    assert found.contract is contracts()[name]
    tables = {t.files[0]: t.name for t in tables_to_fill_in(contracts()[name])}
    assert found.tables == tables


def _template(contract: Contract) -> dict[str, tuple[str, ...]]:
    tables = tables_to_fill_in(contract)
    return {t.files[0]: tuple(column.name for column in filled_in(t)) for t in tables}


# Files that are the same in several formats, so that one alone tells nothing.
SAME = {
    **{("sds-2", f"{name}.csv"): "sds-2.1" for name in ("orgs", "classes", "enrollments")},
    **{
        ("oneroster-1.2", f"{name}.csv"): "oneroster-1.1"
        for name in [
            "academicSessions",
            "categories",
            "classes",
            "classResources",
            "courseResources",
            "courses",
            "demographics",
            "enrollments",
            "orgs",
            "results",
        ]
    },
}


@pytest.mark.parametrize("name", UNASKED)
def test_a_single_file_is_recognised_as_what_it_is(name: str) -> None:
    for file, header in _template(contracts()[name]).items():
        assert _format({file: header}) == SAME.get((name, file), name), file


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("sds_v1_100_users", "sds-1"),
        ("sds_v2_1", "sds-2.1"),
        ("oneroster11_school_medium", "oneroster-1.1"),
        ("oneroster11_template_headers_only", "oneroster-1.1"),
    ],
)
def test_a_real_sample_is_recognised(folder: str, name: str, tmp_path: Path) -> None:
    reported = _check(_sample(folder), tmp_path)
    assert reported.summary["format"]["name"] == name


@pytest.mark.parametrize("folder", ["sds_v1_100_users", "sds_v2_1"])
def test_microsofts_own_samples_have_no_fault(folder: str, tmp_path: Path) -> None:
    """But for two words in other capitals (PS1 for ps1), which are read and said."""
    found = _check(_sample(folder), tmp_path).findings
    assert set(zip(found["severity"], found["code"], strict=True)) <= {("INFO", "CELL-203")}


def _sample(folder: str) -> Path:
    if not (SAMPLES / folder).is_dir():
        pytest.skip(f"no shared/samples at {SAMPLES}; set IMPORTER_SAMPLES")
    return SAMPLES / folder


def _check(drop: Path, folder: Path) -> Reported:
    return flow.check(drop, folder / "scratch", Who("Zoë", "2026-09-01T06:00:00Z"))


@pytest.mark.parametrize("drop", sorted(path.name for path in (SHIPPED / "presets").glob("*/")))
def test_a_shipped_sample_is_recognised(drop: str) -> None:
    """Of all presets that nobody has to ask for; ``golden`` holds what is said of them."""
    place = SHIPPED / "presets" / drop
    folders = [place, *(folder for folder in place.glob("*/") if folder.name != "golden")]
    drops = [{p.name: p.read_text("utf-8") for p in folder.glob("*.csv")} for folder in folders]
    assert any(drops)
    for files in filter(None, drops):
        assert (_format(_headers(files)) == drop) is (drop in UNASKED)


# --- where names decide -------------------------------------------------------------------------


def test_files_with_the_same_columns_are_told_by_their_names_alone() -> None:
    sds, header = contracts()["sds-1"], ("Section SIS ID", "SIS ID")
    assert either(sds, "StudentEnrollment.csv", header) == []
    assert either(sds, "STUDENTENROLLMENT.CSV", header) == []
    assert either(sds, "export.csv", header) == ["enrollments", "roster"]
    headers = {**_headers(SDS_1), "export.csv": header}
    del headers["StudentEnrollment.csv"]
    found = recognise(headers, contracts())
    assert "export.csv" not in found.tables
    assert set(found.tables.values()) == set(sds.tables) - {
        "enrollments", "guardians", "guardian_relationships",
    }  # fmt: skip


def test_students_by_another_name_are_no_teachers(tmp_path: Path) -> None:
    """Where neither header nor name tells, nothing is taken, and the whole run waits."""
    for name, header in SDS_1.items():
        file = "people.csv" if name == "Student.csv" else name
        (tmp_path / file).write_text(f"{header}\n")
    findings = _check(tmp_path, tmp_path / "x").findings
    said = dict(zip(findings["code"], findings["message"], strict=True))
    assert "people.csv has the columns of Student.csv or Teacher.csv" in said["FILE-195"]
    assert "Student.csv is missing" in said["FILE-108"]


def test_a_column_of_another_format_rules_a_file_out() -> None:
    """A OneRoster file that lacks columns is a wrong OneRoster file, no other."""
    users = "sourcedId,status,dateLastModified,username,givenName,familyName,email"
    assert _format(_headers({"users.csv": users})).startswith("oneroster-")
    assert _format(_headers({"users.csv": users.replace("status,dateLastModified,", "")})) == (
        "sds-2.1"
    )


def test_a_manifest_makes_it_a_package_of_oneroster() -> None:
    files = _headers({**SDS_21, "manifest.csv": manifest()})
    assert _format(files) == "sds-2.1"  # a stray manifest doesn't make other columns right
    assert _format(_headers(oneroster())) == "oneroster-1.1"
