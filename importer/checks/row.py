"""ROW-3xx: rows against each other and values of one row against each other."""

from importer.checks.catalogue import (
    COURSES_1,
    ENROLLMENTS_1,
    SESSIONS_1,
    STUDENTS,
    TEACHERS,
    USERS_1,
    Check,
    clever,
    declare,
    oneroster,
)
from importer.checks.examples import (
    PULSE_STUDENTS,
    ROLES_2,
    UIT_EDUCATORS,
    oneroster_12,
    sheets,
)

_RIGHT = clever()
_TWO_SPELLINGS = (
    PULSE_STUDENTS.replace("10R,Chess,", "Yr 10R,Chess,")
    .replace("10R,Choir", "Year 10R,Choir")
    .replace("10B", "Year 10R")
)
_ONEROSTER = oneroster()
_TERM = (
    "School_id,Section_id,Teacher_id,Section_number,Term_name,Term_start,Term_end\n"
    "0101,M1,T1,1,Fall,{},{}\n"
)
_CONTACT = STUDENTS.splitlines()[0] + ",Contact_name,Contact_type,Contact_email\n"


def _contacts(*contacts: str) -> dict[str, str | bytes]:
    """The right drop with one row per contact for the student."""
    rows = [f"0101,S1,bo@oak.example,Bo,Lind,3,{contact}" for contact in contacts]
    return clever(students=_CONTACT + "\n".join(rows) + "\n")


_TWO = _contacts("Pia Lind,Primary,pia@home.example", "Al Lind,Family,al@home.example")
_SIX = _contacts(*(f"P{n},Family,p{n}@home.example" for n in range(6)))
_OTHER = "0101,S2,{},Cy,Ray,3\n"

declare(
    Check(
        "ROW-301",
        "ERROR",
        "same id for different rows",
        says="{column} “{value}” is used by {detail} rows that differ.",
        fix="Give each record its own id, or remove the rows that are wrong.",
        why="Nobody can tell which row is right, so none of them is taken.",
        right=_RIGHT,
        wrong=clever(schools="School_id,School_name,School_number\n0101,Oak,1\n0101,Elm,2\n"),
    ),
    Check(
        "ROW-302",
        "WARNING",
        "same row twice",
        says="This row says again what row {detail} says; it was taken once.",
        fix="Remove the row that is too much.",
        why="Doubled rows do no harm here, but they often come from an export that ran twice.",
        right=_RIGHT,
        wrong=clever(enrollments="School_id,Section_id,Student_id\n0101,M1,S1\n0101,M1,S1\n"),
    ),
    Check(
        "ROW-303",
        "ERROR",
        "rows of one record disagree",
        says="The rows with {column} “{value}” disagree in {detail}.",
        fix="Make {detail} the same on all rows of this record.",
        why="A record may come on several rows, but only if they say the same about it.",
        right=_TWO,
        wrong=clever(
            students=_CONTACT
            + "0101,S1,bo@oak.example,Bo,Lind,3,Pia Lind,Primary,pia@home.example\n"
            + "0101,S1,bo@oak.example,Bo,Lund,3,Al Lind,Family,al@home.example\n"
        ),
    ),
    Check(
        "ROW-304",
        "WARNING",
        "person listed at several schools",
        says="{column} “{value}” comes once more, for another school; both were taken.",
        fix="List the person once, with the main school; sections show the other schools.",
        why="Receivers treat this in different ways; some take only the first row.",
        right=_RIGHT,
        wrong=clever(
            schools="School_id,School_name,School_number\n0101,Oak,1\n0102,Elm,2\n",
            teachers=TEACHERS + "0102,T1,ana@oak.example,Ana,Silva\n",
        ),
    ),
    Check(
        "ROW-305",
        "WARNING",
        "too many contacts",
        says="{column} “{value}” has {detail} rows, one for each contact.",
        fix="Keep the five most important contacts.",
        why="Clever takes at most five contacts for a student.",
        right=_TWO,
        wrong=_SIX,
    ),
    Check(
        "ROW-306",
        "WARNING",
        "end before begin",
        says="{column} “{value}” is before the begin, {detail}.",
        fix="Correct one of the two dates.",
        private_detail=True,
        why="A term or enrollment that ends before it begins is never active.",
        right=clever(sections=_TERM.format("8/17/2026", "12/18/2026")),
        wrong=clever(sections=_TERM.format("12/18/2026", "8/17/2026")),
        redacted="{column} is before the begin.",
    ),
    Check(
        "ROW-307",
        "WARNING",
        "contact incomplete",
        says="The contact on this row has no {column}; the contact was left out.",
        fix="Fill in {column}, or leave all contact columns empty.",
        why="A contact needs at least a name and a type.",
        right=_TWO,
        wrong=_contacts(",Primary,pia@home.example"),
    ),
    Check(
        "ROW-308",
        "WARNING",
        "one of two values missing",
        says="{column} is empty, but {detail} is filled.",
        fix="Fill in both or neither.",
        why="A term with only one of its dates can't be placed in the year.",
        right=clever(sections=_TERM.format("8/17/2026", "12/18/2026")),
        wrong=clever(sections=_TERM.format("8/17/2026", "")),
    ),
    Check(
        "ROW-309",
        "WARNING",
        "school year is not the year of its end",
        says="{column} is “{value}”, but the session ends in {detail}.",
        fix="Write the year in which the school year ends.",
        why="The standard counts school years by their end.",
        right=_ONEROSTER,
        wrong=oneroster(academicSessions=SESSIONS_1.replace(",2027\n", ",2026\n")),
        redacted="{column} is not the year in which the session ends.",
    ),
    Check(
        "ROW-310",
        "WARNING",
        "lists of different length",
        says="{column} does not have as many entries as {detail}.",
        fix="Give one code for each subject, in the same order.",
        why="The first code belongs to the first subject and so on.",
        right=_ONEROSTER,
        wrong=oneroster(courses=COURSES_1.replace(",O1,,", ',O1,"Maths,Art",M1')),
    ),
    Check(
        "ROW-311",
        "WARNING",
        "e-mail address shared",
        says="The address “{value}” is used by {detail} people.",
        fix="Give each person their own address, if they sign in with it.",
        why="Two people with one address may end up in one account.",
        right=_RIGHT,
        wrong=clever(students=STUDENTS + _OTHER.format("bo@oak.example")),
    ),
    Check(
        "ROW-312",
        "ERROR",
        "one id for two people",
        says="{column} “{value}” is also used in {detail}.",
        fix="Give students and staff different ids (a letter in front is enough).",
        why="They would become one person with both roles. Neither row is taken.",
        right=_RIGHT,
        wrong=clever(
            students=STUDENTS.replace("S1", "T1"),
            enrollments="School_id,Section_id,Student_id\n0101,M1,T1\n",
        ),
    ),
    Check(
        "ROW-313",
        "WARNING",
        "value only for teachers",
        says="{column} is “{value}” for a person who is {detail} here.",
        fix="Leave {column} empty for everybody but teachers.",
        why="It names the main teacher of a class.",
        right=_ONEROSTER,
        wrong=oneroster(enrollments=ENROLLMENTS_1.replace("student,,", "student,true,")),
        redacted="{column} is filled for a person who is no teacher here.",
    ),
    Check(
        "ROW-314",
        "WARNING",
        "more than one is primary",
        says="{column} is “{value}” here, and in row {detail} for the same time.",
        fix="Let one of the rows be primary, or give them dates that don't overlap.",
        why="Receivers take one main role of a person, or one main teacher of a class.",
        right=_ONEROSTER,
        wrong=oneroster(
            enrollments=ENROLLMENTS_1 + "E3,,,K1,O1,U3,teacher,true,,\n",
            users=USERS_1
            + USERS_1.splitlines()[2].replace("U2", "U3").replace("ana", "eva")
            + "\n",
        ),
        redacted="{column} marks a second row as primary for the same time.",
    ),
    Check(
        "ROW-315",
        "WARNING",
        "no role is primary",
        says="None of the roles of “{value}” is primary.",
        fix="Make the person's main role primary.",
        why="Some receivers read only primary roles; they would not see this person.",
        right=oneroster_12(),
        wrong=oneroster_12(roles=ROLES_2.replace("U1,primary", "U1,secondary")),
    ),
    Check(
        "ROW-317",
        "WARNING",
        "value shared that should be one's own",
        says="{column} “{value}” is used by {detail} people.",
        fix="Give each person their own.",
        why="People sign in with it or are known by it elsewhere; two would share one account.",
        right=_ONEROSTER,
        wrong=oneroster(users=USERS_1.replace("teacher,ana,", "teacher,bo,")),
    ),
    Check(
        "ROW-316",
        "ERROR",
        "no role chosen",
        says="Neither of {detail} is TRUE.",
        fix="Write TRUE for each role that the person has; at least one is needed.",
        why="An educator without a role could do nothing in the product.",
        right=sheets(),
        wrong=sheets(educators=UIT_EDUCATORS.replace("TRUE,FALSE", "FALSE,FALSE")),
    ),
    Check(
        "ROW-318",
        "WARNING",
        "two spellings of one name",
        says="“{value}” looks like “{detail}”, which more rows have.",
        fix="If both mean the same, write it in the same way everywhere.",
        why="Groups, classes and new schools are made from what the cells say: two spellings, two"
        " groups.",
        right={"students.csv": PULSE_STUDENTS},
        wrong={"students.csv": _TWO_SPELLINGS},
        each=False,
        private_detail=True,
        redacted="A name in {column} looks like another one that more rows have.",
    ),
    Check(
        "ROW-321",
        "WARNING",
        "educator listed again",
        says="{column} “{value}” is listed again, for another school or role; all were taken.",
        fix="Nothing to do, if the person works there too. Such a teacher can't make classes in the"
        " User Import Tool itself.",
        why="Its older pages say that teachers of two schools can't create classes with it.",
        right=sheets(),
        wrong=sheets(
            educators=UIT_EDUCATORS + "Ana,Silva,ana@oak.example,Elm School,TRUE,FALSE,asilva,,77\n"
        ),
    ),
)
