"""PLAN-53x: what the options of a district decide, said where a person would look for it."""

from importer.checks.catalogue import (
    ENROLLMENTS,
    STUDENTS,
    USERS_1,
    Check,
    clever,
    declare,
    oneroster,
)

_LOCKED = '[local]\nlocks = ["people.email"]\n'
_KEPT = '[absent]\npeople = "keep"\n'
_MANY = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(60))
_IN_M1 = "".join(f"0101,M1,N{n}\n" for n in range(20))
_HEADER = STUDENTS.splitlines(keepends=True)[0]
_BOTH = clever(students=STUDENTS + _MANY, enrollments=ENROLLMENTS + _IN_M1)
_GONE = clever(
    students=_HEADER + _MANY, enrollments=ENROLLMENTS.splitlines(keepends=True)[0] + _IN_M1
)
_BACK = clever(
    students=STUDENTS + _MANY, enrollments=ENROLLMENTS.splitlines(keepends=True)[0] + _IN_M1
)
_LAST = USERS_1.splitlines(keepends=True)[-1]

declare(
    Check(
        "PLAN-530",
        "WARNING",
        "conflict with what was edited on the platform",
        says="{column} is “{value}” in the file and {detail}.",
        fix="Decide which of the two is right and correct the other. What counts in a conflict is "
        "set in [local] of district.toml.",
        private_detail=True,
        redacted="{column} differs from what was edited on the platform.",
        why="Somebody changed this field on the platform; a sync must not quietly undo their work.",
        before=clever(),
        right={**clever(), "district.toml": _LOCKED},
        wrong={
            **clever(students=STUDENTS.replace("bo@oak", "bo.lind@oak")),
            "district.toml": _LOCKED,
        },
    ),
    Check(
        "PLAN-531",
        "INFO",
        "unknown record marked as gone",
        says="The row marks a record as gone that the roster never had; nothing is to be done.",
        fix="Nothing, unless its id was mistyped: then the record that was meant is still there.",
        why="A mark that hits nothing may be a record that was meant under another id.",
        before=oneroster(),
        right=oneroster(),
        wrong=oneroster(users=USERS_1 + _LAST.replace("U2,,,", "U9,tobedeleted,,", 1)),
    ),
    Check(
        "PLAN-532",
        "INFO",
        "enrollments of who came back stay archived",
        says="People or sections came back; {detail} stay archived until their rows are sent.",
        fix="Nothing, if they start anew. Else send the rows of their enrollments.",
        why="Nobody knows whether who comes back is in the same sections as before.",
        before=_BOTH,
        right=_GONE,
        wrong=_BACK,
    ),
    Check(
        "PLAN-533",
        "INFO",
        "absent records stay",
        says="{detail} are no longer in the files and stay, as the settings say.",
        fix="Nothing, if it is meant. Else change [absent] in district.toml.",
        why="Who isn't archived keeps an account and a place; somebody should know how many.",
        before=_BOTH,
        right={**_BOTH, "district.toml": _KEPT},
        wrong={**_GONE, "district.toml": _KEPT},
    ),
)
