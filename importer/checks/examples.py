"""Small right drops of the newer formats, for the examples of the catalogue."""

from importer.checks.catalogue import (
    CLASSES_1,
    COURSES_1,
    ENROLLMENTS_1,
    ORGS_1,
    SESSIONS_1,
)

_TABLES = ["academicSessions", "orgs", "courses", "classes", "users", "roles", "enrollments"]
_ABSENT = (
    "categories classResources courseResources demographics lineItemLearningObjectiveIds"
    " lineItemScoreScales lineItems resources resultLearningObjectiveIds resultScoreScales results"
    " scoreScales userProfiles userResources"
)

USERS_2 = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,"
    "preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns\n"
    "U1,,,true,bo,,Bo,Lind,,,bo@oak.example,,,,03,,,,,,O1,\n"
    "U2,,,true,ana,,Ana,Silva,,,ana@oak.example,,,,,,,,,,O1,\n"
)
ROLES_2 = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
    "orgSourcedId,userProfileSourcedId\n"
    "R1,,,U1,primary,student,,,O1,\nR2,,,U2,primary,teacher,,,O1,\n"
)


def manifest_12(**modes: str) -> str:
    """A OneRoster 1.2 manifest: bulk for the core files, absent for all else."""
    given = {**dict.fromkeys(_TABLES, "bulk"), **dict.fromkeys(_ABSENT.split(), "absent"), **modes}
    lines = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"]
    return "\n".join([*lines, *(f"file.{name},{mode}" for name, mode in given.items()), ""])


def oneroster_12(**changed: str | bytes | None) -> dict[str, str | bytes]:
    """A small right OneRoster 1.2 package, with some of its files replaced (None: left out)."""
    whole: dict[str, str | bytes | None] = {
        "manifest": manifest_12(),
        "academicSessions": SESSIONS_1,
        "orgs": ORGS_1,
        "courses": COURSES_1,
        "classes": CLASSES_1,
        "users": USERS_2,
        "roles": ROLES_2,
        "enrollments": ENROLLMENTS_1,
    }
    given = {**whole, **changed}
    return {f"{name}.csv": text for name, text in given.items() if text is not None}


UIT_STUDENTS = (
    "FirstName,LastName,Grade,SchoolName,Username,Password,UserID,Email\n"
    "Bo,Lind,3,Oak School,,,1001,\nCy,Ray,8,Oak School,cray,,,\n"
)
UIT_EDUCATORS = (
    "FirstName,LastName,Email,SchoolName,TeacherRole,ProctorRole,Username,Password,UserID\n"
    "Ana,Silva,ana@oak.example,Oak School,TRUE,FALSE,asilva,,77\n"
)
UIT_CLASSES = (
    "SchoolName,ClassName,TeacherUsername,StudentUsername,StudentUserID\n"
    "Oak School,Maths 3a,asilva,,1001\nOak School,Maths 3a,asilva,cray,\n"
)


def sheets(**changed: str) -> dict[str, str | bytes]:
    """The three sheets of the User Import Tool, with some of them replaced."""
    whole = {"students": UIT_STUDENTS, "educators": UIT_EDUCATORS, "classes": UIT_CLASSES}
    return {f"{name}.csv": text for name, text in {**whole, **changed}.items()}


PULSE_STUDENTS = (
    "Email Address,First Name,Last Name,Year Level,Class,,\n"
    "bo@oak.example,Bo,Lind,Year 10,10R,Chess,\n"
    "cy@oak.example,Cy,Ray,Year 10,10R,Choir,Chess\n"
    "di@oak.example,Di,Fox,Year 10,10B,,\n"
)


def powerschool(old: str = "", new: str = "") -> dict[str, str | bytes]:
    """A small right export of PowerSchool's students, with one text replaced."""
    rows = (
        "id,email,first_name,last_name,projected_graduation_year,Grade_Level,Enroll_Status\n"
        "4711,bo@oak.example,Bo,Lind,2027,12,\n4712,cy@oak.example,Cy,Ray,2028,11,\n"
    )
    return {"students.csv": rows.replace(old, new) if old else rows}
