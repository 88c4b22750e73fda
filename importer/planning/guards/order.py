"""Where in its file the missing rows stood: at the end (cut off), or every n-th one.

What leaves for a reason leaves from all over a file. That the last rows go, and no others, or
one row after every nine, doesn't happen among people.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from importer.model.tables import key_text
from importer.planning.guards.case import Case
from importer.planning.guards.stop import ALL, Stop

FEWEST, TAIL = 5, 0.85
FEWEST_NTH, REGULAR = 8, 0.7
TABLES = ("people", "sections", "enrollments")


def cut_off(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-541: the missing rows are the last ones of their file."""
    stops = []
    for table, source, kind, rows in _ranked(case):
        lost = int(rows["_lost"].sum())
        if lost < FEWEST or lost > 0.97 * rows.height or _replaced(case, table, kind, lost):
            continue
        tail = rows.tail(lost)
        if tail["_lost"].sum() < TAIL * lost or _whole_schools(rows):
            continue
        here, usual = case.rows.get(source), case.usual.get(source)
        says = f"{source}: the last {lost:,} of {rows.height:,} {kind} are missing, and hardly"
        says += " any other: the file is cut off"
        if here is not None and usual:
            says += f" ({here:,} rows, where {usual:,.0f} are usual)"
        stops.append(Stop("PLAN-541", ALL, table, says, lost, kind=kind))
    return stops


def unended(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-541: the last row has no end of line, which it had every time before.

    44 % of all cuts leave a last row with as many fields as the others (reliability.md, 3), half an
    e-mail address in the last one. A cut that loses few rows is told by nothing else.
    """
    said = {stop.table for stop in found if stop.code == "PLAN-541"}
    stops = []
    for source, table in case.unended.items():
        if table not in said:
            says = f"{source}: nothing ends its last row, as a line end did every time before:"
            stops.append(Stop("PLAN-541", ALL, table, f"{says} the file is cut off", 1))
    return stops


def every_nth(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-550: the missing rows stand at one distance from each other."""
    stops = []
    for table, source, kind, rows in _ranked(case):
        lost = int(rows["_lost"].sum())
        if lost < FEWEST_NTH or _replaced(case, table, kind, lost):
            continue
        steps = rows.with_row_index("_n").filter("_lost")["_n"].diff().drop_nulls()
        usual = int(steps.mode().min())  # type: ignore[arg-type]
        regular = steps.is_between(usual - 1, usual + 1).mean()
        if usual >= 2 and float(regular or 0) >= REGULAR:  # type: ignore[arg-type]
            says = f"About every {usual}th row of {source} is missing: {lost:,} of"
            says += f" {rows.height:,} {kind}, at one distance from each other,"
            stops.append(Stop("PLAN-550", ALL, table, says, lost, kind=kind))
    return stops


def _replaced(case: Case, table: str, kind: str, lost: int) -> bool:
    """Whether others came for those who are gone, or they leave with the school year."""
    same = pl.col("table") == table, pl.col("kind") == kind
    fresh = case.fresh.filter(*same).height
    return fresh > 0.3 * lost or (case.promotion.seen and table == "people")


def _whole_schools(rows: pl.DataFrame) -> bool:
    """Whether exactly the rows of one school are gone: then that is the cause.

    Several schools that happen to stand last are no reason, but a cut.
    """
    by = rows.group_by("school_id").agg(pl.col("_lost").mean())
    gone = by.filter(pl.col("_lost") == 1)["school_id"]
    part = rows.filter("_lost", ~pl.col("school_id").is_in(gone.implode()).fill_null(False))
    return len(gone) == 1 and part.height <= max(3, 0.1 * int(rows["_lost"].sum()))


def _ranked(case: Case) -> Iterator[tuple[str, str, str, pl.DataFrame]]:
    """Table, source table, kind, and its active rows in the order of the file, ``_lost`` marked."""
    if "ranked" not in case.memo:
        case.memo["ranked"] = list(_ranks(case))
    yield from case.memo["ranked"]


def _ranks(case: Case) -> Iterator[tuple[str, str, str, pl.DataFrame]]:
    lost = case.lost.filter(pl.col("table").is_in(TABLES))
    for (table, kind), part in lost.group_by("table", "kind", maintain_order=True):
        if part.height < FEWEST or kind == "contacts":
            continue
        rows = _rows(case, str(table)).with_columns(
            _lost=pl.col("key").is_in(part["key"].implode())
        )
        sources = rows.filter("_lost")["origin_table"].unique().sort()
        for source in sources:
            same = rows.filter(pl.col("origin_table") == source)
            yield str(table), source, str(kind), same.sort("origin_row", maintain_order=True)


def _rows(case: Case, table: str) -> pl.DataFrame:
    place = ("school_id", "origin_table", "origin_row")
    if table == "people":
        return case.people.select(pl.col("person_id").alias("key"), *place)
    if table == "sections":
        return case.sections.select(pl.col("section_id").alias("key"), *place)
    active = case.stored(table).filter(pl.col("status") == "active")
    return active.select(key_text(table).alias("key"), *place).collect(engine="streaming")
