"""FILE-175 to FILE-182: what only a workbook has – hidden and merged cells, cells with a type."""

from collections.abc import Mapping

from importer.checks.catalogue import SECTIONS, STUDENTS, Check, clever, declare

_RIGHT = {**clever(), "students.xlsx": STUDENTS}
del _RIGHT["students.csv"]
_TWO = STUDENTS + "0101,S2,cy@oak.example,Cy,Ray,4\n"
_SPOKEN = (
    "School_id,Student_id,First_name,Last_name,Grade,Home_language\n"
    "0101,S1,Bo,Lind,3,{}\n0101,S2,Cy,Ray,4,{}\n"
)


def _students(rows: str) -> Mapping[str, str | bytes]:
    return {**_RIGHT, "students.xlsx": rows}


def _sections(rows: str) -> Mapping[str, str | bytes]:
    whole = {**clever(), "sections.xlsx": rows}
    del whole["sections.csv"]
    return whole


declare(
    Check(
        "FILE-175",
        "INFO",
        "hidden rows",
        says="{rows} row(s) are hidden ({detail}). They were read like all others.",
        fix="If they should not be sent, delete them; a filter only hides them.",
        why="Who filters a sheet and saves it sends the rows that can't be seen as well.",
        right=_students(_TWO),
        wrong=_students(_TWO + "(hidden: row 3)\n"),
    ),
    Check(
        "FILE-176",
        "INFO",
        "hidden column",
        says="The column {column} is hidden. It was read like all others.",
        fix="If it should not be sent, delete it; hiding doesn't take it out of the file.",
        why="What can't be seen in a sheet may be forgotten there, and is sent all the same.",
        right=_students(_TWO),
        wrong=_students(_TWO + "(hidden: column C)\n"),
    ),
    Check(
        "FILE-177",
        "INFO",
        "hidden sheet",
        says="A sheet of {file} is hidden: {detail}.",
        fix="If it should be sent, show it; if not, nothing needs to be done.",
        why="A hidden sheet mostly holds lists, sums or an old state; it is read only where no "
        "other sheet of the workbook is a known table.",
        right=_students(_TWO),
        wrong=_students(_TWO + "(hidden sheet: Lists)\nColours\nred\n"),
        redacted="A sheet of {file} is hidden.",
        private_detail=True,
    ),
    Check(
        "FILE-178",
        "WARNING",
        "merged cells over data",
        says="In {column} this row has no value of its own: the cells {detail} are merged.",
        fix="Take the cells apart (Merge & Center → Unmerge Cells) and write the value into each.",
        why="Of merged cells only the first has the value; nobody can tell for certain whether the "
        "others mean the same. What is stored stays as it is.",
        right=_students(_SPOKEN.format("Swedish", "Swedish")),
        wrong=_students(_SPOKEN.format("Swedish", "") + "(merged: F2:F3)\n"),
        mend="ask",
    ),
    Check(
        "FILE-179",
        "WARNING",
        "text that was turned into a date",
        says="In {column} stands a date, “{value}”, where a text or an id should be.",
        fix="Format the column as Text, write the value again as it was, and save.",
        why="Spreadsheet programs take “10-9” or “3/4” for a day of this year. What was written "
        "can't be told from the date for certain, so the value is not used.",
        right=_sections(SECTIONS),
        wrong=_sections(SECTIONS.replace("T1,1", "T1,2026-10-09") + "(date: D2)\n"),
        redacted="In {column} stands a date where a text or an id should be.",
        mend="ask",
    ),
    Check(
        "FILE-180",
        "INFO",
        "zeros that only the format shows",
        says="In {column} {rows} number(s) were read with the zeros (or signs) that the format "
        "shows.",
        fix="Nothing needs to be done. Formatted as Text, the column would keep them in any file.",
        why="The cell holds 123 and the sheet shows 000123; saved as CSV it is 000123 too.",
        right=_students(STUDENTS),
        wrong=_students(STUDENTS.replace("S1", "123") + "(number: B2 as 000000)\n"),
    ),
    Check(
        "FILE-182",
        "INFO",
        "sheet passed over",
        says="{file} is no table of this format and was passed over.",
        fix="Nothing needs to be done if it only explains or sums up.",
        why="Workbooks often have a sheet of notes, lists or sums beside the table.",
        right=_students(STUDENTS),
        wrong=_students(STUDENTS + "(sheet: Notes)\nHow to fill this in\nOne line a student\n"),
    ),
)
