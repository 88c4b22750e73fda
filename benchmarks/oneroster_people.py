"""The people of a OneRoster 1.1 set: users.csv and demographics.csv."""

from collections.abc import Iterator

import polars as pl

from benchmarks.chance import below, chance, choose, number, pick
from benchmarks.model import District
from benchmarks.people import email, name_columns, phone, student_login, teacher_login
from benchmarks.words import GRADE_WORDS, birth_date, school_id

_NAMES = {"given": "givenName", "family": "familyName", "middle": "middleName"}
_RACES = (
    "americanIndianOrAlaskaNative",
    "asian",
    "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander",
    "white",
    "demographicRaceTwoOrMoreRaces",
)


def _after(prefix: str, rest: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(prefix), rest)


def student_id(district: District) -> pl.Expr:
    """SourcedId of a student."""
    return _after("stu-", number(pl.col("student"), district.seed))


def teacher_id(district: District) -> pl.Expr:
    """SourcedId of a teacher."""
    return _after("tch-", number(pl.col("teacher"), district.seed + 1))


def _edited(frame: pl.DataFrame, person: pl.Expr, salt: int) -> pl.DataFrame:
    """The users with the edits of day two: a new family name, e-mail or middle name."""
    way = pl.when(pl.col("edited")).then(below(person, salt, 3)).otherwise(-1)
    family = _after("Reyes-", pl.col("familyName"))
    return frame.with_columns(
        familyName=pl.when(way == 0).then(family).otherwise("familyName"),
        email=pl.when(way == 1).then(_after("new.", pl.col("email"))).otherwise("email"),
        middleName=pl.when(way == 2).then(pl.lit("Robin")).otherwise("middleName"),
    )


def student_users(district: District, block: pl.DataFrame) -> pl.DataFrame:
    """The users of a block of students; every fortieth has two identifiers."""
    i = pl.col("student")
    names = name_columns(i, district.salt(30))
    digits = (i + 1_000_000).cast(pl.String)
    ids = pl.concat_str(pl.lit("{SIS:"), digits, pl.lit("},{State:"), number(i, 99), pl.lit("}"))
    frame = block.with_columns(**names).with_columns(username=student_login(i))
    frame = frame.with_columns(
        sourcedId=student_id(district),
        enabledUser=pl.when(chance(i, district.salt(35), 0.005))
        .then(pl.lit("false"))
        .otherwise(pl.lit("true")),
        orgSourcedIds=school_id(pl.col("school"), "school-"),
        role=pl.lit("student"),
        userIds=pl.when(chance(i, district.salt(36), 0.0255)).then(ids),
        identifier=digits,
        email=email(pl.col("username")),
        grades=choose(GRADE_WORDS, pl.col("grade")),
    ).rename(_NAMES)
    return _edited(frame, i, district.salt(37))


def teacher_users(district: District) -> pl.DataFrame:
    """The users of all teachers; a tenth belong to two schools."""
    t = pl.col("teacher")
    names = name_columns(t, district.salt(40))
    school = t * district.schools // district.teachers
    one = school_id(school, "school-")
    two = school_id((school + 1) % district.schools, "school-")
    both = pl.concat_str(one, two, separator=",")
    frame = pl.select(teacher=pl.int_range(district.teachers)).with_columns(**names)
    frame = frame.with_columns(username=teacher_login(t), edited=district.edited(t, 44))
    frame = frame.with_columns(
        sourcedId=teacher_id(district),
        enabledUser=pl.lit("true"),
        orgSourcedIds=pl.when(chance(t, district.salt(45), 0.1)).then(both).otherwise(one),
        role=pl.lit("teacher"),
        identifier=_after("T", (t + 100_000).cast(pl.String)),
        email=email(pl.col("username")),
        phone=phone(t, district.salt(46)),
    ).rename(_NAMES)
    return _edited(frame, t, district.salt(47))


def users(district: District) -> Iterator[pl.DataFrame]:
    """Students in blocks, then the teachers."""
    for block in district.student_blocks():
        yield student_users(district, block)
    yield teacher_users(district)


def demographics(district: District) -> Iterator[pl.DataFrame]:
    """One row per student."""
    i = pl.col("student")
    race = below(i, district.salt(51), len(_RACES))
    flags = {
        name: pl.when(race == n).then(pl.lit("true")).otherwise(pl.lit("false"))
        for n, name in enumerate(_RACES)
    }
    born = birth_date(pl.col("grade"), below(i, district.salt(50), 365))
    for block in district.student_blocks():
        yield block.select(
            sourcedId=student_id(district),
            birthDate=born.dt.to_string("%Y-%m-%d"),
            sex=pick(("male", "female"), i, district.salt(52)),
            **flags,
            hispanicOrLatinoEthnicity=pick(("true", "false"), i, district.salt(53)),
            countryOfBirthCode=pl.lit("US"),
        )
