"""Clever SFTP files: header spelling, and where faults may be planted."""

import polars as pl

from benchmarks.faults import US_DATES, Spots

_HEADER_TEXT = {
    "schools.csv": "School_id School_name School_number Low_grade High_grade "
    "School_state School_phone",
    "students.csv": "School_id Student_id Student_number State_id Last_name "
    "Middle_name First_name Grade Gender Graduation_year DOB Student_email Username "
    "Contact_relationship Contact_type Contact_name Contact_phone Contact_phone_type "
    "Contact_email Contact_sis_id",
    "teachers.csv": "School_id Teacher_id Teacher_number Teacher_email First_name "
    "Middle_name Last_name",
    "sections.csv": "School_id Section_id Teacher_id Teacher_2_id Name Section_number "
    "Grade Course_name Course_number Period Subject Term_name Term_start Term_end",
    "enrollments.csv": "School_id Section_id Student_id",
    "staff.csv": "School_id Staff_id Staff_email First_name Last_name Title",
}
HEADERS = {file: tuple(text.split()) for file, text in _HEADER_TEXT.items()}


def _prefixed(prefix: str, column: str) -> pl.Expr:
    return pl.concat_str(pl.lit(prefix), pl.col(column))


# Keys of students and sections are left whole: a broken one would make dangling
# references in enrollments, which the truth doesn't count. An enrollment has no
# other column than its key, so there a duplicate is a plain repetition.
SPOTS = {
    "students.csv": Spots(
        columns={
            "required_blank": ("Last_name", "First_name", "School_id"),
            "bad_enum": ("Grade", "Gender"),
            "bad_date": ("DOB",),
            "bad_email": ("Student_email",),
            "over_long": ("First_name", "Last_name"),
            "untrimmed": ("Last_name", "First_name"),
            "duplicate_key": ("Student_id",),
            "dangling_reference": ("School_id",),
        },
        vary={
            "Username": _prefixed("second.", "Username"),
            "Student_email": _prefixed("second.", "Student_email"),
        },
        dates=US_DATES,
        flag="repeated",
        flagged={
            "required_blank": ("Contact_name", "Contact_type"),
            "bad_enum": ("Contact_type", "Contact_phone_type"),
            "bad_email": ("Contact_email",),
            "over_long": ("Contact_name",),
            "untrimmed": ("Contact_name",),
        },
    ),
    "sections.csv": Spots(
        columns={
            "required_blank": ("Teacher_id", "School_id"),
            "bad_enum": ("Grade",),
            "bad_date": ("Term_start", "Term_end"),
            "over_long": ("Name", "Course_name"),
            "untrimmed": ("Name",),
            "duplicate_key": ("Section_id",),
            "dangling_reference": ("Teacher_id", "School_id", "Teacher_2_id"),
        },
        vary={"Name": _prefixed("Second ", "Name")},
        dates=US_DATES,
    ),
    "enrollments.csv": Spots(
        columns={
            "required_blank": ("Student_id", "Section_id", "School_id"),
            "untrimmed": ("Student_id", "Section_id"),
            "duplicate_key": ("Student_id",),
            "dangling_reference": ("Student_id", "Section_id", "School_id"),
        },
    ),
}
