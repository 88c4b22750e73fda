"""Three invented summaries: a clean one, a typical one with a plan, and a hostile disaster."""

from importer.report.summary import (
    Cause,
    ColumnChange,
    FileLine,
    Group,
    Place,
    SchoolLine,
    Shown,
    Summary,
    TableCounts,
)

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{% raw %}",
    '=HYPERLINK("http://example.invalid","x")',
    "\x1b[2J\x1b]0;owned\x07\x9b31m\r\n\x00",
    "\u202etxt.exe\u2066\u200b\ufeff",
    "W" * 300,
    "'--></style></title><svg/onload=alert(1)>`${1}",
)
EVIL = "".join(HOSTILE)


def place(file: str, row: int | None, column: str | None, value: str | None) -> Place:
    return {"file": file, "row": row, "column": column, "value": value}


def file(
    name: str, kind: str, rows: int, held: int = 0, errors: int = 0, *, note: str = ""
) -> FileLine:
    return {
        "file": name, "kind": kind, "rows": rows, "held": held,
        "errors": errors, "warnings": 0, "note": note,
    }  # fmt: skip


def school(school_id: str, name: str, people: int, archive: int = 0) -> SchoolLine:
    return {
        "school_id": school_id, "name": name, "people": people, "sections": people // 12,
        "enrollments": people * 6, "held": people // 90, "add": people // 40, "edit": 3,
        "move": 1, "archive": archive, "reactivate": 0,
    }  # fmt: skip


def shown(
    key: str,
    label: str,
    because: str,
    *columns: tuple[str, str | None, str | None],
    school: str = "North High School",
    picked: bool = True,
) -> Shown:
    changes: list[ColumnChange] = [{"name": n, "before": b, "after": a} for n, b, a in columns]
    return {
        "key": key, "label": label, "school": school, "columns": changes,
        "because": because, "file": "students.csv", "row": 14, "picked": picked,
    }  # fmt: skip


def table(name: str, *figures: int) -> TableCounts:
    add, edit, move, archive, reactivate, held = figures
    return {
        "table": name, "add": add, "edit": edit, "move": move, "rekey": 0,
        "archive": archive, "reactivate": reactivate, "held": held,
    }  # fmt: skip


def unknown_school() -> Cause:
    return {
        "id": 1,
        "code": "LINK-401",
        "severity": "ERROR",
        "says": "No school has the School_id “101”.",
        "says_redacted": "No school has this School_id.",
        "fix": "Add the school to the schools file, or correct the id. Ids must match exactly,"
        " zeros in front included.",
        "why": "A person without a school has nowhere to be enrolled. Spreadsheets often drop"
        " zeros in front.",
        **place("students.csv", 14, "School_id", "101"),
        "rows": 43,
        "blocks": 261,
        "held_by_file": {"students.csv": 43, "enrollments.csv": 218},
        "places": [place("students.csv", 14 + n, "School_id", "101") for n in range(20)],
        "more": 23,
        "scope": "",
    }


def bad_date() -> Cause:
    return {
        "id": 2,
        "code": "CELL-204",
        "severity": "ERROR",
        "says": "“31/02/2012” is not a date.",
        "says_redacted": "This is not a date.",
        "fix": "Write dates as 2012-02-28 or 02/28/2012.",
        "why": "A birth date tells two people of the same name apart.",
        **place("students.csv", 88, "DOB", "31/02/2012"),
        "rows": 1,
        "blocks": 1,
        "held_by_file": {"students.csv": 1},
        "places": [place("students.csv", 88, "DOB", "31/02/2012")],
        "more": 0,
        "scope": "",
    }


def odd_grade() -> Cause:
    return {
        "id": 3,
        "code": "CELL-231",
        "severity": "WARNING",
        "says": "“Grade 7” is not one of the grades; 7 was understood.",
        "says_redacted": "A grade was understood, but is not one of the grades.",
        "fix": "Send the bare number.",
        "why": "",
        **place("students.csv", 3, "Grade", "Grade 7"),
        "rows": 3,
        "blocks": 0,
        "held_by_file": {},
        "places": [place("students.csv", 3 * n, "Grade", "Grade 7") for n in (1, 2, 3)],
        "more": 0,
        "scope": "",
    }


def clean() -> Summary:
    return {
        "title": "Check of monday",
        "verdict": {
            "level": "good",
            "sentence": "All 1,231 rows of 5 files can go in.",
            "next": "importer run monday",
        },
        "generated": "2026-11-22 01:14 UTC",
        "source": "monday",
        "format": {"name": "clever", "title": "Clever CSV", "why": "5 of 5 files have its headers"},
        "drop": "",
        "run": "",
        "redacted": False,
        "totals": {"rows": 1231, "held": 0, "BLOCK": 0, "ERROR": 0, "WARNING": 0, "INFO": 0},
        "files": [
            file("schools.csv", "schools", 3),
            file("teachers.csv", "teachers", 48),
            file("students.csv", "students", 410),
            file("sections.csv", "sections", 52),
            file("enrollments.csv", "enrollments", 718),
        ],
        "causes": [],
        "skipped": [],
        "schools": [],
        "plan": None,
    }


def _groups() -> list[Group]:
    edits = [
        shown(
            "s-1001",
            "Anna Meyer",
            "Family_name and Grade differ",
            ("family_name", "Meier", "Meyer"),
            ("grades", "07", "08"),
        ),
        shown("s-1002", "José Núñez", "Email is new", ("email", None, "jose@north.example")),
        shown("s-1003", "סתיו לוי", "Phone is gone", ("phone", "555-0100", "")),
    ]
    move = shown(
        "sec-12 / s-1004 / student",
        "Lee Wong, Algebra 1",
        "Left Algebra 1 (P2), entered Algebra 1 (P5) in the same drop",
        ("section_id", "sec-11", "sec-12"),
    )
    south = "South Middle School"
    gone = "Not in students.csv any more"
    archives = [
        shown(f"s-2{n:03}", f"Former Student {n}", gone, picked=n != 3, school=south)
        for n in range(1, 9)
    ]
    because = "Same State_id, new Student_id"
    new_key = shown("s-3001", "Ida Olsen", because, ("person_id", "900", "s-3001"))
    return [
        {"action": "edit", "table": "people", "count": 64, "shown": edits},
        {"action": "move", "table": "enrollments", "count": 1, "shown": [move]},
        {"action": "archive", "table": "people", "count": 12, "shown": archives},
        {"action": "re-key", "table": "people", "count": 1, "shown": [new_key]},
    ]


def typical() -> Summary:
    summary = clean()
    summary["title"] = "Run 20261122-0114-ab12cd34"
    summary["verdict"] = {
        "level": "bad",
        "sentence": "262 of 12,310 rows are held; the other 12,048 can go in.",
        "next": "importer run monday --only-good",
    }
    summary["run"] = "20261122-0114-ab12cd34"
    summary["drop"] = "3f786850e387550fdab836ed7e6dc881de23001b8f2e4d1c9a7b6c5d4e3f2a1b"
    summary["totals"] = {
        "rows": 12310, "held": 262, "BLOCK": 0, "ERROR": 44, "WARNING": 3, "INFO": 0,
    }  # fmt: skip
    summary["files"][2] = file("students.csv", "students", 4100, 44, 44)
    summary["files"][4] = file(
        "enrollments.csv", "enrollments", 7180, 218, note="One empty line was left out."
    )
    summary["causes"] = [unknown_school(), bad_date(), odd_grade()]
    summary["skipped"] = [
        {"code": "LINK-410", "because": "There is no terms file, so terms can't be compared."}
    ]
    summary["schools"] = [
        school("0101", "North High School", 1840, 4),
        school("0102", "South Middle School", 960, 12),
        school("0103", "Lakeside Elementary", 97),
    ]
    summary["plan"] = {
        "base": 41,
        "counts": [
            table("schools", 0, 0, 0, 0, 0, 0),
            table("people", 70, 64, 2, 12, 1, 44),
            table("enrollments", 412, 0, 31, 80, 0, 218),
        ],
        "groups": _groups(),
        "preview": "5f1c0e" + "a" * 58,
    }
    return summary


def _evil_cause(number: int, severity: str) -> Cause:
    return {
        "id": number,
        "code": "PLAN-501",
        "severity": severity,
        "says": f"{number} {EVIL}",
        "says_redacted": "Most of one school would be archived.",
        "fix": EVIL,
        "why": EVIL,
        **place(EVIL, None if severity == "BLOCK" else 7, EVIL, EVIL),
        "rows": 9000,
        "blocks": 0 if severity == "WARNING" else 12000,
        "held_by_file": {EVIL: 11000, "b.csv": 1000},
        "places": [place(EVIL, None, None, None), place(EVIL, 2, EVIL, EVIL)],
        "more": 8998,
        "scope": f"{EVIL}:enrollments" if severity == "BLOCK" else "",
    }


def disaster() -> Summary:
    """On hold, and hostile text in every field that can carry any."""
    summary = typical()
    summary["title"] = summary["source"] = summary["generated"] = EVIL
    summary["drop"] = summary["run"] = EVIL
    summary["verdict"] = {"level": "hold", "sentence": EVIL, "next": f"importer approve {EVIL}"}
    summary["format"] = {"name": EVIL, "title": EVIL, "why": EVIL}
    summary["files"] = [file(EVIL, EVIL, 5, 5, 5, note=EVIL) for _ in range(3)]
    severities = ["BLOCK"] + ["ERROR"] * 14 + ["WARNING"] * 3 + ["INFO"]
    summary["causes"] = [_evil_cause(n, severity) for n, severity in enumerate(severities, 1)]
    summary["skipped"] = [{"code": EVIL, "because": EVIL}]
    summary["schools"] = [school(f"{EVIL}{n}", EVIL, 9 * n) for n in range(30)]
    evil = [
        shown(EVIL, EVIL, EVIL, (EVIL, EVIL, EVIL), school=EVIL, picked=n % 2 == 0)
        for n in range(8)
    ]
    for line in evil:
        line["file"] = EVIL
    summary["plan"] = {
        "base": 0,
        "counts": [table(EVIL, 1, 2, 3, 4, 5, 6)],
        "groups": [
            {"action": name, "table": EVIL, "count": 9000, "shown": evil}
            for name in ("add", "archive", EVIL)
        ],
        "preview": EVIL,
    }
    return summary


SUMMARIES = {"clean": clean, "typical": typical, "disaster": disaster}
