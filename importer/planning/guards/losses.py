"""Losses and growth by number, per school and for the district, where no root says why.

Published guards count a kind for the whole district (Clever and Edlink 10 %, Okta 20 %); counted
per school they catch what district-wide shares miss. Floors keep small schools quiet: at 0.5 %
leavers a day a floor of 5 turns one false hold in 1,000 school-days into one in a billion, and
"everything" needs none but for a single teacher or student (docs/guards.md).
"""

from collections.abc import Sequence

import polars as pl

from importer.planning.guards import terms
from importer.planning.guards.case import Case
from importer.planning.guards.stop import ALL, Stop, schools_told

ROLLOVER_LOSS = 0.50
"""What a school may lose of its people while a year or term is changing (docs/guards.md)."""
_PEOPLE = ("students", "teachers", "staff", "contacts")
_OF_TERMS = ("sections", "enrollments", "courses")
_SINGLE = 2  # a school's only teacher or student who leaves is not “everybody”


def counted(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-501 per school, PLAN-502 where it is nearly all schools or only the sum, PLAN-503."""
    stops: list[Stop] = []
    for (table, kind), before in case.before.group_by("table", "kind", maintain_order=True):
        turning = case.season.turning or case.between_terms
        if table == "schools" or (turning and table in _OF_TERMS):
            continue
        said = schools_told(found, str(table), str(kind))
        if ALL not in said:
            rows = _by_school(case, str(table), str(kind), before)
            rows = rows.filter(~pl.col("school_id").is_in(said).fill_null(False))
            stops += _losses(case, rows, str(table), str(kind))
            stops += _growth(case, rows, str(table), str(kind))
    return stops


def _by_school(case: Case, table: str, kind: str, before: pl.DataFrame) -> pl.DataFrame:
    """``school_id``, ``n`` before, ``lost`` and ``fresh``."""
    same = pl.col("table") == table, pl.col("kind") == kind
    rows = before.select("school_id", "n")
    for name, frame in (("lost", case.lost), ("fresh", case.fresh)):
        count = frame.filter(*same).group_by("school_id").agg(pl.len().cast(pl.Int64).alias(name))
        on = "school_id"
        rows = rows.join(count, on=on, how="full", coalesce=True, nulls_equal=True)
    rows = rows.with_columns(pl.col("n", "lost", "fresh").fill_null(0)).sort("school_id")
    if kind != "sections":
        return rows
    # Some sections that others took the place of are a new timetable; most of them are a new term.
    some = pl.col("lost") <= terms.MOST * pl.col("n")
    net = pl.max_horizontal(pl.col("lost") - pl.col("fresh"), 0)
    return rows.with_columns(pl.when(some).then(net).otherwise("lost").alias("lost"))


def _losses(case: Case, rows: pl.DataFrame, table: str, kind: str) -> list[Stop]:
    guards, lost, n = case.limits.guards, pl.col("lost"), pl.col("n")
    share = guards.school_loss
    if case.season.turning and kind in _PEOPLE:
        share = max(share, ROLLOVER_LOSS)
    rows = rows.with_columns(_graduated(case, kind))
    own = lost - pl.col("expected")
    alone = _SINGLE if kind in _PEOPLE or table == "enrollments" else 1
    all_of = (lost >= n) & (n >= alone) & ((lost >= guards.school_floor) | (pl.col("fresh") < lost))
    held = rows.filter(
        pl.col("school_id").is_not_null(),
        lost > 0,
        (all_of & (own > 0)) | ((own >= guards.school_floor) & (own > share * n)),
    )
    schools = rows.filter(n > 0).height
    if held.height >= max(3, 0.5 * schools):
        gone = int(held["lost"].sum())
        detail = f"{gone:,} of {int(rows['n'].sum()):,} {kind}"
        detail += f", in {held.height:,} of {schools:,} schools,"
        return [Stop("PLAN-502", ALL, table, detail, gone, kind=kind)]
    stops = [
        Stop("PLAN-501", school, table, f"{x:,} of {b:,} {kind} of school {school}", x, kind=kind)
        for school, b, x in held.select("school_id", "n", "lost").iter_rows()
    ]
    rest = rows.filter(~pl.col("school_id").is_in(held["school_id"].implode()).fill_null(False))
    return stops + _district(case, rest, table, kind)


def _district(case: Case, rows: pl.DataFrame, table: str, kind: str) -> list[Stop]:
    """The schools of which nothing is said yet, together."""
    lost, fresh, n = (int(rows[name].sum()) for name in ("lost", "fresh", "n"))
    net = lost - fresh - int(rows["expected"].sum())
    limit = case.limits.loss(table)
    share = limit.share if not case.season.turning else max(limit.share, ROLLOVER_LOSS)
    if net < case.limits.floor(n) or net <= share * n:
        return []
    detail = f"{lost:,} of {n:,} {kind}{limit.words if share == limit.share else ''}"
    return [Stop("PLAN-502", ALL, table, detail, lost, kind=kind)]


def _graduated(case: Case, kind: str) -> pl.Expr:
    """How many of the lost leave because the school year is over: nothing but expected."""
    leavers = case.promotion.leavers if kind == "students" else {}
    school = pl.col("school_id").replace_strict(leavers or {"": 0}, default=0)
    return school.cast(pl.Int64).alias("expected")


def _growth(case: Case, rows: pl.DataFrame, table: str, kind: str) -> list[Stop]:
    """More of a kind than a district, or one of its schools, grows by; new schools bring theirs."""
    guards, fresh, n = case.limits.guards, pl.col("fresh"), pl.col("n")
    new = case.new_schools
    known = rows.filter(~pl.col("school_id").is_in(new).fill_null(False))
    total, gained = int(known["n"].sum()), int((known["fresh"] - known["lost"]).sum())
    gained -= case.promotion.entrants if kind == "students" else 0
    limit = case.limits.growth(table)
    if gained >= guards.district_floor and gained > limit.share * total > 0:
        detail = f"{int(known['fresh'].sum()):,} {kind} to {total:,}{limit.words}"
        return [Stop("PLAN-503", ALL, table, detail, gained, kind=kind)]
    if case.season.turning or case.promotion.seen or kind == "contacts":
        return []
    double = known.filter(fresh >= guards.district_floor, fresh - pl.col("lost") > n, n > 0)
    return [
        Stop("PLAN-503", school, table, f"{x:,} {kind} to {b:,} of school {school}", x, kind=kind)
        for school, b, x in double.select("school_id", "n", "fresh").iter_rows()
    ]
