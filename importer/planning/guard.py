"""Guards: what stops a drop that would change too much, and says what and where.

Guards start from published ones (Clever, Edlink, Okta: 10 to 20 % of a kind for the whole
district) made per school, where they catch what district-wide shares miss, with floors that keep
small schools quiet: at 0.5 % leavers a day a floor of 5 turns one false hold in 1,000
school-days into one in a billion.
"""

from dataclasses import dataclass

import polars as pl

from importer.model import grades
from importer.model.changes import ChangeSet
from importer.settings import Guards

ALL = "*"


@dataclass(frozen=True)
class Stop:
    """One reason to stop: the code, the school (``*`` = all), the canonical table, what it says."""

    code: str
    school: str
    table: str
    detail: str
    rows: int
    severity: str = "BLOCK"


def guard(change: ChangeSet, active: dict[str, dict[str, int]], limits: Guards) -> list[Stop]:
    """Judge a plan. ``active``: canonical table → school id → active rows before (``*`` = all).

    A first load (nothing active yet) is free of limits. Moves don't count as losses.
    """
    picked = change.changes.filter("picked")
    stops: list[Stop] = []
    for table, schools in active.items():
        before = schools.get(ALL, 0)
        if not before:
            continue
        here = picked.filter(pl.col("table") == table)
        lost = _per_school(here, "archive")
        stops += _schools(table, schools, lost, limits)
        stops += _district(table, before, here, limits)
        stops += _columns(table, before, here, limits)
    return stops


def _per_school(here: pl.DataFrame, action: str) -> dict[str, int]:
    rows = here.filter(pl.col("action") == action, pl.col("school_id").is_not_null())
    return dict(rows.group_by("school_id").len().iter_rows())


def _schools(
    table: str, schools: dict[str, int], lost: dict[str, int], limits: Guards
) -> list[Stop]:
    stops = []
    for school, count in sorted(lost.items()):
        before = schools.get(school, 0)
        everything = count >= before > 0
        if everything or (count >= limits.school_floor and count > limits.school_loss * before):
            detail = f"{count:,} of {before:,} {table} of school {school}"
            stops.append(Stop("PLAN-501", school, table, detail, count))
    return stops


def _district(table: str, before: int, here: pl.DataFrame, limits: Guards) -> list[Stop]:
    lost = here.filter(pl.col("action") == "archive").height
    new = here.filter(pl.col("action").is_in(["add", "reactivate"])).height
    floor, stops = limits.district_floor, []
    if lost - new >= floor and lost - new > limits.district_loss * before:
        stops.append(Stop("PLAN-502", ALL, table, f"{lost:,} of {before:,} {table}", lost))
    if new - lost >= floor and new - lost > limits.growth * before:
        stops.append(Stop("PLAN-503", ALL, table, f"{new:,} {table} to {before:,}", new))
    return stops


def _columns(table: str, before: int, here: pl.DataFrame, limits: Guards) -> list[Stop]:
    edits = here.filter(pl.col("action") == "edit").select("columns", "before", "after")
    if edits.height < limits.district_floor:
        return []
    cells = edits.explode("columns", "before", "after")
    stops = []
    for (name,), part in sorted(cells.group_by("columns")):
        count, emptied = part.height, part.filter(pl.col("after") == "").height
        if count < limits.district_floor:
            continue
        if emptied > limits.column_emptied * before:
            detail = f"{name} would become empty in {emptied:,} of {before:,} {table}"
            stops.append(Stop("PLAN-508", ALL, table, detail, emptied))
        elif count > limits.column_changed * before:
            detail = f"{name} would change in {count:,} of {before:,} {table}"
            if name == "grades" and _promoted(part):
                stops.append(Stop("PLAN-510", ALL, table, detail, count, "INFO"))
            else:
                stops.append(Stop("PLAN-507", ALL, table, detail, count))
    return stops


def _promoted(cells: pl.DataFrame) -> bool:
    """Nine in ten go up by exactly one grade: the new school year, no accident."""
    pairs = cells.group_by("before", "after").len().iter_rows()
    ups: int = sum(count for b, a, count in pairs if _one_up(grades.place(b), grades.place(a)))
    return ups >= 0.9 * cells.height


def _one_up(before: int | None, after: int | None) -> bool:
    return before is not None and after == before + 1
