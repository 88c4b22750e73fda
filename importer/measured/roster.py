"""The active records of a roster, counted: the same for a workspace and for one drop."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from importer.readiness.facts import Part, Roster
from importer.settings import Calendar

Rows = Callable[[str], pl.LazyFrame]
"""Gives a canonical table."""

NO_USERS = ("guardian", "parent", "relative")
"""Roles of people who are no users of what is rostered."""

_NOT_SCHOOLS = ("district", "local", "state", "national", "department")
_GRADUATED_FROM = 8
"""A school year that nobody dated ends before August."""

_SUMMER = timedelta(days=100)
"""A term that begins within the summer is as good as one of today."""


def counted(rows: Rows, today: date, calendar: Calendar) -> Roster:
    """The facts of a roster. ``rows``: its tables, archived records too."""

    def active(table: str) -> pl.LazyFrame:
        return rows(table).filter(pl.col("status") == "active")

    roles = active("roles").filter(~pl.col("role").is_in(NO_USERS))
    roles = roles.select("person_id", "school_id", student=pl.col("role") == "student")
    placed = active("enrollments").filter(pl.col("role") == "student")
    edited = (pl.col("local").list.len() > 0).sum()
    asked = [
        _heads(roles),
        placed.select(pl.len()),
        active("sections").select(pl.len()),
        _places(active("schools")).select("school_id", "state"),
        roles.filter("student").select(pl.col("school_id").unique()),
        active("people").select(edited=edited, clever=pl.col("clever_id").is_not_null().sum()),
        active("sections").select(edited=edited),
    ]
    sums = pl.collect_all(asked, engine="streaming")
    heads, memberships, sections, listed, with_students, people, titles = sums
    students, staff, users = heads.row(0)
    states = listed["state"].drop_nulls().str.to_uppercase().value_counts()
    address, worst, shared = _email(active("people"), roles, active("schools"))
    dated, in_term, wrong, gap = _terms(active("sections"), active("terms"), today, calendar)
    with_some = pl.col("school_id").is_in(with_students["school_id"].implode())
    return Roster(
        students=students,
        staff=staff,
        users=users,
        schools=listed.height,
        with_students=listed.filter(with_some).height,
        sections=sections.item(),
        memberships=memberships.item(),
        records=users + sections.item() + memberships.item(),
        email=address,
        email_worst=worst,
        shared_email=shared,
        leavers=_leavers(active("people"), roles, placed, _ends(today, calendar)),
        sections_dated=dated,
        in_term=in_term,
        terms_wrong=wrong,
        gap=gap,
        states=dict(states.sort("state").iter_rows()),
        edited=people["edited"].item() + titles["edited"].item(),
        clever_ids=people["clever"].item(),
    )


def _places(schools: pl.LazyFrame) -> pl.LazyFrame:
    """Without the organisations that are no place to learn."""
    return schools.filter(~pl.col("type").fill_null("school").is_in(_NOT_SCHOOLS))


def _heads(roles: pl.LazyFrame) -> pl.LazyFrame:
    who = pl.col("person_id")
    return roles.select(
        who.filter("student").n_unique(),
        staff=who.filter(~pl.col("student")).n_unique(),
        users=who.n_unique(),
    )


def _email(
    people: pl.LazyFrame, roles: pl.LazyFrame, schools: pl.LazyFrame
) -> tuple[Part, str, Part]:
    """Users with an address, the school that lacks most, and who shares one with their kind."""
    once = roles.group_by("person_id").agg(pl.col("school_id").min(), pl.col("student").any())
    users = once.join(people.select("person_id", "email"), on="person_id").with_columns(
        pl.col("email").str.to_lowercase()
    )
    by = users.group_by("school_id").agg(
        n=pl.len(), has=pl.col("email").is_not_null().sum()
    )  # fmt: skip
    named = by.join(schools.select("school_id", "name"), on="school_id", how="left")
    again = users.drop_nulls("email").group_by("student", "email").agg(n=pl.len())
    shared = again.select(pl.col("n").filter(pl.col("n") > 1).sum(), whole=pl.col("n").sum())
    table, pairs = pl.collect_all([named, shared], engine="streaming")
    has, whole = int(table["has"].sum()), int(table["n"].sum())
    lacking = table.with_columns(lacks=pl.col("n") - pl.col("has")).sort(
        "lacks", "school_id", descending=[True, False]
    )
    worst = ""
    if lacking.height and (first := lacking.row(0, named=True))["lacks"]:
        name = first["name"] or f"school {first['school_id']}"
        worst = f"{name}: {first['lacks']:,} of {first['n']:,} without"
    return Part(has, whole), worst, Part(*(int(n or 0) for n in pairs.row(0)))


def _leavers(
    people: pl.LazyFrame, roles: pl.LazyFrame, placed: pl.LazyFrame, ends: int
) -> Part | None:
    """Students who seem to have left and are active; None where nothing could tell."""
    students = roles.filter("student").select("person_id").unique()
    year = pl.col("graduation_year").cast(pl.Int32, strict=False)
    known = students.join(people.select("person_id", year), on="person_id", how="left")
    within = placed.select("person_id").unique().with_columns(placed=pl.lit(value=True))
    frame = known.join(within, on="person_id", how="left").select(
        n=pl.len(),
        placed=pl.col("placed").is_not_null().sum(),
        years=pl.col("graduation_year").is_not_null().sum(),
        past=(pl.col("graduation_year") < ends).sum(),
        either=((pl.col("graduation_year") < ends).fill_null(value=False))
        .or_(pl.col("placed").is_null())
        .sum(),
    )
    n, in_sections, years, past, either = frame.collect(engine="streaming").row(0)
    if not n or not (in_sections or years):
        return None
    return Part(either if in_sections else past, n)


def _ends(today: date, calendar: Calendar) -> int:
    """The year in which the school year ends."""
    return calendar.ends or today.year + (today.month >= _GRADUATED_FROM)


def _terms(
    sections: pl.LazyFrame, terms: pl.LazyFrame, today: date, calendar: Calendar
) -> tuple[Part | None, bool | None, int, int]:
    """Sections with a dated term, whether there is a term now, wrong terms, the widest gap."""
    start, end = pl.col("start_date"), pl.col("end_date")
    there = terms.select("term_id", start, end).collect()
    right = there.filter(start < end)
    wrong = there.filter(start >= end).height
    ids = pl.col("term_ids").list.eval(pl.element().is_in(right["term_id"].implode())).list.any()
    dated = sections.select(ids.fill_null(value=False).sum(), n=pl.len()).collect().row(0)
    part = Part(*dated) if dated[1] else None
    if there.is_empty():
        return part, None, 0, 0
    covers = right.filter(start <= today + _SUMMER, end >= today).height > 0
    return part, covers, wrong, _gap(right, calendar)


def _gap(terms: pl.DataFrame, calendar: Calendar) -> int:
    """The most days in a row of the school year that lie between two terms."""
    first, last = calendar.school_year_start, calendar.school_year_end
    if first is None or last is None:
        return 0
    spans = sorted(terms.select("start_date", "end_date").iter_rows())
    inside = [(s, e) for s, e in spans if e >= first and s <= last]
    reached, widest = inside[0][1] if inside else last, 0
    for (_, before), (start, end) in pairwise(inside):
        reached = max(reached, before)
        widest = max(widest, (start - reached).days - 1)
        reached = max(reached, end)
    return widest
