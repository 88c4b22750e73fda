"""Roles that change places, and one teacher or section for everybody."""

from collections.abc import Sequence

import polars as pl

from importer.planning.guards.case import Case
from importer.planning.guards.own import ENTER, LEAVE, kind_of, part_of
from importer.planning.guards.stop import ALL, Stop

FEWEST = 3
FEWEST_STAFF, STAFF_SHARE = 10, 0.25
FEWEST_SECTIONS = 10


def exchanged(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-553: students who become teachers or staff, or the other way round."""
    sides = []
    for actions in (LEAVE, ENTER):
        rows = case.of("roles", *actions)
        sides.append(rows.select(person=part_of("key", 0), role=part_of("key", 2)))
    left, got = (side.select("person", kind=kind_of("role")).unique() for side in sides)
    both = left.join(got, on="person", suffix="_now").filter(pl.col("kind") != pl.col("kind_now"))
    student = (pl.col("kind") == "students") | (pl.col("kind_now") == "students")
    pupils = both.filter(student)["person"].n_unique()
    others = both.filter(~student)["person"].n_unique()
    grown = case.there("people", "teachers", "staff")
    stops = []
    if pupils >= FEWEST:
        says = f"{pupils:,} people change between student and teacher or staff"
        stops.append(Stop("PLAN-553", ALL, "people", says, pupils))
    if others >= max(FEWEST_STAFF, STAFF_SHARE * grown):
        says = f"{others:,} of {grown:,} teachers and staff change their role"
        stops.append(Stop("PLAN-553", ALL, "people", says, others, kind="staff"))
    return stops


def one_for_all(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-548: one teacher for most sections, or one section for most students."""
    if "enrollments" not in case.told:
        return []
    stops = []
    now = case.told["enrollments"].rows.filter(pl.col("status") == "active")
    then = case.stored("enrollments").filter(pl.col("status") == "active")
    for role, column, word in (
        ("teacher", "person_id", "sections of {} have the same teacher"),
        ("student", "section_id", "enrollments of {} are in the same section"),
    ):
        sent = _most(now, role, column)
        before = _most(then, role, column)
        both = sent.join(before, on="school_id", how="left", nulls_equal=True, suffix="_was")
        odd = both.filter(
            pl.col("n") >= FEWEST_SECTIONS,
            pl.col("share") >= 0.8,
            pl.col("share_was").fill_null(1.0) < 0.5,
            pl.col("n") >= 0.8 * pl.col("n_was"),  # where rows are missing, that is the cause
        )
        if odd.height:
            schools = odd["school_id"].drop_nulls()
            school = schools[0] if len(schools) == 1 else ALL
            place = odd.filter(pl.col("school_id") == ALL) if ALL in schools else odd
            count = int((place["n"] * place["share"]).sum())
            where = "the district" if school == ALL else f"school {school}"
            says = f"{count:,} {word.format(where)}"
            stops.append(Stop("PLAN-548", school, "enrollments", says, count))
    return stops


def _most(rows: pl.LazyFrame, role: str, column: str) -> pl.DataFrame:
    """``school_id``, ``n``, and the ``share`` of the most frequent value of a column."""
    by = rows.filter(pl.col("role") == role).group_by("school_id", column).agg(_n=pl.len())
    counted = by.collect(engine="streaming")
    whole = counted.group_by(column).agg(pl.col("_n").sum())
    whole = whole.select(pl.lit(ALL).alias("school_id"), column, "_n")
    return (
        pl.concat([whole, counted])
        .group_by("school_id")
        .agg(n=pl.col("_n").sum(), share=pl.col("_n").max() / pl.col("_n").sum())
    )
