"""What exports of student information systems bring along: codes, former students, more columns."""

from importer.checks.catalogue import Check, declare
from importer.checks.examples import powerschool

declare(
    Check(
        "FILE-193",
        "INFO",
        "columns of an export that are not used",
        says="importer doesn't use {rows} column(s) of this export: {detail}.",
        fix="Nothing to do, unless one of them is a misspelling of a column you need.",
        why="Exports have columns for everybody; a misspelt one would lose its values unseen.",
        right=powerschool(),
        wrong=powerschool("Enroll_Status", "Bus"),
        private_detail=True,
        redacted="importer doesn't use {rows} column(s) of this export.",
    ),
    Check(
        "FILE-194",
        "INFO",
        "headers of an export read by other names",
        says="importer read {rows} header(s) of this export by other names: {detail}.",
        fix="Look whether each is what you mean; nothing to do if so.",
        why="The same field has many names in exports; you should see which was taken for what.",
        right=powerschool(),
        wrong=powerschool("projected_graduation_year", "ClassOf"),
        private_detail=True,
        redacted="importer read {rows} header(s) of this export by other names.",
    ),
    Check(
        "CELL-250",
        "INFO",
        "code value read",
        says="“{value}” in {column} was read as {detail} in {rows} row(s).",
        fix="Nothing to do, if that is what your system means by it.",
        why="Systems write 0 for kindergarten or <None Specified> for nothing; you should see "
        "what was made of it.",
        right=powerschool(),
        wrong=powerschool(",12,", ",0,"),
        each=False,
        redacted="A code value of {column} was read in {rows} row(s).",
    ),
    Check(
        "CELL-251",
        "INFO",
        "row of somebody who is no longer there",
        says="“{value}” in {column} stands for somebody who is no longer there: {rows} row(s) left "
        "out.",
        fix="Nothing to do; an export of current students alone leaves them out.",
        why="Who has left or graduated is treated as if the row had not been sent.",
        right=powerschool(),
        wrong=powerschool(",12,", ",99,"),
        each=False,
        redacted="{rows} row(s) of people who are no longer there left out.",
    ),
)
