"""What is lost or new for itself. What goes with a person or section that goes is not counted.

Nor is what is only exchanged: a student who leaves one section and enters another, a teacher who
takes over a section, a role that takes the place of another.
"""

from collections.abc import Callable, Mapping

import polars as pl

from importer.model.tables import ID_SEPARATOR

KINDS: Mapping[str, str] = {
    # role → the kind that people are counted as; students and teachers apart
    "student": "students",
    "teacher": "teachers",
    **dict.fromkeys(("guardian", "parent", "relative", "contact"), "contacts"),
}
STAFF = "staff"
UNITS = {"table": pl.String, "kind": pl.String, "school_id": pl.String, "key": pl.String}
LEAVE, ENTER = ("archive",), ("add", "reactivate")

Stored = Callable[[str], pl.LazyFrame]


def kind_of(role: str) -> pl.Expr:
    """The kind of a role column; roles without one of their own are staff."""
    return pl.col(role).replace_strict(KINDS, default=STAFF, return_dtype=pl.String)


def part_of(key: str, number: int) -> pl.Expr:
    """A part of a key that has several."""
    return pl.col(key).str.split(ID_SEPARATOR).list.get(number, null_on_oob=True)


def units(
    picked: pl.DataFrame, kinds: Callable[[pl.DataFrame], pl.DataFrame], stored: Stored, enter: bool
) -> pl.DataFrame:
    """The rows of ``picked`` changes that leave, or ``enter``, for themselves: ``UNITS``.

    ``kinds``: ``key`` of people → with ``kind`` and ``school_id``.
    """
    mine, other = (ENTER, LEAVE) if enter else (LEAVE, ENTER)
    here = {table: _of(picked, table, mine) for table in ("people", "sections", "enrollments")}
    people = kinds(here["people"])
    moved = people["key"]
    along = _along(people, picked, stored, enter)
    frames = [
        _units("people", people.filter(~pl.col("key").is_in(along.implode()))),
    ]
    frames.append(_units("sections", here["sections"].with_columns(kind=pl.lit("sections"))))
    elsewhere = picked.filter(pl.col("table") == "roles", pl.col("action") == "move")
    busy = pl.concat([moved, elsewhere.select(part_of("key", 0)).to_series()])
    placed = _placed(here["enrollments"], busy, here["sections"]["key"])
    frames.append(_units("enrollments", _net(placed, _of(picked, "enrollments", other))))
    schools = _of(picked, "schools", mine)
    named = schools.with_columns(kind=pl.lit("schools"), school_id=pl.col("key"))
    frames.append(_units("schools", named))
    if not enter:
        frames += [_roles(picked, moved), _courses(picked, here["sections"], stored)]
        frames.append(_relationships(picked, moved))
    return pl.concat(frames)


def _of(picked: pl.DataFrame, table: str, actions: tuple[str, ...]) -> pl.DataFrame:
    rows = picked.filter(pl.col("table") == table, pl.col("action").is_in(actions))
    return rows.select("key", "school_id")


def _units(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.lit(table).alias("table"), "kind", "school_id", "key").cast(UNITS)  # type: ignore[arg-type]


def _along(people: pl.DataFrame, picked: pl.DataFrame, stored: Stored, enter: bool) -> pl.Series:
    """Contacts who come or go with the only people that they belong to."""
    contacts = people.filter(pl.col("kind") == "contacts").select("key")
    if contacts.is_empty():
        return contacts["key"]
    links = _of(picked, "relationships", ENTER) if enter else _of(picked, "relationships", LEAVE)
    pairs = links.select(person=part_of("key", 0), key=part_of("key", 1))
    theirs = pairs.join(contacts, on="key", how="semi")
    gone = theirs.filter(pl.col("person").is_in(people["key"].implode()))
    stays = theirs.filter(~pl.col("person").is_in(people["key"].implode()))
    return gone.join(stays, on="key", how="anti")["key"].unique()


def _placed(enrollments: pl.DataFrame, people: pl.Series, sections: pl.Series) -> pl.DataFrame:
    """Enrollments whose section stays and whose person stays at the school, in parts."""
    parts = pl.col("key").str.split(ID_SEPARATOR)
    split = enrollments.with_columns(
        section=parts.list.get(0), person=parts.list.get(1), role=parts.list.get(2)
    )
    return split.filter(
        ~pl.col("person").is_in(people.implode()), ~pl.col("section").is_in(sections.implode())
    )


def _net(placed: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """``placed`` without as many rows as the same student, or section, gets in exchange."""
    if placed.is_empty():
        return placed.with_columns(kind=pl.lit("", pl.String))
    parts = pl.col("key").str.split(ID_SEPARATOR)
    got = others.select(section=parts.list.get(0), person=parts.list.get(1), role=parts.list.get(2))
    student = pl.col("role") == "student"
    placed = placed.join(got, on=["section", "person"], how="anti")  # the same place, another role
    whose = pl.when(student).then("person").otherwise("section").alias("_whose")
    kind = pl.when(student).then(pl.lit("enrollments")).otherwise(pl.lit("class teachers"))
    count = got.with_columns(whose, kind=kind).group_by("_whose", "kind").agg(_got=pl.len())
    rows = placed.with_columns(whose, kind=kind).join(count, on=["_whose", "kind"], how="left")
    nth = pl.col("key").cum_count().over("_whose", "kind")
    return rows.filter(nth > pl.col("_got").fill_null(0)).select("key", "school_id", "kind")


def _roles(picked: pl.DataFrame, people: pl.Series) -> pl.DataFrame:
    """Roles whose person stays and gets no other one at the school."""
    two = [part_of("key", 0).alias("person"), part_of("key", 1).alias("school")]
    left = _of(picked, "roles", LEAVE).with_columns(two)
    got = _of(picked, "roles", ENTER).select(two)
    own = left.filter(~pl.col("person").is_in(people.implode()))
    own = own.join(got, on=["person", "school"], how="anti")
    return _units("roles", own.with_columns(kind=pl.lit("roles")))


def _courses(picked: pl.DataFrame, sections: pl.DataFrame, stored: Stored) -> pl.DataFrame:
    """Courses of which a section stays, or that had none."""
    gone = _of(picked, "courses", LEAVE).with_columns(kind=pl.lit("courses"))
    if gone.is_empty():
        return _units("courses", gone)
    theirs = stored("sections").filter(
        pl.col("status") == "active",
        pl.col("course_id").is_in(gone["key"].implode()),
        pl.col("section_id").is_in(sections["key"].implode()),
    )
    along = theirs.select("course_id").unique().collect()["course_id"]
    return _units("courses", gone.filter(~pl.col("key").is_in(along.implode())))


def _relationships(picked: pl.DataFrame, people: pl.Series) -> pl.DataFrame:
    two = [part_of("key", 0).alias("person"), part_of("key", 1).alias("related")]
    left = _of(picked, "relationships", LEAVE).with_columns(two)
    got = _of(picked, "relationships", ENTER).select(two).select("person")
    own = left.filter(
        ~pl.col("person").is_in(people.implode()), ~pl.col("related").is_in(people.implode())
    )
    own = own.join(got, on="person", how="anti")
    return _units("relationships", own.with_columns(kind=pl.lit("relationships")))
