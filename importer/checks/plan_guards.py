"""PLAN-54x and -55x: what the guards recognise, each with the cause in plain words."""

from importer.checks.catalogue import SCHOOLS, TEACHERS, Check, clever, declare

_OVERRIDE = "If it is meant, release it with `importer approve` and say why."
_GIVEN = ["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana", "Ida", "Jon", "Kira", "Liam"]
_FAMILY = [
    "Abel",
    "Berg",
    "Cole",
    "Dahl",
    "Ek",
    "Falk",
    "Gray",
    "Holm",
    "Ito",
    "Juul",
    "Kahn",
    "Lund",
]
_HEADER = "School_id,Student_id,Student_email,First_name,Last_name,Grade,DOB\n"
_SECTION_HEADER = "School_id,Section_id,Teacher_id,Section_number,Name,Subject\n"
_BOTH = SCHOOLS + "0102,Elm School,2\n"
_TWO_TEACHERS = TEACHERS + "0102,T2,uma@oak.example,Uma,Wood\n"


def _student(number: int, **other: str) -> str:
    """A student's row; half of them are at each of two schools."""
    given, family = _GIVEN[number % 12], _FAMILY[number * 5 % 12]
    row = {
        "school": "0101" if number % 2 else "0102",
        "id": f"0{100 + number}",
        "email": f"{given}.{family}{number}@oak.example".lower(),
        "given": given,
        "family": family,
        "grade": str(3 + number % 4),
        "dob": f"{2014 + number % 3}-0{1 + number % 9}-{10 + number % 19}",
        **other,
    }
    return ",".join(row.values()) + "\n"


def _students(numbers: range = range(1, 19), without: tuple[int, ...] = (), **other: str) -> str:
    return _HEADER + "".join(_student(n, **other) for n in numbers if n not in without)


def _sections(prefix: str = "M", named: str = "Maths") -> str:
    rows = "".join(
        f"0101,{prefix}{n},T1,{n},{named} {n},{'math' if n % 2 else 'science'}\n" for n in range(14)
    )
    return _SECTION_HEADER + rows


def _enrolled(prefix: str = "M", step: int = 1, skip: str = "") -> str:
    rows = [
        f"0101,{prefix}{n},0{100 + who}\n"
        for n in range(14)
        for who in range(1, 18, 2)
        if (who + n * step) % 3 and not (skip and n % 2)
    ]
    return "School_id,Section_id,Student_id\n" + "".join(rows)


def _drop(**changed: str) -> dict[str, str | bytes]:
    whole = {
        "schools": _BOTH,
        "teachers": _TWO_TEACHERS,
        "students": _students(),
        "sections": _sections(),
        "enrollments": _enrolled(),
    }
    return clever(**{**whole, **changed})


_BEFORE = _drop()
_LESS = _drop(students=_students(range(2, 19)), enrollments=_enrolled().replace("0101,M1,0101", ""))
_ROWS = _students().splitlines(keepends=True)
_SWAPPED = "".join(
    ",".join([*c[:3], c[4], c[3], *c[5:]]) for c in (row.split(",") for row in _ROWS[1:])
)
_OTHERS = _HEADER + "".join(
    f"0101,0{100 + n},z{n}@oak.example,Zed{n},Quist{n},4,2001-02-0{1 + n % 9}\n"
    for n in range(1, 19)
)
_FOREIGN = _HEADER + "".join(
    f"0101,X-{n}-Q,z{n}@far.example,Zed{n},Quist{n},4,2001-02-0{1 + n % 9}\n" for n in range(1, 19)
)
_AGAIN = "".join(_student(n, id=f"Q{n * 7}") for n in range(1, 19))

declare(
    Check(
        "PLAN-540",
        "BLOCK",
        "ids changed",
        says="{detail}.",
        fix="Look what changed the ids in the export, a spreadsheet most likely, and send it with "
        "the ids as before.",
        private_detail=True,
        redacted="Ids changed, the records behind them did not.",
        why="Under new ids the same people would be added anew and the old ones archived.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(students=_students().replace("\n010", "\n10")),
    ),
    Check(
        "PLAN-541",
        "BLOCK",
        "file cut off",
        says="{detail}.",
        fix="The upload or the export broke off. Send the whole file again. " + _OVERRIDE,
        why="Whoever stands in the part that is missing would be archived.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(students=_students(range(1, 12))),
    ),
    Check(
        "PLAN-542",
        "BLOCK",
        "looks like a new term",
        says="{detail}.",
        fix="If a term has begun, say so in [calendar] of district.toml, or release this run with "
        "`importer approve`.",
        why="At a change of term all sections change; at any other time that is an accident.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(sections=_sections("S", "Science"), enrollments=_enrolled("S", 2)),
    ),
    Check(
        "PLAN-543",
        "BLOCK",
        "school vanished",
        says="{detail}.",
        fix="Look whether the export still covers this school. " + _OVERRIDE,
        private_detail=True,
        redacted="A school is no longer in the files.",
        why="Schools close seldom, and exports lose one often.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(schools=SCHOOLS, teachers=TEACHERS, students=_HEADER + "".join(_ROWS[1::2])),
    ),
    Check(
        "PLAN-544",
        "BLOCK",
        "same people twice",
        says="{detail}.",
        fix="Look why the export has them twice, such as two systems or years in one file. "
        + _OVERRIDE,
        why="Everybody would have two accounts, and nobody the right one.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(students=_students() + _AGAIN.replace("@oak", "@elm")),
    ),
    Check(
        "PLAN-545",
        "ERROR",
        "id of somebody else",
        says="“{value}” was another person: name, e-mail and birth date all differ from those "
        "that are stored under this id.",
        fix="Look whether the id was given again or two rows were mixed up. If the id is theirs "
        'now, say so in district.toml: [guards] new_holders = ["{value}"].',
        redacted="An id was another person's: name, e-mail and birth date all differ.",
        why="The new person would see all that belonged to the one before.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(
            students=_HEADER + "".join(_ROWS[1:18]) + _OTHERS.splitlines(keepends=True)[18]
        ),
    ),
    Check(
        "PLAN-546",
        "BLOCK",
        "ids given to other people",
        says="{detail}.",
        fix="Look whether ids were numbered anew or rows slipped against each other. " + _OVERRIDE,
        why="Everybody would see what belongs to somebody else.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(students=_OTHERS),
    ),
    Check(
        "PLAN-547",
        "BLOCK",
        "columns swapped or shifted",
        says="{detail}.",
        fix="Look which field of your system the export puts into these columns. " + _OVERRIDE,
        private_detail=True,
        redacted="Columns are swapped or shifted.",
        why="The values are real ones, so that nothing else would notice.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(students=_HEADER + _SWAPPED),
    ),
    Check(
        "PLAN-548",
        "BLOCK",
        "one value for everybody",
        says="{detail}.",
        fix="Look where the export takes this column from. " + _OVERRIDE,
        private_detail=True,
        redacted="A column has one and the same value for nearly everybody.",
        why="What was different for everybody is seldom the same for all overnight.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(students=_students(grade="9")),
    ),
    Check(
        "PLAN-549",
        "BLOCK",
        "values have another form",
        says="{detail}.",
        fix="Look whether the export changed its format or encoding. " + _OVERRIDE,
        private_detail=True,
        redacted="The values of a column have another form than before.",
        why="Letters, dates and addresses that nobody can use any more would replace good ones.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(students=_students().replace("@oak.example", "")),
    ),
    Check(
        "PLAN-550",
        "BLOCK",
        "a group is missing",
        says="{detail} and would be archived.",
        fix="Look which filter the export has. " + _OVERRIDE,
        private_detail=True,
        redacted="A whole group of records is missing.",
        why="People leave one by one; a whole grade or subject goes with a filter.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(enrollments=_enrolled(skip="math")),
    ),
    Check(
        "PLAN-551",
        "BLOCK",
        "another file altogether",
        says="{detail}.",
        fix="Look whether this is the file of your district and of this year. " + _OVERRIDE,
        why="Everybody would be archived and strangers added.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(students=_FOREIGN, enrollments=_enrolled()[:32]),
    ),
    Check(
        "PLAN-552",
        "BLOCK",
        "slow leak",
        says="{detail} although no single drop was too much.",
        fix="Look since when the export lacks them. " + _OVERRIDE,
        private_detail=True,
        redacted="Night by night more records went than one drop may take.",
        why="A fault that takes a few every night passes every limit for one night.",
        before=_drop(students=_students(range(1, 61))),
        right=_drop(students=_students(range(1, 61), without=(7, 20, 31, 50))),
        wrong=_drop(students=_students(range(1, 61), without=(7, 20, 31, 50, 12, 15, 40, 43))),
    ),
    Check(
        "PLAN-553",
        "BLOCK",
        "roles exchanged",
        says="{detail}.",
        fix="Look whether files or the column with the role were mixed up. " + _OVERRIDE,
        why="Students would see what only teachers may.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(
            teachers=_TWO_TEACHERS
            + "".join(",".join(row.split(",")[:5]) + "\n" for row in _ROWS[1:5]),
            students=_HEADER + "".join(_ROWS[5:]),
            enrollments=_enrolled()[:32],
        ),
    ),
    Check(
        "PLAN-554",
        "BLOCK",
        "many moved at once",
        says="{detail}.",
        fix="Look whether the column with the school or section was mixed up. " + _OVERRIDE,
        private_detail=True,
        redacted="Many students would be at another school or in other sections.",
        why="Single students move; all of a school move only in files.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(students=_students().replace("0102,", "0101,")),
    ),
    Check(
        "PLAN-555",
        "BLOCK",
        "test data",
        says="{detail}.",
        fix="Take the test people out, or send the export of the real system. " + _OVERRIDE,
        why="Where test people come along, the export may be that of a trial system.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(
            students=_students()
            + "".join(f"0101,8{n},test{n}@oak.example,Test,Student{n},3,\n" for n in range(3))
        ),
    ),
    Check(
        "PLAN-556",
        "INFO",
        "change recognised",
        says="{detail}.",
        fix="Nothing to do.",
        private_detail=True,
        redacted="A change of many records was recognised as a usual one.",
        why="Schools merge, terms change, districts get a new e-mail domain: that is no accident.",
        before=_BEFORE,
        right=_LESS,
        wrong=_drop(students=_students().replace("@oak.example", "@pupils.oak.example")),
    ),
)
