"""PLAN-5xx: the change set judged before anybody commits it. Nearly all need a person's word."""

from importer.checks.catalogue import (
    SCHOOLS,
    STUDENTS,
    USERS_1,
    Check,
    clever,
    declare,
    manifest,
    oneroster,
)

_OTHERS = [n for n in range(60) if n * n * n % 31 < 20]  # here and there
_MANY = "".join(f"0101,N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(60))
_FULL = clever(students=STUDENTS + _MANY)
_HALF = clever(students=STUDENTS + "".join(_MANY.splitlines(keepends=True)[n] for n in _OTHERS))
_SCHOOLS = SCHOOLS + "".join(f"02{n:02},School {n},\n" for n in range(20))
_SPREAD = "".join(f"02{n % 20:02},N{n},n{n}@oak.example,Kim,Ode{n},3\n" for n in range(200))
_WIDE = clever(schools=_SCHOOLS, students=STUDENTS + _SPREAD)
_THIN = clever(
    schools=_SCHOOLS,
    students=STUDENTS
    + "".join(r for n, r in enumerate(_SPREAD.splitlines(keepends=True)) if n * n % 11 != 4),
)
_FEW = clever(students=STUDENTS + "".join(_MANY.splitlines(keepends=True)[:58]))
_NEW = "0101,S2,cy@oak.example,Cy,Ray,3\n"
_TWO_TEACHERS = "School_id,Section_id,Teacher_id,Teacher_2_id,Section_number\n0101,M1,T1,,1\n"
_OVERRIDE = "If it is meant, release it with `importer approve` and say why."
_REPLACE = '[sync]\nblanks = "replace"\n'
_TWO_SCHOOLS = SCHOOLS + "0102,Elm School,2\n"
_MAPPED = 'auto_create_organisations = false\n[organisations]\n"0101" = "Oak"\n'

declare(
    Check(
        "PLAN-501",
        "BLOCK",
        "school loses too much",
        says="{detail} would be archived.",
        fix="Look whether the files are complete and the ids are the same as before. " + _OVERRIDE,
        private_detail=True,
        redacted="Too many records of one school would be archived.",
        why="A school that empties overnight is nearly always a file that isn't whole.",
        before=_FULL,
        right=_FEW,
        wrong=_HALF,
    ),
    Check(
        "PLAN-502",
        "BLOCK",
        "district loses too much",
        says="{detail} in the whole district would be archived.",
        fix="Look whether the files are complete and the ids are the same as before. " + _OVERRIDE,
        why="Losses spread thinly over all schools show only in the sum.",
        before=_WIDE,
        right=_WIDE,
        wrong=_THIN,
    ),
    Check(
        "PLAN-503",
        "BLOCK",
        "roster grows too much",
        says="{detail} would be added.",
        fix="Look whether ids changed, or another school's or year's data came along. " + _OVERRIDE,
        private_detail=True,
        redacted="Too many records would be added.",
        why="A roster that doubles overnight is mostly the same people under new ids.",
        before=clever(),
        right=clever(students=STUDENTS + "".join(_MANY.splitlines(keepends=True)[:9])),
        wrong=_FULL,
    ),
    Check(
        "PLAN-504",
        "BLOCK",
        "file could not be loaded",
        says="{file} could not be loaded; nothing of it was compared or changed.",
        fix="Put right what is said about {file} above and send the whole set again.",
        why="The rest alone may not fit together; nothing is archived because of a broken file.",
        before=clever(),
        right=clever(),
        wrong=clever(students=STUDENTS.replace("Student_id", "Pupil")),
    ),
    Check(
        "PLAN-505",
        "BLOCK",
        "full list without rows",
        says="{file} has no rows. As a full list it would archive every record of its kind.",
        fix="Export it again. If it may be empty, declare it in district.toml: "
        'may_be_empty = ["{file}"].',
        why="A list that is empty overnight is nearly always a broken export.",
        right=clever(),
        wrong=clever(enrollments="School_id,Section_id,Student_id\n"),
    ),
    Check(
        "PLAN-506",
        "BLOCK",
        "older drop",
        says="This drop is older than what was committed last: {detail}.",
        fix="Send today's export. " + _OVERRIDE,
        why="An old file sent again would take back every change made since.",
        before=clever(),
        right=clever(students=STUDENTS + _NEW),
        wrong=clever(),
    ),
    Check(
        "PLAN-507",
        "BLOCK",
        "one column changes almost everywhere",
        says="{detail}.",
        fix="Look whether a column was shifted or filled from another field. " + _OVERRIDE,
        private_detail=True,
        redacted="One column would change almost everywhere.",
        why="A column that changes for everybody at once is mostly a mistake in the export.",
        before=_FULL,
        right=_FULL,
        wrong=clever(students=STUDENTS + _MANY.replace("Kim", "Ode")),
    ),
    Check(
        "PLAN-508",
        "BLOCK",
        "column would be emptied",
        says="{detail}.",
        fix="Look whether the column is still filled in your system. " + _OVERRIDE,
        private_detail=True,
        redacted="A column would lose its values.",
        why="An export without a value looks as if the value was taken away on purpose.",
        before=_FULL,
        right={**_FULL, "district.toml": _REPLACE},
        wrong={
            **clever(students=STUDENTS + "".join(f"0101,N{n},,Kim,Ode{n},3\n" for n in range(60))),
            "district.toml": _REPLACE,
        },
    ),
    Check(
        "PLAN-509",
        "BLOCK",
        "records marked as gone in a full list",
        says="{rows} record(s) are marked as gone in a file that is declared a full list.",
        fix="Leave them out, or declare the file delta. " + _OVERRIDE,
        why="A mark in a full list may be meant, or left over from another export.",
        before=oneroster(),
        right=oneroster(),
        wrong=oneroster(users=USERS_1.replace("U1,,,", "U1,tobedeleted,,")),
    ),
    Check(
        "PLAN-510",
        "INFO",
        "promotion recognised",
        says="{detail}, nearly all up by one: the new school year.",
        fix="Nothing to do.",
        private_detail=True,
        redacted="The grades go up by one: the new school year.",
        why="Once a year every grade changes, and that is no accident.",
        before=_FULL,
        right=_FULL,
        wrong=clever(students=(STUDENTS + _MANY).replace(",3\n", ",4\n")),
    ),
    Check(
        "PLAN-512",
        "BLOCK",
        "changes without a roster",
        says="This drop only says what changed, and nothing is committed yet that it could change.",
        fix="Send the full list (bulk) first. " + _OVERRIDE,
        why="Most records would be missing, and nobody could tell.",
        right=oneroster(),
        wrong=oneroster(manifest=manifest(orgs="delta")),
    ),
    Check(
        "PLAN-513",
        "BLOCK",
        "column that tells who is who has vanished",
        says="{detail}, which it had last time.",
        fix="Look whether the header was misspelt or the column left out. " + _OVERRIDE,
        why="Records would be taken for others, or not found at all.",
        before=clever(sections=_TWO_TEACHERS),
        right=clever(sections=_TWO_TEACHERS),
        wrong=clever(sections=_TWO_TEACHERS.replace("Teacher_2_id", "Teacher2")),
    ),
    Check(
        "PLAN-511",
        "BLOCK",
        "too many rows left out",
        says="{detail} are left out because of errors.",
        fix="Put right the first causes in this report; most of the rows hang on them. "
        + _OVERRIDE,
        why="When so much of a file is wrong, the rest is not to be trusted either.",
        right=_FULL,
        wrong=clever(students=(STUDENTS + _MANY).replace("0101,", "101,")),
    ),
    Check(
        "PLAN-514",
        "BLOCK",
        "errors, and the policy takes all or nothing",
        says="The files are wrong in {rows} place(s), and {detail}.",
        fix="Put right the errors in this report and send the files again. What asks for this in "
        'district.toml is skip_errors = false, or profile = "certification". ' + _OVERRIDE,
        why="The district decided that a part of a roster is worse than yesterday's.",
        right={**clever(), "district.toml": "skip_errors = false\n"},
        wrong={
            **clever(students=STUDENTS.replace("Lind", "")),
            "district.toml": "skip_errors = false\n",
        },
    ),
    Check(
        "PLAN-515",
        "WARNING",
        "schools without an organisation",
        says="Without an organisation at the receiving product: {rows} school(s), {detail}.",
        fix="Name them in [organisations] of district.toml, or set "
        "auto_create_organisations = true.",
        private_detail=True,
        redacted="Without an organisation at the receiving product: {rows} school(s).",
        why="Their people and sections would belong to nobody.",
        right={**clever(), "district.toml": _MAPPED},
        wrong={**clever(schools=_TWO_SCHOOLS), "district.toml": _MAPPED},
    ),
    Check(
        "PLAN-516",
        "BLOCK",
        "choose the school",
        says="{detail} could be meant, and the portal takes exactly one.",
        fix='Choose the school in district.toml: [share] schools = ["…"]. If there are several, '
        'set portal = "multi".',
        why="Nobody but the district knows which of its schools the portal is for.",
        right={**clever(), "district.toml": 'portal = "single"\n'},
        wrong={**clever(schools=_TWO_SCHOOLS), "district.toml": 'portal = "single"\n'},
    ),
    Check(
        "PLAN-517",
        "BLOCK",
        "filter changed",
        says="What this district shares was changed. {detail}.",
        fix="If the new filter is meant, release it with `importer approve`; it then stands. "
        "Else put [share] in district.toml back.",
        private_detail=True,
        redacted="What this district shares was changed.",
        why="Records out of the filter are no longer kept up to date, and nobody would notice.",
        before=clever(),
        right=clever(students=STUDENTS + _NEW),
        wrong={**clever(), "district.toml": '[share]\nlowest_grade = "4"\n'},
    ),
    Check(
        "PLAN-518",
        "BLOCK",
        "users first",
        says="Sections are to be synced without users, and no user was ever synced.",
        fix='Set items = ["users", "sections"] in [sync] of district.toml.',
        why="Enrollments without people go nowhere.",
        right={**clever(), "district.toml": '[sync]\nitems = ["users", "sections"]\n'},
        wrong={**clever(), "district.toml": '[sync]\nitems = ["sections"]\n'},
    ),
)
