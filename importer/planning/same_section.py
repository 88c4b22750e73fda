"""Whether two sections may be one: by the people in them, and by their dates."""

from collections.abc import Mapping

import polars as pl

from importer.model.tables import empty
from importer.planning.crosswalk import Rows
from importer.planning.incoming import Incoming

_FEWEST = 0.5  # of the smaller section's students; a new year shares fewer


def alike(pairs: pl.DataFrame, sent: pl.LazyFrame, stored: Rows) -> pl.DataFrame:
    """The pairs (``old``, ``new``) whose people tell that they are one, with how many: ``_both``.

    Two with students must share half of those of the smaller one. Two without share a teacher, or
    have nobody at all. Where only one has students, the people tell that they are two: next year's
    section has the same name and teacher. Two that are taught by others are two: a new term has
    the same names and students. ``sent``: the enrollments of the new ones.
    """
    pairs = _of_one_teacher(pairs, sent, stored)
    students = shared(pairs, sent, stored, "student")
    least = pl.min_horizontal("_in_old", "_in_new")
    full = students.filter(least > 0, pl.col("_both") >= least * _FEWEST)
    bare = students.filter(pl.max_horizontal("_in_old", "_in_new") == 0).select("old", "new")
    all_people = shared(bare, sent, stored)
    nobody = pl.max_horizontal("_in_old", "_in_new") == 0
    bare = all_people.filter(nobody | (pl.col("_both") > 0))
    return pl.concat([part.select("old", "new", "_both") for part in (full, bare)])


def _of_one_teacher(pairs: pl.DataFrame, sent: pl.LazyFrame, stored: Rows) -> pl.DataFrame:
    """The pairs (``old``, ``new``) that share a teacher, or of which one has none."""
    taught = shared(pairs, sent, stored, "teacher")
    apart = (pl.min_horizontal("_in_old", "_in_new") > 0) & (pl.col("_both") == 0)
    return taught.filter(~apart).select("old", "new")


def shared(pairs: pl.DataFrame, sent: pl.LazyFrame, stored: Rows, role: str = "") -> pl.DataFrame:
    """``pairs`` with how many people both sections have: ``_in_old``, ``_in_new``, ``_both``.

    ``sent``: the enrollments of the new ones; ``role``: which people count, empty for all.
    """
    which = pl.col("role") == role if role else pl.lit(value=True)
    active = (pl.col("status") == "active") & which
    sides = []
    for side, rows in (("old", stored("enrollments")), ("new", sent)):
        named = rows.filter(active).rename({"section_id": side})
        named = named.join(pairs.lazy().select(side), on=side, how="semi")
        sides.append(named.select(side, "person_id", "role").collect(engine="streaming"))
    old, news = sides
    both = pairs.join(news, on="new").join(old, on=["old", "person_id", "role"])
    counted = pairs.join(both.group_by("old", "new").agg(_both=pl.len()), on=["old", "new"],
                         how="left", maintain_order="left")  # fmt: skip
    for side, people in (("old", old), ("new", news)):
        many = people.group_by(side).agg(pl.len().alias(f"_in_{side}"))
        counted = counted.join(many, on=side, how="left", maintain_order="left")
    numbers = ("_both", "_in_old", "_in_new")
    return counted.with_columns(pl.col(name).fill_null(0).cast(pl.Int64) for name in numbers)


def not_apart(
    pairs: pl.DataFrame, incoming: Mapping[str, Incoming], stored: Rows, days: int
) -> pl.DataFrame:
    """The pairs of which not both ends are more than ``days`` apart; 0 = all of them.

    Sections that aren't dated on both sides, with both ends, tell nothing.
    """
    if not days:
        return pairs
    kept, there = stored("terms").collect(), stored("sections")
    there = there.filter(pl.col("section_id").is_in(pairs["old"].implode()))
    old = _dates(there.collect(), kept, stored("enrollments"), "old")
    come = sent_rows(incoming, "sections").filter(
        pl.col("section_id").is_in(pairs["new"].implode())
    )
    terms = pl.concat([sent_rows(incoming, "terms").collect(), kept])
    new = _dates(come.collect(), terms, sent_rows(incoming, "enrollments"), "new")
    told = pairs.join(old, on="old", how="left").join(new, on="new", how="left")
    apart = [
        (pl.col(f"_{end}_old") - pl.col(f"_{end}_new")).dt.total_days().abs() > days
        for end in ("start", "end")
    ]
    return told.filter(~pl.all_horizontal(apart).fill_null(False)).select(pairs.columns)


def _dates(
    sections: pl.DataFrame, terms: pl.DataFrame, enrollments: pl.LazyFrame, side: str
) -> pl.DataFrame:
    """When sections begin and end: as their terms do, else as what is enrolled in them."""
    each = sections.select("section_id", "term_ids").explode("term_ids")
    dated = terms.select(term_ids="term_id", _a="start_date", _b="end_date")
    dated = dated.unique("term_ids", keep="first", maintain_order=True)
    by_term = (
        each.join(dated, on="term_ids")
        .group_by("section_id")
        .agg(pl.col("_a").min(), pl.col("_b").max())
    )
    active = enrollments.filter(pl.col("status") == "active")
    wanted = sections.lazy().select("section_id")
    by_row = active.join(wanted, on="section_id", how="semi").group_by("section_id").agg(
        _c=pl.col("begin_date").min(), _d=pl.col("end_date").max()
    ).collect()  # fmt: skip
    told = sections.select("section_id").join(by_term, on="section_id", how="left")
    told = told.join(by_row, on="section_id", how="left")
    ends = {f"_start_{side}": pl.coalesce("_a", "_c"), f"_end_{side}": pl.coalesce("_b", "_d")}
    return told.select(pl.col("section_id").alias(side), **ends)


def sent_rows(incoming: Mapping[str, Incoming], table: str) -> pl.LazyFrame:
    """What was sent of one table, in the stored schema."""
    told = incoming.get(table)
    return told.rows if told is not None else empty(table).lazy()
