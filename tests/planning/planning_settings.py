"""Workspaces with settings, and what a filter means, written down a second time in plain Python."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from planning_districts import CLEVER, District, Roster, Row, text

from importer.model.tables import TABLES

Content = Mapping[str, Mapping[str, Row]]


def files_of(district: District) -> dict[str, str]:
    """A district as Clever files, with all columns that its rows have."""
    return {
        f"{name}.csv": text([*dict.fromkeys([*CLEVER[name], *(c for r in rows for c in r)])], rows)
        for name, rows in district.items()
    }


def set_policy(roster: Roster, text: str) -> None:
    """From now on these are the settings of the workspace."""
    (roster.store.root / "district.toml").write_text(text, "utf-8")


def share(schools: list[str] | None = None, low: str = "", high: str = "") -> str:
    """A district.toml with these filters."""
    listed = ", ".join(f'"{school}"' for school in schools or [])
    return f'[share]\nschools = [{listed}]\nlowest_grade = "{low}"\nhighest_grade = "{high}"\n'


def stored(roster: Roster) -> dict[str, dict[str, dict[str, Any]]]:
    """All active rows as they are stored, where they came from included: table → key → row."""
    head = roster.store.head()
    found = {}
    for name, table in TABLES.items():
        rows = roster.store.table(name, head).filter(pl.col("status") == "active").collect()
        found[name] = {
            " / ".join(row[part] for part in table.key): row for row in rows.iter_rows(named=True)
        }
    return found


def shared_keys(
    content: Content, schools: list[str], grades: tuple[str, ...]
) -> set[tuple[str, str]]:
    """The (table, key) that a filter of a Clever district shares. Empty = no such filter.

    Clever's schools belong to nothing, and its generated grades are words.
    """

    def here(row: Row) -> bool:
        return not schools or row["school_id"] in (*schools, "None")

    people, roles = content["people"], content["roles"].values()
    links = content["relationships"].values()
    inside = set()
    for role in roles:
        graded = people[role["person_id"]]["grades"]
        fits = not grades or graded in ("None", "[]") or graded in [f"['{g}']" for g in grades]
        if role["role"] != "guardian" and here(role) and (fits or role["role"] != "student"):
            inside.add(role["person_id"])
    inside |= {link["related_id"] for link in links if link["person_id"] in inside}
    sections = {key for key, row in content["sections"].items() if here(row)}
    keys = {("terms", key) for key in content["terms"]}
    keys |= {(t, k) for t in ("schools", "courses") for k, r in content[t].items() if here(r)}
    keys |= {("people", key) for key in people if key in inside}
    keys |= {("sections", key) for key in sections}
    keys |= {
        ("roles", k) for k, r in content["roles"].items() if here(r) and r["person_id"] in inside
    }
    keys |= {
        ("enrollments", k)
        for k, r in content["enrollments"].items()
        if r["section_id"] in sections and r["person_id"] in inside
    }
    keys |= {
        ("relationships", k)
        for k, r in content["relationships"].items()
        if {r["person_id"], r["related_id"]} <= inside
    }
    return keys


def dangling(content: Content) -> list[tuple[str, str]]:
    """Rows that hang on a person, section or school that isn't there."""
    ends = {
        "roles": (("person_id", "people"), ("school_id", "schools")),
        "sections": (("school_id", "schools"),),
        "enrollments": (("section_id", "sections"), ("person_id", "people")),
        "relationships": (("person_id", "people"), ("related_id", "people")),
    }
    return [
        (table, key)
        for table, parents in ends.items()
        for key, row in content[table].items()
        if not all(row[column] in content[parent] for column, parent in parents)
    ]


def _student(number: str, school: str = "0101", grade: str = "3", **more: str) -> Row:
    return {
        "School_id": school, "Student_id": number, "Student_email": f"{number}@a.example",
        "First_name": "Bo", "Last_name": "Lind", "Grade": grade, **more,
    }  # fmt: skip


def two_schools() -> District:
    """Two Clever schools: several grades, a contact of two students, sections with subjects."""
    contact = {"Contact_name": "Pia", "Contact_type": "Primary", "Contact_sis_id": "C1"}
    both = [("0101", "T1", "M1"), ("0102", "T2", "E1")]
    return {
        "schools": [
            {"School_id": school, "School_name": school, "School_number": school}
            for school, _, _ in both
        ],
        "teachers": [
            {
                "School_id": school, "Teacher_id": teacher, "Teacher_email": f"{teacher}@a.example",
                "First_name": "Ana", "Last_name": "Silva",
            }
            for school, teacher, _ in both
        ],
        "students": [
            _student("S1", **contact), _student("S2", grade="8"), _student("S3", "0102", **contact),
            _student("S4", grade=""),
        ],
        "sections": [
            {
                "School_id": school, "Section_id": section, "Teacher_id": teacher,
                "Name": section, "Section_number": section, "Grade": grade, "Subject": subject,
            }
            for (school, teacher, section), grade, subject in zip(
                [*both, ("0101", "T1", "M8"), ("0101", "T1", "M0")],
                ["3", "3", "8", ""], ["math", "math", "science", ""], strict=True,
            )
        ],
        "enrollments": [
            {"School_id": "0101", "Section_id": section, "Student_id": student}
            for section, student in [("M1", "S1"), ("M8", "S2"), ("M0", "S2"), ("M0", "S4")]
        ] + [{"School_id": "0102", "Section_id": "E1", "Student_id": "S3"}],
    }  # fmt: skip
