"""Records whose ids changed and who did not: what would go and what would come, by content.

Only records that a plan archives are compared with those that it adds, never numbers: a normal week
has leavers and joiners. A fingerprint counts where it is there once on both sides.
"""

from collections.abc import Callable, Mapping

import polars as pl

from importer.model.tables import TABLES, empty
from importer.planning.crosswalk import CROSSWALK, KEY, RECORDS, Rows, rekeyed
from importer.planning.same_section import alike

_FOUND = {"old": pl.String, "new": pl.String, "evidence": pl.String}
PAIRS: dict[str, pl.DataType] = {
    "table": pl.String(),
    "old": pl.String(),
    "new": pl.String(),
    "evidence": pl.String(),
}
"""Columns of pairs: the record that would be archived, and the one that would be added."""

_NAMES = ["given_name", "family_name"]
_OTHERS = {
    "email": "e-mail address",
    "username": "username",
    "student_number": "number",
    "state_id": "state id",
    "sis_id": "id of the information system",
}


def pairs(
    changes: Mapping[str, pl.DataFrame],
    after: Mapping[str, pl.LazyFrame],
    stored: Rows,
    known: pl.DataFrame,
) -> pl.DataFrame:
    """Who is in both sides of a plan: ``PAIRS``.

    ``changes``, ``after``: by table, and the rows that they write. ``known``: pairs (``PAIRS``)
    that match keys have found already. What a record names counts under its new id, so schools come
    first and sections last.
    """
    found = known.clear()
    for table in RECORDS:
        here = changes.get(table)
        if here is None:
            continue
        gone, come = (_keys(here, action, known) for action in ("archive", "add"))
        if not len(gone) or not len(come):
            continue
        rows = rekeyed(stored, _crosswalk(pl.concat([known, found])))
        key = KEY[table]
        old = rows(table).filter(pl.col(key).is_in(gone.implode())).collect()
        new = after.get(table, empty(table).lazy()).filter(pl.col(key).is_in(come.implode()))
        told = _FINGERPRINTS[table](old, new.collect(), rows, after)
        found = pl.concat([found, told.select(pl.lit(table).alias("table"), *_FOUND)])
    return found


def _keys(changes: pl.DataFrame, action: str, known: pl.DataFrame) -> pl.Series:
    """The ids of the picked changes of a kind, but for those that are paired already."""
    ids = changes.filter(pl.col("picked"), pl.col("action") == action)["key"]
    paired = pl.concat([known["old"], known["new"]])
    return ids.filter(~ids.is_in(paired.implode()))


def _crosswalk(found: pl.DataFrame) -> pl.DataFrame:
    nothing = {"because": pl.lit(""), "file": pl.lit(None), "row": pl.lit(None)}
    return found.select("table", "old", "new", **nothing).cast(CROSSWALK)  # type: ignore[arg-type]


def _once(table: str, old: pl.DataFrame, new: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Pairs of records that say the same in all columns of ``by``, each alone on its side."""
    key = KEY[table]
    sides = []
    for rows, name in ((old, "old"), (new, "new")):
        known = rows.select(pl.col(key).alias(name), *(_folded(table, c) for c in by))
        sides.append(known.drop_nulls(by).unique(by, keep="none"))
    return sides[0].join(sides[1], on=by).select("old", "new")


def _folded(table: str, column: str) -> pl.Expr:
    if TABLES[table].columns.get(column, pl.String()) == pl.String():
        return pl.col(column).str.to_lowercase()
    return pl.col(column)


def _schools(old: pl.DataFrame, new: pl.DataFrame, _: Rows, __: object) -> pl.DataFrame:
    return _by("schools", old, new, {"name and number": ["name", "number"], "name": ["name"]})


def _terms(old: pl.DataFrame, new: pl.DataFrame, _: Rows, __: object) -> pl.DataFrame:
    return _by("terms", old, new, {"name and dates": ["name", "start_date", "end_date"]})


def _courses(old: pl.DataFrame, new: pl.DataFrame, _: Rows, __: object) -> pl.DataFrame:
    by = ["title", "code"]
    return _by("courses", old, new, {"title, code, school": [*by, "school_id"], "title, code": by})


def _by(
    table: str, old: pl.DataFrame, new: pl.DataFrame, ways: Mapping[str, list[str]]
) -> pl.DataFrame:
    """Pairs by the first way that finds one; ``ways``: evidence → columns."""
    found = pl.DataFrame(schema=_FOUND)
    for evidence, by in ways.items():
        free_old = old.filter(~pl.col(KEY[table]).is_in(found["old"].implode()))
        free_new = new.filter(~pl.col(KEY[table]).is_in(found["new"].implode()))
        more = _once(table, free_old, free_new, by)
        if table == "people" and "birth_date" not in by:
            more = _not_born_apart(more, old, new)
        found = pl.concat([found, more.with_columns(evidence=pl.lit(evidence))])
    return found


def _not_born_apart(found: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Two with different dates of birth are two."""
    one, other = (
        rows.select(pl.col("person_id").alias(side), pl.col("birth_date").alias(f"_{side}"))
        for rows, side in ((old, "old"), (new, "new"))
    )
    dated = found.join(one, on="old", how="left").join(other, on="new", how="left")
    apart = (pl.col("_old") != pl.col("_new")).fill_null(False)
    return dated.filter(~apart).select(found.columns)


def _people(
    old: pl.DataFrame, new: pl.DataFrame, stored: Rows, after: Mapping[str, pl.LazyFrame]
) -> pl.DataFrame:
    ways = {"names and date of birth": [*_NAMES, "birth_date"]}
    ways |= {f"names and {word}": [*_NAMES, column] for column, word in _OTHERS.items()}
    ways["names, grade and school"] = [*_NAMES, "_grades", "_school"]
    placed = []
    for people, roles in (
        (old, stored("roles").filter(pl.col("status") == "active")),
        (new, after.get("roles", empty("roles").lazy())),
    ):
        theirs = roles.filter(pl.col("person_id").is_in(people["person_id"].implode()))
        school = theirs.group_by("person_id").agg(_school=pl.col("school_id").min()).collect()
        joined = people.join(school, on="person_id", how="left", maintain_order="left")
        placed.append(joined.with_columns(_grades=pl.col("grades").list.join(",")))
    return _by("people", placed[0], placed[1], ways)


def _sections(
    old: pl.DataFrame, new: pl.DataFrame, stored: Rows, after: Mapping[str, pl.LazyFrame]
) -> pl.DataFrame:
    """All that tells a section, and the most people in common; none where both are empty.

    A new term has the same titles, courses and students, but other numbers, periods or teachers.
    """
    sides = []
    by = ["_title", "number", "course_id", "school_id", "_terms", "_periods"]
    for rows, name in ((old, "old"), (new, "new")):
        told = rows.with_columns(
            _title=pl.col("title").str.to_lowercase(),
            _terms=pl.col("term_ids").list.sort().list.join(","),
            _periods=pl.col("periods").list.sort().list.join(","),
        )
        sides.append(told.select(pl.col("section_id").alias(name), *by).drop_nulls("_title"))
    maybe = sides[0].join(sides[1], on=by, nulls_equal=True).select("old", "new")
    same = alike(maybe, after.get("enrollments", empty("enrollments").lazy()), stored)
    best = [pl.col("_both") == pl.col("_both").max().over(side) for side in ("old", "new")]
    sure = same.filter(pl.all_horizontal(best))
    sure = sure.filter(*(pl.len().over(side) == 1 for side in ("old", "new")))
    people = pl.format("title, course, school, terms and {} people", "_both")
    by_people = pl.when(pl.col("_both") > 0).then(people)
    evidence = by_people.otherwise(pl.lit("title, course, school, terms"))
    return sure.select("old", "new", evidence=evidence)


_FINGERPRINTS: Mapping[str, Callable[..., pl.DataFrame]] = {
    "schools": _schools,
    "terms": _terms,
    "courses": _courses,
    "people": _people,
    "sections": _sections,
}
