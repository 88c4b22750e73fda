"""A district as Clever SFTP files, with the header spelling of Clever's own pages."""

from collections.abc import Iterator

import polars as pl

from benchmarks.chance import below, choose, number, pick
from benchmarks.clever_layout import HEADERS, SPOTS
from benchmarks.folder import Folder
from benchmarks.model import PERIODS, District
from benchmarks.people import email, name_columns, phone, student_login, teacher_login
from benchmarks.words import (
    CLEVER_GRADES,
    CLEVER_SUBJECTS,
    SUBJECT_CODES,
    SUBJECTS,
    TERM_NAMES,
    birth_date,
    school_id,
    schools,
    term_end,
    term_start,
)

HELPER_EVERY = 33  # one section in 33 has a second teacher
_US = "%-m/%-d/%Y"
_NAMES = {"given": "First_name", "family": "Last_name", "middle": "Middle_name"}
_RELATIONS = ("Parent", "Parent", "Grandparent", "Aunt/Uncle", "Other")
_PHONE_TYPES = ("Cell", "Home", "Work", "Other")


def _student_id(district: District) -> pl.Expr:
    return number(pl.col("student"), district.seed)


def _teacher_id(district: District, teacher: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit("T"), number(teacher, district.seed + 1))


def _section_id(district: District) -> pl.Expr:
    return pl.concat_str(pl.lit("S"), number(pl.col("class"), district.seed + 2))


def school_rows(district: District) -> pl.DataFrame:
    """schools.csv: one row per school."""
    s = pl.col("school")
    return schools(district).select(
        School_id=school_id(s, ""),
        School_name="name",
        School_number=(s + 1001).cast(pl.String),
        Low_grade=choose(CLEVER_GRADES, pl.col("low")),
        High_grade=choose(CLEVER_GRADES, pl.col("high")),
        School_state=pl.lit("CA"),
        School_phone=phone(s, district.salt(60)),
    )


def staff_rows(district: District) -> pl.DataFrame:
    """staff.csv: a principal and a counselor in every school."""
    i = pl.col("staff")
    names = name_columns(i, district.salt(61))
    frame = pl.select(staff=pl.int_range(district.schools * 2)).with_columns(**names)
    login = pl.concat_str(
        "login_given", "login_family", pl.lit("s") + i.cast(pl.String), separator="."
    )
    frame = frame.with_columns(
        School_id=school_id(i // 2, ""),
        Staff_id=pl.concat_str(pl.lit("A"), number(i, district.seed + 3)),
        Staff_email=email(login),
        Title=choose(("Principal", "Counselor"), i % 2),
    )
    return frame.rename(_NAMES)


def teacher_rows(district: District) -> pl.DataFrame:
    """teachers.csv; the edits of day two are new family names and addresses."""
    t = pl.col("teacher")
    names = name_columns(t, district.salt(40))
    frame = pl.select(teacher=pl.int_range(district.teachers)).with_columns(**names)
    frame = frame.with_columns(
        School_id=school_id(t * district.schools // district.teachers, ""),
        Teacher_id=_teacher_id(district, t),
        Teacher_number=(t + 100_000).cast(pl.String),
        Teacher_email=email(teacher_login(t)),
        edited=district.edited(t, 44),
    ).rename(_NAMES)
    return _edited(frame, t, "Teacher_email", district.salt(47))


def _edited(frame: pl.DataFrame, who: pl.Expr, mail: str, salt: int) -> pl.DataFrame:
    """The people with the edits of day two: a new family name, e-mail or middle name."""
    way = pl.when(pl.col("edited")).then(below(who, salt, 3)).otherwise(-1)
    family = pl.concat_str(pl.lit("Reyes-"), "Last_name")
    address = pl.concat_str(pl.lit("new."), mail)
    return frame.with_columns(
        pl.when(way == 0).then(family).otherwise("Last_name").alias("Last_name"),
        pl.when(way == 1).then(address).otherwise(mail).alias(mail),
        pl.when(way == 2).then(pl.lit("Robin")).otherwise("Middle_name").alias("Middle_name"),
    )


def contact_count(district: District, student: pl.Expr, contacts: bool) -> pl.Expr:
    """Contacts of a student: 0 for one in twenty, 2 for one in ten, else 1; or none at all."""
    if not contacts:
        return pl.lit(0)
    draw = below(student, district.salt(70), 20)
    return pl.when(draw == 0).then(0).when(draw <= 2).then(2).otherwise(1)


def _contact(district: District, which: int) -> dict[str, pl.Expr]:
    """The contact columns of every student's first (0) or second (1) contact."""
    key = pl.col("student") * 2 + which
    names = name_columns(key, district.salt(71))
    login = pl.concat_str(names["login_given"], key.cast(pl.String), pl.lit("home"), separator=".")
    columns = {
        "Contact_relationship": pick(_RELATIONS, key, district.salt(76)),
        "Contact_type": pl.lit("Secondary" if which else "Primary"),
        "Contact_name": pl.concat_str(names["given"], names["family"], separator=" "),
        "Contact_phone": phone(key, district.salt(77)),
        "Contact_phone_type": pick(_PHONE_TYPES, key, district.salt(79)),
        "Contact_email": email(login),
        "Contact_sis_id": pl.concat_str(pl.lit("C"), number(key, district.seed + 4)),
    }
    return {k: pl.when(pl.col("contacts") > which).then(v) for k, v in columns.items()}


def _students(district: District, block: pl.DataFrame, contacts: bool) -> pl.DataFrame:
    """The students of a block with their own columns, one row each."""
    i, grade = pl.col("student"), pl.col("grade")
    frame = block.with_columns(**name_columns(i, district.salt(30)))
    frame = frame.with_columns(Username=student_login(i)).with_columns(
        School_id=school_id(pl.col("school"), ""),
        Student_id=_student_id(district),
        Student_number=(i + 1_000_000).cast(pl.String),
        State_id=number(i, 99),
        Grade=choose(CLEVER_GRADES, grade),
        Gender=choose(("M", "F", "X"), below(i, district.salt(34), 41) // 20),
        Graduation_year=(2039 - grade).cast(pl.String),
        DOB=birth_date(grade, below(i, district.salt(50), 365)).dt.to_string(_US),
        Student_email=email(pl.col("Username")),
        contacts=contact_count(district, i, contacts),
    )
    frame = _edited(frame.rename(_NAMES), i, "Student_email", district.salt(37))
    return frame.with_columns(repeated=pl.col("contacts") == 2)


def student_rows(district: District, contacts: bool) -> Iterator[pl.DataFrame]:
    """students.csv: a student with two contacts has two rows, one after the other."""
    for block in district.student_blocks():
        frame = _students(district, block, contacts)
        first = frame.with_columns(**_contact(district, 0))
        second = frame.filter("repeated").with_columns(**_contact(district, 1))
        yield first.merge_sorted(second, key="student")


def student_row_count(district: District, contacts: bool) -> int:
    """Rows of students.csv before faults."""
    blocks = district.student_blocks()
    two = contact_count(district, pl.col("student"), contacts) == 2
    return sum(b.height + int(b.select(two.sum()).item()) for b in blocks)


def section_rows(district: District) -> pl.DataFrame:
    """sections.csv; the days of a term are inclusive here."""
    c, period, grade = pl.col("class"), pl.col("period"), pl.col("grade")
    section = (pl.col("group") - pl.col("cohort") + 1).cast(pl.String)
    subject, code = choose(SUBJECTS, period), choose(SUBJECT_CODES, period)
    word, term = choose(CLEVER_GRADES, grade), pl.col("term")
    last_day = term_end(term) - pl.duration(days=1)
    second = pl.when(c % HELPER_EVERY == 7).then(_teacher_id(district, pl.col("helper")))
    return district.classes.select(
        School_id=school_id(pl.col("school"), ""),
        Section_id=_section_id(district),
        Teacher_id=_teacher_id(district, pl.col("teacher")),
        Teacher_2_id=second,
        Name=pl.concat_str(subject, word, section, separator=" "),
        Section_number=pl.concat_str(code, section, separator="-"),
        Grade=word,
        Course_name=pl.concat_str(subject, word, separator=" "),
        Course_number=pl.col("course").cast(pl.String).str.zfill(5),
        Period=(period + 1).cast(pl.String),
        Subject=choose(CLEVER_SUBJECTS, period),
        Term_name=choose(TERM_NAMES, term),
        Term_start=term_start(term).dt.to_string(_US),
        Term_end=last_day.dt.to_string(_US),
    )


def enrollment_rows(district: District) -> Iterator[pl.DataFrame]:
    """enrollments.csv: students only; teachers stand in sections.csv."""
    for block in district.student_blocks():
        yield district.seats(block).select(
            School_id=school_id(pl.col("school"), ""),
            Section_id=_section_id(district),
            Student_id=_student_id(district),
        )


def write(district: District, folder: Folder, contacts: bool) -> None:
    """Write the whole set into the folder."""
    expected = {
        "students.csv": student_row_count(district, contacts),
        "sections.csv": district.class_count,
        "enrollments.csv": district.student_count * PERIODS,
    }
    files = {
        "schools.csv": iter([school_rows(district)]),
        "students.csv": student_rows(district, contacts),
        "teachers.csv": iter([teacher_rows(district)]),
        "sections.csv": iter([section_rows(district)]),
        "enrollments.csv": enrollment_rows(district),
        "staff.csv": iter([staff_rows(district)]),
    }
    for file, blocks in files.items():
        rows = expected.get(file, 0)
        folder.write(file, HEADERS[file], blocks, SPOTS.get(file), rows)
