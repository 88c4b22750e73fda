"""A district as a OneRoster 1.1 bulk set: the standard's own headers and order."""

from collections.abc import Iterator

import polars as pl

from benchmarks.chance import below, choose, number
from benchmarks.folder import Folder
from benchmarks.model import CELLS, PERIODS, District
from benchmarks.oneroster_layout import HEADERS, SPOTS, TERM_IDS, manifest, sessions
from benchmarks.oneroster_people import demographics, student_id, teacher_id, users
from benchmarks.words import (
    GRADE_WORDS,
    SUBJECT_CODES,
    SUBJECTS,
    school_id,
    schools,
    term_end,
    term_start,
)

HELPER_EVERY = 956  # gives 293 co-teachers in 280,000 classes


def _text(prefix: str, rest: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(prefix), rest)


def _class_digits(district: District) -> pl.Expr:
    return number(pl.col("class"), district.seed + 2)


def orgs(district: District) -> pl.DataFrame:
    """One district and its schools."""
    top = pl.DataFrame({"sourcedId": ["district-1"], "name": ["Ash Valley"], "type": ["district"]})
    below_it = schools(district).select(
        school_id(pl.col("school"), "school-").alias("sourcedId"),
        "name",
        pl.lit("school").alias("type"),
        (pl.col("school") + 1001).cast(pl.String).alias("identifier"),
        pl.lit("district-1").alias("parentSourcedId"),
    )
    return pl.concat([top, below_it], how="diagonal")


def courses(district: District) -> pl.DataFrame:
    """The courses that have classes, all kept by the district."""
    course = pl.col("course")
    period, grade = course % CELLS % PERIODS, course % CELLS // PERIODS
    subject, code = choose(SUBJECTS, period), choose(SUBJECT_CODES, period)
    word, variant = choose(GRADE_WORDS, grade), (course // CELLS + 1).cast(pl.String)
    used = district.classes.select("course").unique().sort("course")
    return used.select(
        _text("course-", course.cast(pl.String).str.zfill(5)).alias("sourcedId"),
        pl.lit("year-2027").alias("schoolYearSourcedId"),
        pl.concat_str(subject, word, variant, separator=" ").alias("title"),
        pl.concat_str(code, word, variant, separator="-").alias("courseCode"),
        word.alias("grades"),
        pl.lit("district-1").alias("orgSourcedId"),
        subject.alias("subjects"),
        code.alias("subjectCodes"),
    )


def classes(district: District) -> pl.DataFrame:
    """Every class, in one or both terms."""
    period, grade = pl.col("period"), pl.col("grade")
    subject, code = choose(SUBJECTS, period), choose(SUBJECT_CODES, period)
    word, group = choose(GRADE_WORDS, grade), pl.col("group") - pl.col("cohort") + 1
    room = below(pl.col("class"), district.salt(20), 300) + 100
    section = group.cast(pl.String)
    return district.classes.select(
        _text("section-", _class_digits(district)).alias("sourcedId"),
        pl.concat_str(subject, word, section, separator=" ").alias("title"),
        word.alias("grades"),
        _text("course-", pl.col("course").cast(pl.String).str.zfill(5)).alias("courseSourcedId"),
        pl.concat_str(code, word, section, separator="-").alias("classCode"),
        pl.lit("scheduled").alias("classType"),
        room.cast(pl.String).alias("location"),
        school_id(pl.col("school"), "school-").alias("schoolSourcedId"),
        choose(TERM_IDS, pl.col("term")).alias("termSourcedIds"),
        subject.alias("subjects"),
        code.alias("subjectCodes"),
        (period + 1).cast(pl.String).alias("periods"),
    )


def student_seats(district: District, block: pl.DataFrame) -> pl.DataFrame:
    """The enrollments of a block of students; one in 25 started late."""
    late = pl.col("late")
    days = pl.when("moved").then(77).when("edited").then(late + 7).otherwise(late)
    begin = term_start(pl.col("term")) + pl.duration(days=days)
    student = number(pl.col("student"), district.seed)
    return district.seats(block).select(
        pl.concat_str(pl.lit("enrollment"), student, _class_digits(district), separator="-").alias(
            "sourcedId"
        ),
        _text("section-", _class_digits(district)).alias("classSourcedId"),
        school_id(pl.col("school"), "school-").alias("schoolSourcedId"),
        student_id(district).alias("userSourcedId"),
        pl.lit("student").alias("role"),
        begin.dt.to_string("%Y-%m-%d").alias("beginDate"),
        term_end(pl.col("term")).dt.to_string("%Y-%m-%d").alias("endDate"),
    )


def teacher_seats(district: District) -> pl.DataFrame:
    """One primary teacher per class, and now and then a second, who is not."""
    frame = district.classes.with_columns(primary=pl.lit("true"))
    second = frame.filter(
        (pl.col("class") % HELPER_EVERY == 7) & pl.col("helper").is_not_null()
    ).with_columns(teacher=pl.col("helper"), primary=pl.lit("false"))
    teacher, digits = pl.col("teacher"), _class_digits(district)
    who = number(teacher, district.seed + 1)
    return pl.concat([frame, second]).select(
        pl.concat_str(pl.lit("teaching"), who, digits, separator="-").alias("sourcedId"),
        _text("section-", digits).alias("classSourcedId"),
        school_id(pl.col("school"), "school-").alias("schoolSourcedId"),
        teacher_id(district).alias("userSourcedId"),
        pl.lit("teacher").alias("role"),
        "primary",
        term_start(pl.col("term")).dt.to_string("%Y-%m-%d").alias("beginDate"),
        term_end(pl.col("term")).dt.to_string("%Y-%m-%d").alias("endDate"),
    )


def enrollments(district: District) -> Iterator[pl.DataFrame]:
    """The students' enrollments in blocks, then the teachers'."""
    for block in district.student_blocks():
        yield student_seats(district, block)
    yield teacher_seats(district)


def write(district: District, folder: Folder, with_demographics: bool) -> None:
    """Write the whole set into the folder."""
    teaching = teacher_seats(district).height
    expected = {
        "users.csv": district.student_count + district.teachers,
        "classes.csv": district.class_count,
        "enrollments.csv": district.student_count * PERIODS + teaching,
    }
    files = {
        "academicSessions.csv": iter([sessions()]),
        "orgs.csv": iter([orgs(district)]),
        "courses.csv": iter([courses(district)]),
        "classes.csv": iter([classes(district)]),
        "users.csv": users(district),
        "enrollments.csv": enrollments(district),
    }
    if with_demographics:
        files["demographics.csv"] = demographics(district)
    folder.write("manifest.csv", ("propertyName", "value"), [manifest(with_demographics)])
    for file, blocks in files.items():
        rows = expected.get(file, 0)
        folder.write(file, HEADERS[file], blocks, SPOTS.get(file), rows)
