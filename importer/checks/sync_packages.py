"""What School Data Sync, IXL and Remind ask for beyond what other formats do."""

from importer.checks.catalogue import Check, Files, declare

_ORGS = "sourcedId,name,type,parentSourcedId\nO1,Oak School,school,\n"
_USERS = (
    "sourcedId,username,givenName,familyName,email\n"
    "S1,bo@oak.example,Bo,Lind,\nG1,kim@home.example,Kim,Lind,kim@home.example\n"
)
_ROLES = "userSourcedId,orgSourcedId,role\nS1,O1,student\n"
_RELATIONSHIPS = "userSourcedId,relationshipUserSourcedId,relationshipRole\nS1,G1,guardian\n"


def _sds(**changed: str) -> dict[str, str]:
    """A small right drop of School Data Sync 2.1, with some of its files replaced."""
    whole = {"orgs": _ORGS, "users": _USERS, "roles": _ROLES, "relationships": _RELATIONSHIPS}
    return {f"{name}.csv": text for name, text in {**whole, **changed}.items()}


_CLASSES = {
    "classes.csv": "sourcedId,orgSourcedId,title\nM1,O1,Maths\n",
    "enrollments.csv": "classSourcedId,userSourcedId,role\nM1,S1,student\n",
}
_SDS_1: Files = {
    "School.csv": "SIS ID,Name\nO1,Oak School\n",
    "Student.csv": "SIS ID,School SIS ID,Username\nS1,O1,bo\n",
    "Teacher.csv": "SIS ID,School SIS ID,Username\nT1,O1,ana\n",
    "Section.csv": "SIS ID,School SIS ID,Section Name\nM1,O1,Maths\n",
    "StudentEnrollment.csv": "Section SIS ID,SIS ID\nM1,S1\n",
    "TeacherRoster.csv": "Section SIS ID,SIS ID\nM1,T1\n",
}
_REMIND: Files = {
    "schools.csv": "school_id,school_name\nO1,Oak School\n",
    "teachers.csv": "school_id,teacher_id,teacher_first_name,teacher_last_name,teacher_email,"
    "teacher_mobile_phone\nO1,T1,Ana,Silva,ana@oak.example,\n",
    "students.csv": "school_id,student_id,student_first_name,student_last_name,dob,grade,"
    "student_email,student_phone,guardian_first_name,guardian_last_name,guardian_email,"
    "guardian_phone\nO1,S1,Bo,Lind,,3,,,,,,\n",
    "classes.csv": "school_id,class_id,teacher_id,class_name\nO1,M1,T1,Maths\n",
    "enrollments.csv": "school_id,class_id,user_id\nO1,M1,S1\nO1,M1,T1\n",
}

declare(
    Check(
        "FILE-195",
        "ERROR",
        "file that may be one of several",
        says="{file} has the columns of {detail}, and its name doesn’t say which of them it is.",
        fix="Give the file the name that the format has for it, and send again.",
        why="Both have the same columns: students taken for teachers would be no fault that "
        "anybody could see.",
        right=_SDS_1,
        wrong={**_SDS_1, "more.csv": "Section SIS ID,SIS ID\nM1,S1\n"},
    ),
    Check(
        "FILE-196",
        "BLOCK",
        "file without the one that belongs with it",
        says="{file} came without {detail}. These files belong together.",
        fix="Send the whole set again. If you never send this file, declare it in district.toml: "
        'never_sent = ["{detail}"].',
        why="One of them without the other says less than it seems to: classes without anybody in "
        "them, or people in classes that nobody knows.",
        right={**_sds(), **_CLASSES},
        wrong={**_sds(), "classes.csv": _CLASSES["classes.csv"]},
    ),
    Check(
        "LINK-440",
        "WARNING",
        "contact who isn't known well enough",
        says="“{value}” is named as somebody's contact and lacks: {detail}.",
        fix="Fill in what is missing in the row of this person, or leave the relationship out.",
        why="A parent or guardian is invited by name and e-mail address; the receiver requires "
        "all of them.",
        right=_sds(),
        wrong=_sds(users=_USERS.replace("Lind,kim@home.example", "Lind,")),
        each=False,
        redacted="Somebody's contact lacks: {detail}.",
    ),
    Check(
        "LINK-441",
        "ERROR",
        "unknown parent or guardian",
        says="“{value}” is no parent or guardian who was sent{detail}.",
        fix="Add them to the file of the people, or correct what names them: it must be the same "
        "in both files.",
        why="A relationship to somebody who isn't there has nowhere to go to.",
        right=_sds(),
        wrong=_sds(relationships=_RELATIONSHIPS.replace("G1", "G2")),
        each=False,
        private_detail=True,
        redacted="A value in {column} belongs to no parent or guardian.",
    ),
    Check(
        "LINK-442",
        "ERROR",
        "neither a student nor a teacher",
        says="Neither a student nor a teacher has the id “{value}”{detail}.",
        fix="Add them to the students or teachers file, or correct the id. Ids must match exactly, "
        "zeros in front included.",
        why="Whether somebody learns or teaches in a class is told by the file that their id "
        "stands in.",
        right=_REMIND,
        wrong={**_REMIND, "enrollments.csv": "school_id,class_id,user_id\nO1,M1,S2\nO1,M1,T1\n"},
        each=False,
        private_detail=True,
        redacted="An id in {column} belongs to neither a student nor a teacher.",
    ),
)
