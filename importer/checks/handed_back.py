"""FILE-197: rows that importer handed back and that come again."""

from importer.checks.catalogue import STUDENTS, Check, clever, declare

_BACK = STUDENTS.replace("Grade\n", "Grade,Problems\n").replace(",3\n", ",3,Row 2: Error\n")

declare(
    Check(
        "FILE-197",
        "INFO",
        "apostrophe of importer taken away",
        says="{rows} cell(s) were read without the apostrophe that importer had put in front.",
        fix="Nothing to do.",
        why="In rows handed back it keeps a spreadsheet from computing what looks like a formula; "
        "it is no part of what was sent.",
        right=clever(students=_BACK),
        wrong=clever(students=_BACK.replace("Bo,", "'=Bo,")),
        each=False,
    ),
)
