"""One record of the roster: its details, and what belongs to it, as tables of text."""

from collections.abc import Mapping
from typing import Any, TypedDict

import polars as pl

from importer.model.changes import text_of
from importer.model.tables import TABLES
from importer.report.directory import Counts, directory
from importer.report.lookup import KINDS, Match
from importer.report.record_history import Step, Tally, Untold
from importer.report.stored import Tables, title, titles

_REFERS = {
    "school_id": "schools",
    "parent_id": "schools",
    "course_id": "courses",
    "parent_section_id": "sections",
}
_FIRST = pl.col("status") != "active"  # sorts what is active to the top


class Detail(TypedDict):
    """One filled column; ``refers`` is what the id in it is called."""

    column: str
    value: str
    refers: str


class Part(TypedDict):
    """A table of what belongs to the record: ``total`` rows, of which ``rows`` are shown."""

    name: str
    title: str
    total: int
    rows: list[dict[str, Any]]


class Origin(TypedDict):
    """The file and row that the record came from; ``label`` is what its drop was called."""

    file: str
    row: int
    drop: str
    label: str


class Card(TypedDict):
    """Everything about one record, its history newest first."""

    commit: int
    kind: str
    id: str
    name: str
    status: str
    origin: Origin
    organisation: str
    counts: Counts | None  # of a school
    details: list[Detail]
    parts: list[Part]
    history: list[Step]
    tallies: list[Tally]  # of a school: what else its commits changed there
    untold: list[Untold]


def details(tables: Tables, match: Match) -> tuple[list[Detail], Origin]:
    """All filled columns of a record, and where it came from."""
    table = TABLES[KINDS[match["kind"]]]
    row = tables(table.name).filter(pl.col(table.key[0]) == match["id"])
    shown = [text_of(name, dtype).alias(name) for name, dtype in table.columns.items()]
    found = row.select(*shown, "origin_file", "origin_row", "origin_drop").head(1).collect()
    told = found.row(0, named=True)
    filled = []
    for name in table.columns:
        if value := told[name]:
            refers = _REFERS.get(name) if name != table.key[0] else None
            called = titles(tables, refers, pl.Series([value])).get(value) if refers else None
            value = {"true": "yes", "false": "no"}.get(value, value) if name == "enabled" else value
            filled.append(Detail(column=name, value=value, refers=called or ""))
    came = Origin(
        file=told["origin_file"] or "",
        row=told["origin_row"] or 0,
        drop=told["origin_drop"] or "",
        label="",
    )
    return filled, came


def parts(tables: Tables, match: Match, limit: int | None) -> list[Part]:
    """What belongs to a record; parts without rows are left out."""
    made = {"person": _of_person, "section": _of_section, "school": _of_school}[match["kind"]]
    frames = made(tables, match["id"])
    shown = []
    for name, (heading, frame) in frames.items():
        rows = frame.collect(engine="streaming")
        if rows.height:
            few = rows if limit is None else rows.head(limit)
            shown.append(Part(name=name, title=heading, total=rows.height, rows=_texts(few)))
    return shown


def school_counts(tables: Tables, match: Match, organisations: Mapping[str, str]) -> Counts | None:
    """The counts of a school; None for anything else."""
    if match["kind"] != "school":
        return None
    return directory(tables, None, [], [match["id"]], organisations)["schools"][0]["counts"]


def _texts(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON-ready data; columns that are empty everywhere are left out."""
    texts = frame.with_columns(
        text_of(name, dtype).replace({"true": "yes", "false": "no"}).alias(name)
        if dtype == pl.Boolean
        else text_of(name, dtype).alias(name)
        for name, dtype in frame.schema.items()
        if not dtype.is_integer()
    )
    filled = [s.name for s in texts if s.dtype != pl.String or (s.fill_null("") != "").any()]
    return texts.select(filled).to_dicts()


def _named(tables: Tables, table: str, name: str, on: str) -> pl.LazyFrame:
    """Ids under ``on`` and what they are called under ``name``."""
    key = TABLES[table].key[0]
    return tables(table).select(pl.col(key).alias(on), title(table).alias(name))


def _of_person(tables: Tables, person: str) -> dict[str, tuple[str, pl.LazyFrame]]:
    schools = _named(tables, "schools", "school", "school_id")
    roles = tables("roles").filter(pl.col("person_id") == person)
    mine = tables("enrollments").filter(pl.col("person_id") == person)
    return {
        "roles": (
            "Roles",
            roles.join(schools, on="school_id", how="left")
            .sort(_FIRST, "school_id", "role")
            .select("school", "school_id", "role", *_dates(), "status"),
        ),
        "sections": ("Sections", _taken(tables, mine)),
        "family": ("Family and contacts", _family(tables, person)),
    }


def _taken(tables: Tables, mine: pl.LazyFrame) -> pl.LazyFrame:
    """The sections that a person is in, with who teaches there."""
    sections = tables("sections").select("section_id", "title", section_school="school_id")
    schools = _named(tables, "schools", "school", "section_school")
    teaching = tables("enrollments").filter(pl.col("role") == "teacher", ~_FIRST)
    teaching = teaching.join(mine.select("section_id").unique(), on="section_id", how="semi")
    called = _named(tables, "people", "name", "person_id")
    teachers = (
        teaching.select("section_id", "person_id")
        .join(called, on="person_id", how="left")
        .sort("person_id")
        .group_by("section_id", maintain_order=True)
        .agg(teachers=pl.coalesce("name", "person_id"))
    )
    return (
        mine.join(sections, on="section_id", how="left")
        .join(schools, on="section_school", how="left")
        .join(teachers, on="section_id", how="left")
        .sort(_FIRST, "title", "section_id", "role", nulls_last=True)
        .select("title", "section_id", "role", "teachers", "school", *_dates(), "status")
    )


def _dates() -> list[pl.Expr]:
    return [pl.col("is_primary"), pl.col("begin_date"), pl.col("end_date")]


def _family(tables: Tables, person: str) -> pl.LazyFrame:
    """Relationships from both sides: who is this person's parent, and whose parent it is."""
    links = tables("relationships")
    theirs = links.filter(pl.col("person_id") == person).select(
        other="related_id", relation="type", contact_type="contact_type", status="status"
    )
    own = links.filter(pl.col("related_id") == person).select(
        other="person_id",
        relation=pl.col("type") + " of",
        contact_type="contact_type",
        status="status",
    )
    people = tables("people").select("email", "phone", other="person_id", name=title("people"))
    whole = pl.concat([theirs, own]).join(people, on="other", how="left")
    return whole.sort(_FIRST, "name", "other").select(
        "name", person_id="other", relation="relation", contact_type="contact_type",
        email="email", phone="phone", status="status",
    )  # fmt: skip


def _of_section(tables: Tables, section: str) -> dict[str, tuple[str, pl.LazyFrame]]:
    ids = tables("sections").filter(pl.col("section_id") == section).select("term_ids")
    terms = ids.explode("term_ids").select(term_id="term_ids").drop_nulls()
    people = tables("people").select("person_id", "grades", "email", name=title("people"))
    members = (
        tables("enrollments")
        .filter(pl.col("section_id") == section)
        .join(people, on="person_id", how="left")
        .sort(_FIRST, "name", "person_id", "role")
    )
    student = pl.col("role") == "student"
    who = ["name", "person_id"]
    return {
        "terms": (
            "Terms",
            terms.join(tables("terms"), on="term_id", how="left")
            .sort("start_date", "term_id")
            .select("name", "term_id", "type", "start_date", "end_date"),
        ),
        "teachers": (
            "Teachers",
            members.filter(~student).select(*who, "role", "email", *_dates(), "status"),
        ),
        "students": (
            "Students",
            members.filter(student).select(
                *who, "grades", "email", "begin_date", "end_date", "status"
            ),
        ),
    }


def _of_school(tables: Tables, school: str) -> dict[str, tuple[str, pl.LazyFrame]]:
    below = tables("schools").filter(pl.col("parent_id") == school)
    pupils = tables("enrollments").filter(~_FIRST, pl.col("role") == "student")
    pupils = pupils.filter(pl.col("school_id") == school)
    sizes = pupils.group_by("section_id").agg(students=pl.len().cast(pl.Int64))
    sections = tables("sections").filter(pl.col("school_id") == school)
    counted = sections.join(sizes, on="section_id", how="left")
    return {
        "schools": (
            "Beneath it",
            below.sort(_FIRST, "name", "school_id").select("name", "school_id", "type", "status"),
        ),
        "sections": (
            "Sections",
            counted.sort(_FIRST, "title", "section_id").select(
                "title", "section_id", "number", pl.col("students").fill_null(0), "status"
            ),
        ),
    }
