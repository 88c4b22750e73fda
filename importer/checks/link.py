"""LINK-4xx: references between files. One missing parent is one finding for all its rows."""

from importer.checks.catalogue import (
    CLASSES_1,
    COURSES_1,
    ENROLLMENTS_1,
    ORGS_1,
    SCHOOLS,
    SECTIONS,
    SESSIONS_1,
    STUDENTS,
    TEACHERS,
    USERS_1,
    Check,
    clever,
    declare,
    manifest,
    oneroster,
)
from importer.checks.examples import (
    ROLES_2,
    UIT_CLASSES,
    UIT_EDUCATORS,
    UIT_STUDENTS,
    manifest_12,
    oneroster_12,
    sheets,
)

_RIGHT = clever()
_ONEROSTER = oneroster()
_PROFILES = (
    "sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,"
    "description,credentialType,username,password\nP1,,,U1,app,V1,,,SSO,bo,\n"
)
_NEW_TEACHER = UIT_EDUCATORS.replace("Ana,Silva,ana@", "Ida,Park,ida@").replace(
    "asilva,,77", "ipark,,88"
)
_CLASS = "SchoolName,ClassName,TeacherUsername,StudentUserID\nOak School,Art,asilva,S1\n"
_NUMBERED = (
    "School_id,Student_id,Student_number,First_name,Last_name,Grade\n"
    "0101,S1,9001,Bo,Lind,3\n0101,S2,9001,Cy,Ray,3\n"
)
_NAMELESS = "FirstName,LastName,Grade,SchoolName,Email\nBo,Lind,3,Oak School,bo@oak.example\n"
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
        mend="ask",
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
    Check(
        "LINK-414",
        "ERROR",
        "names more than one record",
        says="“{value}” in {column} fits more than one record{detail}.",
        fix="Write what only one of them has: a UserID for a person, its id or number for a school."
        " A sheet that names no school needs a workspace of one school.",
        why="Nobody can tell which is meant, and importer doesn't pick one.",
        each=False,
        private_detail=True,
        redacted="A value in {column} fits more than one record.",
        before=clever(
            students=_NUMBERED,
            teachers=TEACHERS.replace("Last_name\n", "Last_name,Username\n").replace(
                "Silva\n", "Silva,asilva\n"
            ),
        ),
        right=sheets(
            students=UIT_STUDENTS.splitlines()[0] + "\n",
            educators=_NEW_TEACHER,
            classes=UIT_CLASSES.splitlines()[0] + "\n",
        ),
        wrong=sheets(
            students=UIT_STUDENTS.splitlines()[0] + "\n",
            educators=_NEW_TEACHER,
            classes=_CLASS.replace("S1", "9001"),
        ),
    ),
    Check(
        "LINK-415",
        "ERROR",
        "looks like a record that exists",
        says="There is an account like “{value}” already; its {detail}.",
        fix="If it is the same person, write that in the row. If not, give this person a UserID of"
        " their own.",
        why="Without a number or a username a second account would be made for the same person.",
        before=clever(),
        right=sheets(
            students=UIT_STUDENTS.splitlines()[0] + "\n",
            educators=_NEW_TEACHER,
            classes=UIT_CLASSES.splitlines()[0] + "\n",
        ),
        wrong=sheets(
            students=_NAMELESS, educators=_NEW_TEACHER, classes=UIT_CLASSES.splitlines()[0] + "\n"
        ),
        private_detail=True,
        redacted="A value in {column} belongs to an account that exists already.",
    ),
    Check(
        "LINK-416",
        "ERROR",
        "action on a record that isn't there",
        says="Action {detail} is for accounts that exist; there is none for “{value}”.",
        fix="Correct the UserID or Username, or leave Action empty to add the person.",
        why="A slip in the number would change nothing, or make a second account.",
        before=sheets(),
        right=sheets(
            students=UIT_STUDENTS.replace("Email\n", "Email,Action\n")
            .replace("1001,", "1001,,X")
            .replace("cray,,,", "cray,,,,")
        ),
        wrong=sheets(
            students=UIT_STUDENTS.replace("Email\n", "Email,Action\n")
            .replace("1001,", "1002,,X")
            .replace("cray,,,", "cray,,,,"),
            classes=UIT_CLASSES.splitlines()[0] + "\n",
        ),
    ),
    Check(
        "LINK-417",
        "INFO",
        "matched with records that exist",
        says="{rows} row(s) matched with what is in the roster already, by {detail}.",
        fix="Nothing to do. The plan lists what these rows change.",
        why="These rows change records that are there; they add none.",
        before=sheets(),
        right=sheets(
            students=UIT_STUDENTS.splitlines()[0] + "\n",
            educators=_NEW_TEACHER,
            classes=UIT_CLASSES.splitlines()[0] + "\n",
        ),
        wrong=sheets(educators=UIT_EDUCATORS.replace(",77", ","), students=UIT_STUDENTS),
        each=False,
    ),
    Check(
        "LINK-418",
        "ERROR",
        "name that nobody knows",
        says="“{value}” in {column} is not known{detail}.",
        fix="Correct the spelling, or add it to the roster first: a new school by its name under"
        " [organisations] in district.toml. People may also stand on the sheets of this upload;"
        " one who has no Username there is named by UserID.",
        why="What a row names must be there; a slip in a name would make a second school or class.",
        each=False,
        right=sheets(),
        wrong=sheets(classes=UIT_CLASSES.replace("asilva,,", "asliva,,")),
        private_detail=True,
        redacted="A value in {column} is not known.",
    ),
    Check(
        "LINK-419",
        "ERROR",
        "points to an archived record",
        says="“{value}” in {column} is archived in the roster.",
        fix="Send the record itself again if it is back; else leave this row out, or correct the "
        "id.",
        why="Who or what has left takes no part in anything; a slip must not bring half of it "
        "back.",
        before=_ONEROSTER,
        right=_ONEROSTER,
        wrong=oneroster(
            manifest=manifest(users="delta", enrollments="delta"),
            users=USERS_1.splitlines()[0]
            + "\n"
            + USERS_1.splitlines()[1].replace("U1,,,", "U1,tobedeleted,2026-09-02T06:00:00Z,")
            + "\n",
            enrollments=ENROLLMENTS_1.splitlines()[0]
            + "\nE9,active,2026-09-02T06:00:00Z,K1,O1,U1,proctor,,,\n",
        ),
        each=False,
        redacted="What {column} names is archived in the roster.",
    ),
    Check(
        "LINK-420",
        "WARNING",
        "section of another school",
        says="{column} is “{value}”, but {detail}.",
        fix="Name the school of the section, or correct the section; a student of another school "
        "may take it.",
        why="One of the two ids is wrong, or rows are counted for the wrong school.",
        right=_RIGHT,
        wrong=clever(
            schools=SCHOOLS + "0102,Elm School,2\n",
            enrollments="School_id,Section_id,Student_id\n0102,M1,S1\n",
        ),
        private_detail=True,
        redacted="{column} is not the school of the section.",
    ),
    Check(
        "LINK-422",
        "WARNING",
        "file that others name is not there",
        says="{column} names records in {rows} row(s), but {detail} is not in the package.",
        fix="Send the file along. A package of full lists holds everything that its rows name.",
        why="Whether these records exist can't be told, and stricter receivers refuse the package.",
        right=_ONEROSTER,
        wrong=oneroster(courses=None, manifest=manifest(courses="absent")),
    ),
    Check(
        "LINK-421",
        "ERROR",
        "somebody else's account",
        says="“{value}” in {column} belongs to {detail}.",
        fix="Correct it. If it is the right person and their UserID has changed, write E as their"
        " Action.",
        why="The row would change the account of somebody who isn't meant.",
        before=sheets(),
        right=sheets(students=UIT_STUDENTS.splitlines()[0] + "\n"),
        wrong=sheets(classes=UIT_CLASSES.replace("asilva,cray", "asilva,asilva")),
        each=False,
        private_detail=True,
        redacted="A value in {column} belongs to somebody else.",
    ),
)
