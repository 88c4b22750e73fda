"""PLAN-560 to 561: what a person took back comes again, and isn't carried out unasked."""

from importer.checks.catalogue import STUDENTS, Check, clever, declare

_NEW = "0101,S2,cy@oak.example,Cy,Ray,3\n"
_OTHER = "0101,S3,di@oak.example,Di,Fox,3\n"

declare(
    Check(
        "PLAN-560",
        "BLOCK",
        "drop that was undone",
        says="This drop was undone once: {detail}.",
        fix="Look whether the reason still holds: `importer history` tells who to ask. If the drop "
        "is right after all, release it with `importer approve` and say why.",
        private_detail=True,
        redacted="This drop was committed before, and the commit was undone.",
        why="A person took it back on purpose; a program must not put it back on its own.",
        before=clever(),
        right=clever(students=STUDENTS + _OTHER),
        wrong=clever(students=STUDENTS + _NEW),
    ),
    Check(
        "PLAN-561",
        "WARNING",
        "changes that were unchecked come again",
        says="{rows} change(s) that a person unchecked last time come again and are left out "
        "again: {detail}.",
        fix="If they are right now, check them with `importer review`. So that they stop coming, "
        "mend them where the files are made.",
        private_detail=True,
        redacted="{rows} change(s) that a person unchecked last time are left out again.",
        why="What a person refused yesterday must not happen tonight because nobody is there.",
        before=clever(),
        right=clever(students=STUDENTS + _OTHER),
        wrong=clever(students=STUDENTS + _NEW),
    ),
)
