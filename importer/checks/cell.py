"""CELL-2xx: single values. What is allowed where stands in the contracts (``schemas/``)."""

from importer.checks.catalogue import (
    ENROLLMENTS_1,
    STUDENTS,
    TEACHERS,
    USERS_1,
    Check,
    clever,
    declare,
    manifest,
    oneroster,
)
from importer.checks.examples import UIT_STUDENTS, sheets

_RIGHT = clever()
_ONEROSTER = oneroster()
_STUDENT = "School_id,Student_id,Student_email,First_name,Last_name,Grade"
_BO = "0101,S1,bo@oak.example,Bo,Lind,3"
_DOB = f"{_STUDENT},DOB\n{_BO},{{}}\n"
_YEAR = f"{_STUDENT},Graduation_year\n{_BO},{{}}\n"
_PHONE = f"{_STUDENT},Contact_name,Contact_type,Contact_phone\n{_BO},Pia Lind,Primary,{{}}\n"
_DELTA = oneroster(manifest=manifest(users="delta"))


def _users(status: str, date: str) -> dict[str, str | bytes]:
    """The right package with users.csv as a delta of one row."""
    header, first, _ = USERS_1.splitlines()
    row = first.replace("U1,,,", f"U1,{status},{date},")
    return {
        **_DELTA,
        "users.csv": f"{header}\n{row}\n",
        "enrollments.csv": ENROLLMENTS_1.split("E2")[0],
    }


declare(
    Check(
        "CELL-201",
        "ERROR",
        "required value missing",
        says="{column} is empty.",
        fix="Fill in {column}.",
        why="Without this value the record can't be found again or used.",
        right=_RIGHT,
        wrong=clever(students=STUDENTS.replace("Lind", "")),
    ),
    Check(
        "CELL-202",
        "WARNING",
        "recommended value missing",
        says="{column} is empty in {rows} row(s).",
        fix="Fill in {column} where you can.",
        why="Most products need it: a teacher without e-mail, for one, can often not sign in.",
        right=_RIGHT,
        wrong=clever(teachers=TEACHERS.replace("ana@oak.example", "")),
        each=False,
    ),
    Check(
        "CELL-203",
        "INFO",
        "word in another spelling",
        says="“{value}” was read as {detail} in {rows} row(s).",
        fix="Nothing to do here; stricter receivers want the format's own spelling.",
        why="Capitals and common short forms are understood, and you should know that they were.",
        right=_RIGHT,
        wrong=clever(students=STUDENTS.replace(",3\n", ",03\n")),
        each=False,
        mend="safe",
        redacted="A word in another spelling was understood in {rows} row(s).",
    ),
    Check(
        "CELL-204",
        "ERROR",
        "word not in the list",
        says="“{value}” is not a word that {column} may have.",
        fix="Use one of: {detail}.",
        why="A word nobody knows would put a person in the wrong place, or in none.",
        right=_RIGHT,
        wrong=clever(students=STUDENTS.replace(",3\n", ",Grade 3\n")),
        redacted="A value is not among the words that {column} may have.",
    ),
    Check(
        "CELL-205",
        "WARNING",
        "e-mail address malformed",
        says="“{value}” is not an e-mail address; it was left out.",
        fix="Correct the address: something@something.something, without spaces.",
        why="People sign in and are written to by this address.",
        right=_RIGHT,
        wrong=clever(students=STUDENTS.replace("bo@oak.example", "bo.oak.example")),
    ),
    Check(
        "CELL-206",
        "WARNING",
        "date not understood",
        says="“{value}” in {column} is not a date of the form {detail}; it was left out.",
        fix="Write the date as {detail}.",
        why="A guessed date (is 3/4 in March or in April?) is worse than none.",
        right=clever(students=_DOB.format("4/30/2015")),
        wrong=clever(students=_DOB.format("30/4/2015")),
    ),
    Check(
        "CELL-207",
        "WARNING",
        "two-digit year",
        says="“{value}” in {column} has a two-digit year; it was read as {detail}.",
        fix="Write the year with four digits.",
        private_detail=True,
        why="Spreadsheets shorten years when they save, and 15 may be 1915 or 2015.",
        right=clever(students=_DOB.format("4/30/2015")),
        wrong=clever(students=_DOB.format("4/30/15")),
        redacted="A value in {column} has a two-digit year; it was read with four.",
    ),
    Check(
        "CELL-208",
        "INFO",
        "spaces around a value",
        says="{rows} value(s) of {column} have spaces around them; they were removed.",
        fix="Remove the spaces at the source.",
        why="Invisible spaces make two ids differ that look the same.",
        right=_RIGHT,
        wrong=clever(students=STUDENTS.replace("S1", "S1 ")),
        each=False,
        mend="safe",
    ),
    Check(
        "CELL-209",
        "ERROR",
        "invisible character in an id",
        says="The {column} of this row holds an invisible character ({detail}).",
        fix="Type the id anew, without copying it from another program.",
        why="It makes the id differ from the one that looks the same in the other files.",
        right=_RIGHT,
        wrong=clever(students=STUDENTS.replace("S1", "S\u200b1")),
    ),
    Check(
        "CELL-210",
        "WARNING",
        "character that the standard doesn't allow in an id",
        says="“{value}” in {column} has a character other than A–Z a–z 0–9 . - _ / @.",
        fix="Leave such characters out of ids, if your system lets you.",
        why="The id was taken as it is; stricter receivers refuse the row.",
        right=_ONEROSTER,
        wrong=oneroster(
            users=USERS_1.replace("U1", "U:1"), enrollments=ENROLLMENTS_1.replace("U1", "U:1")
        ),
    ),
    Check(
        "CELL-211",
        "WARNING",
        "date and time not understood",
        says="“{value}” in {column} is not a date and time in UTC.",
        fix="Write it as 2026-09-01T06:30:00.000Z.",
        why="It tells which of two versions of a record is newer.",
        right=_users("active", "2026-09-01T06:30:00.000Z"),
        wrong=_users("active", "yesterday"),
    ),
    Check(
        "CELL-212",
        "WARNING",
        "date without a time",
        says="{column} holds a date without a time in {rows} row(s).",
        fix="Write it as 2026-09-01T06:30:00.000Z.",
        why="The standard asks for the time too; the date was taken.",
        right=_users("active", "2026-09-01T06:30:00.000Z"),
        wrong=_users("active", "2026-09-01"),
        each=False,
    ),
    Check(
        "CELL-213",
        "WARNING",
        "year not understood",
        says="“{value}” in {column} is not a year.",
        fix="Write the year with four digits, such as 2027.",
        why="The year places a person or term; a text like 2026-27 can be read in two ways.",
        right=clever(students=_YEAR.format("2036")),
        wrong=clever(students=_YEAR.format("'36")),
    ),
    Check(
        "CELL-214",
        "WARNING",
        "phone number malformed",
        says="“{value}” in {column} is not a phone number of 10 or 11 digits; kept as it is.",
        fix="Write digits only, with area code: 5550100123; or + and the country code before them.",
        why="Products that send messages can't dial anything else.",
        right=clever(students=_PHONE.format("5550100123")),
        wrong=clever(students=_PHONE.format("ext. 12")),
    ),
    Check(
        "CELL-215",
        "WARNING",
        "value very long",
        says="A value of {column} has {detail} characters; receivers may cut it.",
        fix="Shorten it. If it looks like several values, a quote or a line break was lost.",
        why="A cut name or id no longer matches anything.",
        right=_RIGHT,
        wrong=clever(
            schools="School_id,School_name,School_number\n0101," + "Oak " * 80 + "School,1\n"
        ),
    ),
    Check(
        "CELL-216",
        "WARNING",
        "column filled in a bulk file",
        says="{column} is filled in {rows} row(s) of a bulk file.",
        fix="Leave {column} empty in bulk files; it is meant for delta files.",
        why="It was not needed and not used; nearly all exports fill it.",
        right=_ONEROSTER,
        wrong=oneroster(users=USERS_1.replace("U1,,,", "U1,active,,")),
        each=False,
    ),
    Check(
        "CELL-217",
        "WARNING",
        "record marked as gone in a bulk file",
        says="{rows} row(s) of this bulk file are marked {value}.",
        fix="Leave records out of a bulk file that are gone, or declare the file delta.",
        why="A full list says who is there; a mark in it may be meant or be left over.",
        right=_ONEROSTER,
        wrong=oneroster(
            users=USERS_1 + USERS_1.splitlines()[1].replace("U1,,,", "U9,tobedeleted,,") + "\n"
        ),
        each=False,
        redacted="{rows} row(s) of this bulk file are marked as gone.",
    ),
    Check(
        "CELL-219",
        "WARNING",
        "the word NULL instead of nothing",
        says="{column} says NULL; it was read as empty.",
        fix="Leave {column} empty where there is no value.",
        why="Databases write NULL for “nothing”; other receivers take it for a value.",
        right=_ONEROSTER,
        wrong=oneroster(users=USERS_1.replace("Bo,Lind,,", "Bo,Lind,NULL,")),
        each=False,
    ),
    Check(
        "CELL-220",
        "WARNING",
        "user id not written as {Type:Id}",
        says="“{value}” in {column} is not written as {{Type:Id}}.",
        fix="Write each id with its type in braces, such as {{Fed:1234}}; commas between several.",
        why="Without its type nobody can tell which system an id belongs to.",
        right=oneroster(users=USERS_1.replace(",bo,,", ",bo,{Fed:77},")),
        wrong=oneroster(users=USERS_1.replace(",bo,,", ",bo,77,")),
        each=False,
    ),
    Check(
        "CELL-218",
        "WARNING",
        "character not allowed",
        says="“{value}” in {column} has characters that the receiving tool may refuse.",
        fix="Use {detail}.",
        why="The tool that receives the sheet publishes which characters it takes.",
        right=sheets(),
        wrong=sheets(students=UIT_STUDENTS.replace("Bo,Lind", "Bo (new),Lind")),
    ),
)
