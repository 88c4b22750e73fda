"""Lists of the directory: students, teachers, staff and sections, by name, as many as asked for."""

from collections.abc import Sequence
from typing import Any, TypedDict

import polars as pl

from importer.report.stored import ACTIVE, Tables, group, title, titles

LISTS = ("students", "teachers", "staff", "sections")
LIST_SEPARATOR = ", "


class Listing(TypedDict):
    """One list: ``total`` entries, of which ``rows`` are shown, each with the same names."""

    what: str
    total: int
    rows: list[dict[str, Any]]


def listing(tables: Tables, what: str, chosen: Sequence[str], limit: int | None) -> Listing:
    """Active people of a group, or active sections, in the schools ``chosen`` (empty = all).

    People: name, id, grade (students), sections (how many they are in), schools, username,
    email. Sections: title, id, number, students, school, teachers.
    """
    source = tables("sections" if what == "sections" else "roles").filter(ACTIVE)
    if chosen:
        source = source.filter(pl.col("school_id").is_in(list(chosen)))
    if what == "sections":
        return _sections(tables, source, limit)
    return _people(tables, source.filter(group() == what), what, limit)


def _people(tables: Tables, roles: pl.LazyFrame, what: str, limit: int | None) -> Listing:
    who = roles.group_by("person_id").agg(pl.col("school_id").unique().sort())
    columns = ["person_id", "given_name", "family_name", "grades", "email", "username"]
    people = who.join(tables("people").select(columns), on="person_id", how="left")
    order = [pl.col("family_name").str.to_lowercase(), pl.col("given_name").str.to_lowercase()]
    total, shown = _first(people, [*order, pl.col("person_id")], limit)
    ids = shown.lazy().select("person_id")
    taken = tables("enrollments").filter(ACTIVE).join(ids, on="person_id", how="semi")
    counts = taken.group_by("person_id").agg(sections=pl.n_unique("section_id"))
    schools = titles(tables, "schools", shown["school_id"].explode())
    named = pl.element().replace(schools) if schools else pl.element()
    rows = (
        shown.lazy()
        .join(counts, on="person_id", how="left", maintain_order="left")
        .select(
            name=title("people"),
            id="person_id",
            grade=pl.col("grades").list.join(LIST_SEPARATOR),
            sections=pl.col("sections").fill_null(0).cast(pl.Int64),
            schools=pl.col("school_id").list.eval(named).list.join(LIST_SEPARATOR),
            username="username",
            email="email",
        )
        .collect()
    )
    rows = rows if what == "students" else rows.drop("grade")
    return Listing(what=what, total=total, rows=rows.to_dicts())


def _sections(tables: Tables, sections: pl.LazyFrame, limit: int | None) -> Listing:
    order = [pl.col("title").str.to_lowercase(), pl.col("section_id")]
    wanted = sections.select("section_id", "title", "number", "school_id")
    total, shown = _first(wanted, order, limit)
    ids = shown.lazy().select("section_id")
    taken = tables("enrollments").filter(ACTIVE).join(ids, on="section_id", how="semi")
    pupils = taken.filter(pl.col("role") == "student").group_by("section_id")
    teachers = (
        taken.filter(pl.col("role") == "teacher")
        .sort(~pl.col("is_primary").fill_null(False), "person_id")
        .join(tables("people"), on="person_id", how="left", maintain_order="left")
        .group_by("section_id", maintain_order=True)
        .agg(teachers=title("people").replace("", None).fill_null(pl.col("person_id")))
    )
    schools = tables("schools").select("school_id", school=title("schools"))
    rows = (
        shown.lazy()
        .join(schools, on="school_id", how="left", maintain_order="left")
        .join(teachers, on="section_id", how="left", maintain_order="left")
        .join(
            pupils.agg(students=pl.len().cast(pl.Int64)),
            on="section_id", how="left", maintain_order="left",
        )
        .select(
            title="title",
            id="section_id",
            number="number",
            students=pl.col("students").fill_null(0),
            school=pl.coalesce("school", "school_id"),
            teachers=pl.col("teachers").list.join(LIST_SEPARATOR),
        )
        .collect()
    )  # fmt: skip
    return Listing(what="sections", total=total, rows=rows.to_dicts())


def _first(
    frame: pl.LazyFrame, order: list[pl.Expr], limit: int | None
) -> tuple[int, pl.DataFrame]:
    """How many there are, and the first of them."""
    shown = frame.sort(order, nulls_last=True)
    if limit is None:
        whole = shown.collect()
        return whole.height, whole
    number, few = pl.collect_all([frame.select(pl.len()), shown.head(limit)], engine="streaming")
    return int(number.item()), few
