"""Small Clever districts and OneRoster packages, and a workspace to send them to."""

import csv
import io
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

from importer import flow, holds, settings
from importer.model.changes import plain
from importer.model.history import Run, Who
from importer.model.tables import TABLES
from importer.store.folder import FolderStore

Row = dict[str, str]
District = dict[str, list[Row]]  # file without its ending → rows

CLEVER = {
    "schools": ["School_id", "School_name", "School_number"],
    "teachers": ["School_id", "Teacher_id", "Teacher_email", "First_name", "Last_name"],
    "staff": ["School_id", "Staff_id", "Staff_email", "First_name", "Last_name"],
    "students": [
        "School_id", "Student_id", "Student_email", "First_name", "Last_name", "Grade", "DOB",
        "Contact_name", "Contact_type", "Contact_email",
    ],
    "sections": [
        "School_id", "Section_id", "Teacher_id", "Teacher_2_id", "Name", "Section_number",
        "Course_name", "Course_number",
    ],
    "enrollments": ["School_id", "Section_id", "Student_id"],
}  # fmt: skip

ONEROSTER = {
    "academicSessions": "sourcedId status dateLastModified title type startDate endDate"
    " parentSourcedId schoolYear",
    "orgs": "sourcedId status dateLastModified name type identifier parentSourcedId",
    "courses": "sourcedId status dateLastModified schoolYearSourcedId title courseCode grades"
    " orgSourcedId subjects subjectCodes",
    "classes": "sourcedId status dateLastModified title grades courseSourcedId classCode classType"
    " location schoolSourcedId termSourcedIds subjects subjectCodes periods",
    "users": "sourcedId status dateLastModified enabledUser orgSourcedIds role username userIds"
    " givenName familyName middleName identifier email sms phone agentSourcedIds grades password",
    "enrollments": "sourcedId status dateLastModified classSourcedId schoolSourcedId userSourcedId"
    " role primary beginDate endDate",
}
_PASSED = "categories classResources courseResources demographics lineItems resources results"


# --- writing ------------------------------------------------------------------------------------


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A drop as a folder of files."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def text(columns: list[str], rows: list[Row]) -> str:
    """A table as CSV."""
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def clever(district: District) -> dict[str, str]:
    """A district as Clever files; staff only where there are any."""
    return {
        f"{name}.csv": text(columns, district.get(name, []))
        for name, columns in CLEVER.items()
        if name != "staff" or district.get("staff")
    }


def oneroster(**tables: list[Row]) -> dict[str, str]:
    """A OneRoster package of delta files; the rest is declared absent."""
    return package("delta", tables)


def package(mode: str, tables: Mapping[str, list[Row]]) -> dict[str, str]:
    """A OneRoster package of these tables, all of one mode; the rest is declared absent."""
    lines = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.1"]
    lines += [f"file.{name},{mode if name in tables else 'absent'}" for name in ONEROSTER]
    lines += [f"file.{name},absent" for name in _PASSED.split()]
    files = {f"{n}.csv": text(ONEROSTER[n].split(), rows) for n, rows in tables.items()}
    return {"manifest.csv": "\n".join(lines) + "\n", **files}


# --- a workspace --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """What sending a drop gave."""

    run: Run
    changes: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    held: list[tuple[str, int]]  # file, row
    committed: bool
    waiting: list[str]
    nothing_new: bool

    def of(self, action: str, table: str = "") -> set[str]:
        """The keys of picked changes."""
        return {
            c["key"]
            for c in self.changes
            if c["action"] == action and c["picked"] and table in ("", c["table"])
        }

    def codes(self) -> set[str]:
        """The codes of all findings."""
        return {f["code"] for f in self.findings}


class Roster:
    """A workspace that small drops are sent to. Time passes by a second with each drop.

    ``day``: of November 2026.
    """

    def __init__(self, folder: Path, policy: str = settings.TEMPLATE) -> None:
        self.folder = folder
        self.sent = 0
        self.day = 23
        self.store = FolderStore.create(folder / "workspace", policy)

    def send(self, files: Mapping[str, str | bytes], release: bool = False) -> Sent:
        """Sync a drop; ``release``: what it is put on hold for is approved and committed."""
        self.sent += 1
        path = write(self.folder / f"drop{self.sent}", files)
        who = Who("test", f"2026-11-{self.day:02}T06:{self.sent // 60:02}:{self.sent % 60:02}Z")
        done = flow.sync(path, self.store, who)
        run, committed = done.planned.run, done.commit is not None
        if release and done.waiting:
            holds.approve(self.store, run, done.waiting, "a test says so", who)
            committed = bool(flow.commit(self.store, run, who))
        reported = done.planned.reported
        changes = done.planned.change.changes.to_dicts()
        return Sent(
            run,
            [] if done.planned.nothing_new else [plain(change) for change in changes],
            reported.findings.to_dicts(),
            [(file, row) for file, row in reported.held.select("file", "row").iter_rows()],
            committed,
            done.waiting,
            done.planned.nothing_new,
        )

    def give(self, district: District, release: bool = True) -> Sent:
        """Send a Clever district and release whatever it is put on hold for."""
        return self.send(clever(district), release)

    def content(self, status: str = "active") -> dict[str, dict[str, Row]]:
        """Canonical table → key → content of the rows of one status."""
        head = self.store.head()
        return {
            name: {
                " / ".join(row[part] for part in table.key): {
                    column: str(row[column]) for column in table.columns
                }
                for row in self.store.table(name, head)
                .filter(pl.col("status") == status)
                .collect()
                .iter_rows(named=True)
            }
            for name, table in TABLES.items()
        }

    def hashes(self) -> dict[str, str]:
        """Canonical table → sha-256 of its file."""
        head = self.store.head()
        return {name: stored.sha256 for name, stored in head.tables.items()} if head else {}


def changed(sent: Sent) -> list[tuple[Any, ...]]:
    """The changes without where they stand in the files."""
    apart = ("id", "source_file", "source_row")
    return sorted(tuple(str(v) for n, v in c.items() if n not in apart) for c in sent.changes)


# --- generated Clever districts -----------------------------------------------------------------

SCHOOLS = ("0101", "101", "S-2")  # an id with a zero in front and the one without are two schools
TEACHERS = ("T1", "007", "7")
STUDENTS = ("0012", "12", "S3", "S4", "0500", "S6", "S7")
SECTIONS = ("M1", "01", "1", "M4")
COURSES = ("MATH", "0100")
NAMES = ("Ana", "Bo", "Zoë", "O'Neil", "de la Cruz, Jr.", "李")


def _names(draw: st.DrawFn) -> Row:
    return {"First_name": draw(st.sampled_from(NAMES)), "Last_name": draw(st.sampled_from(NAMES))}


def student(draw: st.DrawFn, student_id: str, schools: list[str]) -> list[Row]:
    """A student: one row, or one for each of two contacts."""
    own = {
        "School_id": draw(st.sampled_from(schools)),
        "Student_id": student_id,
        "Student_email": draw(st.sampled_from(["", f"s{student_id}@a.example"])),
        **_names(draw),
        "Grade": draw(st.sampled_from(["", "3", "Kindergarten"])),
        "DOB": draw(st.sampled_from(["", "4/30/2015"])),
    }
    contacts = draw(st.integers(0, 2))
    named = [
        {
            "Contact_name": f"Pia {n}",
            "Contact_type": "Primary",
            "Contact_email": draw(st.sampled_from(["", f"p{n}@b.example"])),
        }
        for n in range(contacts)
    ]
    return [{**own, **contact} for contact in named] or [own]


def section(draw: st.DrawFn, section_id: str, schools: list[str], teachers: list[str]) -> Row:
    """A section; its course's title follows from the course's number."""
    course = draw(st.sampled_from(COURSES))
    return {
        "School_id": draw(st.sampled_from(schools)),
        "Section_id": section_id,
        "Teacher_id": draw(st.sampled_from(teachers)),
        "Teacher_2_id": draw(st.sampled_from(["", *teachers])),
        "Name": f"Section {section_id}",
        "Section_number": section_id,
        "Course_name": f"Course {course}",
        "Course_number": course,
    }


def some(draw: st.DrawFn, of: tuple[str, ...], least: int = 1) -> list[str]:
    """Some of these ids, in any order."""
    return draw(st.lists(st.sampled_from(of), min_size=least, unique=True))


@st.composite
def districts(draw: st.DrawFn, least: int = 1) -> District:
    """A small district without faults."""
    schools = some(draw, SCHOOLS)
    teachers, students = some(draw, TEACHERS), some(draw, STUDENTS, least)
    sections = [section(draw, n, schools, teachers) for n in some(draw, SECTIONS)]
    places = [(s, n) for s in sections for n in students]
    placed = draw(st.lists(st.sampled_from(places), max_size=12, unique_by=_place))
    staff = some(draw, ("A1", "A2"), 0)
    return {
        "schools": [
            {"School_id": n, "School_name": f"School {n}", "School_number": n} for n in schools
        ],
        "teachers": [
            {
                "School_id": draw(st.sampled_from(schools)),
                "Teacher_id": n,
                "Teacher_email": f"t{n}@a.example",
                **_names(draw),
            }
            for n in teachers
        ],
        "staff": [
            {
                "School_id": draw(st.sampled_from(schools)),
                "Staff_id": n,
                "Staff_email": f"a{n}@a.example",
                **_names(draw),
            }
            for n in staff
        ],
        "students": [row for n in students for row in student(draw, n, schools)],
        "sections": sections,
        "enrollments": [enrollment(s, n) for s, n in placed],
    }


def _place(place: tuple[Row, str]) -> tuple[str, str]:
    return place[0]["Section_id"], place[1]


def enrollment(of: Row, student_id: str) -> Row:
    """An enrollment of a student in a section."""
    return {
        "School_id": of["School_id"],
        "Section_id": of["Section_id"],
        "Student_id": student_id,
    }


def ids(district: District, table: str, column: str) -> list[str]:
    """The distinct values of a column in the order in which they come."""
    return list(dict.fromkeys(row[column] for row in district[table] if row[column]))


GOOD_EDITS = (
    "add student", "rename student", "remove student", "move student", "other contact",
    "enroll", "drop enrollment", "change section", "remove teacher's section", "same row twice",
)  # fmt: skip
BAD_EDITS = (
    "blank name", "blank id", "unknown school", "unknown teacher", "two that differ",
    "dangling student", "bad grade",
)  # fmt: skip


@st.composite
def edited(draw: st.DrawFn, district: District, kinds: tuple[str, ...], most: int = 4) -> District:
    """The district after some edits."""
    new = deepcopy(district)
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=most)):
        _edit(draw, new, kind)
    return new


def _edit(draw: st.DrawFn, new: District, kind: str) -> None:  # noqa: PLR0912
    schools = ids(new, "schools", "School_id")
    teachers = ids(new, "teachers", "Teacher_id")
    students = ids(new, "students", "Student_id")
    if kind == "add student":
        free = [n for n in STUDENTS if n not in students]
        if free:
            new["students"] += student(draw, draw(st.sampled_from(free)), schools)
        return
    if not students:
        return
    who = draw(st.sampled_from(students))
    theirs = [row for row in new["students"] if row["Student_id"] == who]
    others = [row for row in new["students"] if row["Student_id"] != who]
    one = draw(st.sampled_from(new["sections"])) if new["sections"] else None
    if kind == "rename student":
        for row in theirs:
            row["Last_name"] = "Renamed"
    elif kind == "remove student":
        new["students"] = others
        new["enrollments"] = [e for e in new["enrollments"] if e["Student_id"] != who]
    elif kind == "move student":
        school = draw(st.sampled_from(schools))
        for row in theirs:
            row["School_id"] = school
    elif kind == "other contact":
        theirs[0] |= {"Contact_name": "New Pia", "Contact_type": "Primary", "Contact_email": ""}
    elif kind == "enroll" and one:
        new["enrollments"] = [
            e
            for e in new["enrollments"]
            if (e["Section_id"], e["Student_id"]) != (one["Section_id"], who)
        ] + [enrollment(one, who)]
    elif kind == "drop enrollment" and new["enrollments"]:
        new["enrollments"].pop(draw(st.integers(0, len(new["enrollments"]) - 1)))
    elif kind == "change section" and one:
        one |= {"Name": "Renamed", "Teacher_id": draw(st.sampled_from(teachers))}
    elif kind == "remove teacher's section" and one:
        new["sections"].remove(one)
        new["enrollments"] = [e for e in new["enrollments"] if e["Section_id"] != one["Section_id"]]
    elif kind == "same row twice":
        table = draw(st.sampled_from(["students", "enrollments", "sections"]))
        if new[table]:
            new[table].append(dict(draw(st.sampled_from(new[table]))))
    elif kind == "blank name":
        theirs[0]["Last_name"] = ""
    elif kind == "blank id":
        theirs[0]["Student_id"] = ""
    elif kind == "unknown school":
        for row in theirs:
            row["School_id"] = "nowhere"
    elif kind == "unknown teacher" and one:
        one["Teacher_id"] = "nobody"
    elif kind == "two that differ" and one:
        new["sections"].append({**one, "Name": "Another"})
    elif kind == "dangling student":
        new["students"] = others
    elif kind == "bad grade":
        for row in theirs:
            row["Grade"] = "Grade 3"
