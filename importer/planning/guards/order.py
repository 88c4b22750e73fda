"""Where in its file the missing rows stood: at the end (cut off), or every n-th one.

What leaves for a reason leaves from all over a file. That the last rows go, and no others, or
one row after every nine, doesn't happen among people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from importer.model.tables import key_text
from importer.planning.guards.case import Case
from importer.planning.guards.stop import ALL, Stop

FEWEST, TAIL = 5, 0.85
FEWEST_NTH, REGULAR = 8, 0.7
TABLES = ("people", "sections", "enrollments")


@dataclass(frozen=True)
class Missing:
    """Rows of one kind that a source table lost, among all that it had: ``there``.

    ``tail``: how many of its last ``lost`` rows are lost; ``school``: whether these are one school;
    ``steps``: from each lost row to the next one.
    """

    table: str
    source: str
    kind: str
    there: int
    lost: int
    tail: int
    school: bool
    steps: pl.Series


def cut_off(case: Case, found: Sequence[Stop]) -> list[Stop]:
    """PLAN-541: the missing rows are the last ones of their file."""
    stops = []
    for gone in _missing(case):
        if gone.lost < FEWEST or gone.lost > 0.97 * gone.there:
            continue
        if _replaced(case, gone.table, gone.kind, gone.lost):
            continue
        if gone.tail < TAIL * gone.lost or gone.school:
            continue
        here, usual = case.rows.get(gone.source), case.usual.get(gone.source)
        says = f"{gone.source}: the last {gone.lost:,} of {gone.there:,} {gone.kind} are missing,"
        says += " and hardly any other: the file is cut off"
        if here is not None and usual:
            says += f" ({here:,} rows, where {usual:,.0f} are usual)"
        stops.append(Stop("PLAN-541", ALL, gone.table, says, gone.lost, kind=gone.kind))
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
    for gone in _missing(case):
        if gone.lost < FEWEST_NTH or _replaced(case, gone.table, gone.kind, gone.lost):
            continue
        usual = int(gone.steps.mode().min())  # type: ignore[arg-type]
        regular = gone.steps.is_between(usual - 1, usual + 1).mean()
        if usual >= 2 and float(regular or 0) >= REGULAR:  # type: ignore[arg-type]
            says = f"About every {usual}th row of {gone.source} is missing: {gone.lost:,} of"
            says += f" {gone.there:,} {gone.kind}, at one distance from each other,"
            stops.append(Stop("PLAN-550", ALL, gone.table, says, gone.lost, kind=gone.kind))
    return stops


def _replaced(case: Case, table: str, kind: str, lost: int) -> bool:
    """Whether others came for those who are gone, or they leave with the school year."""
    fresh = case.fresh.filter(pl.col("table") == table, pl.col("kind") == kind).height
    return fresh > 0.3 * lost or (case.promotion.seen and table == "people")


def _all_replaced(case: Case, table: str, kind: str, lost: int) -> bool:
    """The same of every source table, of which none lost more: then nothing is to be looked up."""
    return _replaced(case, table, kind, lost)


def _missing(case: Case) -> list[Missing]:
    if "missing" not in case.memo:  # rows are let go of: of a large roster they are a GiB
        case.memo["missing"] = list(_looked_up(case))
    found: list[Missing] = case.memo["missing"]
    return found


def _looked_up(case: Case) -> Iterator[Missing]:
    lost = case.lost.filter(pl.col("table").is_in(TABLES))
    for (table, kind), part in lost.group_by("table", "kind", maintain_order=True):
        if part.height < FEWEST or kind == "contacts":
            continue
        if _all_replaced(case, str(table), str(kind), part.height):
            continue
        gone = key_text(str(table)).is_in(part["key"].implode())
        rows = _active(case, str(table)).with_columns(_lost=gone)
        sources = rows.filter("_lost").select(pl.col("origin_table").unique().sort()).collect()
        for source in sources.to_series():
            same = rows.filter(pl.col("origin_table") == source)
            yield _of_source(same, str(table), source, str(kind))


def _of_source(rows: pl.LazyFrame, table: str, source: str, kind: str) -> Missing:
    """``rows``: the active ones of a source table, ``_lost`` marked."""
    places = rows.select("origin_row", "_lost").collect(engine="streaming")
    is_lost = places.sort("origin_row", maintain_order=True)["_lost"]
    lost = int(is_lost.sum())
    tail = int(is_lost.tail(lost).sum())
    school = tail >= TAIL * lost and _one_school(rows, lost)
    steps = is_lost.arg_true().diff().drop_nulls()
    return Missing(table, source, kind, len(is_lost), lost, tail, school, steps)


def _one_school(rows: pl.LazyFrame, lost: int) -> bool:
    """Whether exactly the rows of one school are gone: then that is the cause.

    Several schools that happen to stand last are no reason, but a cut.
    """
    by = rows.group_by("school_id").agg(n=pl.len(), lost=pl.col("_lost").sum())
    counted = by.collect(engine="streaming")
    whole = pl.col("lost") == pl.col("n")
    rest = counted.filter(~whole | pl.col("school_id").is_null())["lost"].sum()
    return counted.filter(whole).height == 1 and rest <= max(3, 0.1 * lost)


def _active(case: Case, table: str) -> pl.LazyFrame:
    """Active rows before, of people with the school of their first role."""
    if table == "people":
        return case.roll.people.lazy()
    return case.stored(table).filter(pl.col("status") == "active")
