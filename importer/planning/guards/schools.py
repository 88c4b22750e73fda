"""Schools that vanish, merge, or whose students are suddenly somewhere else."""

from collections.abc import Iterator, Sequence

import polars as pl

from importer.planning.guards.case import Case
from importer.planning.guards.own import kind_of, part_of
from importer.planning.guards.stop import ALL, Stop

NEARLY_ALL, MOST = 0.9, 0.5
FEWEST = 5
SHUFFLED = 0.4
"""So many of all enrollments change their section only when ids or rows were mixed up; a week of
schedule changes moves one in eight (measured on an invented district of 40 schools)."""


def vanished(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-543: a school that had people is no longer sent; PLAN-556: it merged."""
    gone = case.of("schools", "archive")["key"].to_list()
    students = _counts(case, "people", "students")
    everyone = case.before.filter(pl.col("table") == "people")
    people = dict(everyone.group_by("school_id").agg(pl.sum("n")).iter_rows())
    lost = dict(case.of("people", "archive").group_by("school_id").len().iter_rows())
    moved = _moved(case)
    stops = []
    for school in sorted(people, key=str):
        there = people[school]
        empty = lost.get(school, 0) >= there and _nothing_left(case, school)
        if school is None or (school not in gone and not empty):
            continue
        went = moved.filter(pl.col("from") == school)
        now = went.height
        if school in gone and now >= NEARLY_ALL * students.get(school, 0) > 0:
            to = ", ".join(went["to"].value_counts(sort=True)["to"].head(2))
            says = f"School {school} is closed or merged; {now:,} of its"
            says += f" {students.get(school, 0):,} students go on at {to}"
            stops.append(Stop("PLAN-556", school, "schools", says, now, "INFO"))
            continue
        says = f"School {school} with {there:,} people is no longer in the files"
        stops.append(Stop("PLAN-543", school, "schools", says, there))
    return _as_one(stops, len(people))


def _as_one(stops: list[Stop], schools: int) -> list[Stop]:
    """Many schools at once are one cause."""
    held = [stop for stop in stops if stop.code == "PLAN-543"]
    if len(held) < max(4, 0.5 * schools):
        return stops
    says = f"{len(held):,} of {schools:,} schools are no longer in the files"
    one = Stop("PLAN-543", ALL, "schools", says, sum(stop.rows for stop in held))
    return [one, *(stop for stop in stops if stop.code != "PLAN-543")]


def _nothing_left(case: Case, school: str) -> bool:
    """Whether a school loses its sections with its people, and gets nobody new."""
    came = case.fresh.filter(pl.col("table") == "people", pl.col("school_id") == school)
    if came.height:
        return False
    had = case.sections.filter(pl.col("school_id") == school).height
    gone = case.of("sections", "archive").filter(pl.col("school_id") == school).height
    return gone >= had


def _counts(case: Case, table: str, kind: str) -> dict[str, int]:
    same = pl.col("table") == table, pl.col("kind") == kind
    return dict(case.before.filter(*same).select("school_id", "n").iter_rows())


def _moved(case: Case, kind: str = "students") -> pl.DataFrame:
    """People of a kind who go from one school to another: ``person``, ``from``, ``to``."""
    moves = case.of("roles", "move").select("key", "from_key")
    both = moves.select(
        part_of("from_key", 1).alias("from"),
        part_of("key", 1).alias("to"),
        part_of("key", 2).alias("role"),
        person=part_of("key", 0),
    )
    return both.filter(kind_of("role") == kind)


def crossed(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-554: a school's students are at another one, or most students in other sections."""
    closed = {stop.school for stop in found if stop.table == "schools"}
    return [
        *_to_other_schools(case, closed),
        *_staff_moved(case, closed),
        *_sections_moved(case, closed),
        *_shuffled(case),
    ]


def _staff_moved(case: Case, closed: set[str]) -> Iterator[Stop]:
    """Half of the teachers are at another school, of a district: of one school they are few."""
    for kind in ("teachers", "staff"):
        there = case.there("people", kind)
        moved = _moved(case, kind).filter(~pl.col("from").is_in(sorted(closed))).height
        if moved >= FEWEST and moved >= MOST * there:
            says = f"{moved:,} of {there:,} {kind} would be at another school"
            yield Stop("PLAN-554", ALL, "roles", says, moved, kind=kind)


def _sections_moved(case: Case, closed: set[str]) -> Iterator[Stop]:
    """Most sections of a school stand under another one."""
    edits = case.of("sections", "edit").filter(pl.col("columns").list.contains("school_id"))
    old = case.sections.select("section_id", "school_id")
    moved = edits.select("key").join(old, left_on="key", right_on="section_id")
    by = moved.group_by("school_id").len().join(old.group_by("school_id").agg(n=pl.len()),
                                                on="school_id")  # fmt: skip
    odd = by.filter(
        pl.col("len") >= FEWEST, pl.col("len") >= MOST * pl.col("n"),
        ~pl.col("school_id").is_in(sorted(closed)),
    ).sort("school_id")  # fmt: skip
    if odd.height and ALL not in closed:
        says = f"{int(odd['len'].sum()):,} sections of {odd.height:,} school(s) would be at"
        says += " another school"
        school = odd["school_id"][0] if odd.height == 1 else ALL
        yield Stop("PLAN-554", school, "sections", says, int(odd["len"].sum()), kind="sections")


def _to_other_schools(case: Case, closed: set[str]) -> Iterator[Stop]:
    if closed & {ALL}:
        return
    students = _counts(case, "people", "students")
    for (school,), part in _moved(case).group_by("from", maintain_order=True):
        there = students.get(str(school), 0)
        if school in closed or part.height < FEWEST or part.height < MOST * there:
            continue
        if case.promotion.seen and _oldest(case, part, str(school)):
            continue
        says = f"{part.height:,} of {there:,} students of school {school} would be at school"
        says += f" {part['to'].mode().sort()[0]}"
        yield Stop("PLAN-554", str(school), "roles", says, part.height, kind="students")


def _oldest(case: Case, moved: pl.DataFrame, school: str) -> bool:
    """Whether those who go to another school were in the highest grade of theirs."""
    placed = case.roll.people.filter(pl.col("school_id") == school, pl.col("kind") == "students")
    top = placed.select("person_id", "grade")
    theirs = top.join(moved, left_on="person_id", right_on="person", how="semi")["grade"]
    stay = top.join(moved, left_on="person_id", right_on="person", how="anti")["grade"]
    return theirs.n_unique() <= max(1, top["grade"].n_unique() // 2) and not (
        set(theirs) & set(stay)
    )


def _shuffled(case: Case) -> Iterator[Stop]:
    changed = case.of("enrollments", "move", "archive").select("action", "key", "from_key")
    left = pl.coalesce("from_key", "key").str.split("\x1f")
    rows = changed.select(
        section=left.list.get(0), person=left.list.get(1), role=left.list.get(2)
    ).filter(pl.col("role") == "student")
    gone = [case.of(table, "archive")["key"] for table in ("sections", "people")]
    own = rows.filter(
        ~pl.col("section").is_in(gone[0].implode()), ~pl.col("person").is_in(gone[1].implode())
    )
    lost = case.lost.filter(pl.col("kind") == "enrollments").height
    there = case.there("enrollments", "enrollments")
    shuffled = own.height - lost
    if not case.season.turning and shuffled >= 25 and shuffled > SHUFFLED * there:
        says = f"{shuffled:,} of {there:,} enrollments of students would be in other sections"
        yield Stop("PLAN-554", ALL, "enrollments", says, shuffled, kind="enrollments")
