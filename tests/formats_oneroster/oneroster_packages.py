"""Whole OneRoster packages, right in every line, and what importer says when they are changed."""

import copy
import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from importer import flow
from importer.model.history import Who
from importer.report.reported import Reported
from importer.settings import Policy

Row = dict[str, str]
Fact = dict[str, str]
Tables = dict[str, list[Row]]

_FACTS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "contracts/oneroster_columns.json").read_text("utf-8")
)
FACTS: dict[str, dict[str, list[Fact]]] = {"1.1": _FACTS["1.1"], "1.2": _FACTS["1.2.1"]}
"""Version → table → columns in the order of the standard."""

VERSIONS = tuple(FACTS)
PROFILES = ("standard", "certification")
NOW = "2026-09-21T22:05:00.000Z"

_COMMON: Tables = {
    "academicSessions": [
        {"sourcedId": "Y27", "title": "2026-27", "type": "schoolYear", "startDate": "2026-08-17",
         "endDate": "2027-06-12", "schoolYear": "2027"},
        {"sourcedId": "S1", "title": "Autumn", "type": "semester", "startDate": "2026-08-17",
         "endDate": "2027-01-16", "parentSourcedId": "Y27", "schoolYear": "2027"},
    ],
    "orgs": [
        {"sourcedId": "D", "name": "Lake District", "type": "district"},
        {"sourcedId": "O1", "name": "Oak", "type": "school", "parentSourcedId": "D"},
        {"sourcedId": "O2", "name": "Elm", "type": "school", "parentSourcedId": "D"},
    ],
    "courses": [
        {"sourcedId": "C1", "schoolYearSourcedId": "Y27", "title": "Maths", "grades": "03",
         "orgSourcedId": "D", "subjects": "Maths", "subjectCodes": "M"},
    ],
    "classes": [
        {"sourcedId": "K1", "title": "Maths 3a", "grades": "03,04", "courseSourcedId": "C1",
         "classType": "scheduled", "schoolSourcedId": "O1", "termSourcedIds": "Y27,S1",
         "subjects": "Maths,Art", "subjectCodes": "M,A", "periods": "1"},
        {"sourcedId": "K2", "title": "Room 7", "courseSourcedId": "C1", "classType": "homeroom",
         "schoolSourcedId": "O1", "termSourcedIds": "S1"},
    ],
    "users": [],
    "enrollments": [
        {"sourcedId": "E1", "classSourcedId": "K1", "schoolSourcedId": "O1",
         "userSourcedId": "U1", "role": "student", "primary": "false",
         "beginDate": "2026-08-17", "endDate": "2027-06-12"},
        {"sourcedId": "E2", "classSourcedId": "K1", "schoolSourcedId": "O1",
         "userSourcedId": "U2", "role": "teacher", "primary": "true"},
    ],
    "demographics": [
        {"sourcedId": "U1", "birthDate": "2017-02-03", "sex": "female", "asian": "true"},
    ],
}  # fmt: skip
_PEOPLE: list[tuple[str, str, str, str]] = [
    ("U1", "Bo", "Lind", "student"), ("U2", "Ana", "Silva", "teacher"),
    ("U3", "Kim", "Lind", "guardian"),
]  # fmt: skip


def _user(version: str, person: tuple[str, str, str, str]) -> Row:
    number, given, family, role = person
    more: Row = {"orgSourcedIds": "O1", "role": role}
    if version == "1.2":
        more = {"userMasterIdentifier": f"m-{number}", "primaryOrgSourcedId": "O1"}
    return {
        "sourcedId": number, "enabledUser": "true", "username": number.lower(),
        "userIds": f"{{LDAP:{number}}},{{SIS:9{number}}}" if number == "U1" else "",
        "givenName": given, "familyName": family,
        "agentSourcedIds": "U3" if number == "U1" else "", **more,
    }  # fmt: skip


def tables(version: str) -> Tables:
    """The rows of a right package of full lists: every rostering file is there."""
    whole = copy.deepcopy(_COMMON)
    whole["users"] = [_user(version, person) for person in _PEOPLE]
    if version == "1.2":
        whole["userProfiles"] = [
            {"sourcedId": "P1", "userSourcedId": "U1", "profileType": "app", "vendorId": "V",
             "credentialType": "password", "username": "bo"},
        ]  # fmt: skip
        whole["roles"] = [
            {"sourcedId": f"R{number}", "userSourcedId": number, "roleType": "primary",
             "role": role, "orgSourcedId": "O1",
             "userProfileSourcedId": "P1" if number == "U1" else ""}
            for number, _, _, role in _PEOPLE
        ]  # fmt: skip
    return whole


def header(version: str, table: str) -> list[str]:
    """The columns of a table, as the standard orders them."""
    return [fact["name"] for fact in FACTS[version][table]]


def text(columns: list[str], rows: list[Row], **dialect: Any) -> str:
    """A table as CSV."""
    written = io.StringIO()
    options = {"lineterminator": "\r\n", **dialect}
    writer = csv.DictWriter(written, columns, restval="", extrasaction="ignore", **options)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


@dataclass(frozen=True)
class Package:
    """A package to be changed. ``modes`` overrides what follows from the rows that are there."""

    version: str
    rows: Mapping[str, list[Row]]
    modes: Mapping[str, str]
    says: str = ""  # the version that the manifest names, where it isn't this one

    def manifest(self) -> dict[str, str]:
        """Property → value."""
        given = {f"file.{t}": "bulk" if t in self.rows else "absent" for t in FACTS[self.version]}
        given |= {f"file.{table}": mode for table, mode in self.modes.items()}
        version = self.says or self.version
        return {"manifest.version": "1.0", "oneroster.version": version, **given}

    def files(self, **changed: str | bytes | None) -> dict[str, str | bytes]:
        """All files; ``changed`` by table (or ``manifest``), None: left out."""
        made: dict[str, str | bytes | None] = {
            "manifest": lines(self.manifest()),
            **{t: text(header(self.version, t), rows) for t, rows in self.rows.items()},
            **changed,
        }
        return {f"{name}.csv": content for name, content in made.items() if content is not None}

    def but(self, **rows: list[Row]) -> "Package":
        """The same with other rows in some tables."""
        return replace(self, rows={**self.rows, **rows})

    def with_cell(self, table: str, number: int, **cells: str) -> "Package":
        """The same with some cells of one row (from 0) changed."""
        changed = copy.deepcopy(self.rows[table])
        changed[number] |= cells
        return self.but(**{table: changed})


def lines(properties: Mapping[str, str]) -> str:
    """A manifest of these properties."""
    return text(
        ["propertyName", "value"],
        [{"propertyName": name, "value": value} for name, value in properties.items()],
    )


def whole(version: str) -> Package:
    """A right package of full lists."""
    return Package(version, tables(version), {})


def delta(version: str, **rows: list[Row]) -> Package:
    """A package of changes: rows get ``status`` active and a time unless they have them."""
    told = {
        table: [{"status": "active", "dateLastModified": NOW, **row} for row in given]
        for table, given in rows.items()
    }
    return Package(version, told, dict.fromkeys(told, "delta"))


def written(files: Mapping[str, str | bytes], folder: Path) -> Path:
    """A drop as a folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
    return folder


class Desk:
    """Checks one package after another; the files lie in folders of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0

    def check(self, files: Mapping[str, str | bytes], profile: str) -> Reported:
        """What a check without a workspace says."""
        self.count += 1
        place = self.folder / str(self.count)
        who = Who("test", "2026-11-23T06:00:00Z")
        return flow.check(
            written(files, place / "drop"), place / "scratch", who, Policy(profile=profile)
        )


def grave(reported: Reported) -> set[str]:
    """The codes of what is an error or a stop."""
    return {f["code"] for f in found(reported) if f["severity"] in ("ERROR", "BLOCK")}


def found(reported: Reported) -> list[dict[str, Any]]:
    """All findings."""
    return reported.findings.to_dicts()


def severities(reported: Reported, code: str) -> set[str]:
    """How grave the findings of a code are; empty: there are none."""
    return {f["severity"] for f in found(reported) if f["code"] == code}
