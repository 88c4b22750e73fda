"""The district's own words: schools, subjects, grades and the days of its terms."""

from datetime import date

import polars as pl

from benchmarks.chance import choose
from benchmarks.model import District

GRADE_WORDS = ("KG", *(f"{n:02d}" for n in range(1, 13)))  # CEDS
CLEVER_GRADES = ("Kindergarten", *(str(n) for n in range(1, 13)))

SUBJECTS = (
    "English",
    "Mathematics",
    "Science",
    "Social Studies",
    "Spanish",
    "PE and Health",
    "Arts and Music",
)
SUBJECT_CODES = ("EN", "MA", "SC", "SO", "SP", "PE", "AR")
CLEVER_SUBJECTS = (
    "english/language arts",
    "math",
    "science",
    "social studies",
    "language",
    "PE and health",
    "arts and music",
)

YEAR_START = date(2026, 8, 17)
TERM_1_END = date(2027, 1, 16)  # exclusive, as in OneRoster
TERM_2_START = date(2027, 1, 18)
YEAR_END = date(2027, 6, 12)  # exclusive
TERM_NAMES = ("Year 2026-2027", "Semester 1", "Semester 2")
_STARTS = pl.Series([YEAR_START, YEAR_START, TERM_2_START])
_ENDS = pl.Series([YEAR_END, TERM_1_END, YEAR_END])

_PLACES_TEXT = """
Maple Cedar Harbor Lincoln Juniper Orchard Summit Prairie Willow Franklin Meadow Ridgeview
Lakeside Aspen Magnolia Riverside Hillcrest Birch Liberty Canyon
"""
_PLACES = tuple(_PLACES_TEXT.split())
_LEVELS = ("Elementary School", "Middle School", "High School")
_LOWEST = (0, 6, 9)
_HIGHEST = (5, 8, 12)


def term_start(term: pl.Expr) -> pl.Expr:
    """First day (Date) of a term number of the model."""
    return pl.lit(_STARTS).gather(term)


def term_end(term: pl.Expr) -> pl.Expr:
    """Day after the last day (Date) of a term number of the model."""
    return pl.lit(_ENDS).gather(term)


def birth_date(grade: pl.Expr, draw: pl.Expr) -> pl.Expr:
    """A birthday (Date) that suits the grade (0 is KG); `draw` is any whole number."""
    start = pl.date(2020 - grade, 9, 1)
    return start + pl.duration(days=draw % 365)


def school_id(school: pl.Expr, prefix: str) -> pl.Expr:
    """The id (String) of a school's number."""
    digits = (school + 1).cast(pl.String).str.zfill(4)
    return pl.concat_str(pl.lit(prefix), digits)


def schools(district: District) -> pl.DataFrame:
    """One row per school: school (number), name, low and high (grade numbers)."""
    s, level = pl.col("school"), pl.col("level")
    lowest = district.groups.group_by("school").agg(pl.col("grade").min())
    frame = lowest.sort("school").with_columns(
        level=pl.when(pl.col("grade") >= 9).then(2).when(pl.col("grade") >= 6).then(1).otherwise(0)
    )
    name = pl.concat_str(
        choose(_PLACES, s % len(_PLACES)),
        (s // len(_PLACES) + 1).cast(pl.String),
        choose(_LEVELS, level),
        separator=" ",
    )
    return frame.select(
        "school",
        name=name,
        low=pl.lit(pl.Series(_LOWEST)).gather(level),
        high=pl.lit(pl.Series(_HIGHEST)).gather(level),
    )
