"""LINK-4xx: references between files. One missing parent is one finding for all its rows."""

from importer.checks.catalogue import (
    CLASSES_1,
    COURSES_1,
    ENROLLMENTS_1,
    ORGS_1,
    SECTIONS,
    SESSIONS_1,
    STUDENTS,
    USERS_1,
    Check,
    clever,
    declare,
    oneroster,
)
from importer.checks.examples import ROLES_2, manifest_12, oneroster_12

_RIGHT = clever()
_ONEROSTER = oneroster()
_PROFILES = (
    "sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,"
    "description,credentialType,username,password\nP1,,,U1,app,V1,,,SSO,bo,\n"
)
_IDS = "Ids must match exactly, zeros in front included."


def _unknown(code: str, what: str, of: str, right: object, wrong: object) -> Check:
    return Check(
        code,
        "ERROR",
        f"unknown {what}",
        says=f"No {what} has the id “{{value}}”{{detail}}.",
        fix=f"Add it to the {of}, or correct the id. {_IDS}",
        why=f"A row that points to a {what} which isn't there has no place to go to.",
        right=right,  # type: ignore[arg-type]
        wrong=wrong,  # type: ignore[arg-type]
        each=False,
        private_detail=True,
        redacted=f"An id in {{column}} belongs to no {what}.",
    )


declare(
    _unknown(
        "LINK-401",
        "school",
        "schools file",
        _RIGHT,
        clever(students=STUDENTS.replace("0101", "101")),
    ),
    _unknown(
        "LINK-402",
        "teacher",
        "teachers file",
        _RIGHT,
        clever(sections=SECTIONS.replace("T1", "T2")),
    ),
    _unknown(
        "LINK-403",
        "section",
        "sections file",
        _RIGHT,
        clever(enrollments="School_id,Section_id,Student_id\n0101,M2,S1\n"),
    ),
    _unknown(
        "LINK-404",
        "student",
        "students file",
        _RIGHT,
        clever(enrollments="School_id,Section_id,Student_id\n0101,M1,S2\n"),
    ),
    _unknown(
        "LINK-405",
        "course",
        "courses file",
        _ONEROSTER,
        oneroster(classes=CLASSES_1.replace(",C1,", ",C2,")),
    ),
    _unknown(
        "LINK-406",
        "session",
        "sessions file",
        _ONEROSTER,
        oneroster(courses=COURSES_1.replace("Y27", "Y26")),
    ),
    _unknown(
        "LINK-407",
        "agent",
        "users file",
        _ONEROSTER,
        oneroster(users=USERS_1.replace("bo@oak.example,,,,", "bo@oak.example,,,U7,")),
    ),
    _unknown(
        "LINK-408",
        "user",
        "users file",
        _ONEROSTER,
        oneroster(enrollments=ENROLLMENTS_1.replace("U1", "U3")),
    ),
    Check(
        "LINK-410",
        "WARNING",
        "not a school",
        says="“{value}” in {column} is an organisation, but not a school.",
        fix="Point to the school itself, not to its district or department.",
        why="Classes and enrollments belong to schools; counts per school would be wrong.",
        right=_ONEROSTER,
        wrong=oneroster(classes=CLASSES_1.replace(",O1,", ",D,")),
        each=False,
    ),
    Check(
        "LINK-411",
        "WARNING",
        "not a school year",
        says="“{value}” in {column} is a session, but not a school year.",
        fix="Point to the session of type schoolYear.",
        why="The standard asks for the school year of a course, not for a term.",
        right=_ONEROSTER,
        wrong=oneroster(academicSessions=SESSIONS_1.replace("schoolYear,2026", "term,2026")),
        each=False,
    ),
    _unknown(
        "LINK-409",
        "user profile",
        "userProfiles file",
        oneroster_12(),
        oneroster_12(
            userProfiles=_PROFILES,
            manifest=manifest_12(userProfiles="bulk"),
            roles=ROLES_2.replace("O1,\nR2", "O1,P7\nR2"),
        ),
    ),
    Check(
        "LINK-412",
        "ERROR",
        "parents in a circle",
        says="The parents go round in a circle: {detail}.",
        fix="Empty {column} of the topmost one.",
        why="None of them has a place in the hierarchy, so none is taken.",
        right=_ONEROSTER,
        wrong=oneroster(orgs=ORGS_1.replace("district,,\n", "district,,O1\n")),
        private_detail=True,
        redacted="The parents in {column} go round in a circle.",
    ),
    Check(
        "LINK-413",
        "WARNING",
        "date outside the term of its class",
        says="{column} “{value}” is not within the terms of the class, {detail}.",
        fix="Correct the date, or the terms of the class.",
        why="The standard asks that they align; receivers may never show the class.",
        right=_ONEROSTER,
        wrong=oneroster(enrollments=ENROLLMENTS_1.replace("2026-08-17", "2026-07-01")),
        each=False,
        private_detail=True,
        redacted="{column} is not within the terms of the class.",
    ),
)
