"""A whole group is missing: all of one grade, all enrollments of one subject."""

from collections.abc import Iterator, Sequence

import polars as pl

from importer.planning.guards.case import Case
from importer.planning.guards.own import part_of
from importer.planning.guards.stop import ALL, Stop

FEWEST, NEARLY_ALL = 5, 0.9
MOST_OF_LOST = 0.5
"""Groups of which the lost ones are mostly made say why; others went along by chance."""


def missing(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-550: groups of students, sections and enrollments that are gone as a whole."""
    stops = [*_grades(case), *_subjects(case, "sections"), *_subjects(case, "enrollments")]
    return sorted(stops, key=lambda stop: (stop.school != ALL, -stop.rows))


def _grades(case: Case) -> Iterator[Stop]:
    lost = case.lost.filter(pl.col("table") == "people", pl.col("kind") == "students")
    if lost.height < FEWEST or case.promotion.seen:
        return
    people = case.roll.people.filter(pl.col("kind") == "students")
    gone = pl.col("_number").is_in(lost["key"].hash().implode())
    by = people.lazy().group_by("school_id", group="grade").agg(n=pl.len(), lost=gone.sum())
    yield from _gone(by.collect(), "people", "students", "grade")


def _subjects(case: Case, table: str) -> Iterator[Stop]:
    kind = table
    lost = case.lost.filter(pl.col("table") == table, pl.col("kind") == kind)
    if lost.height < FEWEST or _replaced(case, table, lost.height):
        return
    if table == "sections":
        here = pl.col("section_id").is_in(lost["key"].implode())
        rows = case.sections.with_columns(n=pl.lit(1), lost=here.cast(pl.UInt32))
    else:
        active = case.stored(table).filter(
            pl.col("status") == "active", pl.col("role") == "student"
        )
        left = lost.group_by(section_id=part_of("key", 0)).agg(lost=pl.len())
        if not _any_emptied(active, left):
            return
        placed = active.group_by("section_id").agg(n=pl.len()).collect(engine="streaming")
        rows = case.sections.join(placed, on="section_id").join(left, on="section_id", how="left")
        rows = rows.with_columns(pl.col("lost").fill_null(0))
    told = (
        ("subject", pl.col("subjects").list.first()),
        ("course", pl.col("course_id")),
        ("title", pl.col("title")),
        ("grade", pl.col("grades").list.first()),
        ("term", pl.col("term_ids").list.first()),
    )
    for what, group in told:
        found = list(_gone(rows.select("school_id", "n", "lost", group=group), table, kind, what))
        if found:
            yield from found
            return


def _any_emptied(active: pl.LazyFrame, left: pl.DataFrame) -> bool:
    """Whether any section lost nearly all: where none did, no group of sections can have."""
    theirs = active.filter(pl.col("section_id").is_in(left["section_id"].implode()))
    placed = theirs.select("section_id").collect(engine="streaming")["section_id"].value_counts()
    both = left.join(placed, on="section_id")
    return not both.filter(pl.col("lost") >= NEARLY_ALL * pl.col("count")).is_empty()


def _replaced(case: Case, table: str, lost: int) -> bool:
    """Whether new sections took the place of those that are gone."""
    fresh = case.fresh.filter(pl.col("table") == table).height
    return table == "sections" and fresh >= MOST_OF_LOST * lost


def _gone(rows: pl.DataFrame, table: str, kind: str, what: str) -> Iterator[Stop]:
    """Groups that are gone as a whole in the district; else in single schools.

    ``rows``: ``school_id``, ``group``, and how many there are (``n``) and are ``lost``.
    """
    there, lost = (pl.sum(name).over("school_id") for name in ("n", "lost"))
    rows = rows.filter(lost < NEARLY_ALL * there)  # else the school is the group
    total = int(rows["lost"].sum())
    rows = rows.drop_nulls("group")
    whole = _of(rows, ["group"], total)
    if whole.height:
        yield _stop(whole, ALL, table, kind, what)
        return
    for (school,), part in _of(rows, ["school_id", "group"], total).group_by(
        "school_id", maintain_order=True
    ):
        if school is not None:
            yield _stop(part, str(school), table, kind, what)


def _of(rows: pl.DataFrame, by: list[str], total: int) -> pl.DataFrame:
    """Groups of which nearly all are lost, that most of the lost belong to."""
    counted = rows.group_by(by).agg(pl.sum("n"), pl.sum("lost"))
    gone = counted.filter(
        pl.col("lost") >= FEWEST, pl.col("lost") >= NEARLY_ALL * pl.col("n")
    ).sort(*by)
    everything = gone["lost"].sum() >= NEARLY_ALL * int(rows["n"].sum())
    enough = gone["lost"].sum() >= MOST_OF_LOST * total
    return gone if enough and not everything else gone.clear()


def _stop(gone: pl.DataFrame, school: str, table: str, kind: str, what: str) -> Stop:
    names = gone["group"].cast(pl.String).unique().sort()
    listed = ", ".join(names.head(3)) + (" …" if len(names) > 3 else "")
    lost = int(gone["lost"].sum())
    where = "" if school == ALL else f" of school {school}"
    says = f"All {lost:,} {kind}{where} of {what} {listed} are missing, and hardly any other:"
    return Stop("PLAN-550", school, table, says.removesuffix(":"), lost, kind=kind)
