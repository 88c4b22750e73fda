"""CELL-221 and on: what spreadsheets and wrong encodings do to single values."""

from importer.checks.catalogue import ENROLLMENTS, SECTIONS, STUDENTS, Check, clever, declare

_RIGHT = clever()
_WHY = "Spreadsheets take ids for numbers. Another id is another person."
_TEXT = "Set the column to Text before the file is opened in a spreadsheet, or export it again."
_OFFERED = "The offered value is what it most likely was; look at it before you accept it."


def _id(sent: str, was: str = "S1") -> dict[str, str | bytes]:
    """The right drop with another id of the one student, in both files."""
    if "," in sent:
        sent = f'"{sent}"'
    return clever(
        students=STUDENTS.replace("S1", sent), enrollments=ENROLLMENTS.replace("S1", sent)
    )


def _student(**changed: str) -> dict[str, str | bytes]:
    """The right drop with other values of the one student."""
    names, values = (line.split(",") for line in STUDENTS.splitlines())
    row = {**dict(zip(names, values, strict=True)), **changed}
    return clever(students=f"{','.join(row)}\n{','.join(row.values())}\n")


def _two(first: str, second: str) -> dict[str, str | bytes]:
    """The right drop with two students who have these ids."""
    other = "0101,{},cy@oak.example,Cy,Ray,3\n"
    return clever(
        students=STUDENTS.replace("S1", first) + other.format(second),
        enrollments=ENROLLMENTS.replace("S1", first) + f"0101,M1,{second}\n",
    )


def _numbered(*ids: str) -> dict[str, str | bytes]:
    """The right drop with students who have these ids."""
    rows = [f"0101,{number},s{number}@oak.example,Bo,Lind,3" for number in ids]
    students = "\n".join([STUDENTS.splitlines()[0], *rows, ""])
    return clever(students=students, enrollments=ENROLLMENTS.replace("S1", ids[0]))


declare(
    Check(
        "CELL-221",
        "ERROR",
        "id in scientific notation",
        says="“{value}” in {column} is a number that a spreadsheet shortened ({rows} row(s)).",
        fix=f"Export the file again; the digits are gone and can't be restored. {_TEXT}",
        why="Several ids become one and the same when their digits are cut off.",
        right=_id("123457000000"),
        wrong=_id("1.23457E+11"),
        each=False,
        redacted="An id in {column} is a number that a spreadsheet shortened ({rows} row(s)).",
    ),
    Check(
        "CELL-222",
        "ERROR",
        "id with more digits than a spreadsheet keeps",
        says="The long ids in {column} all end in zeros; “{value}” is the first of {rows}.",
        fix=f"Export the file again; the last digits are gone. {_TEXT}",
        why="Spreadsheets keep 15 digits and write 0 for all others.",
        right=_two("1234567890123456", "1234567890123457"),
        wrong=_two("1234567890123400", "1234567890123500"),
        each=False,
        redacted="The long ids in {column} all end in zeros, in {rows} row(s).",
    ),
    Check(
        "CELL-223",
        "ERROR",
        "id written like an amount",
        says="“{value}” in {column} is an id with a decimal point or with thousands set apart"
        " ({rows} row(s)).",
        fix=f"{_TEXT} {_OFFERED}",
        why=_WHY,
        right=_id("1234"),
        wrong=_id("1234.0"),
        each=False,
        mend="ask",
        redacted="An id in {column} is written like an amount ({rows} row(s)).",
    ),
    Check(
        "CELL-225",
        "INFO",
        "apostrophe in front",
        says="“{value}” in {column} begins with an apostrophe that keeps spreadsheets from"
        " computing ({rows} row(s)).",
        fix="Remove the apostrophe; in ids it counts until somebody does.",
        why="It is shown in no spreadsheet, but every other program takes it for a part of the"
        " value.",
        right=_student(Student_street="=Oak Lane"),
        wrong=_student(Student_street="'=Oak Lane"),
        each=False,
        mend="ask",
        redacted="Values of {column} begin with an apostrophe in {rows} row(s).",
    ),
    Check(
        "CELL-226",
        "ERROR",
        "letters in full width in an id",
        says="“{value}” in {column} has letters or digits in full width ({rows} row(s)).",
        fix=f"Type the id anew with the keyboard set to half width. {_OFFERED}",
        why="They look the same, but the id differs from the one in the other files.",
        right=_id("S1"),
        wrong=_id("Ｓ１"),
        each=False,
        mend="ask",
        redacted="Ids in {column} have letters or digits in full width, in {rows} row(s).",
    ),
    Check(
        "CELL-227",
        "WARNING",
        "spreadsheet error instead of a value",
        says="“{value}” in {column} is an error of a spreadsheet, no value ({rows} row(s)).",
        fix="Mend the formula, and export the values again.",
        why="A formula found nothing. What is stored is kept.",
        right=_student(Student_street=""),
        wrong=_student(Student_street="#N/A"),
        each=False,
        mend="ask",
    ),
    Check(
        "CELL-228",
        "WARNING",
        "garbled letters",
        says="“{value}” in {column} was read in a wrong encoding ({rows} row(s)).",
        fix=f"Save the file as UTF-8 and never as anything else on its way. {_OFFERED}",
        why="The text was written in one encoding and read in another. What is stored is kept.",
        right=_student(First_name="José"),
        wrong=_student(First_name="JosÃ©"),
        each=False,
        mend="ask",
        redacted="A value in {column} was read in a wrong encoding ({rows} row(s)).",
    ),
    Check(
        "CELL-229",
        "WARNING",
        "letter lost",
        says="A letter of “{value}” in {column} is lost ({rows} row(s)).",
        fix="Correct it at the source, and save the file as UTF-8.",
        why="The encoding that the file was once saved in doesn't have this letter. What is stored"
        " is kept.",
        right=_student(Last_name="Muñoz"),
        wrong=_student(Last_name="Mu?oz"),
        each=False,
        redacted="A letter of a value in {column} is lost ({rows} row(s)).",
    ),
    Check(
        "CELL-230",
        "INFO",
        "invisible sign in a text",
        says="{rows} value(s) of {column} have signs that nobody sees; read without them.",
        fix="Type such values anew, without copying them from a web page or a word processor.",
        why="They make two texts differ that look the same. In e-mail addresses and numbers they"
        " were left as they are.",
        right=_student(Student_street="Oak Lane"),
        wrong=_student(Student_street="Oak\u00a0Lane"),
        each=False,
        mend="safe",
    ),
    Check(
        "CELL-235",
        "WARNING",
        "value turned into a date",
        says="“{value}” in {column} is a date that a spreadsheet made of something like 9-10"
        " ({rows} row(s)).",
        fix=f"Write again what it was. {_TEXT}",
        why="Spreadsheets take 9-10 for a date. Which of the two numbers came first can't be told."
        " What is stored is kept.",
        right=clever(sections=SECTIONS.replace("T1,1", "T1,9-10")),
        wrong=clever(sections=SECTIONS.replace("T1,1", "T1,10-Sep")),
        each=False,
        redacted="A value in {column} was turned into a date ({rows} row(s)).",
    ),
    Check(
        "CELL-236",
        "WARNING",
        "ZIP code too short",
        says="“{value}” in {column} has fewer than 5 digits ({rows} row(s)).",
        fix=f"{_TEXT} {_OFFERED}",
        why="Spreadsheets take the zero in front of a ZIP code away. What is stored is kept.",
        right=_student(Student_zip="02139"),
        wrong=_student(Student_zip="2139"),
        each=False,
        mend="ask",
        redacted="ZIP codes in {column} have fewer than 5 digits, in {rows} row(s).",
    ),
    Check(
        "CELL-237",
        "WARNING",
        "id shorter than the others",
        says="“{value}” in {column} is shorter than the {detail} digits that nearly all have"
        " ({rows} row(s)).",
        fix=f"If zeros in front are gone: {_TEXT[0].lower()}{_TEXT[1:]} {_OFFERED}",
        why="Spreadsheets take zeros in front away. The ids were taken as they are.",
        right=_numbered(*(f"{n:05}" for n in range(9_900, 10_150))),
        wrong=_numbered(*(f"{n:05}" for n in range(9_900, 10_150)), "77"),
        each=False,
        mend="ask",
        redacted="Ids in {column} are shorter than nearly all others, in {rows} row(s).",
    ),
    Check(
        "CELL-238",
        "WARNING",
        "typographic sign in an id",
        says="“{value}” in {column} has a quote or dash that a word processor put there"
        " ({rows} row(s)).",
        fix=f"Type the id with the plain sign. {_OFFERED}",
        why="The id was taken as it is; it differs from the one that looks nearly the same.",
        right=_id("S-1"),
        wrong=_id("S–1"),
        each=False,
        mend="ask",
        redacted="Ids in {column} have a typographic quote or dash, in {rows} row(s).",
    ),
)
