"""Roles that change places, and one teacher or section for everybody."""

from collections.abc import Sequence

import polars as pl

from importer.planning.guards.case import Case
from importer.planning.guards.own import ENTER, LEAVE, kind_of, part_of
from importer.planning.guards.stop import ALL, Stop

FEWEST = 3
FEWEST_STAFF, STAFF_SHARE = 10, 0.25
FEWEST_SECTIONS = 10
ONE, SEVERAL = 0.8, 0.5
"""A value stands for one in all from this share on, if it was in less than the other."""
_ROUNDED = 1e-6


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
    grown = case.there("people", "teachers", "staff") if others >= FEWEST_STAFF else 0
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
    then = case.stored("enrollments").filter(pl.col("status") == "active")
    for role, column, word in (
        ("teacher", "person_id", "sections of {} have the same teacher"),
        ("student", "section_id", "enrollments of {} are in the same section"),
    ):
        schools = _many_others(case, role)
        if schools is not None and schools.is_empty():
            continue
        now = case.told["enrollments"].rows.filter(pl.col("status") == "active")
        sent = _most(now, role, column, schools)
        before = _most(then, role, column, schools)
        both = sent.join(before, on="school_id", how="left", nulls_equal=True, suffix="_was")
        odd = both.filter(
            pl.col("n") >= FEWEST_SECTIONS,
            pl.col("share") >= ONE,
            pl.col("share_was").fill_null(1.0) < SEVERAL,
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


def _many_others(case: Case, role: str) -> pl.Series | None:
    """The schools, or ``*``, of which so many rows are others that one value may be most of them.

    None = all may be. Of ``n`` active rows less than half had the value; ``gone`` of them aren't
    sent so again. It is in at most 0.5 n + sent rows of n - gone + sent ones, where ``sent`` are
    those that differ or that wait until now: 0.8 of all only if 0.2 sent + 0.8 gone ≥ 0.3 n.
    """
    few = case.unlike.get("enrollments")
    if few is None:
        return None
    same, active = pl.col("role") == role, pl.col("status") == "active"
    new, old = (
        rows.filter(same, active).group_by("school_id").agg(pl.len().alias(name))
        for rows, name in ((few.sent, "sent"), (few.stored, "gone"))
    )
    counts = case.enrolled.filter(same).select("school_id", "n", sent="wait")
    each = pl.concat([counts, new, old], how="diagonal_relaxed")
    whole = each.with_columns(school_id=pl.lit(ALL))
    by = pl.concat([each, whole]).group_by("school_id").sum()
    others = (ONE - SEVERAL) * pl.col("n") - (1 - ONE) * pl.col("sent") - ONE * pl.col("gone")
    return by.filter(pl.col("n") > 0, others <= _ROUNDED)["school_id"]


def _most(rows: pl.LazyFrame, role: str, column: str, schools: pl.Series | None) -> pl.DataFrame:
    """``school_id``, ``n``, and the ``share`` of the most frequent value of a column."""
    mine = rows.filter(pl.col("role") == role)
    everywhere = schools is None or ALL in schools
    if schools is not None and not everywhere:
        mine = mine.filter(pl.col("school_id").is_in(schools.implode(), nulls_equal=True))
    counted = mine.group_by("school_id", column).agg(_n=pl.len()).collect(engine="streaming")
    whole = counted.group_by(column).agg(pl.col("_n").sum())
    whole = whole.select(pl.lit(ALL).alias("school_id"), column, "_n")
    return (
        pl.concat([whole, counted] if everywhere else [counted])
        .group_by("school_id")
        .agg(n=pl.col("_n").sum(), share=pl.col("_n").max() / pl.col("_n").sum())
    )
