"""CELL-231 and on: dates that a spreadsheet or another country wrote."""

from importer.checks.catalogue import STUDENTS, Check, clever, declare


def _born(*days: str) -> dict[str, str | bytes]:
    """The right drop with students who were born on these days."""
    rows = [f"0101,S{n},s{n}@oak.example,Bo,Lind,3,{day}" for n, day in enumerate(days, 1)]
    return clever(students="\n".join([f"{STUDENTS.splitlines()[0]},DOB", *rows, ""]))


_MONTHS_FIRST = ("4/30/2015", "4/29/2015", "4/28/2015", "4/27/2015")

declare(
    Check(
        "CELL-231",
        "INFO",
        "dates in the other order",
        says="The dates in {column} are written as {detail}, not in the order of the format;"
        " {rows} row(s) were read so, the first is “{value}”.",
        fix="Nothing to do here; stricter receivers want the order of the format.",
        why="Some of these dates can only be read so, and hardly any in the other order.",
        right=_born("4/3/2015", "4/30/2015"),
        wrong=_born("3/4/2015", "30/4/2015"),
        each=False,
        private_detail=True,
        redacted="The dates in {column} are not in the order of the format; they were read in the"
        " other one.",
    ),
    Check(
        "CELL-232",
        "WARNING",
        "day or month first",
        says="Nothing in {column} tells whether “{value}” begins with the day or the month;"
        " {rows} value(s) were {detail}.",
        fix="Compare a few of these dates with your records, and export them as YYYY-MM-DD.",
        why="All days are 12 or less, or the column has both orders. A spreadsheet that turns a"
        " part of the dates around leaves columns like this.",
        right=_born("4/3/2015", "5/3/2015", "6/3/2015", "7/3/2015", "8/3/2015", "4/30/2015"),
        wrong=_born("4/3/2015", "5/3/2015", "6/3/2015", "7/3/2015", "8/3/2015"),
        each=False,
        private_detail=True,
        redacted="Nothing in {column} tells whether dates begin with the day or the month, in"
        " {rows} row(s).",
    ),
    Check(
        "CELL-233",
        "ERROR",
        "dates in two orders",
        says="“{value}” in {column} can only begin with the {detail}, and other rows of the column"
        " only with the other ({rows} row(s)).",
        fix="Export the file again, and don't open it in a spreadsheet."
        " The offered date is the only way to read this one.",
        why="Of such a column no date is sure: a spreadsheet may have turned some of them around.",
        right=_born(*_MONTHS_FIRST),
        wrong=_born(*_MONTHS_FIRST, "30/4/2015", "29/4/2015", "28/4/2015"),
        each=False,
        mend="ask",
        private_detail=True,
        redacted="The dates in {column} are in two orders; {rows} row(s) are in the rarer one.",
    ),
    Check(
        "CELL-234",
        "WARNING",
        "date as a count of days",
        says="“{value}” in {column} is a date as spreadsheets count days: {detail}"
        " ({rows} row(s)).",
        fix="Format the column as a date before saving the file."
        " The offered date is the likely one; look at it before you accept it.",
        why="A spreadsheet shows its own count of days where the column isn't a date to it.",
        right=_born("5/1/2014"),
        wrong=_born("41760"),
        each=False,
        mend="ask",
        private_detail=True,
        redacted="A date in {column} is a count of days ({rows} row(s)).",
    ),
)
