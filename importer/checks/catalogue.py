"""What a check is: code, severity, words for people, a right and a wrong example.

The words live here and nowhere else: findings carry codes, and message and fix are looked up when
they are shown. ``tests/checks`` runs every example; ``importer explain`` and ``docs/checks.md``
print them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Files = Mapping[str, str | bytes]
MAPPING = "mapping.toml"


@dataclass(frozen=True)
class Check:
    """One entry of the catalogue.

    ``says`` and ``fix`` may use {file} {row} {column} {value} {detail} {rows}. ``right`` and
    ``wrong`` are small drops (file name → content): the check is found in ``wrong`` and not in
    ``right``; the text of an .xlsx stands for a workbook with these rows. Where ``before`` is set,
    it is committed first. A ``district.toml`` among the files is no part of the drop but the
    policy under which it is planned, a ``mapping.toml`` what people confirmed. ``each`` = False:
    one finding stands for all rows of the file that say the same. ``mend``: whether a machine may
    correct it where a person accepts: "safe" loses nothing and changes no meaning, "ask" is the
    likely reading that a person should look at, empty = only the sender can.
    """

    code: str
    severity: str
    name: str
    says: str
    fix: str
    why: str
    right: Files
    wrong: Files
    before: Files | None = None
    each: bool = True
    redacted: str = field(default="")
    mend: str = ""
    private_detail: bool = False  # {detail} may hold a value, not only counts or the format's words

    def public(self) -> str:
        """The message without values, for reports that leave the district."""
        text = self.redacted or self.says.replace(" “{value}”", "").replace("“{value}”", "(hidden)")
        return text.replace("{detail}", "") if self.private_detail else text


CATALOGUE: dict[str, Check] = {}
"""Every check by code. Codes are never reused; tests/checks/ledger.toml holds them."""


def declare(*checks: Check) -> None:
    """Add checks to the catalogue."""
    for check in checks:
        if check.code in CATALOGUE:
            raise ValueError(f"{check.code} is declared twice")
        CATALOGUE[check.code] = check


# --- small drops for the examples -------------------------------------------------------------

SCHOOLS = "School_id,School_name,School_number\n0101,Oak School,1\n"
TEACHERS = (
    "School_id,Teacher_id,Teacher_email,First_name,Last_name\n0101,T1,ana@oak.example,Ana,Silva\n"
)
STUDENTS = (
    "School_id,Student_id,Student_email,First_name,Last_name,Grade\n"
    "0101,S1,bo@oak.example,Bo,Lind,3\n"
)
SECTIONS = "School_id,Section_id,Teacher_id,Section_number\n0101,M1,T1,1\n"
ENROLLMENTS = "School_id,Section_id,Student_id\n0101,M1,S1\n"


def clever(**changed: str | bytes) -> dict[str, str | bytes]:
    """A small right Clever drop, with some of its files replaced."""
    whole: dict[str, str | bytes] = {
        "schools": SCHOOLS,
        "teachers": TEACHERS,
        "students": STUDENTS,
        "sections": SECTIONS,
        "enrollments": ENROLLMENTS,
    }
    return {f"{name}.csv": text for name, text in {**whole, **changed}.items()}


MODES = ["academicSessions", "orgs", "courses", "classes", "users", "enrollments", "demographics"]
_ABSENT = ["categories", "classResources", "courseResources", "lineItems", "resources", "results"]


def manifest(**modes: str) -> str:
    """A OneRoster 1.1 manifest: bulk for the core files, absent for all else."""
    given = {**dict.fromkeys(MODES, "bulk"), "demographics": "absent", **modes}
    lines = [f"file.{name},{mode}" for name, mode in given.items()]
    lines += [f"file.{name},absent" for name in _ABSENT]
    return "\n".join(
        ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.1", *lines, ""]
    )


SESSIONS_1 = (
    "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
    "Y27,,,2026-27,schoolYear,2026-08-17,2027-06-12,,2027\n"
)
ORGS_1 = (
    "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
    "D,,,Lake District,district,,\nO1,,,Oak School,school,1,D\n"
)
COURSES_1 = (
    "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,"
    "subjects,subjectCodes\nC1,,,Y27,Maths,M,03,O1,,\n"
)
CLASSES_1 = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
    "K1,,,Maths 3a,03,C1,,scheduled,,O1,Y27,,,1\n"
)
USERS_1 = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
    "U1,,,true,O1,student,bo,,Bo,Lind,,,bo@oak.example,,,,03,\n"
    "U2,,,true,O1,teacher,ana,,Ana,Silva,,,ana@oak.example,,,,,\n"
)
ENROLLMENTS_1 = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate\nE1,,,K1,O1,U1,student,,2026-08-17,2027-06-12\nE2,,,K1,O1,U2,teacher,true,,\n"
)


def oneroster(**changed: str | bytes | None) -> dict[str, str | bytes]:
    """A small right OneRoster 1.1 package, with some of its files replaced (None: left out)."""
    whole: dict[str, str | bytes | None] = {
        "manifest": manifest(),
        "academicSessions": SESSIONS_1,
        "orgs": ORGS_1,
        "courses": COURSES_1,
        "classes": CLASSES_1,
        "users": USERS_1,
        "enrollments": ENROLLMENTS_1,
    }
    given = {**whole, **changed}
    return {f"{name}.csv": text for name, text in given.items() if text is not None}


_STAGES = ("FILE", "CELL", "ROW", "LINK", "PLAN")


def stage(code: str) -> int:
    """The place of a code's stage on the way of a drop: what is found first explains the rest."""
    return _STAGES.index(code.partition("-")[0])
