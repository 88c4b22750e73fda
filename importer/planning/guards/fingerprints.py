"""The same person or section under another id, told by content."""

import polars as pl

from importer.planning.guards.case import Case

_PEOPLE = (
    # what tells a person, the surest first; the last one only where nothing else is known
    ("email",),
    ("username",),
    ("given_name", "family_name", "birth_date"),
)
_WEAK = ("given_name", "family_name", "school_id", "_grade")
_SECTION = ("school_id", "title", "number", "course_id", "_periods")
_LISTS = {"_periods": "periods", "_terms": "term_ids"}


def same_people(case: Case, stays: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Pairs ``old``, ``new`` of person ids with the same content.

    ``stays``: those of ``case.roll.people`` who may be the old ones. Of the few who are found it is
    asked whether they are, not of all.
    """
    stored, ways = case.stored("people").filter(pl.col("status") == "active"), list(_PEOPLE)
    if not _any_sign(new.lazy()):
        theirs = stored.join(stays.lazy().select("person_id", "school_id"), on="person_id")
        if not _any_sign(theirs):
            stored, ways = theirs, [*ways, _WEAK]
    old, come = (
        f.with_columns(_grade=pl.col("grades").list.join(",")) for f in (stored, new.lazy())
    )
    pairs = [
        old.select(*way, old="person_id")
        .drop_nulls()
        .join(come.select(*way, new="person_id").drop_nulls(), on=list(way))
        .select("old", "new")
        for way in ways
    ]  # fmt: skip
    found = pl.concat(pl.collect_all(pairs, engine="streaming"))
    here = stays.filter(pl.col("_number").is_in(found["old"].hash().implode()))["person_id"]
    found = found.filter(pl.col("old").is_in(here.implode()))
    return found.unique("old", keep="first", maintain_order=True)


def _any_sign(people: pl.LazyFrame) -> bool:
    """Whether anybody has more than a name."""
    signs = [pl.col(c).is_not_null().any() for c in ("email", "username", "birth_date")]
    return bool(people.select(pl.any_horizontal(signs)).collect().item())


def same_sections(case: Case, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Pairs ``old``, ``new`` of section ids that are the same but for the id.

    School, title, number, course, period, term and teacher, and the students where any are known:
    the sections of a new term have other numbers, periods, teachers or students.
    """
    if old.is_empty() or new.is_empty():
        return pl.DataFrame(schema={"old": pl.String, "new": pl.String})
    enrolled = case.stored("enrollments").filter(pl.col("status") == "active")
    sent = case.told["enrollments"].rows if "enrollments" in case.told else None
    now = sent.filter(pl.col("status") == "active") if sent is not None else enrolled
    before, after = (_with_members(rows, all_) for rows, all_ in ((old, enrolled), (new, now)))
    way = [*_SECTION, "_terms", "_teachers"]
    if after["_students"].null_count() < after.height:
        way.append("_students")
    pairs = before.select(*way, old="section_id").join(
        after.select(*way, new="section_id"), on=way, nulls_equal=True
    )
    return pairs.select("old", "new").unique("old", keep="first", maintain_order=True)


def _with_members(sections: pl.DataFrame, enrolled: pl.LazyFrame) -> pl.DataFrame:
    """Sections with one number each for the set of their students and teachers."""
    ids = pl.col("section_id").is_in(sections["section_id"].implode())
    student = pl.col("role") == "student"
    sets = {"_students": student, "_teachers": ~student}
    marked = (
        enrolled.filter(ids)
        .group_by("section_id")
        .agg(
            pl.col("person_id").filter(who).unique().sort().str.join("\n").hash().alias(name)
            for name, who in sets.items()
        )
    )
    lists = [pl.col(c).list.sort().list.join(",").alias(n) for n, c in _LISTS.items()]
    placed = sections.with_columns(lists)
    return placed.join(marked.collect(engine="streaming"), on="section_id", how="left")
