"""ROW-330, LINK-430: records that the roster knows by another spelling of their id."""

from importer.checks.catalogue import (
    ENROLLMENTS,
    STUDENTS,
    Check,
    clever,
    declare,
)
from importer.checks.examples import UIT_CLASSES, UIT_STUDENTS, sheets

_ZEROS = {"students": STUDENTS.replace("S1", "00123"), "enrollments": ENROLLMENTS}
_ZEROS["enrollments"] = ENROLLMENTS.replace("S1", "00123")
_BEFORE = clever(**_ZEROS)


def _with_number(number: str) -> dict[str, str | bytes]:
    """The right drop with a number beside the student's id."""
    header, row = STUDENTS.splitlines()
    return clever(students=f"{header},Student_number\n{row},{number}\n")


_SHEET = UIT_STUDENTS.replace("1001", "01001")
_NO_CLASSES = UIT_CLASSES.splitlines()[0] + "\n"
_NUMBERED = sheets(students=_SHEET, classes=UIT_CLASSES.replace("1001", "01001"))

declare(
    Check(
        "ROW-330",
        "ERROR",
        "id that the roster has in another spelling",
        says="“{value}” in {column} is not in the roster, which has {detail} ({rows} row(s)).",
        fix="Set the column to Text before the file is opened in a spreadsheet, or export it again"
        " and don't open it there. The offered id is the one that the roster has.",
        why="Spreadsheets take ids for numbers. Taken as they are, these rows would archive the"
        " people they are about and add the same people anew.",
        before=_BEFORE,
        right=_BEFORE,
        wrong=clever(students=STUDENTS.replace("S1", "123"), enrollments=_ZEROS["enrollments"]),
        each=False,
        mend="ask",
        private_detail=True,
        redacted="The roster has the ids of {rows} row(s) in another spelling.",
    ),
    Check(
        "ROW-331",
        "WARNING",
        "number of a known record in another spelling",
        says="“{value}” in {column} is not what the roster has for this record, {detail}"
        " ({rows} row(s)).",
        fix="Set the column to Text before the file is opened in a spreadsheet, or export it"
        " again. The offered number is the one that the roster has.",
        why="The id of the row tells who it is; its number was changed by a spreadsheet. The stored"
        " one is kept.",
        before=_with_number("00123"),
        right=_with_number("00123"),
        wrong=_with_number("123"),
        each=False,
        mend="ask",
        private_detail=True,
        redacted="The roster has the numbers in {column} of {rows} row(s) in another spelling.",
    ),
    Check(
        "LINK-430",
        "ERROR",
        "number that the roster has in another spelling",
        says="“{value}” in {column} is nobody, but the roster has {detail} ({rows} row(s)).",
        fix="Set the column to Text before you fill it in, and write the number with its zeros.",
        why="Taken as it is, a second account would be made for the same person.",
        before=_NUMBERED,
        right=_NUMBERED,
        wrong=sheets(students=_SHEET.replace("01001", "1001"), classes=_NO_CLASSES),
        each=False,
        mend="ask",
        private_detail=True,
        redacted="The roster has the numbers of {rows} row(s) in another spelling.",
    ),
)
